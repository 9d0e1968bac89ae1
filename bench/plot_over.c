// SPDX-License-Identifier: GPL-2.0-only
/*
 * Plots over a fact: where each run lies on that axis, and which curves there are. A workload that
 * has curves made for it (amk_curves) is drawn by them; every other metric that is better in one
 * direction gets a curve of its own, and by name any metric does.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/plot_over.h"
#include "lib/core/workload.h"
#include "lib/user/costs.h"
#include "lib/user/manifest.h"

/* ---- the axis ---- */

static int number_find(const struct amk_over *over, size_t r, char error[AMK_ERROR_LEN])
{
	const struct amk_run_data *data = &over->plot->run[r].data;
	int ret = amk_manifest_number(data, over->fact, &over->x[r]);

	if (ret == -ENOENT)
		snprintf(error, AMK_ERROR_LEN,
			 "%s: its manifest has no '%s': --over takes a number of comparability, "
			 "state, options or machine that each run has, such as threads or index",
			 data->path, over->fact);
	else if (ret)
		snprintf(error, AMK_ERROR_LEN,
			 "%s: '%s' is no number there: --over takes one, such as threads or index",
			 data->path, over->fact);
	return ret;
}

static bool all_same(const struct amk_over *over)
{
	size_t r;

	for (r = 1; r < over->plot->nr_runs; r++)
		if (over->x[r] != over->x[0])
			return false;
	return true;
}

int amk_over_find(struct amk_over *over, char error[AMK_ERROR_LEN])
{
	size_t r;
	int ret = 0;

	over->x = calloc(over->plot->nr_runs + 1, sizeof(*over->x));
	if (!over->x) {
		snprintf(error, AMK_ERROR_LEN, "out of memory");
		return -ENOMEM;
	}
	for (r = 0; r < over->plot->nr_runs && !ret; r++)
		ret = number_find(over, r, error);
	if (!ret && all_same(over)) {
		snprintf(error, AMK_ERROR_LEN,
			 "--over=%s: it is %g in each run: give runs that differ in it", over->fact,
			 over->x[0]);
		ret = -EINVAL;
	}
	if (!ret)
		return 0;
	free(over->x);
	over->x = NULL;
	return ret;
}

/* ---- the curves ---- */

/* What an axis of @metric is called; for times the unit follows. */
static void label_word(const struct amk_metric *metric, char *label, size_t len)
{
	if (metric->unit == AMK_UNIT_TICKS)
		snprintf(label, len, "%s", metric->summary);
	else
		snprintf(label, len, "%s [%s]", metric->name, amk_metric_unit(metric, ""));
}

/* The curve of a metric for which none is made. 0 or -errno, said on stderr. */
static int metric_draw(const struct amk_over *over, const struct amk_workload *workload, int id)
{
	const struct amk_metric *metric = &amk_metrics[id];
	char name[2 * AMK_NAME_LEN + 2], title[AMK_PLOT_TEXT_LEN], label[AMK_PLOT_TEXT_LEN];
	bool timed = metric->unit == AMK_UNIT_TICKS;
	const struct amk_curve curve = {
		.name = name,
		.title = title,
		.label = label,
		.note = "median of rounds, and their range",
		.workload = workload->name,
		.metric = (enum amk_metric_id)id,
		.scale = timed || metric->unit == AMK_UNIT_BYTES ? AMK_SCALE_LOG : AMK_SCALE_LINEAR,
	};
	int ret;

	snprintf(name, sizeof(name), "%s-%s", workload->name, metric->name);
	snprintf(title, sizeof(title), "%s: %s", workload->name, metric->summary);
	label_word(metric, label, sizeof(label));
	/* Said once, by the command. */
	if (timed && over->plot->units_differ)
		return 0;
	ret = amk_over_draw(over, &curve);
	return ret == -ENODATA ? 0 : ret;
}

/* Draws the curves made for @workload, with @metric in them unless that is -1. */
static int made_draw(const struct amk_over *over, const struct amk_workload *workload, int metric)
{
	const struct amk_curve *curve;
	int ret = 0;

	for (curve = amk_curves; curve->name && !ret; curve++) {
		if (strcmp(curve->workload, workload->name) ||
		    (metric >= 0 && (int)curve->metric != metric))
			continue;
		if (amk_metrics[curve->metric].unit == AMK_UNIT_TICKS && over->plot->units_differ)
			continue;
		ret = amk_over_draw(over, curve);
		if (ret == -ENODATA)
			ret = 0;
	}
	return ret;
}

/* Whether there are curves made for @workload, with @metric in them unless that is -1. */
static bool is_made(const struct amk_workload *workload, int metric)
{
	const struct amk_curve *curve;

	for (curve = amk_curves; curve->name; curve++)
		if (!strcmp(curve->workload, workload->name) &&
		    (metric < 0 || (int)curve->metric == metric))
			return true;
	return false;
}

/* Whether a metric is drawn without being asked for: what is counted of the processor is not. */
static bool is_drawn(const struct amk_metric *metric)
{
	return metric->better != AMK_BETTER_NEITHER && metric->unit != AMK_UNIT_RATE &&
	       metric->unit != AMK_UNIT_BITS;
}

static int workload_draw(const struct amk_over *over, const struct amk_workload *workload,
			 int metric)
{
	int ret = made_draw(over, workload, metric), id;

	for (id = 0; id < AMK_NR_METRICS && !ret; id++) {
		if (metric >= 0 ? id != metric : !is_drawn(&amk_metrics[id]))
			continue;
		if (is_made(workload, metric))
			continue;
		ret = metric_draw(over, workload, id);
	}
	return ret;
}

int amk_over_draw_all(const struct amk_over *over, const struct amk_workload *workload, int metric)
{
	size_t i;
	int ret = 0;

	for (i = 0; i < AMK_NR_WORKLOADS && !ret; i++)
		if (!workload || workload == &amk_workloads[i])
			ret = workload_draw(over, &amk_workloads[i], metric);
	return ret;
}
