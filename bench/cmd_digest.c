// SPDX-License-Identifier: GPL-2.0-only
/*
 * allocmark digest: makes a run's costs.tsv, for runs that another machine or another version left
 * without one, or that were added to since.
 */
#include <argp.h>
#include <stdlib.h>

#include "bench/command.h"
#include "bench/digest.h"
#include "lib/user/costs_digest.h"

struct line {
	char **runs;
	int nr_runs;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct line *line = state->input;

	(void)arg;
	switch (key) {
	case ARGP_KEY_ARGS:
		line->runs = state->argv + state->next;
		line->nr_runs = state->argc - state->next;
		return 0;
	case ARGP_KEY_NO_ARGS:
		exit(amk_fail("digest: give the directory of a run"));
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.parser = parse,
	.args_doc = "RUN...",
	.doc = "Writes a run's digest, costs.tsv: each cell's cost in each round, which is all "
	       "that a comparison needs and is read much faster than the records. 'allocmark run' "
	       "makes it by itself; a digest that is older than the records is not used.",
};

int amk_digest_make(const char *path, char error[AMK_ERROR_LEN])
{
	struct amk_costs costs;
	int failed = amk_costs_read_blocks(path, &costs, error);

	if (failed)
		return failed;
	failed = amk_costs_digest_write(&costs, path, error);
	amk_costs_free(&costs);
	return failed;
}

int amk_cmd_digest(int argc, char **argv)
{
	struct line line = { 0 };
	char error[AMK_ERROR_LEN];
	int i;

	argp_parse(&argp, argc, argv, 0, NULL, &line);
	for (i = 0; i < line.nr_runs; i++)
		if (amk_digest_make(line.runs[i], error))
			return amk_fail("%s", error);
	return 0;
}
