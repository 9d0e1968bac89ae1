// SPDX-License-Identifier: GPL-2.0-only
/*
 * One block from request to result: bounds, set-up, the workload, tear-down.
 */
#include "block.h"

#include "count.h"
#include "team.h"
#include "tlb.h"
#include "workload.h"

#define CLOCK_TRIES 33
#define CLOCK_STEP_TRIES (1U << 20) /* a step of 4 ms, at 10 ns a reading, is seen */
#define SLOTS_MIN 128U /* what zero and small chases need */

enum amk_status amk_block_end(struct amk_block *block, enum amk_status status,
			      enum amk_reason reason, int error)
{
	block->result->status = status;
	block->result->reason = reason;
	block->result->error = error;
	return status;
}

enum amk_status amk_block_broken(struct amk_block *block)
{
	if (block->refused)
		return amk_block_end(block, AMK_STATUS_MEASURE_FAILED, AMK_REASON_REFUSED_MIDWAY,
				     -ENOMEM);
	return amk_block_end(block, AMK_STATUS_MEASURE_FAILED, AMK_REASON_STOPPED, -EINTR);
}

enum amk_status amk_block_on_range(struct amk_block *block,
				   enum amk_status (*run)(struct amk_block *block))
{
	const struct amk_ops *ops = block->impl->ops;
	enum amk_status status;

	block->range = ops->alloc(&block->ctx, block->ctx.size);
	if (!block->range)
		return amk_block_end(block, AMK_STATUS_REFUSED, AMK_REASON_NONE, 0);
	status = run(block);
	ops->release(&block->ctx, block->range, block->ctx.size);
	return status;
}

static void value_add(struct amk_block *block, u32 metric, u64 number, enum amk_status status,
		      enum amk_reason reason)
{
	struct amk_result *result = block->result;
	struct amk_value *value;

	if (result->nr_values >= AMK_VALUES_MAX)
		return;
	value = &result->value[result->nr_values++];
	memcpy(value->metric, amk_metrics[metric].name, strlen(amk_metrics[metric].name) + 1);
	value->value = number;
	value->status = status;
	value->reason = reason;
}

void amk_block_value(struct amk_block *block, u32 metric, u64 value)
{
	value_add(block, metric, value, AMK_STATUS_OK, AMK_REASON_NONE);
}

void amk_block_value_skip(struct amk_block *block, u32 metric, enum amk_reason reason)
{
	value_add(block, metric, 0, AMK_STATUS_SKIP, reason);
}

static bool name_ends(const char *name)
{
	u32 i;

	for (i = 0; i < AMK_NAME_LEN; i++)
		if (!name[i])
			return i > 0;
	return false;
}

static bool is_zero(const void *p, u64 len)
{
	const u8 *byte = p;

	while (len && !byte[len - 1])
		len--;
	return !len;
}

/* Events of a group stand together and in rising order; what is past them must be zero. */
static bool events_sane(const struct amk_request *r)
{
	const struct amk_event *e = r->event;
	u32 i;

	if (r->nr_events > AMK_EVENTS_MAX)
		return false;
	for (i = 0; i < r->nr_events; i++) {
		if (!name_ends(e[i].metric) || e[i].flags & ~AMK_EVENT_FLAGS || e[i].pad)
			return false;
		if (e[i].type > AMK_EVENT_SOFTWARE && e[i].type != AMK_EVENT_CACHE &&
		    e[i].type != AMK_EVENT_RAW && e[i].type < AMK_EVENT_PMU_MIN)
			return false;
		if (i && e[i].group < e[i - 1].group)
			return false;
	}
	return is_zero(e + i, (AMK_EVENTS_MAX - i) * sizeof(*e));
}

/* Each thread has a CPU of its own; what is past them must be zero. */
static bool threads_sane(const struct amk_request *r)
{
	u32 i, j;

	if (r->nr_threads > AMK_THREADS_MAX || r->tick_khz > AMK_TICK_KHZ_MAX)
		return false;
	for (i = 0; i < r->nr_threads; i++)
		for (j = 0; j < i; j++)
			if (r->cpu[i] == r->cpu[j])
				return false;
	return is_zero(r->cpu + i, (AMK_THREADS_MAX - i) * sizeof(*r->cpu));
}

int amk_request_check(const struct amk_request *r)
{
	if (r->size_of != sizeof(*r) || r->version != AMK_ABI_VERSION)
		return -EINVAL;
	if (!name_ends(r->strategy) || !name_ends(r->workload))
		return -EINVAL;
	if (r->flags & ~AMK_REQUEST_FLAGS || r->clock_kind > AMK_CLOCK_CYCLE)
		return -EINVAL;
	if (!r->iterations || r->iterations > AMK_ITERATIONS_MAX || r->warmup > AMK_WARMUP_MAX)
		return -EINVAL;
	if (!r->batch || r->batch > AMK_BATCH_MAX || r->each_max > AMK_EACH_MAX)
		return -EINVAL;
	if (!r->iteration_ticks || r->iteration_ticks > AMK_ITERATION_TICKS_MAX)
		return -EINVAL;
	if (r->node < -1 || r->node > AMK_NODE_MAX || r->align & (r->align - 1))
		return -EINVAL;
	if (amk_tlb_check(&r->tlb))
		return -EINVAL;
	return events_sane(r) && threads_sane(r) ? 0 : -EINVAL;
}

/* What an -EOPNOTSUPP of setup() means follows from what the row needs. */
static enum amk_reason needs_reason(u32 needs)
{
	if (needs & (AMK_NEED_HUGETLB_2M | AMK_NEED_HUGETLB_1G))
		return AMK_REASON_NO_HUGETLB;
	if (needs & AMK_NEED_THP)
		return AMK_REASON_NO_THP;
	if (needs & (AMK_NEED_DMA_ZONE | AMK_NEED_DMA32_ZONE))
		return AMK_REASON_NO_DMA_ZONE;
	if (needs & AMK_NEED_NUMA && !(needs & AMK_NEED_PREFERRED_MANY))
		return AMK_REASON_NO_NUMA;
	return AMK_REASON_NOT_IN_KERNEL;
}

/* Why memory cannot be asked for where the request wants it; AMK_REASON_NONE: it can. */
static enum amk_reason block_misplaced(const struct amk_block *b)
{
	/* To take nodes by turns there must be two; the CPU's own may well be empty. */
	if (b->strategy->flags & AMK_STRATEGY_SPREAD && b->side->place &&
	    b->side->place(0) == AMK_REASON_NODE_ALONE)
		return AMK_REASON_NODE_ALONE;
	if (b->request->node < 0)
		return AMK_REASON_NONE;
	if (!(b->strategy->flags & AMK_STRATEGY_PLACED))
		return AMK_REASON_NOT_PLACED;
	return b->side->place ? b->side->place((u32)b->request->node) : AMK_REASON_NO_NUMA;
}

/* Why it cannot be run by as many threads as are asked for; AMK_REASON_NONE: it can. */
static enum amk_reason block_unshared(const struct amk_block *b, const struct amk_workload *w)
{
	const struct amk_request *r = b->request;

	if (!r->nr_threads)
		return w->flags & AMK_WORKLOAD_RELAY ? AMK_REASON_NO_THREADS : AMK_REASON_NONE;
	if (!(w->flags & AMK_WORKLOAD_SHARED) || b->strategy->flags & AMK_STRATEGY_CALLER ||
	    !b->side->team)
		return AMK_REASON_NOT_SHARED;
	if (w->flags & AMK_WORKLOAD_RELAY && b->strategy->flags & AMK_STRATEGY_PRIVATE)
		return AMK_REASON_KEPT_PRIVATE;
	return r->nr_threads > 1 && !r->tick_khz ? AMK_REASON_CLOCK_OF_ALL : AMK_REASON_NONE;
}

/* The largest batch that there is room for, in @room allocations and in the tables. */
static u32 batch_within(const struct amk_block *b, const struct amk_workload *w, u64 room)
{
	const struct amk_request *r = b->request;
	u32 most = b->slots_max, team;

	if (r->nr_threads) {
		team = amk_team_batch_max(r, w->flags & AMK_WORKLOAD_RELAY);
		most = team < most ? team : most;
	}
	if (r->batch < most)
		most = r->batch;
	return room < most ? (u32)room : most;
}

/* How many batches live at once. */
static u32 batches_live(const struct amk_request *r, const struct amk_workload *w)
{
	u32 threads = r->nr_threads ? r->nr_threads : 1;

	return w->flags & AMK_WORKLOAD_RELAY ? threads * AMK_TEAM_BUFFERS : threads;
}

/* Why this size cannot be run at all; AMK_REASON_NONE: it can. */
static enum amk_reason block_misfit(struct amk_block *b, const struct amk_workload *w)
{
	const struct amk_strategy *s = b->strategy;
	u64 size = b->request->size;
	u64 room;

	if (s->flags & AMK_STRATEGY_EMPTY && w->flags & AMK_WORKLOAD_TOUCHES)
		return AMK_REASON_NO_CONTENT;
	if (s->flags & AMK_STRATEGY_SCATTERED && w->flags & AMK_WORKLOAD_TOUCHES)
		return AMK_REASON_NO_RANGE;
	if (w->flags & AMK_WORKLOAD_SIZELESS)
		return s->min_bytes > b->request->mem_max ? AMK_REASON_OVER_MEMORY :
							    AMK_REASON_NONE;
	if (!size || size < s->min_bytes || size < w->least_bytes)
		return AMK_REASON_TOO_SMALL;
	if (s->max_bytes && size > s->max_bytes)
		return AMK_REASON_TOO_LARGE;
	if (b->request->align > size)
		size = b->request->align;
	room = div64_u64(b->request->mem_max, amk_strategy_footprint(s, size));
	room = div64_u64(room, batches_live(b->request, w));
	if (!room)
		return AMK_REASON_OVER_MEMORY;
	b->batch = batch_within(b, w, room);
	return AMK_REASON_NONE;
}

void amk_block_teardown(struct amk_block *b)
{
	if (b->ready && b->impl->ops->teardown)
		b->impl->ops->teardown(&b->ctx);
	b->ready = false;
}

int amk_block_setup(struct amk_block *b, u64 size)
{
	int error = 0;

	amk_block_teardown(b);
	memset(&b->ctx, 0, sizeof(b->ctx));
	b->ctx.size = size;
	b->ctx.align = b->request->align;
	b->ctx.node = b->request->node;
	b->ctx.seed = b->request->seed;
	if (b->impl->ops->setup)
		error = b->impl->ops->setup(&b->ctx);
	b->ready = !error;
	return error;
}

/* The first step of the clock within so many readings; 0: it stands still. */
static u64 clock_step(enum amk_clock_kind clock)
{
	u64 t0 = amk_clock_begin(clock);
	u64 t1 = t0;
	u32 i;

	for (i = 0; i < CLOCK_STEP_TRIES && t1 == t0; i++)
		t1 = amk_clock_end(clock);
	return t1 - t0;
}

/* The clock's own cost and step, from empty timed regions; false: it stands still. */
static bool block_clock(struct amk_block *b)
{
	u64 seen[CLOCK_TRIES], ticks, t0;
	u64 least = 0;
	u32 i, j;

	for (i = 0; i < CLOCK_TRIES; i++) {
		t0 = amk_clock_begin(b->clock);
		ticks = amk_clock_end(b->clock) - t0;
		if (ticks && (!least || ticks < least))
			least = ticks;
		for (j = i; j && seen[j - 1] > ticks; j--)
			seen[j] = seen[j - 1];
		seen[j] = ticks;
	}
	if (!least)
		least = clock_step(b->clock);
	b->result->clock_overhead_ticks = seen[CLOCK_TRIES / 2];
	b->result->clock_resolution_ticks = least;
	return least;
}

static enum amk_status block_measure(struct amk_block *b, const struct amk_workload *w)
{
	enum amk_status status;

	if (b->request->flags & AMK_REQUEST_DRY) {
		amk_count_probe(b);
		return amk_block_end(b, AMK_STATUS_OK, AMK_REASON_NONE, 0);
	}
	if (!block_clock(b))
		return amk_block_end(b, AMK_STATUS_MEASURE_FAILED, AMK_REASON_CLOCK, 0);
	b->started_ticks = amk_clock_begin(b->clock);
	status = w->measure(b, w);
	b->result->measured_ticks = amk_clock_end(b->clock) - b->started_ticks;
	return status;
}

static enum amk_status block_try(struct amk_block *b, const struct amk_workload *w)
{
	bool sizeless = w->flags & AMK_WORKLOAD_SIZELESS;
	enum amk_status status;
	int error = amk_block_setup(b, sizeless ? b->strategy->min_bytes : b->request->size);

	if (error == -EOPNOTSUPP)
		return amk_block_end(b, AMK_STATUS_SKIP, needs_reason(b->strategy->needs), 0);
	if (error)
		return amk_block_end(b, AMK_STATUS_SETUP_FAILED, AMK_REASON_SETUP, error);
	status = block_measure(b, w);
	amk_block_teardown(b);
	return status;
}

static void block_lanes(struct amk_block *b, const struct amk_workload *w)
{
	const char *name;
	u32 i;

	for (i = 0; i < AMK_LANES_MAX && w->lane[i] != AMK_METRIC_none; i++) {
		name = amk_metrics[w->lane[i]].name;
		memcpy(b->result->lane[i].metric, name, strlen(name) + 1);
	}
	b->result->nr_lanes = i;
}

enum amk_status amk_block_run(struct amk_block *block)
{
	const struct amk_workload *w;
	enum amk_status status;
	enum amk_reason misfit;
	u64 arrived;

	block->result->size_of = sizeof(*block->result);
	block->result->version = AMK_ABI_VERSION;
	if (amk_request_check(block->request) || block->slots_max < SLOTS_MIN)
		return amk_block_end(block, AMK_STATUS_SETUP_FAILED, AMK_REASON_BAD_REQUEST,
				     -EINVAL);
	block->ready = false;
	block->refused = false;
	block->batch = 0;
	block->clock = block->request->clock_kind;
	arrived = amk_clock_begin(block->clock);
	w = amk_workload_find(block->request->workload);
	if (!w)
		return amk_block_end(block, AMK_STATUS_SKIP, AMK_REASON_UNKNOWN_WORKLOAD, 0);
	misfit = block_misplaced(block);
	if (!misfit)
		misfit = block_unshared(block, w);
	if (!misfit)
		misfit = block_misfit(block, w);
	if (misfit)
		return amk_block_end(block, AMK_STATUS_SKIP, misfit, 0);
	block_lanes(block, w);
	block->result->batch = block->batch;
	status = block_try(block, w);
	block->result->total_ticks = amk_clock_end(block->clock) - arrived;
	return status;
}
