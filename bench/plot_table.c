// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table behind lines against size: a block a series (two blank lines between blocks, as
 * gnuplot has it) and a row a size. A cell that was refused or skipped has NaN, never 0, and a
 * series without a point to draw is left out.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/plot.h"
#include "lib/user/size.h"

static bool figure_has(const struct amk_plot_figure *figure, const struct amk_summary *s)
{
	size_t i;

	for (i = 0; i < figure->nr_columns; i++)
		if (figure->column[i].workload && !strcmp(figure->column[i].workload, s->workload))
			return true;
	return false;
}

/* The sizes of a series in rising order, each once; the caller frees. NULL without memory. */
static u64 *sizes_of(const struct amk_plot_figure *figure, const struct amk_series *series,
		     size_t *nr)
{
	const struct amk_plot_run *run = series->run;
	u64 *sizes = malloc((run->nr_summary + 1) * sizeof(*sizes));
	size_t i;

	*nr = 0;
	if (!sizes)
		return NULL;
	for (i = 0; i < run->nr_summary; i++)
		if (run->summary[i].strategy == series->strategy && run->summary[i].size_bytes &&
		    figure_has(figure, &run->summary[i]))
			sizes[(*nr)++] = run->summary[i].size_bytes;
	*nr = amk_sizes_sort(sizes, *nr);
	return sizes;
}

/* The next size above @size that anything in the run was measured at, or 0. */
static u64 size_next(const struct amk_plot_run *run, u64 size)
{
	u64 next = 0;
	size_t i;

	for (i = 0; i < run->nr_summary; i++)
		if (run->summary[i].size_bytes > size &&
		    (!next || run->summary[i].size_bytes < next))
			next = run->summary[i].size_bytes;
	return next;
}

/* Whether @workload was refused at the next size of the run: not if that cell is missing. */
static bool refused_next(const struct amk_series *series, const char *workload, u64 size)
{
	const struct amk_summary *s = series->run->summary;
	u64 next = size_next(series->run, size);
	size_t i;

	for (i = 0; i < series->run->nr_summary; i++)
		if (s[i].strategy == series->strategy && s[i].size_bytes == next &&
		    !strcmp(s[i].workload, workload))
			return s[i].status == AMK_STATUS_REFUSED;
	return false;
}

static double quantile(const struct amk_summary *s, enum amk_quantile q)
{
	return s->each_ops ? s->quantile[q] : NAN;
}

static double pick(const struct amk_summary *s, enum amk_pick pick)
{
	switch (pick) {
	case AMK_PICK_LINE:
		return s->each_ops && s->quantile[AMK_Q_P50] > 0 ? s->quantile[AMK_Q_P50] : s->cost;
	case AMK_PICK_COST:
		return s->cost;
	case AMK_PICK_COST_MIN:
		return s->cost_min;
	case AMK_PICK_COST_MAX:
		return s->cost_max;
	case AMK_PICK_P5:
		return quantile(s, AMK_Q_P5);
	case AMK_PICK_P50:
		return quantile(s, AMK_Q_P50);
	case AMK_PICK_P95:
		return quantile(s, AMK_Q_P95);
	case AMK_PICK_ROUNDS:
		return s->rounds;
	case AMK_PICK_EACH_OPS:
		return (double)s->each_ops;
	default:
		return NAN;
	}
}

static double cell_value(const struct amk_series *series, const struct amk_column *column, u64 size)
{
	const struct amk_summary *s = amk_summary_find(
		series->run->summary, series->run->nr_summary, series->strategy->side,
		series->strategy->name, column->workload, size, column->metric);

	if (!s || s->status != AMK_STATUS_OK || !s->metric)
		return NAN;
	if (column->pick == AMK_PICK_REFUSED_NEXT)
		return refused_next(series, column->workload, size) ? 1 : 0;
	return pick(s, column->pick);
}

/* Fills @row; false if nothing of it is a number. */
static bool row_fill(const struct amk_plot_figure *figure, const struct amk_series *series,
		     u64 size, double *row)
{
	bool any = false;
	size_t i;

	for (i = 0; i < figure->nr_columns; i++) {
		row[i] = figure->column[i].workload ? cell_value(series, &figure->column[i], size) :
						      figure->column[i].compute(row);
		any |= !isnan(row[i]);
	}
	return any;
}

static void block_free(struct amk_block_rows *block)
{
	free(block->size_bytes);
	free(block->value);
}

/* Fills the rows of block->series. 0 or -ENOMEM. */
static int block_fill(const struct amk_plot_figure *figure, struct amk_block_rows *block)
{
	size_t i, nr;

	block->nr = 0;
	block->size_bytes = sizes_of(figure, &block->series, &nr);
	block->value = malloc((nr + 1) * figure->nr_columns * sizeof(*block->value));
	if (!block->size_bytes || !block->value) {
		block_free(block);
		return -ENOMEM;
	}
	for (i = 0; i < nr; i++) {
		if (!row_fill(figure, &block->series, block->size_bytes[i],
			      block->value + block->nr * figure->nr_columns))
			continue;
		block->size_bytes[block->nr++] = block->size_bytes[i];
	}
	return 0;
}

bool amk_table_has(const struct amk_table *table, size_t b, int column, enum amk_scale scale)
{
	const struct amk_block_rows *block = &table->block[b];
	size_t i;
	double v;

	for (i = 0; column >= 0 && i < block->nr; i++) {
		v = block->value[i * table->figure->nr_columns + (size_t)column];
		if (!isnan(v) && (scale != AMK_SCALE_LOG || v > 0))
			return true;
	}
	return false;
}

static bool drawn_anywhere(const struct amk_table *table, size_t b)
{
	size_t p;

	for (p = 0; p < table->figure->nr_panels; p++)
		if (amk_table_has(table, b, table->figure->panel[p].line,
				  table->figure->panel[p].scale))
			return true;
	return false;
}

/* Adds the block of @strategy in @run if there is something to draw of it. 0 or -ENOMEM. */
static int table_add(struct amk_table *table, const struct amk_plot_run *run,
		     const struct amk_strategy *strategy)
{
	struct amk_block_rows *block = &table->block[table->nr];
	int ret;

	memset(block, 0, sizeof(*block));
	block->series.run = run;
	block->series.strategy = strategy;
	ret = block_fill(table->figure, block);
	if (ret)
		return ret;
	if (drawn_anywhere(table, table->nr))
		table->nr++;
	else
		block_free(block);
	return 0;
}

static int table_fill(const struct amk_plot *plot, struct amk_table *table)
{
	size_t i, r;
	int ret;

	for (i = 0; i < table->figure->nr_strategies; i++) {
		for (r = 0; r < plot->nr_runs; r++) {
			ret = table_add(table, &plot->run[r], table->figure->strategy[i]);
			if (ret)
				return ret;
		}
	}
	return table->nr ? 0 : -ENODATA;
}

int amk_table_collect(const struct amk_plot *plot, const struct amk_plot_figure *figure,
		      struct amk_table *table)
{
	size_t room = figure->nr_strategies * plot->nr_runs;
	int ret;

	table->figure = figure;
	table->nr = 0;
	table->block = calloc(room + 1, sizeof(*table->block));
	if (!table->block)
		return -ENOMEM;
	ret = table_fill(plot, table);
	if (ret)
		amk_table_free(table);
	else
		amk_series_style(plot, table);
	return ret;
}

void amk_table_free(struct amk_table *table)
{
	while (table->nr)
		block_free(&table->block[--table->nr]);
	free(table->block);
	table->block = NULL;
}

void amk_table_range(const struct amk_table *table, int column, double *low, double *high)
{
	size_t b, i;
	double v;

	for (b = 0; column >= 0 && b < table->nr; b++) {
		for (i = 0; i < table->block[b].nr; i++) {
			v = table->block[b].value[i * table->figure->nr_columns + (size_t)column];
			if (isnan(v) || v <= 0)
				continue;
			if (!*high || v < *low)
				*low = v;
			if (v > *high)
				*high = v;
		}
	}
}

static void row_write(FILE *f, const struct amk_table *table, const struct amk_block_rows *block,
		      size_t i)
{
	size_t c;

	amk_tsv_cell(f, block->series.run, block->series.strategy, block->size_bytes[i]);
	for (c = 0; c < table->figure->nr_columns; c++)
		amk_tsv_number(f, block->value[i * table->figure->nr_columns + c]);
	fputc('\n', f);
}

static void header_write(FILE *f, const struct amk_plot *plot, const struct amk_table *table)
{
	size_t c;

	fputs(AMK_TSV_CELL, f);
	for (c = 0; c < table->figure->nr_columns; c++) {
		fputc('\t', f);
		fputs(table->figure->column[c].name, f);
		if (table->figure->column[c].timed)
			fprintf(f, "_%s", plot->run[0].data.unit);
	}
	fputc('\n', f);
}

int amk_table_save(struct amk_plot *plot, const struct amk_table *table)
{
	struct amk_tsv tsv;
	size_t b, i;

	if (amk_tsv_begin(&tsv))
		return -ENOMEM;
	header_write(tsv.file, plot, table);
	for (b = 0; b < table->nr; b++) {
		if (b)
			fputs("\n\n", tsv.file);
		for (i = 0; i < table->block[b].nr; i++)
			row_write(tsv.file, table, &table->block[b], i);
	}
	return amk_tsv_end(&tsv, plot, table->figure->name);
}
