/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the blocks of a cell say of one metric: of a timed quantity medians and percentiles, of a
 * count or an event what the rounds have.
 */
#ifndef AMK_SUMMARY_METRIC_H
#define AMK_SUMMARY_METRIC_H

#include "lib/user/cell.h"
#include "lib/user/summary.h"

/* The blocks of one cell, sorted by round. */
struct amk_summary_group {
	const struct amk_run_data *run;
	struct amk_record **record;
	size_t nr_records;
	struct amk_cell cell;
};

/* Fills in the figures of s->metric, and where there are none why. False: no memory. */
typedef bool amk_summary_fn(struct amk_summary *s, const struct amk_summary_group *g);

/* What sums @metric up, by how the cell's blocks that went well have it; NULL: they do not. */
amk_summary_fn *amk_summary_by(const struct amk_summary_group *g, const struct amk_metric *metric);

#endif
