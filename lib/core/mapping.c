// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mapping levels as values of a block: see mapping.h.
 */
#include "mapping.h"

#include "metric.h"

/*
 * A level's metric stands for its size and those above it, up to the next: with pages of 16 or 64
 * KiB, and with runs of entries that may share one of the TLB, arm64 has sizes between.
 */
void amk_mapping_values(struct amk_block *block, const struct amk_mapping *m)
{
	static const struct {
		u8 shift;
		u8 metric;
	} level[] = { { 12, AMK_METRIC_frames_4k },
		      { 16, AMK_METRIC_frames_64k },
		      { 21, AMK_METRIC_frames_2m },
		      { 30, AMK_METRIC_frames_1g } };
	u32 i, shift, next;

	for (i = 0; i < AMK_ARRAY_SIZE(level); i++) {
		u64 frames = 0;

		next = i + 1 < AMK_ARRAY_SIZE(level) ? level[i + 1].shift : 64;
		for (shift = level[i].shift; shift < next; shift++)
			frames += m->by_shift[shift];
		if (m->by_shift[0])
			amk_block_value_skip(block, level[i].metric, AMK_REASON_NO_LEVEL);
		else
			amk_block_value(block, level[i].metric, frames);
	}
}
