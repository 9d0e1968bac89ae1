// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the values of thresholds mean, and that each is in bounds.
 */
#include "lib/user/thresholds_parser.h"

#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>

#include "lib/core/workload.h"
#include "lib/user/options.h"

#define PERCENT_MAX 1000.0

_Static_assert(AMK_NR_WORKLOADS <= AMK_ARRAY_SIZE(((struct amk_threshold_rule *)0)->workload),
	       "a rule must have room for each workload");

/* A plain decimal number that is not below @least nor above @most; 1, or 0 with the error. */
static int number_read(struct amk_thresholds_parser *p, const char *key, const char *text,
		       double least, double most, double *number)
{
	size_t len = strspn(text, "0123456789.");
	char *end;

	*number = strtod(text, &end);
	if (!len || end != text + len || *end || !isfinite(*number))
		return amk_thresholds_fail(p, "%s: '%.40s' is no number; give one as in 0.5", key,
					   text);
	if (*number < least || *number > most)
		return amk_thresholds_fail(p, "%s: %.40s is not within %g and %g", key, text, least,
					   most);
	return 1;
}

/* A number of per cent, with or without the sign, as a fraction. */
static int percent_read(struct amk_thresholds_parser *p, const char *key, const char *text,
			double *fraction)
{
	char number[48];
	size_t len = strlen(text);

	if (len && text[len - 1] == '%')
		len--;
	while (len && text[len - 1] == ' ')
		len--;
	if (len >= sizeof(number))
		return amk_thresholds_fail(p, "%s: '%.40s...' is no number; give one as in 0.5",
					   key, text);
	memcpy(number, text, len);
	number[len] = '\0';
	if (!number_read(p, key, number, 0, PERCENT_MAX, fraction))
		return 0;
	*fraction /= 100;
	return 1;
}

static int rounds_read(struct amk_thresholds_parser *p, const char *key, const char *text,
		       u32 *rounds)
{
	double number;

	if (!number_read(p, key, text, 1, AMK_ROUNDS_MAX, &number))
		return 0;
	*rounds = (u32)number;
	if (*rounds != number)
		return amk_thresholds_fail(p, "%s: '%.40s' is no whole number", key, text);
	return 1;
}

static int q_read(struct amk_thresholds_parser *p, const char *key, const char *text, double *q)
{
	if (!number_read(p, key, text, 0, 1, q))
		return 0;
	if (*q <= 0 || *q >= 1)
		return amk_thresholds_fail(p, "%s: %.40s is not between 0 and 1", key, text);
	return 1;
}

static int action_read(struct amk_thresholds_parser *p, const char *key, const char *text,
		       enum amk_action *action)
{
	u32 i;

	for (i = 0; i < AMK_NR_ACTIONS; i++) {
		if (strcmp(amk_action_names[i], text))
			continue;
		*action = (enum amk_action)i;
		return 1;
	}
	return amk_thresholds_fail(p, "%s: '%.40s' is none of gate, warn and ignore", key, text);
}

static int inconclusive_read(struct amk_thresholds_parser *p, const char *key, const char *text,
			     bool *fails)
{
	*fails = !strcmp(text, "fail");
	if (!*fails && strcmp(text, "pass"))
		return amk_thresholds_fail(p, "%s: '%.40s' is neither pass nor fail", key, text);
	return 1;
}

int amk_thresholds_setting(struct amk_thresholds_parser *p, enum amk_threshold_key key,
			   const char *text)
{
	struct amk_threshold_rule *rule = p->rule;
	const char *name = amk_threshold_keys[key];

	switch (key) {
	case AMK_THRESHOLD_MARGIN:
		return percent_read(p, name, text, &rule->set.margin);
	case AMK_THRESHOLD_TOLERANCE:
		return percent_read(p, name, text, &rule->set.tolerance);
	case AMK_THRESHOLD_MIN_ROUNDS:
		return rounds_read(p, name, text, &rule->set.min_rounds);
	case AMK_THRESHOLD_ACTION:
		return action_read(p, name, text, &rule->set.action);
	case AMK_THRESHOLD_INCONCLUSIVE:
		return inconclusive_read(p, name, text, &rule->set.inconclusive_fails);
	default:
		if (rule != &p->first)
			return amk_thresholds_fail(
				p, "q is of all cells together: it belongs in [default]");
		return q_read(p, name, text, &rule->q);
	}
}

/* ---- conditions ---- */

static bool strategy_matches(const struct amk_strategy *s, const char *word)
{
	const char *side = amk_side_names[s->side];
	size_t len = strlen(side);

	if (strchr(word, ':')) {
		if (strncmp(word, side, len) || word[len] != ':')
			return false;
		word += len + 1;
	}
	return !fnmatch(word, s->name, 0) || !fnmatch(word, amk_families[s->family].name, 0);
}

/* Marks what @word chooses; how many rows that is. */
static u32 word_mark(struct amk_threshold_rule *rule, enum amk_threshold_key key, const char *word)
{
	u32 i, taken = 0;

	for (i = 0; key == AMK_THRESHOLD_METRIC && i < AMK_NR_METRICS; i++)
		if (!fnmatch(word, amk_metrics[i].name, 0))
			taken += rule->metric[i] = true;
	for (i = 0; key == AMK_THRESHOLD_STRATEGY && i < AMK_NR_STRATEGIES; i++)
		if (strategy_matches(&amk_strategies[i], word))
			taken += rule->strategy[i] = true;
	for (i = 0; key == AMK_THRESHOLD_WORKLOAD && i < AMK_NR_WORKLOADS; i++)
		if (!fnmatch(word, amk_workloads[i].name, 0))
			taken += rule->workload[i] = true;
	for (i = 0; key == AMK_THRESHOLD_ENVIRONMENT && i < AMK_NR_ENVIRONMENTS; i++)
		if (!fnmatch(word, amk_environment_names[i], 0))
			taken += rule->environment[i] = true;
	return taken;
}

static int size_read(struct amk_thresholds_parser *p, const char *word)
{
	struct amk_threshold_rule *rule = p->rule;

	if (rule->nr_sizes == AMK_RULE_SIZES_MAX)
		return amk_thresholds_fail(p, "size: more than %d ranges; make two rules of it",
					   AMK_RULE_SIZES_MAX);
	if (amk_size_parse(word, &rule->size[rule->nr_sizes]))
		return amk_thresholds_fail(
			p, "size: '%.40s' is neither a size nor a range; give one as in 64-4K",
			word);
	rule->nr_sizes++;
	return 1;
}

static int word_read(struct amk_thresholds_parser *p, enum amk_threshold_key key, const char *word)
{
	const char *list = key == AMK_THRESHOLD_METRIC	 ? " metrics" :
			   key == AMK_THRESHOLD_WORKLOAD ? " workloads" :
							   "";

	if (!*word)
		return amk_thresholds_fail(p, "%s: an empty word in the list",
					   amk_threshold_keys[key]);
	if (key == AMK_THRESHOLD_SIZE)
		return size_read(p, word);
	if (word_mark(p->rule, key, word))
		return 1;
	if (key == AMK_THRESHOLD_ENVIRONMENT)
		return amk_thresholds_fail(
			p,
			"environment: '%.40s' is none of host, guest-kvm, guest-tcg and "
			"guest-icount",
			word);
	return amk_thresholds_fail(p, "%s: there is no '%.40s'; 'allocmark list%s' names them",
				   amk_threshold_keys[key], word, list);
}

static char *trim(char *word)
{
	size_t len;

	word += strspn(word, " \t");
	for (len = strlen(word); len && strchr(" \t", word[len - 1]); len--)
		continue;
	word[len] = '\0';
	return word;
}

int amk_thresholds_condition(struct amk_thresholds_parser *p, enum amk_threshold_key key,
			     const char *text)
{
	char *copy = strdup(text), *rest = copy, *word;
	int good = 1;

	if (!copy)
		return amk_thresholds_fail(p, "out of memory");
	while (good && (word = strsep(&rest, ",")) != NULL)
		good = word_read(p, key, trim(word));
	free(copy);
	return good;
}
