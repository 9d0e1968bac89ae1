// SPDX-License-Identifier: GPL-2.0-only
/*
 * Percentiles of two runs and their bootstrap: against the summary of a recorded run, and against
 * what must come out of histograms made by hand.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include "lib/core/histogram.h"
#include "lib/user/bootstrap.h"
#include "lib/user/summary.h"

#include <cmocka.h>

static struct amk_each base, head;
static struct amk_percentile_shift shift[AMK_NR_PERCENTILES];

enum { P10, P25, P50, P75, P90, P95, P99 };

static int set_up(void **state)
{
	(void)state;
	base = (struct amk_each){ .ticks_per_unit = 1 };
	head = (struct amk_each){ .ticks_per_unit = 1 };
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	amk_each_free(&base);
	amk_each_free(&head);
	return 0;
}

/* Adds a round of operations of 1 to 100 ticks, @times each, all @more ticks longer. */
static void add(struct amk_each *each, u32 times, u64 more, u64 overhead)
{
	static struct amk_lane lane;
	u32 i;

	memset(&lane, 0, sizeof(lane));
	for (i = 1; i <= 100; i++)
		lane.hist_clean[amk_hist_index(i + more)] += times;
	/* One in ten was disturbed, which is no reason to leave it out. */
	lane.hist_disturbed[amk_hist_index(100 + more)] = 10 * times;
	lane.hist_clean[amk_hist_index(1 + more)] -= times;
	lane.each_ops = 109 * times;
	assert_int_equal(amk_each_add(each, &lane, overhead), 0);
}

static void shift_find(u64 seed)
{
	assert_int_equal(amk_bootstrap_shift(&base, &head, seed, shift), 0);
}

static void points_are_of_all_rounds(void **state)
{
	(void)state;
	add(&base, 10, 0, 0);
	add(&base, 10, 0, 0);
	add(&head, 10, 20, 0);
	add(&head, 10, 20, 0);
	shift_find(1);
	/* 109 a round and tick: from 2 to 99 one each, then 11 of 100. */
	assert_true(shift[P10].base == 12);
	assert_true(shift[P50].base == 56);
	assert_true(shift[P95].base == 100);
	assert_true(shift[P50].head == 76);
	assert_true(shift[P50].ratio == 76.0 / 56);
	/* All rounds are the same: however they are drawn, nothing else comes out. */
	assert_true(shift[P50].low == shift[P50].ratio && shift[P50].high == shift[P50].ratio);
}

static void clock_is_taken_off(void **state)
{
	(void)state;
	add(&base, 10, 20, 20);
	add(&head, 10, 20, 0);
	base.ticks_per_unit = head.ticks_per_unit = 2;
	shift_find(1);
	assert_true(shift[P50].base == 28);
	assert_true(shift[P50].head == 38);
	/* One round is no sample. */
	assert_true(isnan(shift[P50].low) && isnan(shift[P50].high));
}

static void rounds_are_drawn(void **state)
{
	u32 i;

	(void)state;
	for (i = 0; i < 5; i++) {
		add(&base, 10, 0, 0);
		add(&head, 10, i == 4 ? 100 : 0, 0);
	}
	shift_find(1);
	/* One round in five is slow: p99 is of it, unless it is not drawn (0.8^5, a third). */
	assert_true(shift[P99].ratio == 2);
	assert_true(shift[P99].low == 1);
	assert_true(shift[P99].high == 2);
	/* It moves the median by less, and in both directions. */
	assert_true(shift[P50].low == 1 && shift[P50].low < shift[P50].ratio);
	assert_true(shift[P50].high > shift[P50].ratio);
}

static void seed_decides(void **state)
{
	double low[AMK_NR_PERCENTILES];
	bool other = false;
	u32 i;

	(void)state;
	for (i = 0; i < 7; i++) {
		add(&base, 10, 3 * i, 0);
		add(&head, 10, 5 * i, 0);
	}
	shift_find(1);
	for (i = 0; i < AMK_NR_PERCENTILES; i++)
		low[i] = shift[i].low;
	shift_find(1);
	for (i = 0; i < AMK_NR_PERCENTILES; i++)
		assert_true(low[i] == shift[i].low);
	shift_find(2);
	for (i = 0; i < AMK_NR_PERCENTILES; i++)
		other = other || low[i] != shift[i].low;
	assert_true(other);
}

static void thin_tail_is_none(void **state)
{
	static struct amk_lane lane;
	u32 i;

	(void)state;
	for (i = 0; i < 15; i++)
		lane.hist_clean[50 + i] = 1;
	lane.each_ops = 15;
	for (i = 0; i < 2; i++) {
		assert_int_equal(amk_each_add(&base, &lane, 0), 0);
		assert_int_equal(amk_each_add(&head, &lane, 0), 0);
	}
	shift_find(1);
	assert_true(shift[P90].ratio == 1);
	assert_true(shift[P95].ratio == 1); /* 20 operations: the least that have one in the tail */
	assert_true(isnan(shift[P99].base));
	assert_true(isnan(shift[P99].low));
}

static void nothing_measured(void **state)
{
	u32 i;

	(void)state;
	add(&base, 10, 0, 0);
	shift_find(1);
	for (i = 0; i < AMK_NR_PERCENTILES; i++)
		assert_true(isnan(shift[i].ratio));
}

/* The same run read whole and cell by cell says the same. */
static void agrees_with_summary(void **state)
{
	struct amk_each_wanted wanted[] = {
		{ .side = AMK_SIDE_kernel,
		  .strategy = "vmalloc",
		  .workload = "pair",
		  .size_bytes = 4096,
		  .metric = "lat_pair" },
		{ .side = AMK_SIDE_kernel,
		  .strategy = "kmalloc",
		  .workload = "burst-fifo",
		  .size_bytes = 8,
		  .metric = "lat_free" },
	};
	const struct amk_summary *found;
	struct amk_summary *summary;
	struct amk_run_data data;
	char error[AMK_ERROR_LEN], path[4096];
	ssize_t n;
	size_t i;

	(void)state;
	snprintf(path, sizeof(path), "%s/tests/data/run-small",
		 getenv("AMK_SRCDIR") ? getenv("AMK_SRCDIR") : ".");
	assert_int_equal(amk_run_data_read(path, &data, error), 0);
	n = amk_summarize(&data, &summary);
	assert_true(n > 0);
	assert_int_equal(amk_each_read(path, data.ticks_per_unit, wanted, 2, error), 0);
	for (i = 0; i < 2; i++) {
		struct amk_each *each = &wanted[i].each;

		found = amk_summary_find(
			summary, (size_t)n, wanted[i].side, wanted[i].strategy, wanted[i].workload,
			wanted[i].size_bytes,
			(enum amk_metric_id)(amk_metric_find(wanted[i].metric) - amk_metrics));
		assert_non_null(found);
		assert_int_equal(each->nr_rounds, 2);
		assert_int_equal(each->round[0].ops + each->round[1].ops, found->each_ops);
		assert_int_equal(amk_bootstrap_shift(each, each, 1, shift), 0);
		assert_true(shift[P25].base == found->quantile[AMK_Q_P25]);
		assert_true(shift[P50].base == found->quantile[AMK_Q_P50]);
		assert_true(shift[P90].head == found->quantile[AMK_Q_P90]);
		assert_true(shift[P95].head == found->quantile[AMK_Q_P95]);
		assert_true(shift[P95].ratio == 1);
		amk_each_free(each);
	}
	/* A name is of its side. */
	wanted[0].side = AMK_SIDE_user;
	assert_int_equal(amk_each_read(path, data.ticks_per_unit, wanted, 1, error), 0);
	assert_int_equal(wanted[0].each.nr_rounds, 0);
	free(summary);
	amk_run_data_free(&data);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(points_are_of_all_rounds), TEST(clock_is_taken_off),
		TEST(rounds_are_drawn),		TEST(seed_decides),
		TEST(thin_tail_is_none),	TEST(nothing_measured),
		TEST(agrees_with_summary),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
