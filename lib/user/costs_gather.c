// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cells from blocks: see costs_gather.h. The rules are those of summary.c: a metric is there if a
 * block that went well has it, a block of which noise left nothing has no cost, and a cell without
 * any metric has one entry with its commonest status.
 */
#include "lib/user/costs_gather.h"

#include <math.h>
#include <stdlib.h>

#include "lib/user/cost.h"
#include "lib/user/events.h"

/* ---- blocks to samples ---- */

static int sample_add(struct amk_cost_samples *s, const struct amk_cost_sample *sample)
{
	if (s->count == s->room) {
		size_t room = s->room ? 2 * s->room : 256;
		struct amk_cost_sample *grown = reallocarray(s->sample, room, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		s->sample = grown;
		s->room = room;
	}
	s->sample[s->count++] = *sample;
	return 0;
}

/* Whether one of the samples from @from on is of @metric: a block says each thing once. */
static bool sample_said(const struct amk_cost_samples *s, size_t from, int metric)
{
	for (; from < s->count; from++)
		if (s->sample[from].metric == metric)
			return true;
	return false;
}

static int metric_number(const char *name)
{
	return (int)(amk_metric_find(name) - amk_metrics);
}

static int lanes_add(struct amk_cost_samples *s, struct amk_cost_sample *sample,
		     const struct amk_result *r)
{
	size_t from = s->count;
	double ticks;
	u32 i;
	int failed = 0;

	for (i = 0; i < r->nr_lanes && !failed; i++) {
		sample->metric = metric_number(r->lane[i].metric);
		if (sample_said(s, from, sample->metric))
			continue;
		ticks = amk_cost_block(r, &r->lane[i], sample->cell.workload);
		sample->status = isnan(ticks) ? AMK_STATUS_MEASURE_FAILED : AMK_STATUS_OK;
		sample->reason = isnan(ticks) ? AMK_REASON_NOTHING_LEFT : AMK_REASON_NONE;
		sample->cost = isnan(ticks) ? 0 : ticks / s->ticks_per_unit;
		failed = sample_add(s, sample);
	}
	return failed;
}

static int values_add(struct amk_cost_samples *s, struct amk_cost_sample *sample,
		      const struct amk_result *r, size_t from)
{
	u32 i;
	int failed = 0;

	for (i = 0; i < r->nr_values && !failed; i++) {
		const struct amk_value *v = &r->value[i];

		sample->metric = metric_number(v->metric);
		if (sample_said(s, from, sample->metric))
			continue;
		sample->status = (u16)v->status;
		sample->reason = v->status == AMK_STATUS_OK ? AMK_REASON_NONE : v->reason;
		sample->cost = v->status == AMK_STATUS_OK ? (double)v->value : 0;
		failed = sample_add(s, sample);
	}
	return failed;
}

/* An event's metric is by its loop: the first or the second of the workload. */
static int counts_add(struct amk_cost_samples *s, struct amk_cost_sample *sample,
		      const struct amk_record *record, size_t from)
{
	const struct amk_count *c = amk_record_counts(record);
	u32 i;
	int failed = 0;

	for (i = 0; i < record->result.nr_counts && !failed; i++) {
		double events = c[i].status == AMK_STATUS_OK ? amk_cost_count(&c[i]) : NAN;

		sample->metric = (int)(amk_event_metric(c[i].metric, c[i].lane) - amk_metrics);
		if (sample_said(s, from, sample->metric))
			continue;
		sample->status = (u16)c[i].status;
		sample->reason = c[i].reason;
		sample->cost = isnan(events) ? 0 : events;
		if (c[i].status == AMK_STATUS_OK && isnan(events)) {
			sample->status = AMK_STATUS_MEASURE_FAILED;
			sample->reason = AMK_REASON_NOTHING_LEFT;
		}
		failed = sample_add(s, sample);
	}
	return failed;
}

int amk_cost_samples_add(struct amk_cost_samples *samples, const struct amk_record *record,
			 u64 line)
{
	const struct amk_result *r = &record->result;
	size_t from = samples->count;
	struct amk_cost_sample sample = {
		.cell = { amk_strategy_find(record->side, record->strategy),
			  amk_workload_find(record->workload), record->size_bytes },
		.round = record->round,
		.line = (u32)line,
		.reason = r->reason,
		.status = (u16)r->status,
		.metric = AMK_SAMPLE_BLOCK,
	};
	int failed = sample_add(samples, &sample);

	if (failed || r->status != AMK_STATUS_OK)
		return failed;
	failed = lanes_add(samples, &sample, r);
	if (!failed)
		failed = values_add(samples, &sample, r, from);
	return failed ? failed : counts_add(samples, &sample, record, from);
}

/* ---- samples to cells ---- */

static int sample_compare(const void *a, const void *b)
{
	const struct amk_cost_sample *x = a, *y = b;
	int order = amk_cell_compare(&x->cell, &y->cell);

	if (order)
		return order;
	if (x->metric != y->metric)
		return x->metric < y->metric ? -1 : 1;
	if (x->round != y->round)
		return x->round < y->round ? -1 : 1;
	return (x->line > y->line) - (x->line < y->line);
}

/* How the blocks of one cell ended. */
struct outcome {
	u32 count[AMK_STATUS_MEASURE_FAILED + 1];
	u32 status; /* OK if any was, else the commonest */
	u32 reason; /* of the first that ended so */
};

static void outcome_find(struct outcome *o, const struct amk_cost_sample *sample, size_t n)
{
	size_t i;
	u32 s;

	memset(o, 0, sizeof(*o));
	for (i = 0; i < n; i++)
		o->count[sample[i].status]++;
	for (s = 0; s < AMK_ARRAY_SIZE(o->count); s++)
		if (o->count[s] > o->count[o->status])
			o->status = s;
	if (o->count[AMK_STATUS_OK])
		o->status = AMK_STATUS_OK;
	for (i = 0; i < n; i++) {
		if (sample[i].status == o->status) {
			o->reason = sample[i].reason;
			break;
		}
	}
}

/* A cell for @sample, which is its metric's first. */
static struct amk_cost_cell *cell_add(struct amk_costs *costs, const struct amk_cost_sample *sample,
				      const struct outcome *o)
{
	struct amk_cost_cell *cell = &costs->cell[costs->nr_cells++];

	cell->side = sample->cell.strategy->side;
	snprintf(cell->strategy, AMK_NAME_LEN, "%s", sample->cell.strategy->name);
	snprintf(cell->workload, AMK_NAME_LEN, "%s", sample->cell.workload->name);
	cell->strategy_row = sample->cell.strategy;
	cell->workload_row = sample->cell.workload;
	cell->size_bytes = sample->cell.size_bytes;
	cell->rounds_refused = o->count[AMK_STATUS_REFUSED];
	cell->rounds_failed = o->count[AMK_STATUS_SETUP_FAILED] +
			      o->count[AMK_STATUS_MEASURE_FAILED] + o->count[AMK_STATUS_NONE];
	return cell;
}

static void cell_end(struct amk_cost_cell *cell, u32 status, u32 reason)
{
	cell->status = status;
	cell->reason_code = reason;
	cell->reason = amk_cost_reason(reason);
}

/* The @n samples of one metric as a cell. @at is where its costs go; returns where they end. */
static double *metric_make(struct amk_costs *costs, const struct amk_cost_sample *sample, size_t n,
			   const struct outcome *o, double *at)
{
	struct amk_cost_cell *cell = cell_add(costs, sample, o);
	size_t i;

	cell->metric = &amk_metrics[sample->metric];
	cell->cost = at;
	for (i = 0; i < n; i++)
		if (sample[i].status == AMK_STATUS_OK)
			cell->cost[cell->nr_rounds++] = sample[i].cost;
	/* A block that went well may have something to add: a limit that the run itself set. */
	if (cell->nr_rounds)
		cell_end(cell, AMK_STATUS_OK, o->reason);
	else
		cell_end(cell, sample[n - 1].status, sample[n - 1].reason);
	return at + cell->nr_rounds;
}

/* The @n samples of one cell, its blocks first. */
static double *group_make(struct amk_costs *costs, const struct amk_cost_sample *sample, size_t n,
			  double *at)
{
	struct outcome outcome;
	size_t from, to;

	for (to = 0; to < n && sample[to].metric == AMK_SAMPLE_BLOCK; to++)
		;
	outcome_find(&outcome, sample, to);
	if (to == n)
		cell_end(cell_add(costs, sample, &outcome), outcome.status, outcome.reason);
	for (from = to; from < n; from = to) {
		while (to < n && sample[to].metric == sample[from].metric)
			to++;
		at = metric_make(costs, sample + from, to - from, &outcome, at);
	}
	return at;
}

/* A round visits a cell once: a second block of it would count twice in every figure. */
static int twice_refuse(const struct amk_cost_samples *s, char error[AMK_ERROR_LEN])
{
	size_t i;

	for (i = 1; i < s->count; i++) {
		const struct amk_cost_sample *x = &s->sample[i - 1], *y = x + 1;

		if (x->metric != AMK_SAMPLE_BLOCK || y->metric != AMK_SAMPLE_BLOCK ||
		    x->round != y->round || !amk_cell_same(&x->cell, &y->cell))
			continue;
		snprintf(error, AMK_ERROR_LEN,
			 "%u: the same cell and round as line %u; delete one of them", y->line,
			 x->line);
		return -EBADMSG;
	}
	return 0;
}

int amk_cost_cells_make(struct amk_cost_samples *samples, struct amk_costs *costs,
			char error[AMK_ERROR_LEN])
{
	size_t from, to;
	double *at;
	int failed;

	if (samples->count)
		qsort(samples->sample, samples->count, sizeof(*samples->sample), sample_compare);
	failed = twice_refuse(samples, error);
	if (failed)
		return failed;
	/* Never more cells, nor costs, than samples; 1 more, since none is no error. */
	costs->cell = calloc(samples->count + 1, sizeof(*costs->cell));
	costs->cost = calloc(samples->count + 1, sizeof(*costs->cost));
	if (!costs->cell || !costs->cost) {
		snprintf(error, AMK_ERROR_LEN, "out of memory");
		return -ENOMEM;
	}
	at = costs->cost;
	for (from = 0; from < samples->count; from = to) {
		for (to = from; to < samples->count; to++)
			if (!amk_cell_same(&samples->sample[from].cell, &samples->sample[to].cell))
				break;
		at = group_make(costs, samples->sample + from, to - from, at);
	}
	return 0;
}
