/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How full the slabs of kmalloc() are, as /proc/slabinfo tells root: on a machine that has run for
 * a while many are kept by few objects.
 */
#ifndef AMK_SLABINFO_H
#define AMK_SLABINFO_H

#include "lib/core/deps.h"

#define AMK_SLABINFO_PATH "/proc/slabinfo"

struct amk_slabinfo {
	u64 bytes; /* room for objects in all slabs of the caches kmalloc-* */
	u64 used_bytes; /* of it, taken by objects */
};

/* Reads AMK_SLABINFO_PATH. 0, -EACCES without privilege, -EINVAL or another -errno. */
int amk_slabinfo_read(struct amk_slabinfo *info);

/* Adds a line of that file, if it is of such a cache. */
void amk_slabinfo_line(const char *line, struct amk_slabinfo *info);

#endif
