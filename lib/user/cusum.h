/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where a series of runs changes its level: cumulative sums of ranks.
 *
 * The statistic is that of Pettitt 1979 (Applied Statistics 28): the largest |sum of the first k
 * ranks, less what it would be on average|. It asks nothing of the distribution, and one wild run
 * weighs no more than its rank. Scaled by sqrt(n) and the ranks' deviation it tends to the largest
 * |value| of a Brownian bridge (Lombard 1987, Technometrics 29), which has the distribution of
 * Kolmogorov; for finite n the critical values are tabulated in cusum_table.def, and how they were
 * found is tests/cusum_table.c. More than one change is found by binary segmentation (Scott and
 * Knott 1974; Vostrikova 1981), ranks being taken anew within each segment.
 */
#ifndef AMK_CUSUM_H
#define AMK_CUSUM_H

#include <sys/types.h>

#include "lib/core/deps.h"

/* The tabulated chances that a series without a change is said to have one. */
enum amk_cusum_level {
	AMK_CUSUM_5_PERCENT,
	AMK_CUSUM_1_PERCENT,
	AMK_CUSUM_1_PERMILLE,
	AMK_CUSUM_1_PER_10000,
	AMK_NR_CUSUM_LEVELS /* not even at 5 % */
};

/* 0.05, 0.01, 0.001, 0.0001. */
extern const double amk_cusum_alphas[AMK_NR_CUSUM_LEVELS];
/* The level of exactly this alpha, or AMK_NR_CUSUM_LEVELS. */
enum amk_cusum_level amk_cusum_level_find(double alpha);

/* Shortest series that can have a change at @level. */
size_t amk_cusum_least(enum amk_cusum_level level);

struct amk_change {
	size_t at; /* the first of the series with the new level */
	double before; /* medians of the two levels that meet there */
	double after;
	double alpha; /* the strictest tabulated level that it passes; 0: exact */
};

struct amk_cusum_options {
	enum amk_cusum_level level;
	double magnitude; /* a smaller change is none: 0.03 is 3 % */
	double tolerance; /* the same for exact series */
};

/*
 * Finds the changes of level in the @n numbers, none NAN, none negative, of @x, in rising order.
 * Returns how many there are; the changes in @change, which has room for n. -ENOMEM.
 */
ssize_t amk_cusum_changes(const double *x, size_t n, const struct amk_cusum_options *options,
			  struct amk_change *change);

/*
 * The same for a series that no chance is in, such as instructions counted in an emulator: each
 * step is a change. -ERANGE if it moves in more than one in eight of its numbers: then there is
 * chance in it.
 */
ssize_t amk_cusum_steps(const double *x, size_t n, const struct amk_cusum_options *options,
			struct amk_change *change);

/*
 * The statistic of @x as the table has it: the largest |2 * sum of ranks - k (n + 1)| over k; *@at
 * is the k of it. *@tied: ties make the table unfit, and @scaled is to be compared with the limit
 * for large n. NAN: no memory.
 */
struct amk_cusum {
	double most; /* as tabulated */
	double scaled; /* by the deviation of the ranks as they are, and sqrt(n) */
	size_t at;
	bool tied;
};
int amk_cusum_find(const double *x, size_t n, struct amk_cusum *cusum);

/* The strictest level that @cusum of @n numbers passes, or AMK_NR_CUSUM_LEVELS. */
enum amk_cusum_level amk_cusum_passes(const struct amk_cusum *cusum, size_t n);

#endif
