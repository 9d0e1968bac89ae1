// SPDX-License-Identifier: GPL-2.0-only
/*
 * limit: the largest size that succeeds, to the byte. Doubling finds the octave, bisection the
 * byte; every allocation is released before the next. What a run may hold bounds the search: an
 * allocator that is still willing there is recorded as capped, not as limited.
 */
#include "workload.h"

/* A lazy allocator holds nothing until it is touched: only the address space bounds it. */
#define LAZY_CAP_BYTES (1ULL << 46)

/* Each size is set up for itself: what a strategy prepares may depend on the size. */
static bool limit_try(struct amk_block *b, u64 size)
{
	const struct amk_ops *ops = b->impl->ops;
	void *p;

	if (amk_block_setup(b, size))
		return false;
	p = ops->alloc(&b->ctx, size);
	if (!p)
		return false;
	amk_escape(p);
	ops->release(&b->ctx, p, size);
	return true;
}

static u64 limit_cap(const struct amk_block *b)
{
	bool lazy = b->strategy->flags & AMK_STRATEGY_LAZY;
	u64 cap = lazy ? LAZY_CAP_BYTES : b->request->mem_max;

	if (b->strategy->max_bytes && b->strategy->max_bytes < cap)
		cap = b->strategy->max_bytes;
	return cap;
}

/* Narrows [*good, *bad) until they are neighbours; false: stopped. */
static bool limit_bisect(struct amk_block *b, u64 *good, u64 *bad)
{
	while (*bad - *good > 1) {
		u64 middle = *good + (*bad - *good) / 2;

		if (b->side->stop(b))
			return false;
		if (limit_try(b, middle))
			*good = middle;
		else
			*bad = middle;
	}
	return true;
}

/* Largest good size up to @cap into @good, 0 if none is; false: stopped. */
static bool limit_search(struct amk_block *b, u64 cap, u64 *good)
{
	u64 size = b->strategy->min_bytes;

	*good = 0;
	for (;;) {
		if (b->side->stop(b))
			return false;
		if (!limit_try(b, size))
			return !*good || limit_bisect(b, good, &size);
		*good = size;
		if (size == cap)
			return true;
		size = size > cap / 2 ? cap : size * 2;
	}
}

/*
 * What a run ends the search at is no limit. Of page tables that are filled at once all of memory
 * is: one page more has to be refused, and costs nothing to ask for. What holds memory before it is
 * asked is left alone.
 */
static void limit_past_memory(struct amk_block *b)
{
	const struct amk_strategy *s = b->strategy;
	u64 past;

	if (!b->side->memory || !(s->flags & AMK_STRATEGY_POPULATED) ||
	    s->flags & AMK_STRATEGY_EVIDENCE ||
	    (s->family != AMK_FAMILY_mapped && s->family != AMK_FAMILY_huge))
		return;
	past = b->side->memory() + AMK_PAGE_SIZE;
	if (!limit_try(b, past))
		amk_block_value(b, AMK_METRIC_limit_past_memory, past);
}

enum amk_status amk_measure_limit(struct amk_block *block, const struct amk_workload *workload)
{
	u64 cap = limit_cap(block);
	/* Where the way itself ends, that is its limit and nothing stopped the search. */
	bool own = cap == block->strategy->max_bytes;
	u64 good;

	(void)workload;
	if (!limit_search(block, cap, &good))
		return amk_block_broken(block);
	if (!good)
		return amk_block_end(block, AMK_STATUS_REFUSED, AMK_REASON_NONE, 0);
	amk_block_value(block, AMK_METRIC_limit, good);
	if (good == cap && !own)
		limit_past_memory(block);
	return amk_block_end(block, AMK_STATUS_OK,
			     good == cap && !own ? AMK_REASON_CAPPED : AMK_REASON_NONE, 0);
}
