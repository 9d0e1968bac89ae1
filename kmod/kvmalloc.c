// SPDX-License-Identifier: GPL-2.0-only
/*
 * kvmalloc(): kmalloc where that is cheap, else vmalloc. Which of the two it was shows in the
 * mapping and in the runs of frames, not here. Above INT_MAX it refuses, silently with
 * __GFP_NOWARN.
 */
#include <linux/mm.h>
#include <linux/slab.h>

#include "lib/core/body.h"
#include "frame.h"

static __always_inline void *kvmalloc_alloc(struct amk_context *ctx, u64 size)
{
	return kvmalloc(size, GFP_KERNEL | __GFP_NOWARN);
}

static __always_inline void kvmalloc_release(struct amk_context *ctx, void *p, u64 size)
{
	kvfree(p);
}

static u64 kvmalloc_usable(struct amk_context *ctx, void *p, u64 size)
{
	return is_vmalloc_addr(p) ? amk_frame_vmalloc_bytes(p, size) : ksize(p);
}

static bool kvmalloc_fell_back(struct amk_context *ctx, void *p, u64 size)
{
	return is_vmalloc_addr(p);
}

static const struct amk_ops kvmalloc_ops = {
	.alloc = kvmalloc_alloc,
	.release = kvmalloc_release,
	.usable = kvmalloc_usable,
	.fell_back = kvmalloc_fell_back,
};

AMK_DEFINE_IMPL(kernel, kvmalloc, kvmalloc_ops);
