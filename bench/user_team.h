/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The threads of a user block.
 */
#ifndef AMK_USER_TEAM_H
#define AMK_USER_TEAM_H

#include "lib/core/block.h"

/*
 * Runs @work(arg, i) for each i below @n in a thread of its own, bound to @cpu[i] and to memory of
 * that CPU's node, all at the same time, and waits until all are through. 0; -ENODEV where one of
 * the CPUs may not be run on, or not to the end; or another -errno: then none has run.
 */
int amk_user_team_run(struct amk_block *block, u32 n, const u16 *cpu,
		      void (*work)(void *arg, u32 i), void *arg);

#endif
