// SPDX-License-Identifier: GPL-2.0-only
/*
 * origin: where the frames of a batch come from: which zone, which node, how low. All of the batch
 * live at once, so an allocator that gave the first from one zone may have to go to another for the
 * rest, and that shows. Each object's pages are looked up one by one and only counted: no record
 * holds an address. A page that two small objects share counts for both.
 */
#include "workload.h"

#define OBJECTS_MAX 64U
#define BYTES_MAX (16ULL << 20) /* looked at in all */
#define LOW_16M (16ULL << 20 >> AMK_PAGE_SHIFT)
#define LOW_4G (4ULL << 30 >> AMK_PAGE_SHIFT)

struct origins {
	u64 pages;
	u64 below_16m;
	u64 below_4g;
	u64 local;
	u64 by_zone[AMK_NR_ZONES];
};

static int page_look(struct amk_block *b, const void *addr, struct origins *o)
{
	struct amk_origin origin;
	u32 shift = 0;
	u64 pfn;
	int error = b->side->frame(b, addr, &pfn, &shift);

	if (error)
		return error;
	o->pages++;
	o->below_16m += pfn < LOW_16M;
	o->below_4g += pfn < LOW_4G;
	if (!b->side->origin)
		return 0;
	error = b->side->origin(b, addr, &origin);
	if (error)
		return error;
	o->by_zone[origin.zone]++;
	o->local += origin.local;
	return 0;
}

/* Each page that the object at @p reaches into. */
static int object_look(struct amk_block *b, char *p, struct origins *o)
{
	unsigned long at = (unsigned long)p & ~(AMK_PAGE_SIZE - 1);
	unsigned long end = (unsigned long)p + b->ctx.size;
	int error = 0;

	for (; at < end && !error; at += AMK_PAGE_SIZE)
		error = page_look(b, (void *)at, o);
	return error;
}

/* What is lazy gets its frames now. */
static void object_touch(struct amk_block *b, volatile char *p)
{
	u64 at;

	for (at = 0; at < b->ctx.size; at += AMK_PAGE_SIZE)
		p[at] = 1;
	p[b->ctx.size - 1] = 1;
}

static u32 origin_objects(const struct amk_block *b)
{
	u64 fit = div64_u64(BYTES_MAX, b->ctx.size);
	u32 n = b->batch < OBJECTS_MAX ? b->batch : OBJECTS_MAX;

	if (n > fit)
		n = fit ? (u32)fit : 1;
	return n;
}

static void origin_values(struct amk_block *b, const struct origins *o)
{
	static const enum amk_metric_id zones[AMK_NR_ZONES] = {
		[AMK_ZONE_DMA] = AMK_METRIC_origin_dma,
		[AMK_ZONE_DMA32] = AMK_METRIC_origin_dma32,
		[AMK_ZONE_NORMAL] = AMK_METRIC_origin_normal,
		[AMK_ZONE_MOVABLE] = AMK_METRIC_origin_movable,
		[AMK_ZONE_OTHER] = AMK_METRIC_origin_other,
	};
	bool known = b->side->origin;
	u32 i;

	amk_block_value(b, AMK_METRIC_origin_pages, o->pages);
	amk_block_value(b, AMK_METRIC_origin_below_16m, o->below_16m);
	amk_block_value(b, AMK_METRIC_origin_below_4g, o->below_4g);
	for (i = 0; i < AMK_NR_ZONES; i++) {
		if (known)
			amk_block_value(b, zones[i], o->by_zone[i]);
		else
			amk_block_value_skip(b, zones[i], AMK_REASON_KERNEL_ONLY);
	}
	if (known)
		amk_block_value(b, AMK_METRIC_origin_local, o->local);
	else
		amk_block_value_skip(b, AMK_METRIC_origin_local, AMK_REASON_KERNEL_ONLY);
}

/*
 * All are touched before the first is looked at: a side may read the frames of many pages at once.
 */
static int origin_look(struct amk_block *b, u32 n, struct origins *o)
{
	int error = 0;
	u32 i;

	for (i = 0; i < n; i++)
		object_touch(b, b->slots[i]);
	for (i = 0; i < n && !error; i++)
		error = object_look(b, b->slots[i], o);
	return error;
}

static enum amk_status origin_end(struct amk_block *b, const struct origins *o, int error)
{
	if (error == -EPERM)
		return amk_block_end(b, AMK_STATUS_SKIP, AMK_REASON_NO_PAGEMAP, 0);
	if (error)
		return amk_block_end(b, AMK_STATUS_MEASURE_FAILED, AMK_REASON_LOOKUP, error);
	origin_values(b, o);
	return amk_block_end(b, AMK_STATUS_OK, AMK_REASON_NONE, 0);
}

enum amk_status amk_measure_origin(struct amk_block *block, const struct amk_workload *workload)
{
	const struct amk_ops *ops = block->impl->ops;
	u32 n = 0, wanted = origin_objects(block);
	struct origins origins = { 0 };
	int error;

	(void)workload;
	for (; n < wanted; n++) {
		block->slots[n] = ops->alloc(&block->ctx, block->ctx.size);
		if (!block->slots[n])
			break;
	}
	if (!n)
		return amk_block_end(block, AMK_STATUS_REFUSED, AMK_REASON_NONE, 0);
	error = origin_look(block, n, &origins);
	while (n)
		ops->release(&block->ctx, block->slots[--n], block->ctx.size);
	return origin_end(block, &origins, error);
}
