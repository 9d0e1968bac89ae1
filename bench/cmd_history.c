// SPDX-License-Identifier: GPL-2.0-only
/*
 * allocmark history: where the runs of a directory changed their level.
 */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/command.h"
#include "bench/history.h"
#include "lib/core/workload.h"
#include "lib/user/axis.h"

enum {
	KEY_ACROSS = 256,
	KEY_ALL,
	KEY_ALPHA,
	KEY_CELL,
	KEY_FORMAT,
	KEY_LIMIT,
	KEY_MAGNITUDE,
	KEY_PLOT,
	KEY_TOLERANCE,
};

struct line {
	struct amk_history_view view;
	bool tsv;
	char **paths;
	int nr_paths;
};

static const struct argp_option options[] = {
	{ "across", KEY_ACROSS, "AXIS,...", 0,
	  "take runs together although they differ in this: kernel, machine, ... as compare has "
	  "them",
	  0 },
	{ "alpha", KEY_ALPHA, "P", 0,
	  "chance at which a series without a change may be said to have one: 0.05, 0.01, 0.001 "
	  "(default) or 0.0001",
	  0 },
	{ "magnitude", KEY_MAGNITUDE, "PERCENT", 0, "a smaller change is none (default: 3)", 0 },
	{ "tolerance", KEY_TOLERANCE, "PERCENT", 0,
	  "the same for series that no chance is in (default: 0)", 0 },
	{ "cell", KEY_CELL, "SIDE:STRATEGY:WORKLOAD:SIZE[:METRIC]", 0,
	  "only this cell, changed or not; * fits anything; may be given again", 0 },
	{ "all", KEY_ALL, NULL, 0, "show series without a change, too", 0 },
	{ "limit", KEY_LIMIT, "N", 0,
	  "rows of the table, and pictures, of each group (default: 20; 0: all)", 0 },
	{ "format", KEY_FORMAT, "NAME", 0,
	  "table (default), or tsv: a line for each change of each series", 0 },
	{ "plot", KEY_PLOT, "DIR", 0, "draw the series shown, a picture each, into DIR", 0 },
	{ 0 },
};

/* ---- the command line ---- */

static double percent_parse(const char *option, const char *arg)
{
	char *end;
	double percent = strtod(arg, &end);

	if (end == arg || *end || !(percent >= 0 && percent <= 1000))
		exit(amk_fail("%s: '%s' is not a percentage from 0 to 1000", option, arg));
	return percent / 100;
}

static enum amk_cusum_level alpha_parse(const char *arg)
{
	char *end;
	enum amk_cusum_level level = amk_cusum_level_find(strtod(arg, &end));

	if (end == arg || *end || level == AMK_NR_CUSUM_LEVELS)
		exit(amk_fail("--alpha: '%s' is none of 0.05, 0.01, 0.001 and 0.0001", arg));
	return level;
}

static size_t limit_parse(const char *arg)
{
	char *end;
	unsigned long limit = strtoul(arg, &end, 10);

	if (arg[0] < '0' || arg[0] > '9' || *end)
		exit(amk_fail("--limit: '%s' is not a number", arg));
	return limit;
}

static u32 across_parse(const char *arg)
{
	char unknown[32];
	u32 axes;

	if (!amk_axes_parse(arg, &axes, unknown))
		exit(amk_fail("--across: no axis '%s'; allocmark compare --help names them",
			      unknown));
	return axes;
}

/* The next field of a pattern; NULL: any. */
static const char *field_take(char **rest)
{
	const char *field = strsep(rest, ":");

	return field && strcmp(field, "*") ? field : NULL;
}

static bool strategy_known(const struct amk_cell_pattern *p)
{
	u32 side;

	for (side = 0; side < AMK_NR_SIDES; side++)
		if ((!p->side || !strcmp(p->side, amk_side_names[side])) &&
		    (!p->strategy || amk_strategy_find(side, p->strategy)))
			return true;
	return false;
}

static const char *pattern_wrong(struct amk_cell_pattern *p, const char *size)
{
	if (!strategy_known(p))
		return "no such strategy on that side";
	if (p->workload && !amk_workload_find(p->workload))
		return "no such workload";
	if (p->metric && !amk_metric_find(p->metric))
		return "no such metric";
	if (!size || !strcmp(size, "0"))
		return NULL;
	return amk_size_parse(size, &p->size) ? "no size" : NULL;
}

static void pattern_add(struct amk_history_view *view, const char *arg)
{
	struct amk_cell_pattern *p;
	const char *size, *wrong;
	char *rest;

	p = reallocarray(view->pattern, view->nr_patterns + 1, sizeof(*p));
	if (!p)
		exit(amk_fail("out of memory"));
	view->pattern = p;
	p += view->nr_patterns++;
	memset(p, 0, sizeof(*p));
	p->text = rest = strdup(arg);
	if (!rest)
		exit(amk_fail("out of memory"));
	p->side = field_take(&rest);
	p->strategy = field_take(&rest);
	p->workload = field_take(&rest);
	if (!rest)
		exit(amk_fail("--cell: '%s' is not SIDE:STRATEGY:WORKLOAD:SIZE", arg));
	size = field_take(&rest);
	p->metric = rest ? field_take(&rest) : NULL;
	wrong = rest ? "more fields than five" : pattern_wrong(p, size);
	if (wrong)
		exit(amk_fail("--cell: '%s': %s; 'allocmark list' has the names", arg, wrong));
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct line *line = state->input;
	struct amk_history_view *view = &line->view;

	switch (key) {
	case KEY_ACROSS:
		view->history.across |= across_parse(arg);
		return 0;
	case KEY_ALL:
		view->all = true;
		return 0;
	case KEY_ALPHA:
		view->options.level = alpha_parse(arg);
		return 0;
	case KEY_CELL:
		pattern_add(view, arg);
		return 0;
	case KEY_FORMAT:
		line->tsv = !strcmp(arg, "tsv");
		if (!line->tsv && strcmp(arg, "table"))
			exit(amk_fail("--format: '%s' is neither table nor tsv", arg));
		return 0;
	case KEY_LIMIT:
		view->limit = limit_parse(arg);
		return 0;
	case KEY_MAGNITUDE:
		view->options.magnitude = percent_parse("--magnitude", arg);
		return 0;
	case KEY_TOLERANCE:
		view->options.tolerance = percent_parse("--tolerance", arg);
		return 0;
	case KEY_PLOT:
		view->plot = arg;
		return 0;
	case ARGP_KEY_ARGS:
		line->paths = state->argv + state->next;
		line->nr_paths = state->argc - state->next;
		return 0;
	case ARGP_KEY_NO_ARGS:
		exit(amk_fail("history: give directories of runs, or one above them"));
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "DIR...",
	.doc = "Puts the runs at or below each DIR in the order of time, and finds for each cell "
	       "where the runs' medians changed their level: worst latest change first. Runs that "
	       "may not be compared are shown apart."
	       "\vA change is found by ranks (the CUSUM of Pettitt, critical values in "
	       "lib/user/cusum_table.def, binary segmentation), so one wild run is none. Where "
	       "chance has no part (instructions that are counted, counts that follow from the "
	       "allocator alone) a series is taken exactly, each step being a change, unless it "
	       "moves in more than one in eight of its runs. The chance in the table is that of a "
	       "series without a change to show as much; it is for one series, and among a "
	       "thousand at 0.001 one such is to be expected. Runs are taken to be independent: "
	       "what drifts slowly from run to run is found, too. Found does not mean explained.",
};

/* ---- the work ---- */

static int history_show(struct line *line)
{
	struct amk_history_view *view = &line->view;
	int failed = amk_history_finish(&view->history, &view->options);

	if (!failed)
		failed = line->tsv ? amk_history_tsv(view) : amk_history_table(view);
	if (failed)
		return amk_fail("out of memory");
	return view->plot ? amk_history_plot(view) : 0;
}

static int history_make(struct line *line)
{
	char error[AMK_ERROR_LEN];
	int i;

	for (i = 0; i < line->nr_paths; i++)
		if (amk_history_collect(&line->view, line->paths[i], error))
			return amk_fail("history: %s", error);
	if (!line->view.history.nr_groups)
		return amk_fail("history: none of the runs can be read");
	return history_show(line);
}

int amk_cmd_history(int argc, char **argv)
{
	struct line line = {
		.view = {
			.options = { .level = AMK_CUSUM_1_PERMILLE, .magnitude = 0.03 },
			.limit = 20,
		},
	};
	int status;

	argp_parse(&argp, argc, argv, 0, NULL, &line);
	status = history_make(&line);
	amk_history_free(&line.view.history);
	while (line.view.nr_patterns)
		free(line.view.pattern[--line.view.nr_patterns].text);
	free(line.view.pattern);
	return status;
}
