// SPDX-License-Identifier: GPL-2.0-only
/*
 * The sampler on a clock that the test drives: what an operation costs is known to the tick, so
 * slope, calibration, overhead and histograms are checked for equality, not for likeness.
 */
#include "test_core_fake.h"

#include "lib/core/histogram.h"

#define PAIR_NS 80ULL /* 50 and 30 */
#define CLOCK_NS 20ULL

static struct fake_block fb;
static const struct amk_lane *const lane = &fb.result.lane[0];

static int reset(void **state)
{
	(void)state;
	fake_block_reset(&fb, "pair", 64);
	return 0;
}

static void run_ok(void)
{
	fake_block_run(&fb);
	fake_block_ended(&fb, AMK_STATUS_OK, AMK_REASON_NONE, 0);
}

static void test_slope_is_the_cost(void **state)
{
	const struct amk_iteration *it;
	u32 i;

	(void)state;
	run_ok();
	assert_int_equal(lane->slope, 1);
	assert_int_equal(lane->nr_iterations, 15);
	for (i = 0; i < 15; i++) {
		it = &lane->iteration[i];
		assert_int_equal(it->ticks_n, lane->ops * PAIR_NS + CLOCK_NS);
		assert_int_equal(it->ticks_2n - it->ticks_n, lane->ops * PAIR_NS);
		assert_int_equal(it->class_bits, 0);
	}
	for (; i < AMK_ITERATIONS_MAX; i++)
		assert_int_equal(lane->iteration[i].ticks_n, 0);
}

static void test_iteration_fills_its_aim(void **state)
{
	u64 aim;

	(void)state;
	for (aim = 10000; aim <= 10000000; aim *= 10) {
		reset(NULL);
		fb.request.iteration_ticks = aim;
		fb.request.iterations = 1;
		fb.request.warmup = 0;
		run_ok();
		assert_in_range(3 * lane->ops * PAIR_NS, aim / 2, aim + aim / 10);
	}
}

static void test_clock_is_described(void **state)
{
	(void)state;
	run_ok();
	assert_int_equal(fb.result.clock_overhead_ticks, CLOCK_NS);
	assert_int_equal(fb.result.clock_resolution_ticks, CLOCK_NS);
	reset(NULL);
	fake.clock_ns = 3;
	fake.clock_step_ns = 10; /* a step at every third or fourth reading */
	run_ok();
	assert_int_equal(fb.result.clock_overhead_ticks, 0);
	assert_int_equal(fb.result.clock_resolution_ticks, 10);
	reset(NULL);
	fake.clock_ns = 7;
	fake.clock_step_ns = 10; /* at seven of ten readings: that is what most regions show */
	run_ok();
	assert_int_equal(fb.result.clock_overhead_ticks, 10);
}

static void test_coarse_clock(void **state)
{
	u64 cost;
	u32 i;

	(void)state;
	fake.clock_step_ns = 100000; /* no step within the empty regions, iterations of many */
	fb.request.block_ticks = 1ULL << 40;
	run_ok();
	assert_int_equal(fb.result.clock_resolution_ticks, 100000);
	assert_int_equal(fb.result.clock_overhead_ticks, 0);
	assert_int_equal(lane->slope, 1);
	assert_in_range(3 * lane->ops * PAIR_NS, 1400000, 2000000);
	for (i = 0; i < lane->nr_iterations; i++) {
		cost = lane->iteration[i].ticks_2n - lane->iteration[i].ticks_n;
		assert_in_range(cost, lane->ops * PAIR_NS - 200000, lane->ops * PAIR_NS + 200000);
	}
}

static void test_clock_that_stands_still(void **state)
{
	(void)state;
	fake.clock_ns = 0;
	fake.alloc_ns = 0;
	fake.release_ns = 0;
	fake_block_run(&fb);
	fake_block_ended(&fb, AMK_STATUS_MEASURE_FAILED, AMK_REASON_CLOCK, 0);
	assert_int_equal(fake.allocs, 0);
}

/* A jump of the clock at any one reading leaves the calibration what it is. */
static void reset_quick(void)
{
	reset(NULL);
	fb.request.iteration_ticks = 40000;
	fb.request.iterations = 3;
	fb.request.warmup = 0;
}

static void test_one_disturbance_does_not_break_calibration(void **state)
{
	u64 ops, at, readings;

	(void)state;
	reset_quick();
	run_ok();
	ops = lane->ops;
	readings = fake.readings;
	for (at = FAKE_DESCRIBED; at < readings; at++) {
		reset_quick();
		fake.jump_at = at;
		fake.jump_ns = 50000000;
		run_ok();
		assert_in_range(lane->ops, ops - ops / 10, ops + ops / 10);
		assert_int_equal(lane->slope, 1);
	}
}

static void test_slow_operation_is_timed_alone(void **state)
{
	u64 i;

	(void)state;
	fake.alloc_ns = 1000000;
	run_ok();
	assert_int_equal(lane->ops, 1);
	assert_int_equal(lane->slope, 0);
	assert_int_equal(lane->nr_iterations, 15);
	for (i = 0; i < 15; i++) {
		assert_int_equal(lane->iteration[i].ticks_n, 1000030 + CLOCK_NS);
		assert_int_equal(lane->iteration[i].ticks_2n, 0);
	}
	/* Each such iteration is a sample of the histogram, and there is no other. */
	assert_int_equal(lane->each_ops, 15);
	assert_int_equal(lane->hist_clean[amk_hist_index(1000050)], 15);
}

/* A slow burst is an iteration of its own, and no sample of a single operation. */
static void test_slow_burst_is_no_sample(void **state)
{
	(void)state;
	fake_block_reset(&fb, "burst-fifo", 64);
	fb.request.batch = 4;
	fb.request.each_max = 4;
	fake.alloc_ns = 1000000;
	fake.release_ns = 2000000;
	run_ok();
	assert_int_equal(lane[0].ops, 4);
	assert_int_equal(lane[0].iteration[0].ticks_n, 4000000 + CLOCK_NS);
	assert_int_equal(lane[0].each_ops, 4);
	assert_int_equal(lane[0].hist_clean[amk_hist_index(1000020)], 4);
	assert_int_equal(lane[1].each_ops, 4);
	assert_int_equal(lane[1].hist_clean[amk_hist_index(2000020)], 4);
}

/* Some operations an iteration, but too few for a slope. */
static void test_few_operations_have_no_slope(void **state)
{
	(void)state;
	fake.alloc_ns = 20000;
	run_ok();
	assert_in_range(lane->ops, 2, 23);
	assert_int_equal(lane->slope, 0);
	assert_int_equal(lane->iteration[0].ticks_2n, 0);
	assert_int_equal(lane->iteration[0].ticks_n, lane->ops * 20030 + CLOCK_NS);
}

static void test_slope_begins_at_24(void **state)
{
	(void)state;
	fake.alloc_ns = 400000 / 24 - 80;
	run_ok();
	assert_int_equal(lane->slope, 1);
	assert_int_equal(lane->ops, 8);
}

/* The second lane is to find the clock as the first one did. */
static void restart_ramp(struct amk_block *block)
{
	if (block->result->lane[0].nr_iterations == 3 && !block->result->lane[1].ops) {
		fake.readings = FAKE_DESCRIBED;
		fake.at_stop = NULL;
	}
}

/* Five pages by an entry of 2 MiB, and the same frames by 4 KiB entries: alias needs both. */
static const struct fake_frame huge_frames[5] = { [0 ... 4] = { .shift = 21 } };
static const struct fake_frame small_frames[5] = { [0 ... 4] = { .shift = 12 } };

static void test_slope_only_where_stated(void **state)
{
	const struct amk_lane *l;
	u32 i, j, stated;

	(void)state;
	for (i = 0; i < AMK_NR_WORKLOADS; i++) {
		/* They need sides of their own: test_core_evidence. */
		if (amk_workloads[i].flags & AMK_WORKLOAD_EVIDENCE)
			continue;
		fake_block_reset(&fb, amk_workloads[i].name, 16384);
		fake.frames = huge_frames;
		fake.aliased_frames = small_frames;
		fake.nr_frames = 5;
		fake.alloc_ns = 1;
		fake.release_ns = 1;
		fake.at_stop = restart_ramp;
		fake.ramp_ns = 10; /* loads and stores take no time here */
		fb.request.iterations = 3;
		fb.request.block_ticks = ~0ULL;
		fake.limit_bytes = 1 << 19;
		fb.request.iteration_ticks = 2000;
		run_ok();
		stated = amk_workloads[i].flags & AMK_WORKLOAD_SLOPE ? 1 : 0;
		for (j = 0; j < fb.result.nr_lanes; j++) {
			l = &fb.result.lane[j];
			assert_int_equal(l->slope, stated);
			assert_int_equal(l->iteration[2].ticks_2n != 0, stated);
		}
	}
}

static void test_histogram_of_single_operations(void **state)
{
	(void)state;
	run_ok();
	assert_int_equal(lane->each_ops, 256);
	assert_int_equal(lane->hist_clean[PAIR_NS + CLOCK_NS], 256);
	assert_int_equal(fake_lane_count(lane), 256);
}

static void test_histogram_is_bounded(void **state)
{
	(void)state;
	fb.request.each_max = 0;
	run_ok();
	assert_int_equal(fake_lane_count(lane), 0);
	assert_int_equal(lane->each_ops, 0);
	reset(NULL);
	fb.request.each_max = 1; /* at least one chunk */
	run_ok();
	assert_int_equal(lane->each_ops, AMK_DISTURB_CHUNK);
	reset(NULL);
	fb.request.each_max = AMK_EACH_MAX; /* no longer than four iterations */
	run_ok();
	assert_in_range(lane->each_ops, 11 * lane->ops, 12 * lane->ops);
	assert_int_equal(fake_lane_count(lane), lane->each_ops);
}

static void test_burst_lanes(void **state)
{
	u32 i;

	(void)state;
	fake_block_reset(&fb, "burst-lifo", 64);
	fb.request.batch = 10;
	run_ok();
	for (i = 0; i < 15; i++) {
		const u64 bursts = lane[0].ops / 10;

		assert_int_equal(lane[0].iteration[i].ticks_n, bursts * (10 * 50 + CLOCK_NS));
		assert_int_equal(lane[1].iteration[i].ticks_n, bursts * (10 * 30 + CLOCK_NS));
	}
	/* 256 / 10 bursts, each operation of them. */
	assert_int_equal(lane[0].each_ops, 250);
	assert_int_equal(lane[0].hist_clean[50 + CLOCK_NS], 250);
	assert_int_equal(lane[1].each_ops, 250);
	assert_int_equal(lane[1].hist_clean[30 + CLOCK_NS], 250);
}

static void test_burst_is_timed_one_by_one_at_least_once(void **state)
{
	(void)state;
	fake_block_reset(&fb, "burst-fifo", 64);
	fb.request.batch = 20;
	fb.request.each_max = 3;
	run_ok();
	assert_int_equal(lane[0].each_ops, 20);
	assert_int_equal(lane[1].each_ops, 20);
	fake_block_reset(&fb, "burst-fifo", 64);
	fb.request.batch = 2;
	fb.request.each_max = 1;
	run_ok();
	assert_int_equal(lane[0].each_ops, 2);
}

static void test_every_operation_is_accounted_for(void **state)
{
	/* One to see whether it is refused; one cold; 1, 2, 4 ... 1024 that pass an eighth of the
	 * aim, and 1024 again to be sure.
	 */
	const u64 before = 1 + 1 + 2047 + 1024;
	u32 warmup;

	(void)state;
	for (warmup = 0; warmup < 6; warmup++) {
		reset(NULL);
		fb.request.warmup = warmup;
		run_ok();
		assert_int_equal(fake.given,
				 before + warmup * lane->ops + 15 * 3 * lane->ops + 256);
	}
}

static void test_time_limit_leaves_three(void **state)
{
	(void)state;
	fb.request.block_ticks = 1;
	run_ok();
	assert_int_equal(lane->nr_iterations, 3);
	/* A block out of time still owes the least that is a distribution. */
	assert_int_equal(lane->each_ops, AMK_DISTURB_CHUNK);
	reset(NULL);
	fb.request.block_ticks = 1;
	fb.request.iterations = 2;
	run_ok();
	assert_int_equal(lane->nr_iterations, 2);
	reset(NULL);
	fb.request.warmup = 0;
	fb.request.block_ticks = 8 * 400000; /* two or so are the calibration's */
	run_ok();
	assert_in_range(lane->nr_iterations, 5, 9);
}

static void test_times_add_up(void **state)
{
	(void)state;
	run_ok();
	assert_true(fb.result.measured_ticks <= fb.result.total_ticks);
	assert_in_range(fb.result.measured_ticks, 15 * 350000, 25 * 400000);
	/* What comes before and after is the clock's description alone. */
	assert_in_range(fb.result.total_ticks - fb.result.measured_ticks, 66 * CLOCK_NS,
			80 * CLOCK_NS);
}

/* The first sign of disturbance seen at reading @at of the counters. */
static void disturb(u64 slept, u64 preempted, u64 migrated)
{
	reset(NULL);
	fake.slept_at = slept;
	fake.preempted_at = preempted;
	fake.migrated_at = migrated;
	run_ok();
}

static void test_iterations_are_classed(void **state)
{
	u32 i;

	(void)state;
	disturb(2, 6, 8); /* the second reading of iterations 0, 2 and 3 */
	for (i = 0; i < 15; i++)
		assert_int_equal(lane->iteration[i].class_bits, i == 0 ? AMK_CLASS_SLEPT :
								i == 2 ? AMK_CLASS_PREEMPTED :
								i == 3 ? AMK_CLASS_MIGRATED :
									 0);
	assert_int_equal(fake_lane_count(lane), lane->each_ops);
	assert_int_equal(lane->each_class[0] + lane->each_class[1] + lane->each_class[3], 0);
}

static void test_samples_are_classed(void **state)
{
	(void)state;
	/* 30 readings of iterations; then two a chunk of the histogram. */
	disturb(32, 32, 36);
	assert_int_equal(lane->each_ops, 256);
	assert_int_equal(lane->each_class[0], AMK_DISTURB_CHUNK);
	assert_int_equal(lane->each_class[1], AMK_DISTURB_CHUNK);
	assert_int_equal(lane->each_class[2], 0);
	assert_int_equal(lane->each_class[3], AMK_DISTURB_CHUNK);
	assert_int_equal(lane->hist_disturbed[PAIR_NS + CLOCK_NS], 2 * AMK_DISTURB_CHUNK);
	assert_int_equal(lane->hist_clean[PAIR_NS + CLOCK_NS], 256 - 2 * AMK_DISTURB_CHUNK);
}

static void test_every_class_has_its_bit(void **state)
{
	struct amk_disturb before = { 1, 2, 3, 4 }, after = before;

	(void)state;
	assert_int_equal(amk_disturb_class(&before, &after), 0);
	after.slept++;
	assert_int_equal(amk_disturb_class(&before, &after), AMK_CLASS_SLEPT);
	after = before;
	after.preempted++;
	assert_int_equal(amk_disturb_class(&before, &after), AMK_CLASS_PREEMPTED);
	after = before;
	after.interrupts++;
	assert_int_equal(amk_disturb_class(&before, &after), AMK_CLASS_INTERRUPTED);
	after = before;
	after.cpu = 0;
	assert_int_equal(amk_disturb_class(&before, &after), AMK_CLASS_MIGRATED);
	after = (struct amk_disturb){ 0, 0, 0, 0 };
	assert_int_equal(amk_disturb_class(&before, &after), 15);
}

#define TEST(function) cmocka_unit_test_setup(function, reset)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_slope_is_the_cost),
		TEST(test_iteration_fills_its_aim),
		TEST(test_clock_is_described),
		TEST(test_coarse_clock),
		TEST(test_clock_that_stands_still),
		TEST(test_one_disturbance_does_not_break_calibration),
		TEST(test_slow_operation_is_timed_alone),
		TEST(test_slow_burst_is_no_sample),
		TEST(test_few_operations_have_no_slope),
		TEST(test_slope_begins_at_24),
		TEST(test_slope_only_where_stated),
		TEST(test_histogram_of_single_operations),
		TEST(test_histogram_is_bounded),
		TEST(test_burst_lanes),
		TEST(test_burst_is_timed_one_by_one_at_least_once),
		TEST(test_every_operation_is_accounted_for),
		TEST(test_time_limit_leaves_three),
		TEST(test_times_add_up),
		TEST(test_iterations_are_classed),
		TEST(test_samples_are_classed),
		TEST(test_every_class_has_its_bit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
