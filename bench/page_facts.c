// SPDX-License-Identifier: GPL-2.0-only
/*
 * Facts of the runs of a page, side by side: a column a run where there are few, so that two can be
 * read across; of more runs a row for each value that a fact has, with the runs that have it, which
 * stays readable however many they are.
 */
#include <stdlib.h>
#include <string.h>

#include "bench/page.h"
#include "lib/user/axis.h"
#include "lib/user/manifest.h"

/* Runs that have a column each. */
#define ACROSS_MAX 4

/* The text of a fact in run @r, for free(); NULL: it has none. */
static char *fact_text(const struct amk_page *page, size_t r, const char *group, const char *key)
{
	if (!*group && !strcmp(key, "unit"))
		return strdup(page->run[r].data.unit);
	return amk_manifest_text(&page->run[r].data, *group ? group : NULL, key);
}

static void name_cell(struct amk_page *page, const char *group, const char *key)
{
	amk_page_cellf(page, "%s%s%s", group, *group ? " " : "", key);
}

/* The axes that let it differ, by name. */
static void axes_cell(struct amk_page *page, u32 axes)
{
	char text[256] = "";
	size_t i, len = 0;

	for (i = 0; amk_axes[i].name && len < sizeof(text); i++)
		if (axes & 1U << i)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s",
						len ? ", " : "", amk_axes[i].name);
	amk_page_cell(page, len ? text : "none");
}

void amk_page_facts_begin(struct amk_page *page, const char *id, const char *caption, bool axes)
{
	struct amk_page_facts *f = &page->facts;
	char *name;
	size_t r;

	memset(f, 0, sizeof(*f));
	f->table = (struct amk_page_table){
		.id = id, .caption = caption, .column = f->column, .handled = !axes
	};
	f->column[f->table.nr_columns++] =
		(struct amk_page_column){ .name = "fact", .heads = true };
	for (r = 0; page->nr_runs <= ACROSS_MAX && r < page->nr_runs; r++) {
		name = f->tag[r];
		amk_page_tag(page, r, name);
		f->column[f->table.nr_columns++] =
			(struct amk_page_column){ .name = name, .wide = true };
	}
	if (page->nr_runs > ACROSS_MAX) {
		f->column[f->table.nr_columns++] =
			(struct amk_page_column){ .name = "value", .wide = true };
		f->column[f->table.nr_columns++] =
			(struct amk_page_column){ .name = "runs", .wide = true };
	}
	if (axes)
		f->column[f->table.nr_columns++] =
			(struct amk_page_column){ .name = "may differ across", .wide = true };
	page->form->table(page, &f->table);
}

/* A row for each value, in the order of the first runs that have it. */
static void value_rows(struct amk_page *page, const char *group, const char *key, const u32 *axes)
{
	char *text[AMK_PAGE_COLUMNS_MAX], numbers[AMK_PAGE_NUMBERS_LEN];
	size_t run[AMK_PAGE_COLUMNS_MAX], r, i, nr;

	for (r = 0; r < page->nr_runs; r++)
		text[r] = fact_text(page, r, group, key);
	for (r = 0; r < page->nr_runs; r++) {
		for (i = 0, nr = 0; i < page->nr_runs; i++)
			if (text[i] == text[r] || (text[i] && text[r] && !strcmp(text[i], text[r])))
				run[nr++] = i;
		/* Told with the first of them. */
		if (run[0] != r)
			continue;
		page->form->row(page);
		name_cell(page, group, key);
		amk_page_cell(page, text[r]);
		amk_page_numbers(run, nr, numbers, sizeof(numbers));
		amk_page_cell(page, nr == page->nr_runs ? "all" : numbers);
		if (axes)
			axes_cell(page, *axes);
		page->form->row_end(page);
	}
	for (r = 0; r < page->nr_runs; r++)
		free(text[r]);
}

void amk_page_facts_row(struct amk_page *page, const char *group, const char *key, const u32 *axes)
{
	char *text;
	size_t r;

	if (page->nr_runs > ACROSS_MAX) {
		value_rows(page, group, key, axes);
		return;
	}
	page->form->row(page);
	name_cell(page, group, key);
	for (r = 0; r < page->nr_runs; r++) {
		text = fact_text(page, r, group, key);
		amk_page_cell(page, text);
		free(text);
	}
	if (axes)
		axes_cell(page, *axes);
	page->form->row_end(page);
}

void amk_page_facts_end(struct amk_page *page)
{
	page->form->table_end(page);
}
