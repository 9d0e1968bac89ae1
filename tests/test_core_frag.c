// SPDX-License-Identifier: GPL-2.0-only
/*
 * frag: attempts that are given and refused, with and without compaction, what was given by a
 * second way, how it lies and how it is mapped; on a side that says what the test wants.
 */
#include "lib/core/squeeze.h"
#include "test_core_fake.h"

#define PAGE 4096
#define HUGE (2 << 20)

static struct fake_block fb;

/* What the kernel does, and says. */
static struct {
	u64 compact_from, compact_to; /* attempts, from 1, for which it compacts */
	u64 reclaim_at;
	u64 unreadable_at; /* the reading that fails, from 1 */
	u64 readings;
	u64 apart; /* frames between one and the next */
	int frame_error;
	u64 frames;
	u64 huge_bytes[2]; /* before the first attempt, and after the last */
	u32 huge_readings;
	u64 second_way; /* objects, from the first, that came by it */
	u64 asked_way;
} kernel;

static int kernel_reclaimed(struct amk_block *block, struct amk_reclaimed *reclaimed)
{
	u64 done = fake.allocs;

	(void)block;
	memset(reclaimed, 0, sizeof(*reclaimed));
	if (++kernel.readings == kernel.unreadable_at)
		return -EACCES;
	if (kernel.compact_from && done >= kernel.compact_from)
		reclaimed->compactions = (done < kernel.compact_to ? done : kernel.compact_to) -
					 kernel.compact_from + 1;
	reclaimed->stalls = kernel.reclaim_at && done >= kernel.reclaim_at;
	return 0;
}

static int kernel_frame(struct amk_block *block, const void *addr, u64 *pfn, u32 *shift)
{
	(void)block;
	assert_int_equal((uintptr_t)addr % PAGE, 0);
	*pfn = 1000 + kernel.frames++ * kernel.apart;
	*shift = 12;
	return kernel.frame_error;
}

static int kernel_huge(struct amk_block *block, u64 *bytes)
{
	(void)block;
	*bytes = kernel.huge_bytes[kernel.huge_readings++ % 2];
	return 0;
}

/* The first HUGE bytes of an object by one entry, the rest by small ones. */
static int kernel_level(struct amk_block *block, const void *addr, u32 *shift)
{
	(void)block;
	*shift = (uintptr_t)addr % (2 * HUGE) < HUGE ? 21 : 12;
	return 0;
}

static bool second_way(struct amk_context *ctx, void *p, u64 size)
{
	(void)ctx;
	assert_non_null(p);
	assert_int_equal(size, fb.request.size);
	return kernel.asked_way++ < kernel.second_way;
}

static void reset(u64 size, u32 tries)
{
	memset(&kernel, 0, sizeof(kernel));
	kernel.apart = 1;
	fake_block_reset(&fb, "frag", size);
	fake.align_bytes = PAGE;
	fb.request.batch = tries;
	fb.strategy.flags = AMK_STRATEGY_POPULATED;
}

static enum amk_status run(bool by_process, bool falls_back)
{
	struct amk_ops ops = *amk_user_fake.ops;
	struct amk_impl impl = amk_user_fake;
	struct amk_side side = fake_side;
	enum amk_status status;

	side.reclaimed = kernel_reclaimed;
	side.frame = kernel_frame;
	side.level = kernel_level;
	side.huge = by_process ? kernel_huge : NULL;
	if (falls_back)
		ops.fell_back = second_way;
	impl.ops = &ops;
	fb.block.side = &side;
	fb.block.impl = &impl;
	status = fake_block_run(&fb);
	fb.block.side = &fake_side;
	fb.block.impl = &amk_user_fake;
	return status;
}

static bool has_value(enum amk_metric_id metric)
{
	u32 i;

	for (i = 0; i < fb.result.nr_values; i++)
		if (!strcmp(fb.result.value[i].metric, amk_metrics[metric].name))
			return true;
	return false;
}

static void test_all_given(void **state)
{
	(void)state;
	reset(4 * PAGE, 16);
	assert_int_equal(run(false, false), AMK_STATUS_OK);
	fake_value_is(&fb, AMK_METRIC_frag_tried, 16);
	fake_value_is(&fb, AMK_METRIC_frag_given, 16);
	fake_value_is(&fb, AMK_METRIC_frag_compacted, 0);
	fake_value_is(&fb, AMK_METRIC_frag_reclaimed, 0);
	assert_int_equal(fake.live_max, 16);
	assert_int_equal(fake_lane_count(&fb.result.lane[0]), 16);
	assert_int_equal(fb.result.lane[0].nr_iterations, 16);
	assert_int_equal(fb.result.lane[0].ops, 1);
	assert_int_equal(fb.result.lane[0].iteration[7].ticks_n, 20 + 50);
	assert_int_equal(fb.result.nr_lanes, 1);
	fake_value_is(&fb, AMK_METRIC_frag_slept, 0);
	/* It is a matter of ways that have another. */
	assert_false(has_value(AMK_METRIC_frag_fallback));
	assert_false(has_value(AMK_METRIC_frag_huge));
}

static void test_some_refused(void **state)
{
	(void)state;
	reset(PAGE, 16);
	fake.refuse_at = 6;
	assert_int_equal(run(false, false), AMK_STATUS_OK);
	fake_value_is(&fb, AMK_METRIC_frag_tried, 16);
	fake_value_is(&fb, AMK_METRIC_frag_given, 15);
	assert_int_equal(fake_lane_count(&fb.result.lane[0]), 15);
	reset(PAGE, 16);
	fake.refuse_at = 1;
	fake.refuse_on = true;
	assert_int_equal(run(false, true), AMK_STATUS_OK);
	fake_value_is(&fb, AMK_METRIC_frag_tried, 16);
	fake_value_is(&fb, AMK_METRIC_frag_given, 0);
	fake_value_is(&fb, AMK_METRIC_frag_fallback, 0);
	/* Nothing lies anywhere: no number. */
	assert_false(has_value(AMK_METRIC_frag_frames));
	assert_int_equal(fb.result.nr_lanes, 0);
	/* What the kernel went to some length for is timed all the same. */
	reset(PAGE, 16);
	fake.refuse_at = 1;
	fake.refuse_on = true;
	kernel.compact_from = 2;
	kernel.compact_to = 4;
	assert_int_equal(run(false, false), AMK_STATUS_OK);
	assert_int_equal(fb.result.nr_lanes, 1);
	assert_int_equal(fake_lane_count(&fb.result.lane[0]), 3);
}

static void test_compaction_has_a_lane(void **state)
{
	(void)state;
	reset(PAGE, 32);
	kernel.compact_from = 5;
	kernel.compact_to = 9;
	kernel.reclaim_at = 20;
	fake.slept_at = 6; /* in the third attempt */
	assert_int_equal(run(false, false), AMK_STATUS_OK);
	fake_value_is(&fb, AMK_METRIC_frag_compacted, 5);
	fake_value_is(&fb, AMK_METRIC_frag_reclaimed, 1);
	fake_value_is(&fb, AMK_METRIC_frag_slept, 1);
	assert_int_equal(fb.result.lane[0].each_class[0], 1);
	assert_int_equal(fake_lane_count(&fb.result.lane[0]), 26);
	assert_int_equal(fake_lane_count(&fb.result.lane[1]), 6);
	assert_int_equal(fb.result.lane[1].nr_iterations, 6);
	assert_string_equal(fb.result.lane[0].metric, "lat_frag");
	assert_string_equal(fb.result.lane[1].metric, "lat_frag_hard");
	/* It may be the only one. */
	reset(PAGE, 32);
	kernel.compact_from = 1;
	kernel.compact_to = 32;
	assert_int_equal(run(false, false), AMK_STATUS_OK);
	assert_int_equal(fb.result.nr_lanes, 1);
	assert_string_equal(fb.result.lane[0].metric, "lat_frag_hard");
	assert_int_equal(fake_lane_count(&fb.result.lane[0]), 32);
}

/* However many attempts, the iterations are spread over them all. */
static void test_many_attempts(void **state)
{
	const struct amk_lane *lane = &fb.result.lane[0];
	u32 i;

	(void)state;
	reset(64, 1000);
	fake.ramp_ns = 1;
	assert_int_equal(run(false, false), AMK_STATUS_OK);
	fake_value_is(&fb, AMK_METRIC_frag_tried, 1000);
	assert_int_equal(fake_lane_count(lane), 1000);
	assert_in_range(lane->nr_iterations, AMK_ITERATIONS_MAX / 2, AMK_ITERATIONS_MAX);
	/* Each reading of the clock takes 1 ns more; 16 attempts have 32, and 48 past the 64th. */
	for (i = 1; i < lane->nr_iterations; i++)
		assert_in_range(lane->iteration[i].ticks_n - lane->iteration[i - 1].ticks_n, 32,
				48);
}

static const char *untouched, *touched;

static void look_at(const char *p, u64 size)
{
	u64 at;

	for (at = 0; at < size; at += PAGE)
		*(p[at] ? &touched : &untouched) = p + at;
	*(p[size - 1] ? &touched : &untouched) = p + size - 1;
}

static void test_what_is_written_to(void **state)
{
	(void)state;
	untouched = touched = NULL;
	reset(3 * PAGE + 2, 2);
	fb.strategy.flags = AMK_STRATEGY_LAZY;
	fake.at_release = look_at;
	assert_int_equal(run(false, false), AMK_STATUS_OK);
	assert_null(untouched);
	untouched = touched = NULL;
	reset(3 * PAGE + 2, 2);
	fake.at_release = look_at;
	assert_int_equal(run(false, false), AMK_STATUS_OK);
	assert_null(touched);
}

static void test_how_it_lies(void **state)
{
	(void)state;
	reset(4 * PAGE, 3);
	assert_int_equal(run(false, false), AMK_STATUS_OK);
	fake_value_is(&fb, AMK_METRIC_frag_frames, 12);
	/* Frames go on from one object to the next, runs do not. */
	fake_value_is(&fb, AMK_METRIC_frag_runs, 3);
	fake_value_is(&fb, AMK_METRIC_frag_largest, 4);
	assert_int_equal(fb.result.run_order[2], 3);
	reset(4 * PAGE, 3);
	kernel.apart = 2;
	assert_int_equal(run(false, false), AMK_STATUS_OK);
	fake_value_is(&fb, AMK_METRIC_frag_runs, 12);
	fake_value_is(&fb, AMK_METRIC_frag_largest, 1);
	reset(4 * PAGE, 3);
	kernel.frame_error = -EPERM;
	assert_int_equal(run(false, false), AMK_STATUS_OK);
	assert_int_equal(fake_value(&fb, AMK_METRIC_frag_runs)->reason, AMK_REASON_NO_PAGEMAP);
	/* Swapped out since: a gap, and no error. */
	reset(4 * PAGE, 3);
	kernel.frame_error = -ENOENT;
	assert_int_equal(run(false, false), AMK_STATUS_OK);
	fake_value_is(&fb, AMK_METRIC_frag_frames, 0);
	reset(4 * PAGE, 3);
	kernel.frame_error = -EIO;
	run(false, false);
	fake_block_ended(&fb, AMK_STATUS_MEASURE_FAILED, AMK_REASON_LOOKUP, -EIO);
	/* 16 MiB of frames, whole objects. */
	reset(5 << 20, 8);
	assert_int_equal(run(false, false), AMK_STATUS_OK);
	fake_value_is(&fb, AMK_METRIC_frag_frames, 4 * 5 * 256);
}

static void test_second_way(void **state)
{
	(void)state;
	reset(PAGE, 8);
	kernel.second_way = 3;
	fake.refuse_at = 2;
	assert_int_equal(run(false, true), AMK_STATUS_OK);
	fake_value_is(&fb, AMK_METRIC_frag_given, 7);
	fake_value_is(&fb, AMK_METRIC_frag_fallback, 3);
	assert_int_equal(kernel.asked_way, 7);
}

static void test_huge_by_process(void **state)
{
	(void)state;
	reset(HUGE, 4);
	fb.strategy.flags |= AMK_STRATEGY_HUGE;
	kernel.huge_bytes[0] = 3 * HUGE;
	kernel.huge_bytes[1] = 5 * HUGE;
	assert_int_equal(run(true, false), AMK_STATUS_OK);
	fake_value_is(&fb, AMK_METRIC_frag_pages, 4 * 512);
	fake_value_is(&fb, AMK_METRIC_frag_huge, 2 * 512);
	/* One that does not fit a huge page. */
	reset(HUGE - PAGE, 4);
	fb.strategy.flags |= AMK_STRATEGY_HUGE;
	assert_int_equal(run(true, false), AMK_STATUS_OK);
	assert_int_equal(fake_value(&fb, AMK_METRIC_frag_huge)->reason, AMK_REASON_TOO_SMALL);
}

static void test_huge_by_entries(void **state)
{
	(void)state;
	reset(2 * HUGE, 3);
	fake.align_bytes = 2 * HUGE;
	fb.strategy.flags |= AMK_STRATEGY_HUGE;
	assert_int_equal(run(false, false), AMK_STATUS_OK);
	fake_value_is(&fb, AMK_METRIC_frag_pages, 3 * 1024);
	fake_value_is(&fb, AMK_METRIC_frag_huge, 3 * 512);
}

static void test_out_of_time(void **state)
{
	(void)state;
	reset(PAGE, 500);
	fb.request.block_ticks = 1;
	assert_int_equal(run(false, false), AMK_STATUS_OK);
	fake_value_is(&fb, AMK_METRIC_frag_tried, 64);
	/* And what may be held at once bounds it, too. */
	reset(PAGE, 500);
	fb.request.mem_max = 10 * PAGE;
	assert_int_equal(run(false, false), AMK_STATUS_OK);
	fake_value_is(&fb, AMK_METRIC_frag_tried, 10);
}

static void test_stopped(void **state)
{
	(void)state;
	reset(PAGE, 8);
	fake.stop_at = 4;
	run(false, false);
	fake_block_ended(&fb, AMK_STATUS_MEASURE_FAILED, AMK_REASON_STOPPED, -EINTR);
}

static void test_nothing_to_read(void **state)
{
	(void)state;
	reset(PAGE, 8);
	fake_block_run(&fb);
	fake_block_ended(&fb, AMK_STATUS_SKIP, AMK_REASON_NO_VMSTAT, 0);
	assert_int_equal(fake.allocs, 0);
	reset(PAGE, 8);
	kernel.unreadable_at = 1;
	run(false, false);
	fake_block_ended(&fb, AMK_STATUS_SKIP, AMK_REASON_NO_VMSTAT, 0);
	reset(PAGE, 8);
	kernel.unreadable_at = 5;
	run(false, false);
	fake_block_ended(&fb, AMK_STATUS_MEASURE_FAILED, AMK_REASON_NO_VMSTAT, -EACCES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_given),
		cmocka_unit_test(test_some_refused),
		cmocka_unit_test(test_compaction_has_a_lane),
		cmocka_unit_test(test_many_attempts),
		cmocka_unit_test(test_what_is_written_to),
		cmocka_unit_test(test_how_it_lies),
		cmocka_unit_test(test_second_way),
		cmocka_unit_test(test_huge_by_process),
		cmocka_unit_test(test_huge_by_entries),
		cmocka_unit_test(test_out_of_time),
		cmocka_unit_test(test_stopped),
		cmocka_unit_test(test_nothing_to_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
