// SPDX-License-Identifier: GPL-2.0-only
/*
 * illegal: allocations in atomic context, where nothing may sleep, each held to what the kernel
 * itself says of it. A way that may sleep is a fault there even when it gives memory at once, as it
 * nearly always does; a way that may not sleep is what shows that the context alone is none. Only a
 * kernel that looks for such faults can answer, and only the side knows where it may be asked.
 */
#include "workload.h"

#define CALLS 2U

struct illegal_counts {
	u64 given;
	u64 reports;
};

static int illegal_try(struct amk_block *b, struct illegal_counts *counts)
{
	bool reported = false;
	void *p = NULL;
	int error = b->side->illegal(b, &p, &reported);

	if (error)
		return error;
	counts->reports += reported;
	if (p) {
		counts->given++;
		b->impl->ops->release(&b->ctx, p, b->ctx.size);
	}
	return 0;
}

static enum amk_status illegal_end(struct amk_block *b, const struct illegal_counts *counts,
				   int error)
{
	switch (error) {
	case 0:
		break;
	case -EOPNOTSUPP:
		return amk_block_end(b, AMK_STATUS_SKIP, AMK_REASON_NO_SLEEP_CHECK, 0);
	case -EPERM:
		return amk_block_end(b, AMK_STATUS_SKIP, AMK_REASON_ILLEGAL_OFF, 0);
	default:
		return amk_block_broken(b);
	}
	amk_block_value(b, AMK_METRIC_illegal_calls, CALLS);
	amk_block_value(b, AMK_METRIC_illegal_given, counts->given);
	amk_block_value(b, AMK_METRIC_illegal_reports, counts->reports);
	return amk_block_end(b, AMK_STATUS_OK, AMK_REASON_NONE, 0);
}

enum amk_status amk_measure_illegal(struct amk_block *block, const struct amk_workload *workload)
{
	struct illegal_counts counts = { 0 };
	int error = 0;
	u32 i;

	(void)workload;
	if (!block->side->illegal)
		return amk_block_end(block, AMK_STATUS_SKIP, AMK_REASON_KERNEL_ONLY, 0);
	if (block->strategy->flags & AMK_STRATEGY_EMPTY)
		return amk_block_end(block, AMK_STATUS_SKIP, AMK_REASON_NO_CONTENT, 0);
	for (i = 0; i < CALLS && !error; i++)
		error = illegal_try(block, &counts);
	return illegal_end(block, &counts, error);
}
