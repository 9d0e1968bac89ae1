// SPDX-License-Identifier: GPL-2.0-only
/*
 * A run in the Bencher Metric Format (https://bencher.dev/docs/reference/bencher-metric-format):
 * an object a benchmark, in it an object a measure, whose value is the median of the rounds and
 * whose bounds are the least and the largest of them. A cell without a number is not there.
 *
 * The measure says what the number is: "latency" is Bencher's own, in ns. Instructions and the ns
 * of an emulator are not that, and counted metrics have their own names.
 */
#include <errno.h>
#include <string.h>

#include "bench/cell_name.h"
#include "bench/export.h"
#include "lib/user/costs.h"

/* A slug has hyphens. */
static void slug_word(const struct amk_costs *costs, const struct amk_metric *metric,
		      char slug[AMK_NAME_LEN])
{
	const char *name = metric->name;
	char *c;

	if (metric->unit == AMK_UNIT_TICKS)
		name = !strcmp(costs->unit, "insn")		? "instructions" :
		       !strcmp(costs->environment, "guest-tcg") ? "emulated-latency" :
								  "latency";
	snprintf(slug, AMK_NAME_LEN, "%s", name);
	for (c = slug; *c; c++)
		if (*c == '_')
			*c = '-';
}

static json_t *metric_object(const struct amk_cost_cell *cell)
{
	double median, low = cell->cost[0], high = low;
	u32 i;

	for (i = 1; i < cell->nr_rounds; i++) {
		low = cell->cost[i] < low ? cell->cost[i] : low;
		high = cell->cost[i] > high ? cell->cost[i] : high;
	}
	if (amk_export_median(cell->cost, cell->nr_rounds, &median))
		return NULL;
	return json_pack("{s:f, s:f, s:f}", "value", median, "lower_value", low, "upper_value",
			 high);
}

static int cell_add(json_t *whole, const struct amk_costs *costs, const struct amk_cost_cell *cell)
{
	bool timed = cell->metric->unit == AMK_UNIT_TICKS;
	char name[AMK_CELL_NAME_LEN], slug[AMK_NAME_LEN];
	json_t *benchmark;

	slug_word(costs, cell->metric, slug);
	/* Times of one cell share a measure and need a name each; the rest has a measure each. */
	amk_cell_name(cell->side, cell->strategy, cell->workload, cell->size_bytes,
		      timed ? cell->metric : NULL, name);
	benchmark = json_object_get(whole, name);
	if (!benchmark) {
		benchmark = json_object();
		if (json_object_set_new(whole, name, benchmark))
			return -ENOMEM;
	}
	return json_object_set_new(benchmark, slug, metric_object(cell)) ? -ENOMEM : 0;
}

int amk_export_bencher(FILE *file, char *const *path, size_t nr, char error[AMK_ERROR_LEN])
{
	struct amk_costs costs;
	json_t *whole;
	size_t i;
	int ret;

	if (nr != 1) {
		snprintf(error, AMK_ERROR_LEN,
			 "export: --format=bencher: one run at a time: their names are the same");
		return -EINVAL;
	}
	ret = amk_costs_read(path[0], &costs, error);
	if (ret)
		return ret;
	whole = json_object();
	for (i = 0; !ret && i < costs.nr_cells; i++)
		if (costs.cell[i].nr_rounds)
			ret = cell_add(whole, &costs, &costs.cell[i]);
	if (!ret)
		ret = amk_export_json(file, whole);
	if (ret)
		snprintf(error, AMK_ERROR_LEN, "%s: %s", path[0], strerror(-ret));
	json_decref(whole);
	amk_costs_free(&costs);
	return ret;
}
