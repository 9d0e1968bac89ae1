/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The size grid: powers of two from 8 bytes, midpoints between them, the edges where an allocator
 * changes its ways (a page, the largest slab cache, the kmalloc limit), and sizes past the limit
 * for those that go on.
 */
#ifndef AMK_GRID_H
#define AMK_GRID_H

#include "deps.h"

#define AMK_GRID_MAX 128
#define AMK_GRID_TOP_BYTES (64ULL << 20)

/* EVIDENCE: the few sizes that statements about allocators are about. */
enum amk_grid_kind { AMK_GRID_QUICK, AMK_GRID_FULL, AMK_GRID_EVIDENCE };

/*
 * Fills @sizes (room for AMK_GRID_MAX) in rising order, each once, for a kernel whose pages are
 * @page_bytes and whose KMALLOC_MAX_SIZE is @kmalloc_max (0: not known, no edges there); returns
 * how many.
 */
u32 amk_grid_fill(enum amk_grid_kind kind, u64 page_bytes, u64 kmalloc_max, u64 *sizes);

/* "quick" ...; and back, where what is none of them is taken for quick. */
const char *amk_grid_name(enum amk_grid_kind kind);
enum amk_grid_kind amk_grid_find(const char *name);

#endif
