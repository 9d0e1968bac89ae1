/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table of metrics: name, unit, and which direction is better.
 */
#ifndef AMK_METRIC_H
#define AMK_METRIC_H

#include "deps.h"

enum amk_unit {
	AMK_UNIT_TICKS,
	AMK_UNIT_BYTES,
	AMK_UNIT_PAGES,
	AMK_UNIT_COUNT,
	AMK_UNIT_RATE,
	AMK_UNIT_PPM,
	AMK_UNIT_BITS,
	AMK_UNIT_OPS,
	AMK_NR_UNITS
};
enum amk_better { AMK_BETTER_LOWER, AMK_BETTER_HIGHER, AMK_BETTER_NEITHER };

enum amk_metric_id {
#define AMK_METRIC(id, unit, better, summary) AMK_METRIC_##id,
#include "metric.def"
#undef AMK_METRIC
	AMK_NR_METRICS
};

struct amk_metric {
	const char *name;
	enum amk_unit unit;
	enum amk_better better;
	const char *summary;
};

extern const struct amk_metric amk_metrics[AMK_NR_METRICS];

/* The metric called @name, or NULL. */
const struct amk_metric *amk_metric_find(const char *name);

#endif
