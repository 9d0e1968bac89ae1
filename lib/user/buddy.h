/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The free lists of the page allocator as /proc/buddyinfo tells them, and how much of the memory on
 * them is of no use to a request of an order. Pages on the per-CPU lists are free, too, but on none
 * of these lists.
 */
#ifndef AMK_BUDDY_H
#define AMK_BUDDY_H

#include "lib/core/deps.h"

#define AMK_BUDDY_ZONES_MAX 256
#define AMK_BUDDY_ORDERS_MAX 20
#define AMK_BUDDY_NAME_LEN 16
#define AMK_BUDDY_PATH "/proc/buddyinfo"

/* One zone of one node. */
struct amk_buddy_zone {
	u32 node;
	char name[AMK_BUDDY_NAME_LEN]; /* as the kernel calls it: DMA, DMA32, Normal ... */
	u64 free[AMK_BUDDY_ORDERS_MAX]; /* blocks of 2^order pages */
};

struct amk_buddy {
	u32 nr_zones;
	u32 nr_orders; /* the kernel's largest order is one less */
	struct amk_buddy_zone zone[AMK_BUDDY_ZONES_MAX];
};

/* Reads AMK_BUDDY_PATH. 0, -EINVAL: it says something else than expected, or -errno. */
int amk_buddy_read(struct amk_buddy *buddy);

/* The same of a text with its lines: 0 or -EINVAL. */
int amk_buddy_parse(const char *text, struct amk_buddy *buddy);

/* Free pages of a zone, and those of them in blocks of at least 2^@order pages. */
u64 amk_buddy_zone_pages(const struct amk_buddy_zone *zone, u32 order);

/* The same of all zones. */
u64 amk_buddy_pages(const struct amk_buddy *buddy, u32 order);

/*
 * The unusable free space index of all zones at @order, from 0 to 1: what part of the free pages is
 * not in blocks of at least 2^@order pages (M. Gorman and A. Whitcroft, The What, The Why and the
 * Where To of Anti-Fragmentation, Ottawa Linux Symposium 2006; unusable_free_index() in
 * mm/vmstat.c). 1 where nothing is free, as in the kernel.
 */
double amk_buddy_unusable(const struct amk_buddy *buddy, u32 order);

/* The same of one zone, as the kernel's extfrag/unusable_index has it. */
double amk_buddy_zone_unusable(const struct amk_buddy_zone *zone, u32 order);

#endif
