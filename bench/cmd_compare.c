// SPDX-License-Identifier: GPL-2.0-only
/*
 * allocmark compare: what differs between runs, and what chance alone would not have done.
 */
#include <argp.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/command.h"
#include "bench/compare.h"
#include "bench/plot_heat.h"
#include "bench/report.h"
#include "lib/user/axis.h"

struct line {
	struct amk_comparison_options options;
	struct amk_compare_view view;
	const struct amk_report_format *format;
	const char *output;
	bool plot;
	const char *plot_dir; /* NULL: below the heads */
	char **runs;
	int nr_runs;
};

enum { KEY_ALL = 256, KEY_ONLY, KEY_LIMIT, KEY_Q, KEY_PERCENTILES, KEY_SEED };

static const struct argp_option options[] = {
	{ "across", 'x', "AXIS,...", 0, "what may differ between the runs (see below)", 0 },
	{ "margin", 'm', "PERCENT", 0, "what is no change yet where chance has a part (default 3)",
	  0 },
	{ "tolerance", 't', "PERCENT", 0, "the same where it has none (default 0)", 0 },
	{ "q", KEY_Q, "RATE", 0, "share of false alarms among the alarms (default 0.05)", 0 },
	{ "all", KEY_ALL, NULL, 0, "show every cell, not only what differs", 0 },
	{ "only", KEY_ONLY, "VERDICT,...", 0, "show the cells of these verdicts", 0 },
	{ "limit", KEY_LIMIT, "N", 0, "show at most N cells (default 50; 0: all of them)", 0 },
	{ "percentiles", KEY_PERCENTILES, NULL, 0,
	  "add the percentiles of single operations of each cell in the table", 0 },
	{ "seed", KEY_SEED, "N", 0, "of what is drawn for their intervals (default 1)", 0 },
	{ "format", 'f', "FORMAT", 0,
	  "table (default), csv, json, markdown, junit or github (see below)", 0 },
	{ "output", 'o', "FILE", 0, "write there, aside and renamed (default: stdout)", 0 },
	{ "plot", 'p', "DIR", OPTION_ARG_OPTIONAL,
	  "draw heat maps of the change, too (default: in HEAD/plots/against-BASE)", 0 },
	{ 0 },
};

/* Ends the program: what was asked for is wrong. */
#define USAGE_FAIL(...)                \
	do {                           \
		amk_fail(__VA_ARGS__); \
		exit(AMK_EXIT_ERROR);  \
	} while (0)

/* A number from 0 to below @end. */
static double number_parse(const char *option, const char *text, double end)
{
	char *rest;
	double number = strtod(text, &rest);

	if (rest == text || *rest || !(number >= 0 && number < end))
		USAGE_FAIL("%s: '%s' is not a number from 0 to below %g", option, text, end);
	return number;
}

static u32 verdicts_parse(const char *text)
{
	char *copy = strdup(text), *word, *rest = copy;
	u32 set = 0;
	int verdict;

	while (copy && (word = strsep(&rest, ",")) != NULL) {
		verdict = amk_verdict_find(word);
		if (verdict < 0)
			USAGE_FAIL("--only: no verdict '%s'; see allocmark compare --help", word);
		set |= 1U << verdict;
	}
	free(copy);
	return set;
}

static const struct amk_report_format *format_parse(const char *name)
{
	const struct amk_report_format *format = amk_report_format_find(name);

	if (!format)
		USAGE_FAIL("--format: no format '%s': %s", name, amk_report_format_names);
	return format;
}

static u32 across_parse(const char *text)
{
	char unknown[32];
	u32 axes;

	if (!amk_axes_parse(text, &axes, unknown))
		USAGE_FAIL("--across: no axis '%s'; see allocmark compare --help", unknown);
	return axes;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct line *line = state->input;

	switch (key) {
	case 'x':
		line->options.across |= across_parse(arg);
		return 0;
	case 'm':
		line->options.margin = number_parse("--margin", arg, 1e6) / 100;
		return 0;
	case 'f':
		line->format = format_parse(arg);
		return 0;
	case 'o':
		line->output = arg;
		return 0;
	case 'p':
		line->plot = true;
		line->plot_dir = arg;
		return 0;
	case 't':
		line->options.tolerance = number_parse("--tolerance", arg, 1e6) / 100;
		return 0;
	case KEY_Q:
		line->options.q = number_parse("--q", arg, 1);
		return 0;
	case KEY_ALL:
		line->view.all = true;
		return 0;
	case KEY_ONLY:
		line->view.only |= verdicts_parse(arg);
		return 0;
	case KEY_LIMIT:
		line->view.limit = (size_t)number_parse("--limit", arg, 1e9);
		return 0;
	case KEY_PERCENTILES:
		line->view.percentiles = true;
		return 0;
	case KEY_SEED:
		line->view.seed = (u64)number_parse("--seed", arg, 1e15);
		return 0;
	case ARGP_KEY_ARGS:
		line->runs = state->argv + state->next;
		line->nr_runs = state->argc - state->next;
		return 0;
	case ARGP_KEY_END:
		if (line->nr_runs < 2)
			USAGE_FAIL("compare: give the directories of two runs or more, the base "
				   "first");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const char doc[] =
	"Compares each HEAD with BASE, cell by cell. What chance has a part in is compared by "
	"ranks over the rounds: a cell has regressed or improved when the change is more than the "
	"margin and chance alone would hardly have made it (one-sided Mann-Whitney test, "
	"Benjamini-Hochberg over all cells), is equivalent when the interval of the change lies "
	"within the margin, and else inconclusive. Counts that follow from the allocator alone are "
	"compared exactly, and so is everything where the clock counts instructions."
	"\v'change' is head against base with its interval, 'n' the rounds of base and head, 'p' "
	"after Benjamini-Hochberg, 'least' the least change for the worse that these rounds could "
	"have shown ('none': not any).\n\n"
	"Runs that were not made in the same place and way are refused, with what differs, unless "
	"--across names the axes that may:\n";

static const char doc_end[] =
	"\nOf the formats, csv, json (results/README.md) and junit hold every cell, or those of "
	"--only; table, markdown and github show what --all, --only and --limit say. In junit a "
	"cell that regressed is a failure, one of which nothing can be said is skipped. github "
	"writes annotations, and Markdown to the file that GITHUB_STEP_SUMMARY names.\n"
	"\nVerdicts: regressed, improved, changed (neither way is better), equivalent, "
	"inconclusive, only-base, only-head (the other run has no number), no-number.\n\n"
	"The exit status is 0 when the runs were compared, whatever the verdicts; 2 when something "
	"is wrong with the input; 3 when the runs are not to be compared, have no cell in common, "
	"or too few rounds for a verdict on any cell.";

/* The text after the options, with the table of axes. */
static char *help_axes(int key, const char *text, void *input)
{
	char *out = NULL;
	size_t len, i;
	FILE *file;

	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC)
		return (char *)text;
	file = open_memstream(&out, &len);
	if (!file)
		return (char *)text;
	fputs(text, file);
	for (i = 0; amk_axes[i].name; i++)
		fprintf(file, "  %-14s %s\n", amk_axes[i].name, amk_axes[i].summary);
	fputs(doc_end, file);
	fclose(file);
	return out;
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "BASE HEAD...",
	.doc = doc,
	.help_filter = help_axes,
};

/* Whether stdout is read by people: what another program reads holds nothing else. */
static bool for_people(const struct line *line)
{
	return line->format == amk_report_format_find("table") && !line->output;
}

/* What is said about a pair that is none. */
static int refuse(const struct line *line, const struct amk_comparison *c, const char *error)
{
	if (for_people(line) && amk_differences_refused(&c->differences, c->options.across)) {
		printf("%s and %s differ (base -> head):\n", c->base->path, c->head->path);
		amk_compare_differences(stdout, &c->differences, c->options.across);
	}
	amk_fail("%s", error);
	return AMK_EXIT_NOT_COMPARABLE;
}

/* The runs and their comparisons, which point into them. */
struct compared {
	struct amk_costs base;
	struct amk_costs *head;
	struct amk_comparison *comparison;
	size_t nr_heads; /* that were read */
	size_t nr_comparisons; /* as many, or one less */
};

/* Whether something can be said of the pair. The exit status, said on stderr if not 0. */
static int pair_make(const struct line *line, struct compared *all)
{
	struct amk_comparison *c = &all->comparison[all->nr_comparisons];
	char error[AMK_ERROR_LEN];
	int failed = amk_comparison_make(&all->base, &all->head[all->nr_comparisons],
					 &line->options, c, error);

	all->nr_comparisons++;
	if (failed == AMK_NOT_COMPARABLE)
		return refuse(line, c, error);
	if (failed) {
		amk_fail("%s", error);
		return AMK_EXIT_ERROR;
	}
	return 0;
}

static int head_read(const struct line *line, struct compared *all, const char *path)
{
	char error[AMK_ERROR_LEN];

	if (amk_costs_read(path, &all->head[all->nr_heads], error)) {
		amk_fail("%s", error);
		return AMK_EXIT_ERROR;
	}
	all->nr_heads++;
	return pair_make(line, all);
}

static int undecided(const struct compared *all)
{
	size_t i;

	for (i = 0; i < all->nr_comparisons; i++) {
		const struct amk_comparison *c = &all->comparison[i];

		if (c->nr_decidable)
			continue;
		amk_fail("%s and %s: too few rounds for a verdict on any cell; measure at least %u "
			 "in each run",
			 c->base->path, c->head->path, c->rounds_needed);
		return AMK_EXIT_NOT_COMPARABLE;
	}
	return 0;
}

static int compared_report(const struct line *line, const struct compared *all)
{
	const struct amk_report report = { .command = "compare",
					   .comparison = all->comparison,
					   .nr_comparisons = all->nr_comparisons,
					   .view = &line->view };

	if (amk_report_write(&report, line->format, line->output))
		return AMK_EXIT_ERROR;
	if (line->plot && amk_plot_comparisons(all->comparison, all->nr_comparisons, line->plot_dir,
					       for_people(line)))
		return AMK_EXIT_ERROR;
	return undecided(all);
}

static void compared_free(struct compared *all)
{
	while (all->nr_comparisons)
		amk_comparison_free(&all->comparison[--all->nr_comparisons]);
	while (all->nr_heads)
		amk_costs_free(&all->head[--all->nr_heads]);
	amk_costs_free(&all->base);
	free(all->comparison);
	free(all->head);
}

/* Reads and compares all of them; the first thing that is wrong is the one that is told. */
static int compared_make(const struct line *line, struct compared *all)
{
	char error[AMK_ERROR_LEN];
	int status = 0, i;

	memset(all, 0, sizeof(*all));
	if (amk_costs_read(line->runs[0], &all->base, error)) {
		amk_fail("%s", error);
		return AMK_EXIT_ERROR;
	}
	all->head = calloc((size_t)line->nr_runs, sizeof(*all->head));
	all->comparison = calloc((size_t)line->nr_runs, sizeof(*all->comparison));
	if (!all->head || !all->comparison) {
		amk_fail("out of memory");
		status = AMK_EXIT_ERROR;
	}
	for (i = 1; i < line->nr_runs && !status; i++)
		status = head_read(line, all, line->runs[i]);
	if (status)
		compared_free(all);
	return status;
}

int amk_cmd_compare(int argc, char **argv)
{
	struct line line = { .view = { .limit = 50, .seed = 1 } };
	struct compared all;
	int status;

	amk_comparison_options_default(&line.options);
	line.format = amk_report_format_find("table");
	argp_err_exit_status = AMK_EXIT_ERROR;
	argp_parse(&argp, argc, argv, 0, NULL, &line);
	status = compared_make(&line, &all);
	if (status)
		return status;
	status = compared_report(&line, &all);
	compared_free(&all);
	return status;
}
