/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the holder process does to its own memory.
 */
#ifndef AMK_HOLDER_MEMORY_H
#define AMK_HOLDER_MEMORY_H

#include "lib/core/abi.h"
#include "lib/core/deps.h"

/* Brings what this process holds to what @hold asks for, and tells what came of it. 0 or -errno. */
int amk_holder_memory_set(struct amk_hold *hold);

/* Whether this process may take more with @floor_bytes left to the machine. */
bool amk_holder_room(u64 floor_bytes);

/* Objects that come and go: see AMK_IOC_HOLD. 0 or -errno. */
int amk_holder_age(struct amk_hold *hold);

/* Gives them all back. */
void amk_holder_age_release(void);

#endif
