// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine as hwloc and libnuma see it: see topology.h. hwloc tells what is there and binds the
 * thread; libnuma sets the memory policy, which unlike hwloc's survives an exec by definition of
 * set_mempolicy(2), so that the fresh process of each block inherits it.
 */
#include "lib/user/topology.h"

#include <hwloc.h>
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

int amk_topology_open(struct amk_topology **topology, char error[AMK_TOPOLOGY_ERROR_LEN])
{
	struct amk_topology *t = calloc(1, sizeof(*t));

	if (!t)
		return fail(error, -ENOMEM, "start");
	if (hwloc_topology_init(&t->hw)) {
		free(t);
		return fail(error, -ENOMEM, "start");
	}
	if (hwloc_topology_load(t->hw)) {
		int code = errno ? -errno : -EIO;

		amk_topology_close(t);
		return fail(error, code, "read the topology");
	}
	*topology = t;
	return 0;
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
