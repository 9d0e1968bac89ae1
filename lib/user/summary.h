/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the blocks of a run say about each cell and metric, over its rounds.
 *
 * The sample is a round. A block's cost is the lower quartile of its iterations; the cell's is the
 * median of its blocks' costs. Percentiles of single operations come from the merged histograms of
 * all rounds, never from averaged percentiles.
 */
#ifndef AMK_SUMMARY_H
#define AMK_SUMMARY_H

#include "lib/core/metric.h"
#include "records.h"

enum amk_quantile {
	AMK_Q_P5,
	AMK_Q_P25,
	AMK_Q_P50,
	AMK_Q_P75,
	AMK_Q_P90,
	AMK_Q_P95,
	AMK_Q_P99,
	AMK_Q_P999,
	AMK_Q_MAX,
	AMK_NR_QUANTILES
};

struct amk_summary {
	const struct amk_run_data *run;
	enum amk_side_id side;
	const struct amk_strategy *strategy;
	const char *workload;
	u64 size_bytes;
	const struct amk_metric *metric; /* NULL: the cell has no number at all, status says why */
	u32 status; /* enum amk_status: OK if any round is, else the commonest */
	const char *reason; /* text, "" if none */
	u32 rounds; /* blocks behind the figures, or behind the status if there are none */
	/* Blocks of the cell that the allocator refused, and that failed: beside OK, a part. */
	u32 rounds_refused;
	u32 rounds_failed;
	u64 samples; /* iterations (timed) or blocks (counted) behind cost */
	/* In the metric's unit; TICKS already as the run's unit (ns or insn). */
	double cost; /* median of rounds; NAN where there is no number */
	double cost_min; /* of the rounds */
	double cost_max;
	/*
	 * Of single operations, clock overhead (median) subtracted; timed metrics
	 * only.
	 */
	u64 each_ops; /* 0: no histogram */
	double quantile[AMK_NR_QUANTILES]; /* NAN: too few operations to have that tail */
	u64 each_disturbed; /* of each_ops: slept, preempted, interrupted or migrated */
	u64 iterations_disturbed;
};

/*
 * Summarises @run: one entry a cell and metric, sorted by side, strategy (table order), workload
 * (table order), size, metric (table order). Returns how many, entries in *@out (caller frees), or
 * -errno.
 */
ssize_t amk_summarize(const struct amk_run_data *run, struct amk_summary **out);

/* Whether a search ended at the limit of the run itself: the true one is @s->cost or more. */
bool amk_summary_capped(const struct amk_summary *s);

/* Which way is better: "lower", "higher" or "neither"; @metric may be NULL. */
const char *amk_metric_better_name(const struct amk_metric *metric);

/* The entry for this cell and metric, or NULL. */
const struct amk_summary *amk_summary_find(const struct amk_summary *s, size_t n,
					   enum amk_side_id side, const char *strategy,
					   const char *workload, u64 size_bytes,
					   enum amk_metric_id metric);

#endif
