// SPDX-License-Identifier: GPL-2.0-only
/*
 * null: no allocation at all, so what is timed is the loop and the clock: a decrement and a branch.
 *
 * What it returns is the kernel's pointer to nothing, which the compiler knows not to be NULL.
 * There is no memory behind it: workloads that write to their memory do not run on this row.
 */
#include <linux/slab.h>

#include "lib/core/body.h"

static __always_inline void *null_alloc(struct amk_context *ctx, u64 size)
{
	return ZERO_SIZE_PTR;
}

static __always_inline void null_release(struct amk_context *ctx, void *p, u64 size)
{
}

static const struct amk_ops null_ops = {
	.alloc = null_alloc,
	.release = null_release,
};

AMK_DEFINE_IMPL(kernel, null, null_ops);
