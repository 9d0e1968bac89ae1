// SPDX-License-Identifier: GPL-2.0-only
/*
 * frag: what memory that is broken up still gives. A batch of allocations is asked for one by one
 * and kept, and each is timed; what comes only when it is touched is touched within the time, since
 * that is where the kernel looks for a page. An attempt for which the kernel compacted or reclaimed
 * memory goes into a lane of its own, given or refused; the other lane has those that were given
 * without. What is refused at once is counted only: its time says nothing of the others'. Then the
 * objects are looked at: how many came by a second way, how they lie, how they are mapped.
 */
#include "mapping.h"
#include "objects.h"
#include "runs.h"
#include "squeeze.h"
#include "workload.h"

#define LOOK_PAGES (16ULL << 20 >> AMK_PAGE_SHIFT) /* frames looked up in all */
#define TRIES_LEAST 64U /* that a block is owed even if it is out of time */
#define HUGE_SHIFT 21
#define HUGE_BYTES (1ULL << HUGE_SHIFT)

enum { LANE_CLEAN, LANE_HARD };

struct frag {
	u32 tried;
	u32 given;
	u64 fallback;
	u64 slept;
	u64 compacted; /* attempts */
	u64 reclaimed;
	u64 huge_bytes; /* mapped by huge pages before the first attempt */
	u64 seen[AMK_LANES_MAX]; /* attempts in each lane */
	u64 stride[AMK_LANES_MAX]; /* one in so many is an iteration */
};

/* ---- one attempt ---- */

/* Drops every other iteration: those that stay are as evenly spread. */
static void iterations_thin(struct amk_lane *lane)
{
	u32 i;

	lane->nr_iterations = AMK_ITERATIONS_MAX / 2;
	for (i = 0; i < lane->nr_iterations; i++)
		lane->iteration[i] = lane->iteration[2 * i];
}

static void attempt_add(struct amk_block *b, struct frag *f, u32 at, u64 ticks, u32 class_bits)
{
	struct amk_lane *lane = &b->result->lane[at];
	struct amk_iteration *iteration;

	amk_block_sample(b, at, &ticks, 1, class_bits);
	lane->ops = 1;
	if (f->seen[at]++ % f->stride[at])
		return;
	if (lane->nr_iterations == AMK_ITERATIONS_MAX) {
		iterations_thin(lane);
		f->stride[at] *= 2;
	}
	iteration = &lane->iteration[lane->nr_iterations++];
	iteration->ticks_n = ticks;
	iteration->class_bits = class_bits;
}

/* One allocation, with its pages; what it returned. */
static void *allocate(struct amk_block *b, u64 *ticks)
{
	bool touch = !(b->strategy->flags & AMK_STRATEGY_POPULATED);
	u64 t0 = amk_clock_begin(b->clock);
	void *p = b->impl->ops->alloc(&b->ctx, b->ctx.size);

	amk_escape(p);
	if (p && touch)
		amk_object_touch(p, b->ctx.size);
	*ticks = amk_clock_end(b->clock) - t0;
	return p;
}

/* 0, or the error of the side. */
static int attempt(struct amk_block *b, struct frag *f)
{
	struct amk_reclaimed reclaimed[2];
	struct amk_disturb before, after;
	bool compacted, stalled;
	u64 ticks;
	void *p;
	int error = b->side->reclaimed(b, &reclaimed[0]);

	if (error)
		return error;
	amk_disturb_read(&before);
	p = allocate(b, &ticks);
	amk_disturb_read(&after);
	f->tried++;
	if (p)
		b->slots[f->given++] = p;
	error = b->side->reclaimed(b, &reclaimed[1]);
	compacted = reclaimed[1].compactions > reclaimed[0].compactions;
	stalled = reclaimed[1].stalls > reclaimed[0].stalls;
	f->compacted += compacted;
	f->reclaimed += stalled;
	f->slept += after.slept - before.slept;
	if (p || compacted || stalled)
		attempt_add(b, f, compacted || stalled ? LANE_HARD : LANE_CLEAN, ticks,
			    amk_disturb_class(&before, &after));
	return error;
}

static int attempts(struct amk_block *b, struct frag *f)
{
	int error = 0;

	while (f->tried < b->batch && !error) {
		if (b->side->stop(b))
			return -EINTR;
		if (f->tried >= TRIES_LEAST && amk_block_expired(b, 3))
			break;
		error = attempt(b, f);
	}
	return error;
}

/* ---- what came of it ---- */

static void fallback_count(struct amk_block *b, struct frag *f)
{
	const struct amk_ops *ops = b->impl->ops;
	u32 i;

	if (!ops->fell_back)
		return;
	for (i = 0; i < f->given; i++)
		f->fallback += ops->fell_back(&b->ctx, b->slots[i], b->ctx.size);
	amk_block_value(b, AMK_METRIC_frag_fallback, f->fallback);
}

/* Adds the frames of the object at @p; no run goes on from one object to the next. */
static int object_look(struct amk_block *b, const char *p, struct amk_runs *runs)
{
	unsigned long at = (unsigned long)p & ~(AMK_PAGE_SIZE - 1);
	unsigned long end = (unsigned long)p + b->ctx.size;
	int error = 0;
	u32 shift;
	u64 pfn;

	for (; at < end && !error; at += AMK_PAGE_SIZE) {
		shift = 0;
		error = b->side->frame(b, (void *)at, &pfn, &shift);
		if (!error)
			amk_runs_add(runs, pfn);
		/* Swapped out since: a gap. */
		if (error == -ENOENT) {
			amk_runs_break(runs);
			error = 0;
		}
	}
	amk_runs_break(runs);
	return error;
}

/* How the objects lie, as many of them as are looked at. 0 or -errno. */
static int lie_values(struct amk_block *b, const struct frag *f)
{
	struct amk_runs runs;
	int error = 0;
	u32 i;

	amk_runs_init(&runs);
	for (i = 0; i < f->given && !error && (!i || runs.frames < LOOK_PAGES); i++)
		error = object_look(b, b->slots[i], &runs);
	if (error == -EPERM) {
		amk_block_value_skip(b, AMK_METRIC_frag_frames, AMK_REASON_NO_PAGEMAP);
		amk_block_value_skip(b, AMK_METRIC_frag_runs, AMK_REASON_NO_PAGEMAP);
		amk_block_value_skip(b, AMK_METRIC_frag_largest, AMK_REASON_NO_PAGEMAP);
		return 0;
	}
	if (error || !f->given)
		return error;
	amk_block_value(b, AMK_METRIC_frag_frames, runs.frames);
	amk_block_value(b, AMK_METRIC_frag_runs, runs.runs);
	amk_block_value(b, AMK_METRIC_frag_largest, runs.largest);
	memcpy(b->result->run_order, runs.by_order, sizeof(b->result->run_order));
	return 0;
}

/* Bytes of the object at @p that huge entries map. */
static u64 object_huge(struct amk_block *b, const char *p)
{
	u64 at = 0, huge = 0, step;
	u32 shift;

	while (at < b->ctx.size) {
		shift = 0;
		step = AMK_PAGE_SIZE;
		if (!b->side->level(b, p + at, &shift) && shift >= HUGE_SHIFT) {
			step = b->ctx.size - at < HUGE_BYTES ? b->ctx.size - at : HUGE_BYTES;
			huge += step;
		}
		at += step;
	}
	return huge;
}

/* The same of all objects. 0 or -errno. */
static int huge_bytes(struct amk_block *b, const struct frag *f, u64 *bytes)
{
	int error;
	u32 i;

	*bytes = 0;
	if (b->side->huge) {
		error = b->side->huge(b, bytes);
		*bytes = *bytes > f->huge_bytes ? *bytes - f->huge_bytes : 0;
		return error;
	}
	for (i = 0; i < f->given; i++)
		*bytes += object_huge(b, b->slots[i]);
	return 0;
}

static bool wants_huge(const struct amk_block *b)
{
	return b->strategy->flags & AMK_STRATEGY_HUGE;
}

/* What of them huge pages map, where huge pages are wanted and fit. */
static void huge_values(struct amk_block *b, const struct frag *f)
{
	u64 bytes;

	if (!wants_huge(b))
		return;
	if (b->ctx.size < HUGE_BYTES) {
		amk_block_value_skip(b, AMK_METRIC_frag_huge, AMK_REASON_TOO_SMALL);
		return;
	}
	amk_block_value(b, AMK_METRIC_frag_pages,
			f->given * div64_u64(b->ctx.size + AMK_PAGE_SIZE - 1, AMK_PAGE_SIZE));
	if (huge_bytes(b, f, &bytes))
		amk_block_value_skip(b, AMK_METRIC_frag_huge, AMK_REASON_NO_LEVEL);
	else
		amk_block_value(b, AMK_METRIC_frag_huge, bytes >> AMK_PAGE_SHIFT);
}

static int frag_values(struct amk_block *b, struct frag *f)
{
	amk_block_value(b, AMK_METRIC_frag_tried, f->tried);
	amk_block_value(b, AMK_METRIC_frag_given, f->given);
	amk_block_value(b, AMK_METRIC_frag_slept, f->slept);
	amk_block_value(b, AMK_METRIC_frag_compacted, f->compacted);
	amk_block_value(b, AMK_METRIC_frag_reclaimed, f->reclaimed);
	fallback_count(b, f);
	huge_values(b, f);
	return lie_values(b, f);
}

/* A lane that no attempt went into is none. */
static void lanes_pack(struct amk_result *result)
{
	if (!result->lane[LANE_CLEAN].each_ops)
		result->lane[LANE_CLEAN] = result->lane[LANE_HARD];
	else if (result->lane[LANE_HARD].each_ops)
		return;
	memset(&result->lane[LANE_HARD], 0, sizeof(result->lane[LANE_HARD]));
	result->nr_lanes = result->lane[LANE_CLEAN].each_ops > 0;
}

static enum amk_status frag_end(struct amk_block *b, struct frag *f, int error)
{
	if (error == -EINTR)
		return amk_block_broken(b);
	if (error)
		return amk_block_end(b, AMK_STATUS_MEASURE_FAILED, AMK_REASON_NO_VMSTAT, error);
	error = frag_values(b, f);
	if (error)
		return amk_block_end(b, AMK_STATUS_MEASURE_FAILED, AMK_REASON_LOOKUP, error);
	/* That all were refused is what was to be known: a share of 0, not a cell without one. */
	return amk_block_end(b, AMK_STATUS_OK, AMK_REASON_NONE, 0);
}

enum amk_status amk_measure_frag(struct amk_block *block, const struct amk_workload *workload)
{
	struct frag f = { .stride = { 1, 1 } };
	struct amk_reclaimed reclaimed;
	enum amk_status status;
	int error;

	(void)workload;
	if (!block->side->reclaimed || block->side->reclaimed(block, &reclaimed))
		return amk_block_end(block, AMK_STATUS_SKIP, AMK_REASON_NO_VMSTAT, 0);
	if (wants_huge(block) && block->side->huge && block->side->huge(block, &f.huge_bytes))
		f.huge_bytes = 0;
	error = attempts(block, &f);
	lanes_pack(block->result);
	status = frag_end(block, &f, error);
	while (f.given)
		block->impl->ops->release(&block->ctx, block->slots[--f.given], block->ctx.size);
	return status;
}
