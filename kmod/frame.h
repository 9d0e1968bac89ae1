/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kernel's page tables say of an address.
 */
#ifndef AMK_FRAME_H
#define AMK_FRAME_H

#include "lib/core/block.h"

/*
 * The frame behind the kernel address @addr, in units of AMK_PAGE_SIZE, and @shift, log2 of the
 * bytes that its mapping entry covers (0: this architecture does not tell). -ENOENT: not mapped.
 * The memory must be the caller's own and stay allocated during the call. Does not sleep.
 */
int amk_frame_find(const void *addr, u64 *pfn, u32 *shift);

/* Bytes that are mapped for @p, an area of vmalloc made for @size: up to its guard page. */
u64 amk_frame_vmalloc_bytes(const void *p, u64 size);

#endif
