// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two plots of translation: page walks a load and what a load costs against size, measured solid
 * and modelled dashed, with lines where the TLB's reach ends; and by what entries each range is
 * mapped, as stacked bars.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/plot.h"
#include "bench/translation.h"
#include "lib/user/size.h"
#include "lib/user/tlb_geometry.h"

#define MARKS_MAX 6
#define BARS_MAX 36

/* ---- walks and cost against size ---- */

enum { MODEL_PPM, WALKS, MISSES, LOAD, DENSE, ROUNDS, MODEL, MEASURED };

static double modelled(const double *row)
{
	return row[MODEL_PPM] / 1e6;
}

/* Walks where the processor counts them, else what it calls a miss. */
static double measured(const double *row)
{
	return isnan(row[WALKS]) ? row[MISSES] : row[WALKS];
}

#define COUNTED(name, id)                                                  \
	{                                                                  \
		name, false, "chase", AMK_METRIC_##id, AMK_PICK_COST, NULL \
	}
static const struct amk_column walk_columns[] = {
	COUNTED("model_per_million", dtlb_misses_model),
	COUNTED("walks_counted", walks),
	COUNTED("misses_counted", dtlb_load_misses),
	{ "load_page", true, "chase", AMK_METRIC_lat_load_page, AMK_PICK_COST, NULL },
	{ "load_dense", true, "chase", AMK_METRIC_lat_load_dense, AMK_PICK_COST, NULL },
	{ "rounds", false, "chase", AMK_METRIC_lat_load_page, AMK_PICK_ROUNDS, NULL },
	{ "model", false, NULL, 0, 0, modelled },
	{ "measured", false, NULL, 0, 0, measured },
};
/* What makes a series worth a line: the model's walks, or counted ones. */
static const struct amk_panel walk_panels[] = {
	{ "", "", AMK_SCALE_LINEAR, false, -1, MODEL, -1, -1, -1 },
	{ "", "", AMK_SCALE_LINEAR, false, -1, MEASURED, -1, -1, -1 },
};
static const enum amk_strategy_id ids[] = {
	AMK_STRATEGY_ID_user_malloc,	     AMK_STRATEGY_ID_user_mmap,
	AMK_STRATEGY_ID_user_mmap_thp,	     AMK_STRATEGY_ID_user_hugetlb_2m,
	AMK_STRATEGY_ID_kernel_kmalloc,	     AMK_STRATEGY_ID_kernel_vmalloc,
	AMK_STRATEGY_ID_kernel_vmalloc_huge,
};

static void figure_set(struct amk_plot_figure *figure)
{
	size_t i;

	memset(figure, 0, sizeof(*figure));
	snprintf(figure->name, sizeof(figure->name), "translation");
	figure->timed = true;
	figure->mapped = true;
	figure->column = walk_columns;
	figure->nr_columns = AMK_ARRAY_SIZE(walk_columns);
	figure->panel = walk_panels;
	figure->nr_panels = AMK_ARRAY_SIZE(walk_panels);
	for (i = 0; i < AMK_ARRAY_SIZE(ids); i++)
		figure->strategy[figure->nr_strategies++] = &amk_strategies[ids[i]];
}

/* Where the reach of @level for a page size ends, once each place. */
static size_t mark_add(const struct amk_tlb *tlb, u32 level, u32 shift, double *at,
		       char text[MARKS_MAX][64], size_t nr)
{
	u64 reach = amk_tlb_reach(tlb, level, shift);
	char page[AMK_SIZE_TEXT_LEN], whole[AMK_SIZE_TEXT_LEN];
	size_t i;

	for (i = 0; i < nr; i++)
		if (at[i] == (double)reach)
			return nr;
	if (!reach || nr == MARKS_MAX)
		return nr;
	at[nr] = (double)reach;
	snprintf(text[nr], sizeof(text[nr]), "level %u: %u × %siB = %siB", level,
		 amk_tlb_holds(tlb, level, shift), amk_size_text(1ULL << shift, page),
		 amk_size_text(reach, whole));
	return nr + 1;
}

static void script_reach(struct amk_script *script, const struct amk_run_data *data)
{
	char error[AMK_TLB_ERROR_LEN], text[MARKS_MAX][64];
	const char *texts[MARKS_MAX], *spec;
	double at[MARKS_MAX];
	struct amk_tlb tlb;
	size_t i, nr = 0;
	bool given;

	spec = amk_translation_tlb(data, &given);
	if (spec && !amk_tlb_parse(spec, &tlb, error)) {
		nr = mark_add(&tlb, 1, 12, at, text, nr);
		nr = mark_add(&tlb, 2, 12, at, text, nr);
		nr = mark_add(&tlb, 1, 21, at, text, nr);
		nr = mark_add(&tlb, 2, 21, at, text, nr);
	}
	for (i = 0; i < nr; i++)
		texts[i] = text[i];
	fprintf(script->file, "nr_reach = %zu\n", nr);
	amk_script_numbers(script, "reach_at", at, nr);
	amk_script_texts(script, "reach_text", texts, nr);
}

static void script_series(struct amk_script *script, const struct amk_table *table)
{
	const struct amk_series *s;
	size_t b;

	fprintf(script->file, "nr_series = %zu\narray series_label[%zu]\n", table->nr, table->nr);
	for (b = 0; b < table->nr; b++) {
		s = &table->block[b].series;
		fprintf(script->file,
			"set linetype %zu lc rgb '#%06X' dt 1 lw %.2f pt %u ps %.2f\n", b + 1,
			s->colour, 4.2 - 2.2 * (double)b / (double)table->nr, s->point,
			1.5 - 0.8 * (double)b / (double)table->nr);
		amk_script_item(script, "series_label", b, s->label);
	}
}

/* Writes which series have a number in @column, as words. */
static void script_list(struct amk_script *script, const struct amk_table *table, const char *key,
			int column, enum amk_scale scale)
{
	size_t b;

	fprintf(script->file, "%s = '", key);
	for (b = 0; b < table->nr; b++)
		if (amk_table_has(table, b, column, scale))
			fprintf(script->file, "%zu ", b + 1);
	fputs("'\n", script->file);
}

static void script_ranges(struct amk_script *script, const struct amk_table *table)
{
	double low = 0, high = 0, size_low = INFINITY, size_high = 0;
	size_t b;

	for (b = 0; b < table->nr; b++) {
		size_low = fmin(size_low, (double)table->block[b].size_bytes[0]);
		size_high =
			fmax(size_high, (double)table->block[b].size_bytes[table->block[b].nr - 1]);
	}
	amk_table_range(table, LOAD, &low, &high);
	fprintf(script->file, "size_min = %.17g\nsize_max = %.17g\n", size_low / 1.4,
		size_high * 1.4);
	amk_script_numbers(script, "panel_min", (double[]){ -0.03, low > 0 ? low / 1.5 : 0.1 }, 2);
	amk_script_numbers(script, "panel_max", (double[]){ 1.12, high > 0 ? high * 2 : 10 }, 2);
}

static int walks_draw(struct amk_plot *plot, const struct amk_table *table)
{
	const char *unit = plot->run[0].data.unit;
	struct amk_script script;
	char label[64];
	int ret;

	ret = amk_script_begin(&script, plot, "translation",
			       "Translation: page walks a load, and what the load costs",
			       "dependent loads, one line a page, along one random cycle · dashed:"
			       " model (LRU) · solid: counted · dotted: where the TLB's"
			       " reach ends · median of rounds",
			       true);
	if (ret)
		return ret;
	script_ranges(&script, table);
	script_reach(&script, &plot->run[0].data);
	script_series(&script, table);
	snprintf(label, sizeof(label), "one dependent load [%s]", unit);
	amk_script_texts(&script, "panel_label", (const char *[]){ "page walks a load", label }, 2);
	amk_script_texts(&script, "panel_unit", (const char *[]){ "", unit }, 2);
	fprintf(script.file, "model_column = %d\nmeasured_column = %d\nload_column = %d\n",
		AMK_TSV_CELL_COLUMNS + 1 + MODEL, AMK_TSV_CELL_COLUMNS + 1 + MEASURED,
		AMK_TSV_CELL_COLUMNS + 1 + LOAD);
	script_list(&script, table, "models", MODEL, AMK_SCALE_LINEAR);
	script_list(&script, table, "measured", MEASURED, AMK_SCALE_LINEAR);
	script_list(&script, table, "loads", LOAD, AMK_SCALE_LOG);
	return amk_script_draw(&script, "translation.gp");
}

int amk_plot_translation(struct amk_plot *plot)
{
	struct amk_plot_figure figure;
	struct amk_table table;
	int ret;

	if (plot->units_differ)
		return 0;
	figure_set(&figure);
	ret = amk_table_collect(plot, &figure, &table);
	if (ret)
		return ret;
	ret = amk_table_save(plot, &table);
	if (!ret)
		ret = walks_draw(plot, &table);
	amk_table_free(&table);
	return ret;
}

/* ---- mapping levels ---- */

#define NR_LEVELS 4

struct bar {
	const struct amk_plot_run *run;
	const struct amk_strategy *strategy;
	u64 size_bytes;
	double share[NR_LEVELS];
};

/* The shares of a cell by level, from chase or else from contig; false: not known. */
static bool bar_fill(struct bar *bar)
{
	static const char *const workloads[] = { "chase", "contig" };
	const struct amk_summary *s;
	size_t w, i;
	double sum;

	for (w = 0; w < AMK_ARRAY_SIZE(workloads); w++) {
		for (sum = 0, i = 0; i < NR_LEVELS; i++) {
			s = amk_summary_find(bar->run->summary, bar->run->nr_summary,
					     bar->strategy->side, bar->strategy->name, workloads[w],
					     bar->size_bytes, AMK_METRIC_frames_4k + i);
			if (!s || s->status != AMK_STATUS_OK)
				break;
			bar->share[i] = s->cost;
			sum += s->cost;
		}
		for (i = 0; i < NR_LEVELS && sum > 0; i++)
			bar->share[i] /= sum;
		if (sum > 0)
			return true;
	}
	return false;
}

static size_t bars_collect(const struct amk_plot *plot, struct bar bar[BARS_MAX])
{
	static const u64 sizes[] = { 64 << 10, 2 << 20, 4 << 20, 16 << 20, 64 << 20 };
	size_t i, k, r, nr = 0;

	for (i = 0; i < AMK_ARRAY_SIZE(ids); i++)
		for (k = 0; k < AMK_ARRAY_SIZE(sizes); k++)
			for (r = 0; r < plot->nr_runs && nr < BARS_MAX; r++) {
				bar[nr] = (struct bar){ .run = &plot->run[r],
							.strategy = &amk_strategies[ids[i]],
							.size_bytes = sizes[k] };
				nr += bar_fill(&bar[nr]);
			}
	return nr;
}

static void bar_label(const struct amk_plot *plot, const struct bar *bar, char *text, size_t len)
{
	char size[AMK_SIZE_TEXT_LEN];

	snprintf(text, len, "%s (%s%s%.60s) %siB", bar->strategy->name,
		 amk_side_names[bar->strategy->side], plot->nr_runs > 1 ? ", " : "",
		 plot->nr_runs > 1 ? bar->run->label : "", amk_size_text(bar->size_bytes, size));
}

static int bars_save(struct amk_plot *plot, const struct bar *bar, size_t nr)
{
	struct amk_tsv tsv;
	size_t i, k;
	FILE *f;

	if (amk_tsv_begin(&tsv))
		return -ENOMEM;
	f = tsv.file;
	fputs("row\trun\tside\tstrategy\tsize_bytes\tshare_4k\tshare_64k\tshare_2m\tshare_1g\n", f);
	for (i = 0; i < nr; i++) {
		fprintf(f, "%zu\t", i + 1);
		amk_tsv_field(f, bar[i].run->name);
		fprintf(f, "\t%s\t%s\t%llu", amk_side_names[bar[i].strategy->side],
			bar[i].strategy->name, (unsigned long long)bar[i].size_bytes);
		for (k = 0; k < NR_LEVELS; k++)
			amk_tsv_number(f, bar[i].share[k]);
		fputc('\n', f);
	}
	return amk_tsv_end(&tsv, plot, "levels");
}

int amk_plot_levels(struct amk_plot *plot)
{
	struct bar bar[BARS_MAX];
	size_t i, nr = bars_collect(plot, bar);
	struct amk_script script;
	char label[160];
	int ret;

	if (!nr)
		return -ENODATA;
	ret = bars_save(plot, bar, nr);
	if (!ret)
		ret = amk_script_begin(
			&script, plot, "levels",
			"Mapping: by what size of entry each range is mapped",
			"share of the range's pages once it is touched · kernel: page"
			" tables · user space: /proc/self/smaps",
			false);
	if (ret)
		return ret;
	fprintf(script.file, "nr_rows = %zu\narray row_label[%zu]\n", nr, nr);
	for (i = 0; i < nr; i++) {
		bar_label(plot, &bar[i], label, sizeof(label));
		amk_script_item(&script, "row_label", i, label);
	}
	return amk_script_draw(&script, "levels.gp");
}
