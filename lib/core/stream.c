// SPDX-License-Identifier: GPL-2.0-only
/*
 * stream: sequential write of the range, and a copy of its first half to its second. One operation
 * is one pass over the range; the side's own memset and memcpy do the work.
 */
#include "workload.h"

static noinline void stream_write_timed(struct amk_block *b, u64 n, u64 *ticks)
{
	u64 t0, t1;

	t0 = amk_clock_begin(b->clock);
	for (; n; n--) {
		memset(b->range, (int)(n & 0x7f), b->ctx.size);
		amk_escape(b->range);
	}
	t1 = amk_clock_end(b->clock);
	ticks[0] += t1 - t0;
}

static noinline void stream_copy_timed(struct amk_block *b, u64 n, u64 *ticks)
{
	u64 half = b->ctx.size / 2;
	u64 t0, t1;

	t0 = amk_clock_begin(b->clock);
	for (; n; n--) {
		memcpy((char *)b->range + half, b->range, half);
		amk_escape(b->range);
	}
	t1 = amk_clock_end(b->clock);
	ticks[0] += t1 - t0;
}

static enum amk_status stream_run(struct amk_block *b)
{
	struct amk_loop loop = { .timed = stream_write_timed, .nr_lanes = 1, .ops_per_call = 1 };

	if (!amk_sample_loop(b, &loop))
		return amk_block_broken(b);
	loop.timed = stream_copy_timed;
	loop.first_lane = 1;
	if (!amk_sample_loop(b, &loop))
		return amk_block_broken(b);
	return amk_block_end(b, AMK_STATUS_OK, AMK_REASON_NONE, 0);
}

enum amk_status amk_measure_stream(struct amk_block *block, const struct amk_workload *workload)
{
	(void)workload;
	return amk_block_on_range(block, stream_run);
}
