/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where a page comes from.
 */
#ifndef AMK_ORIGIN_H
#define AMK_ORIGIN_H

#include "lib/core/block.h"

/*
 * Zone and node of the page behind the kernel address @addr, which must be the caller's own and
 * stay allocated during the call. 0, or -ENOENT: not mapped.
 */
int amk_origin_find(struct amk_block *block, const void *addr, struct amk_origin *origin);

/* struct amk_side's node() and place(), as page_to_nid() and the kernel's map of nodes have it. */
int amk_origin_node(struct amk_block *block, const void *addr, u32 *node);
enum amk_reason amk_origin_place(u32 node);

#endif
