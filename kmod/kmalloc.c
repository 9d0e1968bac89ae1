// SPDX-License-Identifier: GPL-2.0-only
/*
 * kmalloc(), kzalloc(), kcalloc() and kmalloc_node(). The size is never a constant here, so each
 * call goes through the lookup from size to cache, as a caller's with a size from outside does.
 * kmalloc-control is kmalloc under a second name, for the gate to see whether a run tells the same
 * code apart.
 */
#include <linux/math64.h>
#include <linux/slab.h>

#include "lib/core/body.h"
#include "gfp.h"

#define ELEMENT_BYTES 8 /* of kcalloc's array */

static __always_inline void *kmalloc_alloc(struct amk_context *ctx, u64 size)
{
	return kmalloc(size, AMK_GFP);
}

static __always_inline void *kzalloc_alloc(struct amk_context *ctx, u64 size)
{
	return kzalloc(size, AMK_GFP);
}

static __always_inline void *kcalloc_alloc(struct amk_context *ctx, u64 size)
{
	return kcalloc(DIV_ROUND_UP_ULL(size, ELEMENT_BYTES), ELEMENT_BYTES, AMK_GFP);
}

static void *kcalloc_array(struct amk_context *ctx, u64 n, u64 element_bytes)
{
	return kcalloc(n, element_bytes, AMK_GFP);
}

static __always_inline void *kmalloc_node_alloc(struct amk_context *ctx, u64 size)
{
	return kmalloc_node(size, AMK_GFP, ctx->node);
}

static __always_inline void kmalloc_release(struct amk_context *ctx, void *p, u64 size)
{
	kfree(p);
}

static u64 kmalloc_usable(struct amk_context *ctx, void *p, u64 size)
{
	return ksize(p);
}

static const struct amk_ops kmalloc_ops = {
	.alloc = kmalloc_alloc,
	.release = kmalloc_release,
	.usable = kmalloc_usable,
};

static const struct amk_ops kzalloc_ops = {
	.alloc = kzalloc_alloc,
	.release = kmalloc_release,
	.usable = kmalloc_usable,
};

static const struct amk_ops kcalloc_ops = {
	.alloc = kcalloc_alloc,
	.release = kmalloc_release,
	.usable = kmalloc_usable,
	.alloc_array = kcalloc_array,
};

static const struct amk_ops kmalloc_node_ops = {
	.alloc = kmalloc_node_alloc,
	.release = kmalloc_release,
	.usable = kmalloc_usable,
};

AMK_DEFINE_IMPL(kernel, kmalloc, kmalloc_ops);
AMK_DEFINE_ALIAS(kernel, kmalloc_control, kmalloc, kmalloc_ops);
AMK_DEFINE_IMPL(kernel, kmalloc_node, kmalloc_node_ops);
AMK_DEFINE_IMPL(kernel, kzalloc, kzalloc_ops);
AMK_DEFINE_IMPL(kernel, kcalloc, kcalloc_ops);
