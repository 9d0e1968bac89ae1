// SPDX-License-Identifier: GPL-2.0-only
/*
 * gfp: what the headers of this kernel make of GFP_KERNEL and the other flags, taken apart into
 * their modifiers. Nothing is allocated: it is what the compiler saw, in bits of our own, so that
 * kernels whose bits differ can be compared. No other side has such flags.
 */
#include "modifier.h"

#include "workload.h"

const struct amk_modifier amk_modifiers[AMK_NR_MODIFIERS] = {
#define AMK_MODIFIER(id, bit) { "__GFP_" #id, AMK_MODIFIER_##id },
#define AMK_GFP_SET(id, metric)
#include "modifier.def"
#undef AMK_MODIFIER
#undef AMK_GFP_SET
	{ "other", AMK_MODIFIER_OTHER },
};

enum amk_status amk_measure_gfp(struct amk_block *block, const struct amk_workload *workload)
{
	(void)workload;
	if (!block->side->gfp)
		return amk_block_end(block, AMK_STATUS_SKIP, AMK_REASON_KERNEL_ONLY, 0);
	amk_block_value(block, AMK_METRIC_gfp_known, block->side->gfp(AMK_GFP_SET_ALL));
#define AMK_MODIFIER(id, bit)
#define AMK_GFP_SET(id, metric) \
	amk_block_value(block, AMK_METRIC_##metric, block->side->gfp(AMK_GFP_SET_##id));
#include "modifier.def"
#undef AMK_MODIFIER
#undef AMK_GFP_SET
	amk_block_value(block, AMK_METRIC_gfp_type_bytes, block->side->gfp(AMK_GFP_TYPE_BYTES));
	amk_block_value(block, AMK_METRIC_gfp_type_signed, block->side->gfp(AMK_GFP_TYPE_SIGNED));
	return amk_block_end(block, AMK_STATUS_OK, AMK_REASON_NONE, 0);
}
