// SPDX-License-Identifier: GPL-2.0-only
/*
 * How much of the free memory is no use to a cell: see unusable.h. The one who runs the blocks
 * reads it, for both halves alike: what the measuring process held is free again by then.
 */
#include "bench/unusable.h"

#include "lib/core/metric.h"
#include "lib/core/workload.h"
#include "lib/user/buddy.h"

#define HUGE_BYTES (2ULL << 20)

/* The least order whose blocks hold @bytes. */
static u32 order_of(u64 bytes, u64 page_bytes)
{
	u32 order = 0;

	while (page_bytes << order < bytes)
		order++;
	return order;
}

s64 amk_unusable_ppm(const struct amk_cell *cell, u64 page_bytes)
{
	static struct amk_buddy buddy;
	u64 bytes = cell->strategy->flags & AMK_STRATEGY_HUGE ? HUGE_BYTES : cell->size_bytes;
	u32 order = order_of(bytes, page_bytes);

	if (amk_buddy_read(&buddy) || !buddy.nr_orders)
		return -1;
	if (order >= buddy.nr_orders)
		order = buddy.nr_orders - 1;
	return (s64)(amk_buddy_unusable(&buddy, order) * 1e6 + 0.5);
}

static void value_add(struct amk_result *result, enum amk_metric_id metric, s64 ppm)
{
	const char *name = amk_metrics[metric].name;
	struct amk_value *value;

	if (result->nr_values >= AMK_VALUES_MAX)
		return;
	value = &result->value[result->nr_values++];
	memset(value, 0, sizeof(*value));
	memcpy(value->metric, name, strlen(name) + 1);
	value->value = ppm < 0 ? 0 : (u64)ppm;
	value->status = ppm < 0 ? AMK_STATUS_SKIP : AMK_STATUS_OK;
	value->reason = ppm < 0 ? AMK_REASON_NO_BUDDYINFO : AMK_REASON_NONE;
}

void amk_unusable_values(struct amk_result *result, s64 before_ppm, s64 after_ppm)
{
	value_add(result, AMK_METRIC_unusable_before, before_ppm);
	value_add(result, AMK_METRIC_unusable_after, after_ppm);
}
