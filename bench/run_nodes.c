// SPDX-License-Identifier: GPL-2.0-only
/*
 * allocmark run --nodes: a run for each pair of NUMA nodes, the one whose CPU asks and the one
 * whose memory is asked for. Cells are keyed by strategy, workload and size everywhere, so a pair
 * is a run of its own: all that reads, shows and compares runs takes it as it is. Each is made by a
 * child, so that affinity and memory policy of one do not show in the next; the seed, and with it
 * the order of the cells, is that of all.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/command.h"
#include "bench/run.h"

struct nodes {
	u32 node[AMK_NODE_MAX + 1];
	u32 count;
};

static bool node_add(struct nodes *nodes, unsigned long node)
{
	if (node > AMK_NODE_MAX || (nodes->count && nodes->node[nodes->count - 1] >= node))
		return false;
	nodes->node[nodes->count++] = (u32)node;
	return true;
}

/* A rising list such as 0,2-3. */
static bool list_read(const char *at, struct nodes *nodes)
{
	for (;; at++) {
		unsigned long from, to;
		char *end;

		if (*at < '0' || *at > '9')
			return false;
		from = to = strtoul(at, &end, 10);
		if (*end == '-' && end[1] >= '0' && end[1] <= '9')
			to = strtoul(end + 1, &end, 10);
		for (; from <= to; from++)
			if (!node_add(nodes, from))
				return false;
		at = end;
		if (*at != ',')
			return !*at && nodes->count;
	}
}

static int line_check(const struct amk_run_line *line)
{
	const char *other = line->resume    ? "--resume" :
			    line->node >= 0 ? "--node" :
			    line->cpu >= 0  ? "--cpu" :
			    line->mirror    ? "--mirror" :
					      NULL;

	if (!other)
		return 0;
	return amk_fail("--nodes and %s exclude each other: --nodes makes a run for each pair of "
			"nodes",
			other);
}

static int base_make(const struct amk_run_line *line, char **base)
{
	struct amk_identity identity;
	char hostname[65] = "";

	if (line->out) {
		*base = strdup(line->out);
	} else {
		if (gethostname(hostname, sizeof(hostname) - 1) || !hostname[0])
			strcpy(hostname, "unknown");
		amk_identity_make(&identity);
		*base = amk_rundir_name(&identity, line->machine ? line->machine : hostname);
	}
	return *base ? 0 : amk_fail("out of memory");
}

/* In the child; it is told to stop when the one that waits for it is gone. */
static void pair_measure(const struct amk_run_line *line, u32 from, int cpu, u32 to,
			 const char *base, amk_run_fn *run)
{
	struct amk_run_line pair = *line;
	char *out;

	prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
	if (asprintf(&out, "%s/cpu%u-mem%u", base, from, to) < 0)
		exit(amk_fail("out of memory"));
	fprintf(stderr, "allocmark: CPU %d of node %u, memory of node %u: %s\n", cpu, from, to,
		out);
	pair.out = out;
	pair.cpu = cpu;
	pair.node = (s32)to;
	pair.nodes = NULL;
	exit(run(&pair));
}

/* 0, or 1 when the run failed; -EINTR: it was ended, and no other is to follow. */
static int pair_run(const struct amk_run_line *line, u32 from, int cpu, u32 to, const char *base,
		    amk_run_fn *run)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		return amk_fail("cannot start a process: %s", strerror(errno));
	if (!pid)
		pair_measure(line, from, cpu, to, base, run);
	if (waitpid(pid, &status, 0) < 0 || !WIFEXITED(status))
		return -EINTR;
	return WEXITSTATUS(status) ? 1 : 0;
}

/* A CPU of each of @nodes into @cpu, -1 where there is none. How many have one. */
static u32 cpus_find(const struct amk_topology *topology, const struct nodes *nodes, int *cpu)
{
	u32 i, found = 0;

	for (i = 0; i < nodes->count; i++) {
		cpu[i] = amk_topology_node_cpu(topology, nodes->node[i]);
		found += cpu[i] >= 0;
	}
	return found;
}

static int pairs_run(const struct amk_run_line *line, const struct nodes *nodes, const int *cpu,
		     const char *base, amk_run_fn *run)
{
	u32 from, to;
	int failed = 0;

	for (from = 0; from < nodes->count; from++) {
		if (cpu[from] < 0)
			fprintf(stderr,
				"allocmark: node %u has no CPU that may be used here: nothing asks "
				"from there\n",
				nodes->node[from]);
		for (to = 0; to < nodes->count && cpu[from] >= 0; to++) {
			int status = pair_run(line, nodes->node[from], cpu[from], nodes->node[to],
					      base, run);

			if (status < 0)
				return amk_fail("stopped; what was measured is in %s", base);
			failed |= status;
		}
	}
	return failed;
}

int amk_run_nodes(struct amk_run_line *line, amk_run_fn *run)
{
	struct amk_topology *topology;
	char error[AMK_TOPOLOGY_ERROR_LEN];
	static struct nodes nodes;
	static int cpu[AMK_NODE_MAX + 1];
	char *base = NULL;
	u32 found;
	int status;

	if (line_check(line))
		return 1;
	if (strcmp(line->nodes, "all") && !list_read(line->nodes, &nodes))
		return amk_fail("--nodes: '%s' is neither all nor a rising list of nodes such as "
				"0,2-3",
				line->nodes);
	if (amk_topology_open(&topology, error))
		return amk_fail("%s", error);
	if (!nodes.count)
		nodes.count = amk_topology_nodes(nodes.node, AMK_NODE_MAX + 1);
	found = cpus_find(topology, &nodes, cpu);
	amk_topology_close(topology);
	if (!found)
		return amk_fail("--nodes=%s: none of them has a CPU that may be used here; give "
				"others",
				line->nodes);
	if (!line->seed_given)
		line->seed = amk_random_seed();
	line->seed_given = true;
	status = base_make(line, &base);
	if (!status)
		status = pairs_run(line, &nodes, cpu, base, run);
	free(base);
	return status;
}
