// SPDX-License-Identifier: GPL-2.0-only
/*
 * The plan of a run: see plan.h. A cell whose size its strategy or workload does not take by its
 * row is not in the plan; everything else is measured, and an allocator's "no" is a result.
 */
#include "lib/user/plan.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/user/plan_grid.h"
#include "lib/user/select.h"

#define KIB 1024ULL

static bool size_fits(const struct amk_strategy *s, const struct amk_workload *w, u64 size)
{
	return size >= s->min_bytes && size >= w->least_bytes &&
	       (!s->max_bytes || size <= s->max_bytes);
}

/* Where a second mapping by 4 KiB is another one than the first; one of each kind is enough. */
static bool has_alias(const struct amk_strategy *s)
{
	return s->flags & AMK_STRATEGY_HUGE ||
	       s == &amk_strategies[AMK_STRATEGY_ID_kernel_kmalloc] ||
	       s == &amk_strategies[AMK_STRATEGY_ID_kernel_alloc_pages];
}

/* Whether the default choice of strategies leaves this one out of @w. */
static bool default_leaves_out(const struct amk_options *o, const struct amk_strategy *s,
			       const struct amk_workload *w)
{
	return !o->strategies && w == &amk_workloads[AMK_WORKLOAD_ID_alias] && !has_alias(s);
}

/* The sizes at which a strategy is measured under its second name. */
static bool control_size(const struct amk_selection *sel, u64 size)
{
	static const u64 sizes[] = { 64, 4 * KIB, 256 * KIB };
	u32 i, k, chosen = 0;

	for (i = 0; i < AMK_ARRAY_SIZE(sizes); i++)
		for (k = 0; k < sel->nr_sizes; k++) {
			if (sel->size[k] != sizes[i])
				continue;
			if (size == sizes[i])
				return true;
			chosen++;
		}
	/* A run of other sizes has its control at the least of them. */
	return !chosen && size == sel->size[0];
}

/* The strategy that allocates nothing. */
static bool is_null(const struct amk_strategy *s)
{
	return s == &amk_strategies[AMK_STRATEGY_ID_user_null] ||
	       s == &amk_strategies[AMK_STRATEGY_ID_kernel_null];
}

/*
 * The empty strategy has no memory to look at and no size: one cell of each timed loop. A second
 * name of another strategy has a few cells of the one workload that is quick and in every run.
 */
static bool control_takes(const struct amk_strategy *s, const struct amk_workload *w)
{
	if (w->flags & AMK_WORKLOAD_ALONE)
		return is_null(s);
	if (!(s->flags & AMK_STRATEGY_EMPTY))
		return w == &amk_workloads[AMK_WORKLOAD_ID_pair];
	return w->measure == amk_measure_loops && !(w->flags & AMK_WORKLOAD_TOUCHES);
}

static void cell_add(struct amk_plan *plan, const struct amk_strategy *s,
		     const struct amk_workload *w, u64 size)
{
	if (plan->cell)
		plan->cell[plan->nr_cells] =
			(struct amk_cell){ .strategy = s, .workload = w, .size_bytes = size };
	plan->nr_cells++;
}

/*
 * Sizes past the grid's last, in a full run: far past what the last level of a TLB reaches, with
 * page tables that fill a cache. A machine without that much memory skips them.
 */
static void plan_add_far(const struct amk_options *o, const struct amk_strategy *s,
			 const struct amk_workload *w, struct amk_plan *plan)
{
	u64 size;

	if (o->grid != AMK_GRID_FULL || o->sizes || !(w->flags & AMK_WORKLOAD_TRANSLATES) ||
	    !amk_plan_is_mapped(s))
		return;
	for (size = 2 * AMK_GRID_TOP_BYTES; size <= o->protocol.mem_max_bytes; size *= 2)
		if (size_fits(s, w, size))
			cell_add(plan, s, w, size);
}

/* Adds the cells of a strategy and workload; with cell == NULL only counts them. */
static void plan_add(const struct amk_options *o, const struct amk_selection *sel,
		     const struct amk_strategy *s, const struct amk_workload *w,
		     struct amk_plan *plan)
{
	bool control = s->family == AMK_FAMILY_control;
	bool once = s->flags & AMK_STRATEGY_EMPTY || w->flags & AMK_WORKLOAD_SIZELESS;
	u32 i;

	if ((control && !control_takes(s, w)) || default_leaves_out(o, s, w))
		return;
	if (!control && w->flags & AMK_WORKLOAD_ALONE)
		return;
	if (s->flags & AMK_STRATEGY_SCATTERED && w->flags & AMK_WORKLOAD_TOUCHES)
		return;
	if ((w->flags & AMK_WORKLOAD_USER && s->side != AMK_SIDE_user) ||
	    amk_plan_quick_parts(o, s, w))
		return;
	for (i = 0; i < sel->nr_sizes; i++) {
		u64 size = w->flags & AMK_WORKLOAD_SIZELESS ? 0 : sel->size[i];

		if (size && (!size_fits(s, w, size) || amk_plan_quick_leaves_out(o, s, w, size)))
			continue;
		if (amk_plan_evidence_leaves_out(o, s, w, size))
			continue;
		if (control && !once && !control_size(sel, size))
			continue;
		cell_add(plan, s, w, size);
		if (once)
			return;
	}
	plan_add_far(o, s, w, plan);
}

static void plan_fill(const struct amk_options *o, const struct amk_selection *sel,
		      struct amk_plan *plan)
{
	u32 s, w;

	plan->nr_cells = 0;
	for (s = 0; s < AMK_NR_STRATEGIES; s++)
		for (w = 0; sel->strategy[s] && w < AMK_NR_WORKLOADS; w++)
			if (sel->workload[w])
				plan_add(o, sel, &amk_strategies[s], &amk_workloads[w], plan);
}

int amk_plan_make(const struct amk_options *options, struct amk_plan *plan,
		  char error[AMK_PLAN_ERROR_LEN])
{
	struct amk_selection sel;
	int failed;

	plan->cell = NULL;
	plan->nr_cells = 0;
	failed = amk_select(options, &sel, error);
	if (failed)
		return failed;
	plan_fill(options, &sel, plan);
	if (!plan->nr_cells) {
		snprintf(error, AMK_PLAN_ERROR_LEN,
			 "nothing to measure: none of these strategies and workloads takes one of "
			 "these sizes; give others");
		return -EINVAL;
	}
	plan->cell = calloc(plan->nr_cells, sizeof(*plan->cell));
	if (!plan->cell) {
		snprintf(error, AMK_PLAN_ERROR_LEN, "out of memory");
		return -ENOMEM;
	}
	plan_fill(options, &sel, plan);
	return 0;
}

void amk_plan_free(struct amk_plan *plan)
{
	free(plan->cell);
	plan->cell = NULL;
	plan->nr_cells = 0;
}

const struct amk_cell *amk_plan_find(const struct amk_plan *plan, enum amk_side_id side,
				     const char *strategy, const char *workload, u64 size_bytes)
{
	u32 i;

	for (i = 0; i < plan->nr_cells; i++) {
		const struct amk_cell *c = &plan->cell[i];

		if (c->size_bytes == size_bytes && c->strategy->side == side &&
		    !strcmp(c->strategy->name, strategy) && !strcmp(c->workload->name, workload))
			return c;
	}
	return NULL;
}
