// SPDX-License-Identifier: GPL-2.0-only
/*
 * reserves: how far the flags get into the last pages. They are asked one after the other, while
 * all is held that the ones before got: what a flag gets after the others were refused is what it
 * may take and they may not. First GFP_NOWAIT; then __GFP_HIGH, together with GFP_KERNEL, since
 * with GFP_NOWAIT it would be GFP_ATOMIC, which comes next and may take more because it cannot
 * wait; last GFP_KERNEL alone, which has no reserve but may reclaim: with nothing left to reclaim
 * it is refused, too. The machine has no memory left for the few milliseconds from the first
 * refusal to the end; nothing is recorded until then.
 */
#include "squeeze.h"
#include "workload.h"

static const struct {
	enum amk_squeeze_how how;
	enum amk_metric_id pages;
	enum amk_metric_id free_pages;
	enum amk_metric_id min_pages;
} reserves[] = {
	{ AMK_SQUEEZE_NOWAIT, AMK_METRIC_reserve_nowait, AMK_METRIC_reserve_nowait_free,
	  AMK_METRIC_reserve_nowait_min },
	{ AMK_SQUEEZE_HIGH, AMK_METRIC_reserve_high, AMK_METRIC_reserve_high_free,
	  AMK_METRIC_reserve_high_min },
	{ AMK_SQUEEZE_ATOMIC, AMK_METRIC_reserve_atomic, AMK_METRIC_reserve_atomic_free,
	  AMK_METRIC_reserve_atomic_min },
	{ AMK_SQUEEZE_NORETRY, AMK_METRIC_reserve_noretry, AMK_METRIC_reserve_noretry_free,
	  AMK_METRIC_reserve_noretry_min },
};

#define NR_RESERVES AMK_ARRAY_SIZE(reserves)

static int reserves_take(struct amk_block *b, struct amk_squeezed *got, u64 *stalls)
{
	const struct amk_squeeze *squeeze = b->side->squeeze;
	struct amk_reclaimed before = { 0 }, after;
	int error = 0;
	u32 i;

	for (i = 0; i < NR_RESERVES && !error; i++) {
		if (reserves[i].how == AMK_SQUEEZE_NORETRY)
			squeeze->reclaimed(b, &before);
		error = squeeze->take(b, reserves[i].how, &got[i]);
	}
	squeeze->reclaimed(b, &after);
	*stalls = after.stalls - before.stalls;
	return error;
}

static void reserves_values(struct amk_block *b, const struct amk_squeezed *got, u64 stalls)
{
	u32 i;

	for (i = 0; i < NR_RESERVES; i++) {
		amk_block_value(b, reserves[i].pages, got[i].pages);
		amk_block_value(b, reserves[i].free_pages, got[i].free_pages);
		amk_block_value(b, reserves[i].min_pages, got[i].min_pages);
	}
	amk_block_value(b, AMK_METRIC_reserve_stalls, stalls);
}

enum amk_status amk_measure_reserves(struct amk_block *block, const struct amk_workload *workload)
{
	struct amk_squeezed got[NR_RESERVES] = { 0 };
	u64 stalls;
	int error;

	(void)workload;
	if (amk_squeeze_open(block, false))
		return block->result->status;
	error = reserves_take(block, got, &stalls);
	block->side->squeeze->close(block);
	if (error)
		return amk_squeeze_broken(block, error);
	reserves_values(block, got, stalls);
	return amk_block_end(block, AMK_STATUS_OK, AMK_REASON_NONE, 0);
}
