// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two runs made by hand: see comparison_made.h.
 */
#include "comparison_made.h"

#include "lib/core/workload.h"

struct made base, head;
struct amk_comparison_options options;
struct amk_comparison comparison;
char error[AMK_ERROR_LEN];

const double made_rounds[MADE_ROUNDS] = { 0.990, 0.992, 0.995, 0.997, 0.999,
					  1.001, 1.004, 1.006, 1.008, 1.010 };

static void made_set_up(struct made *made, const char *name)
{
	memset(made, 0, sizeof(*made));
	made->costs.manifest = json_pack("{s:{s:s}, s:{s:s, s:s}}", "machine", "processor.model",
					 "abacus", "comparability", "kernel.release", "6.1",
					 "thp.enabled", "always");
	assert_non_null(made->costs.manifest);
	made->costs.run.manifest = made->costs.manifest;
	made->costs.run.environment = made->costs.environment = "host";
	made->costs.run.unit = made->costs.unit = "ns";
	made->costs.path = (char *)(uintptr_t)name;
	made->costs.cell = made->cell;
}

int made_begin(void **state)
{
	(void)state;
	made_set_up(&base, "old");
	made_set_up(&head, "new");
	amk_comparison_options_default(&options);
	return 0;
}

int made_end(void **state)
{
	(void)state;
	amk_comparison_free(&comparison);
	json_decref(base.costs.manifest);
	json_decref(head.costs.manifest);
	return 0;
}

void made_add(struct made *made, const char *workload, u64 size, enum amk_metric_id metric,
	      const double *cost, u32 n, double factor)
{
	struct amk_cost_cell *c = &made->cell[made->costs.nr_cells];
	u32 i;

	c->side = AMK_SIDE_user;
	strcpy(c->strategy, "malloc");
	strcpy(c->workload, workload);
	c->size_bytes = size;
	c->metric = &amk_metrics[metric];
	c->status = AMK_STATUS_OK;
	c->reason = "";
	c->nr_rounds = n;
	c->cost = made->cost[made->costs.nr_cells++];
	c->strategy_row = amk_strategy_find(c->side, c->strategy);
	c->workload_row = amk_workload_find(workload);
	for (i = 0; i < n; i++)
		c->cost[i] = cost[i] * factor;
}

void made_add_pair(u64 size, double factor)
{
	made_add(&base, "pair", size, AMK_METRIC_lat_pair, made_rounds, MADE_ROUNDS, 20);
	made_add(&head, "pair", size, AMK_METRIC_lat_pair, made_rounds, MADE_ROUNDS, 20 * factor);
}
