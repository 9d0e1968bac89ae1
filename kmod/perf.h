/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counters of the kernel's side of a block: see the count_*() of struct amk_side for what each
 * does. The block's counters are a struct amk_perf, zeroed.
 */
#ifndef AMK_PERF_H
#define AMK_PERF_H

#include "lib/core/block.h"

struct perf_event;

struct amk_perf {
	struct perf_event *event[AMK_EVENTS_MAX];
	u32 nr_events;
};

u32 amk_perf_open(struct amk_block *block, const struct amk_event *event, u32 n, int *error);
void amk_perf_start(struct amk_block *block);
void amk_perf_stop(struct amk_block *block);
void amk_perf_read(struct amk_block *block, struct amk_reading *reading);
void amk_perf_close(struct amk_block *block);

#endif
