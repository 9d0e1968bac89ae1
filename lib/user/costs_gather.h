/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Between the readers of a run's costs and the cells they end up in: a sample is what one block
 * says about one metric, or how the block itself ended.
 */
#ifndef AMK_COSTS_GATHER_H
#define AMK_COSTS_GATHER_H

#include "lib/user/cell.h"
#include "lib/user/costs.h"

#define AMK_SAMPLE_BLOCK (-1) /* the block itself, not a metric of it */

struct amk_cost_sample {
	struct amk_cell cell;
	double cost; /* where status is OK and there is a metric */
	u32 round;
	u32 line; /* of blocks.jsonl, from 1 */
	u32 reason;
	u16 status;
	int metric; /* enum amk_metric_id, or AMK_SAMPLE_BLOCK */
};

struct amk_cost_samples {
	struct amk_cost_sample *sample;
	size_t count;
	size_t room;
	double ticks_per_unit;
};

/* Adds what @record says. 0 or -ENOMEM. */
int amk_cost_samples_add(struct amk_cost_samples *samples, const struct amk_record *record,
			 u64 line);

/*
 * Makes the cells of @costs from @samples, which get sorted. 0, or -errno with a text that has no
 * file name yet: a cell that is in a round twice is refused.
 */
int amk_cost_cells_make(struct amk_cost_samples *samples, struct amk_costs *costs,
			char error[AMK_ERROR_LEN]);

#endif
