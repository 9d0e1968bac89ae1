// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which NUMA node the holder takes from next: the one that has most left, so that all come to the
 * same state. By itself the kernel would empty the holder's own node first. The policy is preferred
 * for the task, not bound to a range: what a node does not have comes from another, and ranges stay
 * in one piece.
 */
#include <linux/mempolicy.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench/holder_memory.h"
#include "lib/user/buddy.h"

#define LOOK_EVERY 4 /* takes */
#define WORD_BITS (8 * sizeof(unsigned long))

struct node {
	u32 id;
	u64 free_pages;
	u64 whole_pages;
};

static struct node *node_find(struct node *node, u32 *nr, u32 id)
{
	u32 i;

	for (i = 0; i < *nr; i++)
		if (node[i].id == id)
			return &node[i];
	node[*nr] = (struct node){ .id = id };
	return &node[(*nr)++];
}

/* In parts of 2^16: of what is free what is in blocks of @order, or how much is free at all. */
static u64 left(const struct node *node, u32 order)
{
	if (!node->free_pages)
		return 0;
	return order ? (node->whole_pages << 16) / node->free_pages : node->free_pages;
}

s64 amk_holder_node(const struct amk_buddy *buddy, u32 order)
{
	static struct node node[AMK_BUDDY_ZONES_MAX];
	u32 nr = 0, i, best = 0;

	for (i = 0; i < buddy->nr_zones; i++) {
		struct node *n = node_find(node, &nr, buddy->zone[i].node);

		n->free_pages += amk_buddy_zone_pages(&buddy->zone[i], 0);
		n->whole_pages += amk_buddy_zone_pages(&buddy->zone[i], order);
	}
	for (i = 1; i < nr; i++)
		if (left(&node[i], order) > left(&node[best], order))
			best = i;
	return nr > 1 ? (s64)node[best].id : -1;
}

void amk_holder_node_next(u32 order)
{
	static struct amk_buddy buddy;
	static unsigned long set[16];
	static u32 asked;
	static bool one;
	s64 node;

	if (one || asked++ % LOOK_EVERY || amk_buddy_read(&buddy))
		return;
	node = amk_holder_node(&buddy, order);
	one = node < 0;
	if (one || (u64)node >= AMK_ARRAY_SIZE(set) * WORD_BITS)
		return;
	memset(set, 0, sizeof(set));
	set[(u64)node / WORD_BITS] = 1UL << (u64)node % WORD_BITS;
	/* The kernel takes one bit less than it is told. Where it may not, it decides by itself. */
	if (syscall(SYS_set_mempolicy, MPOL_PREFERRED, set, sizeof(set) * 8 + 1))
		one = true;
}
