/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a run will measure: its options, the cells that follow from them, and the order of each
 * round.
 *
 * Everything here follows from the options and the seed alone, so a resumed run makes the same plan
 * as the run that was killed.
 */
#ifndef AMK_PLAN_H
#define AMK_PLAN_H

#include "lib/core/abi.h"
#include "lib/core/grid.h"
#include "lib/core/strategy.h"
#include "lib/core/workload.h"
#include "lib/user/spread.h"

#define AMK_PLAN_ERROR_LEN 512
#define AMK_ROUNDS_MAX 1000U

/* How a block is measured; times in ns, or in instructions where the clock counts those. */
struct amk_protocol {
	u32 iterations;
	u32 warmup;
	u32 batch;
	u32 each_max;
	u64 iteration_ns;
	u64 block_ns; /* soft limit of a block */
	u64 batch_bytes; /* that a burst may hold at once, if one allocation is not larger */
	u64 mem_max_bytes; /* that any block may hold */
};

struct amk_options {
	bool side[AMK_NR_SIDES];
	enum amk_grid_kind grid;
	char *strategies; /* as given; NULL: all */
	char *allocators; /* as given; NULL: none but those that strategies names */
	char *workloads; /* as given; NULL: the grid's own choice */
	char *sizes; /* as given; NULL: the grid */
	char *events; /* as given; NULL: auto */
	char *tlb; /* geometry as given; NULL: what the processor tells */
	struct amk_tlb geometry; /* what follows: see amk_tlb_parse() */
	u32 nr_threads; /* that each block is measured by; 0: the one that asks for it */
	enum amk_spread spread; /* how they are placed */
	u16 thread_cpu[AMK_THREADS_MAX]; /* where that put them */
	bool counted; /* the clock counts instructions */
	s32 node; /* that strategies which take one are asked for; -1: the CPU's own */
	char *state; /* --state and what goes with it as given; NULL and 0: not given */
	char *fragmentation;
	char *fragmenter;
	u64 state_bytes;
	u32 rounds;
	u64 seed;
	u64 page_bytes;
	u64 kmalloc_max_bytes; /* the grid's edge, also when there is no kernel side */
	struct amk_protocol protocol;
};

struct amk_cell {
	const struct amk_strategy *strategy;
	const struct amk_workload *workload;
	u64 size_bytes;
};

struct amk_plan {
	struct amk_cell *cell; /* sorted: side, strategy, workload, size */
	u32 nr_cells;
};

/* Sets the rounds and the protocol that belong to @grid and an environment such as "guest-tcg". */
void amk_options_default(struct amk_options *options, enum amk_grid_kind grid,
			 const char *environment);
void amk_options_free(struct amk_options *options);

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
