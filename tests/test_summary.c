// SPDX-License-Identifier: GPL-2.0-only
/*
 * Summaries against numbers worked out by hand: slope and plain costs, the lower quartile of a
 * block, the median over rounds, percentiles of merged histograms, and cells that have no number.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include "lib/core/histogram.h"
#include "lib/user/summary.h"

#include <cmocka.h>

#define RECORDS_MAX 8

static struct amk_record *record[RECORDS_MAX];
static struct amk_run_data run;
static struct amk_summary *summary;
static ssize_t count;

/* A run of two ticks a nanosecond, empty at first. */
static int set_up(void **state)
{
	(void)state;
	memset(&run, 0, sizeof(run));
	run.unit = "ns";
	run.ticks_per_unit = 2;
	run.record = record;
	summary = NULL;
	return 0;
}

static int tear_down(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < run.nr_records; i++)
		free(record[i]);
	free(summary);
	return 0;
}

static struct amk_result *add(u32 round, const char *strategy, const char *workload, u64 size)
{
	struct amk_record *r = calloc(1, sizeof(*r));
	static char none[] = "";

	assert_non_null(r);
	r->round = round;
	r->side = AMK_SIDE_user;
	strcpy(r->strategy, strategy);
	strcpy(r->workload, workload);
	r->size_bytes = size;
	r->reason = none;
	r->result.status = AMK_STATUS_OK;
	record[run.nr_records++] = r;
	return &r->result;
}

/* Iterations of 10 operations whose slope is each of @cost ticks an operation. */
static struct amk_lane *slope_lane(struct amk_result *result, const char *metric, const u64 *cost,
				   u32 n)
{
	struct amk_lane *lane = &result->lane[result->nr_lanes++];
	u32 i;

	strcpy(lane->metric, metric);
	lane->ops = 10;
	lane->slope = 1;
	lane->nr_iterations = n;
	for (i = 0; i < n; i++) {
		lane->iteration[i].ticks_n = 1000;
		lane->iteration[i].ticks_2n = 1000 + 10 * cost[i];
	}
	return lane;
}

static void summarize(void)
{
	count = amk_summarize(&run, &summary);
	assert_true(count >= 0);
}

static const struct amk_summary *find(const char *strategy, const char *workload, u64 size,
				      enum amk_metric_id metric)
{
	return amk_summary_find(summary, (size_t)count, AMK_SIDE_user, strategy, workload, size,
				metric);
}

static void is_near(double got, double wanted)
{
	if (!(fabs(got - wanted) < 1e-9 * (1 + fabs(wanted))))
		fail_msg("%.12g is not %.12g", got, wanted);
}

static void slope_quartile_and_median(void **state)
{
	static const u64 a[] = { 60, 20, 30, 40, 50 }; /* lower quartile 30 */
	static const u64 b[] = { 100, 100, 100, 100, 100 };
	static const u64 c[] = { 10, 10, 10, 10, 1000 };
	const struct amk_summary *s;

	(void)state;
	slope_lane(add(2, "malloc", "pair", 64), "lat_pair", c, 5);
	slope_lane(add(0, "malloc", "pair", 64), "lat_pair", a, 5);
	slope_lane(add(1, "malloc", "pair", 64), "lat_pair", b, 5);
	summarize();
	assert_int_equal(count, 1);
	s = find("malloc", "pair", 64, AMK_METRIC_lat_pair);
	assert_non_null(s);
	is_near(s->cost, 15);
	is_near(s->cost_min, 5);
	is_near(s->cost_max, 50);
	assert_int_equal(s->rounds, 3);
	assert_int_equal(s->samples, 15);
	assert_int_equal(s->status, AMK_STATUS_OK);
	assert_int_equal(s->each_ops, 0);
}

static void falling_slope_is_no_cost(void **state)
{
	static const u64 zero[] = { 0, 0, 0 };
	struct amk_lane *lane;

	(void)state;
	lane = slope_lane(add(0, "malloc", "pair", 64), "lat_pair", zero, 3);
	lane->iteration[0].ticks_2n = 10;
	summarize();
	assert_true(isnan(find("malloc", "pair", 64, AMK_METRIC_lat_pair)->cost));
}

/* One iteration whose shorter run was disturbed does not pull the slope down. */
static void disturbed_short_run_moves_nothing(void **state)
{
	static const u64 cost[] = { 50, 50, 50, 50, 50 };
	struct amk_lane *lane;

	(void)state;
	lane = slope_lane(add(0, "malloc", "pair", 64), "lat_pair", cost, 5);
	lane->iteration[0].ticks_n += 400;
	lane->iteration[1].ticks_n += 400;
	summarize();
	is_near(find("malloc", "pair", 64, AMK_METRIC_lat_pair)->cost, 25);
}

/* Without a slope the clock's own time is taken off once for each timed region. */
static void overhead_is_taken_off_each_region(void **state)
{
	struct amk_result *r = add(0, "malloc", "burst-fifo", 64);
	struct amk_lane *lane = &r->lane[0];

	(void)state;
	r->nr_lanes = 1;
	r->batch = 4;
	r->clock_overhead_ticks = 40;
	strcpy(lane->metric, "lat_alloc");
	lane->ops = 12; /* three batches of four */
	lane->nr_iterations = 1;
	lane->iteration[0].ticks_n = 12 * 100 + 3 * 40;
	r = add(0, "mmap", "touch", 64);
	r->nr_lanes = 1;
	r->batch = 256;
	r->clock_overhead_ticks = 40;
	lane = &r->lane[0];
	strcpy(lane->metric, "lat_touch");
	lane->ops = 2;
	lane->nr_iterations = 1;
	lane->iteration[0].ticks_n = 2 * 100 + 40;
	summarize();
	is_near(find("malloc", "burst-fifo", 64, AMK_METRIC_lat_alloc)->cost, 50);
	is_near(find("mmap", "touch", 64, AMK_METRIC_lat_touch)->cost, 50);
}

static void percentiles_come_from_merged_histograms(void **state)
{
	static const u64 one[] = { 1 };
	const struct amk_summary *s;
	struct amk_result *r;
	struct amk_lane *lane;
	u32 i;

	(void)state;
	for (i = 0; i < 2; i++) {
		r = add(i, "malloc", "pair", 64);
		r->clock_overhead_ticks = 20;
		lane = slope_lane(r, "lat_pair", one, 1);
		lane->each_ops = 100;
		lane->hist_clean[i ? 200 : 100] = 99;
		lane->hist_disturbed[amk_hist_index(1000000)] = 1;
		lane->each_class[0] = 1;
		lane->iteration[0].class_bits = AMK_CLASS_SLEPT;
	}
	summarize();
	s = find("malloc", "pair", 64, AMK_METRIC_lat_pair);
	assert_int_equal(s->each_ops, 200);
	assert_int_equal(s->each_disturbed, 2);
	assert_int_equal(s->iterations_disturbed, 2);
	is_near(s->quantile[AMK_Q_P5], 40);
	is_near(s->quantile[AMK_Q_P25], 40);
	/* 99 of 200 are at or below 100 ticks: the median is of the other round. */
	is_near(s->quantile[AMK_Q_P50], 90);
	is_near(s->quantile[AMK_Q_P99], 90);
	assert_true(fabs(s->quantile[AMK_Q_MAX] - 500000) < 5000);
}

static void overhead_above_a_sample_leaves_no_time(void **state)
{
	static const u64 one[] = { 1 };
	struct amk_result *r = add(0, "malloc", "pair", 64);
	struct amk_lane *lane = slope_lane(r, "lat_pair", one, 1);

	(void)state;
	r->clock_overhead_ticks = 50;
	lane->each_ops = 100;
	lane->hist_clean[30] = 100;
	summarize();
	assert_true(isnan(find("malloc", "pair", 64, AMK_METRIC_lat_pair)->quantile[AMK_Q_P50]));
}

/* 20 operations have one in the tail beyond p95, and none beyond p99. */
static void few_operations_have_no_tail(void **state)
{
	static const u64 one[] = { 1 };
	struct amk_lane *lane = slope_lane(add(0, "malloc", "pair", 64), "lat_pair", one, 1);
	const struct amk_summary *s;

	(void)state;
	lane->each_ops = 20;
	lane->hist_clean[30] = 20;
	summarize();
	s = find("malloc", "pair", 64, AMK_METRIC_lat_pair);
	is_near(s->quantile[AMK_Q_P5], 15);
	is_near(s->quantile[AMK_Q_P95], 15);
	assert_true(isnan(s->quantile[AMK_Q_P99]));
	assert_true(isnan(s->quantile[AMK_Q_P999]));
	is_near(s->quantile[AMK_Q_MAX], 15);
}

static void values_and_their_skips(void **state)
{
	static const u64 frames[] = { 5, 9, 7 };
	const struct amk_summary *s;
	struct amk_result *r;
	u32 i;

	(void)state;
	for (i = 0; i < 3; i++) {
		r = add(i, "mmap", "contig", 4096);
		r->nr_values = 2;
		strcpy(r->value[0].metric, "frames");
		r->value[0].status = AMK_STATUS_OK;
		r->value[0].value = frames[i];
		strcpy(r->value[1].metric, "frames_2m");
		r->value[1].status = AMK_STATUS_SKIP;
		r->value[1].reason = AMK_REASON_NO_LEVEL;
	}
	summarize();
	assert_int_equal(count, 2);
	s = find("mmap", "contig", 4096, AMK_METRIC_frames);
	is_near(s->cost, 7);
	is_near(s->cost_min, 5);
	is_near(s->cost_max, 9);
	assert_int_equal(s->samples, 3);
	s = find("mmap", "contig", 4096, AMK_METRIC_frames_2m);
	assert_int_equal(s->status, AMK_STATUS_SKIP);
	assert_true(isnan(s->cost));
	assert_non_null(strstr(s->reason, "mapping level"));
}

static void cell_without_number_keeps_its_status(void **state)
{
	static const u64 one[] = { 8, 8, 8 };
	struct amk_result *r;

	(void)state;
	add(0, "malloc", "pair", 64)->status = AMK_STATUS_REFUSED;
	add(1, "malloc", "pair", 64)->status = AMK_STATUS_REFUSED;
	add(2, "malloc", "pair", 64)->status = AMK_STATUS_SKIP;
	add(0, "mmap", "pair", 64)->status = AMK_STATUS_MEASURE_FAILED;
	r = add(1, "mmap", "pair", 64);
	slope_lane(r, "lat_pair", one, 3);
	summarize();
	assert_int_equal(count, 2);
	assert_null(summary[0].metric);
	assert_int_equal(summary[0].status, AMK_STATUS_REFUSED);
	assert_int_equal(summary[0].rounds, 3);
	assert_true(isnan(summary[0].cost));
	assert_int_equal(summary[0].rounds_refused, 2);
	assert_int_equal(summary[0].rounds_failed, 0);
	assert_int_equal(summary[1].status, AMK_STATUS_OK);
	assert_int_equal(summary[1].rounds, 1);
	assert_int_equal(summary[1].rounds_refused, 0);
	assert_int_equal(summary[1].rounds_failed, 1);
	is_near(summary[1].cost, 4);
}

static void entries_are_sorted(void **state)
{
	static const u64 one[] = { 8 };
	static const struct {
		const char *strategy, *workload;
		u64 size;
	} order[] = { { "malloc", "pair", 8 },
		      { "malloc", "pair", 64 },
		      { "malloc", "touch", 8 },
		      { "mmap", "pair", 8 } };
	static const u32 given[] = { 3, 1, 2, 0 };
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++)
		slope_lane(add(0, order[given[i]].strategy, order[given[i]].workload,
			       order[given[i]].size),
			   given[i] == 2 ? "lat_touch" : "lat_pair", one, 1);
	summarize();
	assert_int_equal(count, 4);
	for (i = 0; i < 4; i++) {
		assert_string_equal(summary[i].strategy->name, order[i].strategy);
		assert_string_equal(summary[i].workload, order[i].workload);
		assert_int_equal(summary[i].size_bytes, order[i].size);
	}
}

static void nothing_gives_nothing(void **state)
{
	(void)state;
	summarize();
	assert_int_equal(count, 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(slope_quartile_and_median),
		TEST(falling_slope_is_no_cost),
		TEST(disturbed_short_run_moves_nothing),
		TEST(overhead_is_taken_off_each_region),
		TEST(percentiles_come_from_merged_histograms),
		TEST(overhead_above_a_sample_leaves_no_time),
		TEST(few_operations_have_no_tail),
		TEST(values_and_their_skips),
		TEST(cell_without_number_keeps_its_status),
		TEST(entries_are_sorted),
		TEST(nothing_gives_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
