// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where the runs of a page were made, and first of all in what that differs: a reader must know
 * before any number whether two of them may stand side by side.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/command.h"
#include "bench/page.h"
#include "lib/user/differences.h"
#include "lib/user/manifest.h"

/* ---- the runs, a row each ---- */

static void unit_cell(struct amk_page *page, const struct amk_run_data *data)
{
	amk_page_cellf(page, "%s%s", data->unit,
		       strcmp(data->environment, "guest-tcg") ? "" : " (emulated)");
}

/* "vm: Xeon, 23.5 GiB, a guest of KVM" */
static void machine_cell(struct amk_page *page, const struct amk_run_data *data)
{
	const char *processor = amk_run_data_fact(data, "machine", "processor.model");
	const char *memory = amk_run_data_fact(data, "machine", "memory_bytes");
	const char *hypervisor = amk_run_data_fact(data, "machine", "hypervisor");
	double bytes = memory ? strtod(memory, NULL) : 0;
	char text[512];
	int len;

	len = snprintf(text, sizeof(text), "%.100s%s%.200s", data->machine, processor ? ": " : "",
		       processor ? processor : "");
	if (bytes > 0)
		len += snprintf(text + len, sizeof(text) - (size_t)len, ", %.1f GiB",
				bytes / (1 << 30));
	if (hypervisor)
		snprintf(text + len, sizeof(text) - (size_t)len, ", a guest of %.60s", hypervisor);
	amk_page_cell(page, text);
}

/* "; 45 of 45 blocks", or "". */
static void progress_word(const struct amk_run_data *data, char text[96])
{
	struct amk_progress p;
	u64 done;

	amk_manifest_progress(data, &p);
	done = data->nr_records ? data->nr_records : p.blocks_done;
	*text = '\0';
	if (p.blocks_planned)
		snprintf(text, 96, "; %llu of %llu blocks%s", (unsigned long long)done,
			 (unsigned long long)p.blocks_planned, p.finished ? "" : " (unfinished)");
}

/* "user, kernel; quick grid, 3 rounds; 45 of 45 blocks" */
static void measured_cell(struct amk_page *page, const struct amk_run_data *data)
{
	char *sides = amk_manifest_text(data, "options", "sides");
	char *grid = amk_manifest_text(data, "options", "grid");
	char *rounds = amk_manifest_text(data, "options", "rounds");
	char progress[96];

	progress_word(data, progress);
	/* Of a run that was not made by the command no options are known. */
	if (sides && grid && rounds)
		amk_page_cellf(page, "%s; %s grid, %s round%s%s", sides, grid, rounds,
			       strcmp(rounds, "1") ? "s" : "", progress);
	else
		amk_page_cell(page, *progress ? progress + 2 : NULL);
	free(sides);
	free(grid);
	free(rounds);
}

static const struct amk_page_column run_columns[] = {
	{ .name = "run", .number = true, .heads = true },
	{ .name = "directory", .wide = true },
	{ .name = "environment" },
	{ .name = "unit" },
	{ .name = "kernel" },
	{ .name = "set to", .wide = true },
	{ .name = "measured", .wide = true },
	{ .name = "machine", .wide = true },
	{ .name = "created", .wide = true },
};

static void run_row(struct amk_page *page, size_t r)
{
	const struct amk_run_data *data = &page->run[r].data;
	char settings[AMK_PAGE_SETTINGS_LEN];
	char *created = amk_manifest_text(data, NULL, "created");

	page->form->row(page);
	amk_page_cellf(page, "%zu", r + 1);
	amk_page_cell(page, page->run[r].name);
	amk_page_cell(page, data->environment);
	unit_cell(page, data);
	amk_page_cell(page, data->kernel);
	amk_page_cell(page, amk_page_settings(&page->run[r], settings));
	measured_cell(page, data);
	machine_cell(page, data);
	amk_page_cell(page, created);
	free(created);
	page->form->row_end(page);
}

static void runs_table(struct amk_page *page)
{
	static const struct amk_page_table table = {
		.id = "runs",
		.caption = "The runs of this page",
		.column = run_columns,
		.nr_columns = AMK_ARRAY_SIZE(run_columns),
	};
	size_t r;

	page->form->table(page, &table);
	for (r = 0; r < page->nr_runs; r++)
		run_row(page, r);
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

/* In a comment the list of them is a detail, and that there are some is none. */
static void differences_fold(struct amk_page *page, size_t nr)
{
	char title[64];

	snprintf(title, sizeof(title), "What differs: %zu fact%s", nr, nr == 1 ? "" : "s");
	if (!page->form->pictures)
		page->form->fold(page, title);
}

static int differences_write(struct amk_page *page)
{
	struct keys keys;
	size_t i;
	int ret = keys_find(page, &keys);

	if (ret)
		amk_fail("out of memory");
	if (!ret && !keys.nr)
		amk_page_text(page, "All runs were made in the same place and way: they may be "
				    "compared as they stand.");
	if (!ret && keys.nr) {
		amk_page_caution(page,
				 "The runs were not made in the same place and way. A distance "
				 "between them is of all that differs, and none of allocators "
				 "alone.");
		differences_fold(page, keys.nr);
		amk_page_facts_begin(page, "differences", "What differs between the runs", true);
		for (i = 0; i < keys.nr; i++)
			amk_page_facts_row(page, keys.item[i].group, keys.item[i].key,
					   &keys.item[i].axes);
		amk_page_facts_end(page);
		if (!page->form->pictures)
			page->form->unfold(page);
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
				amk_page_facts_row(page, group, key, NULL);
}

static void facts_write(struct amk_page *page)
{
	size_t i;

	page->form->fold(page, "All that is known of machine and settings");
	amk_page_facts_begin(page, "facts", "What the manifests say of machine and settings",
			     false);
	amk_page_facts_row(page, "versions", "allocmark", NULL);
	amk_page_facts_row(page, "clock", "source", NULL);
	amk_page_facts_row(page, "options", "seed", NULL);
	for (i = 0; i < AMK_ARRAY_SIZE(groups); i++)
		facts_rows(page, groups[i]);
	amk_page_facts_end(page);
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
	runs_table(page);
	if (page->nr_runs > 1)
		ret = differences_write(page);
	if (!ret && page->form->pictures)
		facts_write(page);
	return ret;
}
