// SPDX-License-Identifier: GPL-2.0-only
/*
 * Room in the hugetlb pools, from sysfs: pages that are free and not yet promised to a mapping,
 * and what the kernel may add on demand (nr_overcommit_hugepages). Read without stdio, which would
 * allocate.
 */
#include "bench/user_room.h"

#include <fcntl.h>
#include <unistd.h>

#define POOL_2M "/sys/kernel/mm/hugepages/hugepages-2048kB/"
#define POOL_1G "/sys/kernel/mm/hugepages/hugepages-1048576kB/"

/* The decimal number in a file; 0 if there is none. */
static u64 number_read(const char *path)
{
	char text[32];
	u64 number = 0;
	ssize_t len, i;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return 0;
	len = read(fd, text, sizeof(text));
	close(fd);
	for (i = 0; i < len && text[i] >= '0' && text[i] <= '9'; i++)
		number = number * 10 + (u64)(text[i] - '0');
	return number;
}

static u64 difference(u64 from, u64 what)
{
	return from > what ? from - what : 0;
}

#define POOL_PAGES(dir)                                                                     \
	(difference(number_read(dir "free_hugepages"), number_read(dir "resv_hugepages")) + \
	 difference(number_read(dir "nr_overcommit_hugepages"),                             \
		    number_read(dir "surplus_hugepages")))

u64 amk_user_room(const struct amk_strategy *strategy, u64 mem_max)
{
	u64 pool = 0;

	if (strategy->needs & AMK_NEED_HUGETLB_2M)
		pool = POOL_PAGES(POOL_2M) << 21;
	else if (strategy->needs & AMK_NEED_HUGETLB_1G)
		pool = POOL_PAGES(POOL_1G) << 30;
	/* An empty pool is for setup() to report. */
	return pool && pool < mem_max ? pool : mem_max;
}
