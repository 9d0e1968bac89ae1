// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the runs of a page say of the claims that are made about the kernel's allocators: those that
 * they can judge, a row a claim and kernel, with the numbers behind each verdict. Runs of one
 * kernel judge together, as allocmark claims has it.
 */
#include <errno.h>
#include <stdlib.h>

#include "bench/claims_table.h"
#include "bench/command.h"
#include "bench/page.h"

bool amk_page_has_claims(const struct amk_page *page)
{
	size_t i;

	for (i = 0; i < page->nr_runs; i++)
		if (page->run[i].data.kmalloc_max_bytes)
			return true;
	return false;
}

static const struct amk_page_column columns[] = {
	{ .name = "claim", .heads = true },
	{ .name = "theme", .choice = true },
	{ .name = "what it says", .wide = true },
	{ .name = "kernel and where", .choice = true, .wide = true },
	{ .name = "verdict", .choice = true },
	{ .name = "why", .wide = true },
	{ .name = "figures", .wide = true },
	{ .name = "n", .number = true },
	{ .name = "changed", .wide = true },
};

static void finding_row(struct amk_page *page, const struct amk_claim *claim,
			const struct amk_evidence *evidence, const struct amk_finding *finding)
{
	page->form->row(page);
	amk_page_cell(page, claim->name);
	amk_page_cell(page, amk_claim_theme_name(claim->theme));
	amk_page_cell(page, claim->statement);
	amk_page_cellf(page, "%s (%s, %s)", evidence->run[0]->kernel, evidence->run[0]->environment,
		       evidence->run[0]->machine);
	amk_page_cell(page, amk_claim_verdict_name(finding->verdict));
	amk_page_cell(page, finding->why);
	amk_page_cell(page, finding->figures);
	amk_page_cellf(page, "%u", finding->nr_rounds);
	amk_page_cell(page, claim->since);
	page->form->row_end(page);
}

static void findings_write(struct amk_page *page, const struct amk_claims_view *view)
{
	static const struct amk_page_table table = {
		.id = "claim-verdicts",
		.caption = "Claims about the kernel's allocators that these runs can judge",
		.column = columns,
		.nr_columns = AMK_ARRAY_SIZE(columns),
		.handled = true,
	};
	struct amk_finding finding;
	u32 i, k, untested = 0;

	page->form->table(page, &table);
	for (i = 0; i < amk_nr_claims; i++) {
		for (k = 0; k < view->nr_columns; k++) {
			amk_claim_judge(&amk_claims[i], &view->column[k], &finding);
			if (finding.verdict == AMK_CLAIM_UNTESTED)
				untested++;
			else
				finding_row(page, &amk_claims[i], &view->column[k], &finding);
		}
	}
	page->form->table_end(page);
	if (untested)
		amk_page_text(page,
			      "%u verdicts of %u need what these runs did not measure: 'allocmark "
			      "claims' says what, and './run-bench.sh --claims' measures it.",
			      untested, amk_nr_claims * view->nr_columns);
}

/* The runs that had no room, said once however many they are. */
static void left_out_write(struct amk_page *page, const size_t *run, size_t nr)
{
	char numbers[AMK_PAGE_NUMBERS_LEN];

	if (!nr)
		return;
	amk_page_numbers(run, nr, numbers, sizeof(numbers));
	amk_page_caution(page, "Left out of the claims, as more than %d of one kernel: run%s %s.",
			 AMK_EVIDENCE_RUNS_MAX, nr > 1 ? "s" : "", numbers);
}

/*
 * Sorts the runs with a kernel half into columns; of a sweep the first, as the others say nothing
 * more of a claim. 0 or -errno.
 */
static int columns_fill(struct amk_page *page, struct amk_claims_view *view)
{
	const struct amk_costs *costs;
	struct amk_evidence *column;
	size_t left_out[AMK_PAGE_COLUMNS_MAX], nr_left_out = 0, i;

	for (i = 0; i < page->nr_runs; i++) {
		if (!page->run[i].data.kmalloc_max_bytes || !amk_page_leads(page, i))
			continue;
		costs = amk_page_costs(page, i);
		if (!costs)
			return -EBADMSG;
		column = amk_claims_column(view, costs);
		if (column->nr_runs < AMK_EVIDENCE_RUNS_MAX)
			column->run[column->nr_runs++] = costs;
		else
			left_out[nr_left_out++] = i;
	}
	left_out_write(page, left_out, nr_left_out);
	return 0;
}

int amk_page_claims(struct amk_page *page)
{
	struct amk_claims_view view = { 0 };
	int ret;

	view.column = calloc(page->nr_runs, sizeof(*view.column));
	if (!view.column) {
		amk_fail("out of memory");
		return -ENOMEM;
	}
	ret = columns_fill(page, &view);
	if (!ret)
		findings_write(page, &view);
	free(view.column);
	return ret;
}
