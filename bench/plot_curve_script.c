// SPDX-License-Identifier: GPL-2.0-only
/*
 * A picture of curves written down: its table, and what plots/over.gp is told.
 */
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bench/plot_curve.h"
#include "lib/user/size.h"

/* ---- the table ---- */

static void row_write(FILE *f, const struct amk_curve_picture *p, const struct amk_curve_block *b,
		      const struct amk_curve_point *at)
{
	amk_tsv_cell(f, at->run, amk_curve_strategy(p, b), amk_curve_size(p, b));
	amk_tsv_number(f, at->x);
	amk_tsv_number(f, at->value);
	amk_tsv_number(f, at->low);
	amk_tsv_number(f, at->high);
	fprintf(f, "\t%u\n", at->rounds);
}

static void table_write(FILE *f, const struct amk_curve_picture *p)
{
	size_t b, i;

	fputs(AMK_TSV_CELL "\t", f);
	amk_tsv_field(f, p->over->fact);
	fputs("\tvalue\tlow\thigh\trounds\n", f);
	for (b = 0; b < p->nr_blocks; b++) {
		if (b)
			fputs("\n\n", f);
		for (i = 0; i < p->block[b].nr; i++)
			row_write(f, p, &p->block[b], &p->block[b].point[i]);
	}
}

int amk_curve_table(const struct amk_curve_picture *p)
{
	struct amk_tsv tsv;

	if (amk_tsv_begin(&tsv))
		return -ENOMEM;
	table_write(tsv.file, p);
	return amk_tsv_end(&tsv, p->over->plot, p->name);
}

/* ---- the axes ---- */

static void widen(struct amk_range *axis, double v, bool positive)
{
	if (isnan(v) || (positive && !(v > 0)))
		return;
	if (isnan(axis->low) || v < axis->low)
		axis->low = v;
	if (isnan(axis->high) || v > axis->high)
		axis->high = v;
}

/* One value axis for all panels: they show the same quantity. */
static struct amk_range value_axis(const struct amk_curve_picture *p)
{
	bool log = p->curve->scale == AMK_SCALE_LOG;
	struct amk_range axis = { NAN, NAN };
	size_t b, i;

	if (p->curve->scale == AMK_SCALE_SHARE)
		return (struct amk_range){ -0.03, 1.03 };
	for (b = 0; b < p->nr_blocks; b++) {
		for (i = 0; i < p->block[b].nr; i++) {
			widen(&axis, p->block[b].point[i].value, log);
			widen(&axis, p->block[b].point[i].low, log);
			widen(&axis, p->block[b].point[i].high, log);
		}
	}
	if (isnan(axis.low))
		axis = (struct amk_range){ 0, 0 };
	return log ? amk_range_log(axis) : amk_range_linear(axis);
}

/* Numbers that count and go far, such as threads, are doubled from one to the next. */
static bool x_doubles(const struct amk_range *x, bool whole)
{
	return whole && x->low > 0 && x->high >= 8 * x->low;
}

/* What an axis is called: what the fact is in words, or as it stands in the manifest. */
static const char *x_label(const char *fact)
{
	static const char *const known[][2] = {
		{ "index", "unusable free space index when the run began" },
	};
	size_t i;

	for (i = 0; i < AMK_ARRAY_SIZE(known); i++)
		if (!strcmp(known[i][0], fact))
			return known[i][1];
	return fact;
}

/* What lies in 0 to 1 is shown from 0 to 1: an index, a share. */
static void script_x(struct amk_script *script, const struct amk_curve_picture *p)
{
	struct amk_range x = { NAN, NAN };
	bool whole = true, doubles;
	double room;
	size_t r;

	for (r = 0; r < p->over->plot->nr_runs; r++) {
		widen(&x, p->over->x[r], false);
		whole = whole && p->over->x[r] == floor(p->over->x[r]);
	}
	doubles = x_doubles(&x, whole);
	room = (x.high - x.low) * 0.05;
	if (doubles)
		x = (struct amk_range){ x.low / 1.2, x.high * 1.2 };
	else if (!whole && x.low >= 0 && x.high <= 1)
		x = (struct amk_range){ -0.03, 1.03 };
	else
		x = (struct amk_range){ x.low - room, x.high + room };
	fprintf(script->file, "x_min = %.17g\nx_max = %.17g\nx_doubles = %d\nx_whole = %d\n", x.low,
		x.high, doubles, whole);
	amk_script_numbers(script, "x_at", p->over->x, p->over->plot->nr_runs);
	fprintf(script->file, "nr_x = %zu\n", p->over->plot->nr_runs);
	amk_script_text(script, "x_label", x_label(p->over->fact));
}

/* ---- the lines ---- */

/* From dark to light and from blue to yellow, told apart in grey too: larger sizes are lighter. */
static u32 ramp(size_t at, size_t nr)
{
	static const double stop[][3] = { { 0.27, 0.00, 0.33 },
					  { 0.23, 0.32, 0.55 },
					  { 0.13, 0.57, 0.55 },
					  { 0.37, 0.79, 0.38 },
					  { 0.90, 0.78, 0.10 } };
	double place = nr > 1 ? (double)at / (double)(nr - 1) * 4 : 0;
	size_t low = place >= 4 ? 3 : (size_t)place, i;
	u32 colour = 0;

	for (i = 0; i < 3; i++)
		colour = colour << 8 |
			 (u32)(255 * (stop[low][i] +
				      (place - (double)low) * (stop[low + 1][i] - stop[low][i])));
	return colour;
}

/* Later lines lie on earlier ones, slimmer, so that both are seen where they are the same. */
static void line_write(struct amk_script *script, size_t n, size_t nr, u32 colour, bool dashed,
		       u32 point, const char *label)
{
	double slim = nr > 1 ? (double)n / (double)(nr - 1) : 0.5;

	fprintf(script->file, "set linetype %zu lc rgb '#%06X' dt %s lw %.2f pt %u ps %.2f\n",
		n + 1, colour, dashed ? "(14,6)" : "1", 4.2 - 1.8 * slim, point, 1.3 - 0.45 * slim);
	amk_script_item(script, "series_label", n, label);
}

/* Sizes of both sides may have their panels side by side: a block says by itself whose it is. */
static void size_lines(struct amk_script *script, const struct amk_curve_picture *p)
{
	static const u32 points[] = { 7, 5, 9, 11, 13, 15 };
	char text[AMK_SIZE_TEXT_LEN];
	size_t i;

	for (i = 0; i < p->nr_lines; i++)
		line_write(script, i, p->nr_lines, ramp(i, p->nr_lines), false,
			   points[i % AMK_ARRAY_SIZE(points)],
			   amk_size_text(p->line[i].size_bytes, text));
}

/* Strategies look as they do in the other plots. */
static int strategy_lines(struct amk_script *script, const struct amk_curve_picture *p)
{
	static const struct amk_plot_figure figure;
	struct amk_table table = { .figure = &figure, .nr = p->nr_lines };
	struct amk_plot plot = { .run = p->over->plot->run, .nr_runs = 1 };
	const struct amk_series *s;
	size_t i;

	table.block = calloc(p->nr_lines, sizeof(*table.block));
	if (!table.block)
		return -ENOMEM;
	for (i = 0; i < p->nr_lines; i++) {
		table.block[i].series.run = plot.run;
		table.block[i].series.strategy = p->line[i].strategy;
	}
	amk_series_style(&plot, &table);
	for (i = 0; i < p->nr_lines; i++) {
		s = &table.block[i].series;
		line_write(script, i, p->nr_lines, s->colour, s->dashed, s->point, s->label);
	}
	free(table.block);
	return 0;
}

static int script_lines(struct amk_script *script, const struct amk_curve_picture *p)
{
	fprintf(script->file, "nr_series = %zu\narray series_label[%zu]\n", p->nr_lines,
		p->nr_lines);
	if (p->line[0].strategy)
		return strategy_lines(script, p);
	size_lines(script, p);
	return 0;
}

static void script_panels(struct amk_script *script, const struct amk_curve_picture *p)
{
	char title[64], size[AMK_SIZE_TEXT_LEN];
	size_t i;

	fprintf(script->file, "nr_panels = %zu\narray panel_title[%zu]\n", p->nr_panels,
		p->nr_panels);
	for (i = 0; i < p->nr_panels; i++) {
		const struct amk_strategy *strategy = p->panel[i].strategy;

		if (strategy)
			snprintf(title, sizeof(title), "%s (%s)", strategy->name,
				 amk_side_names[strategy->side]);
		else
			snprintf(title, sizeof(title), "%s%s",
				 p->panel[i].size_bytes ? "size " : "",
				 p->panel[i].size_bytes ?
					 amk_size_text(p->panel[i].size_bytes, size) :
					 "");
		amk_script_item(script, "panel_title", i, title);
	}
}

/* Which block is which line in which panel. */
static void script_blocks(struct amk_script *script, const struct amk_curve_picture *p)
{
	double panel[AMK_CURVE_LINES_MAX * AMK_PANELS_MAX],
		line[AMK_CURVE_LINES_MAX * AMK_PANELS_MAX],
		dashed[AMK_CURVE_LINES_MAX * AMK_PANELS_MAX];
	size_t b;

	for (b = 0; b < p->nr_blocks; b++) {
		panel[b] = (double)p->block[b].panel + 1;
		line[b] = (double)p->block[b].line + 1;
		dashed[b] = amk_curve_strategy(p, &p->block[b])->side == AMK_SIDE_kernel;
	}
	fprintf(script->file, "nr_blocks = %zu\n", p->nr_blocks);
	amk_script_numbers(script, "block_panel", panel, p->nr_blocks);
	amk_script_numbers(script, "block_line", line, p->nr_blocks);
	amk_script_numbers(script, "block_dashed", dashed, p->nr_blocks);
}

/* ---- the picture ---- */

static bool is_timed(const struct amk_curve *curve)
{
	return amk_metrics[curve->metric].unit == AMK_UNIT_TICKS &&
	       curve->of != AMK_CURVE_EFFICIENCY && curve->of != AMK_CURVE_SHARE;
}

/* Whether it follows from how long something took, which an emulator makes up. */
static bool is_of_time(const struct amk_curve *curve)
{
	return is_timed(curve) || amk_metrics[curve->metric].unit == AMK_UNIT_OPS;
}

static void script_values(struct amk_script *script, const struct amk_curve_picture *p)
{
	static const char *const scales[] = { "log", "linear", "share" };
	const char *unit = is_timed(p->curve) ? p->over->plot->run[0].data.unit : "";
	/* The tics of a log axis of ns say their units themselves. */
	bool told = !*unit || (p->curve->scale == AMK_SCALE_LOG && !strcmp(unit, "ns"));
	const char *counted = "si"; /* 1 k, 1 M */
	struct amk_range axis = value_axis(p);
	char label[256];

	snprintf(label, sizeof(label), told ? "%s" : "%s [%s]", p->curve->label, unit);
	amk_script_text(script, "value_label", label);
	amk_script_text(script, "value_scale", scales[p->curve->scale]);
	amk_script_texts(script, "panel_unit", *unit ? &unit : &counted, 1);
	amk_script_numbers(script, "panel_min", &axis.low, 1);
	amk_script_numbers(script, "panel_max", &axis.high, 1);
}

static void footer_word(const struct amk_curve_picture *p, char footer[AMK_PLOT_TEXT_LEN])
{
	u32 least = UINT32_MAX, most = 0;
	char rounds[64];
	size_t b, i;

	for (b = 0; b < p->nr_blocks; b++) {
		for (i = 0; i < p->block[b].nr; i++) {
			u32 n = p->block[b].point[i].rounds;

			least = n < least ? n : least;
			most = n > most ? n : most;
		}
	}
	if (least < most)
		snprintf(rounds, sizeof(rounds), "%u to %u rounds", least, most);
	else
		snprintf(rounds, sizeof(rounds), "%u round%s", most, most == 1 ? "" : "s");
	snprintf(footer, AMK_PLOT_TEXT_LEN, "%s · a point a run, %zu runs · %s", p->curve->note,
		 p->over->plot->nr_runs, rounds);
}

int amk_curve_script(const struct amk_curve_picture *p)
{
	char footer[AMK_PLOT_TEXT_LEN], title[256];
	struct amk_script script;
	int ret;

	footer_word(p, footer);
	snprintf(title, sizeof(title), "%s, over %s", p->curve->title, p->over->fact);
	ret = amk_script_begin(&script, p->over->plot, p->name, title, footer,
			       is_of_time(p->curve));
	if (ret)
		return ret;
	script_x(&script, p);
	script_values(&script, p);
	script_panels(&script, p);
	script_blocks(&script, p);
	ret = script_lines(&script, p);
	if (!ret)
		return amk_script_draw(&script, "over.gp");
	fclose(script.file);
	free(script.text);
	return ret;
}
