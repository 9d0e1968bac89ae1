// SPDX-License-Identifier: GPL-2.0-only
/*
 * allocmark run --nodes: a run for each pair of NUMA nodes, the one whose CPU asks and the one
 * whose memory is asked for. Cells are keyed by strategy, workload and size everywhere, so a pair
 * is a run of its own: a step of a sweep.
 */
#include <stdio.h>
#include <stdlib.h>

#include "bench/command.h"
#include "bench/number_list.h"
#include "bench/run_sweep.h"

static int line_check(const struct amk_run_line *line)
{
	const char *other = line->node >= 0 ? "--node" : line->cpu >= 0 ? "--cpu" : NULL;

	if (!other)
		return amk_run_sweep_check(line, "--nodes");
	return amk_fail("--nodes and %s exclude each other: --nodes makes a run for each pair of "
			"nodes",
			other);
}

static void pair_set(struct amk_run_line *line, const struct amk_run_step *step)
{
	line->cpu = (int)step->value[0];
	line->node = (s32)step->value[1];
	line->nodes = NULL;
}

static void pair_fill(struct amk_run_step *step, u32 from, int cpu, u32 to)
{
	snprintf(step->name, sizeof(step->name), "cpu%u-mem%u", from, to);
	snprintf(step->says, sizeof(step->says), "CPU %d of node %u, memory of node %u", cpu, from,
		 to);
	step->set = pair_set;
	step->value[0] = cpu;
	step->value[1] = to;
}

/* A CPU of each of @nodes into @cpu, -1 where there is none. How many have one. */
static u32 cpus_find(const struct amk_topology *topology, const struct amk_number_list *nodes,
		     int *cpu)
{
	u32 i, found = 0;

	for (i = 0; i < nodes->count; i++) {
		cpu[i] = amk_topology_node_cpu(topology, nodes->number[i]);
		found += cpu[i] >= 0;
	}
	return found;
}

/* The pairs of @nodes into @step, which has room for all of them. How many. */
static size_t pairs_fill(const struct amk_number_list *nodes, const int *cpu,
			 struct amk_run_step *step)
{
	size_t count = 0;
	u32 from, to;

	for (from = 0; from < nodes->count; from++) {
		if (cpu[from] < 0)
			fprintf(stderr,
				"allocmark: node %u has no CPU that may be used here: nothing asks "
				"from there\n",
				nodes->number[from]);
		for (to = 0; to < nodes->count && cpu[from] >= 0; to++)
			pair_fill(&step[count++], nodes->number[from], cpu[from],
				  nodes->number[to]);
	}
	return count;
}

int amk_run_nodes(struct amk_run_line *line, amk_run_fn *run)
{
	struct amk_topology *topology;
	char error[AMK_TOPOLOGY_ERROR_LEN];
	static u32 number[AMK_NODE_MAX + 1];
	struct amk_number_list nodes = { number, AMK_NODE_MAX + 1, 0 };
	static int cpu[AMK_NODE_MAX + 1];
	struct amk_run_step *step;
	u32 found;
	int status;

	if (line_check(line))
		return 1;
	if (strcmp(line->nodes, "all") &&
	    !amk_number_list_read(&nodes, line->nodes, 0, AMK_NODE_MAX))
		return amk_fail("--nodes: '%s' is neither all nor a rising list of nodes such as "
				"0,2-3",
				line->nodes);
	if (amk_topology_open(&topology, error))
		return amk_fail("%s", error);
	if (!nodes.count)
		nodes.count = amk_topology_nodes(nodes.number, nodes.max);
	found = cpus_find(topology, &nodes, cpu);
	amk_topology_close(topology);
	if (!found)
		return amk_fail("--nodes=%s: none of them has a CPU that may be used here; give "
				"others",
				line->nodes);
	if (nodes.count == 1)
		fprintf(stderr, "allocmark: --nodes=%s: one NUMA node: its matrix has one field\n",
			line->nodes);
	step = calloc((size_t)nodes.count * nodes.count, sizeof(*step));
	if (!step)
		return amk_fail("out of memory");
	status = amk_run_sweep(line, step, pairs_fill(&nodes, cpu, step), run);
	free(step);
	return status;
}
