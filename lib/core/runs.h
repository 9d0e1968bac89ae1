/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs of consecutive page frames: how a virtual range lies in physical memory. Frame numbers go in
 * one by one in virtual order; only lengths come out, never an address.
 */
#ifndef AMK_RUNS_H
#define AMK_RUNS_H

#include "abi.h"
#include "deps.h"

struct amk_runs {
	u64 frames; /* seen so far */
	u64 runs; /* closed and open ones */
	u64 largest; /* frames of the longest */
	u64 by_order[AMK_RUN_ORDERS]; /* closed runs by floor(log2(length)) */
	u64 last; /* frame seen last */
	u64 length; /* of the open run; 0: none */
};

void amk_runs_init(struct amk_runs *runs);
/* The frame behind the next page is @pfn. */
void amk_runs_add(struct amk_runs *runs, u64 pfn);
/* The next page has no frame: the open run ends here. */
void amk_runs_break(struct amk_runs *runs);

#endif
