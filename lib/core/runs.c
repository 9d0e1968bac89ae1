// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs of consecutive page frames: see runs.h.
 */
#include "runs.h"

void amk_runs_init(struct amk_runs *runs)
{
	memset(runs, 0, sizeof(*runs));
}

void amk_runs_break(struct amk_runs *runs)
{
	u32 order;

	if (!runs->length)
		return;
	order = (u32)fls64(runs->length) - 1;
	if (order >= AMK_RUN_ORDERS)
		order = AMK_RUN_ORDERS - 1;
	runs->by_order[order]++;
	runs->length = 0;
}

void amk_runs_add(struct amk_runs *runs, u64 pfn)
{
	if (!runs->length || pfn != runs->last + 1) {
		amk_runs_break(runs);
		runs->runs++;
	}
	runs->frames++;
	runs->length++;
	runs->last = pfn;
	if (runs->length > runs->largest)
		runs->largest = runs->length;
}
