// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmalloc() taken apart: its pages without the mapping, and the mapping without its pages.
 *
 * alloc_pages-bulk gets single pages a hundred at a call, and a table to note them in, as
 * vm_area_alloc_pages() of mm/vmalloc.c does; where the kernel has no such call, one by one, as its
 * vmalloc() does. vmap maps pages that are held since set-up, a new range for each call.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "lib/core/body.h"
#include "gfp.h"

#define BULK_PAGES 100U

/* A call fills in what is NULL, from the first on; it may get less than asked for. */
static __always_inline unsigned int bulk_alloc(unsigned int n, struct page **page)
{
#if IS_ENABLED(AMK_HAVE_ALLOC_PAGES_BULK)
	return alloc_pages_bulk(AMK_GFP, n, page);
#elif IS_ENABLED(AMK_HAVE_ALLOC_PAGES_BULK_ARRAY)
	return alloc_pages_bulk_array(AMK_GFP, n, page);
#else
	return 0;
#endif
}

static __always_inline void pages_free(struct page **page, unsigned int n)
{
	while (n)
		__free_page(page[--n]);
	kvfree(page);
}

/* A table of @n pages and the pages; NULL: refused. */
static __always_inline struct page **pages_get(unsigned int n)
{
	struct page **page = kvcalloc(n, sizeof(*page), GFP_KERNEL | __GFP_NOWARN);
	unsigned int got = 0, more;

	if (!page)
		return NULL;
	while (got < n) {
		more = bulk_alloc(min(n - got, BULK_PAGES), page + got);
		if (!more) {
			page[got] = alloc_page(AMK_GFP);
			more = !!page[got];
		}
		got += more;
		if (!more) {
			pages_free(page, got);
			return NULL;
		}
		cond_resched();
	}
	return page;
}

static __always_inline void *pages_bulk_alloc(struct amk_context *ctx, u64 size)
{
	return pages_get(PFN_UP(size));
}

static __always_inline void pages_bulk_release(struct amk_context *ctx, void *p, u64 size)
{
	pages_free(p, PFN_UP(size));
}

static u64 whole_pages(struct amk_context *ctx, void *p, u64 size)
{
	return PAGE_ALIGN(size);
}

static int vmap_setup(struct amk_context *ctx)
{
	ctx->priv = pages_get(PFN_UP(ctx->size));
	return ctx->priv ? 0 : -ENOMEM;
}

static void vmap_teardown(struct amk_context *ctx)
{
	pages_free(ctx->priv, PFN_UP(ctx->size));
}

static __always_inline void *vmap_alloc(struct amk_context *ctx, u64 size)
{
	return vmap(ctx->priv, PFN_UP(size), VM_MAP, PAGE_KERNEL);
}

static __always_inline void vmap_release(struct amk_context *ctx, void *p, u64 size)
{
	vunmap(p);
}

static const struct amk_ops pages_bulk_ops = {
	.alloc = pages_bulk_alloc,
	.release = pages_bulk_release,
	.usable = whole_pages,
};

static const struct amk_ops vmap_ops = {
	.setup = vmap_setup,
	.alloc = vmap_alloc,
	.release = vmap_release,
	.teardown = vmap_teardown,
	.usable = whole_pages,
};

AMK_DEFINE_IMPL(kernel, alloc_pages_bulk, pages_bulk_ops);
AMK_DEFINE_IMPL(kernel, vmap, vmap_ops);
