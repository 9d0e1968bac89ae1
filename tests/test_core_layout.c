// SPDX-License-Identifier: GPL-2.0-only
/*
 * contig, chase, stream and touch: what is read and written of a range. Frames come from a script,
 * the laid pointers are followed while the block runs, and objects end where their last byte is.
 */
#include "test_core_fake.h"

#define LINES_MAX 128

static struct fake_block fb;

static void run_ok(void)
{
	fake_block_run(&fb);
	fake_block_ended(&fb, AMK_STATUS_OK, AMK_REASON_NONE, 0);
}

static void reset_contig(u64 size, const struct fake_frame *frames, u32 n)
{
	fake_block_reset(&fb, "contig", size);
	fake.frames = frames;
	fake.nr_frames = n;
	fake.align_bytes = 4096;
}

static void test_contig_counts_runs(void **state)
{
	static const struct fake_frame frames[] = {
		{ 0, 100, 12 },	   { 0, 101, 12 }, { 0, 102, 12 }, { 0, 103, 12 }, /* four */
		{ 0, 90, 12 }, /* one */
		{ -ENOENT, 0, 0 }, { 0, 91, 12 },  { 0, 92, 12 }, /* two, for there is a hole before
								   */
	};

	(void)state;
	reset_contig(8 * 4096, frames, 8);
	run_ok();
	fake_value_is(&fb, AMK_METRIC_frames_untouched, 7);
	fake_value_is(&fb, AMK_METRIC_frames, 7);
	fake_value_is(&fb, AMK_METRIC_runs, 3);
	fake_value_is(&fb, AMK_METRIC_run_largest, 4);
	assert_int_equal(fb.result.run_order[0], 1);
	assert_int_equal(fb.result.run_order[1], 1);
	assert_int_equal(fb.result.run_order[2], 1);
	assert_int_equal(fb.result.run_order[3], 0);
}

static void test_contig_counts_levels(void **state)
{
	static const struct fake_frame frames[] = { { 0, 1, 12 }, { 0, 2, 16 }, { 0, 3, 16 },
						    { 0, 4, 21 }, { 0, 5, 21 }, { 0, 6, 21 },
						    { 0, 7, 30 } };

	(void)state;
	reset_contig(7 * 4096, frames, 7);
	run_ok();
	fake_value_is(&fb, AMK_METRIC_frames_4k, 1);
	fake_value_is(&fb, AMK_METRIC_frames_64k, 2);
	fake_value_is(&fb, AMK_METRIC_frames_2m, 3);
	fake_value_is(&fb, AMK_METRIC_frames_1g, 1);
}

static void skipped(enum amk_metric_id metric, enum amk_reason reason)
{
	const struct amk_value *v = fake_value(&fb, metric);

	assert_int_equal(v->status, AMK_STATUS_SKIP);
	assert_int_equal(v->reason, reason);
	assert_int_equal(v->value, 0);
}

static void test_contig_without_levels(void **state)
{
	static const struct fake_frame frames[] = { { 0, 1, 12 }, { 0, 2, 0 } };

	(void)state;
	reset_contig(2 * 4096, frames, 2);
	run_ok();
	fake_value_is(&fb, AMK_METRIC_runs, 1);
	skipped(AMK_METRIC_frames_4k, AMK_REASON_NO_LEVEL);
	skipped(AMK_METRIC_frames_64k, AMK_REASON_NO_LEVEL);
	skipped(AMK_METRIC_frames_2m, AMK_REASON_NO_LEVEL);
	skipped(AMK_METRIC_frames_1g, AMK_REASON_NO_LEVEL);
}

static void test_contig_usable(void **state)
{
	static const struct fake_frame frame = { 0, 1, 12 };

	(void)state;
	reset_contig(100, &frame, 1);
	run_ok();
	skipped(AMK_METRIC_usable, AMK_REASON_NOT_KNOWN);
	reset_contig(100, &frame, 1);
	fake.usable_bytes = 112;
	run_ok();
	fake_value_is(&fb, AMK_METRIC_usable, 112);
}

/* Frames come with the touch, and every page is touched, the last one too. */
static void test_contig_touches_every_page(void **state)
{
	static const struct fake_frame frames[] = {
		{ 0, 1, 12 }, { 0, 2, 12 }, { 0, 3, 12 }, { 0, 4, 12 }
	};
	static const struct {
		u32 skew;
		u64 size;
		u64 pages;
	} range[] = { { 0, 1, 1 },	   { 0, 4096, 1 },    { 0, 4097, 2 },
		      { 16, 2 * 4096, 3 }, { 4095, 2, 2 },    { 16, 3 * 4096, 4 },
		      { 16, 4080, 1 },	   { 4095, 4097, 2 }, { 4094, 4099, 3 } };
	u32 i;

	(void)state;
	for (i = 0; i < AMK_ARRAY_SIZE(range); i++) {
		reset_contig(range[i].size, frames, 4);
		fake.skew_bytes = range[i].skew;
		fake.frames_by_touch = true;
		run_ok();
		fake_value_is(&fb, AMK_METRIC_frames_untouched, 0);
		fake_value_is(&fb, AMK_METRIC_frames, range[i].pages);
		fake_value_is(&fb, AMK_METRIC_runs, 1);
	}
}

static u64 touched_pages, touched_bytes;

static void count_touched(const char *p, u64 size)
{
	const char *page = (const char *)((uintptr_t)p & ~(uintptr_t)4095);
	u64 i;

	touched_pages = touched_bytes = 0;
	for (; page < p + size; page += 4096)
		touched_pages += fake_touched(page);
	for (i = 0; i < size; i++)
		touched_bytes += p[i] != 0;
}

/* One byte in each page, and the last one: nothing more, for the rest is not what is measured. */
static void touch_is(u32 skew, u64 size, u64 pages, u64 bytes)
{
	fake_block_reset(&fb, "touch", size);
	fb.request.iteration_ticks = 1000;
	fb.request.iterations = 1;
	fake.align_bytes = 4096;
	fake.skew_bytes = skew;
	fake.at_release = count_touched;
	run_ok();
	assert_int_equal(touched_pages, pages);
	assert_int_equal(touched_bytes, bytes);
}

static void test_touch_reaches_every_page(void **state)
{
	(void)state;
	touch_is(0, 1, 1, 1);
	touch_is(0, 4096, 1, 2);
	touch_is(0, 4097, 2, 2);
	touch_is(0, 3 * 4096, 3, 4);
	touch_is(16, 2 * 4096, 3, 3);
	touch_is(4095, 2, 2, 2);
}

static void test_contig_lookup_fails(void **state)
{
	static const struct fake_frame forbidden[] = { { 0, 1, 12 }, { -EPERM, 0, 0 } };
	static const struct fake_frame broken[] = { { 0, 1, 12 }, { -EIO, 0, 0 } };

	(void)state;
	reset_contig(2 * 4096, forbidden, 2);
	fake_block_run(&fb);
	fake_block_ended(&fb, AMK_STATUS_SKIP, AMK_REASON_NO_PAGEMAP, 0);
	reset_contig(2 * 4096, broken, 2);
	fake_block_run(&fb);
	fake_block_ended(&fb, AMK_STATUS_MEASURE_FAILED, AMK_REASON_LOOKUP, -EIO);
}

/* Follows the chase that is being timed once around, noting the place of each line. */
static u32 chase_follow(void **from, u64 *offset, u32 max)
{
	void **at = from;
	u32 n = 0;

	do {
		assert_true((char *)at >= fake.last);
		assert_true((char *)at + 64 <= fake.last + fake.last_size);
		assert_int_equal((uintptr_t)at % 64, 0);
		assert_in_range(n, 0, max - 1);
		offset[n++] = (u64)((char *)at - fake.last);
		at = *at;
	} while (at != from);
	return n;
}

/* Between two timed iterations of a lane; at its ends, another pass may have begun. */
static bool timing(const struct amk_block *block, u32 lane)
{
	u32 n = block->result->lane[lane].nr_iterations;

	return n && n < block->request->iterations;
}

static u32 lines_seen[2];
static u64 skew_to_line;
static void **chased; /* where the last look found the chase */

static void check_chase(struct amk_block *block)
{
	u64 offset[LINES_MAX];
	u8 seen[LINES_MAX] = { 0 };
	u32 i, n, at, last = 0, forward = 0, lane = block->result->lane[1].nr_iterations != 0;

	if (!timing(block, lane))
		return;
	n = chase_follow(block->chase_at, offset, AMK_ARRAY_SIZE(offset));
	/* Each iteration goes on where the last one came to. */
	if (block->result->lane[lane].nr_iterations > 1)
		assert_ptr_equal(block->chase_at, *chased);
	chased = block->chase_at;
	lines_seen[lane] = n;
	for (i = 0; i < n; i++) {
		offset[i] -= skew_to_line;
		at = (u32)(offset[i] / (lane ? 64 : 4096));
		assert_in_range(at, 0, n - 1);
		assert_int_equal(seen[at]++, 0);
		/* Lines do not all fall into the same cache sets. */
		if (!lane)
			assert_int_equal(offset[i] % 4096, at % 64 * 64);
		forward += i && at == (last + 1) % n;
		last = at;
	}
	/* A prefetcher must not guess the way: of a random cycle one step leads to a neighbour. */
	if (n >= 64)
		assert_in_range(forward, 0, n / 8);
}

static void chase_is(u64 size, u32 skew, u32 lines)
{
	fake_block_reset(&fb, "chase", size);
	fake.ramp_ns = 1000000; /* one load fills an iteration */
	fb.request.block_ticks = ~0ULL;
	fake.skew_bytes = skew;
	fake.at_stop = check_chase;
	skew_to_line = (64 - skew % 64) % 64;
	lines_seen[0] = lines_seen[1] = 0;
	run_ok();
	assert_int_equal(lines_seen[0], lines);
	assert_int_equal(lines_seen[1], lines);
}

static void test_chase_visits_every_line(void **state)
{
	(void)state;
	chase_is(8192, 0, 2);
	chase_is(16 * 4096, 0, 16);
	chase_is(16 * 4096 + 1024, 0, 16);
	chase_is(16 * 4096 + 1088, 0, 17); /* line 16 of page 16 ends here */
	chase_is(16 * 4096 + 1087, 0, 16);
	chase_is(64 * 4096, 0, 64);
	chase_is(64 * 4096 + 64, 0, 65); /* line 0 again */
	chase_is(16 * 4096, 16, 16);
	chase_is(16 * 4096 + 1088 + 48, 16, 17);
	chase_is(16 * 4096 + 1088 + 47, 16, 16);
	chase_is(8192, 63, 2);
}

static void test_chase_fits_its_table(void **state)
{
	static const u64 size[] = { 200 * 4096, 128 * 4096 + 64 }; /* 200 lines, and 129 */
	u32 i;

	(void)state;
	for (i = 0; i < AMK_ARRAY_SIZE(size); i++) {
		fake_block_reset(&fb, "chase", size[i]);
		fb.block.slots_max = 128;
		fake.ramp_ns = 1000000;
		fb.request.block_ticks = ~0ULL;
		fb.order[128] = 0xdead;
		/* A part of the range is not chased in the name of the whole. */
		fake_block_run(&fb);
		fake_block_ended(&fb, AMK_STATUS_SKIP, AMK_REASON_TOO_LARGE, 0);
		assert_int_equal(fb.order[128], 0xdead);
	}
}

static u64 written_bytes, copied_bytes;

static void check_stream(struct amk_block *block)
{
	char *p = block->range;
	u64 i, half = fake.last_size / 2;

	if (timing(block, 0)) {
		for (i = 1; i < fake.last_size && p[i] == p[0]; i++)
			;
		written_bytes = i;
		p[0] ^= 1; /* each pass has to begin at the first byte again */
	}
	if (timing(block, 1)) {
		copied_bytes = memcmp(p, p + half, half) ? 0 : half;
		p[0] ^= 1;
		p[half - 1] ^= 2;
	}
}

static void test_stream_covers_the_range(void **state)
{
	u64 size;

	(void)state;
	for (size = 4096; size <= 4099; size++) {
		fake_block_reset(&fb, "stream", size);
		fake.ramp_ns = 1000000; /* one pass fills an iteration */
		fb.request.block_ticks = ~0ULL;
		fake.at_stop = check_stream;
		written_bytes = copied_bytes = 0;
		run_ok();
		assert_int_equal(written_bytes, size);
		assert_int_equal(copied_bytes, size / 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_contig_counts_runs),
		cmocka_unit_test(test_contig_counts_levels),
		cmocka_unit_test(test_contig_without_levels),
		cmocka_unit_test(test_contig_usable),
		cmocka_unit_test(test_contig_touches_every_page),
		cmocka_unit_test(test_contig_lookup_fails),
		cmocka_unit_test(test_touch_reaches_every_page),
		cmocka_unit_test(test_chase_visits_every_line),
		cmocka_unit_test(test_chase_fits_its_table),
		cmocka_unit_test(test_stream_covers_the_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
