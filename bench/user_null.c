// SPDX-License-Identifier: GPL-2.0-only
/*
 * null: no allocation at all. What is left of a timed loop is the harness, so the slope of this
 * strategy is what every other figure carries on top: a decrement and a branch.
 *
 * What it hands out is the address of a static object, which the compiler knows not to be NULL.
 * There is no memory of any size behind it (AMK_STRATEGY_EMPTY), so nothing is ever written there.
 */
#include "lib/core/body.h"

static char null_byte;

static __always_inline void *null_alloc(struct amk_context *ctx, u64 size)
{
	(void)ctx;
	(void)size;
	return &null_byte;
}

static __always_inline void null_release(struct amk_context *ctx, void *p, u64 size)
{
	(void)ctx;
	(void)p;
	(void)size;
}

static const struct amk_ops null_ops = {
	.alloc = null_alloc,
	.release = null_release,
};

AMK_DEFINE_IMPL(user, null, null_ops);
