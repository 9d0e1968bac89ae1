// SPDX-License-Identifier: GPL-2.0-only
/*
 * A comparison as JSON, described in results/README.md: the runs, what differs between them, the
 * options, the counts, and every cell of the verdicts asked for. A number that there is none of is
 * null.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "bench/cell_name.h"
#include "bench/export.h"
#include "bench/report.h"
#include "bench/utf8.h"
#include "lib/user/axis.h"
#include "lib/user/summary.h"

#define SCHEMA 1

static json_t *number(double x)
{
	return isfinite(x) ? json_real(x) : json_null();
}

static json_t *text(const char *text)
{
	char *repaired = amk_utf8_repair(text);
	json_t *string = repaired ? json_string(repaired) : NULL;

	free(repaired);
	return string;
}

static json_t *text_or_null(const char *string)
{
	return string ? text(string) : json_null();
}

static json_t *run_object(const struct amk_costs *run)
{
	return json_pack("{s:o, s:s, s:s, s:s, s:s, s:s, s:s}", "path", text(run->path), "id",
			 run->id, "created", run->created, "machine", run->machine, "kernel",
			 run->kernel, "environment", run->environment, "unit", run->unit);
}

static json_t *across_list(u32 axes)
{
	json_t *list = json_array();
	u32 i;

	for (i = 0; amk_axes[i].name; i++)
		if (axes & 1U << i)
			json_array_append_new(list, json_string(amk_axes[i].name));
	return list;
}

static json_t *options_object(const struct amk_comparison_options *o)
{
	return json_pack("{s:f, s:f, s:f, s:f, s:o}", "margin", o->margin, "tolerance",
			 o->tolerance, "q", o->q, "level", o->level, "across",
			 across_list(o->across));
}

static json_t *differences_list(const struct amk_comparison *c)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < c->differences.count; i++) {
		const struct amk_difference *d = &c->differences.item[i];

		json_array_append_new(list,
				      json_pack("{s:o, s:o, s:o, s:o}", "group", text(d->group),
						"key", text(d->key), "base", text_or_null(d->base),
						"head", text_or_null(d->head)));
	}
	return list;
}

static json_t *counts_object(const struct amk_comparison *c)
{
	json_t *counts = json_object();
	int v;

	for (v = 0; v < AMK_NR_VERDICTS; v++)
		json_object_set_new(counts, amk_verdict_name(v),
				    json_integer((json_int_t)c->count[v]));
	return counts;
}

static json_t *cell_object(const struct amk_comparison_cell *cell)
{
	const char *metric = cell->metric ? cell->metric->name : NULL;
	char name[AMK_CELL_NAME_LEN];

	amk_cell_name(cell->side, cell->strategy, cell->workload, cell->size_bytes, cell->metric,
		      name);
	return json_pack("{s:s, s:s, s:s, s:s, s:I, s:s?, s:s?, s:s, s:s, s:b, s:s, s:o, s:o, s:i, "
			 "s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:f, s:f, s:o, s:o}",
			 "name", name, "side", amk_side_names[cell->side], "strategy",
			 cell->strategy, "workload", cell->workload, "size_bytes",
			 (json_int_t)cell->size_bytes, "metric", metric, "unit",
			 metric ? cell->unit : NULL, "better", amk_metric_better_name(cell->metric),
			 "verdict", amk_verdict_name(cell->verdict), "failure", (int)cell->failure,
			 "method", amk_method_name(cell->method), "base_cost",
			 number(cell->base_cost), "head_cost", number(cell->head_cost),
			 "base_rounds", (int)cell->base_rounds, "head_rounds",
			 (int)cell->head_rounds, "ratio", number(cell->ratio), "ratio_low",
			 number(cell->ratio_low), "ratio_high", number(cell->ratio_high), "level",
			 number(cell->level), "p", number(cell->p), "p_adjusted",
			 number(cell->p_adjusted), "least", number(cell->mde), "margin",
			 cell->limits.margin, "tolerance", cell->limits.tolerance, "why",
			 text(cell->why), "note", text(cell->note ? cell->note : ""));
}

static json_t *cells_list(const struct amk_report *report, const struct amk_comparison *c)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < c->nr_cells; i++) {
		if (!amk_report_has(report, &c->cell[i]))
			continue;
		if (json_array_append_new(list, cell_object(&c->cell[i]))) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static json_t *comparison_object(const struct amk_report *report, const struct amk_comparison *c)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:I, s:i, s:o}", "base", run_object(c->base),
			 "head", run_object(c->head), "options", options_object(&c->options),
			 "differences", differences_list(c), "counts", counts_object(c), "tested",
			 (json_int_t)c->nr_tested, "rounds_needed", (int)c->rounds_needed, "cells",
			 cells_list(report, c));
}

int amk_report_json(FILE *file, const struct amk_report *report, char error[AMK_ERROR_LEN])
{
	json_t *whole, *list = json_array();
	size_t i;
	int ret = 0;

	for (i = 0; !ret && i < report->nr_comparisons; i++)
		ret = json_array_append_new(list,
					    comparison_object(report, &report->comparison[i]));
	whole = json_pack("{s:s, s:i, s:s, s:s?, s:O}", "format", "allocmark-comparison", "schema",
			  SCHEMA, "command", report->command, "conclusion", report->conclusion,
			  "comparisons", list);
	ret = ret ? -ENOMEM : amk_export_json(file, whole);
	if (ret)
		snprintf(error, AMK_ERROR_LEN, "out of memory");
	json_decref(whole);
	json_decref(list);
	return ret;
}
