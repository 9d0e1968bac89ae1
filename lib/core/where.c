// SPDX-License-Identifier: GPL-2.0-only
/*
 * where: the timed loop of pair in another context: preemption off, a soft interrupt, a hard one.
 * The very same loop runs there, in slices that are over within some 100 us, since nothing else
 * runs on the CPU meanwhile; entering the context lies outside of what is timed. Each slice says
 * where it found itself, so the record shows that the context was the one asked for. A strategy
 * that may sleep is not legal there, and is not tried.
 */
#include "workload.h"

/* One operation alone must stay within a slice: clearing so much does. */
#define WHERE_BYTES_MAX (64ULL << 10)

static void where_timed(struct amk_block *b, u64 n, u64 *ticks)
{
	if (b->side->within(b, b->where, b->impl->body[AMK_BODY_pair].timed, n, ticks))
		b->refused = true;
}

static void each_run(struct amk_block *b, u64 n, u64 *ticks)
{
	(void)ticks;
	b->impl->body[AMK_BODY_pair].each(b, n);
}

static void where_each(struct amk_block *b, u64 n)
{
	u64 ticks[AMK_LANES_MAX] = { 0 };

	if (b->side->within(b, b->where, each_run, n, ticks))
		b->refused = true;
}

static enum amk_where where_of(const struct amk_workload *w)
{
	switch (w - amk_workloads) {
	case AMK_WORKLOAD_ID_pair_hardirq:
		return AMK_WHERE_HARDIRQ;
	case AMK_WORKLOAD_ID_pair_softirq:
		return AMK_WHERE_SOFTIRQ;
	default:
		return AMK_WHERE_PREEMPT_OFF;
	}
}

/* Why it cannot be done; NONE: it can. */
static enum amk_reason where_misfit(struct amk_block *b)
{
	u64 ticks[AMK_LANES_MAX] = { 0 };

	if (!b->side->within)
		return AMK_REASON_KERNEL_ONLY;
	if (!(b->strategy->flags & AMK_STRATEGY_ATOMIC))
		return AMK_REASON_MAY_SLEEP;
	if (b->ctx.size > WHERE_BYTES_MAX)
		return AMK_REASON_TOO_LARGE;
	/* Nothing to run: whether there is such a context at all. */
	return b->side->within(b, b->where, each_run, 0, ticks) ? AMK_REASON_SLEEPING_LOCKS :
								  AMK_REASON_NONE;
}

static void where_values(struct amk_block *b)
{
	const struct amk_where_seen *seen = &b->seen;

	amk_block_value(b, AMK_METRIC_context_slices, seen->slices);
	amk_block_value(b, AMK_METRIC_context_hardirq, seen->hardirq);
	amk_block_value(b, AMK_METRIC_context_softirq, seen->softirq);
	if (seen->uncounted)
		amk_block_value_skip(b, AMK_METRIC_context_preempt_off,
				     AMK_REASON_NO_PREEMPT_COUNT);
	else
		amk_block_value(b, AMK_METRIC_context_preempt_off, seen->preempt_off);
}

enum amk_status amk_measure_where(struct amk_block *block, const struct amk_workload *workload)
{
	const struct amk_loop loop = {
		.timed = where_timed,
		.each = where_each,
		.nr_lanes = 1,
		.slope = workload->flags & AMK_WORKLOAD_SLOPE,
		.ops_per_call = 1,
		.uncounted = AMK_REASON_COUNTS_ENTERING,
	};
	const struct amk_ops *ops = block->impl->ops;
	enum amk_reason misfit;
	void *p;

	block->where = where_of(workload);
	memset(&block->seen, 0, sizeof(block->seen));
	misfit = where_misfit(block);
	if (misfit)
		return amk_block_end(block, AMK_STATUS_SKIP, misfit, 0);
	p = ops->alloc(&block->ctx, block->ctx.size);
	if (!p)
		return amk_block_end(block, AMK_STATUS_REFUSED, AMK_REASON_NONE, 0);
	ops->release(&block->ctx, p, block->ctx.size);
	if (!amk_sample_loop(block, &loop))
		return amk_block_broken(block);
	where_values(block);
	return amk_block_end(block, AMK_STATUS_OK, AMK_REASON_NONE, 0);
}
