// SPDX-License-Identifier: GPL-2.0-only
/*
 * allocmark export: every figure of a run, for plots and for other programs. The forms are the rows
 * of the table below, a file each.
 */
#include <argp.h>
#include <stdlib.h>
#include <string.h>

#include "bench/command.h"
#include "bench/export.h"
#include "bench/output.h"
#include "lib/core/deps.h"

static const struct format {
	const char *name;
	amk_export_write *write;
} formats[] = {
	{ "tsv", amk_export_tsv },
	{ "csv", amk_export_csv },
	{ "gbench", amk_export_gbench },
	{ "bencher", amk_export_bencher },
};

#define FORMAT_NAMES "tsv, csv, gbench or bencher"

struct line {
	const struct format *format;
	const char *output;
	char **runs;
	int nr_runs;
};

static const struct argp_option options[] = {
	{ "format", 'f', "FORMAT", 0, FORMAT_NAMES " (default: tsv)", 0 },
	{ "output", 'o', "FILE", 0, "Write there, aside and renamed (default: stdout)", 0 },
	{ 0 },
};

static const struct format *format_find(const char *name)
{
	size_t i;

	for (i = 0; i < AMK_ARRAY_SIZE(formats); i++)
		if (!strcmp(formats[i].name, name))
			return &formats[i];
	exit(amk_fail("export: --format: no format '%s': " FORMAT_NAMES, name));
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct line *line = state->input;

	switch (key) {
	case 'f':
		line->format = format_find(arg);
		return 0;
	case 'o':
		line->output = arg;
		return 0;
	case ARGP_KEY_ARGS:
		line->runs = state->argv + state->next;
		line->nr_runs = state->argc - state->next;
		return 0;
	case ARGP_KEY_NO_ARGS:
		exit(amk_fail("export: give the directory of a run"));
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "RUN...",
	.doc = "Writes every cell and metric of the runs, by default as tab-separated values with "
	       "a line of column names. A cell without a number has a line with its status and "
	       "reason and an empty cost.\v"
	       "gbench is the JSON of Google Benchmark, a repetition a round, and holds times "
	       "alone; bencher is the Bencher Metric Format, a value (median of rounds) a cell and "
	       "measure. Both name a cell SIDE/STRATEGY/WORKLOAD/BYTES, take one run at a time, "
	       "and leave out what has no number.",
};

int amk_cmd_export(int argc, char **argv)
{
	struct line line = { .format = formats };
	char error[AMK_ERROR_LEN];
	struct amk_output output;

	argp_parse(&argp, argc, argv, 0, NULL, &line);
	if (amk_output_begin(&output, line.output))
		return 1;
	if (line.format->write(output.file, line.runs, (size_t)line.nr_runs, error)) {
		amk_output_drop(&output);
		return amk_fail("%s", error);
	}
	return amk_output_end(&output) ? 1 : 0;
}
