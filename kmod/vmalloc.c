// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmalloc(), vzalloc(), vmalloc_node() and vmalloc_huge(): pages from anywhere, mapped one after
 * the other.
 *
 * vmalloc() and vzalloc() are called in the form that takes flags, __vmalloc(), only to add
 * __GFP_NOWARN: both are the same call with GFP_KERNEL, and without the flag a refused size would
 * print a report with a stack. No other flag is added: kernels of 7.0 and later warn of those
 * outside their list. vfree() leaves the unmapping to a later purge of many areas at once, so its
 * cost is spread unevenly over calls.
 */
#include <linux/gfp.h>
#include <linux/vmalloc.h>

#include "lib/core/body.h"
#include "frame.h"

#define VMALLOC_GFP (GFP_KERNEL | __GFP_NOWARN)

static __always_inline void *vmalloc_alloc(struct amk_context *ctx, u64 size)
{
	return __vmalloc(size, VMALLOC_GFP);
}

static __always_inline void *vzalloc_alloc(struct amk_context *ctx, u64 size)
{
	return __vmalloc(size, VMALLOC_GFP | __GFP_ZERO);
}

/* Takes no flags, so what it refuses it reports in the kernel's log. */
static __always_inline void *node_alloc(struct amk_context *ctx, u64 size)
{
	return vmalloc_node(size, ctx->node);
}

static int huge_setup(struct amk_context *ctx)
{
	return IS_ENABLED(AMK_HAVE_VMALLOC_HUGE) ? 0 : -EOPNOTSUPP;
}

static __always_inline void *huge_alloc(struct amk_context *ctx, u64 size)
{
#if IS_ENABLED(AMK_HAVE_VMALLOC_HUGE)
	return vmalloc_huge(size, VMALLOC_GFP);
#else
	return NULL;
#endif
}

static __always_inline void vmalloc_release(struct amk_context *ctx, void *p, u64 size)
{
	vfree(p);
}

static u64 vmalloc_usable(struct amk_context *ctx, void *p, u64 size)
{
	return amk_frame_vmalloc_bytes(p, size);
}

static const struct amk_ops vmalloc_ops = {
	.alloc = vmalloc_alloc,
	.release = vmalloc_release,
	.usable = vmalloc_usable,
};

static const struct amk_ops vzalloc_ops = {
	.alloc = vzalloc_alloc,
	.release = vmalloc_release,
	.usable = vmalloc_usable,
};

static const struct amk_ops node_ops = {
	.alloc = node_alloc,
	.release = vmalloc_release,
	.usable = vmalloc_usable,
};

static const struct amk_ops huge_ops = {
	.setup = huge_setup,
	.alloc = huge_alloc,
	.release = vmalloc_release,
	.usable = vmalloc_usable,
};

AMK_DEFINE_IMPL(kernel, vmalloc, vmalloc_ops);
AMK_DEFINE_IMPL(kernel, vzalloc, vzalloc_ops);
AMK_DEFINE_IMPL(kernel, vmalloc_huge, huge_ops);
AMK_DEFINE_IMPL(kernel, vmalloc_node, node_ops);
