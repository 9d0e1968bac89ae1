// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the blocks of a run say about each cell and metric: see summary.h.
 */
#include "lib/user/summary.h"

#include <math.h>
#include <stdlib.h>

#include "lib/core/histogram.h"
#include "lib/user/cell.h"
#include "lib/user/cost.h"
#include "lib/user/events.h"
#include "lib/user/costs.h"

/* The blocks of one cell, sorted by round, and where their summaries go. */
struct group {
	const struct amk_run_data *run;
	struct amk_record **record;
	size_t nr_records;
	const struct amk_strategy *strategy;
	const struct amk_workload *workload;
};

struct list {
	struct amk_summary *entry;
	size_t count;
	size_t room;
};

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

/* ---- one metric of one cell ---- */

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
static bool each_set(struct amk_summary *s, const struct group *g)
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

static bool lane_summarize(struct amk_summary *s, const struct group *g)
{
	double *cost = calloc(g->nr_records, sizeof(*cost));
	size_t i, n = 0;
	u32 j;

	if (!cost)
		return false;
	for (i = 0; i < g->nr_records; i++) {
		const struct amk_result *r = &g->record[i]->result;
		const struct amk_lane *lane = lane_find(r, s->metric->name);
		double ticks = lane ? amk_cost_block(r, lane, g->workload) : NAN;

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

static bool value_summarize(struct amk_summary *s, const struct group *g)
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

static bool count_summarize(struct amk_summary *s, const struct group *g)
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

/* ---- one cell ---- */

static struct amk_summary *list_add(struct list *list, const struct group *g,
				    const struct amk_metric *metric)
{
	struct amk_summary *s;

	if (list->count == list->room) {
		size_t room = list->room ? 2 * list->room : 256;

		s = reallocarray(list->entry, room, sizeof(*s));
		if (!s)
			return NULL;
		list->entry = s;
		list->room = room;
	}
	s = &list->entry[list->count++];
	memset(s, 0, sizeof(*s));
	s->run = g->run;
	s->side = g->strategy->side;
	s->strategy = g->strategy;
	s->workload = g->workload->name;
	s->size_bytes = g->record[0]->size_bytes;
	s->metric = metric;
	s->cost = s->cost_min = s->cost_max = NAN;
	return s;
}

/* The commonest status, or OK if any round has it; with the reason of the first of that kind. */
static void status_set(struct amk_summary *s, const struct group *g)
{
	u32 count[AMK_STATUS_MEASURE_FAILED + 1] = { 0 };
	u32 status, best = 0;
	size_t i;

	for (i = 0; i < g->nr_records; i++)
		count[g->record[i]->result.status]++;
	for (status = 0; status < AMK_ARRAY_SIZE(count); status++)
		if (count[status] > count[best])
			best = status;
	s->status = count[AMK_STATUS_OK] ? AMK_STATUS_OK : best;
	s->reason = "";
	for (i = 0; i < g->nr_records; i++) {
		if (g->record[i]->result.status == s->status) {
			s->reason = g->record[i]->reason;
			break;
		}
	}
	s->rounds = (u32)g->nr_records;
	s->rounds_refused = count[AMK_STATUS_REFUSED];
	s->rounds_failed = count[AMK_STATUS_NONE] + count[AMK_STATUS_SETUP_FAILED] +
			   count[AMK_STATUS_MEASURE_FAILED];
}

typedef bool summarize_fn(struct amk_summary *s, const struct group *g);

/* What sums @metric up, by how the cell's blocks that went well have it; NULL: they do not. */
static summarize_fn *metric_summarizer(const struct group *g, const struct amk_metric *metric)
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

static bool group_summarize(const struct group *g, struct list *list)
{
	struct amk_summary *s;
	size_t before = list->count;
	u32 m;

	for (m = 0; m < AMK_NR_METRICS; m++) {
		summarize_fn *summarize = metric_summarizer(g, &amk_metrics[m]);

		if (!summarize)
			continue;
		s = list_add(list, g, &amk_metrics[m]);
		if (!s)
			return false;
		status_set(s, g);
		if (!summarize(s, g))
			return false;
	}
	if (list->count > before)
		return true;
	s = list_add(list, g, NULL);
	if (s)
		status_set(s, g);
	return s != NULL;
}

/* ---- the run ---- */

/* A record and where it belongs, found once: a run has more comparisons than records. */
struct place {
	struct amk_record *record;
	struct amk_cell cell;
};

static int compare_place(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int order = amk_cell_compare(&x->cell, &y->cell);

	if (order)
		return order;
	return (x->record->round > y->record->round) - (x->record->round < y->record->round);
}

/* The run's records, sorted; NULL: no memory. */
static struct place *places_sorted(const struct amk_run_data *run)
{
	struct place *place = calloc(run->nr_records + 1, sizeof(*place));
	size_t i;

	for (i = 0; place && i < run->nr_records; i++) {
		struct amk_record *r = run->record[i];

		place[i].record = r;
		place[i].cell = (struct amk_cell){ amk_strategy_find(r->side, r->strategy),
						   amk_workload_find(r->workload), r->size_bytes };
	}
	if (place)
		qsort(place, run->nr_records, sizeof(*place), compare_place);
	return place;
}

static bool sorted_summarize(const struct amk_run_data *run, const struct place *place,
			     struct amk_record **record, struct list *list)
{
	size_t from, to;

	for (from = 0; from < run->nr_records; from = to) {
		struct group g = { .run = run, .record = record + from };

		for (to = from;
		     to < run->nr_records && amk_cell_same(&place[from].cell, &place[to].cell);
		     to++)
			record[to] = place[to].record;
		g.nr_records = to - from;
		g.strategy = place[from].cell.strategy;
		g.workload = place[from].cell.workload;
		if (!group_summarize(&g, list))
			return false;
	}
	return true;
}

ssize_t amk_summarize(const struct amk_run_data *run, struct amk_summary **out)
{
	struct amk_record **record = calloc(run->nr_records + 1, sizeof(*record));
	struct place *place = places_sorted(run);
	struct list list = { 0 };
	bool ok = record && place && sorted_summarize(run, place, record, &list);

	free(record);
	free(place);
	if (!ok) {
		free(list.entry);
		return -ENOMEM;
	}
	*out = list.entry;
	return (ssize_t)list.count;
}

bool amk_summary_capped(const struct amk_summary *s)
{
	char buffer[32];

	return s->metric == &amk_metrics[AMK_METRIC_limit] &&
	       !strcmp(s->reason, amk_reason_text(AMK_REASON_CAPPED, buffer));
}

const char *amk_metric_better_name(const struct amk_metric *metric)
{
	if (!metric || metric->better == AMK_BETTER_NEITHER)
		return "neither";
	return metric->better == AMK_BETTER_LOWER ? "lower" : "higher";
}

const struct amk_summary *amk_summary_find(const struct amk_summary *s, size_t n,
					   enum amk_side_id side, const char *strategy,
					   const char *workload, u64 size_bytes,
					   enum amk_metric_id metric)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (s[i].side == side && s[i].size_bytes == size_bytes &&
		    s[i].metric == &amk_metrics[metric] && !strcmp(s[i].strategy->name, strategy) &&
		    !strcmp(s[i].workload, workload))
			return &s[i];
	return NULL;
}
