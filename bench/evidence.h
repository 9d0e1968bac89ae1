/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the runs of one kernel have to say to a claim: looked up by cell and metric, never
 * recomputed. Several runs stand side by side where a claim asks how a setting of the kernel
 * changes the answer.
 */
#ifndef AMK_EVIDENCE_H
#define AMK_EVIDENCE_H

#include "lib/core/strategy.h"
#include "lib/core/workload.h"
#include "lib/user/costs.h"

#define AMK_EVIDENCE_RUNS_MAX 16
#define AMK_EVIDENCE_SIZES_MAX 64

/* The runs of one kernel, in the order they were given; none of it is owned. */
struct amk_evidence {
	const struct amk_costs *run[AMK_EVIDENCE_RUNS_MAX];
	u32 nr_runs;
};

/* A cell and metric. Sizeless workloads have size 0. */
struct amk_point {
	enum amk_strategy_id strategy;
	enum amk_workload_id workload;
	enum amk_metric_id metric;
	u64 size_bytes;
};

/* What is known of a point, in the metric's unit, ticks as the run's. */
struct amk_found {
	double value; /* median of rounds */
	double least;
	double most;
	u32 nr_rounds;
	u32 reason; /* enum amk_reason that stands beside the number, such as CAPPED */
	const struct amk_costs *run; /* where it is from */
};

/* The figure of @point in @run; false: it has none. */
bool amk_evidence_in(const struct amk_costs *run, const struct amk_point *point,
		     struct amk_found *figure);

/* The same in the first run that has one. */
bool amk_evidence_find(const struct amk_evidence *evidence, const struct amk_point *point,
		       struct amk_found *figure);

/* Why no run has a figure of @point, as "REASON"; static, or in @buffer. */
#define AMK_MISSING_LEN 160
const char *amk_evidence_missing(const struct amk_evidence *evidence, const struct amk_point *point,
				 char buffer[AMK_MISSING_LEN]);

/* Whether the allocator refused @point in the first run that asked; false, too, if none did. */
bool amk_evidence_refused(const struct amk_evidence *evidence, const struct amk_point *point);

/* The sizes at which @run has a figure of @like's strategy, workload and metric, rising. */
u32 amk_evidence_sizes(const struct amk_costs *run, const struct amk_point *like,
		       u64 size[AMK_EVIDENCE_SIZES_MAX]);

/* The first run that has figures of @like at any size, or NULL. */
const struct amk_costs *amk_evidence_run(const struct amk_evidence *evidence,
					 const struct amk_point *like);

/* A setting that the run's manifest has under "comparability", as a number; -1: it does not say. */
int amk_evidence_setting(const struct amk_costs *run, const char *key);

#endif
