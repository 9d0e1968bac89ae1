// SPDX-License-Identifier: GPL-2.0-only
/*
 * How much memory a run may hold. What the kernel calls available counts all zones and the page
 * cache, so a quarter of it leaves the machine room; a strategy bound to one zone is held to half
 * of what that zone has free above its high watermark, where reclaim has not begun.
 */
#include "memory.h"

#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/module.h>
#include <linux/nodemask.h>
#include <linux/vmstat.h>

#define AVAILABLE_SHARE 4
#define ZONE_SHARE 2

static unsigned long max_bytes = 256UL << 20;
module_param(max_bytes, ulong, 0600);
MODULE_PARM_DESC(max_bytes, "bytes that a run may hold at once (default 268435456)");

/* The zone that a need names, or MAX_NR_ZONES if this kernel is built without it. */
static enum zone_type need_zone(u32 need)
{
#ifdef CONFIG_ZONE_DMA
	if (need & AMK_NEED_DMA_ZONE)
		return ZONE_DMA;
#endif
#ifdef CONFIG_ZONE_DMA32
	if (need & AMK_NEED_DMA32_ZONE)
		return ZONE_DMA32;
#endif
	return MAX_NR_ZONES;
}

bool amk_memory_has(u32 need)
{
	enum zone_type type = need_zone(need);
	int nid;

	if (type == MAX_NR_ZONES)
		return false;
	for_each_online_node(nid)
		if (managed_zone(&NODE_DATA(nid)->node_zones[type]))
			return true;
	return false;
}

static u64 zone_room_pages(struct zone *zone)
{
	unsigned long nr_free = zone_page_state(zone, NR_FREE_PAGES);
	unsigned long high = high_wmark_pages(zone);

	return nr_free > high ? (nr_free - high) / ZONE_SHARE : 0;
}

static u64 zones_room_bytes(enum zone_type type)
{
	u64 nr_pages = 0;
	int nid;

	for_each_online_node(nid)
		nr_pages += zone_room_pages(&NODE_DATA(nid)->node_zones[type]);
	return nr_pages << PAGE_SHIFT;
}

u64 amk_memory_max(u32 needs)
{
	long available = si_mem_available();
	u64 room = READ_ONCE(max_bytes);

	if (available < 0)
		available = 0;
	room = min_t(u64, room, ((u64)available << PAGE_SHIFT) / AVAILABLE_SHARE);
	/* A zone that is not there bounds nothing: that strategy's set-up says so. */
	if (amk_memory_has(needs))
		room = min_t(u64, room, zones_room_bytes(need_zone(needs)));
	return room;
}
