// SPDX-License-Identifier: GPL-2.0-only
/*
 * allocmark baseline: what a later run is to be compared with, small enough for a repository: the
 * manifest without the readings that nothing is compared by, and the digest. A new baseline appears
 * whole, by a rename. One that is refreshed has its two files replaced; the digest names the run it
 * is of, so that a kill between the two is seen by whoever reads it.
 */
#include <argp.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/command.h"
#include "lib/user/costs_digest.h"
#include "lib/user/manifest.h"

struct line {
	const char *run;
	char *to;
	bool partial;
};

enum { KEY_PARTIAL = 256 };

static const struct argp_option options[] = {
	{ "partial", KEY_PARTIAL, NULL, 0, "take a run that did not come to its end, too", 0 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct line *line = state->input;

	switch (key) {
	case KEY_PARTIAL:
		line->partial = true;
		return 0;
	case ARGP_KEY_ARG:
		if (!line->run)
			line->run = arg;
		else if (!line->to)
			line->to = arg;
		else
			exit(amk_fail("baseline: '%s' is one word too many", arg));
		return 0;
	case ARGP_KEY_END:
		if (!line->to)
			exit(amk_fail("baseline: give the directory of a run and that of the "
				      "baseline"));
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "RUN DIR",
	.doc = "Makes DIR a baseline of the run: its manifest and its digest, which together are a "
	       "run that can be compared with and is small enough for a repository. A baseline "
	       "that is there already is replaced.",
};

/* Whether @path is there; *@foreign: and is neither empty nor a baseline. */
static bool directory_there(const char *path, bool *foreign)
{
	bool manifest = false, blocks = false, anything = false;
	struct dirent *entry;
	DIR *dir = opendir(path);

	*foreign = false;
	if (!dir) {
		*foreign = errno != ENOENT;
		return *foreign;
	}
	while ((entry = readdir(dir))) {
		manifest |= !strcmp(entry->d_name, "manifest.json");
		blocks |= !strcmp(entry->d_name, "blocks.jsonl");
		anything |= strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
	}
	closedir(dir);
	*foreign = blocks || (anything && !manifest);
	return true;
}

/* Writes both files to @path, the manifest last: it names the run that the digest must be of. */
static int files_write(const struct amk_costs *costs, const char *path)
{
	char error[AMK_ERROR_LEN];
	int failed;

	if (amk_costs_digest_write(costs, path, error))
		return amk_fail("%s", error);
	failed = amk_manifest_write_baseline(path, &costs->run);
	if (failed)
		return amk_fail("%s/manifest.json: cannot write: %s", path, strerror(-failed));
	return 0;
}

static void directory_drop(const char *path)
{
	static const char *const names[] = { AMK_DIGEST_NAME, "manifest.json" };
	char *name;
	size_t i;

	for (i = 0; i < AMK_ARRAY_SIZE(names); i++) {
		if (asprintf(&name, "%s/%s", path, names[i]) < 0)
			return;
		unlink(name);
		free(name);
	}
	rmdir(path);
}

static int fresh_make(const struct amk_costs *costs, const char *to)
{
	char *aside;
	int status;

	if (asprintf(&aside, "%s.new-%ld", to, (long)getpid()) < 0)
		return amk_fail("out of memory");
	if (mkdir(aside, 0777)) {
		status = amk_fail("%s: cannot make it: %s; the directory above must be there", to,
				  strerror(errno));
		goto free_aside;
	}
	status = files_write(costs, aside);
	if (!status && rename(aside, to))
		status = amk_fail("%s: cannot make it: %s", to, strerror(errno));
	if (status)
		directory_drop(aside);
free_aside:
	free(aside);
	return status;
}

static int baseline_make(const struct line *line, const struct amk_costs *costs)
{
	struct amk_progress progress;
	bool there, foreign;

	amk_manifest_progress(&costs->run, &progress);
	if (!progress.finished && !line->partial)
		return amk_fail("%s: the run is not finished: go on with it by 'allocmark run "
				"--resume=%s', or take it as it is with --partial",
				line->run, line->run);
	if (!costs->nr_cells)
		return amk_fail("%s: the run has no record: nothing could be compared with it",
				line->run);
	there = directory_there(line->to, &foreign);
	if (foreign)
		return amk_fail("%s: there is something else than a baseline; give another "
				"directory",
				line->to);
	return there ? files_write(costs, line->to) : fresh_make(costs, line->to);
}

static void slashes_cut(char *path)
{
	size_t len = strlen(path);

	while (len > 1 && path[len - 1] == '/')
		path[--len] = '\0';
}

int amk_cmd_baseline(int argc, char **argv)
{
	struct line line = { 0 };
	char error[AMK_ERROR_LEN];
	struct amk_costs costs;
	int status;

	argp_parse(&argp, argc, argv, 0, NULL, &line);
	slashes_cut(line.to);
	if (amk_costs_read(line.run, &costs, error))
		return amk_fail("%s", error);
	status = baseline_make(&line, &costs);
	if (!status)
		printf("%s: baseline of run %s, %zu rows\n", line.to, costs.id, costs.nr_cells);
	amk_costs_free(&costs);
	return status;
}
