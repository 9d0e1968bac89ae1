/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Log-linear histogram of ticks: 128 buckets an octave, so a bucket is at most 1/128 (0.8 %) wide,
 * and exact below 256. The shape is that of HdrHistogram and of fio's latency buckets; it is a
 * plain array of counters so that it can cross the ABI and be merged by addition.
 */
#ifndef AMK_HISTOGRAM_H
#define AMK_HISTOGRAM_H

#include "abi.h"
#include "deps.h"

#define AMK_HIST_SUB_BITS 7
#define AMK_HIST_MSB_MAX \
	41 /* larger values (2^42 ticks: over 10 minutes) land in the last bucket */

/* The bucket that counts @value. */
static __always_inline u32 amk_hist_index(u64 value)
{
	u32 msb, shift;

	if (value < 1U << AMK_HIST_SUB_BITS)
		return (u32)value;
	msb = (u32)fls64(value) - 1;
	if (msb > AMK_HIST_MSB_MAX)
		return AMK_HIST_BUCKETS - 1;
	shift = msb - AMK_HIST_SUB_BITS;
	return (shift << AMK_HIST_SUB_BITS) + (u32)(value >> shift);
}

/* Smallest value that bucket @index counts. */
u64 amk_hist_low(u32 index);

/* Largest value that bucket @index counts. */
u64 amk_hist_high(u32 index);

/* Adds @value to the histogram; a bucket stops at its largest count and does not wrap. */
void amk_hist_add(u32 *hist, u64 value);

/* Adds the counts of @from to @to, in 64 bits: merged histograms outgrow 32. */
void amk_hist_merge(u64 *to, const u32 *from);

/* Adds the counts of @from to @to, of one block; a bucket stops at its largest count. */
void amk_hist_join(u32 *to, const u32 *from);

/*
 * The value below or at which @permyriad / 10000 of the samples lie (nearest rank), as the middle
 * of its bucket; 0 for an empty histogram.
 */
u64 amk_hist_quantile(const u64 *hist, u32 permyriad);

/* How many samples a merged histogram holds. */
u64 amk_hist_count(const u64 *hist);

#endif
