// SPDX-License-Identifier: GPL-2.0-only
/*
 * The size grid: see grid.h. The quick grid takes every third power of two and the edges that the
 * run's own invariants need; the full grid takes everything.
 */
#include "grid.h"

struct grid {
	u64 *sizes;
	u32 count;
};

/* Insertion keeps the grid sorted and each size in it once; it is short. */
static void grid_add(struct grid *g, u64 size)
{
	u32 i, at = 0;

	while (at < g->count && g->sizes[at] < size)
		at++;
	if (g->count == AMK_GRID_MAX || (at < g->count && g->sizes[at] == size))
		return;
	for (i = g->count; i > at; i--)
		g->sizes[i] = g->sizes[i - 1];
	g->sizes[at] = size;
	g->count++;
}

static void grid_add_quick(struct grid *g, u64 page, u64 kmalloc_max)
{
	u64 size;

	for (size = 8; size <= AMK_GRID_TOP_BYTES; size <<= 3)
		grid_add(g, size);
	grid_add(g, page);
	grid_add(g, 2 * page + 1);
	grid_add(g, AMK_GRID_TOP_BYTES);
	if (kmalloc_max) {
		grid_add(g, kmalloc_max);
		grid_add(g, kmalloc_max + 1);
	}
}

static void grid_add_full(struct grid *g, u64 page, u64 kmalloc_max)
{
	u64 size;

	for (size = 8; size <= AMK_GRID_TOP_BYTES; size <<= 1) {
		grid_add(g, size);
		if (size < AMK_GRID_TOP_BYTES)
			grid_add(g, size + size / 2);
	}
	grid_add(g, page - 1);
	grid_add(g, page + 1);
	grid_add(g, 2 * page + 1);
	if (kmalloc_max) {
		grid_add(g, kmalloc_max - 1);
		grid_add(g, kmalloc_max);
		grid_add(g, kmalloc_max + 1);
	}
}

u32 amk_grid_fill(enum amk_grid_kind kind, u64 page_bytes, u64 kmalloc_max, u64 *sizes)
{
	struct grid g = { sizes, 0 };

	if (kind == AMK_GRID_QUICK)
		grid_add_quick(&g, page_bytes, kmalloc_max);
	else
		grid_add_full(&g, page_bytes, kmalloc_max);
	return g.count;
}
