// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory from a NUMA node: mmap() and mbind(), the two system calls that numa_alloc_onnode(),
 * numa_alloc_interleaved(), numa_alloc_local() and hwloc_alloc_membind() consist of (libnuma binds
 * by MPOL_BIND unless told otherwise; hwloc by MPOL_PREFERRED_MANY, on older kernels
 * MPOL_PREFERRED, unless asked to be strict). The libraries themselves allocate as they start and
 * read the topology into lists, so they have no place in a fresh process. Huge pages are forbidden
 * to the process as for "mmap": a huge page lies on one node whatever the policy of its 512.
 */
#include <linux/mempolicy.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench/user_node.h"
#include "lib/core/body.h"

#ifndef MPOL_PREFERRED_MANY
#define MPOL_PREFERRED_MANY 5 /* Linux 5.15 */
#endif

static __always_inline void *map(u64 size, unsigned long mode, const struct amk_node_set *set)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (unlikely(p == MAP_FAILED))
		return NULL;
	/* The kernel takes one bit less than it is told. */
	if (unlikely(syscall(SYS_mbind, p, size, mode, set ? set->bits : NULL,
			     set ? AMK_NODE_MAX + 2UL : 0UL, 0UL))) {
		munmap(p, size);
		return NULL;
	}
	return p;
}

/* Whether the kernel takes this policy, by a page of it. */
static int try(unsigned long mode, const struct amk_node_set *set)
{
	void *p;

	if (prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) && errno != EINVAL)
		return -errno;
	p = map(AMK_PAGE_SIZE, mode, set);
	if (!p)
		return errno == ENOMEM ? -ENOMEM : -EOPNOTSUPP;
	munmap(p, AMK_PAGE_SIZE);
	return 0;
}

/* priv: the set of nodes. One block a process: it may be the same memory for all. */
static int node_setup(struct amk_context *ctx, unsigned long mode)
{
	static struct amk_node_set set;
	unsigned int node = (unsigned int)ctx->node;

	if (ctx->node < 0 && getcpu(NULL, &node))
		return -EOPNOTSUPP;
	if (node > AMK_NODE_MAX)
		return -EOPNOTSUPP;
	memset(&set, 0, sizeof(set));
	set.bits[node / (8 * sizeof(unsigned long))] = 1UL << node % (8 * sizeof(unsigned long));
	ctx->priv = &set;
	return try(mode, &set);
}

static int bind_setup(struct amk_context *ctx)
{
	return node_setup(ctx, MPOL_BIND);
}

static int preferred_setup(struct amk_context *ctx)
{
	return node_setup(ctx, MPOL_PREFERRED);
}

static int preferred_many_setup(struct amk_context *ctx)
{
	return node_setup(ctx, MPOL_PREFERRED_MANY);
}

static int interleave_setup(struct amk_context *ctx)
{
	static struct amk_node_set set;

	if (!amk_node_set_read(&set, AMK_NODE_MEMORY))
		return -EOPNOTSUPP;
	ctx->priv = &set;
	return try(MPOL_INTERLEAVE, &set);
}

static int local_setup(struct amk_context *ctx)
{
	(void)ctx;
	return try(MPOL_LOCAL, NULL);
}

static __always_inline void *bind_alloc(struct amk_context *ctx, u64 size)
{
	return map(size, MPOL_BIND, ctx->priv);
}

static __always_inline void *preferred_alloc(struct amk_context *ctx, u64 size)
{
	return map(size, MPOL_PREFERRED, ctx->priv);
}

static __always_inline void *preferred_many_alloc(struct amk_context *ctx, u64 size)
{
	return map(size, MPOL_PREFERRED_MANY, ctx->priv);
}

static __always_inline void *interleave_alloc(struct amk_context *ctx, u64 size)
{
	return map(size, MPOL_INTERLEAVE, ctx->priv);
}

static __always_inline void *local_alloc(struct amk_context *ctx, u64 size)
{
	(void)ctx;
	return map(size, MPOL_LOCAL, NULL);
}

static __always_inline void numa_release(struct amk_context *ctx, void *p, u64 size)
{
	(void)ctx;
	munmap(p, size);
}

static u64 numa_usable(struct amk_context *ctx, void *p, u64 size)
{
	u64 mask = (u64)sysconf(_SC_PAGESIZE) - 1;

	(void)ctx;
	(void)p;
	return (size + mask) & ~mask;
}

#define NUMA_OPS(name)                             \
	static const struct amk_ops name##_ops = { \
		.setup = name##_setup,             \
		.alloc = name##_alloc,             \
		.release = numa_release,           \
		.usable = numa_usable,             \
	}

NUMA_OPS(bind);
NUMA_OPS(preferred);
NUMA_OPS(preferred_many);
NUMA_OPS(interleave);
NUMA_OPS(local);

AMK_DEFINE_IMPL(user, mbind, bind_ops);
AMK_DEFINE_IMPL(user, mbind_preferred, preferred_ops);
AMK_DEFINE_IMPL(user, mbind_preferred_many, preferred_many_ops);
AMK_DEFINE_IMPL(user, mbind_interleave, interleave_ops);
AMK_DEFINE_IMPL(user, mbind_local, local_ops);
