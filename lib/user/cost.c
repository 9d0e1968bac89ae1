// SPDX-License-Identifier: GPL-2.0-only
/*
 * A block's cost from its iterations: see cost.h.
 */
#include "lib/user/cost.h"

#include <math.h>
#include <stdlib.h>

int amk_cost_compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double amk_cost_quantile(const double *sorted, size_t n, double q)
{
	double at = q * (double)(n - 1);
	size_t low = (size_t)at;

	if (low + 1 >= n)
		return sorted[n - 1];
	return sorted[low] + (at - (double)low) * (sorted[low + 1] - sorted[low]);
}

static double iteration_ticks(const struct amk_result *r, const struct amk_lane *lane,
			      const struct amk_workload *w, const struct amk_iteration *it)
{
	u64 regions = 1;
	double ticks;

	if (lane->slope) {
		ticks = (double)it->ticks_2n - (double)it->ticks_n;
	} else {
		/* A burst times each of its batches by itself. */
		if (w->flags & AMK_WORKLOAD_BATCH && r->batch)
			regions = lane->ops / r->batch;
		ticks = (double)it->ticks_n - (double)(regions * r->clock_overhead_ticks);
	}
	ticks /= (double)lane->ops;
	return ticks > 0 ? ticks : 0;
}

double amk_cost_block(const struct amk_result *r, const struct amk_lane *lane,
		      const struct amk_workload *w)
{
	double cost[AMK_ITERATIONS_MAX];
	u32 i;

	if (!lane->nr_iterations || !lane->ops)
		return NAN;
	for (i = 0; i < lane->nr_iterations; i++)
		cost[i] = iteration_ticks(r, lane, w, &lane->iteration[i]);
	qsort(cost, i, sizeof(*cost), amk_cost_compare);
	return amk_cost_quantile(cost, i, 0.25);
}
