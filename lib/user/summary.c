// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the blocks of a run say about each cell and metric: see summary.h.
 */
#include "lib/user/summary.h"

#include <math.h>
#include <stdlib.h>

#include "lib/user/summary_metric.h"

struct list {
	struct amk_summary *entry;
	size_t count;
	size_t room;
};

/* ---- one cell ---- */

static struct amk_summary *list_add(struct list *list, const struct amk_summary_group *g,
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
	s->side = g->cell.strategy->side;
	s->strategy = g->cell.strategy;
	s->workload = g->cell.workload->name;
	s->size_bytes = g->cell.size_bytes;
	s->metric = metric;
	s->cost = s->cost_min = s->cost_max = NAN;
	return s;
}

/* The commonest status, or OK if any round has it; with the reason of the first of that kind. */
static void status_set(struct amk_summary *s, const struct amk_summary_group *g)
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

static bool group_summarize(const struct amk_summary_group *g, struct list *list)
{
	struct amk_summary *s;
	size_t before = list->count;
	u32 m;

	for (m = 0; m < AMK_NR_METRICS; m++) {
		amk_summary_fn *summarize = amk_summary_by(g, &amk_metrics[m]);

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
		struct amk_summary_group g = { .run = run, .record = record + from };

		for (to = from;
		     to < run->nr_records && amk_cell_same(&place[from].cell, &place[to].cell);
		     to++)
			record[to] = place[to].record;
		g.nr_records = to - from;
		g.cell = place[from].cell;
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
