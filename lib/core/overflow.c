// SPDX-License-Identifier: GPL-2.0-only
/*
 * overflow: n elements whose bytes are more than a size can hold. A product that is not checked
 * wraps around to a few bytes or none, and the caller writes past them. Each try wraps to less than
 * a page, so only the check can refuse it; that the call works at all is shown first.
 */
#include "workload.h"

struct overflow_try {
	u64 n;
	u64 element_bytes;
};

static bool overflow_refused(struct amk_block *b, const struct overflow_try *t)
{
	const struct amk_ops *ops = b->impl->ops;
	void *p = ops->alloc_array(&b->ctx, t->n, t->element_bytes);

	amk_escape(p);
	if (p)
		ops->release(&b->ctx, p, t->n * t->element_bytes);
	return !p;
}

enum amk_status amk_measure_overflow(struct amk_block *block, const struct amk_workload *workload)
{
	static const struct overflow_try sane = { 2, 8 };
	static const struct overflow_try tries[] = {
		{ (1ULL << 61) + 2, 8 }, /* 16 bytes */
		{ 1ULL << 61, 8 }, /* none */
		{ 8, (1ULL << 61) + 2 }, { 1ULL << 32, 1ULL << 32 }, { ~0ULL, ~0ULL }, /* 1 byte */
	};
	u64 refused = 0;
	u32 i;

	(void)workload;
	if (!block->impl->ops->alloc_array)
		return amk_block_end(block, AMK_STATUS_SKIP, AMK_REASON_NO_ARRAY, 0);
	if (overflow_refused(block, &sane))
		return amk_block_end(block, AMK_STATUS_REFUSED, AMK_REASON_NONE, 0);
	for (i = 0; i < AMK_ARRAY_SIZE(tries); i++)
		refused += overflow_refused(block, &tries[i]);
	amk_block_value(block, AMK_METRIC_overflow_asked, AMK_ARRAY_SIZE(tries));
	amk_block_value(block, AMK_METRIC_overflow_refused, refused);
	return amk_block_end(block, AMK_STATUS_OK, AMK_REASON_NONE, 0);
}
