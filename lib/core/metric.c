// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of metrics, made from metric.def alone.
 */
#include "metric.h"

#include "abi.h"

#define AMK_METRIC(id, unit, better, summary) \
	_Static_assert(sizeof(#id) <= AMK_NAME_LEN, "a metric's name must fit AMK_NAME_LEN");
#include "metric.def"
#undef AMK_METRIC

const struct amk_metric amk_metrics[AMK_NR_METRICS] = {
#define AMK_METRIC(id, unit, better, summary) \
	[AMK_METRIC_##id] = { #id, AMK_UNIT_##unit, AMK_BETTER_##better, summary },
#include "metric.def"
#undef AMK_METRIC
};

const struct amk_metric *amk_metric_find(const char *name)
{
	u32 i;

	for (i = 0; i < AMK_NR_METRICS; i++)
		if (!strcmp(amk_metrics[i].name, name))
			return &amk_metrics[i];
	return NULL;
}
