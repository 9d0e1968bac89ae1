/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What /proc/vmstat counts of reclaim and compaction that callers of the allocator had to do.
 */
#ifndef AMK_VMSTAT_H
#define AMK_VMSTAT_H

#include "lib/core/squeeze.h"

/*
 * Reads AMK_VMSTAT_PATH, open at @fd, from its beginning. What a kernel does not count (compaction,
 * where it is not built in) is 0. 0; -EINVAL: it counts no direct reclaim at all; -errno. Allocates
 * nothing.
 */
int amk_vmstat_reclaimed(int fd, struct amk_reclaimed *reclaimed);

#define AMK_VMSTAT_PATH "/proc/vmstat"

#endif
