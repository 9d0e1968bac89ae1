// SPDX-License-Identifier: GPL-2.0-only
/*
 * aligned_alloc() of whole pages: the C library's way to page-aligned memory. C11 wants the size to
 * be a multiple of the alignment, so it is rounded up.
 */
#include <malloc.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/core/body.h"

/* granule: the alignment, a page unless the request asks for more. */
static int aligned_alloc_setup(struct amk_context *ctx)
{
	u64 page = (u64)sysconf(_SC_PAGESIZE);

	ctx->granule = ctx->align > page ? ctx->align : page;
	return 0;
}

static __always_inline void *aligned_alloc_alloc(struct amk_context *ctx, u64 size)
{
	u64 mask = ctx->granule - 1;

	return aligned_alloc(ctx->granule, (size + mask) & ~mask);
}

static __always_inline void aligned_alloc_release(struct amk_context *ctx, void *p, u64 size)
{
	(void)ctx;
	(void)size;
	free(p);
}

static u64 aligned_alloc_usable(struct amk_context *ctx, void *p, u64 size)
{
	(void)ctx;
	(void)size;
	return malloc_usable_size(p);
}

static const struct amk_ops aligned_alloc_ops = {
	.setup = aligned_alloc_setup,
	.alloc = aligned_alloc_alloc,
	.release = aligned_alloc_release,
	.usable = aligned_alloc_usable,
};

AMK_DEFINE_IMPL(user, aligned_alloc, aligned_alloc_ops);
