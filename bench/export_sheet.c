// SPDX-License-Identifier: GPL-2.0-only
/*
 * A run as a table, for plots and for other programs: a row a cell and metric. A column is one row
 * of the table below. New ones go to the end, so that a reader by number finds the old in place.
 */
#include <math.h>
#include <stdlib.h>

#include "bench/export.h"
#include "bench/sheet.h"
#include "lib/user/costs.h"
#include "lib/user/summary.h"

struct column {
	const char *name;
	void (*print)(struct amk_sheet *sheet, const struct amk_summary *s);
};

/* Bytes, pages and counts are whole and are written whole. */
static void figure_print(struct amk_sheet *sheet, const struct amk_summary *s, double x)
{
	if (s->metric && s->metric->unit != AMK_UNIT_TICKS)
		amk_sheet_whole(sheet, x);
	else
		amk_sheet_number(sheet, x);
}

static void quantile_print(struct amk_sheet *sheet, const struct amk_summary *s,
			   enum amk_quantile q)
{
	amk_sheet_number(sheet, s->each_ops ? s->quantile[q] : NAN);
}

#define COLUMN(id, call)                                                              \
	static void id##_column(struct amk_sheet *sheet, const struct amk_summary *s) \
	{                                                                             \
		call;                                                                 \
	}

COLUMN(run, amk_sheet_text(sheet, s->run->path))
COLUMN(machine, amk_sheet_text(sheet, s->run->machine))
COLUMN(kernel, amk_sheet_text(sheet, s->run->kernel))
COLUMN(environment, amk_sheet_text(sheet, s->run->environment))
COLUMN(side, amk_sheet_text(sheet, amk_side_names[s->side]))
COLUMN(family, amk_sheet_text(sheet, amk_families[s->strategy->family].name))
COLUMN(strategy, amk_sheet_text(sheet, s->strategy->name))
COLUMN(workload, amk_sheet_text(sheet, s->workload))
COLUMN(size_bytes, amk_sheet_count(sheet, s->size_bytes))
COLUMN(metric, amk_sheet_text(sheet, s->metric ? s->metric->name : ""))
COLUMN(unit, amk_sheet_text(sheet, s->metric ? amk_metric_unit(s->metric, s->run->unit) : ""))
COLUMN(better, amk_sheet_text(sheet, amk_metric_better_name(s->metric)))
COLUMN(rounds, amk_sheet_count(sheet, s->rounds))
COLUMN(samples, amk_sheet_count(sheet, s->samples))
COLUMN(cost, figure_print(sheet, s, s->cost))
COLUMN(cost_min, figure_print(sheet, s, s->cost_min))
COLUMN(cost_max, figure_print(sheet, s, s->cost_max))
COLUMN(each_ops, amk_sheet_count(sheet, s->each_ops))
COLUMN(p5, quantile_print(sheet, s, AMK_Q_P5))
COLUMN(p25, quantile_print(sheet, s, AMK_Q_P25))
COLUMN(p50, quantile_print(sheet, s, AMK_Q_P50))
COLUMN(p75, quantile_print(sheet, s, AMK_Q_P75))
COLUMN(p90, quantile_print(sheet, s, AMK_Q_P90))
COLUMN(p95, quantile_print(sheet, s, AMK_Q_P95))
COLUMN(p99, quantile_print(sheet, s, AMK_Q_P99))
COLUMN(p999, quantile_print(sheet, s, AMK_Q_P999))
COLUMN(max, quantile_print(sheet, s, AMK_Q_MAX))
COLUMN(disturbed, amk_sheet_count(sheet, s->each_disturbed + s->iterations_disturbed))
COLUMN(status, amk_sheet_text(sheet, amk_status_name(s->status)))
COLUMN(reason, amk_sheet_text(sheet, s->reason))
COLUMN(rounds_refused, amk_sheet_count(sheet, s->rounds_refused))
COLUMN(rounds_failed, amk_sheet_count(sheet, s->rounds_failed))

#define ROW(id)                  \
	{                        \
#id, id##_column \
	}

static const struct column columns[] = {
	ROW(run),
	ROW(machine),
	ROW(kernel),
	ROW(environment),
	ROW(side),
	ROW(family),
	ROW(strategy),
	ROW(workload),
	ROW(size_bytes),
	ROW(metric),
	ROW(unit),
	ROW(better),
	ROW(rounds),
	ROW(samples),
	ROW(cost),
	ROW(cost_min),
	ROW(cost_max),
	ROW(each_ops),
	ROW(p5),
	ROW(p25),
	ROW(p50),
	ROW(p75),
	ROW(p90),
	ROW(p95),
	ROW(p99),
	ROW(p999),
	ROW(max),
	ROW(disturbed),
	ROW(status),
	ROW(reason),
	ROW(rounds_refused),
	ROW(rounds_failed),
};

static void header_print(struct amk_sheet *sheet)
{
	size_t i;

	for (i = 0; i < AMK_ARRAY_SIZE(columns); i++)
		amk_sheet_text(sheet, columns[i].name);
	amk_sheet_end(sheet);
}

static void row_print(struct amk_sheet *sheet, const struct amk_summary *s)
{
	size_t i;

	for (i = 0; i < AMK_ARRAY_SIZE(columns); i++)
		columns[i].print(sheet, s);
	amk_sheet_end(sheet);
}

static int run_print(struct amk_sheet *sheet, const char *path, char error[AMK_ERROR_LEN])
{
	struct amk_run_data data;
	struct amk_summary *summary;
	ssize_t n, i;
	int ret = amk_run_data_read(path, &data, error);

	if (ret)
		return ret;
	n = amk_summarize(&data, &summary);
	if (n < 0)
		snprintf(error, AMK_ERROR_LEN, "out of memory");
	for (i = 0; i < n; i++)
		row_print(sheet, &summary[i]);
	if (n >= 0)
		free(summary);
	amk_run_data_free(&data);
	return n < 0 ? (int)n : 0;
}

static int sheet_write(struct amk_sheet *sheet, char *const *path, size_t nr,
		       char error[AMK_ERROR_LEN])
{
	size_t i;
	int ret = 0;

	header_print(sheet);
	for (i = 0; !ret && i < nr; i++)
		ret = run_print(sheet, path[i], error);
	return ret;
}

int amk_export_tsv(FILE *file, char *const *path, size_t nr, char error[AMK_ERROR_LEN])
{
	return sheet_write(&(struct amk_sheet){ .file = file }, path, nr, error);
}

int amk_export_csv(FILE *file, char *const *path, size_t nr, char error[AMK_ERROR_LEN])
{
	return sheet_write(&(struct amk_sheet){ .file = file, .csv = true }, path, nr, error);
}
