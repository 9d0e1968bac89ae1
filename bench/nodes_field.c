// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fields of the matrices of NUMA nodes, and what is told of the nodes: see nodes.h. A field
 * without a cost says why by the record of its cell, or, where there is no run, by the topology.
 */
#include <math.h>
#include <string.h>

#include "bench/nodes.h"
#include "lib/core/workload.h"

#define NOT_MEASURED "not measured"

static const struct amk_summary *cell_find(const struct amk_plot_run *run,
					   const struct amk_nodes_row *row, const char *workload,
					   const struct amk_metric *metric)
{
	const struct amk_summary *without = NULL;
	size_t i;

	for (i = 0; i < run->nr_summary; i++) {
		const struct amk_summary *s = &run->summary[i];

		if (s->strategy != row->cell.strategy || s->size_bytes != row->cell.size_bytes ||
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

	return run ? cell_find(run, row, row->cell.workload->name, row->metric) : NULL;
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
