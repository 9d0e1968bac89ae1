// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs of several NUMA nodes as matrices: see nodes.h. Two runs are of one sweep if they differ in
 * nothing else that makes runs incomparable; a pair that is there twice begins another sweep.
 */
#include "bench/nodes.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/command.h"
#include "lib/core/workload.h"
#include "lib/user/axis.h"
#include "lib/user/differences.h"
#include "lib/user/manifest.h"

#define CPU_NODE "place.cpu_node"
#define MEMORY_NODE "place.memory_node"
#define NOT_MEASURED "not measured"

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

	if (x->strategy != y->strategy)
		return x->strategy < y->strategy ? -1 : 1;
	if (x->workload != y->workload)
		return x->workload < y->workload ? -1 : 1;
	if (x->size_bytes != y->size_bytes)
		return x->size_bytes < y->size_bytes ? -1 : 1;
	return (x->metric > y->metric) - (x->metric < y->metric);
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
				(struct amk_nodes_row){ s->strategy, w, s->size_bytes,
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

/* ---- fields ---- */

static const struct amk_summary *cell_find(const struct amk_plot_run *run,
					   const struct amk_nodes_row *row, const char *workload,
					   const struct amk_metric *metric)
{
	const struct amk_summary *without = NULL;
	size_t i;

	for (i = 0; i < run->nr_summary; i++) {
		const struct amk_summary *s = &run->summary[i];

		if (s->strategy != row->strategy || s->size_bytes != row->size_bytes ||
		    strcmp(s->workload, workload))
			continue;
		if (s->metric == metric)
			return s;
		if (!s->metric)
			without = s;
	}
	return without;
}

static double pages(const struct amk_plot_run *run, const struct amk_nodes_row *row,
		    enum amk_metric_id metric)
{
	const struct amk_summary *s = cell_find(
		run, row, amk_workloads[AMK_WORKLOAD_ID_placement].name, &amk_metrics[metric]);

	return s && s->metric && s->status == AMK_STATUS_OK ? s->cost : NAN;
}

static double share_there(const struct amk_plot_run *run, const struct amk_nodes_row *row)
{
	double asked = pages(run, row, AMK_METRIC_placed_asked);

	return asked > 0 ? pages(run, row, AMK_METRIC_placed_there) / asked : NAN;
}

/* A reason that there is a word for; else how the cell ended. */
static const char *status_word(const struct amk_summary *s)
{
	static const struct {
		enum amk_reason reason;
		const char *word;
	} words[] = {
		{ AMK_REASON_NODE_EMPTY, "no memory" },
		{ AMK_REASON_NODE_ABSENT, "no such node" },
	};
	char text[32];
	size_t i;

	for (i = 0; i < AMK_ARRAY_SIZE(words); i++)
		if (!strcmp(s->reason, amk_reason_text(words[i].reason, text)))
			return words[i].word;
	return amk_status_name(s->status);
}

static const struct amk_summary *timed_find(const struct amk_nodes *nodes,
					    const struct amk_nodes_row *row, u32 from, u32 to)
{
	const struct amk_plot_run *run = nodes->run[from * nodes->nr_nodes + to];

	return run ? cell_find(run, row, row->workload->name, row->metric) : NULL;
}

static double cost_of(const struct amk_summary *s)
{
	return s && s->metric && s->status == AMK_STATUS_OK ? s->cost : NAN;
}

static void field_lacks(const struct amk_nodes *nodes, const struct amk_summary *s, u32 from,
			u32 to, struct amk_nodes_field *field)
{
	const char *why = amk_nodes_lack(nodes, from, true);

	if (!why)
		why = amk_nodes_lack(nodes, to, false);
	field->status = s ? status_word(s) : why ? why : NOT_MEASURED;
	field->reason = s ? s->reason : why ? why : "";
	if (s && s->metric && s->status == AMK_STATUS_OK)
		field->reason = "noise left nothing of it";
}

void amk_nodes_field(const struct amk_nodes *nodes, const struct amk_nodes_row *row, u32 from,
		     u32 to, struct amk_nodes_field *field)
{
	const struct amk_summary *s = timed_find(nodes, row, from, to);

	*field = (struct amk_nodes_field){ .cost = cost_of(s),
					   .cost_min = NAN,
					   .cost_max = NAN,
					   .times_local = NAN,
					   .there = NAN,
					   .status = "ok",
					   .reason = "" };
	if (isnan(field->cost)) {
		field_lacks(nodes, s, from, to, field);
		return;
	}
	field->cost_min = s->cost_min;
	field->cost_max = s->cost_max;
	field->rounds = s->rounds;
	field->times_local = field->cost / cost_of(timed_find(nodes, row, from, from));
	field->there = share_there(nodes->run[from * nodes->nr_nodes + to], row);
}

static bool asked_from(const struct amk_nodes *nodes, u32 from)
{
	u32 to;

	for (to = 0; to < nodes->nr_nodes; to++)
		if (nodes->run[from * nodes->nr_nodes + to])
			return true;
	return false;
}

/* Whether the CPUs that are told to be of the node at @place are another's: of one that asked. */
static bool cpus_borrowed(const struct amk_nodes *nodes, u32 place)
{
	u32 i;

	for (i = 0; i < nodes->nr_nodes; i++)
		if (i != place && asked_from(nodes, i) &&
		    amk_distances_share(&nodes->distances, nodes->node[place], nodes->node[i]))
			return true;
	return false;
}

const char *amk_nodes_lack(const struct amk_nodes *nodes, u32 place, bool cpus)
{
	const struct amk_distances_node *node =
		amk_distances_node(&nodes->distances, nodes->node[place]);

	if (!node)
		return nodes->distances.nr_nodes ? "no such node" : NULL;
	if (!cpus)
		return node->memory_bytes ? NULL : "no memory";
	if (asked_from(nodes, place) || (node->has_cpus && !cpus_borrowed(nodes, place)))
		return NULL;
	return "no CPU";
}

double amk_nodes_distance(const struct amk_nodes *nodes, enum amk_distance_kind kind, u32 from,
			  u32 to)
{
	if (kind != AMK_DISTANCE_RELATIVE && amk_nodes_lack(nodes, from, true))
		return NAN;
	return amk_distance(&nodes->distances, kind, nodes->node[from], nodes->node[to]);
}

const char *amk_nodes_distance_name(enum amk_distance_kind kind)
{
	static const char *const name[AMK_NR_DISTANCE_KINDS] = {
		[AMK_DISTANCE_RELATIVE] = "distance (10: local)",
		[AMK_DISTANCE_LATENCY] = "latency by the HMAT, ns",
		[AMK_DISTANCE_BANDWIDTH] = "bandwidth by the HMAT, MiB/s",
	};

	return name[kind];
}

bool amk_nodes_row_has(const struct amk_nodes *nodes, const struct amk_nodes_row *row)
{
	u32 from, to;

	for (from = 0; from < nodes->nr_nodes; from++)
		for (to = 0; to < nodes->nr_nodes; to++)
			if (!isnan(cost_of(timed_find(nodes, row, from, to))))
				return true;
	return false;
}

const char *amk_nodes_number(double x, char text[AMK_NODES_NUMBER_LEN])
{
	if (isnan(x))
		return "-";
	snprintf(text, AMK_NODES_NUMBER_LEN, x < 100 ? "%.1f" : x < 1e7 ? "%.0f" : "%.2e", x);
	return text;
}
