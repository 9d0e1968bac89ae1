// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads the costs of a run: see costs.h.
 */
#include "lib/user/costs.h"

#include <stdlib.h>

#include "lib/user/costs_digest.h"
#include "lib/user/costs_gather.h"
#include "lib/user/manifest.h"
#include "lib/user/records_json.h"

const char *amk_cost_reason(u32 reason)
{
	char buffer[32];
	const char *text = amk_reason_text(reason, buffer);

	return text == buffer ? "a reason that this allocmark does not know" : text;
}

const char *amk_metric_unit(const struct amk_metric *metric, const char *run_unit)
{
	switch (metric->unit) {
	case AMK_UNIT_TICKS:
		return run_unit;
	case AMK_UNIT_BYTES:
		return "bytes";
	case AMK_UNIT_PAGES:
		return "pages";
	case AMK_UNIT_RATE:
		return "per-op";
	case AMK_UNIT_PPM:
		return "per-M-op";
	case AMK_UNIT_BITS:
		return "bits";
	case AMK_UNIT_OPS:
		return "ops-per-s";
	default:
		return "count";
	}
}

bool amk_metric_fixed(const struct amk_metric *metric)
{
	switch (metric - amk_metrics) {
	case AMK_METRIC_frames:
	case AMK_METRIC_frames_untouched:
	case AMK_METRIC_usable:
	case AMK_METRIC_limit:
	case AMK_METRIC_limit_past_memory:
	case AMK_METRIC_bytes_checked:
	case AMK_METRIC_overflow_asked:
	case AMK_METRIC_overflow_refused:
		return true;
	default:
		return false;
	}
}

/* ---- order ---- */

int amk_cost_cell_compare(const struct amk_cost_cell *a, const struct amk_cost_cell *b)
{
	/* The table of strategies has the user's first: its order is the order of sides, too. */
	if (a->strategy_row != b->strategy_row)
		return a->strategy_row < b->strategy_row ? -1 : 1;
	if (a->workload_row != b->workload_row)
		return a->workload_row < b->workload_row ? -1 : 1;
	if (a->size_bytes != b->size_bytes)
		return a->size_bytes < b->size_bytes ? -1 : 1;
	/* NULL, no metric, is less than any row. */
	return (a->metric > b->metric) - (a->metric < b->metric);
}

static int cell_compare(const void *a, const void *b)
{
	return amk_cost_cell_compare(a, b);
}

const struct amk_cost_cell *amk_costs_find(const struct amk_costs *costs,
					   const struct amk_cost_cell *like)
{
	if (!costs->nr_cells)
		return NULL;
	return bsearch(like, costs->cell, costs->nr_cells, sizeof(*costs->cell), cell_compare);
}

/* ---- reading ---- */

static int record_take(void *arg, struct amk_record *record, u64 line)
{
	int failed = amk_cost_samples_add(arg, record, line);

	amk_record_free(record);
	return failed;
}

static int blocks_read(struct amk_costs *costs, char error[AMK_ERROR_LEN])
{
	struct amk_cost_samples samples = { .ticks_per_unit = costs->run.ticks_per_unit };
	struct amk_record_reader reader = { .take = record_take, .arg = &samples };
	char what[AMK_ERROR_LEN];
	int failed;

	failed = amk_records_each(costs->path, &reader, error);
	if (!failed) {
		costs->run.truncated = reader.truncated;
		costs->blocks_bytes = reader.bytes;
		failed = amk_cost_cells_make(&samples, costs, what);
		if (failed)
			snprintf(error, AMK_ERROR_LEN, "%.200s/blocks.jsonl:%.200s", costs->path,
				 what);
	}
	free(samples.sample);
	return failed;
}

/* What a comparison has to call the run by, beside what amk_manifest_read() has checked. */
static int identity_read(struct amk_costs *costs, char error[AMK_ERROR_LEN])
{
	struct amk_run_data *run = &costs->run;
	char what[AMK_ERROR_LEN];

	if (!amk_json_string(run->manifest, "id", &costs->id, what) ||
	    !amk_json_string(run->manifest, "created", &costs->created, what)) {
		snprintf(error, AMK_ERROR_LEN, "%.200s/manifest.json: %.220s", run->path, what);
		return -EBADMSG;
	}
	costs->path = run->path;
	costs->manifest = run->manifest;
	costs->machine = run->machine;
	costs->kernel = run->kernel;
	costs->environment = run->environment;
	costs->unit = run->unit;
	return 0;
}

static int manifest_read(const char *path, struct amk_costs *costs, char error[AMK_ERROR_LEN])
{
	int failed;

	memset(costs, 0, sizeof(*costs));
	costs->run.path = strdup(path);
	if (!costs->run.path) {
		snprintf(error, AMK_ERROR_LEN, "out of memory");
		return -ENOMEM;
	}
	failed = amk_manifest_read(path, &costs->run, error);
	return failed ? failed : identity_read(costs, error);
}

int amk_costs_read(const char *path, struct amk_costs *costs, char error[AMK_ERROR_LEN])
{
	int failed = manifest_read(path, costs, error);

	if (!failed)
		failed = amk_costs_digest_read(costs, error);
	if (failed > 0)
		return 0;
	if (!failed)
		failed = blocks_read(costs, error);
	if (failed)
		amk_costs_free(costs);
	return failed;
}

int amk_costs_read_blocks(const char *path, struct amk_costs *costs, char error[AMK_ERROR_LEN])
{
	int failed = manifest_read(path, costs, error);

	if (!failed)
		failed = blocks_read(costs, error);
	if (failed)
		amk_costs_free(costs);
	return failed;
}

void amk_costs_free(struct amk_costs *costs)
{
	free(costs->cell);
	free(costs->cost);
	amk_run_data_free(&costs->run);
	memset(costs, 0, sizeof(*costs));
}
