/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counters of the user side of a block: see the count_*() of struct amk_side for what each does.
 * The block's counters are a struct amk_user_perf.
 */
#ifndef AMK_USER_PERF_H
#define AMK_USER_PERF_H

#include "lib/core/block.h"

struct amk_user_perf {
	int fd[AMK_EVENTS_MAX]; /* the first leads the group */
	u32 nr_events;
};

u32 amk_user_perf_open(struct amk_block *block, const struct amk_event *event, u32 n, int *error);
void amk_user_perf_start(struct amk_block *block);
void amk_user_perf_stop(struct amk_block *block);
void amk_user_perf_read(struct amk_block *block, struct amk_reading *reading);
void amk_user_perf_close(struct amk_block *block);

#endif
