// SPDX-License-Identifier: GPL-2.0-only
/*
 * overhead: how many objects there are, what they come to by each measure, and what becomes of it
 * when they are freed and the allocator is trimmed; on a process that holds what the test says.
 */
#include "test_core_fake.h"

#define SUM_BYTES (16ULL << 20)
#define OBJECTS_MAX (1ULL << 18)

static struct fake_block fb;

/* As the fake has it: each object holds its size, and 10 bytes more until it is trimmed. */
static void reset(u64 size)
{
	fake_block_reset(&fb, "overhead", size);
	fake.held_bytes = 5000;
	fake.kept_bytes = 10;
	fake.usable_bytes = size + 3;
}

static void ok(void)
{
	fake_block_run(&fb);
	fake_block_ended(&fb, AMK_STATUS_OK, AMK_REASON_NONE, 0);
	assert_int_equal(fb.result.nr_values, 6);
	assert_int_equal(fb.result.nr_lanes, 0);
}

static void skipped(enum amk_metric_id metric, enum amk_reason reason)
{
	assert_int_equal(fake_value(&fb, metric)->status, AMK_STATUS_SKIP);
	assert_int_equal(fake_value(&fb, metric)->reason, reason);
}

static void test_what_it_comes_to(void **state)
{
	(void)state;
	reset(1 << 16);
	ok();
	fake_value_is(&fb, AMK_METRIC_overhead_objects, 256);
	fake_value_is(&fb, AMK_METRIC_overhead_requested, SUM_BYTES);
	fake_value_is(&fb, AMK_METRIC_overhead_usable, SUM_BYTES + 256 * 3);
	fake_value_is(&fb, AMK_METRIC_overhead_resident, SUM_BYTES + 256 * 10);
	fake_value_is(&fb, AMK_METRIC_overhead_drained, 256 * 10);
	fake_value_is(&fb, AMK_METRIC_overhead_trimmed, 0);
	assert_int_equal(fake.live_max, 256);
	/* Oldest first. */
	assert_int_equal(fake_released(0), 255);
	assert_int_equal(fake_released(255), 0);
}

static void test_how_many(void **state)
{
	(void)state;
	reset(8); /* their number bounds them */
	ok();
	fake_value_is(&fb, AMK_METRIC_overhead_objects, OBJECTS_MAX);
	reset(100); /* their sum, each as large as it is reckoned with */
	ok();
	fake_value_is(&fb, AMK_METRIC_overhead_objects, SUM_BYTES / 128);
	reset(4096); /* what a run may hold */
	fb.request.mem_max = 40960;
	ok();
	fake_value_is(&fb, AMK_METRIC_overhead_objects, 10);
	reset(3 << 20); /* one is always asked for */
	fb.request.mem_max = 4 << 20;
	ok();
	fake_value_is(&fb, AMK_METRIC_overhead_objects, 1);
}

static const char *first_untouched;

static void look_at(const char *p, u64 size)
{
	u64 at;

	for (at = 4096; at < size; at += 4096)
		if (!p[at])
			first_untouched = p + at;
	if (!p[size - 1])
		first_untouched = p + size - 1;
}

static void test_every_page_is_written_to(void **state)
{
	(void)state;
	first_untouched = NULL;
	reset(3 * 4096 + 1);
	fake.at_release = look_at;
	ok();
	assert_null(first_untouched);
}

static void test_what_is_not_known(void **state)
{
	(void)state;
	reset(1 << 16);
	fake.usable_bytes = 0;
	fake.no_trim = true;
	ok();
	skipped(AMK_METRIC_overhead_usable, AMK_REASON_NOT_KNOWN);
	skipped(AMK_METRIC_overhead_trimmed, AMK_REASON_NO_TRIM);
	reset(1 << 16);
	fake.resident_error_at = 1;
	fake_block_run(&fb);
	fake_block_ended(&fb, AMK_STATUS_SKIP, AMK_REASON_NO_RESIDENT, 0);
	assert_int_equal(fake.allocs, 0);
	reset(1 << 16);
	fake.resident_error_at = 2;
	ok();
	skipped(AMK_METRIC_overhead_resident, AMK_REASON_NO_RESIDENT);
	fake_value_is(&fb, AMK_METRIC_overhead_drained, 256 * 10);
}

static void test_the_kernel_has_none(void **state)
{
	struct amk_side side = fake_side;

	(void)state;
	side.resident = NULL;
	reset(1 << 16);
	fb.block.side = &side;
	fake_block_run(&fb);
	fake_block_ended(&fb, AMK_STATUS_SKIP, AMK_REASON_USER_ONLY, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_it_comes_to),
		cmocka_unit_test(test_how_many),
		cmocka_unit_test(test_every_page_is_written_to),
		cmocka_unit_test(test_what_is_not_known),
		cmocka_unit_test(test_the_kernel_has_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
