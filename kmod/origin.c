// SPDX-License-Identifier: GPL-2.0-only
/*
 * Zone and node of a page, as its flags tell them. A kernel built without a zone has no page in it.
 */
#include "origin.h"

#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/nodemask.h>
#include <linux/smp.h>
#include <linux/topology.h>

#include "frame.h"

static enum amk_zone zone_of(const struct page *page)
{
	switch (page_zonenum(page)) {
#ifdef CONFIG_ZONE_DMA
	case ZONE_DMA:
		return AMK_ZONE_DMA;
#endif
#ifdef CONFIG_ZONE_DMA32
	case ZONE_DMA32:
		return AMK_ZONE_DMA32;
#endif
	case ZONE_NORMAL:
		return AMK_ZONE_NORMAL;
	case ZONE_MOVABLE:
		return AMK_ZONE_MOVABLE;
	default:
		return AMK_ZONE_OTHER;
	}
}

static int page_find(const void *addr, struct page **page)
{
	u32 shift;
	u64 pfn;
	int error = amk_frame_find(addr, &pfn, &shift);

	if (!error)
		*page = pfn_to_page(pfn >> (PAGE_SHIFT - AMK_PAGE_SHIFT));
	return error;
}

int amk_origin_find(struct amk_block *block, const void *addr, struct amk_origin *origin)
{
	struct page *page;
	int error = page_find(addr, &page);

	if (error)
		return error;
	origin->zone = zone_of(page);
	origin->local = page_to_nid(page) == cpu_to_node(raw_smp_processor_id());
	return 0;
}

int amk_origin_node(struct amk_block *block, const void *addr, u32 *node)
{
	struct page *page;
	int error;

	if (!addr) {
		*node = (u32)cpu_to_node(raw_smp_processor_id());
		return 0;
	}
	error = page_find(addr, &page);
	if (!error)
		*node = (u32)page_to_nid(page);
	return error;
}

enum amk_reason amk_origin_place(u32 node)
{
	if (!IS_ENABLED(CONFIG_NUMA))
		return AMK_REASON_NO_NUMA;
	if (node >= MAX_NUMNODES || !node_online((int)node))
		return AMK_REASON_NODE_ABSENT;
	if (!node_state((int)node, N_MEMORY))
		return AMK_REASON_NODE_EMPTY;
	return num_node_state(N_MEMORY) == 1 ? AMK_REASON_NODE_ALONE : AMK_REASON_NONE;
}
