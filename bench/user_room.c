// SPDX-License-Identifier: GPL-2.0-only
/*
 * Room for a user block: see user_room.h. Of what the kernel calls available (MemAvailable), and of
 * what the memory cgroups above the process leave, a block may hold a quarter, as in the module: a
 * measurement must not drive the machine into reclaim, or be killed. That is rounded down to a
 * power of two, so that what moves a little from round to round does not move the batch of a burst.
 * hugetlb pools are read from sysfs: pages that are free and not yet promised to a mapping, and
 * what the kernel may add on demand. All is read without stdio, which would allocate.
 */
#include "bench/user_room.h"

#include "lib/user/text.h"

#define POOL_2M "/sys/kernel/mm/hugepages/hugepages-2048kB/"
#define POOL_1G "/sys/kernel/mm/hugepages/hugepages-1048576kB/"

#define UNLIMITED (~0ULL)
#define AVAILABLE_SHARE 4 /* one part in so many, as in kmod/memory.c */

static u64 number(const char *text)
{
	u64 n = 0;

	for (; *text >= '0' && *text <= '9'; text++)
		n = n * 10 + (u64)(*text - '0');
	return n;
}

/* The decimal number in a file; @none if there is no file, or a word in it such as "max". */
static u64 number_read(const char *path, u64 none)
{
	char text[AMK_TEXT_LEN];

	amk_text_read(path, text, sizeof(text));
	return text[0] >= '0' && text[0] <= '9' ? number(text) : none;
}

static u64 difference(u64 from, u64 what)
{
	return from > what ? from - what : 0;
}

/* ---- what the machine has, and what the cgroups leave of it ---- */

u64 amk_user_room_available(const char *meminfo)
{
	static const char key[] = "MemAvailable:";
	char text[AMK_TEXT_LEN], *at;

	if (amk_text_read(meminfo, text, sizeof(text)) <= 0)
		return UNLIMITED;
	at = strstr(text, key);
	if (!at)
		return UNLIMITED;
	at += sizeof(key) - 1;
	at += strspn(at, " ");
	return number(at) << 10;
}

/* What the cgroup at @dir may still take: its limit less what it holds. */
static u64 cgroup_left(const char *dir, const char *limit, const char *usage)
{
	char path[AMK_TEXT_LEN];
	size_t len = strlen(dir);
	u64 most;

	if (len + 64 > sizeof(path))
		return UNLIMITED;
	memcpy(path, dir, len);
	strcpy(path + len, limit);
	most = number_read(path, UNLIMITED);
	/* Version 1 has a number near 2^63 for no limit. */
	if (most >> 62)
		return UNLIMITED;
	strcpy(path + len, usage);
	return difference(most, number_read(path, 0));
}

/*
 * The least of @dir and everything above it, down to the first @root characters. A limit holds for
 * all below it.
 */
static u64 cgroups_left(char *dir, size_t root, const char *limit, const char *usage)
{
	u64 least = UNLIMITED, left;
	char *slash;

	for (;;) {
		left = cgroup_left(dir, limit, usage);
		if (left < least)
			least = left;
		slash = strrchr(dir, '/');
		if (!slash || (size_t)(slash - dir) < root)
			return least;
		*slash = '\0';
	}
}

/* The path on the line of @list that has @key; "" if there is none. */
static void cgroup_path(const char *list, const char *key, char path[AMK_TEXT_LEN])
{
	const char *at = strstr(list, key);
	size_t len = 0;

	if (at) {
		at += strlen(key);
		len = strcspn(at, "\n");
		memcpy(path, at, len);
	}
	path[len] = '\0';
}

static u64 below(const char *mount, const char *path, const char *limit, const char *usage)
{
	char dir[AMK_TEXT_LEN];
	size_t root = strlen(mount), len = strlen(path);

	if (root + len + 1 > sizeof(dir))
		return UNLIMITED;
	memcpy(dir, mount, root);
	strcpy(dir + root, path);
	return cgroups_left(dir, root, limit, usage);
}

u64 amk_user_room_cgroup(const char *membership, const char *mount)
{
	char list[AMK_TEXT_LEN], path[AMK_TEXT_LEN], memory[AMK_TEXT_LEN];
	u64 v1, v2;

	if (amk_text_read(membership, list, sizeof(list)) <= 0 ||
	    strlen(mount) + 16 > sizeof(memory))
		return UNLIMITED;
	cgroup_path(list, "0::", path);
	v2 = below(mount, path, "/memory.max", "/memory.current");
	/* Version 1 has a tree of its own for memory. */
	strcpy(memory, mount);
	strcat(memory, "/memory");
	cgroup_path(list, ":memory:", path);
	v1 = below(memory, path, "/memory.limit_in_bytes", "/memory.usage_in_bytes");
	return v1 < v2 ? v1 : v2;
}

u64 amk_user_room_left(const char *meminfo, const char *membership, const char *mount)
{
	u64 available = amk_user_room_available(meminfo);
	u64 cgroup = amk_user_room_cgroup(membership, mount);
	u64 least = available < cgroup ? available : cgroup;

	return least == UNLIMITED ? least : least / AVAILABLE_SHARE;
}

/* ---- the pools ---- */

static u64 power_below(u64 bytes)
{
	return bytes ? 1ULL << (63 - __builtin_clzll(bytes)) : 0;
}

#define POOL_PAGES(dir) \
	difference(number_read(dir "free_hugepages", 0), number_read(dir "resv_hugepages", 0))
#define POOL_MORE(dir)                                            \
	difference(number_read(dir "nr_overcommit_hugepages", 0), \
		   number_read(dir "surplus_hugepages", 0))

/* Pages of a pool are set apart already; what is added to it comes out of all memory. */
static u64 pool_room(u64 apart, u64 more, u64 left, u64 mem_max)
{
	u64 room = apart + (more < left ? more : left);

	/* An empty pool is for setup() to report. */
	return room && room < mem_max ? room : mem_max;
}

u64 amk_user_room(const struct amk_strategy *strategy, u64 mem_max)
{
	u64 left = amk_user_room_left("/proc/meminfo", "/proc/self/cgroup", "/sys/fs/cgroup");

	if (strategy->needs & AMK_NEED_HUGETLB_2M)
		return pool_room(POOL_PAGES(POOL_2M) << 21, POOL_MORE(POOL_2M) << 21, left,
				 mem_max);
	if (strategy->needs & AMK_NEED_HUGETLB_1G)
		return pool_room(POOL_PAGES(POOL_1G) << 30, POOL_MORE(POOL_1G) << 30, left,
				 mem_max);
	return left < mem_max ? power_below(left) : mem_max;
}
