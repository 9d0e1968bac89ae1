/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The machine as hwloc and libnuma see it; topology.c is the only file that knows the two.
 */
#ifndef AMK_TOPOLOGY_H
#define AMK_TOPOLOGY_H

#include "lib/core/abi.h"
#include "lib/user/facts.h"
#include "lib/user/spread.h"

#define AMK_TOPOLOGY_ERROR_LEN 512

struct amk_topology;

/*
 * Looks at the machine. 0 and *@topology for amk_topology_close(), or -errno with text in @error.
 */
int amk_topology_open(struct amk_topology **topology, char error[AMK_TOPOLOGY_ERROR_LEN]);
void amk_topology_close(struct amk_topology *topology);

/* Adds processor, caches, cores, memory and nodes as machine facts. */
void amk_topology_facts(const struct amk_topology *topology, struct amk_facts *facts);

/*
 * The CPU to measure on: @wanted if it may be used, or with -1 the last allowed one, which gets the
 * fewest interrupts and is seldom the one the system runs its chores on. -EINVAL with text in
 * @error.
 */
int amk_topology_choose(const struct amk_topology *topology, int wanted,
			char error[AMK_TOPOLOGY_ERROR_LEN]);

/*
 * Binds the calling thread, and what it starts, to @cpu and to memory of that CPU's node. 0 or
 * -errno with text in @error. Where the kernel has no memory policies only the thread is bound.
 */
int amk_topology_bind(const struct amk_topology *topology, int cpu,
		      char error[AMK_TOPOLOGY_ERROR_LEN]);

/* The NUMA node of @cpu; 0 where the kernel knows none. */
int amk_topology_cpu_node(int cpu);

/* The last CPU of @node that may be used here, or -1. */
int amk_topology_node_cpu(const struct amk_topology *topology, u32 node);

/* Fills @node with the NUMA nodes there are, at most @max, rising. How many; at least one. */
u32 amk_topology_nodes(u32 *node, u32 max);

/*
 * How many threads there is room for, each on a CPU of its own that may be used here; at most @max.
 */
u32 amk_topology_room(const struct amk_topology *topology, enum amk_spread spread, u32 max);

/*
 * The CPUs for @n threads into @cpu. 0, or -EINVAL with text in @error: there is no room for so
 * many.
 */
int amk_topology_spread(const struct amk_topology *topology, enum amk_spread spread, u32 n,
			u16 *cpu, char error[AMK_TOPOLOGY_ERROR_LEN]);

/* For tests: a machine as hwloc_topology_set_synthetic() takes it, such as "core:2 pu:2". */
int amk_topology_invent(struct amk_topology **topology, const char *description,
			char error[AMK_TOPOLOGY_ERROR_LEN]);

/* Writes @path/topology.xml, aside and renamed. 0 or -errno. */
int amk_topology_write(const struct amk_topology *topology, const char *path);

/* "2.9.0" and the like, of the library in use. */
const char *amk_topology_version(char buffer[16]);

#endif
