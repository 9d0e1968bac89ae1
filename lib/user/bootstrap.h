/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How the percentiles of single operations differ between two runs, and how far they would have
 * come out otherwise: rounds are drawn anew with replacement, their histograms added up, and
 * percentiles taken of the sum (Efron and Tibshirani, "An Introduction to the Bootstrap", chapter
 * 13: the percentile interval). Percentiles are never averaged. Rounds are what is drawn, since
 * operations of one process are not independent; of few rounds the intervals come out too narrow.
 */
#ifndef AMK_BOOTSTRAP_H
#define AMK_BOOTSTRAP_H

#include "lib/user/each.h"

#define AMK_NR_PERCENTILES 7
#define AMK_BOOTSTRAP_RESAMPLES 1000

/* 10, 25, 50, 75, 90, 95, 99 */
extern const u32 amk_percentiles[AMK_NR_PERCENTILES];

struct amk_percentile_shift {
	double base; /* the run's unit, without the clock's own time; NAN: too few operations */
	double head;
	double ratio; /* head over base */
	double low; /* 95 % interval of the ratio; NAN: fewer than two rounds */
	double high;
};

/*
 * Compares the percentiles of @base and @head; all that is random follows from @seed. An operation
 * must lie in a percentile's tail for it to be one. 0 or -ENOMEM.
 */
int amk_bootstrap_shift(const struct amk_each *base, const struct amk_each *head, u64 seed,
			struct amk_percentile_shift shift[AMK_NR_PERCENTILES]);

#endif
