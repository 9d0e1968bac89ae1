// SPDX-License-Identifier: GPL-2.0-only
/*
 * The histogram: every bucket's bounds, its width, and quantiles against sorted samples.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include "lib/core/histogram.h"
#include "lib/core/random.h"

#include <cmocka.h>

#define SAMPLES 2000

static u32 hist[AMK_HIST_BUCKETS];
static u64 merged[AMK_HIST_BUCKETS];

static void test_bounds_round_trip(void **state)
{
	u32 i;

	(void)state;
	assert_int_equal(amk_hist_low(0), 0);
	for (i = 0; i < AMK_HIST_BUCKETS; i++) {
		assert_int_equal(amk_hist_index(amk_hist_low(i)), i);
		assert_int_equal(amk_hist_index(amk_hist_high(i)), i);
		if (i)
			assert_int_equal(amk_hist_low(i), amk_hist_high(i - 1) + 1);
	}
}

static void test_buckets_are_narrow(void **state)
{
	u64 width;
	u32 i;

	(void)state;
	for (i = 0; i < AMK_HIST_BUCKETS; i++) {
		width = amk_hist_high(i) - amk_hist_low(i) + 1;
		if (amk_hist_low(i) < 256)
			assert_int_equal(width, 1);
		else
			assert_true(width * 100 <= amk_hist_low(i));
	}
}

static void test_ends(void **state)
{
	(void)state;
	assert_int_equal(amk_hist_high(AMK_HIST_BUCKETS - 1), (1ULL << 42) - 1);
	assert_int_equal(amk_hist_index((1ULL << 42) - 1), AMK_HIST_BUCKETS - 1);
	assert_int_equal(amk_hist_index(1ULL << 42), AMK_HIST_BUCKETS - 1);
	assert_int_equal(amk_hist_index(~0ULL), AMK_HIST_BUCKETS - 1);
}

static void test_counts_saturate(void **state)
{
	(void)state;
	memset(hist, 0, sizeof(hist));
	hist[100] = ~0U - 1;
	amk_hist_add(hist, 100);
	assert_int_equal(hist[100], ~0U);
	amk_hist_add(hist, 100);
	assert_int_equal(hist[100], ~0U);
	assert_int_equal(hist[99], 0);
	assert_int_equal(hist[101], 0);
}

static void test_merge_outgrows_32_bits(void **state)
{
	(void)state;
	memset(hist, 0, sizeof(hist));
	memset(merged, 0, sizeof(merged));
	hist[0] = ~0U;
	hist[AMK_HIST_BUCKETS - 1] = 5;
	amk_hist_merge(merged, hist);
	amk_hist_merge(merged, hist);
	assert_int_equal(merged[0], 2 * (u64)~0U);
	assert_int_equal(merged[AMK_HIST_BUCKETS - 1], 10);
	assert_int_equal(amk_hist_count(merged), 2 * (u64)~0U + 10);
}

static int compare(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

/* Samples of every magnitude, the largest below 2^@bits. */
static void fill(u64 *sample, u32 n, u64 seed, u32 bits)
{
	struct amk_random r = { seed };
	u32 i;

	memset(hist, 0, sizeof(hist));
	memset(merged, 0, sizeof(merged));
	for (i = 0; i < n; i++) {
		sample[i] = amk_random_next(&r) >> (64 - bits + amk_random_below(&r, bits));
		amk_hist_add(hist, sample[i]);
	}
	amk_hist_merge(merged, hist);
	qsort(sample, n, sizeof(*sample), compare);
}

/* The nearest rank by its definition: the least sample that so many parts of all reach up to. */
static u64 nearest_rank(const u64 *sample, u32 n, u32 permyriad)
{
	u32 i;

	for (i = 0; i < n; i++)
		if ((u64)(i + 1) * 10000 >= (u64)n * permyriad)
			return sample[i];
	return sample[n - 1];
}

static void test_quantiles_are_nearest_ranks(void **state)
{
	static const u32 permyriad[] = { 0,    1,    500,  2500, 5000, 7500,
					 9000, 9500, 9900, 9990, 9999, 10000 };
	static const u32 counts[] = { 1, 2, 3, 10, 99, 100, 101, SAMPLES };
	u64 sample[SAMPLES], want, low, high;
	u32 i, j;

	(void)state;
	for (j = 0; j < AMK_ARRAY_SIZE(counts); j++) {
		fill(sample, counts[j], j, 8 + 5 * (j % 6));
		assert_int_equal(amk_hist_count(merged), counts[j]);
		for (i = 0; i < AMK_ARRAY_SIZE(permyriad); i++) {
			want = nearest_rank(sample, counts[j], permyriad[i]);
			low = amk_hist_low(amk_hist_index(want));
			high = amk_hist_high(amk_hist_index(want));
			assert_int_equal(amk_hist_quantile(merged, permyriad[i]),
					 low + (high - low) / 2);
		}
	}
}

static void test_quantile_of_nothing(void **state)
{
	(void)state;
	memset(merged, 0, sizeof(merged));
	assert_int_equal(amk_hist_count(merged), 0);
	assert_int_equal(amk_hist_quantile(merged, 5000), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bounds_round_trip),
		cmocka_unit_test(test_buckets_are_narrow),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_counts_saturate),
		cmocka_unit_test(test_merge_outgrows_32_bits),
		cmocka_unit_test(test_quantiles_are_nearest_ranks),
		cmocka_unit_test(test_quantile_of_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
