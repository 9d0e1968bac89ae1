// SPDX-License-Identifier: GPL-2.0-only
/*
 * The largest size by strategy, a row each. A search that ended at the limit of the run itself,
 * and not at the allocator's, is drawn as "at least"; a strategy that was refused or skipped has
 * its reason in words where the others have a point.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/plot.h"

#define WORKLOAD "limit"

/* One strategy in one run. */
struct limit_cell {
	const struct amk_plot_run *run;
	const struct amk_strategy *strategy;
	const struct amk_summary *summary;
	bool capped;
	size_t row; /* from 0; the cells of a row follow each other */
};

struct limit {
	struct amk_plot *plot;
	struct limit_cell *cell;
	size_t nr_cells;
	size_t nr_rows;
};

/* The entry of the limit itself if there is one, else whatever says why there is none. */
static const struct amk_summary *limit_find(const struct amk_plot_run *run,
					    const struct amk_strategy *strategy)
{
	const struct amk_summary *s = run->summary, *found = NULL;
	size_t i;

	for (i = 0; i < run->nr_summary; i++) {
		if (s[i].strategy != strategy || strcmp(s[i].workload, WORKLOAD))
			continue;
		if (s[i].metric == &amk_metrics[AMK_METRIC_limit])
			return &s[i];
		found = &s[i];
	}
	return found;
}

static bool limit_capped(const struct amk_plot_run *run, const struct amk_strategy *strategy)
{
	const struct amk_summary *s = limit_find(run, strategy);
	size_t i;

	/* A digest has no records, but their reasons. */
	if (s && amk_summary_capped(s))
		return true;
	for (i = 0; i < run->data.nr_records; i++) {
		const struct amk_record *r = run->data.record[i];

		if (r->side == strategy->side && !strcmp(r->strategy, strategy->name) &&
		    !strcmp(r->workload, WORKLOAD) && r->result.reason == AMK_REASON_CAPPED)
			return true;
	}
	return false;
}

/* Adds the row of @strategy: a cell for each run that knows something of it. */
static void row_collect(struct limit *limit, const struct amk_strategy *strategy)
{
	const struct amk_plot *plot = limit->plot;
	const struct amk_summary *found;
	size_t r, before = limit->nr_cells;

	for (r = 0; r < plot->nr_runs; r++) {
		found = limit_find(&plot->run[r], strategy);
		if (!found)
			continue;
		limit->cell[limit->nr_cells++] =
			(struct limit_cell){ &plot->run[r], strategy, found,
					     limit_capped(&plot->run[r], strategy),
					     limit->nr_rows };
	}
	if (limit->nr_cells > before)
		limit->nr_rows++;
}

static bool has_value(const struct limit_cell *cell)
{
	return cell->summary->metric && cell->summary->status == AMK_STATUS_OK &&
	       cell->summary->cost > 0;
}

/* Number of the cell's series in the legend: one for each run and side that there is. */
static size_t series_of(const struct limit *limit, const struct limit_cell *cell)
{
	bool there[AMK_NR_SIDES * 8] = { false };
	size_t i, mine, before = 0;

	for (i = 0; i < limit->nr_cells; i++)
		there[(size_t)(limit->cell[i].run - limit->plot->run) * AMK_NR_SIDES +
		      limit->cell[i].strategy->side] = true;
	mine = (size_t)(cell->run - limit->plot->run) * AMK_NR_SIDES + cell->strategy->side;
	for (i = 0; i < mine; i++)
		before += there[i];
	return before + 1;
}

static void cell_write(FILE *f, const struct limit *limit, const struct limit_cell *cell)
{
	const struct amk_summary *s = cell->summary;
	double nr_runs = (double)limit->plot->nr_runs;
	double place = ((double)(cell->run - limit->plot->run) - (nr_runs - 1) / 2) * 0.8 / nr_runs;

	fprintf(f, "%zu\t%zu\t%.3f\t", cell->row + 1, series_of(limit, cell), place);
	amk_tsv_field(f, cell->run->name);
	fputc('\t', f);
	amk_tsv_field(f, cell->run->data.environment);
	fprintf(f, "\t%s\t%s\t%s", amk_side_names[cell->strategy->side],
		amk_families[cell->strategy->family].name, cell->strategy->name);
	if (has_value(cell))
		fprintf(f, "\t%.15g\t%.15g\t%.15g\t%d\t%u\tok\t\n", s->cost, s->cost_min,
			s->cost_max, cell->capped, s->rounds);
	else {
		fprintf(f, "\tNaN\tNaN\tNaN\t0\t%u\t%s\t", s->rounds, amk_status_name(s->status));
		amk_tsv_field(f, s->reason);
		fputc('\n', f);
	}
}

static int table_write(struct limit *limit)
{
	struct amk_tsv tsv;
	size_t i;

	if (amk_tsv_begin(&tsv))
		return -ENOMEM;
	fputs("row\tseries\tplace\trun\tenvironment\tside\tfamily\tstrategy\tlimit_bytes\t"
	      "limit_min_bytes\tlimit_max_bytes\tcapped\trounds\tstatus\treason\n",
	      tsv.file);
	for (i = 0; i < limit->nr_cells; i++)
		cell_write(tsv.file, limit, &limit->cell[i]);
	return amk_tsv_end(&tsv, limit->plot, "limit");
}

/* A cell in words: its limit to four digits, or why there is none. */
static void cell_word(const struct limit_cell *cell, char *text, size_t len)
{
	static const char *const unit[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	const struct amk_summary *s = cell->summary;
	double bytes = s->cost;
	size_t u = 0;

	if (!has_value(cell)) {
		snprintf(text, len, "%s%s%s", amk_status_name(s->status), *s->reason ? ": " : "",
			 s->reason);
		return;
	}
	for (; bytes >= 1024; u++)
		bytes /= 1024;
	snprintf(text, len, "%s%.4g %s%s", cell->capped ? "≥ " : "", bytes, unit[u],
		 cell->capped ? " (limit of the run)" : "");
}

/* Writes label, text and the text's place of the row that begins at @cell; returns its cells. */
static size_t script_row(struct amk_script *script, const struct limit *limit,
			 const struct limit_cell *cell, double left)
{
	char label[128], text[AMK_PLOT_TEXT_LEN] = "", word[256];
	const struct limit_cell *end = limit->cell + limit->nr_cells, *c;
	double at = left;
	size_t len;

	for (c = cell; c < end && c->row == cell->row; c++) {
		cell_word(c, word, sizeof(word));
		len = strlen(text);
		/* Runs that agree are told once. */
		if (!len || strcmp(text, word))
			snprintf(text + len, sizeof(text) - len, "%s%s", len ? "  |  " : "", word);
		if (has_value(c))
			at = fmax(at, c->summary->cost_max);
	}
	snprintf(label, sizeof(label), "%s (%s)", cell->strategy->name,
		 amk_side_names[cell->strategy->side]);
	amk_script_item(script, "row_label", cell->row, label);
	amk_script_item(script, "row_text", cell->row, text);
	fprintf(script->file, "row_text_at[%zu] = %.17g\n", cell->row + 1, at);
	return (size_t)(c - cell);
}

static void script_rows(struct amk_script *script, const struct limit *limit)
{
	double low = NAN, high = NAN;
	size_t i;

	for (i = 0; i < limit->nr_cells; i++) {
		if (!has_value(&limit->cell[i]))
			continue;
		low = fmin(low, limit->cell[i].summary->cost_min);
		high = fmax(high, limit->cell[i].summary->cost_max);
	}
	low = fmin(low / 4, 1024);
	/* On the right there is room for the words. */
	fprintf(script->file, "size_min = %.17g\nsize_max = %.17g\n", low,
		high * pow(high / low, 0.35));
	fprintf(script->file,
		"nr_rows = %zu\narray row_label[%zu]\narray row_text[%zu]\n"
		"array row_text_at[%zu]\n",
		limit->nr_rows, limit->nr_rows, limit->nr_rows, limit->nr_rows);
	for (i = 0; i < limit->nr_cells;)
		i += script_row(script, limit, &limit->cell[i], low);
}

/* The first cell of series @number, or NULL. */
static const struct limit_cell *series_cell(const struct limit *limit, size_t number,
					    bool with_value)
{
	size_t i;

	for (i = 0; i < limit->nr_cells; i++)
		if (series_of(limit, &limit->cell[i]) == number &&
		    (!with_value || has_value(&limit->cell[i])))
			return &limit->cell[i];
	return NULL;
}

/* User space and the kernel of each run: circles and squares, filled in the first run. */
static void script_series(struct amk_script *script, const struct limit *limit)
{
	static const char *const colour[AMK_NR_SIDES] = { "#0072B2", "#D55E00" };
	static const u32 point[AMK_NR_SIDES][4] = { { 7, 6, 9, 8 }, { 5, 4, 13, 12 } };
	const struct limit_cell *cell;
	char label[AMK_PLOT_TEXT_LEN];
	size_t n, run;

	fprintf(script->file, "array series_label[%zu]\n", limit->plot->nr_runs * AMK_NR_SIDES);
	for (n = 1; (cell = series_cell(limit, n, false)); n++) {
		run = (size_t)(cell->run - limit->plot->run);
		fprintf(script->file, "set linetype %zu lc rgb '%s' dt %s lw %s pt %u ps %s\n", n,
			colour[cell->strategy->side],
			cell->strategy->side == AMK_SIDE_kernel ? "(14,6)" : "1",
			run ? "1.4" : "2.4", point[cell->strategy->side][run % 4],
			limit->plot->nr_runs > 1 ? "0.7" : "0.95");
		snprintf(label, sizeof(label), "%s%s%.400s",
			 cell->strategy->side == AMK_SIDE_kernel ? "kernel" : "user space",
			 limit->plot->nr_runs > 1 ? ", " : "",
			 limit->plot->nr_runs > 1 ? cell->run->label : "");
		amk_script_item(script, "series_label", n - 1, label);
	}
	fprintf(script->file, "nr_series = %zu\n", n - 1);
}

/* The series with a point, and those with a range over the rounds, as words. */
static void script_lists(struct amk_script *script, const struct limit *limit)
{
	bool ranged = false;
	size_t i, n;

	fputs("drawn_series = '", script->file);
	for (n = 1; series_cell(limit, n, false); n++)
		if (series_cell(limit, n, true))
			fprintf(script->file, "%zu ", n);
	for (i = 0; i < limit->nr_cells; i++)
		ranged |= has_value(&limit->cell[i]) &&
			  limit->cell[i].summary->cost_min < limit->cell[i].summary->cost_max;
	fprintf(script->file, "'\nranged = '%s'\n", ranged ? "1" : "");
}

static int limit_draw(struct limit *limit)
{
	struct amk_script script;
	int ret = table_write(limit);

	if (!ret)
		ret = amk_script_begin(&script, limit->plot, "limit",
				       "Limit: the largest size that succeeds, by strategy",
				       "median of rounds, found to the byte by bisection · lazy"
				       " allocators take no memory yet: address space or"
				       " vm.overcommit_memory ends them",
				       false);
	if (ret)
		return ret;
	amk_script_marks(&script);
	script_rows(&script, limit);
	script_series(&script, limit);
	script_lists(&script, limit);
	return amk_script_draw(&script, "limit.gp");
}

int amk_plot_limit(struct amk_plot *plot)
{
	struct limit limit = { .plot = plot };
	size_t i, nr_values = 0;
	int ret = -ENODATA;

	limit.cell = calloc(plot->nr_runs * AMK_NR_STRATEGIES + 1, sizeof(*limit.cell));
	if (!limit.cell)
		return -ENOMEM;
	for (i = 0; i < AMK_NR_STRATEGIES; i++)
		if (amk_strategies[i].family != AMK_FAMILY_control)
			row_collect(&limit, &amk_strategies[i]);
	for (i = 0; i < limit.nr_cells; i++)
		nr_values += has_value(&limit.cell[i]);
	if (nr_values)
		ret = limit_draw(&limit);
	free(limit.cell);
	return ret;
}
