// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a table of lines against size is drawn: axes, series and panels, for plots/lines.gp.
 */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bench/plot.h"

/* The range of what panel @p draws: its line, band and points. */
static struct amk_range panel_values(const struct amk_table *table, size_t p)
{
	const struct amk_panel *panel = &table->figure->panel[p];
	struct amk_range axis = { 0, 0 };

	amk_table_range(table, panel->line, &axis.low, &axis.high);
	amk_table_range(table, panel->point, &axis.low, &axis.high);
	amk_table_range(table, panel->high, &axis.low, &axis.high);
	return axis;
}

/* Panels of time on a log scale share their axis, so that the eye can compare them. */
static struct amk_range shared_values(const struct amk_table *table)
{
	struct amk_range all = { 0, 0 }, one;
	size_t p;

	for (p = 0; p < table->figure->nr_panels; p++) {
		if (!table->figure->panel[p].timed ||
		    table->figure->panel[p].scale != AMK_SCALE_LOG)
			continue;
		one = panel_values(table, p);
		if (one.high > 0 && (!(all.high > 0) || one.low < all.low))
			all.low = one.low;
		if (one.high > all.high)
			all.high = one.high;
	}
	return all;
}

/* A linear axis shows what is below 0 too. */
static struct amk_range linear_axis(const struct amk_table *table, size_t p)
{
	size_t column = (size_t)table->figure->panel[p].line, b, i;
	struct amk_range axis = { 0, 0 };
	double v;

	for (b = 0; b < table->nr; b++) {
		for (i = 0; i < table->block[b].nr; i++) {
			v = table->block[b].value[i * table->figure->nr_columns + column];
			axis.low = fmin(axis.low, v);
			axis.high = fmax(axis.high, v);
		}
	}
	return amk_range_linear(axis);
}

static struct amk_range panel_axis(const struct amk_table *table, size_t p)
{
	const struct amk_panel *panel = &table->figure->panel[p];
	struct amk_range axis = panel->timed && panel->scale == AMK_SCALE_LOG ?
					shared_values(table) :
					panel_values(table, p);

	if (panel->scale == AMK_SCALE_SHARE)
		return (struct amk_range){ -0.03, 1.03 };
	if (panel->scale == AMK_SCALE_LINEAR)
		return linear_axis(table, p);
	return amk_range_log(axis);
}

static void script_axes(struct amk_script *script, const struct amk_table *table)
{
	double low[AMK_PANELS_MAX], high[AMK_PANELS_MAX];
	size_t nr = table->figure->nr_panels, p;
	struct amk_range axis;

	for (p = 0; p < nr; p++) {
		axis = panel_axis(table, p);
		low[p] = axis.low;
		high[p] = axis.high;
	}
	amk_script_numbers(script, "panel_min", low, nr);
	amk_script_numbers(script, "panel_max", high, nr);
}

/* gnuplot's number of the figure's column @index; 0: none. */
static double column_number(int index)
{
	return index < 0 ? 0 : AMK_TSV_CELL_COLUMNS + index + 1;
}

static void script_columns(struct amk_script *script, const struct amk_table *table)
{
	double low[AMK_PANELS_MAX], line[AMK_PANELS_MAX], high[AMK_PANELS_MAX],
		point[AMK_PANELS_MAX], end[AMK_PANELS_MAX];
	size_t nr = table->figure->nr_panels, p;

	for (p = 0; p < nr; p++) {
		low[p] = column_number(table->figure->panel[p].low);
		line[p] = column_number(table->figure->panel[p].line);
		high[p] = column_number(table->figure->panel[p].high);
		point[p] = column_number(table->figure->panel[p].point);
		end[p] = column_number(table->figure->panel[p].end);
	}
	fprintf(script->file, "size_column = %d\n", AMK_TSV_CELL_COLUMNS);
	amk_script_numbers(script, "panel_low", low, nr);
	amk_script_numbers(script, "panel_line", line, nr);
	amk_script_numbers(script, "panel_high", high, nr);
	amk_script_numbers(script, "panel_point", point, nr);
	amk_script_numbers(script, "panel_end", end, nr);
}

#define LABEL_LEN 128

/*
 * The value axis in words. The tics of a log axis of time say "100 ns" and "1 µs" themselves: a
 * unit in the label would contradict them.
 */
static void label_word(const struct amk_panel *panel, const char *unit, char label[LABEL_LEN])
{
	bool told = panel->scale == AMK_SCALE_LOG && !strcmp(unit, "ns");

	if (panel->timed && !told)
		snprintf(label, LABEL_LEN, "%s [%s]", panel->label, unit);
	else
		snprintf(label, LABEL_LEN, "%s", panel->label);
}

/* Title, label, scale and unit of each panel, and the series drawn in it. */
static void script_panels(struct amk_script *script, const struct amk_table *table)
{
	static const char *const scales[] = { "log", "linear", "share" };
	const char *unit = script->plot->run[0].data.unit;
	const char *title[AMK_PANELS_MAX], *scale[AMK_PANELS_MAX], *units[AMK_PANELS_MAX];
	char label[AMK_PANELS_MAX][LABEL_LEN];
	const char *labels[AMK_PANELS_MAX];
	size_t nr = table->figure->nr_panels, p;
	const struct amk_panel *panel;

	for (p = 0; p < nr; p++) {
		panel = &table->figure->panel[p];
		title[p] = panel->title;
		scale[p] = scales[panel->scale];
		units[p] = panel->timed ? unit : "";
		label_word(panel, unit, label[p]);
		labels[p] = label[p];
	}
	fprintf(script->file, "nr_panels = %zu\n", nr);
	amk_script_texts(script, "panel_title", title, nr);
	amk_script_texts(script, "panel_label", labels, nr);
	amk_script_texts(script, "panel_scale", scale, nr);
	amk_script_texts(script, "panel_unit", units, nr);
}

/* Writes which series of each panel have a value in the panel's column at @offset. */
static void script_list(struct amk_script *script, const struct amk_table *table, const char *key,
			size_t offset, bool end)
{
	size_t nr = table->figure->nr_panels, p, b;

	fprintf(script->file, "array %s[%zu]\n", key, nr);
	for (p = 0; p < nr; p++) {
		const struct amk_panel *panel = &table->figure->panel[p];
		int column = *(const int *)((const char *)panel + offset);
		const char *space = "";

		fprintf(script->file, "%s[%zu] = '", key, p + 1);
		for (b = 0; b < table->nr; b++) {
			if (!amk_table_has(table, b, column, end ? AMK_SCALE_LOG : panel->scale))
				continue;
			fprintf(script->file, "%s%zu", space, b + 1);
			space = " ";
		}
		fputs("'\n", script->file);
	}
}

static void script_lists(struct amk_script *script, const struct amk_table *table)
{
	script_list(script, table, "lines_of", offsetof(struct amk_panel, line), false);
	script_list(script, table, "bands_of", offsetof(struct amk_panel, high), false);
	script_list(script, table, "points_of", offsetof(struct amk_panel, point), false);
	/* An end is 1 or 0: only the 1 is drawn, whatever the scale. */
	script_list(script, table, "ends_of", offsetof(struct amk_panel, end), true);
}

/* The more points there are, the smaller. */
static double point_size(const struct amk_table *table)
{
	size_t b, most = 0;

	for (b = 0; b < table->nr; b++)
		if (table->block[b].nr > most)
			most = table->block[b].nr;
	return most <= 16 ? 0.95 : most <= 32 ? 0.75 : 0.6;
}

/* A run's weight: the second is half the first, and later ones lie on the earlier ones slimmer. */
static double weight_of(const struct amk_plot *plot, const struct amk_series *s)
{
	return (s->thin ? 0.5 : 1) * (s->run - plot->run > 1 ? 0.6 : 1);
}

/*
 * Where two series have the same values the later one lies on the earlier: it is drawn slimmer,
 * so that both are seen. Over several runs the weight tells the run instead.
 */
static void script_series(struct amk_script *script, const struct amk_table *table)
{
	bool slimming = script->plot->nr_runs == 1 && table->nr > 1;
	double size = point_size(table), slim;
	const struct amk_series *s;
	size_t b;

	fprintf(script->file, "nr_series = %zu\narray series_label[%zu]\n", table->nr, table->nr);
	for (b = 0; b < table->nr; b++) {
		s = &table->block[b].series;
		slim = slimming ? (double)b / (double)(table->nr - 1) : 0.5;
		fprintf(script->file,
			"set linetype %zu lc rgb '#%06X' dt %s lw %.2f pt %u ps %.2f\n", b + 1,
			s->colour, s->dashed ? "(14,6)" : "1",
			weight_of(script->plot, s) * (4.2 - 1.8 * slim), s->point,
			size * (1.35 - 0.45 * slim));
		amk_script_item(script, "series_label", b, s->label);
	}
}

/* The signs that the figure uses whatever the series. */
static void script_signs(struct amk_script *script, const struct amk_table *table)
{
	double low = 0, high = 0;
	size_t p;

	for (p = 0; p < table->figure->nr_panels; p++)
		amk_table_range(table, table->figure->panel[p].end, &low, &high);
	fprintf(script->file, "nr_signs = %d\n", high > 0);
	amk_script_texts(script, "sign_label", (const char *[]){ "refused from the next size on" },
			 1);
	amk_script_numbers(script, "sign_point", (double[]){ 2 }, 1);
}

static void script_sizes(struct amk_script *script, const struct amk_table *table)
{
	u64 low = UINT64_MAX, high = 0;
	size_t b;

	for (b = 0; b < table->nr; b++) {
		const struct amk_block_rows *block = &table->block[b];

		if (block->size_bytes[0] < low)
			low = block->size_bytes[0];
		if (block->size_bytes[block->nr - 1] > high)
			high = block->size_bytes[block->nr - 1];
	}
	fprintf(script->file, "size_min = %.17g\nsize_max = %.17g\n", (double)low / 1.4,
		(double)high * 1.4);
}

/* Rounds and samples behind the points, over the runs. */
static void footer_word(const struct amk_table *table, char footer[AMK_PLOT_TEXT_LEN])
{
	double rounds[2] = { 0, 0 }, ops[2] = { 0, 0 };
	size_t c;

	for (c = 0; c < table->figure->nr_columns; c++) {
		if (table->figure->column[c].pick == AMK_PICK_ROUNDS)
			amk_table_range(table, (int)c, &rounds[0], &rounds[1]);
		if (table->figure->column[c].pick == AMK_PICK_EACH_OPS)
			amk_table_range(table, (int)c, &ops[0], &ops[1]);
	}
	c = (size_t)snprintf(footer, AMK_PLOT_TEXT_LEN, "%s", table->figure->note);
	if (rounds[0] < rounds[1])
		c += (size_t)snprintf(footer + c, AMK_PLOT_TEXT_LEN - c, " · %.0f to %.0f rounds",
				      rounds[0], rounds[1]);
	else
		c += (size_t)snprintf(footer + c, AMK_PLOT_TEXT_LEN - c, " · %.0f round%s",
				      rounds[1], rounds[1] == 1 ? "" : "s");
	if (ops[1] > 0)
		snprintf(footer + c, AMK_PLOT_TEXT_LEN - c, " · up to %.0f operations a point",
			 ops[1]);
}

static int figure_script(struct amk_plot *plot, const struct amk_table *table)
{
	char footer[AMK_PLOT_TEXT_LEN];
	struct amk_script script;
	int ret;

	footer_word(table, footer);
	ret = amk_script_begin(&script, plot, table->figure->name, table->figure->title, footer,
			       table->figure->timed);
	if (ret)
		return ret;
	script_sizes(&script, table);
	amk_script_marks(&script);
	script_series(&script, table);
	script_signs(&script, table);
	script_panels(&script, table);
	script_axes(&script, table);
	script_columns(&script, table);
	script_lists(&script, table);
	return amk_script_draw(&script, "lines.gp");
}

int amk_figure_draw(struct amk_plot *plot, const struct amk_plot_figure *figure)
{
	struct amk_table table;
	int ret = amk_table_collect(plot, figure, &table);

	if (ret)
		return ret;
	ret = amk_table_save(plot, &table);
	if (!ret)
		ret = figure_script(plot, &table);
	amk_table_free(&table);
	return ret;
}
