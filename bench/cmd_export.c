// SPDX-License-Identifier: GPL-2.0-only
/*
 * allocmark export: every figure of a run as a table, for plots and for other programs. A column is
 * one row of the table below. A figure that there is none of is an empty field, never a 0.
 */
#include <argp.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/command.h"
#include "lib/user/summary.h"

struct column {
	const char *name;
	void (*print)(const struct amk_summary *s);
};

static void text_print(const char *text)
{
	/* A tab or a line end would shift the table; no name or reason of ours has one. */
	for (; *text; text++)
		putchar(*text == '\t' || *text == '\n' ? ' ' : *text);
}

static void number_print(double x)
{
	if (!isnan(x))
		printf("%.6g", x);
}

static void count_print(u64 n)
{
	printf("%llu", (unsigned long long)n);
}

static const char *unit_name(const struct amk_summary *s)
{
	if (!s->metric)
		return "";
	switch (s->metric->unit) {
	case AMK_UNIT_TICKS:
		return s->run->unit;
	case AMK_UNIT_BYTES:
		return "bytes";
	case AMK_UNIT_PAGES:
		return "pages";
	case AMK_UNIT_RATE:
		return "per-op";
	default:
		return "count";
	}
}

static const char *better_name(const struct amk_summary *s)
{
	if (!s->metric || s->metric->better == AMK_BETTER_NEITHER)
		return "neither";
	return s->metric->better == AMK_BETTER_LOWER ? "lower" : "higher";
}

/* Bytes, pages and counts are whole and are written whole. */
static void figure_print(const struct amk_summary *s, double x)
{
	if (!isnan(x) && s->metric && s->metric->unit != AMK_UNIT_TICKS && x == floor(x))
		printf("%.0f", x);
	else
		number_print(x);
}

static void quantile_print(const struct amk_summary *s, enum amk_quantile q)
{
	if (s->each_ops)
		number_print(s->quantile[q]);
}

#define COLUMN(id, call)                                     \
	static void id##_column(const struct amk_summary *s) \
	{                                                    \
		call;                                        \
	}

COLUMN(run, text_print(s->run->path))
COLUMN(machine, text_print(s->run->machine))
COLUMN(kernel, text_print(s->run->kernel))
COLUMN(environment, text_print(s->run->environment))
COLUMN(side, text_print(amk_side_names[s->side]))
COLUMN(family, text_print(amk_families[s->strategy->family].name))
COLUMN(strategy, text_print(s->strategy->name))
COLUMN(workload, text_print(s->workload))
COLUMN(size_bytes, count_print(s->size_bytes))
COLUMN(metric, text_print(s->metric ? s->metric->name : ""))
COLUMN(unit, text_print(unit_name(s)))
COLUMN(better, text_print(better_name(s)))
COLUMN(rounds, count_print(s->rounds))
COLUMN(samples, count_print(s->samples))
COLUMN(cost, figure_print(s, s->cost))
COLUMN(cost_min, figure_print(s, s->cost_min))
COLUMN(cost_max, figure_print(s, s->cost_max))
COLUMN(each_ops, count_print(s->each_ops))
COLUMN(p5, quantile_print(s, AMK_Q_P5))
COLUMN(p25, quantile_print(s, AMK_Q_P25))
COLUMN(p50, quantile_print(s, AMK_Q_P50))
COLUMN(p75, quantile_print(s, AMK_Q_P75))
COLUMN(p90, quantile_print(s, AMK_Q_P90))
COLUMN(p95, quantile_print(s, AMK_Q_P95))
COLUMN(p99, quantile_print(s, AMK_Q_P99))
COLUMN(p999, quantile_print(s, AMK_Q_P999))
COLUMN(max, quantile_print(s, AMK_Q_MAX))
COLUMN(disturbed, count_print(s->each_disturbed + s->iterations_disturbed))
COLUMN(status, text_print(amk_status_name(s->status)))
COLUMN(reason, text_print(s->reason))

#define ROW(id)                  \
	{                        \
#id, id##_column \
	}

static const struct column columns[] = {
	ROW(run),      ROW(machine),  ROW(kernel),    ROW(environment), ROW(side),
	ROW(family),   ROW(strategy), ROW(workload),  ROW(size_bytes),	ROW(metric),
	ROW(unit),     ROW(better),   ROW(rounds),    ROW(samples),	ROW(cost),
	ROW(cost_min), ROW(cost_max), ROW(each_ops),  ROW(p5),		ROW(p25),
	ROW(p50),      ROW(p75),      ROW(p90),	      ROW(p95),		ROW(p99),
	ROW(p999),     ROW(max),      ROW(disturbed), ROW(status),	ROW(reason),
};

static void header_print(void)
{
	size_t i;

	for (i = 0; i < AMK_ARRAY_SIZE(columns); i++)
		printf("%s%s", i ? "\t" : "", columns[i].name);
	putchar('\n');
}

static void row_print(const struct amk_summary *s)
{
	size_t i;

	for (i = 0; i < AMK_ARRAY_SIZE(columns); i++) {
		if (i)
			putchar('\t');
		columns[i].print(s);
	}
	putchar('\n');
}

static int run_export(const char *path)
{
	struct amk_run_data data;
	struct amk_summary *summary;
	char error[AMK_ERROR_LEN];
	ssize_t n, i;

	if (amk_run_data_read(path, &data, error))
		return amk_fail("%s", error);
	n = amk_summarize(&data, &summary);
	if (n < 0) {
		amk_run_data_free(&data);
		return amk_fail("out of memory");
	}
	for (i = 0; i < n; i++)
		row_print(&summary[i]);
	free(summary);
	amk_run_data_free(&data);
	return 0;
}

struct line {
	char **runs;
	int nr_runs;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct line *line = state->input;

	(void)arg;
	switch (key) {
	case ARGP_KEY_ARGS:
		line->runs = state->argv + state->next;
		line->nr_runs = state->argc - state->next;
		return 0;
	case ARGP_KEY_NO_ARGS:
		exit(amk_fail("export: give the directory of a run"));
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.parser = parse,
	.args_doc = "RUN...",
	.doc = "Prints every cell and metric of the runs as tab-separated values with a line of "
	       "column "
	       "names. A cell without a number has a line with its status and reason and an empty "
	       "cost.",
};

int amk_cmd_export(int argc, char **argv)
{
	struct line line = { 0 };
	int i;

	argp_parse(&argp, argc, argv, 0, NULL, &line);
	header_print();
	for (i = 0; i < line.nr_runs; i++)
		if (run_export(line.runs[i]))
			return 1;
	if (fflush(stdout) || ferror(stdout))
		return amk_fail("export: cannot write all of it: is the disk full?");
	return 0;
}
