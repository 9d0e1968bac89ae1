// SPDX-License-Identifier: GPL-2.0-only
/*
 * Log-linear histogram: see histogram.h for its shape and why.
 */
#include "histogram.h"

_Static_assert(AMK_HIST_BUCKETS == ((AMK_HIST_MSB_MAX - AMK_HIST_SUB_BITS) << AMK_HIST_SUB_BITS) +
					   (2 << AMK_HIST_SUB_BITS),
	       "AMK_HIST_BUCKETS must end with the octave of AMK_HIST_MSB_MAX");

static u32 hist_shift(u32 index)
{
	return index < 2U << AMK_HIST_SUB_BITS ? 0 : (index >> AMK_HIST_SUB_BITS) - 1;
}

u64 amk_hist_low(u32 index)
{
	u32 shift = hist_shift(index);

	return (u64)(index - (shift << AMK_HIST_SUB_BITS)) << shift;
}

u64 amk_hist_high(u32 index)
{
	return amk_hist_low(index) + (1ULL << hist_shift(index)) - 1;
}

void amk_hist_add(u32 *hist, u64 value)
{
	u32 *bucket = &hist[amk_hist_index(value)];

	if (*bucket != ~0U)
		(*bucket)++;
}

void amk_hist_merge(u64 *to, const u32 *from)
{
	u32 i;

	for (i = 0; i < AMK_HIST_BUCKETS; i++)
		to[i] += from[i];
}

void amk_hist_join(u32 *to, const u32 *from)
{
	u32 i;

	for (i = 0; i < AMK_HIST_BUCKETS; i++)
		to[i] = from[i] < ~0U - to[i] ? to[i] + from[i] : ~0U;
}

u64 amk_hist_count(const u64 *hist)
{
	u64 count = 0;
	u32 i;

	for (i = 0; i < AMK_HIST_BUCKETS; i++)
		count += hist[i];
	return count;
}

u64 amk_hist_quantile(const u64 *hist, u32 permyriad)
{
	u64 count = amk_hist_count(hist);
	u64 rank = div64_u64(count * permyriad + 9999, 10000);
	u64 seen = 0;
	u32 i;

	if (!count)
		return 0;
	if (!rank)
		rank = 1;
	for (i = 0; i < AMK_HIST_BUCKETS; i++) {
		seen += hist[i];
		if (seen >= rank)
			return amk_hist_low(i) + (amk_hist_high(i) - amk_hist_low(i)) / 2;
	}
	return amk_hist_high(AMK_HIST_BUCKETS - 1);
}
