// SPDX-License-Identifier: GPL-2.0-only
/*
 * A block's cost from its iterations: see cost.h.
 */
#include "lib/user/cost.h"

#include <math.h>
#include <stdlib.h>

#define SMALL 24 /* numbers that are sorted by insertion */

int amk_cost_compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void amk_cost_sort(double *x, size_t n)
{
	size_t i, j;
	double v;

	if (n > SMALL) {
		qsort(x, n, sizeof(*x), amk_cost_compare);
		return;
	}
	for (i = 1; i < n; i++) {
		v = x[i];
		for (j = i; j && x[j - 1] > v; j--)
			x[j] = x[j - 1];
		x[j] = v;
	}
}

double amk_cost_quantile(const double *sorted, size_t n, double q)
{
	double at = q * (double)(n - 1);
	size_t low = (size_t)at;

	if (low + 1 >= n)
		return sorted[n - 1];
	return sorted[low] + (at - (double)low) * (sorted[low + 1] - sorted[low]);
}

/* The lower quartile over the iterations of what @field, ticks_n or ticks_2n, says. */
static double lane_quartile(const struct amk_lane *lane, size_t field)
{
	double ticks[AMK_ITERATIONS_MAX];
	u32 i;

	for (i = 0; i < lane->nr_iterations; i++)
		ticks[i] = (double)*(const u64 *)((const char *)&lane->iteration[i] + field);
	qsort(ticks, i, sizeof(*ticks), amk_cost_compare);
	return amk_cost_quantile(ticks, i, 0.25);
}

double amk_cost_block(const struct amk_result *r, const struct amk_lane *lane,
		      const struct amk_workload *w)
{
	u64 regions = 1;
	double base, ticks;

	if (!lane->nr_iterations || !lane->ops)
		return NAN;
	base = lane_quartile(lane, offsetof(struct amk_iteration, ticks_n));
	if (lane->slope) {
		ticks = lane_quartile(lane, offsetof(struct amk_iteration, ticks_2n)) - base;
	} else {
		/* A burst times each of its batches by itself. */
		if (w->flags & AMK_WORKLOAD_BATCH && r->batch)
			regions = lane->ops / r->batch;
		ticks = base - (double)(regions * r->clock_overhead_ticks);
	}
	return ticks > 0 ? ticks / (double)lane->ops : NAN;
}

bool amk_count_shared(const struct amk_count *count)
{
	u32 i;

	for (i = 0; i < count->nr_pairs; i++)
		if (count->pair[i].running_ns < count->pair[i].enabled_ns)
			return true;
	return false;
}

double amk_cost_count(const struct amk_count *count)
{
	double low[AMK_COUNT_PAIRS_MAX], high[AMK_COUNT_PAIRS_MAX], events;
	u32 i, n = count->nr_pairs;

	if (!n || count->ops_high <= count->ops_low)
		return NAN;
	for (i = 0; i < n; i++) {
		const struct amk_count_pair *p = &count->pair[i];
		double scale = (double)p->enabled_ns / (double)p->running_ns;

		low[i] = (double)p->count_low * scale;
		high[i] = (double)p->count_high * scale;
	}
	qsort(low, n, sizeof(*low), amk_cost_compare);
	qsort(high, n, sizeof(*high), amk_cost_compare);
	events = amk_cost_quantile(high, n, 0.5) - amk_cost_quantile(low, n, 0.5);
	return events >= 0 ? events / (double)(count->ops_high - count->ops_low) : NAN;
}
