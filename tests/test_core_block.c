// SPDX-License-Identifier: GPL-2.0-only
/*
 * The block driver: whatever call of the allocator is refused and whenever the side says stop,
 * nothing leaks and the status says what happened; bursts hold and free what they say.
 */
#include "test_core_fake.h"

#define BATCH 5

static struct fake_block fb;

/* By a huge entry, so that there is something to map a second time, by small ones. */
static const struct fake_frame frames[4] = { { 0, 10, 21 },
					     { 0, 11, 21 },
					     { 0, 12, 21 },
					     { 0, 13, 21 } };
static const struct fake_frame aliased[4] = { { 0, 10, 12 },
					      { 0, 11, 12 },
					      { 0, 12, 12 },
					      { 0, 13, 12 } };

/* A block of few calls, so that each call can be the one that fails. */
static bool is(const struct amk_workload *w, enum amk_workload_id id)
{
	return w == &amk_workloads[id];
}

static void reset_small(const struct amk_workload *w, bool bulk)
{
	fake_block_reset(&fb, w->name, w->least_bytes > 64 ? w->least_bytes : 64);
	fb.request.iteration_ticks = 2000;
	fb.request.iterations = 4;
	fb.request.warmup = 1;
	fb.request.batch = BATCH;
	fb.request.each_max = 32;
	/* As many as fit are allocated by overhead: here 256. */
	fb.request.mem_max = is(w, AMK_WORKLOAD_ID_overhead) ? 1 << 14 : 1 << 20;
	fake.limit_bytes = 300000;
	fake.ramp_ns = 400; /* one operation fills an iteration where none of them takes time */
	fake.frames = frames;
	fake.nr_frames = AMK_ARRAY_SIZE(frames);
	fake.aliased_frames = aliased;
	if (bulk)
		fb.block.impl = &amk_user_fake_bulk;
}

/* limit takes a refusal for the limit; zero goes on with what it got, if it got something twice. */
static bool copes(const struct amk_workload *w)
{
	if (is(w, AMK_WORKLOAD_ID_zero))
		return fake.refuse_on ? fake.refuse_at > BATCH + 1 : fake.refuse_at != BATCH + 1;
	return is(w, AMK_WORKLOAD_ID_limit);
}

static void check_refused(const struct amk_workload *w)
{
	if (fake.refuse_at == 1)
		fake_block_ended(&fb, AMK_STATUS_REFUSED, AMK_REASON_NONE, 0);
	else if (copes(w))
		fake_block_ended(&fb, AMK_STATUS_OK, AMK_REASON_NONE, 0);
	else
		fake_block_ended(&fb, AMK_STATUS_MEASURE_FAILED, AMK_REASON_REFUSED_MIDWAY,
				 -ENOMEM);
	/* Nobody asks again after a refusal that ends the block; to zero the first one is none. */
	if (!copes(w) && !is(w, AMK_WORKLOAD_ID_zero))
		assert_int_equal(fake.allocs, fake.refuse_at);
}

static void refuse_each(const struct amk_workload *w, bool bulk, bool on)
{
	u64 k, calls;

	reset_small(w, bulk);
	fake_block_run(&fb);
	fake_block_ended(&fb, AMK_STATUS_OK, AMK_REASON_NONE, 0);
	calls = fake.allocs;
	for (k = 1; k <= calls; k++) {
		reset_small(w, bulk);
		fake.refuse_at = k;
		fake.refuse_on = on;
		fake_block_run(&fb);
		check_refused(w);
	}
	reset_small(w, bulk);
	fake.refuse_at = calls + 1;
	fake.refuse_on = on;
	fake_block_run(&fb);
	fake_block_ended(&fb, AMK_STATUS_OK, AMK_REASON_NONE, 0);
}

/* Here and below: what is evidence needs sides of its own, as in test_core_evidence. */
static void test_every_call_refused(void **state)
{
	u32 i;

	(void)state;
	for (i = 0; i < AMK_NR_WORKLOADS; i++) {
		if (amk_workloads[i].flags & AMK_WORKLOAD_EVIDENCE)
			continue;
		refuse_each(&amk_workloads[i], false, false);
		refuse_each(&amk_workloads[i], false, true);
		refuse_each(&amk_workloads[i], true, false);
		refuse_each(&amk_workloads[i], true, true);
	}
}

static void stop_each(const struct amk_workload *w, bool bulk)
{
	u64 k, stops;

	reset_small(w, bulk);
	fake_block_run(&fb);
	stops = fake.stops;
	/* contig is short and has none. */
	assert_true(stops || is(w, AMK_WORKLOAD_ID_contig));
	for (k = 1; k <= stops; k++) {
		reset_small(w, bulk);
		fake.stop_at = k;
		fake_block_run(&fb);
		assert_int_equal(fake.stops, k);
		fake_block_ended(&fb, AMK_STATUS_MEASURE_FAILED, AMK_REASON_STOPPED, -EINTR);
	}
}

static void test_stopped_at_every_call(void **state)
{
	u32 i;

	(void)state;
	for (i = 0; i < AMK_NR_WORKLOADS; i++) {
		if (amk_workloads[i].flags & AMK_WORKLOAD_EVIDENCE)
			continue;
		stop_each(&amk_workloads[i], false);
		stop_each(&amk_workloads[i], true);
	}
}

/* Between two looks at the side lies no more than one timed loop of about the aim. */
static u64 looked_at, longest;

static void note_look(struct amk_block *block)
{
	(void)block;
	if (looked_at && fake.now_ns - looked_at > longest)
		longest = fake.now_ns - looked_at;
	looked_at = fake.now_ns;
}

static void test_the_side_is_asked_often(void **state)
{
	(void)state;
	fake_block_reset(&fb, "pair", 64);
	looked_at = 0;
	longest = 0;
	fake.at_stop = note_look;
	fake_block_run(&fb);
	assert_in_range(longest, 100000, 2 * 400000);
}

static void setup_fails(int error, u32 needs, enum amk_status status, enum amk_reason reason)
{
	fake_block_reset(&fb, "pair", 64);
	fake.setup_error = error;
	fb.strategy.needs = needs;
	fake_block_run(&fb);
	fake_block_ended(&fb, status, reason, status == AMK_STATUS_SKIP ? 0 : error);
	assert_int_equal(fake.teardowns, 0);
	assert_int_equal(fake.allocs, 0);
}

static void test_setup_fails(void **state)
{
	(void)state;
	setup_fails(-ENOMEM, 0, AMK_STATUS_SETUP_FAILED, AMK_REASON_SETUP);
	setup_fails(-EOPNOTSUPP, 0, AMK_STATUS_SKIP, AMK_REASON_NOT_IN_KERNEL);
	setup_fails(-EOPNOTSUPP, AMK_NEED_VMALLOC_HUGE, AMK_STATUS_SKIP, AMK_REASON_NOT_IN_KERNEL);
	setup_fails(-EOPNOTSUPP, AMK_NEED_HUGETLB_2M, AMK_STATUS_SKIP, AMK_REASON_NO_HUGETLB);
	setup_fails(-EOPNOTSUPP, AMK_NEED_HUGETLB_1G, AMK_STATUS_SKIP, AMK_REASON_NO_HUGETLB);
	setup_fails(-EOPNOTSUPP, AMK_NEED_THP, AMK_STATUS_SKIP, AMK_REASON_NO_THP);
	setup_fails(-EOPNOTSUPP, AMK_NEED_DMA_ZONE, AMK_STATUS_SKIP, AMK_REASON_NO_DMA_ZONE);
	setup_fails(-EOPNOTSUPP, AMK_NEED_DMA32_ZONE, AMK_STATUS_SKIP, AMK_REASON_NO_DMA_ZONE);
}

/* What an earlier block left in the struct must not decide how the next one ends. */
static void test_a_block_can_be_used_again(void **state)
{
	(void)state;
	fake_block_reset(&fb, "pair", 64);
	fake.refuse_at = 10;
	fake_block_run(&fb);
	assert_int_equal(fb.result.status, AMK_STATUS_MEASURE_FAILED);
	fb.block.ready = true;
	memset(&fb.result, 0, sizeof(fb.result));
	fake_block_run(&fb);
	fake_block_ended(&fb, AMK_STATUS_OK, AMK_REASON_NONE, 0);
}

static void batch_is(u32 batch)
{
	fake_block_run(&fb);
	fake_block_ended(&fb, AMK_STATUS_OK, AMK_REASON_NONE, 0);
	assert_int_equal(fb.result.batch, batch);
	assert_int_equal(fake.live_max, batch);
	assert_int_equal(fb.result.lane[0].ops % batch, 0);
	assert_int_equal(fb.result.lane[1].ops, fb.result.lane[0].ops);
}

static void test_batch_is_clamped(void **state)
{
	(void)state;
	fake_block_reset(&fb, "burst-fifo", 64);
	fb.request.batch = 100;
	batch_is(100);
	fake_block_reset(&fb, "burst-fifo", 100);
	fb.request.batch = 100;
	fb.request.mem_max = 7 * 128 + 127;
	batch_is(7);
	fake_block_reset(&fb, "burst-fifo", 100);
	fb.request.batch = 8;
	fb.request.mem_max = 7 * 128 + 127;
	batch_is(7);
	fake_block_reset(&fb, "burst-fifo", 64);
	fb.request.batch = FAKE_SLOTS + 1;
	batch_is(FAKE_SLOTS);
	fake_block_reset(&fb, "burst-fifo", 64);
	fb.request.batch = 100;
	fb.request.mem_max = 64;
	batch_is(1);
}

/* Numbers within their batch of the objects freed last, in the order of freeing. */
static void last_burst(const char *workload, u64 seed, u32 each_max, u32 *order)
{
	u32 i;

	fake_block_reset(&fb, workload, 64);
	fb.request.batch = 32;
	fb.request.seed = seed;
	fb.request.each_max = each_max;
	fake_block_run(&fb);
	fake_block_ended(&fb, AMK_STATUS_OK, AMK_REASON_NONE, 0);
	for (i = 0; i < 32; i++)
		order[i] = fake_released(31 - i) - (u32)(fake.given - 32);
}

static void check_orders(u32 each_max)
{
	u32 order[32], again[32], seen = 0;
	u32 i;

	last_burst("burst-fifo", 1, each_max, order);
	for (i = 0; i < 32; i++)
		assert_int_equal(order[i], i);
	last_burst("burst-lifo", 1, each_max, order);
	for (i = 0; i < 32; i++)
		assert_int_equal(order[i], 31 - i);
	last_burst("burst-shuffled", 1, each_max, order);
	for (i = 0; i < 32; i++)
		seen |= 1U << order[i];
	assert_int_equal(seen, ~0U);
	last_burst("burst-shuffled", 1, each_max, again);
	assert_memory_equal(order, again, sizeof(order));
	last_burst("burst-shuffled", 2, each_max, again);
	assert_memory_not_equal(order, again, sizeof(order));
}

static void test_release_orders(void **state)
{
	(void)state;
	check_orders(0); /* ends with a timed burst */
	check_orders(64); /* ends with a burst timed one by one */
}

static void test_bulk_is_used(void **state)
{
	(void)state;
	fake_block_reset(&fb, "burst-fifo", 64);
	fb.block.impl = &amk_user_fake_bulk;
	fb.request.batch = 40;
	batch_is(40);
	/* 16 + 16 + 8 objects, both ways; the first object is asked for by itself. */
	assert_int_equal(fake.bulk_calls, (fake.given - 1) / 40 * 6);
}

static void test_bulk_share(void **state)
{
	(void)state;
	fake_block_reset(&fb, "burst-fifo", 64);
	fb.block.impl = &amk_user_fake_bulk;
	fb.request.batch = 16;
	fake_block_run(&fb);
	/* A call of 16 objects and the clock, 16 * 50 + 20: each its 50, and the clock's 20. */
	assert_int_equal(fb.result.lane[0].hist_clean[50 + 20], fb.result.lane[0].each_ops);
	assert_int_equal(fb.result.lane[1].hist_clean[30 + 20], fb.result.lane[1].each_ops);
	assert_int_equal(fb.result.lane[0].each_ops, 256);
}

static void test_values_end_at_their_table(void **state)
{
	u32 i;

	(void)state;
	fake_block_reset(&fb, "contig", 64);
	for (i = 0; i < AMK_VALUES_MAX + 3; i++)
		amk_block_value(&fb.block, AMK_METRIC_limit, i);
	assert_int_equal(fb.result.nr_values, AMK_VALUES_MAX);
	for (i = 0; i < AMK_VALUES_MAX; i++)
		assert_int_equal(fb.result.value[i].value, i);
	assert_int_equal(fb.result.run_order[0], 0);
}

static void test_lanes_are_named(void **state)
{
	const struct amk_workload *w;
	u32 i, j;

	(void)state;
	for (i = 0; i < AMK_NR_WORKLOADS; i++) {
		if (amk_workloads[i].flags & AMK_WORKLOAD_EVIDENCE)
			continue;
		w = &amk_workloads[i];
		reset_small(w, false);
		fake_block_run(&fb);
		for (j = 0; j < AMK_LANES_MAX && w->lane[j] != AMK_METRIC_none; j++) {
			assert_string_equal(fb.result.lane[j].metric, amk_metrics[w->lane[j]].name);
			assert_int_equal(fb.result.lane[j].nr_iterations, 4);
		}
		assert_int_equal(fb.result.nr_lanes, j);
		for (; j < AMK_LANES_MAX; j++)
			assert_string_equal(fb.result.lane[j].metric, "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_call_refused),
		cmocka_unit_test(test_stopped_at_every_call),
		cmocka_unit_test(test_the_side_is_asked_often),
		cmocka_unit_test(test_setup_fails),
		cmocka_unit_test(test_a_block_can_be_used_again),
		cmocka_unit_test(test_batch_is_clamped),
		cmocka_unit_test(test_release_orders),
		cmocka_unit_test(test_bulk_is_used),
		cmocka_unit_test(test_bulk_share),
		cmocka_unit_test(test_values_end_at_their_table),
		cmocka_unit_test(test_lanes_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
