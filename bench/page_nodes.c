// SPDX-License-Identifier: GPL-2.0-only
/*
 * What memory costs by NUMA node, of the sweeps among the runs of a page: what the firmware says of
 * the nodes, then a row for each cell and the node whose CPU asked, a column for each node whose
 * memory was asked for. Pages of text, which nobody filters, have the largest sizes alone.
 */
#include <math.h>
#include <string.h>

#include "bench/nodes.h"
#include "bench/page.h"
#include "bench/plot_matrix.h"

/* The columns of a table that ends with one for each node. */
struct columns {
	struct amk_page_column column[AMK_PAGE_COLUMNS_MAX];
	char name[AMK_PAGE_COLUMNS_MAX][32];
	size_t nr;
};

static void columns_add_nodes(struct columns *c, const struct amk_nodes *nodes)
{
	u32 i;

	for (i = 0; i < nodes->nr_nodes && c->nr < AMK_PAGE_COLUMNS_MAX; i++, c->nr++) {
		snprintf(c->name[c->nr], sizeof(c->name[0]), "memory of node %u", nodes->node[i]);
		c->column[c->nr] =
			(struct amk_page_column){ .name = c->name[c->nr], .number = true };
	}
}

/* ---- what the firmware says ---- */

static void distance_row(struct amk_page *page, const struct amk_nodes *nodes,
			 enum amk_distance_kind kind, u32 from, size_t nr_columns)
{
	u32 to;

	page->form->row(page);
	amk_page_cell(page, amk_nodes_distance_name(kind));
	amk_page_cellf(page, "%u", nodes->node[from]);
	for (to = 0; to + 2 < nr_columns; to++)
		amk_page_number(page, amk_nodes_distance(nodes, kind, from, to));
	page->form->row_end(page);
}

static void distances_table(struct amk_page *page, const struct amk_nodes *nodes, size_t number)
{
	struct columns c = { .nr = 2 };
	char id[64];
	struct amk_page_table table = {
		.id = id,
		.caption = "As the firmware tells it, not measured: between the node of a CPU and "
			   "that of memory",
		.column = c.column,
	};
	u32 from;
	int kind;

	snprintf(id, sizeof(id), "node-distances-%zu", number);
	c.column[0] = (struct amk_page_column){ .name = "what" };
	c.column[1] = (struct amk_page_column){ .name = "CPU of node", .heads = true };
	columns_add_nodes(&c, nodes);
	table.nr_columns = c.nr;
	page->form->table(page, &table);
	for (kind = 0; kind < AMK_NR_DISTANCE_KINDS; kind++)
		for (from = 0; from < nodes->nr_nodes; from++)
			if (amk_distances_has(&nodes->distances, kind))
				distance_row(page, nodes, kind, from, c.nr);
	page->form->table_end(page);
}

/* ---- what was measured ---- */

static const struct amk_page_column cost_columns[] = {
	{ .name = "strategy", .choice = true, .heads = true },
	{ .name = "side", .choice = true },
	{ .name = "workload", .choice = true },
	{ .name = "size", .number = true },
	{ .name = "what", .choice = true },
	{ .name = "unit" },
	{ .name = "CPU of node", .number = true, .choice = true },
};

/* "1234 (×1.20, n=3, 100 % there)", sorted by the cost; or why there is none. */
static void field_cell(struct amk_page *page, const struct amk_nodes_field *field)
{
	char number[AMK_NODES_NUMBER_LEN], text[192];
	int len;

	if (isnan(field->cost)) {
		amk_page_cell(page, *field->reason ? field->reason : field->status);
		return;
	}
	len = snprintf(text, sizeof(text), "%s (", amk_nodes_number(field->cost, number));
	if (!isnan(field->times_local))
		len += snprintf(text + len, sizeof(text) - (size_t)len, "×%.2f, ",
				field->times_local);
	len += snprintf(text + len, sizeof(text) - (size_t)len, "n=%u", field->rounds);
	if (!isnan(field->there))
		len += snprintf(text + len, sizeof(text) - (size_t)len, ", %.4g %% there",
				100 * field->there);
	snprintf(text + len, sizeof(text) - (size_t)len, ")");
	page->form->cell(page, text, field->cost);
}

static void cost_row(struct amk_page *page, const struct amk_nodes *nodes,
		     const struct amk_nodes_row *row, u32 from, size_t nr_columns)
{
	struct amk_nodes_field field;
	char unit[AMK_PAGE_UNIT_LEN];
	u32 to;

	page->form->row(page);
	amk_page_cell(page, row->cell.strategy->name);
	amk_page_cell(page, amk_side_names[row->cell.strategy->side]);
	amk_page_cell(page, row->cell.workload->name);
	amk_page_size(page, row->cell.size_bytes);
	amk_page_cell(page, row->metric->name);
	amk_page_cell(page, amk_page_unit(nodes->first, row->metric, unit));
	amk_page_cellf(page, "%u", nodes->node[from]);
	for (to = 0; to + AMK_ARRAY_SIZE(cost_columns) < nr_columns; to++) {
		amk_nodes_field(nodes, row, from, to, &field);
		field_cell(page, &field);
	}
	page->form->row_end(page);
}

/* Whether the row after this one is of a larger size of the same. */
static bool larger_follows(const struct amk_nodes *nodes, const struct amk_nodes_row *row)
{
	const struct amk_nodes_row *at = row + 1;

	for (; at < nodes->row + nodes->nr_rows; at++)
		if (at->cell.strategy == row->cell.strategy &&
		    at->cell.workload == row->cell.workload && at->metric == row->metric &&
		    amk_nodes_row_has(nodes, at))
			return true;
	return false;
}

static void costs_table(struct amk_page *page, const struct amk_nodes *nodes, size_t number)
{
	struct columns c = { .nr = AMK_ARRAY_SIZE(cost_columns) };
	char id[64];
	struct amk_page_table table = {
		.id = id,
		.caption = "Cost by node: median of n rounds; ×: times what the CPU's own node "
			   "costs; there: share of the pages that lay on the node asked for",
		.column = c.column,
		.handled = true,
	};
	size_t i;
	u32 from;

	snprintf(id, sizeof(id), "node-costs-%zu", number);
	memcpy(c.column, cost_columns, sizeof(cost_columns));
	columns_add_nodes(&c, nodes);
	table.nr_columns = c.nr;
	page->form->table(page, &table);
	for (i = 0; i < nodes->nr_rows; i++) {
		if (!page->form->pictures && larger_follows(nodes, &nodes->row[i]))
			continue;
		for (from = 0; from < nodes->nr_nodes; from++)
			cost_row(page, nodes, &nodes->row[i], from, c.nr);
	}
	page->form->table_end(page);
}

/* ---- the section ---- */

static void sweep_write(struct amk_page *page, const struct amk_nodes *nodes, size_t number)
{
	const struct amk_run_data *data = &nodes->first->data;
	int kind;
	bool told = false;

	for (kind = 0; kind < AMK_NR_DISTANCE_KINDS; kind++)
		told = told || amk_distances_has(&nodes->distances, kind);
	page->form->heading(page, data->machine);
	amk_page_text(page, "Kernel %s, environment %s: %u nodes, %zu runs.", data->kernel,
		      data->environment, nodes->nr_nodes, nodes->nr_runs);
	if (!strcmp(data->environment, "guest-tcg") || !strcmp(data->environment, "guest-icount"))
		amk_page_caution(page, "Emulated: the memory of all nodes lies equally near, so "
				       "what differs here is no distance.");
	if (told)
		distances_table(page, nodes, number);
	else
		amk_page_text(page, "No distances are told in these runs.");
	if (nodes->nr_rows)
		costs_table(page, nodes, number);
	else
		amk_page_text(page, "Nothing was timed in these runs that takes a node; where "
				    "pages lay is in the table of every cell.");
}

bool amk_page_has_nodes(const struct amk_page *page)
{
	return amk_plot_is_sweep(page->run, page->nr_runs);
}

int amk_page_nodes(struct amk_page *page)
{
	struct amk_nodes *list;
	size_t nr_lists, i;
	int ret = amk_nodes_collect("report", page->run, page->nr_runs, &list, &nr_lists);

	if (ret)
		return ret;
	amk_page_text(page, "What memory costs by the NUMA node whose CPU asks for it and the one "
			    "it is asked for from. A node without CPUs or without memory has an "
			    "empty row or column, and Linux tells values of the HMAT only from the "
			    "nodes nearest to a memory.");
	for (i = 0; i < nr_lists; i++)
		if (list[i].nr_runs > 1)
			sweep_write(page, &list[i], i + 1);
	if (!page->form->pictures)
		amk_page_text(page, "The largest sizes alone; all of them: allocmark nodes.");
	amk_nodes_free(list, nr_lists);
	return 0;
}
