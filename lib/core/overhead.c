// SPDX-License-Identifier: GPL-2.0-only
/*
 * overhead: what a heap takes beyond what was asked for. Objects of one size are allocated until
 * they come to a fixed sum or number, each page of them is written to, and the process is asked how
 * much it now holds; then all are freed, oldest first, and it is asked again, and once more after
 * the allocator was told to give back what it can. Growth is counted from before the first call, so
 * what the allocator sets up for itself is part of it. The objects are linked through their own
 * first bytes: a table beside them would be memory of the harness.
 */
#include "objects.h"
#include "workload.h"

/* Far past an allocator's own tables and the chunks it takes from the kernel; 4096 small pages. */
#define SUM_BYTES (16ULL << 20)
#define OBJECTS_MAX (1U << 18)
#define STOP_EVERY 64U

struct object {
	struct object *next;
};

struct growth {
	struct object *first;
	struct object **end;
	u64 objects;
	u64 usable_bytes; /* 0: the allocator does not tell */
	u64 before_bytes; /* held before the first call */
};

static u64 objects_wanted(const struct amk_block *b)
{
	u64 one = amk_strategy_footprint(b->strategy, b->ctx.size);
	u64 sum = SUM_BYTES < b->request->mem_max ? SUM_BYTES : b->request->mem_max;
	u64 n = div64_u64(sum, one);

	if (n > OBJECTS_MAX)
		n = OBJECTS_MAX;
	/* That one fits is seen to already. */
	return n ? n : 1;
}

static bool object_add(struct amk_block *b, struct growth *g)
{
	const struct amk_ops *ops = b->impl->ops;
	struct object *object = ops->alloc(&b->ctx, b->ctx.size);

	if (!object)
		return false;
	amk_object_touch(object, b->ctx.size);
	if (ops->usable)
		g->usable_bytes += ops->usable(&b->ctx, object, b->ctx.size);
	object->next = NULL;
	*g->end = object;
	g->end = &object->next;
	g->objects++;
	return true;
}

/* Frees all; the objects know each other. */
static void drain(struct amk_block *b, struct growth *g)
{
	struct object *object = g->first, *next;

	for (; object; object = next) {
		next = object->next;
		b->impl->ops->release(&b->ctx, object, b->ctx.size);
	}
	g->first = NULL;
}

/* False: stopped, or the allocator refused. */
static bool grow(struct amk_block *b, struct growth *g)
{
	u64 want = objects_wanted(b);

	g->end = &g->first;
	while (g->objects < want) {
		if (g->objects % STOP_EVERY == 0 && b->side->stop(b))
			return false;
		if (!object_add(b, g)) {
			b->refused = true;
			return false;
		}
	}
	return true;
}

static void held(struct amk_block *b, const struct growth *g, u32 metric)
{
	u64 bytes;

	if (b->side->resident(b, &bytes))
		amk_block_value_skip(b, metric, AMK_REASON_NO_RESIDENT);
	else
		amk_block_value(b, metric, bytes > g->before_bytes ? bytes - g->before_bytes : 0);
}

static void grown(struct amk_block *b, const struct growth *g)
{
	amk_block_value(b, AMK_METRIC_overhead_objects, g->objects);
	amk_block_value(b, AMK_METRIC_overhead_requested, g->objects * b->ctx.size);
	if (g->usable_bytes)
		amk_block_value(b, AMK_METRIC_overhead_usable, g->usable_bytes);
	else
		amk_block_value_skip(b, AMK_METRIC_overhead_usable, AMK_REASON_NOT_KNOWN);
	held(b, g, AMK_METRIC_overhead_resident);
}

static void drained(struct amk_block *b, const struct growth *g)
{
	const struct amk_ops *ops = b->impl->ops;

	held(b, g, AMK_METRIC_overhead_drained);
	if (ops->trim && ops->trim(&b->ctx))
		held(b, g, AMK_METRIC_overhead_trimmed);
	else
		amk_block_value_skip(b, AMK_METRIC_overhead_trimmed, AMK_REASON_NO_TRIM);
}

enum amk_status amk_measure_overhead(struct amk_block *block, const struct amk_workload *workload)
{
	struct growth g = { 0 };
	bool whole;

	(void)workload;
	if (!block->side->resident)
		return amk_block_end(block, AMK_STATUS_SKIP, AMK_REASON_USER_ONLY, 0);
	if (block->side->resident(block, &g.before_bytes))
		return amk_block_end(block, AMK_STATUS_SKIP, AMK_REASON_NO_RESIDENT, 0);
	whole = grow(block, &g);
	if (whole)
		grown(block, &g);
	drain(block, &g);
	if (!whole && block->refused && !g.objects)
		return amk_block_end(block, AMK_STATUS_REFUSED, AMK_REASON_NONE, 0);
	if (!whole)
		return amk_block_broken(block);
	drained(block, &g);
	return amk_block_end(block, AMK_STATUS_OK, AMK_REASON_NONE, 0);
}
