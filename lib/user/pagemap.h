/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Frames behind this process's own memory, from /proc/self/pagemap.
 *
 * Frame numbers stay in the process: they are turned into run lengths and never recorded.
 */
#ifndef AMK_PAGEMAP_H
#define AMK_PAGEMAP_H

#include "lib/core/deps.h"

#define AMK_PAGEMAP_WINDOW 512U

/* Readings of one walk. Lookups of neighbouring pages in rising order cost one read in 512. */
struct amk_pagemap {
	int fd; /* -1: not opened */
	int error; /* why, as -errno */
	u64 page_bytes; /* of the kernel */
	u64 first; /* page number of entry[0] */
	u64 last; /* looked up last, in units of AMK_PAGE_SIZE */
	u32 count; /* valid entries */
	u64 entry[AMK_PAGEMAP_WINDOW];
};

/* Opens; a failure shows in the first lookup. Allocates nothing. Close with amk_pagemap_close(). */
void amk_pagemap_open(struct amk_pagemap *map);
void amk_pagemap_close(struct amk_pagemap *map);

/*
 * The frame behind @addr: 0 with @pfn in units of AMK_PAGE_SIZE (and @shift 0: pagemap does not
 * tell the mapping's size), -ENOENT when no frame is mapped there, -EPERM when the number is hidden
 * (no CAP_SYS_ADMIN), else -errno. Entries read ahead are believed only while lookups go on to the
 * next page.
 */
int amk_pagemap_frame(struct amk_pagemap *map, const void *addr, u64 *pfn, u32 *shift);

#endif
