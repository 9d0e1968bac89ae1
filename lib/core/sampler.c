// SPDX-License-Identifier: GPL-2.0-only
/*
 * Samples a timed loop: calibrates, warms up, times iterations, then single operations,
 * then counts events.
 *
 * An iteration of a fast operation is two runs, of n and of 2n operations: the slope between them
 * is free of what the clock and the loop's entry cost. An operation that fills an iteration alone
 * is timed as it is, and each such iteration is at the same time a sample of the histogram.
 */
#include "body.h"
#include "count.h"
#include "histogram.h"
#include "workload.h"

/* Below so many operations an iteration the clock's share is no longer worth a slope. */
#define SLOPE_MIN_OPS 8
/* The single-operation pass may take as long as so many iterations. */
#define EACH_ITERATIONS 4
/* What a block owes even when it is out of time: whole chunks, on either side. */
#define EACH_LEAST 16U
#define CALIBRATE_MAX_OPS (1ULL << 26)
/* An iteration is at least so many steps of the clock. */
#define AIM_STEPS 16

_Static_assert(EACH_LEAST % AMK_DISTURB_CHUNK == 0, "single operations are timed in whole chunks");

u32 amk_disturb_class(const struct amk_disturb *before, const struct amk_disturb *after)
{
	u32 bits = 0;

	if (after->slept != before->slept)
		bits |= AMK_CLASS_SLEPT;
	if (after->preempted != before->preempted)
		bits |= AMK_CLASS_PREEMPTED;
	if (after->interrupts != before->interrupts)
		bits |= AMK_CLASS_INTERRUPTED;
	if (after->cpu != before->cpu)
		bits |= AMK_CLASS_MIGRATED;
	return bits;
}

void amk_block_sample(struct amk_block *block, u32 lane, const u64 *ticks, u32 n, u32 class_bits)
{
	struct amk_lane *l = &block->result->lane[lane];
	u32 *hist = class_bits ? l->hist_disturbed : l->hist_clean;
	u32 i;

	for (i = 0; i < n; i++)
		amk_hist_add(hist, ticks[i]);
	l->each_ops += n;
	for (i = 0; i < AMK_NR_CLASSES; i++)
		if (class_bits & 1U << i)
			l->each_class[i] += n;
}

bool amk_block_expired(const struct amk_block *block, u32 done)
{
	u64 used = amk_clock_end(block->clock) - block->started_ticks;

	return done >= 3 && used > block->request->block_ticks;
}

static u64 loop_ticks(struct amk_block *b, const struct amk_loop *loop, u64 n)
{
	u64 ticks[AMK_LANES_MAX] = { 0 };

	loop->timed(b, n, ticks);
	return ticks[0] + ticks[1];
}

/* The aim of an iteration: as asked for, or what a coarse clock needs to be read at all. */
static u64 sample_aim(const struct amk_block *b)
{
	u64 least = AIM_STEPS * b->result->clock_resolution_ticks;

	return b->request->iteration_ticks > least ? b->request->iteration_ticks : least;
}

/* How many operations fill @aim ticks when @n fill @ticks. */
static u64 ops_within(u64 aim, u64 n, u64 ticks)
{
	u64 ops = div64_u64(n * aim, ticks ? ticks : 1);

	if (!ops)
		return 1;
	return ops < CALIBRATE_MAX_OPS ? ops : CALIBRATE_MAX_OPS;
}

/*
 * How many operations fill @aim ticks; 0 when the loop broke. The first, cold run is not believed,
 * and what would end the search is believed only the second time: one interrupt at the wrong moment
 * would else leave a whole block with one operation an iteration.
 */
static u64 sample_calibrate(struct amk_block *b, const struct amk_loop *loop, u64 aim)
{
	u64 n, ticks, again;

	loop_ticks(b, loop, 1);
	for (n = 1; !b->refused && !b->side->stop(b); n *= 2) {
		ticks = loop_ticks(b, loop, n);
		if (ticks > aim / 8 && !b->refused && !amk_block_expired(b, 3)) {
			again = loop_ticks(b, loop, n);
			ticks = again < ticks ? again : ticks;
		}
		if (ticks > aim / 8 || n >= CALIBRATE_MAX_OPS)
			return b->refused ? 0 : ops_within(aim, n, ticks);
	}
	return 0;
}

/* One iteration of every lane; false when the loop broke. */
static bool sample_iteration(struct amk_block *b, const struct amk_loop *loop, u64 n, u32 at)
{
	u64 ticks[AMK_LANES_MAX] = { 0 }, ticks2[AMK_LANES_MAX] = { 0 };
	bool single = n * loop->ops_per_call == 1;
	struct amk_disturb before, after;
	u32 i, bits;

	b->disturbed = 0;
	amk_disturb_read(&before);
	loop->timed(b, n, ticks);
	if (loop->slope)
		loop->timed(b, 2 * n, ticks2);
	amk_disturb_read(&after);
	if (b->refused)
		return false;
	bits = loop->kept ? b->disturbed : amk_disturb_class(&before, &after);
	for (i = 0; i < loop->nr_lanes; i++) {
		struct amk_lane *lane = &b->result->lane[loop->first_lane + i];

		lane->iteration[at].ticks_n = ticks[i];
		lane->iteration[at].ticks_2n = ticks2[i];
		lane->iteration[at].class_bits = bits;
		lane->nr_iterations = at + 1;
		if (single && !loop->kept)
			amk_block_sample(b, loop->first_lane + i, &ticks[i], 1, bits);
	}
	if (loop->kept)
		loop->kept(b, single);
	return true;
}

static void sample_each(struct amk_block *b, const struct amk_loop *loop, u64 n)
{
	u64 ops = n * (loop->slope ? 3 : 1) * EACH_ITERATIONS;
	u64 max = b->request->each_max;

	if (!loop->each || !max || n * loop->ops_per_call == 1)
		return;
	max = div64_u64(max, loop->ops_per_call);
	if (ops > max)
		ops = max;
	/* A block out of time still owes its distribution: the least that is one. */
	if (amk_block_expired(b, 3))
		ops = 0;
	if (ops * loop->ops_per_call < EACH_LEAST)
		ops = loop->ops_per_call > 1 ? 1 : EACH_LEAST;
	loop->each(b, ops);
}

static void sample_lanes_open(struct amk_block *b, const struct amk_loop *loop, u64 n)
{
	u32 i;

	for (i = 0; i < loop->nr_lanes; i++) {
		struct amk_lane *lane = &b->result->lane[loop->first_lane + i];

		lane->ops = n * loop->ops_per_call;
		lane->slope = loop->slope;
	}
}

bool amk_sample_loop(struct amk_block *block, const struct amk_loop *wanted)
{
	const struct amk_request *req = block->request;
	struct amk_loop loop = *wanted;
	u64 n, whole;
	u32 i;

	n = sample_calibrate(block, &loop, sample_aim(block));
	if (!n)
		return false;
	whole = n;
	loop.slope = loop.slope && n >= 3 * SLOPE_MIN_OPS;
	if (loop.slope)
		n = div64_u64(n, 3);
	sample_lanes_open(block, &loop, n);
	for (i = 0; i < req->warmup && !amk_block_expired(block, 3); i++) {
		loop_ticks(block, &loop, n);
		if (block->refused || block->side->stop(block))
			return false;
	}
	for (i = 0; i < req->iterations && !amk_block_expired(block, i); i++)
		if (block->side->stop(block) || !sample_iteration(block, &loop, n, i))
			return false;
	if (block->side->stop(block))
		return false;
	sample_each(block, &loop, n);
	if (block->refused)
		return false;
	return amk_count_loop(block, &loop, whole);
}
