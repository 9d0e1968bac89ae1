// SPDX-License-Identifier: GPL-2.0-only
/*
 * The percentiles of single operations of the cells that a comparison shows. They are shown and not
 * judged: a verdict rests on the cost of a block, which one slow operation in a thousand does not
 * move.
 */
#include <math.h>
#include <stdlib.h>

#include "bench/compare.h"
#include "bench/compare_text.h"
#include "lib/user/bootstrap.h"
#include "lib/user/size.h"

/* The cells to show, and what the two runs have of each. */
struct shown {
	const struct amk_comparison_cell **cell;
	struct amk_each_wanted *base;
	struct amk_each_wanted *head;
	size_t count;
};

static void wanted_set(struct amk_each_wanted *wanted, const struct amk_comparison_cell *cell)
{
	wanted->side = cell->side;
	wanted->strategy = cell->strategy;
	wanted->workload = cell->workload;
	wanted->size_bytes = cell->size_bytes;
	wanted->metric = cell->metric->name;
}

static bool has_percentiles(const struct amk_comparison_cell *cell)
{
	return cell->method != AMK_METHOD_NONE && cell->metric->unit == AMK_UNIT_TICKS;
}

/* The cells that the table shows, in its order, which of them are timed. */
static int shown_make(struct shown *shown, const struct amk_comparison *c,
		      const struct amk_compare_view *view)
{
	size_t in_table = 0, i;

	shown->cell = amk_comparison_worst(c);
	shown->base = calloc(c->nr_cells + 1, sizeof(*shown->base));
	shown->head = calloc(c->nr_cells + 1, sizeof(*shown->head));
	shown->count = 0;
	if (!shown->cell || !shown->base || !shown->head)
		return -ENOMEM;
	for (i = 0; i < c->nr_cells; i++) {
		const struct amk_comparison_cell *cell = shown->cell[i];

		if (!amk_compare_shows(view, cell) || (view->limit && in_table == view->limit))
			continue;
		in_table++;
		if (!has_percentiles(cell))
			continue;
		wanted_set(&shown->base[shown->count], cell);
		wanted_set(&shown->head[shown->count], cell);
		shown->cell[shown->count++] = cell;
	}
	return 0;
}

static void shown_free(struct shown *shown)
{
	size_t i;

	for (i = 0; i < shown->count; i++) {
		amk_each_free(&shown->base[i].each);
		amk_each_free(&shown->head[i].each);
	}
	free(shown->base);
	free(shown->head);
	free(shown->cell);
}

static void shift_print(FILE *out, const struct amk_comparison_cell *cell, u32 percentile,
			const struct amk_percentile_shift *shift)
{
	char base[AMK_FIGURE_LEN], head[AMK_FIGURE_LEN], change[AMK_FIGURE_LEN];
	char low[AMK_FIGURE_LEN], high[AMK_FIGURE_LEN];

	fprintf(out, "  p%-4u %11s %11s %-5s %8s", percentile,
		amk_cost_text(cell, shift->base, base), amk_cost_text(cell, shift->head, head),
		cell->unit, amk_change_text(shift->ratio, change));
	if (isnan(shift->low))
		fputs("  -\n", out);
	else
		fprintf(out, "  %s .. %s\n", amk_change_text(shift->low, low),
			amk_change_text(shift->high, high));
}

static int cell_print(FILE *out, const struct shown *shown, size_t i, u64 seed)
{
	const struct amk_comparison_cell *cell = shown->cell[i];
	struct amk_percentile_shift shift[AMK_NR_PERCENTILES];
	char size[AMK_SIZE_TEXT_LEN];
	u32 k;
	int failed = amk_bootstrap_shift(&shown->base[i].each, &shown->head[i].each, seed, shift);

	if (failed)
		return failed;
	fprintf(out, "%s:%s %s %s %s\n", amk_side_names[cell->side], cell->strategy, cell->workload,
		amk_size_text(cell->size_bytes, size), cell->metric->name);
	for (k = 0; k < AMK_NR_PERCENTILES; k++)
		if (!isnan(shift[k].ratio))
			shift_print(out, cell, amk_percentiles[k], &shift[k]);
	if (isnan(shift[0].ratio) && isnan(shift[2].ratio))
		fputs("  too few operations were timed by themselves\n", out);
	return 0;
}

/* Reads the histograms of both runs. 0; 1: one keeps none, said on @out; -errno with a text. */
static int histograms_read(FILE *out, const struct amk_comparison *c, struct shown *shown,
			   char error[AMK_ERROR_LEN])
{
	const struct amk_costs *run = c->base;
	int failed =
		amk_each_read(run->path, run->run.ticks_per_unit, shown->base, shown->count, error);

	if (!failed) {
		run = c->head;
		failed = amk_each_read(run->path, run->run.ticks_per_unit, shown->head,
				       shown->count, error);
	}
	if (failed != -ENOENT)
		return failed;
	fprintf(out, "none: %s has no blocks.jsonl, as a baseline has none; give the run itself\n",
		run->path);
	return 1;
}

int amk_compare_percentiles(FILE *out, const struct amk_comparison *comparison,
			    const struct amk_compare_view *view, char error[AMK_ERROR_LEN])
{
	struct shown shown;
	int failed = shown_make(&shown, comparison, view);
	size_t i;

	snprintf(error, AMK_ERROR_LEN, "out of memory");
	fputs("\npercentiles of single operations, with 95 % intervals by bootstrap over rounds; "
	      "not judged\n",
	      out);
	if (!failed)
		failed = histograms_read(out, comparison, &shown, error);
	for (i = 0; i < shown.count && !failed; i++)
		failed = cell_print(out, &shown, i, view->seed);
	if (!failed && !shown.count)
		fputs("none: no cell with times is shown\n", out);
	shown_free(&shown);
	return failed < 0 ? failed : 0;
}
