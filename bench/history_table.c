// SPDX-License-Identifier: GPL-2.0-only
/*
 * A history at the terminal and as TSV.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/history.h"
#include "bench/sheet.h"

#define PERCENT_LEN 32

/* "+12.3 %", "from 0", "to 0". */
static const char *percent_text(const struct amk_change *c, char text[PERCENT_LEN])
{
	if (c->before > 0 && c->after > 0)
		snprintf(text, PERCENT_LEN, "%+.1f %%", 100 * (c->after / c->before - 1));
	else
		snprintf(text, PERCENT_LEN, c->after > 0 ? "from 0" : "to 0");
	return text;
}

static const char *chance_text(const struct amk_change *c, char text[PERCENT_LEN])
{
	if (c->alpha > 0)
		snprintf(text, PERCENT_LEN, "<%g", c->alpha);
	else
		snprintf(text, PERCENT_LEN, "exact");
	return text;
}

/* ---- the terminal ---- */

static void row_print(const struct amk_history_item *item)
{
	const struct amk_cost_cell *key = &item->cell->key;
	const struct amk_change *c = item->change;
	const char *unit = amk_metric_unit(key->metric, item->group->first.unit);
	char percent[PERCENT_LEN], chance[PERCENT_LEN], size[AMK_SIZE_TEXT_LEN];

	printf("%-9s  %8s  %-6s  %-20s  %-13s  %8s  %-14s", amk_history_verdict(item),
	       c ? percent_text(c, percent) : "", amk_side_names[key->side], key->strategy,
	       key->workload, amk_size_text(key->size_bytes, size), key->metric->name);
	if (c) {
		const struct amk_history_run *run = &item->group->run[c->at];

		printf("  %10.4g -> %-10.4g %-5s  %-7s  %s %s  %s", c->before, c->after, unit,
		       chance_text(c, chance), run->id, run->created, run->kernel);
		if (item->cell->nr_changes > 1)
			printf("  (%zu changes)", item->cell->nr_changes);
	}
	putchar('\n');
}

static void head_print(void)
{
	printf("%-9s  %8s  %-6s  %-20s  %-13s  %8s  %-14s  %10s    %-10s %-5s  %-7s  %s\n",
	       "latest", "change", "side", "strategy", "workload", "size", "metric", "before",
	       "after", "unit", "chance", "since run, its date, its kernel");
}

static void counts_print(const struct amk_history_item *item, size_t nr,
			 const struct amk_history_group *g)
{
	static const char *const names[] = { "regressed", "changed", "improved" };
	size_t i, n;

	for (n = 0; n < AMK_ARRAY_SIZE(names); n++) {
		size_t count = 0;

		for (i = 0; i < nr; i++)
			count += !strcmp(amk_history_verdict(&item[i]), names[n]);
		printf("%zu %s, ", count, names[n]);
	}
	for (i = 0, n = 0; i < g->nr_cells; i++)
		n += g->cell[i].key.metric && g->cell[i].nr_runs;
	printf("of %zu series\n", n);
}

/* What the reader must know to judge the table. */
static void notes_print(const struct amk_history_view *view, const struct amk_history_group *g)
{
	size_t least = amk_cusum_least(view->options.level);

	if (!strcmp(g->first.environment, "guest-tcg"))
		printf("nanoseconds of guest-tcg are emulation time and say nothing about "
		       "hardware\n");
	if (g->nr_runs < least)
		printf("too few runs: by ranks a change shows from %zu runs on "
		       "(--alpha=%g); exact series show each step\n",
		       least, amk_cusum_alphas[view->options.level]);
}

static void group_head(const struct amk_history_group *g)
{
	printf("%s, %s: %zu run%s", g->first.machine, g->first.environment, g->nr_runs,
	       g->nr_runs == 1 ? "" : "s");
	if (g->nr_runs > 1)
		printf(", %s to %s", g->run[0].created, g->run[g->nr_runs - 1].created);
	printf(", kernel %s\n", g->run[g->nr_runs - 1].kernel);
	if (g->apart[0])
		printf("apart from the first, for: %s\n", g->apart);
}

static int group_print(const struct amk_history_view *view, const struct amk_history_group *g)
{
	size_t i, nr, shown;
	struct amk_history_item *item = amk_history_items(view, g, &nr);

	if (!item)
		return -ENOMEM;
	group_head(g);
	notes_print(view, g);
	shown = view->limit && view->limit < nr ? view->limit : nr;
	if (shown)
		head_print();
	for (i = 0; i < shown; i++)
		row_print(&item[i]);
	if (shown < nr)
		printf("... and %zu more: --limit=0 shows all\n", nr - shown);
	counts_print(item, nr, g);
	free(item);
	return 0;
}

int amk_history_table(const struct amk_history_view *view)
{
	const struct amk_history *h = &view->history;
	size_t i;

	for (i = 0; i < h->nr_groups; i++) {
		if (i)
			putchar('\n');
		if (group_print(view, h->group[i]))
			return -ENOMEM;
	}
	if (h->left_out)
		printf("\n%zu more had the id of a run that is in it already\n", h->left_out);
	return 0;
}

/* ---- TSV ---- */

static const char *const columns[] = {
	"group",      "machine", "environment", "side",	   "strategy", "workload",
	"size_bytes", "metric",	 "unit",	"better",  "verdict",  "runs",
	"change",     "changes", "run",		"created", "kernel",   "path",
	"before",     "after",	 "ratio",	"worse",   "chance",
};

static void change_write(struct amk_sheet *sheet, const struct amk_history_group *g,
			 const struct amk_change *c)
{
	const struct amk_history_run *run = &g->run[c->at];

	amk_sheet_text(sheet, run->id);
	amk_sheet_text(sheet, run->created);
	amk_sheet_text(sheet, run->kernel);
	amk_sheet_text(sheet, run->path);
	amk_sheet_number(sheet, c->before);
	amk_sheet_number(sheet, c->after);
	amk_sheet_number(sheet, c->before > 0 ? c->after / c->before : NAN);
}

static void row_write(struct amk_sheet *sheet, size_t group, const struct amk_history_item *item,
		      size_t at)
{
	static const char *const better[] = {
		[AMK_BETTER_LOWER] = "lower",
		[AMK_BETTER_HIGHER] = "higher",
		[AMK_BETTER_NEITHER] = "neither",
	};
	const struct amk_cost_cell *key = &item->cell->key;
	struct amk_history_item of = *item;
	char chance[PERCENT_LEN];
	u32 i;

	of.change = item->change ? &item->cell->change[at] : NULL;
	of.worse = of.change ? amk_history_worse(of.cell, of.change) : NAN;
	amk_sheet_count(sheet, group);
	amk_sheet_text(sheet, item->group->first.machine);
	amk_sheet_text(sheet, item->group->first.environment);
	amk_sheet_text(sheet, amk_side_names[key->side]);
	amk_sheet_text(sheet, key->strategy);
	amk_sheet_text(sheet, key->workload);
	amk_sheet_count(sheet, key->size_bytes);
	amk_sheet_text(sheet, key->metric->name);
	amk_sheet_text(sheet, amk_metric_unit(key->metric, item->group->first.unit));
	amk_sheet_text(sheet, better[key->metric->better]);
	amk_sheet_text(sheet, amk_history_verdict(&of));
	amk_sheet_count(sheet, item->cell->nr_runs);
	amk_sheet_count(sheet, of.change ? at + 1 : 0);
	amk_sheet_count(sheet, item->cell->nr_changes);
	if (of.change)
		change_write(sheet, item->group, of.change);
	for (i = 0; !of.change && i < 7; i++)
		amk_sheet_text(sheet, "");
	amk_sheet_number(sheet, isfinite(of.worse) ? of.worse : NAN);
	amk_sheet_text(sheet, of.change ? chance_text(of.change, chance) : "");
	amk_sheet_end(sheet);
}

int amk_history_tsv(const struct amk_history_view *view)
{
	const struct amk_history *h = &view->history;
	struct amk_sheet sheet = { .file = stdout };
	size_t g, i, c, nr;

	for (i = 0; i < AMK_ARRAY_SIZE(columns); i++)
		amk_sheet_text(&sheet, columns[i]);
	amk_sheet_end(&sheet);
	for (g = 0; g < h->nr_groups; g++) {
		struct amk_history_item *item = amk_history_items(view, h->group[g], &nr);

		if (!item)
			return -ENOMEM;
		for (i = 0; i < nr; i++)
			for (c = 0; c < item[i].cell->nr_changes || !c; c++)
				row_write(&sheet, g + 1, &item[i], c);
		free(item);
	}
	return 0;
}
