/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the holder process does to its own memory.
 */
#ifndef AMK_HOLDER_MEMORY_H
#define AMK_HOLDER_MEMORY_H

#include "lib/core/abi.h"
#include "lib/core/deps.h"

struct amk_buddy;

/* Brings what this process holds to what @hold asks for, and tells what came of it. 0 or -errno. */
int amk_holder_memory_set(struct amk_hold *hold);

/*
 * Whether this process may take @bytes more with @floor_bytes left to the machine. Asked often, it
 * tells the run now and then that there is progress.
 */
bool amk_holder_room(u64 floor_bytes, u64 bytes);

/* Has the next question looked into, whatever the last look found. */
void amk_holder_room_forget(void);

/* Tells the run, if the last time is a while ago. Defined by who knows the run (holder.c). */
void amk_holder_tell(void);

/* Bytes that this process holds just now. */
u64 amk_holder_bytes(void);

/* Bytes of its objects. */
u64 amk_holder_age_bytes(void);

/* Has this process take next from the node that has most left of blocks of @order, or of pages. */
void amk_holder_node_next(u32 order);

/* Which node that is in @buddy; -1: there is only one. */
s64 amk_holder_node(const struct amk_buddy *buddy, u32 order);

/*
 * Objects that come and go: see AMK_IOC_HOLD. hold->operations are spread over a number of places,
 * AMK_HOLDER_AGE_VISITS for each; a place in use has some AMK_HOLDER_AGE_PLACE_BYTES. 0 or -errno.
 */
#define AMK_HOLDER_AGE_VISITS 2
#define AMK_HOLDER_AGE_PLACES_MIN 64U
#define AMK_HOLDER_AGE_PLACE_BYTES (128U << 10)
int amk_holder_age(struct amk_hold *hold);

/* Gives them all back. */
void amk_holder_age_release(void);

#endif
