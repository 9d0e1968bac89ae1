// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames from /proc/self/pagemap: 8 bytes a page, bit 63 present, bits 0-54 the frame, which reads
 * 0 without CAP_SYS_ADMIN (Documentation/admin-guide/mm/pagemap.rst). Frame 0 itself belongs to
 * firmware on every machine that runs this, so a present page with frame 0 is a hidden one.
 */
#include "lib/user/pagemap.h"

#include <fcntl.h>
#include <unistd.h>

#define PAGEMAP_PRESENT (1ULL << 63)
#define PAGEMAP_FRAME ((1ULL << 55) - 1)

void amk_pagemap_open(struct amk_pagemap *map)
{
	map->page_bytes = (u64)sysconf(_SC_PAGESIZE);
	map->count = 0;
	map->last = 0;
	map->error = 0;
	map->fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	if (map->fd < 0)
		/* -ENOENT would read as "no frame behind this page". */
		map->error = errno == EACCES || errno == ENOENT ? -EPERM : -errno;
}

void amk_pagemap_close(struct amk_pagemap *map)
{
	if (map->fd >= 0)
		close(map->fd);
	map->fd = -1;
	map->error = -EBADF;
}

static int pagemap_fill(struct amk_pagemap *map, u64 page)
{
	ssize_t got = pread(map->fd, map->entry, sizeof(map->entry),
			    (off_t)(page * sizeof(map->entry[0])));

	map->count = 0;
	if (got < 0)
		return -errno;
	if ((size_t)got < sizeof(map->entry[0]))
		return -ENOENT;
	map->first = page;
	map->count = (u32)((size_t)got / sizeof(map->entry[0]));
	return 0;
}

int amk_pagemap_frame(struct amk_pagemap *map, const void *addr, u64 *pfn, u32 *shift)
{
	u64 unit = (u64)(unsigned long)addr >> AMK_PAGE_SHIFT;
	u64 units, page, entry;
	int error;

	if (map->error)
		return map->error;
	units = map->page_bytes >> AMK_PAGE_SHIFT;
	page = unit / units;
	if (!map->count || unit != map->last + 1 || page - map->first >= map->count) {
		error = pagemap_fill(map, page);
		if (error)
			return error;
	}
	map->last = unit;
	entry = map->entry[page - map->first];
	if (!(entry & PAGEMAP_PRESENT))
		return -ENOENT;
	*shift = 0;
	*pfn = (entry & PAGEMAP_FRAME) * units + unit % units;
	return entry & PAGEMAP_FRAME ? 0 : -EPERM;
}
