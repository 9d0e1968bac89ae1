// SPDX-License-Identifier: GPL-2.0-only
/*
 * Looks evidence up in the costs of runs: see evidence.h.
 */
#include "bench/evidence.h"

#include <stdlib.h>

#include "lib/user/manifest.h"

static int value_compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Costs of a cell are few: as many as the run has rounds. */
static void figure_fill(const struct amk_cost_cell *cell, struct amk_found *figure)
{
	double sorted[256];
	u32 n = cell->nr_rounds;

	if (n > AMK_ARRAY_SIZE(sorted))
		n = AMK_ARRAY_SIZE(sorted);
	memcpy(sorted, cell->cost, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), value_compare);
	figure->value = n % 2 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
	figure->least = sorted[0];
	figure->most = sorted[n - 1];
	figure->nr_rounds = n;
	figure->reason = cell->reason_code;
}

static const struct amk_cost_cell *cell_find(const struct amk_costs *run,
					     const struct amk_point *point,
					     const struct amk_metric *metric)
{
	const struct amk_cost_cell like = {
		.strategy_row = &amk_strategies[point->strategy],
		.workload_row = &amk_workloads[point->workload],
		.size_bytes = point->size_bytes,
		.metric = metric,
	};

	return amk_costs_find(run, &like);
}

bool amk_evidence_in(const struct amk_costs *run, const struct amk_point *point,
		     struct amk_found *figure)
{
	const struct amk_cost_cell *cell = cell_find(run, point, &amk_metrics[point->metric]);

	if (!cell || !cell->nr_rounds)
		return false;
	figure_fill(cell, figure);
	figure->run = run;
	return true;
}

bool amk_evidence_find(const struct amk_evidence *evidence, const struct amk_point *point,
		       struct amk_found *figure)
{
	u32 i;

	for (i = 0; i < evidence->nr_runs; i++)
		if (amk_evidence_in(evidence->run[i], point, figure))
			return true;
	return false;
}

const char *amk_evidence_missing(const struct amk_evidence *evidence, const struct amk_point *point,
				 char buffer[AMK_MISSING_LEN])
{
	const struct amk_strategy *s = &amk_strategies[point->strategy];
	u32 i;

	for (i = 0; i < evidence->nr_runs; i++) {
		const struct amk_costs *run = evidence->run[i];
		const struct amk_cost_cell *cell =
			cell_find(run, point, &amk_metrics[point->metric]);

		if (!cell)
			cell = cell_find(run, point, NULL);
		if (cell && *cell->reason)
			return cell->reason;
	}
	snprintf(buffer, AMK_MISSING_LEN, "no run has %s of %s:%s",
		 amk_workloads[point->workload].name, amk_side_names[s->side], s->name);
	return buffer;
}

bool amk_evidence_refused(const struct amk_evidence *evidence, const struct amk_point *point)
{
	u32 i;

	for (i = 0; i < evidence->nr_runs; i++) {
		const struct amk_cost_cell *cell = cell_find(evidence->run[i], point, NULL);

		if (cell)
			return cell->status == AMK_STATUS_REFUSED;
	}
	return false;
}

u32 amk_evidence_sizes(const struct amk_costs *run, const struct amk_point *like,
		       u64 size[AMK_EVIDENCE_SIZES_MAX])
{
	u32 n = 0;
	size_t i;

	for (i = 0; i < run->nr_cells && n < AMK_EVIDENCE_SIZES_MAX; i++) {
		const struct amk_cost_cell *c = &run->cell[i];

		if (c->strategy_row == &amk_strategies[like->strategy] &&
		    c->workload_row == &amk_workloads[like->workload] &&
		    c->metric == &amk_metrics[like->metric] && c->nr_rounds)
			size[n++] = c->size_bytes;
	}
	return n;
}

const struct amk_costs *amk_evidence_run(const struct amk_evidence *evidence,
					 const struct amk_point *like)
{
	u64 size[AMK_EVIDENCE_SIZES_MAX];
	u32 i;

	for (i = 0; i < evidence->nr_runs; i++)
		if (amk_evidence_sizes(evidence->run[i], like, size))
			return evidence->run[i];
	return NULL;
}

int amk_evidence_setting(const struct amk_costs *run, const char *key)
{
	const char *text = amk_run_data_fact(&run->run, "comparability", key);

	return text ? atoi(text) : -1;
}
