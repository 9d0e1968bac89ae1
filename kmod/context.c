// SPDX-License-Identifier: GPL-2.0-only
/*
 * kmalloc() by context: the plain GFP_KERNEL that retries, the two that may not sleep, those that
 * may use reserves or start no I/O, and the DMA zone. They run in a context that may sleep, like
 * all others: what differs is what the allocator may do when the fast path fails, and what the
 * flags alone cost. GFP_DMA32 is not among them: the slab drops it with a splat; see
 * alloc_pages-dma32.
 */
#include <linux/slab.h>

#include "lib/core/body.h"
#include "gfp.h"
#include "memory.h"

static __always_inline void *plain_alloc(struct amk_context *ctx, u64 size)
{
	return kmalloc(size, GFP_KERNEL | __GFP_NOWARN);
}

static __always_inline void *atomic_alloc(struct amk_context *ctx, u64 size)
{
	return kmalloc(size, GFP_ATOMIC | __GFP_NOWARN);
}

static __always_inline void *nowait_alloc(struct amk_context *ctx, u64 size)
{
	return kmalloc(size, GFP_NOWAIT | __GFP_NOWARN);
}

static int dma_setup(struct amk_context *ctx)
{
	return amk_memory_has(AMK_NEED_DMA_ZONE) ? 0 : -EOPNOTSUPP;
}

static __always_inline void *dma_alloc(struct amk_context *ctx, u64 size)
{
	return kmalloc(size, AMK_GFP | GFP_DMA);
}

static __always_inline void *high_alloc(struct amk_context *ctx, u64 size)
{
	return kmalloc(size, AMK_GFP | __GFP_HIGH);
}

static __always_inline void *noio_alloc(struct amk_context *ctx, u64 size)
{
	return kmalloc(size, GFP_NOIO | __GFP_NORETRY | __GFP_NOWARN);
}

static __always_inline void *nofs_alloc(struct amk_context *ctx, u64 size)
{
	return kmalloc(size, GFP_NOFS | __GFP_NORETRY | __GFP_NOWARN);
}

static __always_inline void context_release(struct amk_context *ctx, void *p, u64 size)
{
	kfree(p);
}

static u64 context_usable(struct amk_context *ctx, void *p, u64 size)
{
	return ksize(p);
}

static const struct amk_ops plain_ops = {
	.alloc = plain_alloc,
	.release = context_release,
	.usable = context_usable,
};

static const struct amk_ops atomic_ops = {
	.alloc = atomic_alloc,
	.release = context_release,
	.usable = context_usable,
};

static const struct amk_ops nowait_ops = {
	.alloc = nowait_alloc,
	.release = context_release,
	.usable = context_usable,
};

static const struct amk_ops dma_ops = {
	.setup = dma_setup,
	.alloc = dma_alloc,
	.release = context_release,
	.usable = context_usable,
};

static const struct amk_ops high_ops = {
	.alloc = high_alloc,
	.release = context_release,
	.usable = context_usable,
};

static const struct amk_ops noio_ops = {
	.alloc = noio_alloc,
	.release = context_release,
	.usable = context_usable,
};

static const struct amk_ops nofs_ops = {
	.alloc = nofs_alloc,
	.release = context_release,
	.usable = context_usable,
};

AMK_DEFINE_IMPL(kernel, kmalloc_high, high_ops);
AMK_DEFINE_IMPL(kernel, kmalloc_noio, noio_ops);
AMK_DEFINE_IMPL(kernel, kmalloc_nofs, nofs_ops);
AMK_DEFINE_IMPL(kernel, kmalloc_plain, plain_ops);
AMK_DEFINE_IMPL(kernel, kmalloc_atomic, atomic_ops);
AMK_DEFINE_IMPL(kernel, kmalloc_nowait, nowait_ops);
AMK_DEFINE_IMPL(kernel, kmalloc_dma, dma_ops);
