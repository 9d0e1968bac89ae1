// SPDX-License-Identifier: GPL-2.0-only
/*
 * Matrices of NUMA nodes as a table for people, as Markdown and as TSV: see nodes_table.h. Rows are
 * the nodes whose CPUs asked, columns those whose memory was asked for.
 */
#include "bench/nodes_table.h"

#include <math.h>

#include "bench/sheet.h"
#include "bench/table.h"
#include "lib/core/workload.h"
#include "lib/user/costs.h"
#include "lib/user/size.h"

#define FIELD_WIDTH 30
#define FIELD_LEN 160

bool amk_nodes_shown(const struct amk_nodes_view *view, const struct amk_nodes_row *row)
{
	const struct amk_selection *chosen = view->chosen;
	u32 i;

	if (!chosen->strategy[row->cell.strategy - amk_strategies] ||
	    !chosen->workload[row->cell.workload - amk_workloads])
		return false;
	for (i = 0; !view->all_sizes && i < chosen->nr_sizes; i++)
		if (chosen->size[i] == row->cell.size_bytes)
			return true;
	return view->all_sizes;
}

static const char *unit_of(const struct amk_nodes *nodes, const struct amk_nodes_row *row)
{
	return amk_metric_unit(row->metric, nodes->first->data.unit);
}

/* "1234 x1.20", or why there is none. */
static void cost_word(const struct amk_nodes_field *field, char text[FIELD_LEN])
{
	char number[AMK_NODES_NUMBER_LEN];

	if (isnan(field->cost))
		snprintf(text, FIELD_LEN, "%s", field->status);
	else if (isnan(field->times_local))
		snprintf(text, FIELD_LEN, "%s", amk_nodes_number(field->cost, number));
	else
		snprintf(text, FIELD_LEN, "%s x%.2f", amk_nodes_number(field->cost, number),
			 field->times_local);
}

/* "1200-1300 n=3 100 % there": spread over rounds, and the share of pages that lay there. */
static void basis_word(const struct amk_nodes_field *field, char text[FIELD_LEN])
{
	char low[AMK_NODES_NUMBER_LEN], high[AMK_NODES_NUMBER_LEN];
	int len;

	*text = '\0';
	if (isnan(field->cost))
		return;
	len = snprintf(text, FIELD_LEN, "%s-%s n=%u", amk_nodes_number(field->cost_min, low),
		       amk_nodes_number(field->cost_max, high), field->rounds);
	if (!isnan(field->there))
		snprintf(text + len, FIELD_LEN - (size_t)len, " %.4g %% there", 100 * field->there);
}

/* ---- for people ---- */

static void head_print(FILE *file, const struct amk_nodes *nodes)
{
	char text[32];
	u32 i;

	fprintf(file, "  %-14s", "");
	for (i = 0; i < nodes->nr_nodes; i++) {
		snprintf(text, sizeof(text), "memory of %u", nodes->node[i]);
		fprintf(file, " %*s", FIELD_WIDTH, text);
	}
	fputc('\n', file);
}

static void distances_print(FILE *file, const struct amk_nodes *nodes, enum amk_distance_kind kind)
{
	char text[AMK_NODES_NUMBER_LEN];
	u32 from, to;

	if (!amk_distances_has(&nodes->distances, kind))
		return;
	fprintf(file, "\n%s, as the firmware tells it; \"-\": not told\n",
		amk_nodes_distance_name(kind));
	head_print(file, nodes);
	for (from = 0; from < nodes->nr_nodes; from++) {
		fprintf(file, "  CPUs of %-6u", nodes->node[from]);
		for (to = 0; to < nodes->nr_nodes; to++) {
			double d = amk_nodes_distance(nodes, kind, from, to);

			snprintf(text, sizeof(text), "%g", d);
			fprintf(file, " %*s", FIELD_WIDTH, isnan(d) ? "-" : text);
		}
		fputc('\n', file);
	}
}

static void memory_print(FILE *file, const struct amk_nodes *nodes)
{
	const struct amk_distances_node *node;
	const char *lack;
	u32 i;

	fputs("nodes:", file);
	for (i = 0; i < nodes->nr_nodes; i++) {
		node = amk_distances_node(&nodes->distances, nodes->node[i]);
		fprintf(file, "%s %u (", i ? "," : "", nodes->node[i]);
		if (!node)
			fputs("not in the topology", file);
		else if (node->memory_bytes)
			fprintf(file, "%llu MiB", (unsigned long long)(node->memory_bytes >> 20));
		else
			fputs("no memory", file);
		lack = node ? amk_nodes_lack(nodes, i, true) : NULL;
		fprintf(file, "%s%s)", lack ? ", " : "", lack ? lack : "");
	}
	fputc('\n', file);
}

static void fields_print(FILE *file, const struct amk_nodes *nodes, const struct amk_nodes_row *row,
			 u32 from,
			 void (*word)(const struct amk_nodes_field *, char text[FIELD_LEN]))
{
	struct amk_nodes_field field;
	char text[FIELD_LEN];
	u32 to;

	for (to = 0; to < nodes->nr_nodes; to++) {
		amk_nodes_field(nodes, row, from, to, &field);
		word(&field, text);
		fprintf(file, " %*s", FIELD_WIDTH, text);
	}
	fputc('\n', file);
}

static bool any_cost(const struct amk_nodes *nodes, const struct amk_nodes_row *row, u32 from)
{
	struct amk_nodes_field field;
	u32 to;

	for (to = 0; to < nodes->nr_nodes; to++) {
		amk_nodes_field(nodes, row, from, to, &field);
		if (!isnan(field.cost))
			return true;
	}
	return false;
}

static void row_print(FILE *file, const struct amk_nodes *nodes, const struct amk_nodes_row *row)
{
	char size[AMK_SIZE_TEXT_LEN];
	u32 from;

	fprintf(file, "\n%s %s, %s %s: %s; %s\n", amk_side_names[row->cell.strategy->side],
		row->cell.strategy->name, row->cell.workload->name,
		row->cell.size_bytes ? amk_size_text(row->cell.size_bytes, size) : "",
		row->metric->summary, unit_of(nodes, row));
	head_print(file, nodes);
	for (from = 0; from < nodes->nr_nodes; from++) {
		fprintf(file, "  CPUs of %-6u", nodes->node[from]);
		fields_print(file, nodes, row, from, cost_word);
		if (!any_cost(nodes, row, from))
			continue;
		fprintf(file, "  %-14s", "");
		fields_print(file, nodes, row, from, basis_word);
	}
}

/* Reasons that were told, each once. */
struct told {
	const char *reason[16];
	u32 nr;
};

static void reason_print(FILE *file, struct told *told, const struct amk_nodes_field *field)
{
	u32 i;

	if (!isnan(field->cost) || !*field->reason)
		return;
	for (i = 0; i < told->nr; i++)
		if (!strcmp(told->reason[i], field->reason))
			return;
	if (told->nr == AMK_ARRAY_SIZE(told->reason))
		return;
	told->reason[told->nr++] = field->reason;
	fprintf(file, "%s%s: %s\n", told->nr == 1 ? "\n" : "", field->status, field->reason);
}

static void row_reasons_print(FILE *file, struct told *told, const struct amk_nodes *nodes,
			      const struct amk_nodes_row *row)
{
	struct amk_nodes_field field;
	u32 from, to;

	for (from = 0; from < nodes->nr_nodes; from++)
		for (to = 0; to < nodes->nr_nodes; to++) {
			amk_nodes_field(nodes, row, from, to, &field);
			reason_print(file, told, &field);
		}
}

static void sweep_print(FILE *file, const struct amk_nodes_view *view,
			const struct amk_nodes *nodes)
{
	struct told told = { .nr = 0 };
	size_t i;
	int kind;

	amk_table_place(file, &nodes->first->data);
	memory_print(file, nodes);
	for (kind = 0; kind < AMK_NR_DISTANCE_KINDS; kind++)
		distances_print(file, nodes, kind);
	fputs("\ncost, medians of n rounds, by the node whose CPU asked (down) and the one whose "
	      "memory was asked for (across);\nx: times what the CPU's own node costs; below: "
	      "least and largest of the rounds, and the share of pages that lay there\n",
	      file);
	for (i = 0; i < nodes->nr_rows; i++)
		if (amk_nodes_shown(view, &nodes->row[i]))
			row_print(file, nodes, &nodes->row[i]);
	for (i = 0; i < nodes->nr_rows; i++)
		if (amk_nodes_shown(view, &nodes->row[i]))
			row_reasons_print(file, &told, nodes, &nodes->row[i]);
}

void amk_nodes_table(FILE *file, const struct amk_nodes_view *view)
{
	size_t i;

	for (i = 0; i < view->nr_lists; i++) {
		if (i)
			fputc('\n', file);
		sweep_print(file, view, &view->list[i]);
	}
}

/* ---- Markdown ---- */

static void markdown_head(FILE *file, const struct amk_nodes *nodes, const char *first,
			  u32 nr_columns)
{
	u32 i;

	fprintf(file, "| %s |", first);
	for (i = 0; i < nodes->nr_nodes; i++)
		fprintf(file, " memory of node %u |", nodes->node[i]);
	fputs("\n|", file);
	for (i = 0; i < nr_columns + nodes->nr_nodes; i++)
		fputs(i < nr_columns ? "---|" : "---:|", file);
	fputc('\n', file);
}

static void markdown_distances(FILE *file, const struct amk_nodes *nodes,
			       enum amk_distance_kind kind)
{
	u32 from, to;

	if (!amk_distances_has(&nodes->distances, kind))
		return;
	fputc('\n', file);
	markdown_head(file, nodes, amk_nodes_distance_name(kind), 1);
	for (from = 0; from < nodes->nr_nodes; from++) {
		fprintf(file, "| CPUs of node %u |", nodes->node[from]);
		for (to = 0; to < nodes->nr_nodes; to++) {
			double d = amk_nodes_distance(nodes, kind, from, to);

			if (isnan(d))
				fputs(" – |", file);
			else
				fprintf(file, " %g |", d);
		}
		fputc('\n', file);
	}
}

static void markdown_row(FILE *file, const struct amk_nodes *nodes, const struct amk_nodes_row *row,
			 u32 from)
{
	char size[AMK_SIZE_TEXT_LEN], text[FIELD_LEN];
	struct amk_nodes_field field;
	u32 to;

	fprintf(file, "| %s `%s` | %s | %s | %s, %s | node %u |",
		amk_side_names[row->cell.strategy->side], row->cell.strategy->name,
		row->cell.workload->name,
		row->cell.size_bytes ? amk_size_text(row->cell.size_bytes, size) : "",
		row->metric->summary, unit_of(nodes, row), nodes->node[from]);
	for (to = 0; to < nodes->nr_nodes; to++) {
		amk_nodes_field(nodes, row, from, to, &field);
		cost_word(&field, text);
		fprintf(file, " %s", text);
		basis_word(&field, text);
		fprintf(file, "%s%s%s |", *text ? " (" : "", text, *text ? ")" : "");
	}
	fputc('\n', file);
}

void amk_nodes_markdown(FILE *file, const struct amk_nodes_view *view)
{
	const struct amk_nodes *nodes = view->list;
	size_t i;
	u32 from;
	int kind;

	for (; nodes < view->list + view->nr_lists; nodes++) {
		fprintf(file, "%s- machine %s, kernel %s, environment %s\n- ",
			nodes > view->list ? "\n" : "", nodes->first->data.machine,
			nodes->first->data.kernel, nodes->first->data.environment);
		memory_print(file, nodes);
		for (kind = 0; kind < AMK_NR_DISTANCE_KINDS; kind++)
			markdown_distances(file, nodes, kind);
		fputc('\n', file);
		markdown_head(file, nodes, "strategy | workload | size | what | CPUs of", 5);
		for (i = 0; i < nodes->nr_rows; i++)
			for (from = 0; from < nodes->nr_nodes; from++)
				if (amk_nodes_shown(view, &nodes->row[i]))
					markdown_row(file, nodes, &nodes->row[i], from);
	}
}

/* ---- TSV ---- */

static void tsv_line(struct amk_sheet *sheet, const struct amk_nodes *nodes,
		     const struct amk_nodes_row *row, u32 from, u32 to)
{
	struct amk_nodes_field field;
	int kind;

	amk_nodes_field(nodes, row, from, to, &field);
	amk_sheet_text(sheet, nodes->first->data.kernel);
	amk_sheet_text(sheet, nodes->first->data.environment);
	amk_sheet_text(sheet, amk_side_names[row->cell.strategy->side]);
	amk_sheet_text(sheet, row->cell.strategy->name);
	amk_sheet_text(sheet, row->cell.workload->name);
	amk_sheet_count(sheet, row->cell.size_bytes);
	amk_sheet_text(sheet, row->metric->name);
	amk_sheet_text(sheet, unit_of(nodes, row));
	amk_sheet_count(sheet, nodes->node[from]);
	amk_sheet_count(sheet, nodes->node[to]);
	amk_sheet_number(sheet, field.cost);
	amk_sheet_number(sheet, field.cost_min);
	amk_sheet_number(sheet, field.cost_max);
	amk_sheet_count(sheet, field.rounds);
	amk_sheet_number(sheet, field.times_local);
	amk_sheet_number(sheet, field.there);
	for (kind = 0; kind < AMK_NR_DISTANCE_KINDS; kind++)
		amk_sheet_number(sheet, amk_nodes_distance(nodes, kind, from, to));
	amk_sheet_text(sheet, field.status);
	amk_sheet_text(sheet, field.reason);
	amk_sheet_end(sheet);
}

static void tsv_matrix(struct amk_sheet *sheet, const struct amk_nodes *nodes,
		       const struct amk_nodes_row *row)
{
	u32 from, to;

	for (from = 0; from < nodes->nr_nodes; from++)
		for (to = 0; to < nodes->nr_nodes; to++)
			tsv_line(sheet, nodes, row, from, to);
}

void amk_nodes_tsv(FILE *file, const struct amk_nodes_view *view)
{
	struct amk_sheet sheet = { .file = file };
	const struct amk_nodes *nodes = view->list;
	size_t i;

	fputs("kernel\tenvironment\tside\tstrategy\tworkload\tsize_bytes\tmetric\tunit\tcpu_node\t"
	      "memory_node\tcost\tcost_min\tcost_max\tn\ttimes_local\tthere\tdistance\t"
	      "hmat_latency_ns\thmat_bandwidth_mibs\tstatus\treason\n",
	      file);
	for (; nodes < view->list + view->nr_lists; nodes++)
		for (i = 0; i < nodes->nr_rows; i++)
			if (amk_nodes_shown(view, &nodes->row[i]))
				tsv_matrix(&sheet, nodes, &nodes->row[i]);
}
