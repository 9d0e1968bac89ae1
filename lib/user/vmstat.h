/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The lines of /proc/vmstat, and what it counts of reclaim and compaction that callers of the
 * allocator had to do.
 */
#ifndef AMK_VMSTAT_H
#define AMK_VMSTAT_H

#include "lib/core/squeeze.h"

#define AMK_VMSTAT_PATH "/proc/vmstat"
#define AMK_VMSTAT_LEN 32768 /* room for it: the counters and their names are some 6 KiB */

/*
 * Whether @line, "NAME NUMBER", is of @name, or of its kind where @name ends in '_'; then what
 * stands behind the name is at *@number, its blank first.
 */
bool amk_vmstat_is(const char *line, const char *name, const char **number);

/*
 * Reads AMK_VMSTAT_PATH, open at @fd, from its beginning. What a kernel does not count (compaction,
 * where it is not built in) is 0. 0; -EINVAL: it counts no direct reclaim at all; -errno. Allocates
 * nothing.
 */
int amk_vmstat_reclaimed(int fd, struct amk_reclaimed *reclaimed);

#endif
