// SPDX-License-Identifier: GPL-2.0-only
/*
 * One metric of one cell from the cell's blocks: see summary_metric.h.
 */
#include "lib/user/summary_metric.h"

#include <math.h>
#include <stdlib.h>

#include "lib/core/histogram.h"
#include "lib/user/cost.h"
#include "lib/user/costs.h"
#include "lib/user/events.h"

/* Sets cost, cost_min and cost_max from the rounds' numbers, which get sorted. */
static void cost_set(struct amk_summary *s, double *cost, size_t n)
{
	if (!n)
		return;
	qsort(cost, n, sizeof(*cost), amk_cost_compare);
	s->cost = amk_cost_quantile(cost, n, 0.5);
	s->cost_min = cost[0];
	s->cost_max = cost[n - 1];
	s->rounds = (u32)n;
}

static const struct amk_lane *lane_find(const struct amk_result *r, const char *metric)
{
	u32 i;

	for (i = 0; i < r->nr_lanes; i++)
		if (!strcmp(r->lane[i].metric, metric))
			return &r->lane[i];
	return NULL;
}

static const struct amk_value *value_find(const struct amk_result *r, const char *metric)
{
	u32 i;

	for (i = 0; i < r->nr_values; i++)
		if (!strcmp(r->value[i].metric, metric))
			return &r->value[i];
	return NULL;
}

static double ticks_shown(const struct amk_run_data *run, double ticks)
{
	return ticks / run->ticks_per_unit;
}

static void quantiles_set(struct amk_summary *s, const u64 *hist, u64 overhead_ticks)
{
	static const u32 permyriad[AMK_NR_QUANTILES] = {
		[AMK_Q_P5] = 500,   [AMK_Q_P25] = 2500,	 [AMK_Q_P50] = 5000,
		[AMK_Q_P75] = 7500, [AMK_Q_P90] = 9000,	 [AMK_Q_P95] = 9500,
		[AMK_Q_P99] = 9900, [AMK_Q_P999] = 9990, [AMK_Q_MAX] = 10000,
	};
	u32 i;

	for (i = 0; i < AMK_NR_QUANTILES; i++) {
		u64 ticks = amk_hist_quantile(hist, permyriad[i]);
		u32 tail = permyriad[i] < 5000 ? permyriad[i] : 10000 - permyriad[i];

		/* A tail without one whole operation in it is not a percentile but the extreme. */
		if (tail && s->each_ops * tail < 10000) {
			s->quantile[i] = NAN;
			continue;
		}
		/* Nothing is left of it beside the clock: that is no time of 0. */
		s->quantile[i] = ticks > overhead_ticks ?
					 ticks_shown(s->run, (double)(ticks - overhead_ticks)) :
					 NAN;
	}
}

static int compare_u64(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return (x > y) - (x < y);
}

/* The histograms of all rounds as one; the clock's overhead is the median of the rounds'. */
static bool each_set(struct amk_summary *s, const struct amk_summary_group *g)
{
	u64 *hist = calloc(AMK_HIST_BUCKETS + g->nr_records, sizeof(*hist));
	u64 *overhead;
	size_t i, n = 0;

	if (!hist)
		return false;
	overhead = hist + AMK_HIST_BUCKETS;
	for (i = 0; i < g->nr_records; i++) {
		const struct amk_result *r = &g->record[i]->result;
		const struct amk_lane *lane = lane_find(r, s->metric->name);

		if (r->status != AMK_STATUS_OK || !lane || !lane->each_ops)
			continue;
		amk_hist_merge(hist, lane->hist_clean);
		amk_hist_merge(hist, lane->hist_disturbed);
		overhead[n++] = r->clock_overhead_ticks;
	}
	if (n) {
		qsort(overhead, n, sizeof(*overhead), compare_u64);
		s->each_ops = amk_hist_count(hist);
		quantiles_set(s, hist, overhead[n / 2]);
	}
	free(hist);
	return true;
}

static u64 lane_disturbed(const struct amk_lane *lane)
{
	u64 count = 0;
	u32 i;

	for (i = 0; i < AMK_HIST_BUCKETS; i++)
		count += lane->hist_disturbed[i];
	return count;
}

static bool lane_summarize(struct amk_summary *s, const struct amk_summary_group *g)
{
	double *cost = calloc(g->nr_records, sizeof(*cost));
	size_t i, n = 0;
	u32 j;

	if (!cost)
		return false;
	for (i = 0; i < g->nr_records; i++) {
		const struct amk_result *r = &g->record[i]->result;
		const struct amk_lane *lane = lane_find(r, s->metric->name);
		double ticks = lane ? amk_cost_block(r, lane, g->cell.workload) : NAN;

		if (r->status != AMK_STATUS_OK || isnan(ticks))
			continue;
		cost[n++] = ticks_shown(s->run, ticks);
		s->samples += lane->nr_iterations;
		for (j = 0; j < lane->nr_iterations; j++)
			s->iterations_disturbed += lane->iteration[j].class_bits != 0;
		s->each_disturbed += lane_disturbed(lane);
	}
	if (!n && s->status == AMK_STATUS_OK) {
		s->status = AMK_STATUS_MEASURE_FAILED;
		s->reason = amk_cost_reason(AMK_REASON_NOTHING_LEFT);
	}
	cost_set(s, cost, n);
	free(cost);
	return each_set(s, g);
}

static bool value_summarize(struct amk_summary *s, const struct amk_summary_group *g)
{
	double *number = calloc(g->nr_records, sizeof(*number));
	const struct amk_value *value;
	size_t i, n = 0;

	if (!number)
		return false;
	for (i = 0; i < g->nr_records; i++) {
		if (g->record[i]->result.status != AMK_STATUS_OK)
			continue;
		value = value_find(&g->record[i]->result, s->metric->name);
		if (value && value->status == AMK_STATUS_OK)
			number[n++] = (double)value->value;
		else if (value && !n) {
			s->status = value->status;
			s->reason = amk_cost_reason(value->reason);
		}
	}
	if (n && s->status != AMK_STATUS_OK) {
		s->status = AMK_STATUS_OK;
		s->reason = "";
	}
	s->samples = n;
	cost_set(s, number, n);
	free(number);
	return true;
}

static const struct amk_count *count_find(const struct amk_record *record,
					  const struct amk_metric *metric)
{
	const struct amk_count *c = amk_record_counts(record);
	u32 i;

	for (i = 0; i < record->result.nr_counts; i++)
		if (amk_event_metric(c[i].metric, c[i].lane) == metric)
			return &c[i];
	return NULL;
}

static bool count_summarize(struct amk_summary *s, const struct amk_summary_group *g)
{
	double *number = calloc(g->nr_records, sizeof(*number));
	const struct amk_count *skipped = NULL;
	char buffer[32];
	size_t i, n = 0;

	if (!number)
		return false;
	for (i = 0; i < g->nr_records; i++) {
		const struct amk_count *c = count_find(g->record[i], s->metric);

		if (g->record[i]->result.status != AMK_STATUS_OK || !c)
			continue;
		number[n] = amk_cost_count(c);
		if (c->status != AMK_STATUS_OK) {
			skipped = c;
		} else if (!isnan(number[n])) {
			n++;
			s->samples += c->nr_pairs;
		}
	}
	if (!n && s->status == AMK_STATUS_OK) {
		s->status = skipped ? skipped->status : (u32)AMK_STATUS_MEASURE_FAILED;
		s->reason = amk_reason_text(
			skipped ? skipped->reason : (u32)AMK_REASON_NOTHING_LEFT, buffer);
		if (s->reason == buffer)
			s->reason = "unknown";
	}
	cost_set(s, number, n);
	free(number);
	return true;
}

amk_summary_fn *amk_summary_by(const struct amk_summary_group *g, const struct amk_metric *metric)
{
	size_t i;

	for (i = 0; i < g->nr_records; i++) {
		const struct amk_result *r = &g->record[i]->result;

		if (r->status != AMK_STATUS_OK)
			continue;
		if (lane_find(r, metric->name))
			return lane_summarize;
		if (value_find(r, metric->name))
			return value_summarize;
		if (count_find(g->record[i], metric))
			return count_summarize;
	}
	return NULL;
}
