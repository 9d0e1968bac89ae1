// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of workloads, made from workload.def alone.
 */
#include "workload.h"

const struct amk_workload amk_workloads[AMK_NR_WORKLOADS] = {
#define AMK_WORKLOAD(id, name, measure, body, order, least, flags, lane0, lane1, summary) \
	[AMK_WORKLOAD_ID_##id] = { name,                                                  \
				   amk_measure_##measure,                                 \
				   AMK_BODY_##body,                                       \
				   AMK_ORDER_##order,                                     \
				   least,                                                 \
				   flags,                                                 \
				   { AMK_METRIC_##lane0, AMK_METRIC_##lane1 },            \
				   summary },
#include "workload.def"
#undef AMK_WORKLOAD
};

const struct amk_workload *amk_workload_find(const char *name)
{
	u32 i;

	for (i = 0; i < AMK_NR_WORKLOADS; i++)
		if (!strcmp(amk_workloads[i].name, name))
			return &amk_workloads[i];
	return NULL;
}
