// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a page comes to, before anything else is read: where its runs were made, whether they may
 * stand side by side, what was found, and how much has no number. Each figure here is told in full
 * by a section further down.
 */
#include <stdlib.h>
#include <string.h>

#include "bench/cell_name.h"
#include "bench/compare_text.h"
#include "bench/page.h"

/* ---- where ---- */

/* One line for each environment and kernel: which runs, and where. */
static void places_write(struct amk_page *page)
{
	char numbers[AMK_PAGE_NUMBERS_LEN];
	size_t run[AMK_PAGE_COLUMNS_MAX], r, i, nr;
	const struct amk_run_data *a, *b;

	for (r = 0; r < page->nr_runs; r++) {
		a = &page->run[r].data;
		for (i = 0, nr = 0; i < page->nr_runs && nr < AMK_PAGE_COLUMNS_MAX; i++) {
			b = &page->run[i].data;
			if (!strcmp(a->environment, b->environment) &&
			    !strcmp(a->kernel, b->kernel) && !strcmp(a->machine, b->machine) &&
			    !strcmp(a->unit, b->unit))
				run[nr++] = i;
		}
		/* Told with the first of them. */
		if (run[0] != r)
			continue;
		amk_page_numbers(run, nr, numbers, sizeof(numbers));
		amk_page_text(page, "Run%s %s: machine %s, Linux %s, environment %s, times in %s.",
			      nr > 1 ? "s" : "", numbers, a->machine, a->kernel, a->environment,
			      strcmp(a->unit, "insn") ? a->unit : "instructions");
	}
}

static void sweep_write(struct amk_page *page)
{
	size_t nr = amk_page_sweep_others(page);

	if (nr)
		amk_page_text(page,
			      "%zu run%s of a sweep: %s in matrices, curves and tables, and the "
			      "first run of the sweep stands for %s elsewhere.",
			      nr, nr == 1 ? " is" : "s are", nr == 1 ? "it is" : "they are",
			      nr == 1 ? "it" : "them");
}

/* ---- what has no number ---- */

static void missing_write(struct amk_page *page)
{
	size_t r, i, numbers = 0, without = 0;

	for (r = 0; r < page->nr_runs; r++) {
		for (i = 0; i < page->run[r].nr_summary; i++) {
			const struct amk_summary *s = &page->run[r].summary[i];

			numbers += s->metric && s->status == AMK_STATUS_OK;
			without += !s->metric && s->status != AMK_STATUS_OK;
		}
	}
	amk_page_text(page,
		      "%zu figures%s; %zu cell%s without a number, for reasons that are given.",
		      numbers, page->nr_runs > 1 ? " of all runs" : "", without,
		      without == 1 ? " is" : "s are");
}

/* ---- what was found ---- */

static const struct amk_page_column columns[] = {
	{ .name = "run", .heads = true },	  { .name = "against" },
	{ .name = "regressed", .number = true },  { .name = "improved", .number = true },
	{ .name = "changed", .number = true },	  { .name = "inconclusive", .number = true },
	{ .name = "equivalent", .number = true }, { .name = "in one only", .number = true },
	{ .name = "worst", .wide = true },
};

static void worst_cell(struct amk_page *page, const struct amk_comparison *c)
{
	const struct amk_comparison_cell **worst = amk_comparison_worst(c);
	char name[AMK_CELL_NAME_LEN], figure[AMK_FIGURE_LEN];

	if (worst && c->nr_cells && worst[0]->verdict == AMK_VERDICT_REGRESSED) {
		amk_cell_name(worst[0]->side, worst[0]->strategy, worst[0]->workload,
			      worst[0]->size_bytes, worst[0]->metric, name);
		amk_page_cellf(page, "%s %s", name, amk_change_text(worst[0]->ratio, figure));
	} else {
		amk_page_cell(page, NULL);
	}
	free(worst);
}

static void pair_row(struct amk_page *page, size_t head)
{
	static const enum amk_verdict shown[] = { AMK_VERDICT_REGRESSED, AMK_VERDICT_IMPROVED,
						  AMK_VERDICT_CHANGED, AMK_VERDICT_INCONCLUSIVE,
						  AMK_VERDICT_EQUIVALENT };
	const struct amk_page_pair *pair = &page->pair[head];
	const size_t *count = pair->comparison.count;
	char tag[AMK_PAGE_TAG_LEN];
	size_t i;

	page->form->row(page);
	amk_page_cell(page, amk_page_tag(page, head, tag));
	amk_page_cellf(page, "run %zu", pair->base + 1);
	for (i = 0; i < AMK_ARRAY_SIZE(shown); i++)
		amk_page_cellf(page, "%zu", count[shown[i]]);
	amk_page_cellf(page, "%zu", count[AMK_VERDICT_ONLY_BASE] + count[AMK_VERDICT_ONLY_HEAD]);
	worst_cell(page, &pair->comparison);
	page->form->row_end(page);
}

static void pairs_write(struct amk_page *page, size_t nr_made)
{
	static const struct amk_page_table table = {
		.id = "found",
		.caption = "Cells by verdict, of the runs that may be compared",
		.column = columns,
		.nr_columns = AMK_ARRAY_SIZE(columns),
	};
	size_t i, apart = page->nr_runs - 1 - nr_made;

	if (nr_made) {
		page->form->table(page, &table);
		for (i = 1; i < page->nr_runs; i++)
			if (page->pair[i].made)
				pair_row(page, i);
		page->form->table_end(page);
	}
	if (!nr_made)
		amk_page_text(page,
			      "No two of these runs may be compared cell by cell: the "
			      "verdicts say what differs, and by which option they would be.");
	else if (apart)
		amk_page_text(page,
			      "%zu of the runs may be compared with none before %s: the verdicts "
			      "say what differs.",
			      apart, apart == 1 ? "it" : "them");
}

int amk_page_summary(struct amk_page *page)
{
	size_t i, nr_made = 0;
	int ret = amk_page_pairs_make(page);

	if (ret)
		return ret;
	for (i = 1; i < page->nr_runs; i++)
		nr_made += page->pair[i].made;
	places_write(page);
	sweep_write(page);
	if (page->nr_runs > 1)
		pairs_write(page, nr_made);
	missing_write(page);
	return 0;
}
