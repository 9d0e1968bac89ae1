// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a gate comes to: its last line and its exit status. See gate.h.
 */
#include <math.h>
#include <stdlib.h>

#include "bench/gate.h"

static size_t nr_compared(const struct amk_comparison *c)
{
	size_t i, nr = 0;

	for (i = 0; i < c->nr_cells; i++)
		nr += c->cell[i].method != AMK_METHOD_NONE;
	return nr;
}

/* Cells without a verdict that could not have shown any change, whatever its size. */
static size_t nr_blind(const struct amk_comparison *c)
{
	size_t i, nr = 0;

	for (i = 0; i < c->nr_cells; i++)
		nr += c->cell[i].verdict == AMK_VERDICT_INCONCLUSIVE &&
		      (c->cell[i].rounds_needed || isinf(c->cell[i].mde));
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

static void failure_tell(const struct amk_gate *gate, char line[AMK_ERROR_LEN])
{
	const struct amk_comparison_cell *worst = failure_first(&gate->comparison);
	char cell[AMK_GATE_CELL_LEN], what[128] = "";

	if (worst && worst->verdict == AMK_VERDICT_REGRESSED)
		snprintf(what, sizeof(what), "%+.1f %%", 100 * (worst->ratio - 1));
	else if (worst)
		snprintf(what, sizeof(what), "%s", worst->why);
	snprintf(line, AMK_ERROR_LEN, "gate: FAIL: %zu of %zu cells%s%s: %s", gate->nr_failed,
		 nr_compared(&gate->comparison), worst ? ", worst " : "",
		 worst ? amk_gate_cell_text(worst, cell) : "", what);
}

/* Why nothing could be decided, if so. */
static bool undecided_tell(const struct amk_gate *gate, char line[AMK_ERROR_LEN])
{
	const struct amk_comparison *c = &gate->comparison;
	size_t compared = nr_compared(c);
	u32 needed = c->rounds_single > c->rounds_needed ? c->rounds_single : c->rounds_needed;

	if (gate->nr_doubted && *gate->unsteady)
		snprintf(
			line, AMK_ERROR_LEN,
			"gate: INCONCLUSIVE: %zu of %zu cells in doubt: %.250s; let both builds be "
			"measured again (--baseline-build), or measure on a quiet machine",
			gate->nr_doubted, compared, gate->unsteady);
	else if (gate->nr_doubted)
		snprintf(
			line, AMK_ERROR_LEN,
			"gate: INCONCLUSIVE: %zu of %zu cells in doubt: slower once, and not "
			"measured again; let both builds be (--baseline-build), or one measurement "
			"decide (--no-remeasure)",
			gate->nr_doubted, compared);
	else if (gate->nr_open)
		snprintf(line, AMK_ERROR_LEN,
			 "gate: INCONCLUSIVE: %zu of %zu cells have no verdict where a rule says "
			 "inconclusive = fail",
			 gate->nr_open, compared);
	else if (!compared)
		snprintf(line, AMK_ERROR_LEN,
			 "gate: INCONCLUSIVE: no cell was compared: the rules leave out every one, "
			 "or none has a number in both runs");
	else if (nr_blind(c) == compared)
		snprintf(line, AMK_ERROR_LEN,
			 "gate: INCONCLUSIVE: too few rounds for a verdict on any of %zu cells: "
			 "measure at least %u in each run",
			 compared, needed);
	else
		return false;
	return true;
}

int amk_gate_conclude(const struct amk_gate *gate, char line[AMK_ERROR_LEN])
{
	const struct amk_comparison *c = &gate->comparison;

	if (*gate->control) {
		snprintf(line, AMK_ERROR_LEN, "gate: INVALID: %.480s; measure anew", gate->control);
		return AMK_GATE_UNDECIDED;
	}
	if (gate->nr_failed) {
		failure_tell(gate, line);
		return AMK_GATE_REGRESSED;
	}
	if (undecided_tell(gate, line))
		return AMK_GATE_UNDECIDED;
	snprintf(line, AMK_ERROR_LEN,
		 "gate: PASS: %zu cells compared, none failed; %zu warnings, %zu not confirmed, "
		 "%zu inconclusive of which %zu could not have shown any change",
		 nr_compared(c), gate->nr_warned, gate->nr_cleared,
		 c->count[AMK_VERDICT_INCONCLUSIVE], nr_blind(c));
	return AMK_GATE_PASS;
}

void amk_gate_notes(const struct amk_gate *gate, FILE *file)
{
	const struct amk_comparison_cell **order = amk_comparison_worst(&gate->comparison);
	char text[AMK_GATE_CELL_LEN];
	size_t i;

	for (i = 0; order && i < gate->comparison.nr_cells; i++) {
		const struct amk_comparison_cell *cell = order[i];

		if (cell->failure || *cell->note)
			fprintf(file, "%s %s%s%s\n", cell->failure ? "FAILED" : "passed",
				amk_gate_cell_text(cell, text), *cell->note ? ": " : "",
				cell->note);
	}
	free(order);
	if (*gate->remark)
		fprintf(file, "not checked for validity: %s\n", gate->remark);
}
