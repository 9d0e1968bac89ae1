/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A cell of a run, and the one order of cells: that of the tables of strategies and of workloads,
 * sizes rising. Plans, summaries, costs and whatever walks several of them at once rely on its
 * being the same everywhere.
 */
#ifndef AMK_CELL_H
#define AMK_CELL_H

#include "lib/core/strategy.h"
#include "lib/core/workload.h"

struct amk_cell {
	const struct amk_strategy *strategy;
	const struct amk_workload *workload;
	u64 size_bytes;
};

/* Below 0: @a is before @b; 0: they are the same cell; above 0: @a is behind it. */
static inline int amk_cell_compare(const struct amk_cell *a, const struct amk_cell *b)
{
	/* The table of strategies has the user's first: its order is the order of sides, too. */
	if (a->strategy != b->strategy)
		return a->strategy < b->strategy ? -1 : 1;
	if (a->workload != b->workload)
		return a->workload < b->workload ? -1 : 1;
	return (a->size_bytes > b->size_bytes) - (a->size_bytes < b->size_bytes);
}

static inline bool amk_cell_same(const struct amk_cell *a, const struct amk_cell *b)
{
	return !amk_cell_compare(a, b);
}

#endif
