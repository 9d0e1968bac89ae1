// SPDX-License-Identifier: GPL-2.0-only
/*
 * The C library's general-purpose allocator: malloc, calloc, reallocarray, and malloc held to
 * its mmap threshold.
 *
 * Plain malloc keeps the library's defaults, and glibc's surprise: requests of 128 KiB and more are
 * mapped by mmap() at first, but when the first such chunk is freed the threshold rises to its size
 * (up to 32 MiB), and later requests up to there come from the heap. So `pair` shows the cost of
 * the heap at 1 MiB, though a program's first such malloc() is an mmap(). "malloc-mmap" sets the
 * threshold, which also stops it from moving, and shows the other half.
 *
 * "malloc-control" is malloc under a second name, for the gate to see whether a run's rounds tell
 * the same code apart. "malloc-jemalloc" and its like are the same code again, in a process whose
 * malloc() is of another library: see user_allocator.h.
 */
#include <malloc.h>
#include <stdlib.h>

#include "bench/user_allocator.h"
#include "lib/core/body.h"

#define ELEMENT_BYTES 8
#define MAPPED_FROM_BYTES (128 << 10)

/* Elements that hold @size bytes. */
static __always_inline size_t elements(u64 size)
{
	return (size + ELEMENT_BYTES - 1) / ELEMENT_BYTES;
}

static __always_inline void *malloc_alloc(struct amk_context *ctx, u64 size)
{
	(void)ctx;
	return malloc(size);
}

static __always_inline void *calloc_alloc(struct amk_context *ctx, u64 size)
{
	(void)ctx;
	return calloc(1, size);
}

static __always_inline void *calloc_array_alloc(struct amk_context *ctx, u64 size)
{
	(void)ctx;
	return calloc(elements(size), ELEMENT_BYTES);
}

static __always_inline void *reallocarray_alloc(struct amk_context *ctx, u64 size)
{
	(void)ctx;
	return reallocarray(NULL, elements(size), ELEMENT_BYTES);
}

static void *calloc_array(struct amk_context *ctx, u64 n, u64 element_bytes)
{
	(void)ctx;
	return calloc(n, element_bytes);
}

static void *reallocarray_array(struct amk_context *ctx, u64 n, u64 element_bytes)
{
	(void)ctx;
	return reallocarray(NULL, n, element_bytes);
}

static __always_inline void malloc_release(struct amk_context *ctx, void *p, u64 size)
{
	(void)ctx;
	(void)size;
	free(p);
}

static u64 malloc_usable(struct amk_context *ctx, void *p, u64 size)
{
	(void)ctx;
	(void)size;
	return malloc_usable_size(p);
}

static bool malloc_trim_any(struct amk_context *ctx)
{
	(void)ctx;
	return amk_user_allocator_trim();
}

static int malloc_mapped_setup(struct amk_context *ctx)
{
	(void)ctx;
	return mallopt(M_MMAP_THRESHOLD, MAPPED_FROM_BYTES) ? 0 : -EINVAL;
}

static const struct amk_ops malloc_ops = {
	.alloc = malloc_alloc,
	.release = malloc_release,
	.usable = malloc_usable,
	.trim = malloc_trim_any,
};

static const struct amk_ops calloc_ops = {
	.alloc = calloc_alloc,
	.release = malloc_release,
	.usable = malloc_usable,
	.trim = malloc_trim_any,
};

static const struct amk_ops calloc_array_ops = {
	.alloc = calloc_array_alloc,
	.release = malloc_release,
	.usable = malloc_usable,
	.trim = malloc_trim_any,
	.alloc_array = calloc_array,
};

static const struct amk_ops reallocarray_ops = {
	.alloc = reallocarray_alloc,
	.release = malloc_release,
	.usable = malloc_usable,
	.trim = malloc_trim_any,
	.alloc_array = reallocarray_array,
};

static const struct amk_ops malloc_mapped_ops = {
	.setup = malloc_mapped_setup,
	.alloc = malloc_alloc,
	.release = malloc_release,
	.usable = malloc_usable,
	.trim = malloc_trim_any,
};

AMK_DEFINE_IMPL(user, malloc, malloc_ops);
AMK_DEFINE_ALIAS(user, malloc_control, malloc, malloc_ops);
AMK_DEFINE_ALIAS(user, malloc_glibc, malloc, malloc_ops);
AMK_DEFINE_ALIAS(user, malloc_jemalloc, malloc, malloc_ops);
AMK_DEFINE_ALIAS(user, malloc_tcmalloc, malloc, malloc_ops);
AMK_DEFINE_ALIAS(user, malloc_mimalloc, malloc, malloc_ops);
AMK_DEFINE_IMPL(user, calloc, calloc_ops);
AMK_DEFINE_IMPL(user, calloc_array, calloc_array_ops);
AMK_DEFINE_IMPL(user, reallocarray, reallocarray_ops);
AMK_DEFINE_IMPL(user, malloc_mapped, malloc_mapped_ops);
