// SPDX-License-Identifier: GPL-2.0-only
/*
 * What of a comparison counts at a gate: see gate.h.
 *
 * A failure is a cell that regressed, or one that had a number in the baseline and that the head's
 * allocator refuses or fails: no cost is no better than a higher one. A cell that the head only did
 * not measure is none. A change of a figure of which neither way is better is never one.
 */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "bench/gate.h"
#include "lib/user/size.h"

const char *amk_gate_note(struct amk_gate *gate, const char *format, ...)
{
	char **grown = reallocarray(gate->note, gate->nr_notes + 1, sizeof(*grown));
	va_list args;
	int len;

	if (!grown)
		return "";
	gate->note = grown;
	va_start(args, format);
	len = vasprintf(&grown[gate->nr_notes], format, args);
	va_end(args);
	return len < 0 ? "" : grown[gate->nr_notes++];
}

const char *amk_gate_cell_text(const struct amk_comparison_cell *cell, char text[AMK_GATE_CELL_LEN])
{
	char size[AMK_SIZE_TEXT_LEN];

	snprintf(text, AMK_GATE_CELL_LEN, "%s:%s %s%s%s %s", amk_side_names[cell->side],
		 cell->strategy, cell->workload, cell->size_bytes ? " " : "",
		 cell->size_bytes ? amk_size_text(cell->size_bytes, size) : "",
		 cell->metric ? cell->metric->name : "");
	return text;
}

static const struct amk_threshold_rule *threshold_find(const struct amk_gate *gate,
						       const struct amk_comparison_cell *cell,
						       struct amk_threshold *threshold)
{
	const struct amk_cost_cell *any = cell->base && cell->base->metric ? cell->base :
					  cell->head			   ? cell->head :
									     cell->base;

	return amk_thresholds_find(&gate->thresholds, any, gate->head.environment, threshold);
}

void amk_gate_rule(const struct amk_comparison_cell *cell, struct amk_comparison_limits *limits,
		   void *data)
{
	struct amk_threshold threshold;

	threshold_find(data, cell, &threshold);
	limits->margin = threshold.margin;
	limits->tolerance = threshold.tolerance;
	limits->min_rounds = threshold.min_rounds;
	limits->ignore = threshold.action == AMK_ACTION_IGNORE;
}

void amk_gate_options(struct amk_gate *gate, struct amk_comparison_options *options)
{
	amk_comparison_options_default(options);
	options->q = gate->thresholds.q;
	options->margin = gate->thresholds.base.margin;
	options->tolerance = gate->thresholds.base.tolerance;
	options->across = gate->line->across;
	options->rule = amk_gate_rule;
	options->data = gate;
}

/* Whether the head tried what the baseline had a number for, and came back without one. */
static bool is_lost(const struct amk_comparison_cell *cell)
{
	return cell->verdict == AMK_VERDICT_ONLY_BASE && cell->head &&
	       (cell->head->rounds_refused || cell->head->rounds_failed);
}

static void fail_or_warn(struct amk_gate *gate, struct amk_comparison_cell *cell,
			 const struct amk_threshold *threshold,
			 const struct amk_threshold_rule *rule)
{
	cell->failure = threshold->action == AMK_ACTION_GATE;
	if (cell->failure) {
		gate->nr_failed++;
		if (is_lost(cell))
			cell->note = amk_gate_note(gate, "no number any more: %s", cell->why);
		return;
	}
	if (threshold->action == AMK_ACTION_IGNORE)
		return;
	gate->nr_warned++;
	cell->note = amk_gate_note(gate, "a warning only%s%s", rule ? ", by rule " : "",
				   rule ? rule->name : "");
}

void amk_gate_judge(struct amk_gate *gate)
{
	size_t i;

	for (i = 0; i < gate->comparison.nr_cells; i++) {
		struct amk_comparison_cell *cell = &gate->comparison.cell[i];
		struct amk_threshold threshold;
		const struct amk_threshold_rule *rule = threshold_find(gate, cell, &threshold);

		if (cell->failure || is_lost(cell))
			fail_or_warn(gate, cell, &threshold, rule);
		else if (cell->verdict == AMK_VERDICT_INCONCLUSIVE && threshold.inconclusive_fails)
			gate->nr_open++;
	}
}
