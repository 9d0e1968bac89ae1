// SPDX-License-Identifier: GPL-2.0-only
/*
 * A run as the JSON of Google Benchmark (docs/user_guide.md there), for its tools/compare.py and
 * what else reads it. A cell is a benchmark and a round a repetition; mean, median and standard
 * deviation over rounds are its aggregates. Only times have a place in that form: what is counted,
 * and cells without a number, are left out, and context.left_out says how many. CPU time is not
 * measured apart, but readers demand it: it repeats the real time. Instructions are given as ns of
 * the guest's clock, of which one is an instruction.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/cell_name.h"
#include "bench/export.h"
#include "config.h"
#include "lib/user/costs.h"
#include "lib/user/manifest.h"

/* Where a benchmark stands in the list: readers sort by it. */
struct place {
	int family;
	int instance;
};

static const char *time_meaning(const struct amk_costs *costs)
{
	if (!strcmp(costs->unit, "insn"))
		return "instructions: 1 ns of the guest's clock is 1 instruction";
	if (!strcmp(costs->environment, "guest-tcg"))
		return "emulation time, no property of any hardware";
	return "ns";
}

static bool is_timed(const struct amk_cost_cell *cell)
{
	return cell->metric && cell->metric->unit == AMK_UNIT_TICKS && cell->nr_rounds;
}

static json_t *left_out(const struct amk_costs *costs)
{
	json_int_t counted = 0, without = 0;
	size_t i;

	for (i = 0; i < costs->nr_cells; i++) {
		const struct amk_cost_cell *cell = &costs->cell[i];

		if (!cell->nr_rounds)
			without++;
		else if (!is_timed(cell))
			counted++;
	}
	return json_pack("{s:I, s:I}", "counted", counted, "without_number", without);
}

static json_t *context(const struct amk_costs *costs)
{
	const char *threads = amk_run_data_fact(&costs->run, "machine", "threads");
	json_t *context =
		json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:s, s:s, s:s, s:s, s:[], s:[], s:o}",
			  "date", costs->created, "host_name", costs->machine, "executable",
			  PACKAGE_NAME, "library_version", PACKAGE_VERSION, "library_build_type",
			  "release", "json_schema_version", 1, "kernel", costs->kernel,
			  "environment", costs->environment, "run", costs->id, "time",
			  time_meaning(costs), "caches", "load_avg", "left_out", left_out(costs));

	if (context && threads)
		json_object_set_new(context, "num_cpus", json_integer(atoll(threads)));
	return context;
}

/* What every entry of @cell has. */
static json_t *entry(const struct amk_costs *costs, const struct amk_cost_cell *cell,
		     const struct place *place, const char *run_type, double time)
{
	char name[AMK_CELL_NAME_LEN];
	json_t *entry;

	amk_cell_name(cell->side, cell->strategy, cell->workload, cell->size_bytes, cell->metric,
		      name);
	entry = json_pack("{s:s, s:i, s:i, s:s, s:s, s:i, s:i, s:i, s:f, s:f, s:s}", "name", name,
			  "family_index", place->family, "per_family_instance_index",
			  place->instance, "run_name", name, "run_type", run_type, "repetitions",
			  (int)cell->nr_rounds, "threads", 1, "iterations", 1, "real_time", time,
			  "cpu_time", time, "time_unit", "ns");
	if (entry && strcmp(costs->unit, "ns"))
		json_object_set_new(entry, "label", json_string(costs->unit));
	return entry;
}

static int rounds_add(json_t *list, const struct amk_costs *costs, const struct amk_cost_cell *cell,
		      const struct place *place)
{
	u32 i;

	for (i = 0; i < cell->nr_rounds; i++) {
		json_t *one = entry(costs, cell, place, "iteration", cell->cost[i]);

		json_object_set_new(one, "repetition_index", json_integer(i));
		if (json_array_append_new(list, one))
			return -ENOMEM;
	}
	return 0;
}

static int aggregate_add(json_t *list, const struct amk_costs *costs,
			 const struct amk_cost_cell *cell, const struct place *place,
			 const char *kind, double time)
{
	json_t *one = entry(costs, cell, place, "aggregate", time);
	char run_name[AMK_CELL_NAME_LEN], name[AMK_CELL_NAME_LEN + 16];

	amk_cell_name(cell->side, cell->strategy, cell->workload, cell->size_bytes, cell->metric,
		      run_name);
	snprintf(name, sizeof(name), "%s_%s", run_name, kind);
	json_object_set_new(one, "name", json_string(name));
	json_object_set_new(one, "aggregate_name", json_string(kind));
	json_object_set_new(one, "aggregate_unit", json_string("time"));
	json_object_set_new(one, "iterations", json_integer(cell->nr_rounds));
	return json_array_append_new(list, one) ? -ENOMEM : 0;
}

/* Standard deviation of a sample, as Google Benchmark has it. */
static double deviation(const double *x, u32 n, double mean)
{
	double sum = 0;
	u32 i;

	for (i = 0; i < n; i++)
		sum += (x[i] - mean) * (x[i] - mean);
	return sqrt(sum / (n - 1));
}

static double mean_of(const double *x, u32 n)
{
	double sum = 0;
	u32 i;

	for (i = 0; i < n; i++)
		sum += x[i];
	return sum / n;
}

/* Of one round there is nothing to aggregate. */
static int aggregates_add(json_t *list, const struct amk_costs *costs,
			  const struct amk_cost_cell *cell, const struct place *place)
{
	double mean = mean_of(cell->cost, cell->nr_rounds), median;
	int ret;

	if (cell->nr_rounds < 2)
		return 0;
	if (amk_export_median(cell->cost, cell->nr_rounds, &median))
		return -ENOMEM;
	ret = aggregate_add(list, costs, cell, place, "mean", mean);
	if (!ret)
		ret = aggregate_add(list, costs, cell, place, "median", median);
	if (!ret)
		ret = aggregate_add(list, costs, cell, place, "stddev",
				    deviation(cell->cost, cell->nr_rounds, mean));
	return ret;
}

static void place_next(struct place *place, const struct amk_cost_cell *before,
		       const struct amk_cost_cell *cell)
{
	place->instance++;
	if (before && before->strategy_row == cell->strategy_row &&
	    before->workload_row == cell->workload_row)
		return;
	place->family++;
	place->instance = 0;
}

static int benchmarks_add(json_t *list, const struct amk_costs *costs)
{
	struct place place = { -1, 0 };
	const struct amk_cost_cell *before = NULL;
	size_t i;
	int ret = 0;

	for (i = 0; !ret && i < costs->nr_cells; i++) {
		const struct amk_cost_cell *cell = &costs->cell[i];

		if (!is_timed(cell))
			continue;
		place_next(&place, before, cell);
		before = cell;
		ret = rounds_add(list, costs, cell, &place);
		if (!ret)
			ret = aggregates_add(list, costs, cell, &place);
	}
	return ret;
}

int amk_export_gbench(FILE *file, char *const *path, size_t nr, char error[AMK_ERROR_LEN])
{
	struct amk_costs costs;
	json_t *whole;
	int ret;

	if (nr != 1) {
		snprintf(error, AMK_ERROR_LEN,
			 "export: --format=gbench: one run at a time: their names are the same");
		return -EINVAL;
	}
	ret = amk_costs_read(path[0], &costs, error);
	if (ret)
		return ret;
	whole = json_pack("{s:o, s:[]}", "context", context(&costs), "benchmarks");
	ret = benchmarks_add(json_object_get(whole, "benchmarks"), &costs);
	if (!ret)
		ret = amk_export_json(file, whole);
	if (ret)
		snprintf(error, AMK_ERROR_LEN, "%s: %s", path[0], strerror(-ret));
	json_decref(whole);
	amk_costs_free(&costs);
	return ret;
}
