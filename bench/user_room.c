// SPDX-License-Identifier: GPL-2.0-only
/*
 * Room in memory, from /proc/meminfo, and in the hugetlb pools, from sysfs: pages that are free and
 * not yet promised to a mapping, and what the kernel may add on demand (nr_overcommit_hugepages).
 * Read without stdio, which would allocate.
 */
#include "bench/user_room.h"

#include <fcntl.h>
#include <unistd.h>

#define POOL_2M "/sys/kernel/mm/hugepages/hugepages-2048kB/"
#define POOL_1G "/sys/kernel/mm/hugepages/hugepages-1048576kB/"

static u64 digits_read(const char *text)
{
	u64 number = 0;

	for (; *text >= '0' && *text <= '9'; text++)
		number = number * 10 + (u64)(*text - '0');
	return number;
}

/* The decimal number in a file; 0 if there is none. */
static u64 number_read(const char *path)
{
	char text[32];
	ssize_t len;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return 0;
	len = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[len > 0 ? len : 0] = '\0';
	return digits_read(text);
}

static u64 difference(u64 from, u64 what)
{
	return from > what ? from - what : 0;
}

#define POOL_PAGES(dir)                                                                     \
	(difference(number_read(dir "free_hugepages"), number_read(dir "resv_hugepages")) + \
	 difference(number_read(dir "nr_overcommit_hugepages"),                             \
		    number_read(dir "surplus_hugepages")))

/*
 * What may live at once without pushing out what others have: a half to a quarter of the memory
 * that is available, as a power of two, so that it is the same from block to block.
 */
static u64 memory_room(void)
{
	char text[512], *at;
	int fd = open("/proc/meminfo", O_RDONLY | O_CLOEXEC);
	ssize_t len;
	u64 bytes;

	if (fd < 0)
		return ~0ULL;
	len = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[len > 0 ? len : 0] = '\0';
	at = strstr(text, "MemAvailable:");
	if (!at)
		return ~0ULL;
	bytes = digits_read(at + strcspn(at, "0123456789")) << 10;
	return bytes ? 1ULL << (fls64(bytes) - 1) >> 1 : ~0ULL;
}

u64 amk_user_room(const struct amk_strategy *strategy, u64 mem_max)
{
	u64 pool = 0, room = memory_room();

	if (strategy->needs & AMK_NEED_HUGETLB_2M)
		pool = POOL_PAGES(POOL_2M) << 21;
	else if (strategy->needs & AMK_NEED_HUGETLB_1G)
		pool = POOL_PAGES(POOL_1G) << 30;
	/* An empty pool is for setup() to report; a pool's pages are not of what is available. */
	else if (room < mem_max)
		return room;
	return pool && pool < mem_max ? pool : mem_max;
}
