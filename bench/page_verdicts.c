// SPDX-License-Identifier: GPL-2.0-only
/*
 * The runs of a page against those before them: what has regressed or improved more than chance
 * would have it. Runs that may not be compared are not, and the page says why.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "bench/command.h"
#include "bench/compare_text.h"
#include "bench/page.h"
#include "bench/report.h"
#include "lib/user/comparison.h"

/* Cells of one pair that the page shows; compare shows them all. */
#define SHOWN_MAX 200

static const struct amk_page_column cell_columns[] = {
	{ .name = "strategy", .heads = true },
	{ .name = "side", .choice = true },
	{ .name = "verdict", .choice = true },
	{ .name = "workload", .choice = true },
	{ .name = "size", .number = true },
	{ .name = "metric", .choice = true },
	{ .name = "base", .number = true },
	{ .name = "head", .number = true },
	{ .name = "unit" },
	{ .name = "change", .number = true },
	{ .name = "interval" },
	{ .name = "p", .number = true },
	{ .name = "rounds" },
	{ .name = "least" },
	{ .name = "why", .wide = true },
};

static void cell_row(struct amk_page *page, const struct amk_comparison *c,
		     const struct amk_comparison_cell *cell)
{
	char figure[AMK_FIGURE_LEN];

	page->form->row(page);
	amk_page_cell(page, cell->strategy);
	amk_page_cell(page, amk_side_names[cell->side]);
	amk_page_cell(page, amk_verdict_name(cell->verdict));
	amk_page_cell(page, cell->workload);
	amk_page_size(page, cell->size_bytes);
	amk_page_cell(page, cell->metric ? cell->metric->name : NULL);
	amk_page_cell(page, amk_cost_text(cell, cell->base_cost, figure));
	amk_page_cell(page, amk_cost_text(cell, cell->head_cost, figure));
	amk_page_cell(page, cell->metric ? cell->unit : NULL);
	page->form->cell(page, amk_change_text(cell->ratio, figure),
			 isfinite(cell->ratio) ? cell->ratio : NAN);
	amk_page_cell(page, amk_interval_text(c, cell, figure));
	amk_page_cell(page, amk_p_text(cell, figure));
	amk_page_cellf(page, "%u, %u", cell->base_rounds, cell->head_rounds);
	amk_page_cell(page, amk_mde_text(cell, figure));
	amk_page_cell(page, cell->why);
	page->form->row_end(page);
}

/* Shows the cells that differ, worst first. 0 or -ENOMEM. */
static int cells_write(struct amk_page *page, const struct amk_comparison *c, size_t base,
		       size_t head)
{
	static const struct amk_compare_view view = { 0 };
	const struct amk_comparison_cell **worst = amk_comparison_worst(c);
	char id[32], caption[128];
	struct amk_page_table table = { .id = id,
					.caption = caption,
					.column = cell_columns,
					.nr_columns = AMK_ARRAY_SIZE(cell_columns),
					.handled = true,
					.large = true };
	size_t shown = 0, hidden = 0, i;
	size_t most = page->form->pictures ? SHOWN_MAX : SHOWN_MAX / 10;

	if (!worst) {
		amk_fail("out of memory");
		return -ENOMEM;
	}
	snprintf(id, sizeof(id), "verdicts-%zu", head + 1);
	snprintf(caption, sizeof(caption), "Run %zu against run %zu, what differs, worst first",
		 head + 1, base + 1);
	for (i = 0; i < c->nr_cells; i++) {
		if (!amk_compare_shows(&view, worst[i]))
			continue;
		if (shown == most) {
			hidden++;
			continue;
		}
		if (!shown++)
			page->form->table(page, &table);
		cell_row(page, c, worst[i]);
	}
	if (shown)
		page->form->table_end(page);
	else
		amk_page_text(page, "No cell differs.");
	if (hidden)
		amk_page_text(page, "%zu more differ: allocmark compare --limit=0 shows them.",
			      hidden);
	free(worst);
	return 0;
}

static void counts_write(struct amk_page *page, const struct amk_comparison *c)
{
	char text[512] = "";
	size_t len = 0;
	int v;

	for (v = 0; v < AMK_NR_VERDICTS; v++)
		if (c->count[v])
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%zu %s",
						len ? ", " : "", c->count[v], amk_verdict_name(v));
	amk_page_text(page,
		      "%zu cells: %s. Margin %g %%, tolerance %g %% of exact ones, false discovery "
		      "rate %g over the %zu compared by ranks; a sample is a round.",
		      c->nr_cells, text, 100 * c->options.margin, 100 * c->options.tolerance,
		      c->options.q, c->nr_tested);
	if (!c->nr_decidable)
		amk_page_caution(page,
				 "Too few rounds for a verdict on any cell: measure at least %u in "
				 "each run.",
				 c->rounds_needed);
}

static int pair_write(struct amk_page *page, size_t head)
{
	const struct amk_page_pair *pair = &page->pair[head];
	char title[2 * AMK_PAGE_TAG_LEN + 16], tag[2][AMK_PAGE_TAG_LEN];

	snprintf(title, sizeof(title), "%s against %s", amk_page_tag(page, head, tag[0]),
		 amk_page_tag(page, pair->base, tag[1]));
	page->form->heading(page, title);
	counts_write(page, &pair->comparison);
	return cells_write(page, &pair->comparison, pair->base, head);
}

static const struct amk_page_column not_columns[] = {
	{ .name = "run", .heads = true },
	{ .name = "why it is not compared", .wide = true },
};

static void not_compared_write(struct amk_page *page)
{
	static const struct amk_page_table table = {
		.id = "not-compared",
		.caption = "Runs without a verdict: with none before them they may be compared",
		.column = not_columns,
		.nr_columns = AMK_ARRAY_SIZE(not_columns),
	};
	char tag[AMK_PAGE_TAG_LEN];
	bool any = false;
	size_t i;

	for (i = 1; i < page->nr_runs; i++) {
		if (page->pair[i].made)
			continue;
		if (!any)
			page->form->table(page, &table);
		any = true;
		page->form->row(page);
		amk_page_cell(page, amk_page_tag(page, i, tag));
		amk_page_cell(page, page->pair[i].why);
		page->form->row_end(page);
	}
	if (any)
		page->form->table_end(page);
}

int amk_page_verdicts(struct amk_page *page)
{
	size_t i;
	int ret = amk_page_pairs_make(page);

	if (ret)
		return ret;
	not_compared_write(page);
	for (i = 1; !ret && i < page->nr_runs; i++)
		if (page->pair[i].made)
			ret = pair_write(page, i);
	return ret;
}
