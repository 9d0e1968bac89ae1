// SPDX-License-Identifier: GPL-2.0-only
/*
 * Heat maps of a comparison: a picture for each side, workload and metric of which one way is
 * better, a row a strategy, a column a size. Blue is better and red is worse, by the logarithm of
 * the ratio, so that twice and half are as deep. Colour alone says nothing: the change stands in
 * every cell, what chance alone would hardly have done is framed, what is inconclusive stands in
 * brackets, and what cannot be compared is grey, with a word that says how.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/compare_text.h"
#include "bench/plot.h"
#include "bench/plot_heat.h"
#include "lib/core/workload.h"
#include "lib/user/size.h"

/* Beyond twice or half the colour gets no deeper. On a deep one black cannot be read. */
#define SHADE_MAX 1.0
#define SHADE_DEEP 0.62

struct heat {
	const struct amk_comparison *comparison;
	enum amk_side_id side;
	const struct amk_workload *workload;
	const struct amk_metric *metric;
	const struct amk_strategy *row[AMK_NR_STRATEGIES];
	size_t nr_rows;
	u64 *size_bytes; /* the columns, rising */
	size_t nr_columns;
	bool compared; /* any cell has a change to show */
};

/* How a cell is drawn; the numbers are those of plots/heat.gp. */
enum kind { KIND_GREY, KIND_PLAIN, KIND_FRAMED };

static bool heat_has(const struct heat *heat, const struct amk_comparison_cell *cell)
{
	if (cell->side != heat->side || strcmp(cell->workload, heat->workload->name))
		return false;
	/* A cell without a number has no metric: it is one of each that its workload has. */
	return cell->metric == heat->metric || !cell->metric;
}

static enum kind cell_kind(const struct amk_comparison_cell *cell)
{
	if (isnan(cell->ratio) || cell->method == AMK_METHOD_NONE)
		return KIND_GREY;
	switch (cell->verdict) {
	case AMK_VERDICT_REGRESSED:
	case AMK_VERDICT_IMPROVED:
	case AMK_VERDICT_CHANGED:
		return KIND_FRAMED;
	default:
		return KIND_PLAIN;
	}
}

/* log2 of how many times worse, within what the colours have. */
static double shade(const struct amk_comparison_cell *cell)
{
	return fmax(-SHADE_MAX, fmin(SHADE_MAX, log2(amk_comparison_worse(cell))));
}

/* What stands in the cell: "+25", "x12" from ten times on, "(+3)" if nothing follows from it. */
static void word(const struct amk_comparison_cell *cell, char text[AMK_FIGURE_LEN])
{
	bool open = cell->verdict == AMK_VERDICT_INCONCLUSIVE;
	double percent = 100 * (cell->ratio - 1);

	if (cell_kind(cell) == KIND_GREY)
		snprintf(text, AMK_FIGURE_LEN, "%s",
			 cell->verdict == AMK_VERDICT_ONLY_BASE ? "base" :
			 cell->verdict == AMK_VERDICT_ONLY_HEAD ? "head" :
			 cell->verdict == AMK_VERDICT_IGNORED	? "ign." :
								  "–");
	else if (cell->ratio >= 10)
		snprintf(text, AMK_FIGURE_LEN, "%sx%.0f%s", open ? "(" : "", cell->ratio,
			 open ? ")" : "");
	else if (fabs(percent) < 0.5)
		snprintf(text, AMK_FIGURE_LEN, "%s", open ? "(0)" : "0");
	else
		snprintf(text, AMK_FIGURE_LEN, open ? "(%+.0f)" : "%+.0f", percent);
}

/* ---- rows and columns ---- */

static void row_add(struct heat *heat, const struct amk_comparison_cell *cell)
{
	const struct amk_strategy *strategy = amk_strategy_find(cell->side, cell->strategy);

	/* The cells are sorted by strategy. */
	if (strategy && (!heat->nr_rows || heat->row[heat->nr_rows - 1] != strategy))
		heat->row[heat->nr_rows++] = strategy;
}

/* Finds rows and columns. 0, -ENODATA if there is no change to show, or -ENOMEM. */
static int heat_fill(struct heat *heat)
{
	const struct amk_comparison *c = heat->comparison;
	size_t i, n = 0;

	heat->size_bytes = malloc((c->nr_cells + 1) * sizeof(*heat->size_bytes));
	if (!heat->size_bytes)
		return -ENOMEM;
	for (i = 0; i < c->nr_cells; i++) {
		if (!heat_has(heat, &c->cell[i]))
			continue;
		row_add(heat, &c->cell[i]);
		heat->size_bytes[n++] = c->cell[i].size_bytes;
		heat->compared |= cell_kind(&c->cell[i]) != KIND_GREY;
	}
	heat->nr_columns = amk_sizes_sort(heat->size_bytes, n);
	return heat->compared ? 0 : -ENODATA;
}

static size_t row_of(const struct heat *heat, const struct amk_comparison_cell *cell)
{
	const struct amk_strategy *strategy = amk_strategy_find(cell->side, cell->strategy);
	size_t i;

	for (i = 0; i < heat->nr_rows; i++)
		if (heat->row[i] == strategy)
			break;
	return i;
}

static size_t column_of(const struct heat *heat, u64 size_bytes)
{
	size_t i;

	for (i = 0; i < heat->nr_columns; i++)
		if (heat->size_bytes[i] == size_bytes)
			break;
	return i;
}

/* ---- the table ---- */

static void cell_write(FILE *file, const struct heat *heat, const struct amk_comparison_cell *cell)
{
	enum kind kind = cell_kind(cell);
	char text[AMK_FIGURE_LEN];

	word(cell, text);
	fprintf(file, "%zu\t%zu\t%s\t%llu\t%d\t%s", row_of(heat, cell) + 1,
		column_of(heat, cell->size_bytes) + 1, cell->strategy,
		(unsigned long long)cell->size_bytes, kind, text);
	amk_tsv_number(file, kind == KIND_GREY ? NAN : shade(cell));
	amk_tsv_number(file, cell->base_cost);
	amk_tsv_number(file, cell->head_cost);
	fprintf(file, "\t%s", cell->metric ? cell->unit : "");
	amk_tsv_number(file, cell->ratio);
	amk_tsv_number(file, cell->ratio_low);
	amk_tsv_number(file, cell->ratio_high);
	amk_tsv_number(file, cell->p_adjusted);
	fprintf(file, "\t%u\t%u\t%s\t", cell->base_rounds, cell->head_rounds,
		amk_verdict_name(cell->verdict));
	amk_tsv_field(file, cell->why);
	fputc('\n', file);
}

static int table_write(struct amk_plot *plot, const struct heat *heat, const char *name)
{
	const struct amk_comparison *c = heat->comparison;
	struct amk_tsv tsv;
	size_t i;

	if (amk_tsv_begin(&tsv))
		return -ENOMEM;
	fputs("row\tcolumn\tstrategy\tsize_bytes\tkind\ttext\tshade\tbase_cost\thead_cost\tunit\t"
	      "ratio\tratio_low\tratio_high\tp_adjusted\tbase_rounds\thead_rounds\tverdict\twhy\n",
	      tsv.file);
	for (i = 0; i < c->nr_cells; i++)
		if (heat_has(heat, &c->cell[i]))
			cell_write(tsv.file, heat, &c->cell[i]);
	return amk_tsv_end(&tsv, plot, name);
}

/* ---- the picture ---- */

static void script_labels(struct amk_script *script, const struct heat *heat)
{
	char text[AMK_SIZE_TEXT_LEN];
	size_t i;

	fprintf(script->file, "nr_rows = %zu\narray row_label[%zu]\n", heat->nr_rows,
		heat->nr_rows);
	for (i = 0; i < heat->nr_rows; i++)
		amk_script_item(script, "row_label", i, heat->row[i]->name);
	fprintf(script->file, "nr_columns = %zu\narray column_label[%zu]\n", heat->nr_columns,
		heat->nr_columns);
	for (i = 0; i < heat->nr_columns; i++)
		amk_script_item(script, "column_label", i,
				heat->size_bytes[i] ? amk_size_text(heat->size_bytes[i], text) :
						      "any");
}

/* How many cells there are of each kind. */
static void script_counts(struct amk_script *script, const struct heat *heat)
{
	const struct amk_comparison *c = heat->comparison;
	size_t grey = 0, coloured = 0, framed = 0, dark = 0, i;

	for (i = 0; i < c->nr_cells; i++) {
		enum kind kind = cell_kind(&c->cell[i]);

		if (!heat_has(heat, &c->cell[i]))
			continue;
		grey += kind == KIND_GREY;
		coloured += kind != KIND_GREY;
		framed += kind == KIND_FRAMED;
		dark += kind != KIND_GREY && fabs(shade(&c->cell[i])) > SHADE_DEEP;
	}
	fprintf(script->file,
		"nr_grey = %zu\nnr_coloured = %zu\nnr_framed = %zu\nnr_dark = %zu\ndeep = %g\n",
		grey, coloured, framed, dark, SHADE_DEEP);
}

static void title_word(const struct heat *heat, char title[AMK_PLOT_TEXT_LEN])
{
	snprintf(title, AMK_PLOT_TEXT_LEN, "Change in percent: %s, %s · %s",
		 heat->side == AMK_SIDE_kernel ? "kernel" : "user space", heat->workload->name,
		 heat->metric->summary);
}

static void footer_word(const struct heat *heat, char footer[AMK_PLOT_TEXT_LEN])
{
	snprintf(footer, AMK_PLOT_TEXT_LEN,
		 "framed: a change beyond the margin (%g %%) and chance (false discovery rate %g), "
		 "or an exact one · in brackets: inconclusive · grey: no change can be told "
		 "(base, head: a number only there)",
		 100 * heat->comparison->options.margin, heat->comparison->options.q);
}

static int heat_draw(struct amk_plot *plot, const struct heat *heat)
{
	char name[4 * AMK_NAME_LEN], text[AMK_PLOT_TEXT_LEN], footer[AMK_PLOT_TEXT_LEN];
	struct amk_script script;
	int ret;

	snprintf(name, sizeof(name), "change-%s-%s-%s", amk_side_names[heat->side],
		 heat->workload->name, heat->metric->name);
	ret = table_write(plot, heat, name);
	if (ret)
		return ret;
	title_word(heat, text);
	footer_word(heat, footer);
	ret = amk_script_begin(&script, plot, name, text, footer,
			       heat->metric->unit == AMK_UNIT_TICKS);
	if (ret)
		return ret;
	snprintf(text, sizeof(text), "%.300s against %.300s", plot->run[1].name, plot->run[0].name);
	amk_script_text(&script, "signature", text);
	amk_script_text(&script, "better",
			heat->metric->better == AMK_BETTER_HIGHER ? "higher" : "lower");
	script_labels(&script, heat);
	script_counts(&script, heat);
	return amk_script_draw(&script, "heat.gp");
}

/* 0 also if there is nothing to draw. */
static int heat_try(struct amk_plot *plot, const struct amk_comparison *comparison,
		    enum amk_side_id side, const struct amk_workload *workload,
		    const struct amk_metric *metric)
{
	struct heat heat = {
		.comparison = comparison, .side = side, .workload = workload, .metric = metric
	};
	int ret = heat_fill(&heat);

	if (!ret)
		ret = heat_draw(plot, &heat);
	free(heat.size_bytes);
	return ret == -ENODATA ? 0 : ret;
}

int amk_plot_heat(struct amk_plot *plot, const struct amk_comparison *comparison)
{
	u32 side, w, m;
	int ret = 0;

	for (side = 0; side < AMK_NR_SIDES; side++)
		for (w = 0; w < AMK_NR_WORKLOADS; w++)
			for (m = 0; !ret && m < AMK_NR_METRICS; m++)
				if (amk_metrics[m].better != AMK_BETTER_NEITHER)
					ret = heat_try(plot, comparison, side, &amk_workloads[w],
						       &amk_metrics[m]);
	return ret;
}
