// SPDX-License-Identifier: GPL-2.0-only
/*
 * The matrices of a sweep over NUMA nodes: a picture for each strategy that takes a node, with a
 * panel for each workload at the largest size that was measured, and one for each kind of distance
 * that the firmware tells. The number stands in its field; its colour is how many times the least
 * of its panel it is, by the same scale in all of them, so that a flat matrix looks flat.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/nodes.h"
#include "bench/plot_matrix.h"
#include "lib/user/costs.h"
#include "lib/user/size.h"

#define PANELS_MAX 12
#define SHADE_DOUBLINGS 2.0 /* four times the least is as dark as it gets */
#define SHADE_DEEP 0.6 /* black cannot be read on what is darker */

struct panel {
	const struct amk_nodes_row *row; /* NULL: of distances */
	enum amk_distance_kind kind;
	char title[192], note[128];
	size_t grey, coloured, dark;
};

struct matrix {
	const struct amk_nodes *nodes;
	const struct amk_strategy *strategy;
	struct panel panel[PANELS_MAX];
	size_t nr_panels;
	size_t nr_misplaced; /* fields of which not all pages lay where they were asked to */
	size_t nr_unverified;
};

/* ---- panels ---- */

static const char *unit_of(const struct matrix *m, const struct amk_nodes_row *row)
{
	return amk_metric_unit(row->metric, m->nodes->first->data.unit);
}

static void panel_row(struct matrix *m, const struct amk_nodes_row *row)
{
	struct panel *p = &m->panel[m->nr_panels++];
	char size[AMK_SIZE_TEXT_LEN];

	p->row = row;
	snprintf(p->title, sizeof(p->title), "%s %s, %s", row->cell.workload->name,
		 row->cell.size_bytes ? amk_size_text(row->cell.size_bytes, size) : "",
		 unit_of(m, row));
	snprintf(p->note, sizeof(p->note), "%s", row->metric->summary);
}

static void panel_distances(struct matrix *m, enum amk_distance_kind kind)
{
	struct panel *p = &m->panel[m->nr_panels++];

	p->kind = kind;
	snprintf(p->title, sizeof(p->title), "%s", amk_nodes_distance_name(kind));
	snprintf(p->note, sizeof(p->note), "as the firmware tells it, not measured");
}

/* Of each workload the first thing that it times, at the largest size with a cost. */
static void panels_fill(struct matrix *m)
{
	const struct amk_nodes *nodes = m->nodes;
	const struct amk_nodes_row *best = NULL;
	size_t i;
	int kind;

	for (i = 0; i < nodes->nr_rows; i++) {
		const struct amk_nodes_row *row = &nodes->row[i];

		if (row->cell.strategy != m->strategy ||
		    row->metric != &amk_metrics[row->cell.workload->lane[0]] ||
		    !amk_nodes_row_has(nodes, row))
			continue;
		if (best && best->cell.workload == row->cell.workload)
			m->nr_panels--;
		else if (m->nr_panels == PANELS_MAX - AMK_NR_DISTANCE_KINDS)
			break;
		best = row;
		panel_row(m, row);
	}
	for (kind = 0; m->nr_panels && kind < AMK_NR_DISTANCE_KINDS; kind++)
		if (amk_distances_has(&nodes->distances, kind))
			panel_distances(m, kind);
}

/* ---- fields ---- */

struct field {
	double value;
	char text[64], second[64];
	struct amk_nodes_field of;
};

static void field_word(struct matrix *m, struct field *f)
{
	char number[AMK_NODES_NUMBER_LEN];
	size_t len = 0;

	snprintf(f->text, sizeof(f->text), "%s",
		 isnan(f->value) ? f->of.status : amk_nodes_number(f->value, number));
	if (isnan(f->value))
		return;
	m->nr_unverified += isnan(f->of.there);
	m->nr_misplaced += f->of.there < 1;
	if (!isnan(f->of.times_local))
		len = (size_t)snprintf(f->second, sizeof(f->second), "×%.2f", f->of.times_local);
	if (f->of.there < 1)
		snprintf(f->second + len, sizeof(f->second) - len, "%s%.0f %% there",
			 len ? ", " : "", 100 * f->of.there);
}

static void field_fill(struct matrix *m, const struct panel *p, u32 from, u32 to, struct field *f)
{
	const struct amk_nodes *nodes = m->nodes;

	memset(f, 0, sizeof(*f));
	if (p->row) {
		amk_nodes_field(nodes, p->row, from, to, &f->of);
		f->value = f->of.cost;
		field_word(m, f);
		return;
	}
	f->of.cost_min = f->of.cost_max = f->of.times_local = f->of.there = NAN;
	f->of.reason = "";
	f->value = amk_nodes_distance(nodes, p->kind, from, to);
	f->of.status = isnan(f->value) ? "not told" : "ok";
	if (isnan(f->value))
		snprintf(f->text, sizeof(f->text), "not told");
	else
		snprintf(f->text, sizeof(f->text), "%g", f->value);
}

static double value_of(const struct matrix *m, const struct panel *p, u32 from, u32 to)
{
	const struct amk_nodes *nodes = m->nodes;
	struct amk_nodes_field field;

	if (!p->row)
		return amk_nodes_distance(nodes, p->kind, from, to);
	amk_nodes_field(nodes, p->row, from, to, &field);
	return field.cost;
}

/* The best field of @p: of a bandwidth the largest, else the least. */
static double best_of(const struct matrix *m, const struct panel *p)
{
	bool most = !p->row && p->kind == AMK_DISTANCE_BANDWIDTH;
	double best = NAN;
	u32 from, to;

	for (from = 0; from < m->nodes->nr_nodes; from++)
		for (to = 0; to < m->nodes->nr_nodes; to++) {
			double x = value_of(m, p, from, to);

			best = most ? fmax(best, x) : fmin(best, x);
		}
	return best;
}

/* How much worse than @best, from 0 to 1. */
static double shade_of(const struct panel *p, double value, double best)
{
	double worse = !p->row && p->kind == AMK_DISTANCE_BANDWIDTH ? best / value : value / best;

	return fmax(0, fmin(1, log2(worse) / SHADE_DOUBLINGS));
}

static void field_write(FILE *file, const struct matrix *m, size_t panel, u32 from, u32 to,
			const struct field *f, double shade)
{
	const struct amk_nodes_row *row = m->panel[panel].row;

	fprintf(file, "%zu\t%u\t%u\t%u\t%u\t%d\t%s\t%s", panel + 1, from + 1, to + 1,
		m->nodes->node[from], m->nodes->node[to], !isnan(f->value), f->text, f->second);
	amk_tsv_number(file, shade);
	fprintf(file, "\t%s\t%llu\t%s\t%s", row ? row->cell.workload->name : "",
		row ? (unsigned long long)row->cell.size_bytes : 0,
		row ? row->metric->name : amk_nodes_distance_name(m->panel[panel].kind),
		row ? unit_of(m, row) : "");
	amk_tsv_number(file, f->value);
	amk_tsv_number(file, f->of.cost_min);
	amk_tsv_number(file, f->of.cost_max);
	fprintf(file, "\t%u", f->of.rounds);
	amk_tsv_number(file, f->of.times_local);
	amk_tsv_number(file, f->of.there);
	fprintf(file, "\t%s\t", f->of.status);
	amk_tsv_field(file, f->of.reason);
	fputc('\n', file);
}

static void panel_write(FILE *file, struct matrix *m, size_t panel)
{
	struct panel *p = &m->panel[panel];
	double best = best_of(m, p);
	u32 from, to;

	for (from = 0; from < m->nodes->nr_nodes; from++)
		for (to = 0; to < m->nodes->nr_nodes; to++) {
			struct field f;
			double shade;

			field_fill(m, p, from, to, &f);
			shade = isnan(f.value) ? NAN : shade_of(p, f.value, best);
			field_write(file, m, panel, from, to, &f, shade);
			p->grey += isnan(f.value);
			p->coloured += !isnan(f.value);
			p->dark += shade > SHADE_DEEP;
		}
}

static int table_write(struct amk_plot *plot, struct matrix *m, const char *name)
{
	struct amk_tsv tsv;
	size_t i;

	if (amk_tsv_begin(&tsv))
		return -ENOMEM;
	fputs("panel\trow\tcolumn\tcpu_node\tmemory_node\tkind\ttext\tsecond\tshade\tworkload\t"
	      "size_bytes\tmetric\tunit\tvalue\tcost_min\tcost_max\trounds\ttimes_local\tthere\t"
	      "status\treason\n",
	      tsv.file);
	for (i = 0; i < m->nr_panels; i++)
		panel_write(tsv.file, m, i);
	return amk_tsv_end(&tsv, plot, name);
}

/* ---- the picture ---- */

static void script_fill(struct amk_script *script, const struct matrix *m)
{
	double grey[PANELS_MAX], coloured[PANELS_MAX], dark[PANELS_MAX];
	const char *title[PANELS_MAX], *note[PANELS_MAX];
	char label[16];
	size_t i;

	for (i = 0; i < m->nr_panels; i++) {
		title[i] = m->panel[i].title;
		note[i] = m->panel[i].note;
		grey[i] = (double)m->panel[i].grey;
		coloured[i] = (double)m->panel[i].coloured;
		dark[i] = (double)m->panel[i].dark;
	}
	fprintf(script->file, "nr_nodes = %u\narray node_label[%u]\n", m->nodes->nr_nodes,
		m->nodes->nr_nodes);
	for (i = 0; i < m->nodes->nr_nodes; i++) {
		snprintf(label, sizeof(label), "%u", m->nodes->node[i]);
		amk_script_item(script, "node_label", i, label);
	}
	fprintf(script->file, "nr_panels = %zu\ndeep = %g\n", m->nr_panels, SHADE_DEEP);
	amk_script_texts(script, "panel_title", title, m->nr_panels);
	amk_script_texts(script, "panel_note", note, m->nr_panels);
	amk_script_numbers(script, "panel_grey", grey, m->nr_panels);
	amk_script_numbers(script, "panel_coloured", coloured, m->nr_panels);
	amk_script_numbers(script, "panel_dark", dark, m->nr_panels);
}

static void footer_word(const struct matrix *m, char footer[AMK_PLOT_TEXT_LEN])
{
	snprintf(footer, AMK_PLOT_TEXT_LEN,
		 "median of rounds, the largest size of each workload · ×: times what the CPU's "
		 "own node costs · %s",
		 m->nr_misplaced  ? "some pages lay elsewhere, where the share that lay there is "
				    "given" :
		 m->nr_unverified ? "where the pages lay was not looked at in every field" :
				    "every page lay where it was asked to");
}

static int matrix_draw(struct amk_plot *plot, struct matrix *m, const char *name)
{
	char title[AMK_PLOT_TEXT_LEN], footer[AMK_PLOT_TEXT_LEN];
	struct amk_script script;
	int ret = table_write(plot, m, name);

	if (ret)
		return ret;
	snprintf(title, sizeof(title), "Cost by NUMA node: %s (%s)", m->strategy->name,
		 amk_side_names[m->strategy->side]);
	footer_word(m, footer);
	ret = amk_script_begin(&script, plot, name, title, footer, true);
	if (ret)
		return ret;
	snprintf(title, sizeof(title), "allocmark, %zu runs", m->nodes->nr_runs);
	amk_script_text(&script, "signature", title);
	script_fill(&script, m);
	return amk_script_draw(&script, "matrix.gp");
}

/* A flat matrix of an emulated machine says nothing of any other. */
static void caution_add(char caution[AMK_PLOT_TEXT_LEN], const char *environment)
{
	size_t len = strlen(caution);

	if (!strcmp(environment, "guest-tcg") || !strcmp(environment, "guest-icount"))
		snprintf(caution + len, AMK_PLOT_TEXT_LEN - len,
			 "%semulated memory lies equally near on all nodes", len ? "; " : "");
}

/* Draws one sweep in the places of @plot, with words of its own: it knows the sweep's first run. */
static int sweep_draw(struct amk_plot *plot, const struct amk_nodes *nodes, size_t number)
{
	struct amk_plot_run run = *nodes->first;
	struct amk_plot own = *plot;
	struct matrix m;
	char name[4 * AMK_NAME_LEN];
	u32 s;
	int ret = 0;

	own.run = &run;
	own.nr_runs = 1;
	amk_plot_word(&own);
	caution_add(own.caution[true], run.data.environment);
	for (s = 0; !ret && s < AMK_NR_STRATEGIES; s++) {
		memset(&m, 0, sizeof(m));
		m.nodes = nodes;
		m.strategy = &amk_strategies[s];
		panels_fill(&m);
		if (!m.nr_panels)
			continue;
		snprintf(name, sizeof(name), number ? "numa-matrix-%s-%s-%zu" : "numa-matrix-%s-%s",
			 amk_side_names[m.strategy->side], m.strategy->name, number + 1);
		ret = matrix_draw(&own, &m, name);
	}
	plot->no_gnuplot = own.no_gnuplot;
	plot->nr_tables = own.nr_tables;
	plot->nr_drawn = own.nr_drawn;
	return ret;
}

int amk_plot_matrix(struct amk_plot *plot, const struct amk_plot_run *run, size_t nr)
{
	struct amk_nodes *list;
	size_t nr_lists, i;
	int ret = amk_nodes_collect("plot", run, nr, &list, &nr_lists);

	for (i = 0; !ret && i < nr_lists; i++)
		if (list[i].nr_runs > 1)
			ret = sweep_draw(plot, &list[i], i);
	amk_nodes_free(list, nr_lists);
	return ret;
}

bool amk_plot_is_sweep(const struct amk_plot_run *run, size_t nr)
{
	size_t i, asked = 0;

	for (i = 0; i < nr; i++)
		asked += amk_nodes_asked(&run[i]);
	return asked > 1;
}
