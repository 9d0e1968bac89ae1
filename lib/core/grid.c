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

static void grid_add_evidence(struct grid *g, u64 page, u64 kmalloc_max)
{
	grid_add(g, 64);
	grid_add(g, 100); /* no class of the slab's */
	grid_add(g, page);
	grid_add(g, 2 * page + 1);
	grid_add(g, 64 << 10);
	grid_add(g, 1 << 20);
	if (kmalloc_max) {
		grid_add(g, kmalloc_max);
		grid_add(g, kmalloc_max + 1);
	}
}

u32 amk_grid_fill(enum amk_grid_kind kind, u64 page_bytes, u64 kmalloc_max, u64 *sizes)
{
	struct grid g = { sizes, 0 };

	if (kind == AMK_GRID_QUICK)
		grid_add_quick(&g, page_bytes, kmalloc_max);
	else if (kind == AMK_GRID_EVIDENCE)
		grid_add_evidence(&g, page_bytes, kmalloc_max);
	else
		grid_add_full(&g, page_bytes, kmalloc_max);
	return g.count;
}

static const char *const grid_names[] = {
	[AMK_GRID_QUICK] = "quick",
	[AMK_GRID_FULL] = "full",
	[AMK_GRID_EVIDENCE] = "evidence",
};

const char *amk_grid_name(enum amk_grid_kind kind)
{
	return grid_names[kind];
}

enum amk_grid_kind amk_grid_find(const char *name)
{
	u32 i;

	for (i = 0; i < AMK_ARRAY_SIZE(grid_names); i++)
		if (!strcmp(grid_names[i], name))
			return (enum amk_grid_kind)i;
	return AMK_GRID_QUICK;
}
