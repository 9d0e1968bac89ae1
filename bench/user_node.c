// SPDX-License-Identifier: GPL-2.0-only
/*
 * NUMA nodes: see user_node.h. Where a page lies is asked of move_pages(), which with no nodes to
 * move to moves nothing and, unlike get_mempolicy(), brings in no page that is not there.
 */
#include "bench/user_node.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/user/text.h"

#define NODE_DIR "/sys/devices/system/node/"
#define AVAILABLE_SHARE 4 /* one part in so many, as in user_room.c */
#define WORD_BITS (8 * sizeof(unsigned long))

static void set_add(struct amk_node_set *set, unsigned long from, unsigned long to)
{
	for (; from <= to && from <= AMK_NODE_MAX; from++)
		set->bits[from / WORD_BITS] |= 1UL << from % WORD_BITS;
}

bool amk_node_set_read(struct amk_node_set *set, const char *path)
{
	char text[AMK_TEXT_LEN], *at = text;
	unsigned long from, to;

	memset(set, 0, sizeof(*set));
	if (amk_text_read(path, text, sizeof(text)) <= 0)
		return false;
	while (*at >= '0' && *at <= '9') {
		from = to = strtoul(at, &at, 10);
		if (*at == '-')
			to = strtoul(at + 1, &at, 10);
		set_add(set, from, to);
		at += *at == ',';
	}
	return true;
}

bool amk_node_set_has(const struct amk_node_set *set, u32 node)
{
	return node <= AMK_NODE_MAX && set->bits[node / WORD_BITS] >> node % WORD_BITS & 1;
}

u32 amk_node_set_count(const struct amk_node_set *set)
{
	u32 i, n = 0;

	for (i = 0; i < AMK_NODE_WORDS; i++)
		n += (u32)__builtin_popcountl(set->bits[i]);
	return n;
}

enum amk_reason amk_user_node_place(u32 node)
{
	struct amk_node_set online, memory;

	if (!amk_node_set_read(&online, NODE_DIR "online") ||
	    !amk_node_set_read(&memory, AMK_NODE_MEMORY))
		return AMK_REASON_NO_NUMA;
	if (!amk_node_set_has(&online, node))
		return AMK_REASON_NODE_ABSENT;
	if (!amk_node_set_has(&memory, node))
		return AMK_REASON_NODE_EMPTY;
	return amk_node_set_count(&memory) == 1 ? AMK_REASON_NODE_ALONE : AMK_REASON_NONE;
}

int amk_user_node_find(struct amk_block *block, const void *addr, u32 *node)
{
	const void *page = (const void *)((unsigned long)addr & ~(AMK_PAGE_SIZE - 1));
	int status = -EFAULT;

	(void)block;
	if (!addr)
		return getcpu(NULL, node) ? -errno : 0;
	if (syscall(SYS_move_pages, 0, 1UL, &page, NULL, &status, 0))
		return -errno;
	if (status < 0)
		return status;
	*node = (u32)status;
	return 0;
}

/* "Node 1 MemFree:   123 kB" */
static u64 free_bytes(const char *meminfo)
{
	static const char key[] = " MemFree:";
	const char *at = strstr(meminfo, key);

	return at ? strtoull(at + sizeof(key) - 1, NULL, 10) << 10 : ~0ULL;
}

u64 amk_user_node_room(s32 node)
{
	char path[64], text[AMK_TEXT_LEN];
	u64 room;

	if (node < 0 && getcpu(NULL, (unsigned int *)&node))
		return ~0ULL;
	/* No stdio, but no stream either: snprintf() of integers allocates nothing. */
	snprintf(path, sizeof(path), NODE_DIR "node%d/meminfo", node);
	if (amk_text_read(path, text, sizeof(text)) <= 0)
		return ~0ULL;
	room = free_bytes(text);
	if (room == ~0ULL)
		return room;
	room /= AVAILABLE_SHARE;
	return room ? 1ULL << (63 - __builtin_clzll(room)) : 0;
}
