// SPDX-License-Identifier: GPL-2.0-only
/*
 * allocmark nodes RUN...: what memory costs by NUMA node, of the runs that allocmark run --nodes
 * made. The runs are read whole before anything is printed.
 */
#include <argp.h>
#include <stdlib.h>
#include <string.h>

#include "bench/command.h"
#include "bench/nodes_table.h"
#include "bench/output.h"
#include "bench/page.h"

static const struct format {
	const char *name;
	amk_nodes_write *write;
} formats[] = {
	{ "table", amk_nodes_table },
	{ "markdown", amk_nodes_markdown },
	{ "tsv", amk_nodes_tsv },
};

#define FORMAT_NAMES "table, markdown or tsv"

enum key { KEY_STRATEGIES = 256, KEY_WORKLOADS, KEY_SIZES };

struct line {
	const struct format *format;
	const char *output;
	char *strategies, *workloads, *sizes; /* NULL: all */
	char **runs;
	size_t nr_runs;
};

static const struct argp_option options[] = {
	{ "format", 'f', "FORMAT", 0, FORMAT_NAMES " (default: table)", 0 },
	{ "strategies", KEY_STRATEGIES, "LIST", 0, "Only these: as of run (default: all)", 0 },
	{ "workloads", KEY_WORKLOADS, "LIST", 0, "Only these: likewise", 0 },
	{ "sizes", KEY_SIZES, "LIST", 0, "Only these: likewise", 0 },
	{ "output", 'o', "FILE", 0, "Write there, aside and renamed (default: stdout)", 0 },
	{ 0 },
};

static const struct format *format_find(const char *name)
{
	size_t i;

	for (i = 0; i < AMK_ARRAY_SIZE(formats); i++)
		if (!strcmp(formats[i].name, name))
			return &formats[i];
	exit(amk_fail("nodes: --format: no format '%s': " FORMAT_NAMES, name));
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
	case KEY_STRATEGIES:
		line->strategies = arg;
		return 0;
	case KEY_WORKLOADS:
		line->workloads = arg;
		return 0;
	case KEY_SIZES:
		line->sizes = arg;
		return 0;
	case ARGP_KEY_ARGS:
		line->runs = state->argv + state->next;
		line->nr_runs = (size_t)(state->argc - state->next);
		return 0;
	case ARGP_KEY_NO_ARGS:
		exit(amk_fail("nodes: no run directory given, such as those that run --nodes=all "
			      "made: DIR/*"));
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "RUN...",
	.doc = "What memory costs by NUMA node: for each strategy that takes a node, workload and "
	       "size a matrix of the nodes whose CPUs asked and those whose memory was asked for, "
	       "absolute and as a multiple of the CPU's own node, with the share of pages that lay "
	       "where they were asked to; beside it the distances that the firmware tells, and the "
	       "latency and bandwidth of its HMAT where it has one.\v"
	       "The runs are those that 'allocmark run --nodes=all --out=DIR' makes, DIR/*. Of a "
	       "memory Linux tells the HMAT's values only from the nodes nearest to it. Linux "
	       "numbers the nodes; a node without memory or without CPUs has an empty column or "
	       "row.",
};

/* Which rows are shown: those of the lists as --strategies and so on of run read them. */
static int chosen_read(const struct line *line, struct amk_selection *chosen)
{
	struct amk_options all = { .side = { true, true },
				   .grid = AMK_GRID_FULL,
				   .strategies = line->strategies,
				   .workloads = line->workloads,
				   .sizes = line->sizes,
				   .page_bytes = 4096,
				   .kmalloc_max_bytes = 4ULL << 20 };
	char error[AMK_PLAN_ERROR_LEN];
	u32 i;

	if (amk_select(&all, chosen, error))
		return amk_fail("nodes: %s", error);
	for (i = 0; !line->strategies && i < AMK_NR_STRATEGIES; i++)
		chosen->strategy[i] = true;
	for (i = 0; !line->workloads && i < AMK_NR_WORKLOADS; i++)
		chosen->workload[i] = true;
	return 0;
}

static int runs_check(const struct amk_plot_run *run, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (!amk_nodes_asked(&run[i]))
			return amk_fail("nodes: %s: it asked for no node: allocmark run "
					"--nodes=all makes runs that do",
					run[i].data.path);
	return 0;
}

static bool any_shown(const struct amk_nodes_view *view)
{
	size_t i, k;

	for (i = 0; i < view->nr_lists; i++)
		for (k = 0; k < view->list[i].nr_rows; k++)
			if (amk_nodes_shown(view, &view->list[i].row[k]))
				return true;
	return false;
}

static int view_write(const struct line *line, const struct amk_nodes_view *view)
{
	struct amk_output output;

	if (!any_shown(view))
		return amk_fail("nodes: %s: nothing is timed there that takes a node and was "
				"asked for here",
				line->runs[0]);
	if (amk_output_begin(&output, line->output))
		return 1;
	line->format->write(output.file, view);
	return amk_output_end(&output) ? 1 : 0;
}

static int runs_show(const struct line *line, const struct amk_plot_run *run)
{
	struct amk_selection chosen;
	struct amk_nodes_view view = { .chosen = &chosen, .all_sizes = !line->sizes };
	struct amk_nodes *list;
	int failed;

	if (chosen_read(line, &chosen) || runs_check(run, line->nr_runs) ||
	    amk_nodes_collect("nodes", run, line->nr_runs, &list, &view.nr_lists))
		return 1;
	view.list = list;
	failed = view_write(line, &view);
	amk_nodes_free(list, view.nr_lists);
	return failed;
}

int amk_cmd_nodes(int argc, char **argv)
{
	struct line line = { .format = formats };
	struct amk_plot_run *run;
	size_t nr_read = 0;
	int failed;

	argp_parse(&argp, argc, argv, 0, NULL, &line);
	run = calloc(line.nr_runs, sizeof(*run));
	if (!run)
		return amk_fail("out of memory");
	failed = amk_page_runs_read("nodes", run, line.runs, line.nr_runs, &nr_read) ? 1 : 0;
	if (!failed)
		failed = runs_show(&line, run);
	while (nr_read)
		amk_plot_run_free(&run[--nr_read]);
	free(run);
	return failed;
}
