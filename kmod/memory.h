/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How much memory a run may hold, and which zones there are.
 */
#ifndef AMK_MEMORY_H
#define AMK_MEMORY_H

#include "lib/core/strategy.h"

/* Whether the zone that @need (one of AMK_NEED_DMA_ZONE, AMK_NEED_DMA32_ZONE) names has pages. */
bool amk_memory_has(u32 need);

/*
 * Bytes that a strategy with @needs (AMK_NEED_*) may hold at this moment: the module's parameter, a
 * share of the available memory, and a share of the zone it is bound to, whichever is least.
 */
u64 amk_memory_max(u32 needs);

#endif
