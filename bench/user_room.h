/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How many bytes of a strategy's memory may be live at once on this machine. Most draw on what is
 * available, and on what the memory cgroup leaves; hugetlb pages come from a pool of their own, and
 * a burst that outgrows either would be a failed measurement, or a killed one, instead of a
 * smaller burst.
 */
#ifndef AMK_USER_ROOM_H
#define AMK_USER_ROOM_H

#include "lib/core/strategy.h"

/* @mem_max, or less where there is less for the strategy. Bytes; allocates nothing. */
u64 amk_user_room(const struct amk_strategy *strategy, u64 mem_max);

/*
 * A quarter of what is available, or of what the process's memory cgroup (of version 1 or 2) and
 * all above it leave, in bytes. The files are /proc/meminfo, /proc/self/cgroup and the directory
 * where cgroups are mounted; what is not there limits nothing.
 */
u64 amk_user_room_left(const char *meminfo, const char *membership, const char *mount);

/* The two apart and whole: ~0 where nothing says, or nothing limits. */
u64 amk_user_room_available(const char *meminfo);
u64 amk_user_room_cgroup(const char *membership, const char *mount);

#endif
