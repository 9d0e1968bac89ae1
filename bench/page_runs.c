// SPDX-License-Identifier: GPL-2.0-only
/*
 * The runs of a page. Of a run with records all is known; of a baseline, which has a digest alone,
 * costs and rounds, but no percentiles.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/command.h"
#include "bench/page.h"
#include "lib/core/workload.h"
#include "lib/user/cost.h"
#include "lib/user/costs.h"

static bool has_records(const char *path)
{
	char name[PATH_MAX];

	return snprintf(name, sizeof(name), "%s/blocks.jsonl", path) < (int)sizeof(name) &&
	       !access(name, F_OK);
}

/* What a digest says of a cell, in the form of what records say. */
static void summary_fill(const struct amk_run_data *run, struct amk_cost_cell *cell,
			 struct amk_summary *s)
{
	u32 n = cell->nr_rounds;
	int q;

	memset(s, 0, sizeof(*s));
	s->run = run;
	s->side = cell->side;
	s->strategy = cell->strategy_row;
	s->workload = cell->workload_row->name;
	s->size_bytes = cell->size_bytes;
	s->metric = cell->metric;
	s->status = cell->status;
	s->reason = amk_cost_reason(cell->reason_code);
	s->rounds = n;
	s->rounds_refused = cell->rounds_refused;
	s->rounds_failed = cell->rounds_failed;
	for (q = 0; q < AMK_NR_QUANTILES; q++)
		s->quantile[q] = NAN;
	amk_cost_sort(cell->cost, n);
	s->cost_min = n ? cell->cost[0] : NAN;
	s->cost_max = n ? cell->cost[n - 1] : NAN;
	s->cost = n ? amk_cost_quantile(cell->cost, n, 0.5) : NAN;
}

/* Reads a run without records. 0, or -errno with a one-line text. */
static int digest_read(const char *path, struct amk_plot_run *run, char error[AMK_ERROR_LEN])
{
	struct amk_costs costs;
	size_t i;
	int ret = amk_costs_read(path, &costs, error);

	if (ret)
		return ret;
	run->summary = calloc(costs.nr_cells + 1, sizeof(*run->summary));
	if (!run->summary) {
		amk_costs_free(&costs);
		snprintf(error, AMK_ERROR_LEN, "out of memory");
		return -ENOMEM;
	}
	for (i = 0; i < costs.nr_cells; i++)
		summary_fill(&run->data, &costs.cell[i], &run->summary[i]);
	run->nr_summary = costs.nr_cells;
	/* Its manifest is the run's from here on. */
	run->data = costs.run;
	memset(&costs.run, 0, sizeof(costs.run));
	amk_costs_free(&costs);
	amk_plot_run_name(run);
	return 0;
}

static int run_read(const char *command, const char *path, struct amk_plot_run *run,
		    char error[AMK_ERROR_LEN])
{
	int ret;

	memset(run, 0, sizeof(*run));
	if (!has_records(path))
		return digest_read(path, run, error);
	ret = amk_plot_run_read(path, run, error);
	if (!ret && run->data.truncated)
		amk_fail("%s: %s: the last record is half a line and was left out", command, path);
	return ret;
}

int amk_page_runs_read(const char *command, struct amk_plot_run *run, char *const *paths, size_t nr,
		       size_t *nr_read)
{
	char error[AMK_ERROR_LEN];
	int ret;

	for (*nr_read = 0; *nr_read < nr; (*nr_read)++) {
		ret = run_read(command, paths[*nr_read], &run[*nr_read], error);
		if (ret) {
			amk_fail("%s: %s", command, error);
			return ret;
		}
	}
	return 0;
}

const struct amk_costs *amk_page_costs(struct amk_page *page, size_t run)
{
	struct amk_costs *costs;
	char error[AMK_ERROR_LEN];

	if (!page->costs)
		page->costs = calloc(page->nr_runs, sizeof(*page->costs));
	if (!page->costs) {
		amk_fail("out of memory");
		return NULL;
	}
	costs = &page->costs[run];
	if (costs->path)
		return costs;
	if (amk_costs_read(page->run[run].data.path, costs, error)) {
		amk_fail("report: %s", error);
		return NULL;
	}
	/* What is said of it stands on the page, which tells no path of this machine. */
	free(costs->run.path);
	if (asprintf(&costs->run.path, "run %zu", run + 1) < 0)
		costs->run.path = NULL;
	costs->path = costs->run.path;
	return costs->path ? costs : NULL;
}

void amk_page_costs_free(struct amk_page *page)
{
	size_t i;

	for (i = 0; page->costs && i < page->nr_runs; i++)
		amk_costs_free(&page->costs[i]);
	free(page->costs);
	page->costs = NULL;
}
