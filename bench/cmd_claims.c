// SPDX-License-Identifier: GPL-2.0-only
/*
 * allocmark claims: what an old page says about allocating memory in the kernel, held against runs.
 */
#include <argp.h>
#include <stdlib.h>
#include <string.h>

#include "bench/claim.h"
#include "bench/claims_table.h"
#include "bench/command.h"
#include "bench/output.h"

static const struct format {
	const char *name;
	amk_claims_write *write;
} formats[] = {
	{ "table", amk_claims_table },
	{ "markdown", amk_claims_markdown },
	{ "tsv", amk_claims_tsv },
};

#define FORMAT_NAMES "table, markdown or tsv"

struct line {
	const struct format *format;
	const char *output;
	struct amk_claims_view view;
	char **runs;
	int nr_runs;
};

static const struct argp_option options[] = {
	{ "format", 'f', "FORMAT", 0, FORMAT_NAMES " (default: table)", 0 },
	{ "claim", 'c', "NAME", 0, "only this claim; may be given again", 0 },
	{ "output", 'o', "FILE", 0, "Write there, aside and renamed (default: stdout)", 0 },
	{ 0 },
};

static const struct format *format_find(const char *name)
{
	size_t i;

	for (i = 0; i < AMK_ARRAY_SIZE(formats); i++)
		if (!strcmp(formats[i].name, name))
			return &formats[i];
	exit(amk_fail("claims: --format: no format '%s': " FORMAT_NAMES, name));
}

static void claim_choose(struct amk_claims_view *view, const char *name)
{
	const struct amk_claim *claim = amk_claim_find(name);

	if (!claim)
		exit(amk_fail("claims: --claim: no claim '%s': 'allocmark claims' lists them",
			      name));
	view->chosen[claim - amk_claims] = true;
	view->some = true;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct line *line = state->input;

	switch (key) {
	case 'f':
		line->format = format_find(arg);
		return 0;
	case 'c':
		claim_choose(&line->view, arg);
		return 0;
	case 'o':
		line->output = arg;
		return 0;
	case ARGP_KEY_ARGS:
		line->runs = state->argv + state->next;
		line->nr_runs = state->argc - state->next;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "[RUN...]",
	.doc = "Holds what an old page says about kmalloc, kzalloc, kcalloc, vmalloc and GFP flags "
	       "against what the runs recorded. Each claim holds, holds here (by how this kernel "
	       "or machine is set), does not hold, is out of date, or is not testable here, with "
	       "the numbers that say so. Runs of different kernels stand side by side; runs of the "
	       "same kernel, such as two boots with init_on_alloc=0 and 1, are one column. Without "
	       "a run the claims are listed: what each is held to and how its verdict follows."
	       "\vRuns for this are made by 'allocmark run --evidence' with the module loaded, or "
	       "by './run-bench.sh --claims' in guests.",
};

static int run_add(struct amk_claims_view *view, struct amk_costs *costs)
{
	struct amk_evidence *column = amk_claims_column(view, costs);

	if (column->nr_runs == AMK_EVIDENCE_RUNS_MAX)
		return amk_fail("claims: %s: more than %d runs of kernel %s; leave some out",
				costs->path, AMK_EVIDENCE_RUNS_MAX, costs->kernel);
	column->run[column->nr_runs++] = costs;
	return 0;
}

static int runs_read(const struct line *line, struct amk_claims_view *view, struct amk_costs *costs,
		     int *nr_read)
{
	char error[AMK_ERROR_LEN];

	for (*nr_read = 0; *nr_read < line->nr_runs; ++*nr_read) {
		if (amk_costs_read(line->runs[*nr_read], &costs[*nr_read], error))
			return amk_fail("%s", error);
		if (run_add(view, &costs[*nr_read])) {
			++*nr_read;
			return 1;
		}
	}
	return 0;
}

static int claims_write(const struct line *line, const struct amk_claims_view *view)
{
	struct amk_output output;

	if (amk_output_begin(&output, line->output))
		return 1;
	line->format->write(output.file, view);
	return amk_output_end(&output) ? 1 : 0;
}

int amk_cmd_claims(int argc, char **argv)
{
	struct line line = { .format = formats };
	struct amk_claims_view *view = &line.view;
	struct amk_costs *costs;
	int nr_read = 0, failed;

	view->chosen = calloc(amk_nr_claims, sizeof(*view->chosen));
	if (!view->chosen)
		return amk_fail("out of memory");
	argp_parse(&argp, argc, argv, 0, NULL, &line);
	costs = calloc((size_t)line.nr_runs + 1, sizeof(*costs));
	view->column = calloc((size_t)line.nr_runs + 1, sizeof(*view->column));
	if (!costs || !view->column)
		failed = amk_fail("out of memory");
	else
		failed = runs_read(&line, view, costs, &nr_read);
	if (!failed)
		failed = claims_write(&line, view);
	while (nr_read)
		amk_costs_free(&costs[--nr_read]);
	free(view->column);
	free(view->chosen);
	free(costs);
	return failed;
}
