// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a cell and its metric are called: see cell_name.h.
 */
#include "bench/cell_name.h"

#include <stdio.h>
#include <string.h>

#include "lib/core/workload.h"

/* Whether @metric is all that @workload times. */
static bool metric_alone(const char *workload, const struct amk_metric *metric)
{
	const struct amk_workload *w = amk_workload_find(workload);

	return w && w->lane[0] != AMK_METRIC_none && w->lane[1] == AMK_METRIC_none &&
	       metric == &amk_metrics[w->lane[0]];
}

const char *amk_cell_name(enum amk_side_id side, const char *strategy, const char *workload,
			  u64 size_bytes, const struct amk_metric *metric,
			  char name[AMK_CELL_NAME_LEN])
{
	int len = snprintf(name, AMK_CELL_NAME_LEN, "%s/%s/%s", amk_side_names[side], strategy,
			   workload);

	if (size_bytes)
		len += snprintf(name + len, AMK_CELL_NAME_LEN - (size_t)len, "/%llu",
				(unsigned long long)size_bytes);
	if (metric && !metric_alone(workload, metric))
		snprintf(name + len, AMK_CELL_NAME_LEN - (size_t)len, "/%s", metric->name);
	return name;
}
