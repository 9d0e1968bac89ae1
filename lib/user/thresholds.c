// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which threshold holds for a cell, and the thresholds as text: see thresholds.h. They are read by
 * thresholds_read.c.
 */
#include "lib/user/thresholds.h"

#include <stdlib.h>

#include "lib/core/workload.h"
#include "lib/user/environment.h"

const char *const amk_action_names[AMK_NR_ACTIONS] = {
	[AMK_ACTION_GATE] = "gate",
	[AMK_ACTION_WARN] = "warn",
	[AMK_ACTION_IGNORE] = "ignore",
};

const char *const amk_threshold_keys[AMK_NR_THRESHOLD_KEYS] = {
	[AMK_THRESHOLD_MARGIN] = "margin",
	[AMK_THRESHOLD_TOLERANCE] = "tolerance",
	[AMK_THRESHOLD_MIN_ROUNDS] = "min-rounds",
	[AMK_THRESHOLD_ACTION] = "action",
	[AMK_THRESHOLD_INCONCLUSIVE] = "inconclusive",
	[AMK_THRESHOLD_Q] = "q",
	[AMK_THRESHOLD_METRIC] = "metric",
	[AMK_THRESHOLD_STRATEGY] = "strategy",
	[AMK_THRESHOLD_WORKLOAD] = "workload",
	[AMK_THRESHOLD_SIZE] = "size",
	[AMK_THRESHOLD_ENVIRONMENT] = "environment",
};

/* ---- which rule ---- */

static bool size_matches(const struct amk_threshold_rule *rule, u64 size_bytes)
{
	u32 i;

	for (i = 0; i < rule->nr_sizes; i++)
		if (size_bytes >= rule->size[i].low_bytes && size_bytes <= rule->size[i].high_bytes)
			return true;
	return false;
}

static bool environment_matches(const struct amk_threshold_rule *rule, const char *environment)
{
	u32 i;

	for (i = 0; i < AMK_NR_ENVIRONMENTS; i++)
		if (rule->environment[i] && !strcmp(amk_environment_names[i], environment))
			return true;
	return false;
}

static bool rule_matches(const struct amk_threshold_rule *rule, const struct amk_cost_cell *cell,
			 const char *environment)
{
	char *const *text = rule->text;

	if (text[AMK_THRESHOLD_METRIC] &&
	    (!cell->metric || !rule->metric[cell->metric - amk_metrics]))
		return false;
	if (text[AMK_THRESHOLD_STRATEGY] && !rule->strategy[cell->strategy_row - amk_strategies])
		return false;
	if (text[AMK_THRESHOLD_WORKLOAD] && !rule->workload[cell->workload_row - amk_workloads])
		return false;
	if (text[AMK_THRESHOLD_SIZE] && !size_matches(rule, cell->size_bytes))
		return false;
	return !text[AMK_THRESHOLD_ENVIRONMENT] || environment_matches(rule, environment);
}

void amk_threshold_apply(struct amk_threshold *threshold, const struct amk_threshold_rule *rule)
{
	if (rule->text[AMK_THRESHOLD_MARGIN])
		threshold->margin = rule->set.margin;
	if (rule->text[AMK_THRESHOLD_TOLERANCE])
		threshold->tolerance = rule->set.tolerance;
	if (rule->text[AMK_THRESHOLD_MIN_ROUNDS])
		threshold->min_rounds = rule->set.min_rounds;
	if (rule->text[AMK_THRESHOLD_ACTION])
		threshold->action = rule->set.action;
	if (rule->text[AMK_THRESHOLD_INCONCLUSIVE])
		threshold->inconclusive_fails = rule->set.inconclusive_fails;
}

const struct amk_threshold_rule *amk_thresholds_find(const struct amk_thresholds *thresholds,
						     const struct amk_cost_cell *cell,
						     const char *environment,
						     struct amk_threshold *threshold)
{
	const struct amk_threshold_rule *last = NULL;
	size_t i;

	*threshold = thresholds->base;
	for (i = 0; i < thresholds->nr_rules; i++) {
		if (!rule_matches(&thresholds->rule[i], cell, environment))
			continue;
		last = &thresholds->rule[i];
		amk_threshold_apply(threshold, last);
	}
	return last;
}

/* ---- as text ---- */

static void base_print(FILE *file, const struct amk_thresholds *t)
{
	fprintf(file, "[default]\nmargin = %.10g\ntolerance = %.10g\n", 100 * t->base.margin,
		100 * t->base.tolerance);
	fprintf(file, "min-rounds = %u\naction = %s\ninconclusive = %s\nq = %.10g\n",
		t->base.min_rounds, amk_action_names[t->base.action],
		t->base.inconclusive_fails ? "fail" : "pass", t->q);
}

void amk_thresholds_print(FILE *file, const struct amk_thresholds *thresholds)
{
	size_t i, key;

	base_print(file, thresholds);
	for (i = 0; i < thresholds->nr_rules; i++) {
		const struct amk_threshold_rule *rule = &thresholds->rule[i];

		fprintf(file, "\n[rule %s]\n", rule->name);
		for (key = AMK_THRESHOLD_SETTINGS; key < AMK_NR_THRESHOLD_KEYS; key++)
			if (rule->text[key])
				fprintf(file, "%s = %s\n", amk_threshold_keys[key],
					rule->text[key]);
		for (key = 0; key < AMK_THRESHOLD_SETTINGS; key++)
			if (rule->text[key])
				fprintf(file, "%s = %s\n", amk_threshold_keys[key],
					rule->text[key]);
	}
}

void amk_threshold_rule_free(struct amk_threshold_rule *rule)
{
	size_t key;

	for (key = 0; key < AMK_NR_THRESHOLD_KEYS; key++)
		free(rule->text[key]);
	memset(rule, 0, sizeof(*rule));
}

void amk_thresholds_free(struct amk_thresholds *thresholds)
{
	size_t i;

	for (i = 0; i < thresholds->nr_rules; i++)
		amk_threshold_rule_free(&thresholds->rule[i]);
	free(thresholds->rule);
	memset(thresholds, 0, sizeof(*thresholds));
}
