/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two runs compared, cell by cell, and what can be said about each.
 *
 * The sample is a round. What chance moves (times, and counts that differ within a run) is compared
 * by ranks, on the logarithms of the rounds' costs: Hodges-Lehmann for the effect, its interval by
 * inversion of the rank test, one-sided Mann-Whitney against a margin, Benjamini-Hochberg over all
 * cells that were tested. Counts that follow from the allocator alone, and everything where the
 * clock counts instructions, are compared exactly. A cell of which nothing can be said is
 * inconclusive, with why.
 */
#ifndef AMK_COMPARISON_H
#define AMK_COMPARISON_H

#include "lib/user/costs.h"
#include "lib/user/differences.h"

enum amk_verdict {
	AMK_VERDICT_REGRESSED,
	AMK_VERDICT_IMPROVED,
	AMK_VERDICT_CHANGED, /* differs, in a metric of which neither direction is better */
	AMK_VERDICT_EQUIVALENT, /* the interval lies within the margin */
	AMK_VERDICT_INCONCLUSIVE, /* measured in both, and yet nothing can be said: see why */
	AMK_VERDICT_ONLY_BASE, /* the head has no number: see why */
	AMK_VERDICT_ONLY_HEAD, /* the base has none */
	AMK_VERDICT_NO_NUMBER, /* neither has one */
	AMK_VERDICT_IGNORED, /* a rule says not to compare it */
	AMK_NR_VERDICTS
};

/* "regressed", "improved", "changed", "equivalent", "inconclusive", "only-base" ... */
const char *amk_verdict_name(enum amk_verdict verdict);
/* The verdict called @name, or -1. */
int amk_verdict_find(const char *name);

enum amk_method {
	AMK_METHOD_NONE, /* not compared */
	AMK_METHOD_RANK,
	AMK_METHOD_EXACT,
};

/* How much a cell may differ. All are fractions: 0.03 is 3 %. */
struct amk_comparison_limits {
	double margin; /* by ranks: what is no regression yet */
	double tolerance; /* exactly: the same */
	u32 min_rounds; /* by ranks: of each run; with fewer it is inconclusive. 0: what the test
			   needs */
	bool ignore; /* not compared, and not of the family of Benjamini and Hochberg */
};

struct amk_comparison_cell {
	enum amk_side_id side;
	const char *strategy;
	const char *workload;
	u64 size_bytes;
	const struct amk_metric *metric; /* NULL: neither run has a number for the cell */
	const char *unit; /* of the costs: "ns", "insn", "bytes" ... */
	const struct amk_cost_cell *base; /* NULL: the run does not have the cell */
	const struct amk_cost_cell *head;

	enum amk_verdict verdict;
	const char *why; /* one line for inconclusive and only-*, else "" */
	bool failure; /* regressed; a gate may have decided otherwise */
	const char *note; /* what a gate has to say about it, one line; "" if nothing */
	enum amk_method method;
	struct amk_comparison_limits limits; /* that were applied */

	double base_cost; /* median of rounds; NAN: no number */
	double head_cost;
	u32 base_rounds; /* that have a number */
	u32 head_rounds;
	/*
	 * head over base, by the shift of the logarithms (exactly: of the medians). NAN where it
	 * cannot be had: one of the two has a 0.
	 */
	double ratio;
	double ratio_low; /* interval, NAN: none */
	double ratio_high;
	double level; /* what the interval covers: less than asked for with few rounds; 1: exact */
	/*
	 * One-sided, in the direction that the ratio points to; as it is and after Benjamini-
	 * Hochberg. NAN: not tested.
	 */
	double p;
	double p_adjusted;
	/*
	 * The least change for the worse (either way, where neither is) that this cell's rounds
	 * could have shown, as a fraction of base: at the level that Benjamini-Hochberg would ask
	 * for, with the spread that was seen, in about half of all cases. Exactly: the tolerance.
	 * INFINITY: none, whatever its size; NAN: not compared.
	 */
	double mde;
	u32 rounds_needed; /* that both runs need for a verdict by ranks; 0: there are enough */

	double p_rise; /* one-sided, both directions; NAN: not tested */
	double p_fall;
};

struct amk_comparison_options {
	double margin; /* 0.03 */
	double tolerance; /* 0 */
	double q; /* 0.05: false discovery rate */
	double level; /* 0.95: of the intervals */
	u32 across; /* set of axes (axis.h) that may differ */
	/*
	 * Asked for each cell that both runs have a number for, before it is compared; @limits is
	 * filled with the above and may be changed. NULL: nothing is asked.
	 */
	void (*rule)(const struct amk_comparison_cell *cell, struct amk_comparison_limits *limits,
		     void *data);
	void *data; /* of the rule */
};

/* Where the comparison takes place, besides its cells. The runs must stay. */
struct amk_comparison {
	const struct amk_costs *base;
	const struct amk_costs *head;
	struct amk_comparison_options options;
	struct amk_differences differences; /* allowed or not */
	bool bursts_differ; /* in size: no burst is compared */
	struct amk_comparison_cell *cell; /* in the runs' order: amk_cost_cell_compare() */
	size_t nr_cells;
	size_t count[AMK_NR_VERDICTS];
	size_t nr_tested; /* by ranks: the family of Benjamini and Hochberg */
	size_t nr_decidable; /* cells with enough rounds for any verdict; 0: nothing compared */
	u32 rounds_needed; /* in each run for a verdict by ranks on any cell; 0: each has enough */
	u32 rounds_single; /* in each run to find a change of a single cell among those tested */
};

/* What amk_comparison_make() returns when the runs are no pair: see the error's text. */
#define AMK_NOT_COMPARABLE 1

void amk_comparison_options_default(struct amk_comparison_options *options);

/*
 * Compares @head with @base. 0; AMK_NOT_COMPARABLE with a one-line text in @error (they differ in
 * more than the axes allow: comparison->differences has what; or no cell is in both); -EBADMSG for
 * figures that are no costs and -ENOMEM, with a text. The comparison is the caller's in every case:
 * amk_comparison_free().
 */
int amk_comparison_make(const struct amk_costs *base, const struct amk_costs *head,
			const struct amk_comparison_options *options,
			struct amk_comparison *comparison, char error[AMK_ERROR_LEN]);
void amk_comparison_free(struct amk_comparison *comparison);

/*
 * The cells, worst first: regressed by ratio, changed, only-base, improved, inconclusive, the rest.
 * An array of nr_cells, to be freed; NULL: no memory.
 */
const struct amk_comparison_cell **amk_comparison_worst(const struct amk_comparison *comparison);

/* How many times as costly head is: above 1 is worse. The ratio, turned where higher is better. */
double amk_comparison_worse(const struct amk_comparison_cell *cell);

#endif
