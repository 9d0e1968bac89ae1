// SPDX-License-Identifier: GPL-2.0-only
/*
 * allocmark show: what a run has to say, at the terminal.
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/command.h"
#include "bench/table.h"
#include "lib/core/workload.h"
#include "lib/user/manifest.h"

struct line {
	const char *workload;
	char **runs;
	int nr_runs;
};

static const struct argp_option options[] = {
	{ "workload", 'w', "NAME", 0, "what the table shows (default: the first that was timed)",
	  0 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct line *line = state->input;

	switch (key) {
	case 'w':
		if (!amk_workload_find(arg))
			exit(amk_fail("--workload: no workload '%s'; 'allocmark list workloads' "
				      "names them",
				      arg));
		line->workload = arg;
		return 0;
	case ARGP_KEY_ARGS:
		line->runs = state->argv + state->next;
		line->nr_runs = state->argc - state->next;
		return 0;
	case ARGP_KEY_NO_ARGS:
		exit(amk_fail("show: give the directory of a run"));
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "RUN...",
	.doc = "Prints a run's paired table (user and kernel strategy of each family), what has no "
	       "number and why, and how far the run came. Several runs are shown one after the "
	       "other; where they were made in different places, what differs is said first.",
};

/* Says what keeps two runs from being compared. */
static int difference_print(const char *a, const char *b)
{
	struct amk_run_data first, second;
	char error[AMK_ERROR_LEN], text[AMK_ERROR_LEN];
	u32 count;

	if (amk_run_data_read(a, &first, error))
		return amk_fail("%s", error);
	if (amk_run_data_read(b, &second, error)) {
		amk_run_data_free(&first);
		return amk_fail("%s", error);
	}
	count = amk_run_data_differs(&first, &second, text);
	if (count)
		printf("not to be compared as they stand: %s and %s differ in %u things: %s\n\n", a,
		       b, count, text);
	amk_run_data_free(&first);
	amk_run_data_free(&second);
	return 0;
}

int amk_cmd_show(int argc, char **argv)
{
	struct line line = { 0 };
	char error[AMK_ERROR_LEN];
	int i;

	argp_parse(&argp, argc, argv, 0, NULL, &line);
	for (i = 1; i < line.nr_runs; i++)
		if (difference_print(line.runs[0], line.runs[i]))
			return 1;
	for (i = 0; i < line.nr_runs; i++) {
		if (line.nr_runs > 1)
			printf("%s%s\n", i ? "\n" : "", line.runs[i]);
		if (amk_table_run(line.runs[i], line.workload, error))
			return amk_fail("%s", error);
	}
	return 0;
}
