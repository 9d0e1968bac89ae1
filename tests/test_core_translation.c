// SPDX-License-Identifier: GPL-2.0-only
/*
 * What chase and alias say of translation: the level of each line's page, the model's misses at
 * that level, and the second mapping, which must be of the same frames, by small pages, and gone
 * again however the block ends.
 */
#include "test_core_fake.h"

#define PAGES 16

static struct fake_block fb;

/* Room for 8 pages of 4 KiB and for 4 of 2 MiB. */
static const struct amk_tlb small_tlb = {
	.nr_units = 2,
	.unit = { { .entries = 8, .ways = 8, .shifts = 1 << 12, .level = 1 },
		  { .entries = 4, .ways = 4, .shifts = 1 << 21, .level = 1 } },
};

static struct fake_frame frames[PAGES], aliased[PAGES];

/* A block over PAGES pages whose entries cover 2^@shift bytes, in one run of frames. */
static void reset(const char *workload, u32 shift)
{
	u32 i;

	fake_block_reset(&fb, workload, PAGES * 4096);
	fb.request.tlb = small_tlb;
	fb.request.iterations = 3;
	fake.ramp_ns = 1000000; /* one load fills an iteration */
	fb.request.block_ticks = ~0ULL;
	fake.align_bytes = 4096;
	for (i = 0; i < PAGES; i++) {
		frames[i] = (struct fake_frame){ 0, 100 + i, shift };
		aliased[i] = (struct fake_frame){ 0, 100 + i, 12 };
	}
	fake.frames = frames;
	fake.aliased_frames = aliased;
	fake.nr_frames = PAGES;
}

static void ended(enum amk_status status, enum amk_reason reason)
{
	fake_block_run(&fb);
	fake_block_ended(&fb, status, reason, 0);
}

static void skipped(enum amk_metric_id metric, enum amk_reason reason)
{
	const struct amk_value *v = fake_value(&fb, metric);

	assert_int_equal(v->status, AMK_STATUS_SKIP);
	assert_int_equal(v->reason, reason);
}

static void test_chase_by_level(void **state)
{
	(void)state;
	reset("chase", 12);
	ended(AMK_STATUS_OK, AMK_REASON_NONE);
	fake_value_is(&fb, AMK_METRIC_frames_4k, PAGES);
	fake_value_is(&fb, AMK_METRIC_frames_2m, 0);
	/* Twice as many pages as there are entries: every load of the cycle misses. */
	fake_value_is(&fb, AMK_METRIC_dtlb_misses_model, 1000000);
	fake_value_is(&fb, AMK_METRIC_dtlb_misses_model_dense, 0);
	reset("chase", 21);
	ended(AMK_STATUS_OK, AMK_REASON_NONE);
	fake_value_is(&fb, AMK_METRIC_frames_4k, 0);
	fake_value_is(&fb, AMK_METRIC_frames_2m, PAGES);
	fake_value_is(&fb, AMK_METRIC_dtlb_misses_model, 0);
}

/* Half of it by 4 KiB, which the TLB just holds, and the other half by one entry. */
static void test_chase_mixed_levels(void **state)
{
	u32 i;

	(void)state;
	reset("chase", 12);
	for (i = PAGES / 2; i < PAGES; i++)
		frames[i].shift = 21;
	ended(AMK_STATUS_OK, AMK_REASON_NONE);
	fake_value_is(&fb, AMK_METRIC_frames_4k, PAGES / 2);
	fake_value_is(&fb, AMK_METRIC_frames_2m, PAGES / 2);
	fake_value_is(&fb, AMK_METRIC_dtlb_misses_model, 0);
	frames[PAGES / 2].shift = 12;
	fb.result = (struct amk_result){ 0 };
	ended(AMK_STATUS_OK, AMK_REASON_NONE);
	/* Nine pages by turns in room for eight: those nine of sixteen loads miss. */
	fake_value_is(&fb, AMK_METRIC_dtlb_misses_model, 9 * 1000000 / 16);
}

static void test_chase_without(void **state)
{
	(void)state;
	reset("chase", 12);
	fb.request.tlb.nr_units = 0;
	ended(AMK_STATUS_OK, AMK_REASON_NONE);
	fake_value_is(&fb, AMK_METRIC_frames_4k, PAGES);
	skipped(AMK_METRIC_dtlb_misses_model, AMK_REASON_NO_TLB);
	skipped(AMK_METRIC_dtlb_misses_model_dense, AMK_REASON_NO_TLB);
	reset("chase", 12);
	frames[3].shift = 0;
	ended(AMK_STATUS_OK, AMK_REASON_NONE);
	skipped(AMK_METRIC_frames_4k, AMK_REASON_NO_LEVEL);
	skipped(AMK_METRIC_dtlb_misses_model, AMK_REASON_NO_LEVEL);
	/* The dense lines lie in the first page, whose level is known. */
	fake_value_is(&fb, AMK_METRIC_dtlb_misses_model_dense, 0);
}

static void test_alias(void **state)
{
	(void)state;
	reset("alias", 21);
	ended(AMK_STATUS_OK, AMK_REASON_NONE);
	assert_int_equal(fake.unaliases, 1);
	fake_value_is(&fb, AMK_METRIC_frames_4k, 0);
	fake_value_is(&fb, AMK_METRIC_frames_2m, PAGES);
	fake_value_is(&fb, AMK_METRIC_frames_same, PAGES);
	fake_value_is(&fb, AMK_METRIC_dtlb_misses_model, 0);
	fake_value_is(&fb, AMK_METRIC_dtlb_misses_model_alias, 1000000);
	assert_string_equal(fb.result.lane[0].metric, "lat_load_page");
	assert_string_equal(fb.result.lane[1].metric, "lat_load_alias");
	assert_int_equal(fb.result.lane[0].nr_iterations, 3);
	assert_int_equal(fb.result.lane[1].nr_iterations, 3);
}

static void test_alias_frames(void **state)
{
	u32 i;

	(void)state;
	reset("alias", 21);
	aliased[7].pfn++;
	ended(AMK_STATUS_OK, AMK_REASON_NONE);
	fake_value_is(&fb, AMK_METRIC_frames_same, PAGES - 1);
	reset("alias", 21);
	for (i = 0; i < PAGES; i++)
		frames[i].error = aliased[i].error = -EPERM;
	ended(AMK_STATUS_OK, AMK_REASON_NONE);
	skipped(AMK_METRIC_frames_same, AMK_REASON_NO_PAGEMAP);
}

static void test_alias_nothing_to_compare(void **state)
{
	(void)state;
	reset("alias", 12);
	ended(AMK_STATUS_SKIP, AMK_REASON_ALIAS_SMALL);
	assert_int_equal(fake.unaliases, 0);
	reset("alias", 21);
	fb.strategy.needs = AMK_NEED_HUGETLB_2M;
	ended(AMK_STATUS_SKIP, AMK_REASON_ALIAS_HUGETLB);
	reset("alias", 21);
	frames[PAGES - 1].shift = 0;
	ended(AMK_STATUS_SKIP, AMK_REASON_NO_LEVEL);
	reset("alias", 21);
	fake.alias_refused = true;
	ended(AMK_STATUS_SKIP, AMK_REASON_NO_ALIAS);
	assert_int_equal(fake.unaliases, 0);
	reset("alias", 21);
	aliased[PAGES - 1].shift = 21; /* one that did not come apart */
	ended(AMK_STATUS_SKIP, AMK_REASON_NO_ALIAS);
	assert_int_equal(fake.unaliases, 1);
}

/* Wherever the block is stopped, nothing is left behind (fake_block_run() looks). */
static void test_alias_stopped(void **state)
{
	u64 stops, at;

	(void)state;
	reset("alias", 21);
	ended(AMK_STATUS_OK, AMK_REASON_NONE);
	stops = fake.stops;
	assert_in_range(stops, 8, 1000);
	for (at = 1; at <= stops; at++) {
		reset("alias", 21);
		fake.stop_at = at;
		fake_block_run(&fb);
		fake_block_ended(&fb, AMK_STATUS_MEASURE_FAILED, AMK_REASON_STOPPED, -EINTR);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chase_by_level),
		cmocka_unit_test(test_chase_mixed_levels),
		cmocka_unit_test(test_chase_without),
		cmocka_unit_test(test_alias),
		cmocka_unit_test(test_alias_frames),
		cmocka_unit_test(test_alias_nothing_to_compare),
		cmocka_unit_test(test_alias_stopped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
