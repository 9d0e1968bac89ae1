// SPDX-License-Identifier: GPL-2.0-only
/*
 * The plan of a run: see plan.h. A cell whose size its strategy or workload does not take by its
 * row is not in the plan; everything else is measured, and an allocator's "no" is a result.
 */
#include "lib/user/plan.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/core/random.h"
#include "lib/user/select.h"

#define KIB 1024ULL
#define MIB (1024 * KIB)

/* In a quick run: where translation begins to show, what is touched at most, what makes a burst. */
#define QUICK_CHASE_BYTES (32 * KIB)
#define QUICK_TOUCHED_BYTES (16 * MIB)
#define QUICK_ALIAS_BYTES (2 * MIB)
#define QUICK_BATCH_MIN 2

static const struct amk_protocol protocol_quick = {
	.iterations = 15,
	.warmup = 2,
	.batch = 256,
	.each_max = 2048,
	.iteration_ns = 400000,
	.block_ns = 100000000,
	.batch_bytes = 64 * MIB,
	.mem_max_bytes = 256 * MIB,
};

static const struct amk_protocol protocol_full = {
	.iterations = 15,
	.warmup = 3,
	.batch = 1024,
	.each_max = 8192,
	.iteration_ns = 400000,
	.block_ns = 1000000000,
	.batch_bytes = 256 * MIB,
	.mem_max_bytes = 1024 * MIB,
};

/*
 * Instructions are not lost to noise, and each is emulated: few iterations do. They are long enough
 * to hold a dozen system calls, since one differs from the next by what it finds on the
 * allocator's lists; and short enough that the timer, which interrupts every 4,000,000
 * instructions, leaves most of them alone.
 */
static void protocol_counted(struct amk_options *options, bool quick)
{
	struct amk_protocol *p = &options->protocol;

	p->iterations = 9;
	p->warmup = 1;
	p->iteration_ns = 200000;
	p->block_ns = quick ? 4000000 : 40000000;
	if (quick) {
		p->each_max = 128;
		p->batch_bytes = 4 * MIB;
		p->mem_max_bytes = 128 * MIB;
	}
}

void amk_options_default(struct amk_options *options, enum amk_grid_kind grid,
			 const char *environment)
{
	bool quick = grid != AMK_GRID_FULL;

	options->node = -1;
	options->grid = grid;
	options->rounds = quick ? 3 : 10;
	options->protocol = quick ? protocol_quick : protocol_full;
	/* Emulation is some 20 times slower: longer iterations, and an end to each block. */
	if (!strcmp(environment, "guest-tcg")) {
		options->protocol.iteration_ns = 1000000;
		if (quick) {
			options->protocol.block_ns = 25000000;
			options->protocol.batch_bytes = 4 * MIB;
			options->protocol.mem_max_bytes = 128 * MIB;
		}
	}
	if (!strcmp(environment, "guest-icount"))
		protocol_counted(options, quick);
}

void amk_options_free(struct amk_options *options)
{
	free(options->strategies);
	free(options->allocators);
	free(options->workloads);
	free(options->sizes);
	free(options->events);
	free(options->tlb);
	free(options->state);
	free(options->fragmentation);
	free(options->fragmenter);
	memset(options, 0, sizeof(*options));
}

static bool size_fits(const struct amk_strategy *s, const struct amk_workload *w, u64 size)
{
	return size >= s->min_bytes && size >= w->least_bytes &&
	       (!s->max_bytes || size <= s->max_bytes);
}

/* A size that is there for the edge it lies on: just past a page or past the kmalloc limit. */
static bool size_is_edge(const struct amk_options *o, u64 size)
{
	return size == o->kmalloc_max_bytes + 1 || size == 2 * o->page_bytes + 1;
}

/* Ways of allocating that page tables are made for, so that they go on where others end. */
static bool is_mapped(const struct amk_strategy *s)
{
	return s->family == AMK_FAMILY_mapped || s->family == AMK_FAMILY_huge;
}

/*
 * Whether the default grid of a quick run leaves this cell out: what a few minutes are not to be
 * spent on, since another cell says as much or since one operation alone takes a good part of a
 * second.
 */
static bool quick_leaves_out(const struct amk_options *o, const struct amk_strategy *s,
			     const struct amk_workload *w, u64 size)
{
	if (o->grid != AMK_GRID_QUICK || o->sizes)
		return false;
	switch (w - amk_workloads) {
	case AMK_WORKLOAD_ID_pair:
		return false;
	case AMK_WORKLOAD_ID_contig:
		return size > QUICK_TOUCHED_BYTES;
	case AMK_WORKLOAD_ID_zero:
		return s->family == AMK_FAMILY_context ||
		       (size != 64 && size != o->page_bytes && size != 256 * KIB);
	case AMK_WORKLOAD_ID_chase:
		return s->family == AMK_FAMILY_context || size_is_edge(o, size) ||
		       size < QUICK_CHASE_BYTES || (size > QUICK_TOUCHED_BYTES && !is_mapped(s));
	case AMK_WORKLOAD_ID_alias:
		return size_is_edge(o, size) || size < QUICK_ALIAS_BYTES;
	case AMK_WORKLOAD_ID_touch:
		return s->family == AMK_FAMILY_context || size_is_edge(o, size) ||
		       (size < o->page_bytes && size != 64) || size > QUICK_TOUCHED_BYTES;
	default:
		return size_is_edge(o, size) || size > o->protocol.batch_bytes / QUICK_BATCH_MIN;
	}
}

/*
 * Whether the default choice of a quick run leaves this cell out for what allocators are asked
 * beside each other, which is not what the other strategies are asked.
 */
static bool quick_allocators_leave_out(const struct amk_options *o, const struct amk_strategy *s,
				       const struct amk_workload *w)
{
	if (o->grid != AMK_GRID_QUICK || o->workloads)
		return false;
	if (s->family != AMK_FAMILY_allocator)
		return w == &amk_workloads[AMK_WORKLOAD_ID_overhead];
	return w != &amk_workloads[AMK_WORKLOAD_ID_pair] &&
	       w != &amk_workloads[AMK_WORKLOAD_ID_burst_fifo] &&
	       w != &amk_workloads[AMK_WORKLOAD_ID_touch] &&
	       w != &amk_workloads[AMK_WORKLOAD_ID_overhead];
}

/* Whether sizes are a matter of how memory is mapped and lies, not of what the caller may do. */
static bool evidence_lies(const struct amk_options *o, const struct amk_strategy *s, u64 size)
{
	return s->family != AMK_FAMILY_context && !size_is_edge(o, size) && size >= 64 * KIB;
}

/* Ways of which it is said that they may sleep, or may not; a block takes seconds. */
static bool evidence_sleeps(const struct amk_strategy *s)
{
	return (s->family == AMK_FAMILY_default || s->family == AMK_FAMILY_context ||
		s->family == AMK_FAMILY_mapped || s->family == AMK_FAMILY_fallback) &&
	       !s->needs;
}

/* How user space's memory lies: what malloc() is said to have in common with vmalloc(). */
static bool evidence_takes_user(const struct amk_options *o, const struct amk_strategy *s, u32 id,
				u64 size)
{
	return id == AMK_WORKLOAD_ID_contig && evidence_lies(o, s, size) &&
	       (s == &amk_strategies[AMK_STRATEGY_ID_user_malloc] ||
		s == &amk_strategies[AMK_STRATEGY_ID_user_mmap_populate]);
}

/* What is compared with each other past the hot caches, too. */
static bool evidence_bursts(const struct amk_options *o, const struct amk_strategy *s, u64 size)
{
	return !size_is_edge(o, size) && size <= 64 * KIB &&
	       (s->family == AMK_FAMILY_default || s->family == AMK_FAMILY_zeroed ||
		s->family == AMK_FAMILY_array || s->family == AMK_FAMILY_mapped);
}

/*
 * Whose behaviour when memory is short is a matter of flags; past what slabs have in store, so
 * that each allocation is one of pages.
 */
static bool evidence_presses(const struct amk_options *o, const struct amk_strategy *s, u64 size)
{
	if (size != 2 * o->page_bytes + 1)
		return false;
	return s->family == AMK_FAMILY_context ||
	       s == &amk_strategies[AMK_STRATEGY_ID_kernel_kmalloc] ||
	       s == &amk_strategies[AMK_STRATEGY_ID_kernel_alloc_pages] ||
	       s == &amk_strategies[AMK_STRATEGY_ID_kernel_vmalloc];
}

/*
 * Whether a run for evidence has this cell: what a statement about the kernel's allocators can be
 * held to. Of user space it has what says something of the same statements there.
 */
static bool evidence_takes(const struct amk_options *o, const struct amk_strategy *s,
			   const struct amk_workload *w, u64 size)
{
	u32 id = (u32)(w - amk_workloads);

	if (id == AMK_WORKLOAD_ID_overflow)
		return s->family == AMK_FAMILY_array;
	if (s->side == AMK_SIDE_user)
		return evidence_takes_user(o, s, id, size);
	switch (id) {
	case AMK_WORKLOAD_ID_burst_fifo:
		return evidence_bursts(o, s, size);
	case AMK_WORKLOAD_ID_pair:
	case AMK_WORKLOAD_ID_limit:
	case AMK_WORKLOAD_ID_gfp:
	case AMK_WORKLOAD_ID_reserves:
		return true;
	case AMK_WORKLOAD_ID_pressure:
		return evidence_presses(o, s, size);
	case AMK_WORKLOAD_ID_illegal:
		return evidence_sleeps(s);
	case AMK_WORKLOAD_ID_zero:
		return size <= 64 * KIB;
	case AMK_WORKLOAD_ID_pair_preempt_off:
	case AMK_WORKLOAD_ID_pair_softirq:
	case AMK_WORKLOAD_ID_pair_hardirq:
		/* And one of those that may sleep, to say so. */
		return size <= o->page_bytes &&
		       (s->flags & AMK_STRATEGY_ATOMIC ||
			s == &amk_strategies[AMK_STRATEGY_ID_kernel_kmalloc]);
	case AMK_WORKLOAD_ID_origin:
		return s->family != AMK_FAMILY_control && size >= o->page_bytes && size <= 64 * KIB;
	case AMK_WORKLOAD_ID_contig:
		return evidence_lies(o, s, size) ||
		       s == &amk_strategies[AMK_STRATEGY_ID_kernel_kmalloc];
	case AMK_WORKLOAD_ID_chase:
		return evidence_lies(o, s, size);
	default:
		return false;
	}
}

/* Whether the grid of a run for evidence leaves this cell out. */
static bool evidence_leaves_out(const struct amk_options *o, const struct amk_strategy *s,
				const struct amk_workload *w, u64 size)
{
	return o->grid == AMK_GRID_EVIDENCE && !o->workloads && !evidence_takes(o, s, w, size);
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
	    !is_mapped(s))
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
	    quick_allocators_leave_out(o, s, w))
		return;
	for (i = 0; i < sel->nr_sizes; i++) {
		u64 size = w->flags & AMK_WORKLOAD_SIZELESS ? 0 : sel->size[i];

		if (size && (!size_fits(s, w, size) || quick_leaves_out(o, s, w, size)))
			continue;
		if (evidence_leaves_out(o, s, w, size))
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

/* A generator of its own for each round and purpose. */
static struct amk_random derive(u64 seed, u64 round, u64 what)
{
	struct amk_random r = { seed };

	r.state = amk_random_next(&r) ^ round;
	r.state = amk_random_next(&r) ^ what;
	return r;
}

void amk_plan_order(const struct amk_plan *plan, u64 seed, u32 round, u32 *order)
{
	struct amk_random r = derive(seed, round, 0);

	amk_random_shuffle(&r, order, plan->nr_cells);
}

bool amk_plan_takes(const struct amk_options *options, const struct amk_cell *cell, u32 round)
{
	const struct amk_workload *w = cell->workload;

	if (!round || options->grid == AMK_GRID_FULL || options->sizes)
		return true;
	return w != &amk_workloads[AMK_WORKLOAD_ID_limit] &&
	       !(w->flags & AMK_WORKLOAD_EVIDENCE && w->lane[0] == AMK_METRIC_none) &&
	       w != &amk_workloads[AMK_WORKLOAD_ID_zero] &&
	       w != &amk_workloads[AMK_WORKLOAD_ID_pressure] &&
	       cell->size_bytes <= options->kmalloc_max_bytes + 1;
}

u64 amk_plan_blocks(const struct amk_options *options, const struct amk_plan *plan)
{
	u64 blocks = 0;
	u32 round, at;

	for (round = 0; round < options->rounds; round++)
		for (at = 0; at < plan->nr_cells; at++)
			blocks += amk_plan_takes(options, &plan->cell[at], round);
	return blocks;
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

static u64 to_ticks(u64 ns, double ticks_per_ns)
{
	double ticks = (double)ns * ticks_per_ns;

	return ticks < 1 ? 1 : (u64)ticks;
}

/*
 * What may live at once: a burst is bounded, a single allocation takes what it needs. Each of
 * several threads may have as much as one alone, as long as all of them may have it.
 */
static u64 request_memory(const struct amk_options *o, const struct amk_cell *cell)
{
	const struct amk_protocol *p = &o->protocol;
	u64 one = amk_strategy_footprint(cell->strategy, cell->size_bytes);
	u64 each = p->batch_bytes;

	if (!(cell->workload->flags & AMK_WORKLOAD_BATCH))
		return p->mem_max_bytes;
	if (one > p->batch_bytes && one <= p->mem_max_bytes)
		each = one;
	if (o->nr_threads < 2)
		return each;
	return each < p->mem_max_bytes / o->nr_threads ? each * o->nr_threads : p->mem_max_bytes;
}

/* Who measures, and by which clock what they do in a second is to be told. */
static void request_threads(const struct amk_options *o, double ticks_per_ns,
			    struct amk_request *request)
{
	double khz = ticks_per_ns * 1e6;

	if (!o->nr_threads)
		return;
	request->nr_threads = o->nr_threads;
	memcpy(request->cpu, o->thread_cpu, o->nr_threads * sizeof(*request->cpu));
	if (!o->counted)
		request->tick_khz = khz < AMK_TICK_KHZ_MAX ? (u32)khz : AMK_TICK_KHZ_MAX;
}

void amk_plan_request(const struct amk_options *options, const struct amk_plan *plan, u32 at,
		      u32 round, enum amk_clock_kind clock, double ticks_per_ns,
		      struct amk_request *request)
{
	const struct amk_protocol *p = &options->protocol;
	const struct amk_cell *cell = &plan->cell[at];
	struct amk_random r = derive(options->seed, round, (u64)at + 1);

	memset(request, 0, sizeof(*request));
	request->size_of = sizeof(*request);
	request->version = AMK_ABI_VERSION;
	memcpy(request->strategy, cell->strategy->name, strlen(cell->strategy->name) + 1);
	memcpy(request->workload, cell->workload->name, strlen(cell->workload->name) + 1);
	request->size = cell->size_bytes;
	request->seed = amk_random_next(&r);
	request->mem_max = request_memory(options, cell);
	request->iteration_ticks = to_ticks(p->iteration_ns, ticks_per_ns);
	request->block_ticks = to_ticks(p->block_ns, ticks_per_ns);
	request->clock_kind = clock;
	request->iterations = p->iterations;
	request->warmup = p->warmup;
	request->batch = p->batch;
	request->each_max = p->each_max;
	request->node = cell->strategy->flags & AMK_STRATEGY_PLACED ? options->node : -1;
	request_threads(options, ticks_per_ns, request);
	if (cell->workload->flags & AMK_WORKLOAD_TRANSLATES)
		request->tlb = options->geometry;
}
