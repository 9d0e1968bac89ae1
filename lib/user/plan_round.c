// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rounds of a plan: which cells one has, in which order, and how each is asked for. All choices
 * follow from the seed.
 */
#include "lib/core/random.h"
#include "lib/user/plan.h"

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
