// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether a run can tell anything: malloc and kmalloc are in it under a second name each, and what
 * differs between a strategy and itself is no property of code.
 *
 * The two names are compared as two runs are, with the same tests and the thresholds of the first
 * name. Both are of the same rounds, so what moves the machine between two runs does not show here,
 * only what makes the blocks of one run no samples of one thing.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/gate.h"
#include "lib/core/workload.h"

/* A strategy and its second name. */
static const struct {
	enum amk_strategy_id strategy, control;
} pairs[] = {
	{ AMK_STRATEGY_ID_user_malloc, AMK_STRATEGY_ID_user_malloc_control },
	{ AMK_STRATEGY_ID_kernel_kmalloc, AMK_STRATEGY_ID_kernel_kmalloc_control },
};

/* The cells of one run twice over: under the first names, and under the second as if the first. */
struct sides {
	struct amk_costs first;
	struct amk_costs second;
};

/* The strategy that @row is a second name of, or NULL. */
static const struct amk_strategy *first_name(const struct amk_strategy *row)
{
	size_t i;

	for (i = 0; i < AMK_ARRAY_SIZE(pairs); i++)
		if (row == &amk_strategies[pairs[i].control])
			return &amk_strategies[pairs[i].strategy];
	return NULL;
}

/* Room for @nr cells of @run, none of them there yet. */
static int side_make(struct amk_costs *side, const struct amk_costs *run)
{
	*side = *run;
	side->nr_cells = 0;
	side->cell = calloc(run->nr_cells + 1, sizeof(*side->cell));
	return side->cell ? 0 : -ENOMEM;
}

static void pair_add(struct sides *sides, const struct amk_cost_cell *first,
		     const struct amk_cost_cell *second)
{
	struct amk_cost_cell *renamed = &sides->second.cell[sides->second.nr_cells++];

	sides->first.cell[sides->first.nr_cells++] = *first;
	*renamed = *second;
	renamed->strategy_row = first->strategy_row;
	memcpy(renamed->strategy, first->strategy, sizeof(renamed->strategy));
}

/* Only timed cells: what else a control has is not of the rounds. */
static void sides_fill(struct sides *sides, const struct amk_costs *run)
{
	size_t i;

	for (i = 0; i < run->nr_cells; i++) {
		const struct amk_cost_cell *second = &run->cell[i], *first;
		struct amk_cost_cell like = *second;

		like.strategy_row = first_name(second->strategy_row);
		if (!like.strategy_row || !second->nr_rounds ||
		    second->metric->unit != AMK_UNIT_TICKS)
			continue;
		first = amk_costs_find(run, &like);
		if (first && first->nr_rounds)
			pair_add(sides, first, second);
	}
}

static void difference_say(struct amk_gate *gate, const struct amk_costs *run,
			   const struct amk_comparison *c)
{
	char text[AMK_GATE_CELL_LEN];
	size_t i;

	for (i = 0; i < c->nr_cells; i++) {
		const struct amk_comparison_cell *cell = &c->cell[i];

		if (cell->verdict != AMK_VERDICT_REGRESSED && cell->verdict != AMK_VERDICT_IMPROVED)
			continue;
		snprintf(gate->control, sizeof(gate->control),
			 "%.200s: %s and the same code under its second name differ by %+.1f %%",
			 run->path, amk_gate_cell_text(cell, text), 100 * (cell->ratio - 1));
		return;
	}
	if (!c->nr_decidable)
		snprintf(gate->remark, sizeof(gate->remark),
			 "%.200s: too few rounds to compare the control cells", run->path);
}

static int sides_compare(struct amk_gate *gate, const struct amk_costs *run,
			 const struct sides *sides)
{
	struct amk_comparison_options options;
	struct amk_comparison comparison;
	int failed;

	amk_gate_options(gate, &options);
	failed = amk_comparison_make(&sides->first, &sides->second, &options, &comparison,
				     gate->error);
	if (!failed)
		difference_say(gate, run, &comparison);
	amk_comparison_free(&comparison);
	return failed;
}

int amk_gate_control(struct amk_gate *gate, const struct amk_costs *run)
{
	struct sides sides = { 0 };
	int failed = side_make(&sides.first, run);

	if (!failed)
		failed = side_make(&sides.second, run);
	if (failed) {
		snprintf(gate->error, sizeof(gate->error), "out of memory");
		goto out;
	}
	sides_fill(&sides, run);
	if (sides.first.nr_cells)
		failed = sides_compare(gate, run, &sides);
	else
		snprintf(gate->remark, sizeof(gate->remark),
			 "%.200s: no control cell in it (malloc and malloc-control in pair)",
			 run->path);
out:
	free(sides.first.cell);
	free(sides.second.cell);
	return failed;
}
