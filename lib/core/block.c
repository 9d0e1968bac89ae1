// SPDX-License-Identifier: GPL-2.0-only
/*
 * One block from request to result: bounds, set-up, the workload, tear-down.
 */
#include "block.h"

#include "workload.h"

#define CLOCK_TRIES 33
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

void *amk_block_range(struct amk_block *block)
{
	block->range = block->impl->ops->alloc(&block->ctx, block->ctx.size);
	return block->range;
}

static struct amk_value *value_next(struct amk_block *block, u32 metric)
{
	struct amk_value *value = &block->result->value[block->result->nr_values];

	if (block->result->nr_values < AMK_VALUES_MAX - 1)
		block->result->nr_values++;
	memcpy(value->metric, amk_metrics[metric].name, strlen(amk_metrics[metric].name) + 1);
	return value;
}

void amk_block_value(struct amk_block *block, u32 metric, u64 number)
{
	struct amk_value *value = value_next(block, metric);

	value->value = number;
	value->status = AMK_STATUS_OK;
}

void amk_block_value_skip(struct amk_block *block, u32 metric, enum amk_reason reason)
{
	struct amk_value *value = value_next(block, metric);

	value->status = AMK_STATUS_SKIP;
	value->reason = reason;
}

static bool name_ends(const char *name)
{
	u32 i;

	for (i = 0; i < AMK_NAME_LEN; i++)
		if (!name[i])
			return i > 0;
	return false;
}

int amk_request_check(const struct amk_request *r)
{
	if (r->size_of != sizeof(*r) || r->version != AMK_ABI_VERSION || r->pad)
		return -EINVAL;
	if (!name_ends(r->strategy) || !name_ends(r->workload))
		return -EINVAL;
	if (r->flags & ~AMK_REQUEST_FLAGS || r->clock_kind > AMK_CLOCK_CYCLE)
		return -EINVAL;
	if (!r->iterations || r->iterations > AMK_ITERATIONS_MAX || r->warmup > AMK_WARMUP_MAX)
		return -EINVAL;
	if (!r->batch || r->batch > AMK_BATCH_MAX || r->each_max > AMK_EACH_MAX)
		return -EINVAL;
	if (!r->iteration_ticks || r->node < -1 || r->align & (r->align - 1))
		return -EINVAL;
	return 0;
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
	return AMK_REASON_NOT_IN_KERNEL;
}

/* Why this size cannot be run at all; AMK_REASON_NONE: it can. */
static enum amk_reason block_misfit(struct amk_block *b, const struct amk_workload *w)
{
	const struct amk_strategy *s = b->strategy;
	u64 size = b->request->size;
	u64 room;

	if (w->flags & AMK_WORKLOAD_SIZELESS)
		return AMK_REASON_NONE;
	if (!size || size < s->min_bytes || size < w->least_bytes)
		return AMK_REASON_TOO_SMALL;
	if (s->max_bytes && size > s->max_bytes)
		return AMK_REASON_TOO_LARGE;
	room = div64_u64(b->request->mem_max, amk_strategy_footprint(s, size));
	if (!room)
		return AMK_REASON_OVER_MEMORY;
	b->batch = b->request->batch < b->slots_max ? b->request->batch : b->slots_max;
	if (b->batch > room)
		b->batch = (u32)room;
	return AMK_REASON_NONE;
}

static void block_context(struct amk_block *b)
{
	memset(&b->ctx, 0, sizeof(b->ctx));
	b->ctx.size = b->request->size;
	b->ctx.align = b->request->align;
	b->ctx.node = b->request->node;
	b->ctx.seed = b->request->seed;
}

/* The clock's own cost and step, from empty timed regions. */
static void block_clock(struct amk_block *b)
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
	b->result->clock_overhead_ticks = seen[CLOCK_TRIES / 2];
	b->result->clock_resolution_ticks = least;
}

static enum amk_status block_measure(struct amk_block *b, const struct amk_workload *w)
{
	const struct amk_ops *ops = b->impl->ops;
	enum amk_status status;
	int error = ops->setup ? ops->setup(&b->ctx) : 0;

	if (error == -EOPNOTSUPP)
		return amk_block_end(b, AMK_STATUS_SKIP, needs_reason(b->strategy->needs), 0);
	if (error)
		return amk_block_end(b, AMK_STATUS_SETUP_FAILED, AMK_REASON_SETUP, error);
	if (b->request->flags & AMK_REQUEST_DRY) {
		status = amk_block_end(b, AMK_STATUS_OK, AMK_REASON_NONE, 0);
	} else {
		block_clock(b);
		b->started_ticks = amk_clock_begin(b->clock);
		status = w->measure(b, w);
		b->result->measured_ticks = amk_clock_end(b->clock) - b->started_ticks;
	}
	if (ops->teardown)
		ops->teardown(&b->ctx);
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
	block->clock = block->request->clock_kind;
	arrived = amk_clock_begin(block->clock);
	w = amk_workload_find(block->request->workload);
	if (!w)
		return amk_block_end(block, AMK_STATUS_SKIP, AMK_REASON_UNKNOWN_WORKLOAD, 0);
	misfit = block_misfit(block, w);
	if (misfit)
		return amk_block_end(block, AMK_STATUS_SKIP, misfit, 0);
	block_context(block);
	block_lanes(block, w);
	block->result->batch = block->batch;
	status = block_measure(block, w);
	block->result->total_ticks = amk_clock_end(block->clock) - arrived;
	return status;
}
