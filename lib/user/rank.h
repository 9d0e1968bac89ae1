/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two samples compared by ranks: how far the second lies above the first, within which bounds, and
 * how likely chance alone would do that. Nothing is asked of the distribution but that it be the
 * same in shape, so one wild round moves no result.
 *
 * Sources: Hollander, Wolfe, Chicken, "Nonparametric Statistical Methods" (3rd ed.), chapter 4, for
 * shift, interval and test; Streitberg and Roehmel 1986 for the exact distribution with ties;
 * Benjamini and Hochberg 1995. Without ties the figures are those of wilcox.test() and p.adjust()
 * of R; with ties, too, the distribution is the exact conditional one, where R approximates.
 */
#ifndef AMK_RANK_H
#define AMK_RANK_H

#include "lib/core/deps.h"

/*
 * A sample of this many or more is too large for the exact distribution, whose table grows as the
 * fourth power: the normal approximation takes its place, with correction for continuity and ties.
 */
#define AMK_RANK_EXACT_MAX 50

struct amk_rank_interval {
	double low;
	double high;
	double level; /* what it really covers: less than asked for in small samples */
};

/* The Hodges-Lehmann shift: the median of all differences y - x. NAN: no memory. */
double amk_rank_shift(const double *x, size_t m, const double *y, size_t n);

/*
 * Bounds of the shift that hold with probability @level (such as 0.95), by inversion of the rank
 * test; with ties they hold with at least that. If the samples are too small for @level, the
 * extreme differences and the level that these have. 0 or -ENOMEM.
 */
int amk_rank_interval(const double *x, size_t m, const double *y, size_t n, double level,
		      struct amk_rank_interval *interval);

/*
 * The one-sided lower bound of the shift with error probability @alpha: the shift is above it with
 * probability 1 - @alpha. -INFINITY: the samples are too small for that; NAN: no memory.
 */
double amk_rank_bound(const double *x, size_t m, const double *y, size_t n, double alpha);

/*
 * Mann-Whitney, one-sided: the probability that @y would lie above @x by as much as it does, if it
 * were in truth shifted by no more than @margin. Exact, with ties as well. For the other
 * direction, swap the samples. Infinities are ranked as any number. NAN: no memory.
 */
double amk_rank_p(const double *x, size_t m, const double *y, size_t n, double margin);

/* The least that amk_rank_p() can say of samples of these sizes: 1 / C(m + n, n). */
double amk_rank_p_least(size_t m, size_t n);

/* How many rounds both samples need for amk_rank_p() to be able to say @alpha or less. */
u32 amk_rank_rounds(double alpha);

/*
 * Benjamini and Hochberg: @adjusted[i] is the least false discovery rate at which @p[i] is a
 * discovery among all @n. NANs are no test, are not counted, and stay. 0 or -ENOMEM.
 */
int amk_rank_fdr(const double *p, double *adjusted, size_t n);

#endif
