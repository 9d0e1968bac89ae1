// SPDX-License-Identifier: GPL-2.0-only
/*
 * zero: does memory read zero, and if it does not, is it what was there before? Objects are filled
 * with a poison, freed, and allocated again; bytes are counted, never shown. "Reused" tells how
 * many came back at an address just freed: only then is a clean read evidence of zeroing. A few
 * bytes may be neither poison nor zero: the allocator's own links lie in free objects.
 */
#include "workload.h"

#define POISON 0xa5
#define OBJECTS_MAX 64U
#define BYTES_MAX (4ULL << 20) /* checked in all */
#define OBJECT_BYTES_MAX (1ULL << 20) /* of one object */

struct zero_count {
	u64 checked;
	u64 stale;
	u64 nonzero;
	u64 reused;
};

static void zero_check(const u8 *p, u64 len, struct zero_count *c)
{
	u64 i;

	for (i = 0; i < len; i++) {
		c->nonzero += p[i] != 0;
		c->stale += p[i] == POISON;
	}
	c->checked += len;
}

static u32 zero_alloc(struct amk_block *b, void **slots, u32 n)
{
	u32 i;

	for (i = 0; i < n; i++) {
		slots[i] = b->impl->ops->alloc(&b->ctx, b->ctx.size);
		if (!slots[i])
			break;
	}
	return i;
}

static void zero_release(struct amk_block *b, void **slots, u32 n)
{
	while (n)
		b->impl->ops->release(&b->ctx, slots[--n], b->ctx.size);
}

static u64 zero_reused(void **before, u32 nr_before, void **after, u32 nr_after)
{
	u64 reused = 0;
	u32 i, j;

	for (i = 0; i < nr_after; i++)
		for (j = 0; j < nr_before; j++)
			reused += after[i] == before[j];
	return reused;
}

static void zero_values(struct amk_block *b, const struct zero_count *c)
{
	amk_block_value(b, AMK_METRIC_bytes_checked, c->checked);
	amk_block_value(b, AMK_METRIC_bytes_stale, c->stale);
	amk_block_value(b, AMK_METRIC_bytes_nonzero, c->nonzero);
	amk_block_value(b, AMK_METRIC_reused, c->reused);
}

/* How many objects are looked at. */
static u32 zero_objects(const struct amk_block *b, u64 len)
{
	u64 fit = div64_u64(BYTES_MAX, len);
	u32 n = b->batch < OBJECTS_MAX ? b->batch : OBJECTS_MAX;

	return n < fit ? n : (u32)fit;
}

/* Fills @n new objects with the poison and frees them; how many there were. */
static u32 zero_poison(struct amk_block *b, void **slots, u32 n, u64 len)
{
	u32 i;

	n = zero_alloc(b, slots, n);
	for (i = 0; i < n; i++) {
		memset(slots[i], POISON, len);
		/* A compiler that knew release() as free() might drop the poison as a dead store.
		 */
		amk_escape(slots[i]);
	}
	zero_release(b, slots, n);
	return n;
}

enum amk_status amk_measure_zero(struct amk_block *block, const struct amk_workload *workload)
{
	u64 len = block->ctx.size < OBJECT_BYTES_MAX ? block->ctx.size : OBJECT_BYTES_MAX;
	void **before = block->slots, **after = block->slots + OBJECTS_MAX;
	struct zero_count count = { 0 };
	u32 i, nr_before, nr_after;

	(void)workload;
	nr_before = zero_poison(block, before, zero_objects(block, len), len);
	if (!nr_before)
		return amk_block_end(block, AMK_STATUS_REFUSED, AMK_REASON_NONE, 0);
	if (block->side->stop(block))
		return amk_block_broken(block);
	nr_after = zero_alloc(block, after, nr_before);
	block->refused = !nr_after;
	if (block->refused)
		return amk_block_broken(block);
	for (i = 0; i < nr_after; i++)
		zero_check(after[i], len, &count);
	count.reused = zero_reused(before, nr_before, after, nr_after);
	zero_release(block, after, nr_after);
	zero_values(block, &count);
	return amk_block_end(block, AMK_STATUS_OK, AMK_REASON_NONE, 0);
}
