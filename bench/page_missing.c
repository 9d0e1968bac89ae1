// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the runs of a page have no number for, with the reasons the records give: cells that were
 * refused, skipped or failed, and events that could not be counted.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/command.h"
#include "bench/page.h"
#include "lib/user/manifest.h"

/* Cells of a run that ended the same way for the same reason are one row. */
struct outcome {
	u32 status;
	const char *reason;
	size_t cells;
	bool strategy[AMK_NR_STRATEGIES];
};

struct outcomes {
	struct outcome *item;
	size_t nr;
};

static struct outcome *outcome_get(struct outcomes *list, const struct amk_summary *s)
{
	struct outcome *grown;
	size_t i;

	for (i = 0; i < list->nr; i++)
		if (list->item[i].status == s->status && !strcmp(list->item[i].reason, s->reason))
			return &list->item[i];
	grown = realloc(list->item, (list->nr + 1) * sizeof(*grown));
	if (!grown)
		return NULL;
	list->item = grown;
	grown += list->nr++;
	memset(grown, 0, sizeof(*grown));
	grown->status = s->status;
	grown->reason = s->reason;
	return grown;
}

/* 0 or -ENOMEM. */
static int outcomes_find(const struct amk_plot_run *run, struct outcomes *list)
{
	struct outcome *o;
	size_t i;

	memset(list, 0, sizeof(*list));
	for (i = 0; i < run->nr_summary; i++) {
		if (run->summary[i].metric || run->summary[i].status == AMK_STATUS_OK)
			continue;
		o = outcome_get(list, &run->summary[i]);
		if (!o)
			return -ENOMEM;
		o->cells++;
		o->strategy[run->summary[i].strategy - amk_strategies] = true;
	}
	return 0;
}

static void strategies_cell(struct amk_page *page, const struct outcome *o)
{
	char *text = NULL;
	size_t len, i, nr = 0;
	FILE *file = open_memstream(&text, &len);

	if (!file)
		return;
	for (i = 0; i < AMK_NR_STRATEGIES; i++)
		if (o->strategy[i])
			fprintf(file, "%s%s:%s", nr++ ? ", " : "",
				amk_side_names[amk_strategies[i].side], amk_strategies[i].name);
	fclose(file);
	amk_page_cell(page, text);
	free(text);
}

static void outcome_row(struct amk_page *page, const char *tag, const struct outcome *o)
{
	page->form->row(page);
	amk_page_cell(page, tag);
	amk_page_cell(page, amk_status_name(o->status));
	amk_page_cellf(page, "%zu", o->cells);
	amk_page_cell(page, o->reason);
	strategies_cell(page, o);
	page->form->row_end(page);
}

static int run_rows(struct amk_page *page, size_t r)
{
	char tag[AMK_PAGE_TAG_LEN];
	struct outcomes list;
	int ret = outcomes_find(&page->run[r], &list);
	size_t i;

	amk_page_tag(page, r, tag);
	for (i = 0; !ret && i < list.nr; i++)
		outcome_row(page, tag, &list.item[i]);
	free(list.item);
	return ret;
}

/* Cells that some rounds gave a number for and others did not. */
static size_t partly(const struct amk_plot_run *run)
{
	const struct amk_summary *s = run->summary, *last = NULL;
	size_t i, nr = 0;

	for (i = 0; i < run->nr_summary; i++, s++) {
		if (s->status != AMK_STATUS_OK || !(s->rounds_refused + s->rounds_failed) ||
		    (last && last->strategy == s->strategy && last->workload == s->workload &&
		     last->size_bytes == s->size_bytes))
			continue;
		last = s;
		nr++;
	}
	return nr;
}

static const struct amk_page_column cell_columns[] = {
	{ .name = "run", .choice = true, .heads = true },
	{ .name = "status", .choice = true },
	{ .name = "cells", .number = true },
	{ .name = "reason", .wide = true },
	{ .name = "strategies", .wide = true },
};

static int cells_write(struct amk_page *page)
{
	static const struct amk_page_table table = {
		.id = "missing-cells",
		.caption = "Cells without a number",
		.column = cell_columns,
		.nr_columns = AMK_ARRAY_SIZE(cell_columns),
		.handled = true,
	};
	size_t r, nr;
	int ret = 0;

	page->form->table(page, &table);
	for (r = 0; !ret && r < page->nr_runs; r++)
		ret = run_rows(page, r);
	page->form->table_end(page);
	for (r = 0; !ret && r < page->nr_runs; r++) {
		nr = partly(&page->run[r]);
		if (nr)
			amk_page_caution(
				page,
				"run %zu: of %zu cells some rounds have a number and others "
				"were refused or failed; the figures are of those that have.",
				r + 1, nr);
	}
	return ret;
}

/* ---- events ---- */

static const struct amk_page_column event_columns[] = {
	{ .name = "run", .choice = true, .heads = true },
	{ .name = "side", .choice = true },
	{ .name = "events", .wide = true },
	{ .name = "reason", .wide = true },
};

/* The names of the events of @side that were skipped for @reason. */
static void events_cell(struct amk_page *page, const struct amk_events *events,
			enum amk_side_id side, u32 reason)
{
	char text[1024] = "";
	size_t len = 0;
	u32 i;

	for (i = 0; i < events->nr_choices && len < sizeof(text); i++)
		if (events->choice[i].side[side].status == AMK_STATUS_SKIP &&
		    events->choice[i].side[side].reason == reason)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s",
						len ? ", " : "", events->choice[i].row->name);
	amk_page_cell(page, text);
}

/* Whether an event before @at was skipped for the same reason: then it is in its row. */
static bool reason_before(const struct amk_events *events, enum amk_side_id side, u32 at)
{
	u32 i;

	for (i = 0; i < at; i++)
		if (events->choice[i].side[side].status == AMK_STATUS_SKIP &&
		    events->choice[i].side[side].reason == events->choice[at].side[side].reason)
			return true;
	return false;
}

static void event_rows(struct amk_page *page, size_t r, const struct amk_events *events,
		       enum amk_side_id side)
{
	char tag[AMK_PAGE_TAG_LEN], reason[32];
	u32 i;

	for (i = 0; i < events->nr_choices; i++) {
		const struct amk_event_side *s = &events->choice[i].side[side];

		if (s->status != AMK_STATUS_SKIP || reason_before(events, side, i))
			continue;
		page->form->row(page);
		amk_page_cell(page, amk_page_tag(page, r, tag));
		amk_page_cell(page, amk_side_names[side]);
		events_cell(page, events, side, s->reason);
		amk_page_cell(page, amk_reason_text(s->reason, reason));
		page->form->row_end(page);
	}
}

static int events_write(struct amk_page *page)
{
	static const struct amk_page_table table = {
		.id = "missing-events",
		.caption = "Events that could not be counted",
		.column = event_columns,
		.nr_columns = AMK_ARRAY_SIZE(event_columns),
		.handled = true,
	};
	char error[AMK_ERROR_LEN];
	struct amk_events events;
	size_t r;
	u32 side;
	int ret;

	page->form->table(page, &table);
	for (r = 0; r < page->nr_runs; r++) {
		ret = amk_manifest_events(&page->run[r].data, &events, error);
		if (ret) {
			amk_fail("report: %s", error);
			return ret;
		}
		for (side = 0; side < AMK_NR_SIDES; side++)
			event_rows(page, r, &events, side);
	}
	page->form->table_end(page);
	return 0;
}

int amk_page_missing(struct amk_page *page)
{
	int ret = cells_write(page);

	return ret ? ret : events_write(page);
}
