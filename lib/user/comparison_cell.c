// SPDX-License-Identifier: GPL-2.0-only
/*
 * One cell of a comparison: see comparison.h for what is compared and how.
 *
 * Least detectable change: the test shows a rise when the one-sided lower bound L of the shift, at
 * the level the test asks for, is above the margin M (both logarithms). With the same spread a
 * shift d would put the bound at d - (S - L), S being the shift that was seen. So the least shift
 * that would have been shown is M + (S - L): the margin and the half width of the one-sided bound.
 */
#include "lib/user/comparison_cell.h"

#include <math.h>
#include <stdlib.h>

#include "lib/core/workload.h"
#include "lib/user/cost.h"
#include "lib/user/rank.h"

/* ---- costs ---- */

static double median(const double *cost, u32 n)
{
	double sorted[n];

	memcpy(sorted, cost, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), amk_cost_compare);
	return amk_cost_quantile(sorted, n, 0.5);
}

static bool is_constant(const struct amk_cost_cell *c)
{
	u32 i;

	for (i = 1; i < c->nr_rounds; i++)
		if (c->cost[i] != c->cost[0])
			return false;
	return true;
}

static bool has_zero(const struct amk_cost_cell *c)
{
	u32 i;

	for (i = 0; i < c->nr_rounds; i++)
		if (c->cost[i] == 0)
			return true;
	return false;
}

/* A time is above 0 and a count not below it; anything else is a damaged run. */
static int costs_check(const struct amk_costs *run, const struct amk_cost_cell *c, char *error)
{
	bool timed = c->metric->unit == AMK_UNIT_TICKS;
	u32 i;

	for (i = 0; i < c->nr_rounds; i++) {
		if (isfinite(c->cost[i]) && (timed ? c->cost[i] > 0 : c->cost[i] >= 0))
			continue;
		snprintf(error, AMK_ERROR_LEN,
			 "%.200s: %s:%s %s %llu %s: %g is no cost; measure the run anew", run->path,
			 amk_side_names[c->side], c->strategy, c->workload,
			 (unsigned long long)c->size_bytes, c->metric->name, c->cost[i]);
		return -EBADMSG;
	}
	return 0;
}

/* ---- exactly ---- */

/*
 * Where the clock counts instructions the whole machine is determined, and the median of rounds is
 * the figure. Elsewhere chance has no part in a fixed count, nor where no round differs at all.
 */
static bool is_exact(const struct amk_comparison *comparison,
		     const struct amk_comparison_cell *cell)
{
	if (!strcmp(comparison->base->environment, "guest-icount") &&
	    !strcmp(comparison->head->environment, "guest-icount"))
		return true;
	return cell->metric->unit != AMK_UNIT_TICKS && is_constant(cell->base) &&
	       is_constant(cell->head) &&
	       (amk_metric_fixed(cell->metric) || cell->base_cost == cell->head_cost);
}

static void exact_measure(struct amk_comparison_cell *cell)
{
	cell->method = AMK_METHOD_EXACT;
	if (cell->base_cost > 0)
		cell->ratio = cell->head_cost / cell->base_cost;
	else if (cell->head_cost == 0)
		cell->ratio = 1;
	cell->ratio_low = cell->ratio_high = cell->ratio;
	cell->level = 1;
	cell->mde = cell->limits.tolerance;
}

/* ---- by ranks ---- */

/* The logarithms of both samples, head's after base's, to be freed. NULL: no memory. */
static double *logs_make(const struct amk_comparison_cell *cell)
{
	double *log_cost = calloc(cell->base_rounds + cell->head_rounds, sizeof(*log_cost));
	u32 i;

	for (i = 0; log_cost && i < cell->base_rounds; i++)
		log_cost[i] = log(cell->base->cost[i]);
	for (i = 0; log_cost && i < cell->head_rounds; i++)
		log_cost[cell->base_rounds + i] = log(cell->head->cost[i]);
	return log_cost;
}

/* The shift and its interval; a count of 0 has no logarithm, and so no ratio, but a rank. */
static int ratio_measure(const struct amk_comparison *comparison, struct amk_comparison_cell *cell,
			 const double *x, const double *y)
{
	u32 m = cell->base_rounds, n = cell->head_rounds;
	struct amk_rank_interval interval;
	double shift;

	if (has_zero(cell->base) || has_zero(cell->head))
		return 0;
	shift = amk_rank_shift(x, m, y, n);
	if (isnan(shift) || amk_rank_interval(x, m, y, n, comparison->options.level, &interval))
		return -ENOMEM;
	cell->ratio = exp(shift);
	cell->ratio_low = exp(interval.low);
	cell->ratio_high = exp(interval.high);
	cell->level = interval.level;
	return 0;
}

static int rank_measure(const struct amk_comparison *comparison, struct amk_comparison_cell *cell)
{
	u32 m = cell->base_rounds, n = cell->head_rounds;
	double margin = log1p(cell->limits.margin);
	double *x = logs_make(cell), *y = x ? x + m : NULL;
	int failed = x ? ratio_measure(comparison, cell, x, y) : -ENOMEM;

	cell->method = AMK_METHOD_RANK;
	if (!failed && (m < cell->limits.min_rounds || n < cell->limits.min_rounds)) {
		cell->why = "fewer rounds than are asked for";
		cell->rounds_needed = cell->limits.min_rounds;
		cell->mde = INFINITY;
	} else if (!failed && amk_rank_p_least(m, n) > comparison->options.q) {
		cell->why = "too few rounds to tell a change from chance";
		cell->rounds_needed = amk_rank_rounds(comparison->options.q);
		cell->mde = INFINITY;
	} else if (!failed) {
		cell->p_rise = amk_rank_p(x, m, y, n, margin);
		cell->p_fall = amk_rank_p(y, n, x, m, margin);
		failed = isnan(cell->p_rise) || isnan(cell->p_fall) ? -ENOMEM : 0;
	}
	free(x);
	return failed;
}

int amk_comparison_cell_measure(const struct amk_comparison *comparison,
				struct amk_comparison_cell *cell, char error[AMK_ERROR_LEN])
{
	int failed = costs_check(comparison->base, cell->base, error);

	if (!failed)
		failed = costs_check(comparison->head, cell->head, error);
	if (failed)
		return failed;
	cell->base_cost = median(cell->base->cost, cell->base_rounds);
	cell->head_cost = median(cell->head->cost, cell->head_rounds);
	if (comparison->bursts_differ &&
	    amk_workload_find(cell->workload)->flags & AMK_WORKLOAD_BATCH) {
		cell->verdict = AMK_VERDICT_INCONCLUSIVE;
		cell->why = "the runs' bursts are not of one size (options.protocol)";
		return 0;
	}
	if (comparison->options.rule)
		comparison->options.rule(cell, &cell->limits, comparison->options.data);
	if (cell->limits.ignore) {
		cell->verdict = AMK_VERDICT_IGNORED;
		return 0;
	}
	if (is_exact(comparison, cell)) {
		exact_measure(cell);
		return 0;
	}
	failed = rank_measure(comparison, cell);
	if (failed)
		snprintf(error, AMK_ERROR_LEN, "out of memory");
	return failed;
}

/* ---- verdict ---- */

static enum amk_verdict verdict_of(const struct amk_metric *metric, bool rise)
{
	if (metric->better == AMK_BETTER_NEITHER)
		return AMK_VERDICT_CHANGED;
	return rise == (metric->better == AMK_BETTER_LOWER) ? AMK_VERDICT_REGRESSED :
							      AMK_VERDICT_IMPROVED;
}

static void exact_judge(struct amk_comparison_cell *cell)
{
	double change = fabs(cell->head_cost - cell->base_cost);

	if (change <= cell->limits.tolerance * cell->base_cost)
		cell->verdict = AMK_VERDICT_EQUIVALENT;
	else
		cell->verdict = verdict_of(cell->metric, cell->head_cost > cell->base_cost);
}

static bool is_within(const struct amk_comparison_cell *cell)
{
	double bound = 1 + cell->limits.margin;

	return cell->ratio_low >= 1 / bound && cell->ratio_high <= bound;
}

static bool is_beyond(const struct amk_comparison_cell *cell)
{
	double bound = 1 + cell->limits.margin;

	return cell->ratio < 1 / bound || cell->ratio > bound;
}

void amk_comparison_cell_judge(const struct amk_comparison *comparison,
			       struct amk_comparison_cell *cell, double rise, double fall)
{
	bool rising = cell->p_rise < cell->p_fall ||
		      (cell->p_rise == cell->p_fall && cell->head_cost > cell->base_cost);

	if (cell->rounds_needed) {
		cell->verdict = AMK_VERDICT_INCONCLUSIVE;
		return;
	}
	if (cell->method == AMK_METHOD_EXACT) {
		exact_judge(cell);
		return;
	}
	cell->p = rising ? cell->p_rise : cell->p_fall;
	cell->p_adjusted = rising ? rise : fall;
	if (cell->p_adjusted <= comparison->options.q) {
		cell->verdict = verdict_of(cell->metric, rising);
		return;
	}
	cell->verdict = AMK_VERDICT_INCONCLUSIVE;
	if (cell->level < comparison->options.level)
		cell->why = "too few rounds for an interval";
	else if (is_beyond(cell))
		cell->why = "beyond the margin, but chance may have made it";
	else if (!is_within(cell))
		cell->why = "the rounds spread too far for the margin";
	else
		cell->verdict = AMK_VERDICT_EQUIVALENT;
}

/* ---- least detectable change ---- */

/* How far the one-sided lower bound of the shift from @x to @y lies below it. */
static double half_width(const double *x, u32 m, const double *y, u32 n, double alpha)
{
	return amk_rank_shift(x, m, y, n) - amk_rank_bound(x, m, y, n, alpha);
}

int amk_comparison_cell_sense(struct amk_comparison_cell *cell, double rise_level,
			      double fall_level)
{
	u32 m = cell->base_rounds, n = cell->head_rounds;
	enum amk_better better = cell->metric->better;
	double *x, *y, rise, fall, margin;

	if (cell->method != AMK_METHOD_RANK || isnan(cell->ratio) || isnan(cell->p_rise))
		return 0;
	x = logs_make(cell);
	if (!x)
		return -ENOMEM;
	y = x + m;
	margin = log1p(cell->limits.margin);
	rise = expm1(margin + half_width(x, m, y, n, rise_level));
	fall = -expm1(-margin - half_width(y, n, x, m, fall_level));
	free(x);
	if (isnan(rise) || isnan(fall))
		return -ENOMEM;
	/* No fall, even to nothing, could have been shown: that is no 100 %. */
	if (fall >= 1)
		fall = INFINITY;
	if (better == AMK_BETTER_LOWER)
		cell->mde = rise;
	else if (better == AMK_BETTER_HIGHER)
		cell->mde = fall;
	else
		cell->mde = fmax(rise, fall);
	return 0;
}
