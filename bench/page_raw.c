// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where the records lie that a page is made from: links relative to the page, so that both can be
 * moved together and no link tells where on a machine they lay.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/page.h"

/* The directory that the page will lie in, resolved; false: it is not known. */
static bool page_directory(const struct amk_page *page, char dir[PATH_MAX])
{
	const char *slash = page->output ? strrchr(page->output, '/') : NULL;
	char copy[PATH_MAX];

	if (!page->output || strlen(page->output) >= sizeof(copy))
		return false;
	strcpy(copy, slash ? page->output : ".");
	if (slash)
		copy[slash == page->output ? 1 : slash - page->output] = '\0';
	return realpath(copy, dir) != NULL;
}

/* How many bytes of @a and @b are the same directories. */
static size_t common_length(const char *a, const char *b)
{
	size_t i, common = 0;

	for (i = 0; a[i] && a[i] == b[i]; i++)
		if (a[i] == '/')
			common = i + 1;
	if ((!a[i] && (!b[i] || b[i] == '/')) || (!b[i] && a[i] == '/'))
		common = i;
	return common;
}

/* The path from the page to directory @path; the caller frees. NULL: no memory. */
static char *path_from(const struct amk_page *page, const char *path)
{
	char from[PATH_MAX], to[PATH_MAX], *text = NULL;
	const char *rest, *up;
	size_t len;
	FILE *file;

	if (!page_directory(page, from) || !realpath(path, to))
		return strdup(path);
	file = open_memstream(&text, &len);
	if (!file)
		return NULL;
	len = common_length(from, to);
	for (up = from + len + (from[len] == '/'); *up; up = strchrnul(up, '/'), up += *up == '/')
		fputs("../", file);
	rest = to + len + (to[len] == '/');
	fputs(*rest ? rest : ".", file);
	fclose(file);
	return text;
}

static void file_cell(struct amk_page *page, const struct amk_plot_run *run, const char *base,
		      const char *name)
{
	char *path, *target;

	if (asprintf(&path, "%s/%s", run->data.path, name) < 0)
		return;
	if (access(path, F_OK)) {
		amk_page_cell(page, NULL);
	} else if (asprintf(&target, "%s/%s", base, name) >= 0) {
		page->form->link(page, target, name);
		free(target);
	}
	free(path);
}

static const char *const files[] = { "manifest.json", "blocks.jsonl", "costs.tsv", "topology.xml",
				     "plots" };

static void run_row(struct amk_page *page, size_t r)
{
	char tag[AMK_PAGE_TAG_LEN];
	const struct amk_plot_run *run = &page->run[r];
	char *base = path_from(page, run->data.path);
	size_t i;

	if (!base)
		return;
	page->form->row(page);
	amk_page_cell(page, amk_page_tag(page, r, tag));
	page->form->link(page, base, run->name);
	for (i = 0; i < AMK_ARRAY_SIZE(files); i++)
		file_cell(page, run, base, files[i]);
	page->form->row_end(page);
	free(base);
}

static const struct amk_page_column columns[] = {
	{ .name = "run", .heads = true },
	{ .name = "directory" },
	{ .name = "where and how" },
	{ .name = "records" },
	{ .name = "digest" },
	{ .name = "topology" },
	{ .name = "plots" },
};

int amk_page_raw(struct amk_page *page)
{
	static const struct amk_page_table table = {
		.id = "raw-data",
		.caption = "The files that this page is made from",
		.column = columns,
		.nr_columns = AMK_ARRAY_SIZE(columns),
	};
	size_t r;

	amk_page_text(page, page->output ?
				    "The links are relative to where this page was written: "
				    "they hold as long as page and run directories are moved "
				    "together." :
				    "The links are the paths as they were given, relative to "
				    "the directory that allocmark ran in.");
	page->form->table(page, &table);
	for (r = 0; r < page->nr_runs; r++)
		run_row(page, r);
	page->form->table_end(page);
	return 0;
}
