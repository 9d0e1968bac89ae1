/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counting events around a timed loop: the same loop that was timed, run again with counters on, in
 * passes of its own, so that nothing of the counting lies in a timed region.
 */
#ifndef AMK_COUNT_H
#define AMK_COUNT_H

#include "workload.h"

/*
 * Counts the events of the request around @loop, of which @n calls fill an iteration, and adds them
 * to the result. What cannot be counted is in there as a skip, and all of it where the loop says
 * why it is not to be. Returns false when the block was stopped or an allocation refused.
 */
bool amk_count_loop(struct amk_block *block, const struct amk_loop *loop, u64 n);

/*
 * Says in the result of a dry request which of its events can be counted, each with what an empty
 * region counts (count_low) and what a short stretch of work does (count_high), and what it takes
 * to start, stop and read a group.
 */
void amk_count_probe(struct amk_block *block);

#endif
