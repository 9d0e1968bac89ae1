/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a run will measure: the cells that follow from its options, and the order of each round.
 *
 * Everything here follows from the options and the seed alone, so a resumed run makes the same plan
 * as the run that was killed.
 */
#ifndef AMK_PLAN_H
#define AMK_PLAN_H

#include "lib/core/abi.h"
#include "lib/user/cell.h"
#include "lib/user/options.h"

#define AMK_PLAN_ERROR_LEN 512

struct amk_plan {
	struct amk_cell *cell; /* in their order */
	u32 nr_cells;
};

/*
 * Makes the plan. 0, or -EINVAL with a one-line text in @error that names the word that is wrong
 * and the mend, or -ENOMEM. The caller frees with amk_plan_free().
 */
int amk_plan_make(const struct amk_options *options, struct amk_plan *plan,
		  char error[AMK_PLAN_ERROR_LEN]);
void amk_plan_free(struct amk_plan *plan);

/* Fills @order (room for nr_cells) with the cells in the order of round @round. */
void amk_plan_order(const struct amk_plan *plan, u64 seed, u32 round, u32 *order);

/*
 * Whether @cell is measured in round @round: all are in each, but in a quick run what comes out the
 * same every time (limit, zero) and what takes long (sizes past the kmalloc limit) only in the
 * first.
 */
bool amk_plan_takes(const struct amk_options *options, const struct amk_cell *cell, u32 round);

/* How many blocks all rounds together have. */
u64 amk_plan_blocks(const struct amk_options *options, const struct amk_plan *plan);

/* The cell of this name, or NULL. */
const struct amk_cell *amk_plan_find(const struct amk_plan *plan, enum amk_side_id side,
				     const char *strategy, const char *workload, u64 size_bytes);

/* Fills the request for cell @at in round @round; @ticks_per_ns as calibrated. */
void amk_plan_request(const struct amk_options *options, const struct amk_plan *plan, u32 at,
		      u32 round, enum amk_clock_kind clock, double ticks_per_ns,
		      struct amk_request *request);

#endif
