/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kernel had to do for memory, as it counts for the whole machine: tasks that stood still
 * for it (PSI), reclaim, compaction, kills. The difference of two readings says what a stretch of
 * time was like.
 */
#ifndef AMK_ACTIVITY_H
#define AMK_ACTIVITY_H

#include "lib/user/facts.h"

/* The kernel's names; a name that ends in '_' stands for the sum of all that begin with it. */
#define AMK_ACTIVITIES(ROW)                             \
	ROW(stall_some_us, "some")                      \
	ROW(stall_full_us, "full")                      \
	ROW(pageoutrun, "pageoutrun")                   \
	ROW(pgscan_kswapd, "pgscan_kswapd")             \
	ROW(pgscan_direct, "pgscan_direct")             \
	ROW(pgsteal_kswapd, "pgsteal_kswapd")           \
	ROW(pgsteal_direct, "pgsteal_direct")           \
	ROW(allocstall, "allocstall_")                  \
	ROW(compact_stall, "compact_stall")             \
	ROW(compact_success, "compact_success")         \
	ROW(compact_fail, "compact_fail")               \
	ROW(compact_scanned, "compact_migrate_scanned") \
	ROW(compact_wakes, "compact_daemon_wake")       \
	ROW(pswpout, "pswpout")                         \
	ROW(oom_kill, "oom_kill")

#define AMK_ACTIVITY_ID(name, kernel) AMK_ACTIVITY_##name,
enum amk_activity_id { AMK_ACTIVITIES(AMK_ACTIVITY_ID) AMK_NR_ACTIVITIES };
#undef AMK_ACTIVITY_ID

struct amk_activity {
	bool have[AMK_NR_ACTIVITIES]; /* this kernel counts it */
	u64 count[AMK_NR_ACTIVITIES];
};

/* Reads /proc/vmstat and /proc/pressure/memory; what is not there is left out. */
void amk_activity_read(struct amk_activity *activity);

/* The same of their texts; NULL or "": there is no such file. */
void amk_activity_parse(const char *vmstat, const char *pressure, struct amk_activity *activity);

/* Adds to @sum what grew between two readings. */
void amk_activity_grow(struct amk_activity *sum, const struct amk_activity *from,
		       const struct amk_activity *to);

/* Adds each count as PREFIX.NAME to the group state. */
void amk_activity_facts(const struct amk_activity *activity, const char *prefix,
			struct amk_facts *facts);

#endif
