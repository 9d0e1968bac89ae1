// SPDX-License-Identifier: GPL-2.0-only
/*
 * origin: where the frames of a batch come from: which zone, which node, how low. All of the batch
 * live at once, so an allocator that gave the first from one zone may have to go to another for the
 * rest, and that shows. Each object's pages are looked up one by one and only counted: no record
 * holds an address. A page that two small objects share counts for both.
 */
#include "objects.h"
#include "workload.h"

#define LOW_16M (16ULL << 20 >> AMK_PAGE_SHIFT)
#define LOW_4G (4ULL << 30 >> AMK_PAGE_SHIFT)

struct origins {
	u64 pages;
	u64 below_16m;
	u64 below_4g;
	u64 local;
	u64 by_zone[AMK_NR_ZONES];
};

static int page_look(struct amk_block *b, const void *addr, bool first, void *arg)
{
	struct origins *o = arg;
	struct amk_origin origin;
	u32 shift = 0;
	u64 pfn;
	int error = b->side->frame(b, addr, &pfn, &shift);

	(void)first;
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
	struct origins origins = { 0 };
	u32 n = amk_objects_take(block);
	int error;

	(void)workload;
	if (!n)
		return amk_block_end(block, AMK_STATUS_REFUSED, AMK_REASON_NONE, 0);
	error = amk_objects_look(block, n, page_look, &origins);
	amk_objects_release(block, n);
	return origin_end(block, &origins, error);
}
