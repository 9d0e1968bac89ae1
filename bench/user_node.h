/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * NUMA nodes as a process sees them, by system calls and files of sysfs alone: libnuma and hwloc
 * allocate as they start, and a fresh process must not have.
 */
#ifndef AMK_USER_NODE_H
#define AMK_USER_NODE_H

#include "lib/core/block.h"

#define AMK_NODE_WORDS ((AMK_NODE_MAX + 1) / (8 * sizeof(unsigned long)))

/* A set of nodes as system calls take it. */
struct amk_node_set {
	unsigned long bits[AMK_NODE_WORDS];
};

/* The nodes in file @path, a list such as "0-1,4"; false if there is no such file. */
bool amk_node_set_read(struct amk_node_set *set, const char *path);
bool amk_node_set_has(const struct amk_node_set *set, u32 node);
u32 amk_node_set_count(const struct amk_node_set *set);

/* What has memory; a kernel without NUMA has the one node. */
#define AMK_NODE_MEMORY "/sys/devices/system/node/has_memory"

/* struct amk_side's place() and node(). */
enum amk_reason amk_user_node_place(u32 node);
int amk_user_node_find(struct amk_block *block, const void *addr, u32 *node);

/*
 * Bytes that may be taken from @node alone (-1: that of this CPU), a quarter of what it has free,
 * rounded down to a power of two. ~0 if it does not tell.
 */
u64 amk_user_node_room(s32 node);

#endif
