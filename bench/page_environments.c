// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where the runs of a page were made, and first of all in what that differs: a reader must know
 * before any number whether two of them may stand side by side.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/page.h"
#include "lib/user/axis.h"
#include "lib/user/differences.h"
#include "lib/user/manifest.h"
#include "lib/user/size.h"

/* ---- the runs, a column each ---- */

/* The columns of a table that has one a run. */
struct columns {
	struct amk_page_column column[AMK_PAGE_COLUMNS_MAX];
	char tag[AMK_PAGE_COLUMNS_MAX][AMK_PAGE_TAG_LEN];
	size_t nr;
};

static void columns_fill(const struct amk_page *page, const char *first, struct columns *c)
{
	size_t i;

	memset(c, 0, sizeof(*c));
	c->column[c->nr++] = (struct amk_page_column){ .name = first, .heads = true };
	for (i = 0; i < page->nr_runs && c->nr < AMK_PAGE_COLUMNS_MAX - 1; i++, c->nr++) {
		c->column[c->nr].name = amk_page_tag(page, i, c->tag[c->nr]);
		c->column[c->nr].wide = true;
	}
}

/* Of each run: what its manifest has at @group (NULL: at the top), @key. */
static void manifest_row(struct amk_page *page, const char *title, const char *group,
			 const char *key)
{
	size_t i;

	page->form->row(page);
	amk_page_cell(page, title);
	for (i = 0; i < page->nr_runs; i++) {
		char *text = amk_manifest_text(&page->run[i].data, group, key);

		amk_page_cell(page, text);
		free(text);
	}
	page->form->row_end(page);
}

static void each_row(struct amk_page *page, const char *title,
		     void (*write)(struct amk_page *, const struct amk_plot_run *))
{
	size_t i;

	page->form->row(page);
	amk_page_cell(page, title);
	for (i = 0; i < page->nr_runs; i++)
		write(page, &page->run[i]);
	page->form->row_end(page);
}

static void name_cell(struct amk_page *page, const struct amk_plot_run *run)
{
	amk_page_cell(page, run->name);
}

static void unit_cell(struct amk_page *page, const struct amk_plot_run *run)
{
	if (!strcmp(run->data.environment, "guest-tcg"))
		amk_page_cellf(page, "%s: emulation time, not a property of hardware",
			       run->data.unit);
	else if (!strcmp(run->data.unit, "insn"))
		amk_page_cell(page, "insn: instructions executed, the same on every machine");
	else
		amk_page_cell(page, run->data.unit);
}

static void memory_cell(struct amk_page *page, const struct amk_plot_run *run)
{
	const char *text = amk_run_data_fact(&run->data, "machine", "memory_bytes");
	double bytes = text ? strtod(text, NULL) : 0;

	if (bytes > 0)
		amk_page_cellf(page, "%.1f GiB", bytes / (1 << 30));
	else
		amk_page_cell(page, NULL);
}

static void progress_cell(struct amk_page *page, const struct amk_plot_run *run)
{
	struct amk_progress p;
	u64 done;

	amk_manifest_progress(&run->data, &p);
	done = run->data.nr_records ? run->data.nr_records : p.blocks_done;
	if (!p.blocks_planned)
		amk_page_cell(page, NULL);
	else
		amk_page_cellf(page, "%llu of %llu%s", (unsigned long long)done,
			       (unsigned long long)p.blocks_planned,
			       p.finished ? "" : " (unfinished)");
}

static void runs_table(struct amk_page *page)
{
	struct columns c;
	struct amk_page_table table = { .id = "runs", .caption = "The runs of this page" };

	columns_fill(page, "", &c);
	c.column[0].name = "what";
	table.column = c.column;
	table.nr_columns = c.nr;
	page->form->table(page, &table);
	each_row(page, "run", name_cell);
	manifest_row(page, "created", NULL, "created");
	manifest_row(page, "environment", NULL, "environment");
	each_row(page, "unit of times", unit_cell);
	manifest_row(page, "machine", NULL, "machine_name");
	manifest_row(page, "processor", "machine", "processor.model");
	manifest_row(page, "virtual machine", "machine", "hypervisor");
	each_row(page, "memory", memory_cell);
	manifest_row(page, "kernel", NULL, "kernel");
	manifest_row(page, "clock", "clock", "source");
	manifest_row(page, "sides", "options", "sides");
	manifest_row(page, "grid", "options", "grid");
	manifest_row(page, "rounds", "options", "rounds");
	manifest_row(page, "seed", "options", "seed");
	each_row(page, "blocks", progress_cell);
	manifest_row(page, "allocmark", "versions", "allocmark");
	page->form->table_end(page);
}

/* ---- what differs ---- */

struct keys {
	struct amk_difference *item;
	size_t nr;
};

static bool keys_have(const struct keys *keys, const struct amk_difference *d)
{
	size_t i;

	for (i = 0; i < keys->nr; i++)
		if (!strcmp(keys->item[i].group, d->group) && !strcmp(keys->item[i].key, d->key))
			return true;
	return false;
}

/* Adds what of @list is not there yet. 0 or -ENOMEM. */
static int keys_add(struct keys *keys, const struct amk_differences *list)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		struct amk_difference *grown;

		if (keys_have(keys, &list->item[i]))
			continue;
		grown = realloc(keys->item, (keys->nr + 1) * sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		keys->item = grown;
		keys->item[keys->nr++] = list->item[i];
	}
	return 0;
}

/* The facts in which some run differs from the first. 0 or -ENOMEM. */
static int keys_find(const struct amk_page *page, struct keys *keys)
{
	size_t i;
	int ret = 0;

	memset(keys, 0, sizeof(*keys));
	for (i = 1; !ret && i < page->nr_runs; i++) {
		struct amk_differences list;

		amk_differences_find(&page->run[0].data, &page->run[i].data, &list);
		ret = list.incomplete ? -ENOMEM : keys_add(keys, &list);
		amk_differences_free(&list);
	}
	return ret;
}

static void fact_cell(struct amk_page *page, const struct amk_plot_run *run,
		      const struct amk_difference *d)
{
	char *text = NULL;

	if (*d->group || strcmp(d->key, "unit"))
		text = amk_manifest_text(&run->data, *d->group ? d->group : NULL, d->key);
	else
		text = strdup(run->data.unit);
	amk_page_cell(page, text);
	free(text);
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

static void differences_rows(struct amk_page *page, const struct keys *keys)
{
	const struct amk_difference *d;
	size_t i, r;

	for (i = 0; i < keys->nr; i++) {
		d = &keys->item[i];
		page->form->row(page);
		amk_page_cellf(page, "%s%s%s", d->group, *d->group ? " " : "", d->key);
		for (r = 0; r < page->nr_runs; r++)
			fact_cell(page, &page->run[r], d);
		axes_cell(page, d->axes);
		page->form->row_end(page);
	}
}

static int differences_write(struct amk_page *page)
{
	struct amk_page_table table = { .id = "differences", .caption = "What differs from run 1" };
	struct columns c;
	struct keys keys;
	int ret = keys_find(page, &keys);

	if (!ret && !keys.nr)
		amk_page_text(page, "All runs were made in the same place and way: they may be "
				    "compared as they stand.");
	if (!ret && keys.nr) {
		amk_page_caution(page,
				 "The runs were not made in the same place and way. A distance "
				 "between them is of all that differs, and none of allocators "
				 "alone.");
		columns_fill(page, "fact", &c);
		c.column[c.nr++].name = "may differ across";
		table.column = c.column;
		table.nr_columns = c.nr;
		page->form->table(page, &table);
		differences_rows(page, &keys);
		page->form->table_end(page);
	}
	free(keys.item);
	return ret;
}

/* ---- all facts ---- */

static const char *const groups[] = { "machine", "comparability" };

/* Whether a run before @run has @key in its group @group. */
static bool key_before(const struct amk_page *page, size_t run, const char *group, const char *key)
{
	size_t i;

	for (i = 0; i < run; i++)
		if (amk_manifest_has(&page->run[i].data, group, key))
			return true;
	return false;
}

static void facts_rows(struct amk_page *page, const char *group)
{
	const char *key;
	size_t i, at;

	for (i = 0; i < page->nr_runs; i++)
		for (at = 0; (key = amk_manifest_key(&page->run[i].data, group, at)); at++)
			if (!key_before(page, i, group, key))
				manifest_row(page, key, group, key);
}

static void facts_write(struct amk_page *page)
{
	struct amk_page_table table = { .id = "facts",
					.caption = "What the manifests say of machine and settings",
					.handled = true };
	struct columns c;
	size_t i;

	columns_fill(page, "fact", &c);
	table.column = c.column;
	table.nr_columns = c.nr;
	page->form->fold(page, "All that is known of machine and settings");
	page->form->table(page, &table);
	for (i = 0; i < AMK_ARRAY_SIZE(groups); i++)
		facts_rows(page, groups[i]);
	page->form->table_end(page);
	page->form->unfold(page);
}

static void emulation_write(struct amk_page *page)
{
	size_t i;

	for (i = 0; i < page->nr_runs; i++) {
		if (strcmp(page->run[i].data.environment, "guest-tcg"))
			continue;
		amk_page_caution(page,
				 "Nanoseconds of guest-tcg are emulation time: they say "
				 "nothing about hardware, and are to be compared within their "
				 "run alone.");
		return;
	}
}

int amk_page_environments(struct amk_page *page)
{
	int ret = 0;

	emulation_write(page);
	if (page->nr_runs > 1)
		ret = differences_write(page);
	if (ret)
		return ret;
	runs_table(page);
	if (page->form->pictures)
		facts_write(page);
	return 0;
}
