// SPDX-License-Identifier: GPL-2.0-only
/*
 * kmem_cache_alloc(), its form for a node and its bulk form, from a cache of our own that lives as
 * long as the block.
 *
 * The cache must not merge with others of its size, or it would come with their warm slabs. Kernels
 * that have SLAB_NO_MERGE are told so. The others never merge a cache with a region that may be
 * copied to user space, so a region of one byte is declared (nothing is ever copied from there). A
 * constructor would do as well, but it moves the free list's link out of the object and turns
 * init_on_alloc off: it would measure another allocator.
 */
#include <linux/atomic.h>
#include <linux/slab.h>

#include "lib/core/body.h"
#include "gfp.h"

/* Names are never used twice: a cache's directory in sysfs may outlive the cache for a moment. */
static atomic_t cache_count = ATOMIC_INIT(0);

static struct kmem_cache *cache_create(const char *name, u32 size)
{
#ifdef SLAB_NO_MERGE
	return kmem_cache_create(name, size, 0, SLAB_NO_MERGE, NULL);
#else
	return kmem_cache_create_usercopy(name, size, 0, 0, 0, 1, NULL);
#endif
}

/*
 * Objects past the largest are not even tried: the kernel reports a failed creation with a stack.
 * What slab debugging puts around each takes the largest ones past the largest order.
 */
#define CACHE_MAX_SIZE (IS_ENABLED(CONFIG_SLUB_DEBUG_ON) ? KMALLOC_MAX_SIZE / 2 : KMALLOC_MAX_SIZE)

static int cache_setup(struct amk_context *ctx)
{
	char name[32];

	if (ctx->size > CACHE_MAX_SIZE)
		return -E2BIG;
	snprintf(name, sizeof(name), "allocmark-%u", (u32)atomic_inc_return(&cache_count));
	ctx->priv = cache_create(name, (u32)ctx->size);
	return ctx->priv ? 0 : -ENOMEM;
}

static void cache_teardown(struct amk_context *ctx)
{
	kmem_cache_destroy(ctx->priv);
}

static __always_inline void *cache_alloc(struct amk_context *ctx, u64 size)
{
	return kmem_cache_alloc(ctx->priv, AMK_GFP);
}

static __always_inline void *cache_node_alloc(struct amk_context *ctx, u64 size)
{
	return kmem_cache_alloc_node(ctx->priv, AMK_GFP, ctx->node);
}

static __always_inline void cache_release(struct amk_context *ctx, void *p, u64 size)
{
	kmem_cache_free(ctx->priv, p);
}

static u64 cache_usable(struct amk_context *ctx, void *p, u64 size)
{
	return ksize(p);
}

static __always_inline bool cache_alloc_bulk(struct amk_context *ctx, u32 n, void **slots)
{
	return kmem_cache_alloc_bulk(ctx->priv, AMK_GFP, n, slots) != 0;
}

static __always_inline void cache_release_bulk(struct amk_context *ctx, u32 n, void **slots)
{
	kmem_cache_free_bulk(ctx->priv, n, slots);
}

static const struct amk_ops cache_ops = {
	.setup = cache_setup,
	.alloc = cache_alloc,
	.release = cache_release,
	.teardown = cache_teardown,
	.usable = cache_usable,
};

static const struct amk_ops cache_node_ops = {
	.setup = cache_setup,
	.alloc = cache_node_alloc,
	.release = cache_release,
	.teardown = cache_teardown,
	.usable = cache_usable,
};

static const struct amk_ops bulk_ops = {
	.setup = cache_setup,
	.alloc = cache_alloc,
	.release = cache_release,
	.teardown = cache_teardown,
	.usable = cache_usable,
	.alloc_bulk = cache_alloc_bulk,
	.release_bulk = cache_release_bulk,
};

AMK_DEFINE_IMPL(kernel, kmem_cache, cache_ops);
AMK_DEFINE_IMPL(kernel, kmem_cache_bulk, bulk_ops);
AMK_DEFINE_IMPL(kernel, kmem_cache_node, cache_node_ops);
