/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a cell and its metric are called where other programs keep them by name: SIDE/STRATEGY/
 * WORKLOAD/SIZE, the size in bytes and left out where the workload has none, with /METRIC behind
 * it unless the metric is the one thing that the workload times. Names do not change with the run.
 */
#ifndef AMK_CELL_NAME_H
#define AMK_CELL_NAME_H

#include "lib/core/abi.h"
#include "lib/core/metric.h"
#include "lib/core/strategy.h"

#define AMK_CELL_NAME_LEN (4 * AMK_NAME_LEN + 32)

/* Writes the name, without a metric if @metric is NULL, and returns @name. */
const char *amk_cell_name(enum amk_side_id side, const char *strategy, const char *workload,
			  u64 size_bytes, const struct amk_metric *metric,
			  char name[AMK_CELL_NAME_LEN]);

#endif
