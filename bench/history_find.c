// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds runs: a directory with a manifest.json is one, and nothing is looked for within it.
 */
#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/command.h"
#include "bench/history.h"

static bool has_manifest(const char *path)
{
	char *name;
	bool there;

	if (asprintf(&name, "%s/manifest.json", path) < 0)
		return false;
	there = !access(name, F_OK);
	free(name);
	return there;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* Adds what @entry is, if it is a run. Returns -ENOMEM, or 0. */
static int entry_add(struct amk_history_view *view, FTS *walk, FTSENT *entry, size_t *found)
{
	char error[AMK_ERROR_LEN];
	int failed;

	if (entry->fts_info != FTS_D)
		return 0;
	if (entry->fts_level && entry->fts_name[0] == '.') {
		fts_set(walk, entry, FTS_SKIP);
		return 0;
	}
	if (!has_manifest(entry->fts_path))
		return 0;
	fts_set(walk, entry, FTS_SKIP);
	++*found;
	failed = amk_history_add(&view->history, entry->fts_path, error);
	if (failed == -ENOMEM)
		return failed;
	if (failed) {
		amk_fail("history: left out: %s", error);
		view->nr_unread++;
	}
	return 0;
}

static int directory_walk(struct amk_history_view *view, char *path, size_t *found)
{
	char *const paths[] = { path, NULL };
	FTS *walk = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	FTSENT *entry;
	int failed = 0;

	if (!walk)
		return -errno;
	while (!failed && (entry = fts_read(walk)))
		failed = entry_add(view, walk, entry, found);
	fts_close(walk);
	return failed;
}

int amk_history_collect(struct amk_history_view *view, const char *path, char error[AMK_ERROR_LEN])
{
	size_t found = 0;
	char *copy;
	int failed;

	if (has_manifest(path))
		return amk_history_add(&view->history, path, error);
	copy = strdup(path);
	failed = copy ? directory_walk(view, copy, &found) : -ENOMEM;
	free(copy);
	if (failed)
		snprintf(error, AMK_ERROR_LEN, "%.300s: cannot read: %s", path, strerror(-failed));
	else if (!found)
		snprintf(error, AMK_ERROR_LEN,
			 "%.300s: no run in it: give directories of runs, or one above them", path);
	return failed ? failed : found ? 0 : -ENOENT;
}
