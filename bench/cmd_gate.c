// SPDX-License-Identifier: GPL-2.0-only
/*
 * allocmark gate: whether a run may pass, for a job that asks by exit status.
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/command.h"
#include "bench/compare.h"
#include "bench/gate.h"
#include "bench/report.h"
#include "bench/session.h"
#include "lib/user/axis.h"

#define ROUNDS_DEFAULT 10
#define LIMIT_DEFAULT 50
#define REPORTS_MAX 8

struct line {
	struct amk_gate_line gate; /* first: what the gate points to is this */
	struct amk_compare_view view;
	/* What is reported: the first by --format and --output, the others by --report. */
	struct {
		const struct amk_report_format *format;
		const char *path; /* NULL: stdout */
	} report[REPORTS_MAX];
	u32 nr_reports;
	bool print;
};

enum key {
	KEY_BASELINE = 256,
	KEY_THRESHOLDS,
	KEY_PRINT,
	KEY_BASELINE_BUILD,
	KEY_BUILD,
	KEY_KEEP,
	KEY_ROUNDS,
	KEY_NO_REMEASURE,
	KEY_ACROSS,
	KEY_REPORT,
	KEY_ALL,
	KEY_LIMIT,
	KEY_QUIET,
};

static const struct argp_option options[] = {
	{ "baseline", KEY_BASELINE, "DIR", 0,
	  "what the run is held against: a run, or what 'allocmark baseline' made of one", 1 },
	{ "thresholds", KEY_THRESHOLDS, "FILE", 0,
	  "margins and rules (default: what is built in; thresholds.ini describes them)", 1 },
	{ "print-thresholds", KEY_PRINT, 0, 0, "print the thresholds in force as a file, and end",
	  1 },
	{ "across", KEY_ACROSS, "AXIS,...", 0,
	  "what may differ between the two, as in allocmark compare", 1 },
	{ "baseline-build", KEY_BASELINE_BUILD, "DIR", 0,
	  "where the baseline's allocmark is, to measure again with (default: build/ in the "
	  "baseline, if there is one)",
	  2 },
	{ "build", KEY_BUILD, "DIR", 0,
	  "where the run's allocmark is (default: the one that gates)", 2 },
	{ "rounds", KEY_ROUNDS, "N", 0,
	  "rounds to measure again, of each build (default 10); up to three times as many while a "
	  "cell is open",
	  2 },
	{ "keep", KEY_KEEP, "DIR", 0, "keep the runs that were measured again in DIR, a new one",
	  2 },
	{ "no-remeasure", KEY_NO_REMEASURE, 0, 0,
	  "let the first measurement decide about times, too", 2 },
	{ "format", 'f', "FORMAT", 0,
	  "of the report: table (default), markdown or github; with --output also csv, json or "
	  "junit",
	  3 },
	{ "output", 'o', "FILE", 0, "write the report there, aside and renamed (default: stdout)",
	  3 },
	{ "report", KEY_REPORT, "FORMAT:FILE", 0, "report in that form, too; may be given again",
	  3 },
	{ "all", KEY_ALL, 0, 0, "report every cell, not only what differs", 3 },
	{ "limit", KEY_LIMIT, "N", 0, "report at most N cells (default 50; 0: all of them)", 3 },
	{ "quiet", KEY_QUIET, 0, 0, "no progress lines", 3 },
	{ 0 },
};

/* Ends the program: what was asked for is wrong. */
#define USAGE_FAIL(...)                \
	do {                           \
		amk_fail(__VA_ARGS__); \
		exit(AMK_GATE_ERROR);  \
	} while (0)

static u32 number_read(const char *option, const char *text, u32 least, u32 most)
{
	unsigned long number;
	char *end;

	errno = 0;
	number = strtoul(text, &end, 10);
	if (errno || end == text || *end || text[0] == '-' || number < least || number > most)
		USAGE_FAIL("%s: '%s' is not a whole number from %u to %u", option, text, least,
			   most);
	return (u32)number;
}

/* What only a program reads cannot have the gate's line after it. */
static void report_check(const struct line *line)
{
	static const char *const forms[] = { "csv", "json", "junit" };
	size_t i;

	for (i = 0; i < AMK_ARRAY_SIZE(forms); i++)
		if (!line->report[0].path && !strcmp(line->report[0].format->name, forms[i]))
			USAGE_FAIL(
				"--format=%s: stdout ends with the gate's line: give --output=FILE",
				forms[i]);
}

static const struct amk_report_format *format_read(const char *option, const char *name)
{
	const struct amk_report_format *format = amk_report_format_find(name);

	if (!format)
		USAGE_FAIL("%s: '%s' is none of %s", option, name, amk_report_format_names);
	return format;
}

static void report_read(struct line *line, char *arg)
{
	char *path = strchr(arg, ':');

	if (!path || !path[1])
		USAGE_FAIL("--report: '%s' is no FORMAT:FILE; give one as in junit:report.xml",
			   arg);
	if (line->nr_reports == REPORTS_MAX)
		USAGE_FAIL("--report: more than %d reports", REPORTS_MAX - 1);
	*path = '\0';
	line->report[line->nr_reports].format = format_read("--report", arg);
	line->report[line->nr_reports++].path = path + 1;
}

static error_t parse_report(int key, char *arg, struct line *line)
{
	switch (key) {
	case 'f':
		line->report[0].format = format_read("--format", arg);
		return 0;
	case 'o':
		line->report[0].path = arg;
		return 0;
	case KEY_REPORT:
		report_read(line, arg);
		return 0;
	case KEY_ALL:
		line->view.all = true;
		return 0;
	case KEY_LIMIT:
		line->view.limit = number_read("--limit", arg, 0, 1U << 30);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static u32 across_read(const char *text)
{
	char unknown[32];
	u32 axes;

	if (!amk_axes_parse(text, &axes, unknown))
		USAGE_FAIL("--across: no axis '%s'; see allocmark compare --help", unknown);
	return axes;
}

static error_t parse_builds(int key, char *arg, struct amk_gate_line *line)
{
	switch (key) {
	case KEY_BASELINE_BUILD:
		line->baseline_build = arg;
		return 0;
	case KEY_BUILD:
		line->build = arg;
		return 0;
	case KEY_KEEP:
		line->keep = arg;
		return 0;
	case KEY_ROUNDS:
		line->rounds = number_read("--rounds", arg, 1, AMK_ROUNDS_MAX);
		return 0;
	case KEY_NO_REMEASURE:
		line->remeasure = false;
		return 0;
	case KEY_QUIET:
		line->quiet = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct line *line = state->input;

	switch (key) {
	case KEY_BASELINE:
		line->gate.baseline = arg;
		return 0;
	case KEY_THRESHOLDS:
		line->gate.thresholds = arg;
		return 0;
	case KEY_PRINT:
		line->print = true;
		return 0;
	case KEY_ACROSS:
		line->gate.across |= across_read(arg);
		return 0;
	case ARGP_KEY_ARG:
		if (line->gate.run)
			USAGE_FAIL("gate: '%s' is one word too many: give one run", arg);
		line->gate.run = arg;
		return 0;
	case ARGP_KEY_END:
		if (!line->print && (!line->gate.run || !line->gate.baseline))
			USAGE_FAIL("gate: give --baseline=DIR and the directory of a run");
		report_check(line);
		return 0;
	default:
		return parse_builds(key, arg, &line->gate) && parse_report(key, arg, line) ?
			       ARGP_ERR_UNKNOWN :
			       0;
	}
}

static const char doc[] =
	"Holds a run against a baseline, cell by cell as 'allocmark compare' does, and ends by "
	"whether it may pass. What failed is measured again where that can be done: both builds by "
	"turns, in fresh processes; only what fails then, too, is a failure."
	"\vA run is invalid when malloc and malloc-control, which are the same code, or kmalloc "
	"and kmalloc-control, differ in it by more than the margin. A cell has failed when it "
	"regressed, or when the allocator now refuses what the baseline has a number for; the "
	"thresholds say whether that is a failure or a warning.\n\n"
	"Only user-side cells are measured again, and only where the machine is the one of the "
	"run. Instructions (guest-icount) and counts need not be: the first measurement decides. A "
	"time that failed and is not measured again is in doubt, and the gate INCONCLUSIVE: two "
	"measurements of one build, an hour apart, may differ by more than any margin. With "
	"--no-remeasure the first measurement decides about times as well, unless null, which is "
	"the same code in any build, shows that the machine did not run at one speed.\n\n"
	"The last line on stdout begins with 'gate: PASS', 'gate: FAIL', 'gate: INVALID', 'gate: "
	"NOT COMPARABLE' or 'gate: INCONCLUSIVE'. The exit status is 0 for PASS; 1 for FAIL; 2 "
	"when something is wrong with the input, with a line on stderr; 3 for the others. "
	"INCONCLUSIVE is a gate that could decide nothing, since no cell has a verdict nor the "
	"rounds in which a change of it alone could have been seen; or one without a verdict on a "
	"cell where a rule says inconclusive = fail. A cell that is inconclusive passes otherwise, "
	"and the line counts those that could not have shown any change.";

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "RUN",
	.doc = doc,
};

/* ---- the gate ---- */

static int error_say(const struct amk_gate *gate)
{
	amk_fail("%s", gate->error);
	return AMK_GATE_ERROR;
}

/* The runs are no pair: what differs, and the verdict. */
static int refuse(const struct amk_gate *gate)
{
	const struct amk_comparison *c = &gate->comparison;

	if (c->differences.count) {
		printf("%s and %s differ (base -> head):\n", c->base->path, c->head->path);
		amk_compare_differences(stdout, &c->differences, c->options.across);
	}
	printf("gate: NOT COMPARABLE: %s\n", gate->error);
	return AMK_GATE_UNDECIDED;
}

static int report_write(const struct amk_gate *gate, u32 at, const char *conclusion)
{
	const struct line *line = (const struct line *)gate->line;
	/* On stdout the gate's line follows all that there is to say. */
	bool told = !line->report[at].path && !strcmp(line->report[at].format->name, "table");
	const struct amk_report report = {
		.command = "gate",
		.comparison = &gate->comparison,
		.nr_comparisons = 1,
		.view = &line->view,
		.conclusion = told ? NULL : conclusion,
	};

	return amk_report_write(&report, line->report[at].format, line->report[at].path);
}

static int reports_write(const struct amk_gate *gate)
{
	const struct line *line = (const struct line *)gate->line;
	char text[AMK_ERROR_LEN];
	int status = amk_gate_conclude(gate, text);
	u32 i;

	/* Those in files first: should one fail, nothing is said on stdout. */
	for (i = line->nr_reports; i > 0; i--)
		if (report_write(gate, i - 1, text))
			return AMK_GATE_ERROR;
	amk_gate_notes(gate, stdout);
	puts(text);
	return status;
}

static int compared(struct amk_gate *gate)
{
	amk_gate_judge(gate);
	amk_gate_steady(gate);
	if (amk_gate_control(gate, &gate->base) ||
	    (!*gate->control && amk_gate_control(gate, &gate->head)))
		return error_say(gate);
	if (!*gate->control && amk_gate_remeasure(gate))
		return error_say(gate);
	return reports_write(gate);
}

static int gate_run(struct amk_gate *gate)
{
	struct amk_comparison_options how;
	int failed;

	if (amk_costs_read(gate->line->baseline, &gate->base, gate->error) ||
	    amk_costs_read(gate->line->run, &gate->head, gate->error))
		return error_say(gate);
	amk_gate_options(gate, &how);
	failed =
		amk_comparison_make(&gate->base, &gate->head, &how, &gate->comparison, gate->error);
	if (failed == AMK_NOT_COMPARABLE)
		return refuse(gate);
	return failed ? error_say(gate) : compared(gate);
}

static void gate_free(struct amk_gate *gate)
{
	amk_comparison_free(&gate->comparison);
	amk_costs_free(&gate->base);
	amk_costs_free(&gate->head);
	amk_thresholds_free(&gate->thresholds);
	for (; gate->nr_notes; gate->nr_notes--)
		free(gate->note[gate->nr_notes - 1]);
	free(gate->note);
}

int amk_cmd_gate(int argc, char **argv)
{
	struct line line = { .gate = { .rounds = ROUNDS_DEFAULT, .remeasure = true },
			     .view = { .limit = LIMIT_DEFAULT } };
	struct amk_gate gate = { .line = &line.gate };
	int status;

	argp_err_exit_status = AMK_GATE_ERROR;
	line.report[line.nr_reports++].format = amk_report_format_find("table");
	argp_parse(&argp, argc, argv, 0, NULL, &line);
	if (amk_thresholds_read(line.gate.thresholds, &gate.thresholds, gate.error))
		return error_say(&gate);
	if (line.print) {
		amk_thresholds_print(stdout, &gate.thresholds);
		status = AMK_GATE_PASS;
	} else {
		amk_session_catch();
		status = gate_run(&gate);
	}
	gate_free(&gate);
	return status;
}
