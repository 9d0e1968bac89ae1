/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The flags that most strategies allocate with: GFP_KERNEL's fast path, instruction by instruction.
 * __GFP_NORETRY is looked at only when a first round of reclaim has failed: then the answer is NULL
 * instead of an OOM kill. __GFP_NOWARN keeps a refusal, which is a result here, out of the log.
 */
#ifndef AMK_GFP_H
#define AMK_GFP_H

#include <linux/gfp.h>

#define AMK_GFP (GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN)

#endif
