/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a gate lets pass: a margin and an action for each cell, from rules in an INI file.
 *
 * lib/user/thresholds.ini describes the format and is itself what is built in, so what is
 * documented and what holds by default cannot differ.
 */
#ifndef AMK_THRESHOLDS_H
#define AMK_THRESHOLDS_H

#include <stdbool.h>
#include <stdio.h>

#include "lib/user/costs.h"
#include "lib/user/environment.h"
#include "lib/user/size.h"

#define AMK_RULE_NAME_LEN 33
#define AMK_RULE_SIZES_MAX 16

enum amk_action { AMK_ACTION_GATE, AMK_ACTION_WARN, AMK_ACTION_IGNORE, AMK_NR_ACTIONS };

extern const char *const amk_action_names[AMK_NR_ACTIONS];

/* The keys of a section; those up to AMK_THRESHOLD_SETTINGS set something, the others choose cells.
 */
enum amk_threshold_key {
	AMK_THRESHOLD_MARGIN,
	AMK_THRESHOLD_TOLERANCE,
	AMK_THRESHOLD_MIN_ROUNDS,
	AMK_THRESHOLD_ACTION,
	AMK_THRESHOLD_INCONCLUSIVE,
	AMK_THRESHOLD_Q,
	AMK_THRESHOLD_SETTINGS,
	AMK_THRESHOLD_METRIC = AMK_THRESHOLD_SETTINGS,
	AMK_THRESHOLD_STRATEGY,
	AMK_THRESHOLD_WORKLOAD,
	AMK_THRESHOLD_SIZE,
	AMK_THRESHOLD_ENVIRONMENT,
	AMK_NR_THRESHOLD_KEYS
};

extern const char *const amk_threshold_keys[AMK_NR_THRESHOLD_KEYS];

/* What holds for one cell. */
struct amk_threshold {
	double margin; /* a fraction: 0.03 is 3 % */
	double tolerance; /* a fraction */
	u32 min_rounds;
	enum amk_action action;
	bool inconclusive_fails;
};

/* A section: the texts of its keys, NULL where it has none, and what they were read to. */
struct amk_threshold_rule {
	char name[AMK_RULE_NAME_LEN];
	u32 line; /* of its first key */
	char *text[AMK_NR_THRESHOLD_KEYS];
	struct amk_threshold set;
	double q;
	bool metric[AMK_NR_METRICS];
	bool strategy[AMK_NR_STRATEGIES];
	bool workload[32];
	bool environment[AMK_NR_ENVIRONMENTS];
	struct amk_size_span size[AMK_RULE_SIZES_MAX];
	u32 nr_sizes;
};

struct amk_thresholds {
	struct amk_threshold base; /* what [default] and the built-in values come to */
	double q;
	struct amk_threshold_rule *rule; /* in the order of the file */
	size_t nr_rules;
};

/*
 * Reads the file @path, or what is built in if it is NULL. 0, or -errno with a one-line text in
 * @error that names file, line and the mend. The caller frees with amk_thresholds_free().
 */
int amk_thresholds_read(const char *path, struct amk_thresholds *thresholds,
			char error[AMK_ERROR_LEN]);

/* The same from @len bytes of @text, which errors call @name. */
int amk_thresholds_parse(const char *name, const char *text, size_t len,
			 struct amk_thresholds *thresholds, char error[AMK_ERROR_LEN]);

/*
 * What holds for @cell of a run in @environment. Returns the last rule that set anything for it, or
 * NULL where the default holds.
 */
const struct amk_threshold_rule *amk_thresholds_find(const struct amk_thresholds *thresholds,
						     const struct amk_cost_cell *cell,
						     const char *environment,
						     struct amk_threshold *threshold);

/* Writes them as an INI file that reads back the same. */
void amk_thresholds_print(FILE *file, const struct amk_thresholds *thresholds);

/* Of reading: what @rule sets is set in @threshold; a rule's texts are given back. */
void amk_threshold_apply(struct amk_threshold *threshold, const struct amk_threshold_rule *rule);
void amk_threshold_rule_free(struct amk_threshold_rule *rule);

void amk_thresholds_free(struct amk_thresholds *thresholds);

#endif
