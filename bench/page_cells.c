// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every cell and metric of the runs of a page, a row each, and a run a column, so that machines and
 * kernels stand side by side. One or two runs are told with range and percentiles; of more the
 * costs alone, or the table would be too wide to read.
 */
#include <math.h>
#include <string.h>

#include "bench/page.h"
#include "lib/user/cell.h"
#include "lib/user/costs.h"

#define DETAILED_MAX 2

static bool same_cell(const struct amk_summary *a, const struct amk_summary *b)
{
	return a->strategy == b->strategy && a->size_bytes == b->size_bytes &&
	       !strcmp(a->workload, b->workload);
}

/* The order of amk_summarize(). */
static int summary_compare(const struct amk_summary *a, const struct amk_summary *b)
{
	const struct amk_cell x = { a->strategy, amk_workload_find(a->workload), a->size_bytes };
	const struct amk_cell y = { b->strategy, amk_workload_find(b->workload), b->size_bytes };
	int order = amk_cell_compare(&x, &y);

	return order ? order : (a->metric > b->metric) - (a->metric < b->metric);
}

/* Where each run's list has come to. */
struct merge {
	const struct amk_page *page;
	size_t at[AMK_PAGE_COLUMNS_MAX];
};

static const struct amk_summary *head_of(const struct merge *m, size_t r)
{
	const struct amk_plot_run *run = &m->page->run[r];

	return m->at[r] < run->nr_summary ? &run->summary[m->at[r]] : NULL;
}

/* The least of the heads, or NULL at the end. */
static const struct amk_summary *merge_least(const struct merge *m)
{
	const struct amk_summary *least = NULL, *head;
	size_t r;

	for (r = 0; r < m->page->nr_runs; r++) {
		head = head_of(m, r);
		if (head && (!least || summary_compare(head, least) < 0))
			least = head;
	}
	return least;
}

/* What run @r says of the cell and metric of @like: the entry, or how the cell ended. */
static const struct amk_summary *entry_of(const struct merge *m, size_t r,
					  const struct amk_summary *like)
{
	const struct amk_summary *head = head_of(m, r);

	if (head && !summary_compare(head, like))
		return head;
	/* A cell without a number comes before all of its metrics, so it was passed. */
	if (like->metric && m->at[r]) {
		head = &m->page->run[r].summary[m->at[r] - 1];
		if (!head->metric && same_cell(head, like))
			return head;
	}
	return NULL;
}

static void merge_pass(struct merge *m, const struct amk_summary *like)
{
	const struct amk_summary *head;
	size_t r;

	for (r = 0; r < m->page->nr_runs; r++) {
		head = head_of(m, r);
		if (head && head != like && !summary_compare(head, like))
			m->at[r]++;
	}
	for (r = 0; r < m->page->nr_runs; r++)
		if (head_of(m, r) == like)
			m->at[r]++;
}

/* Whether some run has a number for the cell of @like, which has none. */
static bool number_elsewhere(const struct merge *m, const struct amk_summary *like)
{
	const struct amk_plot_run *run;
	size_t r, i;

	for (r = 0; r < m->page->nr_runs; r++) {
		run = &m->page->run[r];
		for (i = m->at[r]; i < run->nr_summary && same_cell(&run->summary[i], like); i++)
			if (run->summary[i].metric)
				return true;
	}
	return false;
}

/* ---- the columns ---- */

struct columns {
	struct amk_page_column column[AMK_PAGE_COLUMNS_MAX];
	char name[AMK_PAGE_COLUMNS_MAX][80];
	size_t nr;
};

static void column_add(struct columns *c, const char *tag, const char *what)
{
	snprintf(c->name[c->nr], sizeof(c->name[0]), "%s%s%s", tag, *what ? " " : "", what);
	c->column[c->nr] = (struct amk_page_column){ .name = c->name[c->nr], .number = true };
	c->nr++;
}

static const struct amk_page_column cell_columns[] = {
	{ .name = "strategy", .choice = true, .heads = true },
	{ .name = "side", .choice = true },
	{ .name = "family", .choice = true },
	{ .name = "workload", .choice = true },
	{ .name = "size", .number = true },
	{ .name = "metric", .choice = true },
	{ .name = "unit" },
};

/* What is told of a run's cells beside their cost. */
static const char *const details[] = { "min", "max", "p50", "p99", "n" };

static void columns_fill(const struct amk_page *page, struct columns *c)
{
	char tag[64];
	size_t r, i;

	memcpy(c->column, cell_columns, sizeof(cell_columns));
	c->nr = AMK_ARRAY_SIZE(cell_columns);
	for (r = 0; r < page->nr_runs; r++) {
		/* All that it is called would be as wide as ten of its numbers. */
		snprintf(tag, sizeof(tag), "run %zu (%.24s)", r + 1, page->run[r].data.environment);
		column_add(c, tag, "");
		*tag = '\0';
		if (page->nr_runs > 1)
			snprintf(tag, sizeof(tag), "run %zu", r + 1);
		for (i = 0; page->nr_runs <= DETAILED_MAX && i < AMK_ARRAY_SIZE(details); i++)
			column_add(c, tag, details[i]);
	}
	if (page->nr_runs > DETAILED_MAX)
		c->column[c->nr++] = (struct amk_page_column){ .name = "n" };
}

/* ---- the rows ---- */

static void run_cells(struct amk_page *page, const struct amk_summary *s)
{
	bool detailed = page->nr_runs <= DETAILED_MAX;
	bool there = s && s->metric && s->status == AMK_STATUS_OK;
	size_t i;

	if (!there) {
		amk_page_cell(page, s ? amk_status_name(s->status) : NULL);
		for (i = 0; detailed && i < AMK_ARRAY_SIZE(details); i++)
			amk_page_cell(page, NULL);
		return;
	}
	if (amk_summary_capped(s))
		amk_page_cellf(page, "≥ %.0f", s->cost);
	else
		amk_page_number(page, s->cost);
	if (!detailed)
		return;
	amk_page_number(page, s->cost_min);
	amk_page_number(page, s->cost_max);
	amk_page_number(page, s->each_ops ? s->quantile[AMK_Q_P50] : NAN);
	amk_page_number(page, s->each_ops ? s->quantile[AMK_Q_P99] : NAN);
	amk_page_cellf(page, "%u", s->rounds);
}

/* The rounds behind the costs of each run. */
static void rounds_cell(struct amk_page *page, const struct merge *m,
			const struct amk_summary *like)
{
	char text[16 * AMK_PAGE_COLUMNS_MAX] = "";
	size_t r, len = 0;

	for (r = 0; r < page->nr_runs; r++) {
		const struct amk_summary *s = entry_of(m, r, like);

		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%u", r ? "," : "",
					s && s->metric ? s->rounds : 0);
	}
	amk_page_cell(page, text);
}

/* What a metric is counted in: times of some runs in ns, of others in instructions. */
static void unit_cell(struct amk_page *page, const struct merge *m, const struct amk_summary *like)
{
	const struct amk_summary *s;
	const char *first = NULL, *unit;
	size_t r;

	for (r = 0; like->metric && r < page->nr_runs; r++) {
		s = entry_of(m, r, like);
		if (!s || !s->metric || s->status != AMK_STATUS_OK)
			continue;
		unit = amk_metric_unit(like->metric, s->run->unit);
		if (first && strcmp(first, unit)) {
			amk_page_cellf(page, "%s; %s", first, unit);
			return;
		}
		first = unit;
	}
	if (!first && like->metric)
		first = amk_metric_unit(like->metric, like->run->unit);
	amk_page_cell(page, first);
}

static void row_write(struct amk_page *page, const struct merge *m, const struct amk_summary *like)
{
	size_t r;

	page->form->row(page);
	amk_page_cell(page, like->strategy->name);
	amk_page_cell(page, amk_side_names[like->side]);
	amk_page_cell(page, amk_families[like->strategy->family].name);
	amk_page_cell(page, like->workload);
	amk_page_size(page, like->size_bytes);
	amk_page_cell(page, like->metric ? like->metric->name : NULL);
	unit_cell(page, m, like);
	for (r = 0; r < page->nr_runs; r++)
		run_cells(page, entry_of(m, r, like));
	if (page->nr_runs > DETAILED_MAX)
		rounds_cell(page, m, like);
	page->form->row_end(page);
}

static bool units_differ(const struct amk_page *page)
{
	size_t r;

	for (r = 1; r < page->nr_runs; r++)
		if (strcmp(page->run[r].data.unit, page->run[0].data.unit))
			return true;
	return false;
}

int amk_page_cells(struct amk_page *page)
{
	struct amk_page_table table = { .id = "all-cells",
					.caption = "Cost of each cell: median of rounds",
					.handled = true,
					.large = true };
	struct merge m = { .page = page };
	const struct amk_summary *like;
	struct columns c;

	amk_page_text(page, "Times are of one operation; p50 and p99 are of single operations. A "
			    "cell without a number says how it ended; the reasons are above.");
	if (units_differ(page))
		amk_page_text(page, "Where a unit is \"ns; insn\", runs of environment "
				    "guest-icount have instructions.");
	columns_fill(page, &c);
	table.column = c.column;
	table.nr_columns = c.nr;
	page->form->table(page, &table);
	while ((like = merge_least(&m))) {
		if (like->metric || !number_elsewhere(&m, like))
			row_write(page, &m, like);
		merge_pass(&m, like);
	}
	page->form->table_end(page);
	return 0;
}
