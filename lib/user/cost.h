/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A block's cost from its iterations.
 *
 * The cost of an operation is the slope between n and 2n operations, or, where the block took no
 * slope, the time less the clock's own, for each timed region that went into it. Quartiles are
 * taken of the two runs by themselves and then subtracted: the quartile of the differences would
 * prefer the iterations whose shorter run was disturbed, and could even be negative.
 */
#ifndef AMK_COST_H
#define AMK_COST_H

#include "lib/core/workload.h"

/* For qsort() of doubles; none may be NAN. */
int amk_cost_compare(const void *a, const void *b);

/* Sorts @n numbers, none NAN; quick for the few that rounds are. */
void amk_cost_sort(double *x, size_t n);

/* The quantile @q (0 to 1) of @n sorted numbers, interpolated between ranks; @n is not 0. */
double amk_cost_quantile(const double *sorted, size_t n, double q);

/* A block's cost in ticks: the lower quartile of its iterations; NAN if it has none, or if noise
 * and the clock's own cost left nothing. */
double amk_cost_block(const struct amk_result *r, const struct amk_lane *lane,
		      const struct amk_workload *w);

/*
 * Events an operation by a count: what the long runs counted more than the short ones, by the
 * medians of each, over the operations that they had more. Where a counter shared the PMU, what it
 * counted is scaled to the time that it was enabled. NAN if noise left nothing.
 */
double amk_cost_count(const struct amk_count *count);

/* Whether a counter of @count ran for less than it was enabled. */
bool amk_count_shared(const struct amk_count *count);

#endif
