// SPDX-License-Identifier: GPL-2.0-only
/*
 * allocmark gate: whether a run may pass, for a job that asks by exit status.
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/command.h"
#include "bench/gate.h"
#include "bench/session.h"
#include "lib/user/axis.h"

#define ROUNDS_DEFAULT 10

struct line {
	struct amk_gate_line gate;
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
	{ "rounds", KEY_ROUNDS, "N", 0, "rounds to measure again, of each build (default 10)", 2 },
	{ "keep", KEY_KEEP, "DIR", 0, "keep the runs that were measured again in DIR, a new one",
	  2 },
	{ "no-remeasure", KEY_NO_REMEASURE, 0, 0, "let the first measurement decide", 2 },
	{ "quiet", KEY_QUIET, 0, 0, "no progress lines", 3 },
	{ 0 },
};

/* Ends the program: what was asked for is wrong. */
#define USAGE_FAIL(...)                \
	do {                           \
		amk_fail(__VA_ARGS__); \
		exit(AMK_GATE_ERROR);  \
	} while (0)

static u32 rounds_read(const char *text)
{
	unsigned long number;
	char *end;

	errno = 0;
	number = strtoul(text, &end, 10);
	if (errno || end == text || *end || text[0] == '-' || !number || number > AMK_ROUNDS_MAX)
		USAGE_FAIL("--rounds: '%s' is not a whole number from 1 to %u", text,
			   AMK_ROUNDS_MAX);
	return (u32)number;
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
		line->rounds = rounds_read(arg);
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
		return 0;
	default:
		return parse_builds(key, arg, &line->gate);
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
	"Only user-side cells are measured again, and not under guest-icount, and only where the "
	"machine is the one of the run; elsewhere the first measurement decides, and the report "
	"says so.\n\n"
	"The last line on stdout begins with 'gate: PASS', 'gate: FAIL', 'gate: INVALID', 'gate: "
	"NOT COMPARABLE' or 'gate: INCONCLUSIVE'. The exit status is 0 for PASS; 1 for FAIL; 2 "
	"when something is wrong with the input, with a line on stderr; 3 for the others. "
	"INCONCLUSIVE is a gate that could decide nothing, no cell having the rounds that a "
	"verdict takes, or one that had no verdict on a cell where a rule says inconclusive = "
	"fail; a cell that is inconclusive passes otherwise.";

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "RUN",
	.doc = doc,
};

/* ---- the last line ---- */

static size_t nr_compared(const struct amk_comparison *c)
{
	size_t i, nr = 0;

	for (i = 0; i < c->nr_cells; i++)
		nr += c->cell[i].method != AMK_METHOD_NONE;
	return nr;
}

/* The failure that is listed first. */
static const struct amk_comparison_cell *failure_first(const struct amk_comparison *c)
{
	const struct amk_comparison_cell **order = amk_comparison_worst(c), *first = NULL;
	size_t i;

	for (i = 0; order && i < c->nr_cells && !first; i++)
		if (order[i]->failure)
			first = order[i];
	free(order);
	return first;
}

static void fail_print(const struct amk_gate *gate)
{
	const struct amk_comparison_cell *worst = failure_first(&gate->comparison);
	char text[AMK_GATE_CELL_LEN];

	printf("gate: FAIL: %zu of %zu cells", gate->nr_failed, nr_compared(&gate->comparison));
	if (worst && worst->verdict == AMK_VERDICT_REGRESSED)
		printf(", worst %s %+.1f %%\n", amk_gate_cell_text(worst, text),
		       100 * (worst->ratio - 1));
	else if (worst)
		printf(", first %s: %s\n", amk_gate_cell_text(worst, text), worst->why);
	else
		putchar('\n');
}

static int verdict_print(const struct amk_gate *gate)
{
	const struct amk_comparison *c = &gate->comparison;

	if (*gate->control) {
		printf("gate: INVALID: %s; measure anew\n", gate->control);
		return AMK_GATE_UNDECIDED;
	}
	if (gate->nr_failed) {
		fail_print(gate);
		return AMK_GATE_REGRESSED;
	}
	if (!c->nr_decidable) {
		printf("gate: INCONCLUSIVE: no cell has rounds enough for a verdict: measure at "
		       "least %u in each run\n",
		       c->rounds_needed);
		return AMK_GATE_UNDECIDED;
	}
	if (gate->nr_open) {
		printf("gate: INCONCLUSIVE: %zu of %zu cells have no verdict where a rule says "
		       "inconclusive = fail\n",
		       gate->nr_open, nr_compared(c));
		return AMK_GATE_UNDECIDED;
	}
	printf("gate: PASS: %zu cells compared, none failed; %zu inconclusive, %zu warnings, %zu "
	       "not confirmed\n",
	       nr_compared(c), c->count[AMK_VERDICT_INCONCLUSIVE], gate->nr_warned,
	       gate->nr_cleared);
	return AMK_GATE_PASS;
}

/* ---- the gate ---- */

static void notes_print(const struct amk_gate *gate)
{
	const struct amk_comparison_cell **order = amk_comparison_worst(&gate->comparison);
	char text[AMK_GATE_CELL_LEN];
	size_t i;

	for (i = 0; order && i < gate->comparison.nr_cells; i++) {
		const struct amk_comparison_cell *cell = order[i];

		if (cell->failure || *cell->note)
			printf("%s %s: %+.1f %%%s%s\n", cell->failure ? "FAILED" : "passed",
			       amk_gate_cell_text(cell, text), 100 * (cell->ratio - 1),
			       *cell->note ? ", " : "", cell->note);
	}
	free(order);
	if (*gate->remark)
		printf("not checked for validity: %s\n", gate->remark);
}

static int error_say(const struct amk_gate *gate)
{
	amk_fail("%s", gate->error);
	return AMK_GATE_ERROR;
}

/* The runs are no pair: what differs, and the verdict. */
static int refuse(const struct amk_gate *gate)
{
	const struct amk_differences *d = &gate->comparison.differences;
	size_t i;

	for (i = 0; i < d->count; i++)
		printf("differs: %s%s%s: '%s' was '%s'\n", d->item[i].group,
		       *d->item[i].group ? "." : "", d->item[i].key,
		       d->item[i].head ? d->item[i].head : "",
		       d->item[i].base ? d->item[i].base : "");
	amk_fail("%s", gate->error);
	printf("gate: NOT COMPARABLE: %s\n", gate->error);
	return AMK_GATE_UNDECIDED;
}

static int compared(struct amk_gate *gate)
{
	amk_gate_judge(gate);
	if (amk_gate_control(gate, &gate->base) ||
	    (!*gate->control && amk_gate_control(gate, &gate->head)))
		return error_say(gate);
	if (!*gate->control && amk_gate_remeasure(gate))
		return error_say(gate);
	notes_print(gate);
	return verdict_print(gate);
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
	struct line line = { .gate = { .rounds = ROUNDS_DEFAULT, .remeasure = true } };
	struct amk_gate gate = { .line = &line.gate };
	int status;

	argp_err_exit_status = AMK_GATE_ERROR;
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
