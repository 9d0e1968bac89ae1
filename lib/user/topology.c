// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine as hwloc and libnuma see it: see topology.h. hwloc tells what is there and binds the
 * thread; libnuma sets the memory policy, which unlike hwloc's survives an exec by definition of
 * set_mempolicy(2), so that the fresh process of each block inherits it.
 */
#include "lib/user/topology.h"

#include <hwloc.h>
#include <limits.h>
#include <numa.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/user/records.h"

struct amk_topology {
	hwloc_topology_t hw;
};

static int fail(char *error, int code, const char *what)
{
	snprintf(error, AMK_TOPOLOGY_ERROR_LEN, "hwloc: cannot %s: %s", what, strerror(-code));
	return code;
}

/* @description: of a machine that is not this one; NULL: this one. */
static int topology_load(struct amk_topology **topology, const char *description,
			 char error[AMK_TOPOLOGY_ERROR_LEN])
{
	struct amk_topology *t = calloc(1, sizeof(*t));

	if (!t)
		return fail(error, -ENOMEM, "start");
	if (hwloc_topology_init(&t->hw)) {
		free(t);
		return fail(error, -ENOMEM, "start");
	}
	if ((description && hwloc_topology_set_synthetic(t->hw, description)) ||
	    hwloc_topology_load(t->hw)) {
		int code = errno ? -errno : -EIO;

		amk_topology_close(t);
		return fail(error, code, "read the topology");
	}
	*topology = t;
	return 0;
}

int amk_topology_open(struct amk_topology **topology, char error[AMK_TOPOLOGY_ERROR_LEN])
{
	return topology_load(topology, NULL, error);
}

int amk_topology_invent(struct amk_topology **topology, const char *description,
			char error[AMK_TOPOLOGY_ERROR_LEN])
{
	return topology_load(topology, description, error);
}

void amk_topology_close(struct amk_topology *topology)
{
	hwloc_topology_destroy(topology->hw);
	free(topology);
}

static void info_fact(hwloc_obj_t obj, const char *info, struct amk_facts *facts, const char *key)
{
	const char *value = obj ? hwloc_obj_get_info_by_name(obj, info) : NULL;

	if (value)
		amk_facts_add(facts, AMK_FACT_MACHINE, key, value);
}

static void count_fact(hwloc_topology_t hw, hwloc_obj_type_t type, struct amk_facts *facts,
		       const char *key)
{
	int count = hwloc_get_nbobjs_by_type(hw, type);

	if (count > 0)
		amk_facts_addf(facts, AMK_FACT_MACHINE, key, "%d", count);
}

static void cache_fact(hwloc_topology_t hw, hwloc_obj_type_t type, struct amk_facts *facts,
		       const char *key)
{
	hwloc_obj_t cache = hwloc_get_obj_by_type(hw, type, 0);

	if (cache && cache->attr)
		amk_facts_addf(facts, AMK_FACT_MACHINE, key, "%llu",
			       (unsigned long long)cache->attr->cache.size);
}

/*
 * What a kernel keeps for itself differs from boot to boot: memory is told in steps of 64 MiB. The
 * sum of hwloc's nodes will not do: where memory is brought in lazily it grows while the machine
 * runs.
 */
static u64 memory_rounded(void)
{
	u64 bytes = (u64)sysconf(_SC_PHYS_PAGES) * (u64)sysconf(_SC_PAGESIZE);

	return (bytes >> 26) << 26;
}

void amk_topology_facts(const struct amk_topology *topology, struct amk_facts *facts)
{
	hwloc_topology_t hw = topology->hw;
	hwloc_obj_t root = hwloc_get_root_obj(hw);
	hwloc_obj_t package = hwloc_get_obj_by_type(hw, HWLOC_OBJ_PACKAGE, 0);

	info_fact(package ? package : root, "CPUVendor", facts, "processor.vendor");
	info_fact(package ? package : root, "CPUModel", facts, "processor.model");
	info_fact(package ? package : root, "CPUFamilyNumber", facts, "processor.family");
	info_fact(package ? package : root, "CPUModelNumber", facts, "processor.model_number");
	info_fact(package ? package : root, "CPUStepping", facts, "processor.stepping");
	info_fact(root, "DMIProductName", facts, "product");
	count_fact(hw, HWLOC_OBJ_PACKAGE, facts, "packages");
	count_fact(hw, HWLOC_OBJ_CORE, facts, "cores");
	count_fact(hw, HWLOC_OBJ_PU, facts, "threads");
	count_fact(hw, HWLOC_OBJ_NUMANODE, facts, "nodes");
	cache_fact(hw, HWLOC_OBJ_L1CACHE, facts, "cache.l1d_bytes");
	cache_fact(hw, HWLOC_OBJ_L2CACHE, facts, "cache.l2_bytes");
	cache_fact(hw, HWLOC_OBJ_L3CACHE, facts, "cache.l3_bytes");
	amk_facts_addf(facts, AMK_FACT_MACHINE, "memory_bytes", "%llu",
		       (unsigned long long)memory_rounded());
}

/* The CPUs that the calling thread may run on; NULL: no memory. */
static hwloc_bitmap_t cpus_usable(const struct amk_topology *topology)
{
	hwloc_bitmap_t now = hwloc_bitmap_alloc();

	if (now && hwloc_get_cpubind(topology->hw, now, HWLOC_CPUBIND_THREAD))
		hwloc_bitmap_copy(now, hwloc_topology_get_allowed_cpuset(topology->hw));
	return now;
}

int amk_topology_cpu_node(int cpu)
{
	int node = numa_available() < 0 ? -1 : numa_node_of_cpu(cpu);

	return node < 0 ? 0 : node;
}

int amk_topology_node_cpu(const struct amk_topology *topology, u32 node)
{
	hwloc_bitmap_t usable = cpus_usable(topology);
	int last = -1, cpu;

	if (!usable)
		return -1;
	hwloc_bitmap_foreach_begin(cpu, usable) if (amk_topology_cpu_node(cpu) == (int)node)
		last = cpu;
	hwloc_bitmap_foreach_end();
	hwloc_bitmap_free(usable);
	return last;
}

u32 amk_topology_nodes(u32 *node, u32 max)
{
	u32 count = 0;
	int n;

	for (n = 0; numa_available() >= 0 && n <= numa_max_node() && count < max; n++)
		if (numa_bitmask_isbitset(numa_nodes_ptr, (unsigned int)n))
			node[count++] = (u32)n;
	if (!count)
		node[count++] = 0;
	return count;
}

int amk_topology_choose(const struct amk_topology *topology, int wanted,
			char error[AMK_TOPOLOGY_ERROR_LEN])
{
	hwloc_bitmap_t now = cpus_usable(topology);
	int cpu = -ENOMEM;

	if (!now)
		return fail(error, cpu, "choose a CPU");
	cpu = wanted < 0 ? hwloc_bitmap_last(now) : wanted;
	if (cpu < 0 || !hwloc_bitmap_isset(now, (unsigned int)cpu)) {
		char *list = NULL;

		hwloc_bitmap_list_asprintf(&list, now);
		snprintf(error, AMK_TOPOLOGY_ERROR_LEN,
			 "--cpu=%d: not a CPU that may be used here; give one of %s", wanted,
			 list ? list : "those that taskset -p shows");
		free(list);
		cpu = -EINVAL;
	}
	hwloc_bitmap_free(now);
	return cpu;
}

/* ---- CPUs for threads ---- */

/* What each has one thread of, and what there is to say where there is none of it. */
static const struct {
	hwloc_obj_type_t type;
	const char *places;
} spreads[AMK_NR_SPREADS] = {
	[AMK_SPREAD_compact] = { HWLOC_OBJ_PU, "CPUs" },
	[AMK_SPREAD_scatter] = { HWLOC_OBJ_PU, "CPUs" },
	[AMK_SPREAD_core] = { HWLOC_OBJ_CORE, "cores" },
	[AMK_SPREAD_l3] = { HWLOC_OBJ_L3CACHE, "third-level caches" },
	[AMK_SPREAD_node] = { HWLOC_OBJ_NUMANODE, "NUMA nodes with CPUs" },
};

/*
 * The first usable CPU of each object, in the order of the machine; at most @max. To a node without
 * CPUs hwloc gives those of its neighbour, which has its thread.
 */
static u32 cpus_one_each(hwloc_topology_t hw, hwloc_const_bitmap_t usable, hwloc_obj_type_t type,
			 u32 max, u16 *cpu)
{
	hwloc_bitmap_t left = hwloc_bitmap_dup(usable);
	hwloc_obj_t obj = NULL;
	u32 n = 0;
	int at;

	while (left && n < max && (obj = hwloc_get_next_obj_by_type(hw, type, obj)) != NULL) {
		for (at = hwloc_bitmap_first(obj->cpuset); at >= 0;
		     at = hwloc_bitmap_next(obj->cpuset, at))
			if (hwloc_bitmap_isset(left, (unsigned int)at))
				break;
		if (at >= 0)
			cpu[n++] = (u16)at;
		hwloc_bitmap_andnot(left, left, obj->cpuset);
	}
	hwloc_bitmap_free(left);
	return n;
}

/* As hwloc spreads them over what of the machine is usable; false: it cannot. */
static bool cpus_scatter(hwloc_topology_t whole, hwloc_const_bitmap_t usable, u32 n, u16 *cpu)
{
	hwloc_cpuset_t set[AMK_THREADS_MAX];
	hwloc_topology_t hw;
	hwloc_obj_t root;
	bool done;
	u32 i;

	if (hwloc_topology_dup(&hw, whole))
		return false;
	done = !hwloc_topology_restrict(hw, usable, 0);
	root = hwloc_get_root_obj(hw);
	if (done && !hwloc_distrib(hw, &root, 1, set, n, INT_MAX, 0)) {
		for (i = 0; i < n; i++) {
			cpu[i] = (u16)hwloc_bitmap_first(set[i]);
			hwloc_bitmap_free(set[i]);
		}
	} else {
		done = false;
	}
	hwloc_topology_destroy(hw);
	return done;
}

u32 amk_topology_room(const struct amk_topology *topology, enum amk_spread spread, u32 max)
{
	hwloc_bitmap_t usable = cpus_usable(topology);
	u16 cpu[AMK_THREADS_MAX];
	u32 n = 0;

	if (usable)
		n = cpus_one_each(topology->hw, usable, spreads[spread].type,
				  max < AMK_THREADS_MAX ? max : AMK_THREADS_MAX, cpu);
	hwloc_bitmap_free(usable);
	return n;
}

int amk_topology_spread(const struct amk_topology *topology, enum amk_spread spread, u32 n,
			u16 *cpu, char error[AMK_TOPOLOGY_ERROR_LEN])
{
	u32 room = amk_topology_room(topology, spread, AMK_THREADS_MAX);
	hwloc_bitmap_t usable;
	bool done = true;

	if (n > room) {
		snprintf(error, AMK_TOPOLOGY_ERROR_LEN,
			 "--threads=%u --place=%s: this machine tells of %u %s that may be used "
			 "here%s",
			 n, amk_spread_names[spread], room, spreads[spread].places,
			 room ? "; give no more threads" : "; give another --place");
		return -EINVAL;
	}
	usable = cpus_usable(topology);
	if (!usable)
		return fail(error, -ENOMEM, "spread threads");
	if (spread == AMK_SPREAD_scatter)
		done = cpus_scatter(topology->hw, usable, n, cpu);
	else
		cpus_one_each(topology->hw, usable, spreads[spread].type, n, cpu);
	hwloc_bitmap_free(usable);
	return done ? 0 : fail(error, -EINVAL, "spread threads");
}

/*
 * Memory of the CPU's own node, for this thread and all that it starts. A node without memory
 * cannot be preferred: then the kernel takes what is nearest, unasked.
 */
static void memory_bind(int cpu)
{
	int node;

	if (numa_available() < 0)
		return;
	node = numa_node_of_cpu(cpu);
	if (node >= 0 && numa_node_size64(node, NULL) > 0)
		numa_set_preferred(node);
}

int amk_topology_bind(const struct amk_topology *topology, int cpu,
		      char error[AMK_TOPOLOGY_ERROR_LEN])
{
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	int code = 0;

	if (!set)
		return fail(error, -ENOMEM, "bind");
	hwloc_bitmap_only(set, (unsigned int)cpu);
	if (hwloc_set_cpubind(topology->hw, set, HWLOC_CPUBIND_THREAD | HWLOC_CPUBIND_STRICT))
		code = fail(error, errno ? -errno : -EINVAL, "bind the thread");
	hwloc_bitmap_free(set);
	if (!code)
		memory_bind(cpu);
	return code;
}

int amk_topology_write(const struct amk_topology *topology, const char *path)
{
	char *xml;
	int len, error;

	if (hwloc_topology_export_xmlbuffer(topology->hw, &xml, &len, 0))
		return errno ? -errno : -EIO;
	error = amk_file_replace(path, "topology.xml", xml, (size_t)len - 1);
	hwloc_free_xmlbuffer(topology->hw, xml);
	return error;
}

const char *amk_topology_version(char buffer[16])
{
	unsigned int v = hwloc_get_api_version();

	snprintf(buffer, 16, "%u.%u.%u", v >> 16, v >> 8 & 0xff, v & 0xff);
	return buffer;
}
