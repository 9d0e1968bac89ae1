// SPDX-License-Identifier: GPL-2.0-only
/*
 * The page allocator itself: alloc_pages(), the same from the zone below 4 GiB or from a node,
 * __get_free_pages() and alloc_pages_exact(). The order is computed from the size in the timed
 * region, as a caller with a size must; an order past the largest is refused by the allocator,
 * silently with __GFP_NOWARN. None of the flags admits highmem, so every page has an address.
 */
#include <linux/mm.h>

#include "lib/core/body.h"
#include "gfp.h"
#include "memory.h"

static __always_inline void *pages_alloc_gfp(u64 size, gfp_t gfp)
{
	struct page *page = alloc_pages(gfp, get_order(size));

	return likely(page) ? page_address(page) : NULL;
}

static __always_inline void *pages_alloc(struct amk_context *ctx, u64 size)
{
	return pages_alloc_gfp(size, AMK_GFP);
}

static __always_inline void pages_release(struct amk_context *ctx, void *p, u64 size)
{
	__free_pages(virt_to_page(p), get_order(size));
}

static u64 pages_usable(struct amk_context *ctx, void *p, u64 size)
{
	return (u64)PAGE_SIZE << get_order(size);
}

static __always_inline void *node_alloc(struct amk_context *ctx, u64 size)
{
	struct page *page = alloc_pages_node(ctx->node, AMK_GFP, get_order(size));

	return likely(page) ? page_address(page) : NULL;
}

static int dma32_setup(struct amk_context *ctx)
{
	return amk_memory_has(AMK_NEED_DMA32_ZONE) ? 0 : -EOPNOTSUPP;
}

static __always_inline void *dma32_alloc(struct amk_context *ctx, u64 size)
{
	return pages_alloc_gfp(size, AMK_GFP | GFP_DMA32);
}

static __always_inline void *get_alloc(struct amk_context *ctx, u64 size)
{
	return (void *)__get_free_pages(AMK_GFP, get_order(size));
}

static __always_inline void get_release(struct amk_context *ctx, void *p, u64 size)
{
	free_pages((unsigned long)p, get_order(size));
}

static __always_inline void *exact_alloc(struct amk_context *ctx, u64 size)
{
	return alloc_pages_exact(size, AMK_GFP);
}

static __always_inline void exact_release(struct amk_context *ctx, void *p, u64 size)
{
	free_pages_exact(p, size);
}

static u64 exact_usable(struct amk_context *ctx, void *p, u64 size)
{
	return PAGE_ALIGN(size);
}

static const struct amk_ops pages_ops = {
	.alloc = pages_alloc,
	.release = pages_release,
	.usable = pages_usable,
};

static const struct amk_ops node_ops = {
	.alloc = node_alloc,
	.release = pages_release,
	.usable = pages_usable,
};

static const struct amk_ops dma32_ops = {
	.setup = dma32_setup,
	.alloc = dma32_alloc,
	.release = pages_release,
	.usable = pages_usable,
};

static const struct amk_ops get_ops = {
	.alloc = get_alloc,
	.release = get_release,
	.usable = pages_usable,
};

static const struct amk_ops exact_ops = {
	.alloc = exact_alloc,
	.release = exact_release,
	.usable = exact_usable,
};

AMK_DEFINE_IMPL(kernel, alloc_pages, pages_ops);
AMK_DEFINE_IMPL(kernel, alloc_pages_dma32, dma32_ops);
AMK_DEFINE_IMPL(kernel, get_free_pages, get_ops);
AMK_DEFINE_IMPL(kernel, alloc_pages_exact, exact_ops);
AMK_DEFINE_IMPL(kernel, alloc_pages_node, node_ops);
