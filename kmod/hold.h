/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory held while a run lasts, so that the rest is as broken up, or as scarce, as was asked for.
 */
#ifndef AMK_HOLD_H
#define AMK_HOLD_H

#include "lib/core/abi.h"
#include "lib/core/deps.h"

/*
 * Brings what is held to what @hold asks for, as far as memory goes, and writes into it what came
 * of that. 0; -EINTR: a signal is pending, and what was taken so far is held. Sleeps. Callers take
 * turns.
 */
int amk_hold_set(struct amk_hold *hold);

/* Gives everything back. */
void amk_hold_release(void);

/* Whether more may be taken with @floor_bytes to stay available, or with the module's own floor. */
bool amk_hold_room(u64 floor_bytes);

#endif
