// SPDX-License-Identifier: GPL-2.0-only
/*
 * That the rows which stand for calls of libnuma and hwloc do the same as these: memory from the
 * row and memory from the library are asked for the policy of their address, and mode and nodes
 * must agree, on each node that has memory. Skipped (77) where the kernel has no memory policies.
 */
#include <hwloc.h>
#include <numa.h>
#include <numaif.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "bench/user_impl.h"

#define LEN_BYTES (64UL << 10)
#define MASK_WORDS ((AMK_NODE_MAX + 1) / (8 * sizeof(unsigned long)))

struct policy {
	int mode;
	unsigned long node[MASK_WORDS];
};

static hwloc_topology_t topology;
static unsigned int failures, compared;

/* What has no policy of its own has that of its process. A mode of -1: none could be read. */
static void policy_read(void *addr, struct policy *policy)
{
	memset(policy, 0, sizeof(*policy));
	if (addr &&
	    !get_mempolicy(&policy->mode, policy->node, AMK_NODE_MAX + 1, addr, MPOL_F_ADDR) &&
	    policy->mode != MPOL_DEFAULT)
		return;
	if (!addr || get_mempolicy(&policy->mode, policy->node, AMK_NODE_MAX + 1, NULL, 0))
		policy->mode = -1;
}

/* ---- the libraries ---- */

static void *libnuma_onnode(unsigned int node)
{
	return numa_alloc_onnode(LEN_BYTES, (int)node);
}

/* Of the process, not of the memory; main() ends it. */
static void *libnuma_preferred(unsigned int node)
{
	numa_set_preferred((int)node);
	return numa_alloc(LEN_BYTES);
}

static void *libnuma_onnode_lenient(unsigned int node)
{
	void *p;

	numa_set_bind_policy(0);
	p = numa_alloc_onnode(LEN_BYTES, (int)node);
	numa_set_bind_policy(1);
	return p;
}

static void *libnuma_interleaved(unsigned int node)
{
	(void)node;
	return numa_alloc_interleaved(LEN_BYTES);
}

static void *libnuma_local(unsigned int node)
{
	(void)node;
	return numa_alloc_local(LEN_BYTES);
}

static void *hwloc_bound(unsigned int node, int flags)
{
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	void *p;

	if (!set)
		return NULL;
	hwloc_bitmap_only(set, node);
	p = hwloc_alloc_membind(topology, LEN_BYTES, set, HWLOC_MEMBIND_BIND,
				flags | HWLOC_MEMBIND_BYNODESET);
	hwloc_bitmap_free(set);
	return p;
}

static void *hwloc_lenient(unsigned int node)
{
	return hwloc_bound(node, 0);
}

static void *hwloc_strict(unsigned int node)
{
	return hwloc_bound(node, HWLOC_MEMBIND_STRICT);
}

static const struct pairing {
	const char *row;
	const char *instead; /* on kernels without the policy of the first; NULL: none */
	const char *call;
	void *(*alloc)(unsigned int node);
} pairings[] = {
	{ "mbind", NULL, "numa_alloc_onnode()", libnuma_onnode },
	{ "mbind", NULL, "hwloc_alloc_membind(), strict", hwloc_strict },
	{ "mbind-preferred", NULL, "numa_set_preferred()", libnuma_preferred },
	{ "mbind-preferred-many", "mbind-preferred",
	  "numa_alloc_onnode() after numa_set_bind_policy(0)", libnuma_onnode_lenient },
	{ "mbind-preferred-many", "mbind-preferred", "hwloc_alloc_membind()", hwloc_lenient },
	{ "mbind-interleave", NULL, "numa_alloc_interleaved()", libnuma_interleaved },
	{ "mbind-local", NULL, "numa_alloc_local()", libnuma_local },
};

/* ---- the rows ---- */

/* Memory of @row from @node; NULL: the kernel has no such policy (@absent), or there is none. */
static void *row_alloc(const char *row, unsigned int node, bool *absent)
{
	const struct amk_impl *impl = amk_user_impl(amk_strategy_find(AMK_SIDE_user, row));
	static struct amk_context ctx;
	int error;

	memset(&ctx, 0, sizeof(ctx));
	ctx.size = LEN_BYTES;
	ctx.node = (s32)node;
	error = impl->ops->setup ? impl->ops->setup(&ctx) : 0;
	*absent = error == -EOPNOTSUPP;
	return error ? NULL : impl->ops->alloc(&ctx, LEN_BYTES);
}

static void policy_print(const struct policy *policy)
{
	unsigned int i;

	printf("mode %d, nodes", policy->mode);
	for (i = 0; i < MASK_WORDS * 8 * sizeof(unsigned long); i++)
		if (policy->node[i / (8 * sizeof(unsigned long))] >>
			    i % (8 * sizeof(unsigned long)) &
		    1)
			printf(" %u", i);
}

static void pairing_print(const char *row, const struct pairing *p, unsigned int node, bool same,
			  const struct policy *ours, const struct policy *theirs)
{
	printf("%s node %u: %s and %s: ", same ? "same" : "DIFFERENT", node, row, p->call);
	policy_print(ours);
	if (!same) {
		printf("; the library's: ");
		policy_print(theirs);
	}
	putchar('\n');
}

static void pairing_check(const struct pairing *p, unsigned int node)
{
	struct policy ours = { 0 }, theirs = { 0 };
	const char *name = p->row;
	bool absent, same;
	void *row = row_alloc(name, node, &absent), *call;

	if (absent && p->instead) {
		name = p->instead;
		row = row_alloc(name, node, &absent);
	}
	call = p->alloc(node);
	/* Both are asked: an error leaves -1, which no policy is. */
	policy_read(row, &ours);
	policy_read(call, &theirs);
	same = ours.mode >= 0 && !memcmp(&ours, &theirs, sizeof(ours));
	pairing_print(name, p, node, same, &ours, &theirs);
	compared++;
	failures += !same;
	numa_set_localalloc();
	if (row)
		munmap(row, LEN_BYTES);
	if (call)
		munmap(call, LEN_BYTES);
}

static void node_check(unsigned int node)
{
	size_t i;

	for (i = 0; i < AMK_ARRAY_SIZE(pairings); i++)
		pairing_check(&pairings[i], node);
}

int main(void)
{
	int node;

	if (numa_available() < 0) {
		puts("no memory policies here");
		return 77;
	}
	if (hwloc_topology_init(&topology) || hwloc_topology_load(topology)) {
		puts("hwloc cannot read the topology");
		return 1;
	}
	for (node = 0; node <= numa_max_node(); node++)
		if (numa_bitmask_isbitset(numa_all_nodes_ptr, (unsigned int)node) &&
		    numa_node_size64(node, NULL) > 0)
			node_check((unsigned int)node);
	hwloc_topology_destroy(topology);
	printf("%u policies compared, %u different\n", compared, failures);
	return failures || !compared;
}
