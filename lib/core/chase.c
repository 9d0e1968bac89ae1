// SPDX-License-Identifier: GPL-2.0-only
/*
 * chase: dependent loads along one random cycle over the range, one line a page; then over as many
 * lines packed densely. Both touch the same number of cache lines and differ in how many pages they
 * need, so the difference between the two is what translation costs.
 *
 * The line within page i is line i mod 64, or all lines would fall into the same few cache sets.
 * The cycle is random and each load depends on the one before, so no prefetcher helps.
 */
#include "random.h"
#include "workload.h"

#define LINES_A_PAGE ((u32)(AMK_PAGE_SIZE / AMK_LINE_SIZE))

/* Offset of line @i: one line a page, or packed. */
static u64 chase_offset(u32 i, bool dense)
{
	if (dense)
		return (u64)i * AMK_LINE_SIZE;
	return (u64)i * AMK_PAGE_SIZE + (i % LINES_A_PAGE) * AMK_LINE_SIZE;
}

/* How many lines, one a page, lie within @len bytes. */
static u32 chase_lines(u64 len, u32 max)
{
	u64 n = len / AMK_PAGE_SIZE + 1;

	if (n > max)
		n = max;
	while (n && chase_offset((u32)n - 1, false) + AMK_LINE_SIZE > len)
		n--;
	return (u32)n;
}

static void chase_lay(struct amk_block *b, char *base, u32 lines, bool dense)
{
	u32 i;

	for (i = 0; i < lines; i++)
		*(void **)(base + chase_offset(i, dense)) = base + chase_offset(b->order[i], dense);
	b->chase_at = (void **)base;
}

static noinline void chase_timed(struct amk_block *b, u64 n, u64 *ticks)
{
	void **at = b->chase_at;
	u64 t0, t1;

	t0 = amk_clock_begin(b->clock);
	for (; n; n--)
		at = READ_ONCE(*(void ***)at);
	amk_escape(at);
	t1 = amk_clock_end(b->clock);
	b->chase_at = at;
	ticks[0] += t1 - t0;
}

static enum amk_status chase_run(struct amk_block *b)
{
	u64 skew = -(unsigned long)b->range % AMK_LINE_SIZE;
	char *base = (char *)b->range + skew;
	u32 lines = chase_lines(b->ctx.size - skew, b->slots_max + 1);
	struct amk_random r = { b->request->seed };
	struct amk_loop loop = {
		.timed = chase_timed, .nr_lanes = 1, .slope = true, .ops_per_call = 1
	};
	u32 lane;

	if (lines < 2)
		return amk_block_end(b, AMK_STATUS_SKIP, AMK_REASON_TOO_SMALL, 0);
	/* A chase over a part of the range would be recorded as one over all of it. */
	if (lines > b->slots_max)
		return amk_block_end(b, AMK_STATUS_SKIP, AMK_REASON_TOO_LARGE, 0);
	amk_random_cycle(&r, b->order, lines);
	for (lane = 0; lane < 2; lane++) {
		loop.first_lane = lane;
		chase_lay(b, base, lines, lane == 1);
		if (!amk_sample_loop(b, &loop))
			return amk_block_broken(b);
	}
	return amk_block_end(b, AMK_STATUS_OK, AMK_REASON_NONE, 0);
}

enum amk_status amk_measure_chase(struct amk_block *block, const struct amk_workload *workload)
{
	(void)workload;
	return amk_block_on_range(block, chase_run);
}
