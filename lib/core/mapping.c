// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mapping levels as values of a block: see mapping.h.
 */
#include "mapping.h"

#include "metric.h"

void amk_mapping_values(struct amk_block *block, const struct amk_mapping *m)
{
	static const struct {
		u8 shift;
		u8 metric;
	} level[] = { { 12, AMK_METRIC_frames_4k },
		      { 16, AMK_METRIC_frames_64k },
		      { 21, AMK_METRIC_frames_2m },
		      { 30, AMK_METRIC_frames_1g } };
	u32 i;

	for (i = 0; i < AMK_ARRAY_SIZE(level); i++) {
		if (m->by_shift[0])
			amk_block_value_skip(block, level[i].metric, AMK_REASON_NO_LEVEL);
		else
			amk_block_value(block, level[i].metric, m->by_shift[level[i].shift]);
	}
}
