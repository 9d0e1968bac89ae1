/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Histograms of single operations, a round at a time: what percentiles of a cell are made from, and
 * what is drawn anew to see how far they would have come out otherwise. Of a run's records only
 * those of the cells asked for are decoded.
 */
#ifndef AMK_EACH_H
#define AMK_EACH_H

#include "lib/user/records.h"

/* The clean and disturbed operations of one round together. */
struct amk_each_round {
	u32 *hist; /* AMK_HIST_BUCKETS; ticks */
	u64 ops;
	u64 overhead_ticks; /* of the clock, which is in each operation */
};

/* The rounds of one cell and metric. */
struct amk_each {
	struct amk_each_round *round;
	u32 nr_rounds;
	double ticks_per_unit;
};

/* A cell and metric that is wanted; what is found goes into each. */
struct amk_each_wanted {
	enum amk_side_id side;
	const char *strategy;
	const char *workload;
	u64 size_bytes;
	const char *metric;
	struct amk_each each;
};

/*
 * Reads the rounds of the @n cells at @wanted from blocks.jsonl of run directory @path. 0, or
 * -errno with a one-line text in @error. What was read is the caller's in every case:
 * amk_each_free().
 */
int amk_each_read(const char *path, double ticks_per_unit, struct amk_each_wanted *wanted, size_t n,
		  char error[AMK_ERROR_LEN]);

/* Adds a round, whose histograms are added up. 0 or -ENOMEM. */
int amk_each_add(struct amk_each *each, const struct amk_lane *lane, u64 overhead_ticks);
void amk_each_free(struct amk_each *each);

#endif
