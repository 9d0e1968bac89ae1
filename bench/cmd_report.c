// SPDX-License-Identifier: GPL-2.0-only
/*
 * allocmark report RUN...: one page about one run or several. The runs are read whole before
 * anything is written, and the page is written aside and renamed: bad input leaves nothing behind.
 */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/command.h"
#include "bench/output.h"
#include "bench/page.h"
#include "bench/session.h"
#include "lib/user/axis.h"

#define RUNS_MAX 80 /* a sweep over the pairs of eight nodes, and others beside it */

struct line {
	const char *output; /* NULL: as the form has it; "-": stdout */
	const struct amk_page_form *form;
	struct amk_comparison_options comparison;
	bool no_plots;
	char **runs;
	size_t nr_runs;
};

#define fail(...) exit(amk_fail("report: " __VA_ARGS__))

static const struct argp_option options[] = {
	{ "output", 'o', "FILE", 0,
	  "Where the page goes; -: stdout (default: RUN/report.html of the first run; markdown: "
	  "stdout)",
	  0 },
	{ "format", 'f', "FORMAT", 0, "html or markdown (default: html)", 0 },
	{ "across", 'x', "AXIS,...", 0,
	  "What the runs that are compared may differ in: see compare", 0 },
	{ "margin", 'm', "PERCENT", 0,
	  "Of the verdicts: what is no change yet where chance has a part (default 3)", 0 },
	{ "tolerance", 't', "PERCENT", 0, "The same where it has none (default 0)", 0 },
	{ "no-plots", 'n', NULL, 0, "Draw nothing", 0 },
	{ 0 },
};

static const struct amk_page_form *form_find(const char *name)
{
	static const struct amk_page_form *const forms[] = { &amk_page_html, &amk_page_markdown };
	size_t i;

	for (i = 0; i < AMK_ARRAY_SIZE(forms); i++)
		if (!strcmp(forms[i]->name, name))
			return forms[i];
	fail("--format=%s: unknown; one of html, markdown", name);
	return NULL;
}

static void across_parse(struct line *line, const char *text)
{
	char unknown[32];
	u32 axes = 0;

	if (!amk_axes_parse(text, &axes, unknown))
		fail("--across: no axis '%s'; 'allocmark compare --help' names them", unknown);
	line->comparison.across |= axes;
}

static double percent_parse(const char *option, const char *text)
{
	char *end;
	double percent = strtod(text, &end);

	if (end == text || *end || !(percent >= 0 && percent < 1e6))
		fail("%s=%s: no percentage: as in %s=3", option, text, option);
	return percent / 100;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct line *line = state->input;

	switch (key) {
	case 'o':
		if (!*arg)
			fail("--output= is no file: as in --output=report.html, or - for stdout");
		line->output = arg;
		return 0;
	case 'f':
		line->form = form_find(arg);
		return 0;
	case 'x':
		across_parse(line, arg);
		return 0;
	case 'm':
		line->comparison.margin = percent_parse("--margin", arg);
		return 0;
	case 't':
		line->comparison.tolerance = percent_parse("--tolerance", arg);
		return 0;
	case 'n':
		line->no_plots = true;
		return 0;
	case ARGP_KEY_ARGS:
		line->runs = state->argv + state->next;
		line->nr_runs = (size_t)(state->argc - state->next);
		if (line->nr_runs > RUNS_MAX)
			fail("%s: at most %d runs share a page", line->runs[RUNS_MAX], RUNS_MAX);
		return 0;
	case ARGP_KEY_NO_ARGS:
		fail("no run directory given, such as results/*");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	options,
	parse,
	"RUN...",
	"Writes a page about one run or several: where they were made and what differs, figures "
	"that people ask for first, plots with user space and kernel together, verdicts on each "
	"run against the one before it that it has most in common with, among those that it may be "
	"compared with, what has no number and why, and every cell.\v"
	"The HTML page is one file that needs no network: plots, style and script are in it. It is "
	"light or dark as the reader's system is, can be used by keyboard and read without a "
	"script, and prints whole. Its tables can be sorted and filtered. In markdown there are no "
	"plots and no table of all cells.",
	NULL,
	NULL,
	NULL
};

/* Where the page goes; NULL: stdout. *@made is the caller's to free. */
static const char *output_choose(const struct line *line, char **made)
{
	*made = NULL;
	if (line->output)
		return strcmp(line->output, "-") ? line->output : NULL;
	if (line->form != &amk_page_html)
		return NULL;
	if (asprintf(made, "%s/report.html", line->runs[0]) < 0)
		*made = NULL;
	return *made;
}

static void title_word(const struct amk_page *page, char *title, size_t len)
{
	if (page->nr_runs == 1)
		snprintf(title, len, "allocmark: %s", page->run[0].name);
	else
		snprintf(title, len, "allocmark: %zu runs, from %s on", page->nr_runs,
			 page->run[0].name);
}

/* Writes the page of the runs that were read. The exit status, said on stderr. */
static int page_put(struct amk_page *page)
{
	char title[2 * NAME_MAX];
	struct amk_output output;
	int ret = amk_output_begin(&output, page->output);

	if (ret)
		return EXIT_FAILURE;
	/* From here on there is something to clear away. */
	amk_session_stop_catch();
	page->file = output.file;
	title_word(page, title, sizeof(title));
	ret = amk_page_write(page, title);
	if (ret)
		amk_output_drop(&output);
	else
		ret = amk_output_end(&output);
	if (!ret && page->output)
		printf("report of %zu run%s in %s\n", page->nr_runs, page->nr_runs > 1 ? "s" : "",
		       page->output);
	return ret ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* A place that cannot be written is told before the work, not after it. */
static int output_check(const char *output)
{
	char *dir, *slash;
	int ret = 0;

	if (!output)
		return 0;
	dir = strdup(output);
	slash = dir ? strrchr(dir, '/') : NULL;
	if (slash)
		slash[slash == dir] = '\0';
	if (dir && access(slash ? dir : ".", W_OK | X_OK) && access(output, W_OK)) {
		amk_fail("report: %s: cannot write: %s; give another --output", output,
			 strerror(errno));
		ret = EXIT_FAILURE;
	}
	free(dir);
	return ret;
}

int amk_cmd_report(int argc, char **argv)
{
	struct amk_plot_run run[RUNS_MAX];
	struct amk_page page = { .run = run };
	struct line line = { .form = &amk_page_html };
	int ret = EXIT_FAILURE;
	char *made;

	amk_comparison_options_default(&line.comparison);
	argp_parse(&argp, argc, argv, 0, NULL, &line);
	page.form = line.form;
	page.comparison = line.comparison;
	page.figures = !line.no_plots;
	page.output = output_choose(&line, &made);
	if (line.form->pictures && amk_scripts_find(page.assets_dir))
		amk_fail("report: style and script of the page are not beside the program nor in "
			 "%s: make install",
			 page.assets_dir);
	else if (!amk_page_runs_read("report", run, line.runs, line.nr_runs, &page.nr_runs) &&
		 !output_check(page.output))
		ret = page_put(&page);
	amk_page_costs_free(&page);
	while (page.nr_runs)
		amk_plot_run_free(&run[--page.nr_runs]);
	free(made);
	return ret;
}
