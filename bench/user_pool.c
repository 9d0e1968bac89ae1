// SPDX-License-Identifier: GPL-2.0-only
/*
 * pool: a free list of one size class over slabs from mmap(), the twin of a kmem_cache.
 *
 * alloc pops the list or cuts the next object off the current slab, release pushes: constant time,
 * no header, links inside free objects. Slabs are populated when they are mapped and kept until
 * teardown, so warm-up pays for them and the timed part does not. Sizes are classed log-linearly, 4
 * classes an octave (at most 25 % of an object is waste). A pool serves the class it was set up
 * for.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "lib/core/body.h"

#define CLASS_BITS 2
#define OBJECT_BYTES_MIN 16ULL
#define SLAB_BYTES (64ULL << 10)
/* A slab holds at least one object, so this many serve any batch and what the workloads hold. */
#define SLABS_MAX (AMK_BATCH_MAX + 128)

struct pool_slab {
	void *base;
	u64 len_bytes;
};

/* An object on the free list. */
struct pool_link {
	struct pool_link *next;
};

struct pool {
	struct pool_link *free;
	char *fresh; /* of the current slab: not cut yet */
	char *fresh_end;
	u64 object_bytes;
	u64 page_bytes;
	u32 nr_slabs;
	struct pool_slab slab[SLABS_MAX];
};

/* @size rounded up to its class: 16 bytes apart at first, then a quarter of an octave. */
static u64 class_bytes(u64 size)
{
	int shift = fls64(size - 1) - 1 - CLASS_BITS;
	u64 step = shift > 4 ? 1ULL << shift : OBJECT_BYTES_MIN;

	return (size + step - 1) & ~(step - 1);
}

static void pool_unmap(struct pool *pool)
{
	while (pool->nr_slabs) {
		struct pool_slab *slab = &pool->slab[--pool->nr_slabs];

		munmap(slab->base, slab->len_bytes);
	}
}

/* Maps one more slab and makes it the current one. */
static bool pool_grow(struct pool *pool)
{
	u64 count = pool->object_bytes < SLAB_BYTES ? SLAB_BYTES / pool->object_bytes : 1;
	u64 len = count * pool->object_bytes;
	char *p;

	len = (len + pool->page_bytes - 1) & ~(pool->page_bytes - 1);
	if (pool->nr_slabs == SLABS_MAX)
		return false;
	p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1,
		 0);
	if (p == MAP_FAILED)
		return false;
	pool->slab[pool->nr_slabs++] = (struct pool_slab){ p, len };
	pool->fresh = p;
	pool->fresh_end = p + count * pool->object_bytes;
	return true;
}

/* The free list is empty. */
static noinline void *pool_cut(struct pool *pool)
{
	char *p;

	if (pool->fresh == pool->fresh_end && !pool_grow(pool))
		return NULL;
	p = pool->fresh;
	pool->fresh += pool->object_bytes;
	return p;
}

static int pool_setup(struct amk_context *ctx)
{
	struct pool *pool = mmap(NULL, sizeof(*pool), PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (pool == MAP_FAILED)
		return -errno;
	pool->page_bytes = (u64)sysconf(_SC_PAGESIZE);
	pool->object_bytes = class_bytes(ctx->size);
	ctx->priv = pool;
	return 0;
}

static void pool_teardown(struct amk_context *ctx)
{
	struct pool *pool = ctx->priv;

	pool_unmap(pool);
	munmap(pool, sizeof(*pool));
}

static __always_inline void *pool_alloc(struct amk_context *ctx, u64 size)
{
	struct pool *pool = ctx->priv;
	struct pool_link *p = pool->free;

	(void)size;
	if (unlikely(!p))
		return pool_cut(pool);
	pool->free = p->next;
	return p;
}

static __always_inline void pool_release(struct amk_context *ctx, void *p, u64 size)
{
	struct pool *pool = ctx->priv;
	struct pool_link *link = p;

	(void)size;
	link->next = pool->free;
	pool->free = link;
}

static u64 pool_usable(struct amk_context *ctx, void *p, u64 size)
{
	struct pool *pool = ctx->priv;

	(void)p;
	(void)size;
	return pool->object_bytes;
}

static const struct amk_ops pool_ops = {
	.setup = pool_setup,
	.alloc = pool_alloc,
	.release = pool_release,
	.teardown = pool_teardown,
	.usable = pool_usable,
};

AMK_DEFINE_IMPL(user, pool, pool_ops);
