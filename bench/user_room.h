/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How many bytes of a strategy's memory may be live at once on this machine. Most draw on all of
 * it; hugetlb pages come from a pool of their own, and a burst that outgrows it would be
 * a failed measurement instead of a smaller burst.
 */
#ifndef AMK_USER_ROOM_H
#define AMK_USER_ROOM_H

#include "lib/core/strategy.h"

/* @mem_max, or less where the strategy's pool holds less. Bytes; allocates nothing. */
u64 amk_user_room(const struct amk_strategy *strategy, u64 mem_max);

#endif
