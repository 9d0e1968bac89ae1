/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel threads of a block.
 */
#ifndef AMK_KMOD_TEAM_H
#define AMK_KMOD_TEAM_H

#include "lib/core/block.h"

/*
 * Makes what the threads that the request asks for need, block->team and block->priv: 0 or -ENOMEM.
 * Where it asks for none there is nothing to make. amk_team_free() follows in any case.
 */
int amk_team_make(struct amk_block *block);
void amk_team_free(struct amk_block *block);

/*
 * Runs @work(arg, i) for each i below @n in a kernel thread bound to @cpu[i], all at the same time,
 * and waits until all have ended. 0; -ENODEV where one of the CPUs is not online or went offline
 * meanwhile; or another -errno: then none has run. A signal for the caller makes
 * amk_team_stopped() true, and is waited out. Sleeps.
 */
int amk_team_run(struct amk_block *block, u32 n, const u16 *cpu, void (*work)(void *arg, u32 i),
		 void *arg);

/* Whether @block is run by threads whose caller is to stop. */
bool amk_team_stopped(const struct amk_block *block);

#endif
