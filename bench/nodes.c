// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs of several NUMA nodes as matrices: see nodes.h. Two runs are of one sweep if they differ in
 * nothing else that makes runs incomparable; a pair that is there twice begins another sweep.
 */
#include "bench/nodes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/command.h"
#include "lib/core/workload.h"
#include "lib/user/axis.h"
#include "lib/user/differences.h"
#include "lib/user/manifest.h"

#define CPU_NODE "place.cpu_node"
#define MEMORY_NODE "place.memory_node"

static bool node_of(const struct amk_plot_run *run, const char *key, u32 *node)
{
	const char *text = amk_run_data_fact(&run->data, "comparability", key);
	char *end;
	unsigned long number;

	if (!text)
		return false;
	number = strtoul(text, &end, 10);
	*node = (u32)number;
	return end != text && !*end && number <= AMK_NODE_MAX;
}

bool amk_nodes_asked(const struct amk_plot_run *run)
{
	u32 node;

	return node_of(run, CPU_NODE, &node) && node_of(run, MEMORY_NODE, &node);
}

/* ---- which runs belong together ---- */

static bool alike(const struct amk_plot_run *a, const struct amk_plot_run *b)
{
	struct amk_differences list;
	char unknown[32];
	u32 axes;
	bool same;

	amk_axes_parse("nodes", &axes, unknown);
	amk_differences_find(&a->data, &b->data, &list);
	same = !list.incomplete && !amk_differences_refused(&list, axes);
	amk_differences_free(&list);
	return same;
}

/* A sweep under way: its runs in the order they came. */
struct sweep {
	const struct amk_plot_run **run;
	size_t nr;
};

static bool sweep_takes(const struct sweep *sweep, const struct amk_plot_run *run)
{
	u32 from, to, other_from = 0, other_to = 0;
	size_t i;

	node_of(run, CPU_NODE, &from);
	node_of(run, MEMORY_NODE, &to);
	for (i = 0; i < sweep->nr; i++) {
		node_of(sweep->run[i], CPU_NODE, &other_from);
		node_of(sweep->run[i], MEMORY_NODE, &other_to);
		if (from == other_from && to == other_to)
			return false;
	}
	return !sweep->nr || alike(sweep->run[0], run);
}

/* ---- the nodes ---- */

static void node_add(struct amk_nodes *nodes, u32 number)
{
	u32 at = 0, i;

	while (at < nodes->nr_nodes && nodes->node[at] < number)
		at++;
	if (at < nodes->nr_nodes && nodes->node[at] == number)
		return;
	for (i = nodes->nr_nodes++; i > at; i--)
		nodes->node[i] = nodes->node[i - 1];
	nodes->node[at] = number;
}

static u32 place_of(const struct amk_nodes *nodes, u32 number)
{
	u32 at = 0;

	while (nodes->node[at] != number)
		at++;
	return at;
}

static int nodes_fill(struct amk_nodes *nodes, const struct sweep *sweep)
{
	u32 from, to, i;
	size_t r;

	nodes->node = calloc(2 * sweep->nr + nodes->distances.nr_nodes + 1, sizeof(*nodes->node));
	if (!nodes->node)
		return -ENOMEM;
	for (i = 0; i < nodes->distances.nr_nodes; i++)
		node_add(nodes, nodes->distances.node[i].number);
	for (r = 0; r < sweep->nr; r++) {
		if (node_of(sweep->run[r], CPU_NODE, &from))
			node_add(nodes, from);
		if (node_of(sweep->run[r], MEMORY_NODE, &to))
			node_add(nodes, to);
	}
	nodes->run = calloc((size_t)nodes->nr_nodes * nodes->nr_nodes, sizeof(*nodes->run));
	if (!nodes->run)
		return -ENOMEM;
	for (r = 0; r < sweep->nr; r++) {
		if (!node_of(sweep->run[r], CPU_NODE, &from) ||
		    !node_of(sweep->run[r], MEMORY_NODE, &to))
			continue;
		nodes->run[place_of(nodes, from) * nodes->nr_nodes + place_of(nodes, to)] =
			sweep->run[r];
	}
	nodes->nr_runs = sweep->nr;
	return 0;
}

/* ---- the rows ---- */

static int row_compare(const void *a, const void *b)
{
	const struct amk_nodes_row *x = a, *y = b;
	int order = amk_cell_compare(&x->cell, &y->cell);

	return order ? order : (x->metric > y->metric) - (x->metric < y->metric);
}

/* The rows of the cell that @s is of, one for each thing that its workload times. */
static void rows_add(struct amk_nodes *nodes, const struct amk_summary *s)
{
	const struct amk_workload *w = amk_workload_find(s->workload);
	int i;

	if (!w || !(s->strategy->flags & AMK_STRATEGY_PLACED))
		return;
	for (i = 0; i < AMK_LANES_MAX; i++)
		if (w->lane[i] != AMK_METRIC_none)
			nodes->row[nodes->nr_rows++] =
				(struct amk_nodes_row){ { s->strategy, w, s->size_bytes },
							&amk_metrics[w->lane[i]] };
}

static int rows_fill(struct amk_nodes *nodes, const struct sweep *sweep)
{
	size_t room = 1, i, k, kept = 0;

	for (i = 0; i < sweep->nr; i++)
		room += sweep->run[i]->nr_summary * AMK_LANES_MAX;
	nodes->row = calloc(room, sizeof(*nodes->row));
	if (!nodes->row)
		return -ENOMEM;
	for (i = 0; i < sweep->nr; i++)
		for (k = 0; k < sweep->run[i]->nr_summary; k++)
			rows_add(nodes, &sweep->run[i]->summary[k]);
	qsort(nodes->row, nodes->nr_rows, sizeof(*nodes->row), row_compare);
	for (i = 0; i < nodes->nr_rows; i++)
		if (!i || row_compare(&nodes->row[i], &nodes->row[i - 1]))
			nodes->row[kept++] = nodes->row[i];
	nodes->nr_rows = kept;
	return 0;
}

static int sweep_finish(const char *command, const struct sweep *sweep, struct amk_nodes *nodes)
{
	char error[AMK_DISTANCES_ERROR_LEN];
	int ret;

	memset(nodes, 0, sizeof(*nodes));
	nodes->first = sweep->run[0];
	ret = amk_distances_read(nodes->first->data.path, &nodes->distances, error);
	if (ret) {
		amk_fail("%s: %s", command, error);
		return ret;
	}
	ret = nodes_fill(nodes, sweep);
	if (!ret)
		ret = rows_fill(nodes, sweep);
	if (ret)
		amk_fail("%s: out of memory", command);
	return ret;
}

/* Puts @run into the first of the sweeps that takes it, of which there is always one empty. */
static void run_sort(struct sweep *sweep, const struct amk_plot_run *run)
{
	while (!sweep_takes(sweep, run))
		sweep++;
	sweep->run[sweep->nr++] = run;
}

static int sweeps_finish(const char *command, struct sweep *sweep, struct amk_nodes *list,
			 size_t *nr_lists)
{
	int ret = 0;

	for (*nr_lists = 0; !ret && sweep[*nr_lists].nr; ++*nr_lists)
		ret = sweep_finish(command, &sweep[*nr_lists], &list[*nr_lists]);
	return ret;
}

int amk_nodes_collect(const char *command, const struct amk_plot_run *run, size_t nr,
		      struct amk_nodes **list, size_t *nr_lists)
{
	struct sweep *sweep = calloc(nr + 1, sizeof(*sweep));
	const struct amk_plot_run **all = calloc(nr * nr + 1, sizeof(*all));
	size_t i;
	int ret = -ENOMEM;

	*list = calloc(nr + 1, sizeof(**list));
	*nr_lists = 0;
	if (!sweep || !all || !*list) {
		amk_fail("%s: out of memory", command);
		goto free_sweeps;
	}
	for (i = 0; i < nr; i++)
		sweep[i].run = all + i * nr;
	for (i = 0; i < nr; i++)
		if (amk_nodes_asked(&run[i]))
			run_sort(sweep, &run[i]);
	ret = sweeps_finish(command, sweep, *list, nr_lists);
free_sweeps:
	if (ret) {
		amk_nodes_free(*list, *nr_lists);
		*list = NULL;
		*nr_lists = 0;
	}
	free(all);
	free(sweep);
	return ret;
}

void amk_nodes_free(struct amk_nodes *list, size_t nr_lists)
{
	size_t i;

	for (i = 0; i < nr_lists; i++) {
		amk_distances_free(&list[i].distances);
		free(list[i].node);
		free(list[i].run);
		free(list[i].row);
	}
	free(list);
}
