// SPDX-License-Identifier: GPL-2.0-only
/*
 * pair, burst, touch and remote: the workloads whose timed region holds alloc and release
 * themselves.
 */
#include "random.h"
#include "team.h"
#include "workload.h"

static void loops_order(struct amk_block *b, enum amk_order order)
{
	struct amk_random r = { b->request->seed };
	u32 i;

	if (order == AMK_ORDER_SHUFFLED)
		amk_random_shuffle(&r, b->order, b->batch);
	else
		for (i = 0; i < b->batch; i++)
			b->order[i] = order == AMK_ORDER_FIFO ? i : b->batch - 1 - i;
}

/* Whether the allocator gives this size at all: "no" is a result, not a failed measurement. */
static bool loops_refused(struct amk_block *b)
{
	const struct amk_ops *ops = b->impl->ops;
	void *p = ops->alloc(&b->ctx, b->ctx.size);

	if (!p)
		return true;
	ops->release(&b->ctx, p, b->ctx.size);
	return false;
}

enum amk_status amk_measure_loops(struct amk_block *block, const struct amk_workload *workload)
{
	const struct amk_body *body = &block->impl->body[workload->body];
	bool bursts = workload->flags & AMK_WORKLOAD_BATCH;
	struct amk_loop loop = {
		.timed = body->timed,
		.each = body->each,
		.nr_lanes = bursts ? 2 : 1,
		.slope = workload->flags & AMK_WORKLOAD_SLOPE,
		.ops_per_call = bursts ? block->batch : 1,
	};

	if (loops_refused(block))
		return amk_block_end(block, AMK_STATUS_REFUSED, AMK_REASON_NONE, 0);
	if (bursts)
		loops_order(block, workload->order);
	if (block->request->nr_threads)
		return amk_team_measure(block, workload, &loop);
	if (!amk_sample_loop(block, &loop))
		return amk_block_broken(block);
	return amk_block_end(block, AMK_STATUS_OK, AMK_REASON_NONE, 0);
}
