// SPDX-License-Identifier: GPL-2.0-only
/*
 * Several threads that run one workload, on the side of test_core_team_fake.h.
 */
#include "test_core_team_fake.h"

#include "lib/core/histogram.h"

/* ---- what is timed ---- */

static void test_mean_and_sum(void **state)
{
	u32 threads, i;

	(void)state;
	for (threads = 1; threads <= 5; threads++) {
		const struct amk_lane *lane = &fake_result.lane[0];
		u64 mean_op =
			FAKE_OP_NS * (threads + 1); /* 2 FAKE_OP_NS (1 + ... + threads) / threads */
		u64 rate = 0;

		fake_prepare("pair", threads);
		fake_ended(AMK_STATUS_OK, AMK_REASON_NONE);
		assert_int_equal(lane->slope, 0);
		assert_int_equal(lane->nr_iterations, 5);
		for (i = 0; i < 5; i++)
			assert_int_equal(lane->iteration[i].ticks_n,
					 lane->ops * mean_op + FAKE_READING_NS);
		/* Around the region there is one reading more on either side. */
		for (i = 0; i < threads; i++)
			rate += lane->ops * 1000000000ULL /
				(lane->ops * 2 * FAKE_OP_NS * (i + 1) + 3 * FAKE_READING_NS);
		assert_in_range(fake_throughput()->value, rate - threads, rate + threads);
	}
}

static void test_singles_of_all(void **state)
{
	u32 i;

	(void)state;
	fake_prepare("pair", 3);
	fake_ended(AMK_STATUS_OK, AMK_REASON_NONE);
	assert_int_equal(fake_result.lane[0].each_ops, 3 * 64);
	assert_int_equal(fake_hist_sum(&fake_result.lane[0]), 3 * 64);
	for (i = 1; i <= 3; i++)
		assert_int_equal(fake_result.lane[0].hist_clean[amk_hist_index(2 * FAKE_OP_NS * i +
									       FAKE_READING_NS)],
				 64);
	/* Where one operation fills an iteration, the iterations are the sample: of all threads. */
	fake_prepare("pair", 3);
	fake_request.iteration_ticks = 200;
	fake_ended(AMK_STATUS_OK, AMK_REASON_NONE);
	assert_int_equal(fake_result.lane[0].ops, 1);
	assert_int_equal(fake_result.lane[0].each_ops, 3 * 5);
}

static void test_together(void **state)
{
	static const char *const workloads[] = { "pair", "burst-fifo", "burst-shuffled" };
	u32 i;

	(void)state;
	for (i = 0; i < AMK_ARRAY_SIZE(workloads); i++) {
		fake_prepare(workloads[i], 3);
		fake_request.iteration_ticks = 20000;
		fake.waits = true;
		fake_ended(AMK_STATUS_OK, AMK_REASON_NONE);
	}
}

static void test_remote(void **state)
{
	u32 threads, bulk;

	(void)state;
	for (bulk = 0; bulk < 2; bulk++) {
		for (threads = 1; threads <= 5; threads++) {
			fake_prepare("remote", threads);
			fake_block.impl = bulk ? &amk_user_team_bulk : &amk_user_team;
			fake_ended(AMK_STATUS_OK, AMK_REASON_NONE);
			assert_int_equal(fake.foreign, 0);
			assert_int_equal(fake_result.batch, 20);
			assert_int_equal(fake_result.lane[0].ops % 20, 0);
			assert_int_equal(fake_result.lane[1].ops, fake_result.lane[0].ops);
			assert_string_equal(fake_result.lane[1].metric, "lat_free_remote");
			assert_int_equal(fake_hist_sum(&fake_result.lane[0]),
					 fake_hist_sum(&fake_result.lane[1]));
			assert_int_equal(fake_result.lane[0].each_ops % (20 * threads), 0);
			assert_true(fake_throughput()->value);
		}
	}
}

/* ---- what goes wrong ---- */

static void test_refused_midway(void **state)
{
	static const char *const workloads[] = { "pair", "burst-lifo", "remote" };
	u32 i, bulk;
	u64 at;

	(void)state;
	for (i = 0; i < AMK_ARRAY_SIZE(workloads); i++) {
		for (at = 2; at < 1000; at = at * 4 + 1) {
			for (bulk = 0; bulk < 2; bulk++) {
				fake_prepare(workloads[i], 3);
				fake_block.impl = bulk ? &amk_user_team_bulk : &amk_user_team;
				fake_request.iterations = 3;
				fake.refuse_at = at;
				/* What comes after the last iteration may not be reached. */
				if (fake_run() == AMK_STATUS_OK)
					assert_true(fake.allocs < at);
				else
					assert_int_equal(fake_result.reason,
							 AMK_REASON_REFUSED_MIDWAY);
			}
		}
	}
}

static void test_stopped(void **state)
{
	u64 at;

	(void)state;
	for (at = 1; at < 30; at += 4) {
		fake_prepare("remote", 4);
		fake.stop_at = at;
		if (fake_run() != AMK_STATUS_OK)
			assert_int_equal(fake_result.reason, AMK_REASON_STOPPED);
		else
			assert_true(fake.stops < at);
	}
}

static void test_no_threads(void **state)
{
	(void)state;
	fake_prepare("pair", 2);
	fake.team_error = -ENODEV;
	fake_ended(AMK_STATUS_SKIP, AMK_REASON_CPU_ABSENT);
	fake_prepare("pair", 2);
	fake.team_error = -EAGAIN;
	fake_ended(AMK_STATUS_SETUP_FAILED, AMK_REASON_THREADS_FAILED);
	assert_int_equal(fake_result.error, -EAGAIN);
}

static void test_what_takes_threads(void **state)
{
	static const struct amk_side alone = { .stop = fake_stop };

	(void)state;
	fake_prepare("remote", 0);
	fake_ended(AMK_STATUS_SKIP, AMK_REASON_NO_THREADS);
	fake_prepare("chase", 2);
	fake_ended(AMK_STATUS_SKIP, AMK_REASON_NOT_SHARED);
	fake_prepare("pair", 2);
	fake_strategy.flags = AMK_STRATEGY_CALLER;
	fake_ended(AMK_STATUS_SKIP, AMK_REASON_NOT_SHARED);
	fake_prepare("pair", 1);
	fake_block.side = &alone;
	fake_ended(AMK_STATUS_SKIP, AMK_REASON_NOT_SHARED);
	fake_prepare("remote", 2);
	fake_strategy.flags = AMK_STRATEGY_PRIVATE;
	fake_ended(AMK_STATUS_SKIP, AMK_REASON_KEPT_PRIVATE);
}

static void test_private(void **state)
{
	(void)state;
	fake_prepare("burst-fifo", 3);
	fake_ended(AMK_STATUS_OK, AMK_REASON_NONE);
	assert_int_equal(fake.setups, 1);
	fake_prepare("burst-fifo", 3);
	fake_strategy.flags = AMK_STRATEGY_PRIVATE;
	fake_ended(AMK_STATUS_OK, AMK_REASON_NONE);
	assert_int_equal(fake.setups, 4);
}

/* A clock of instructions counts those of all CPUs: of one thread they say something, no rate. */
static void test_clock_of_instructions(void **state)
{
	(void)state;
	fake_prepare("pair", 1);
	fake_request.tick_khz = 0;
	fake_ended(AMK_STATUS_OK, AMK_REASON_NONE);
	assert_int_equal(fake_throughput()->status, AMK_STATUS_SKIP);
	assert_int_equal(fake_throughput()->reason, AMK_REASON_NO_TIME);
	fake_prepare("pair", 2);
	fake_request.tick_khz = 0;
	fake_ended(AMK_STATUS_SKIP, AMK_REASON_CLOCK_OF_ALL);
}

/* ---- bounds ---- */

static void test_memory_is_shared(void **state)
{
	(void)state;
	fake_prepare("burst-fifo", 4);
	fake_request.mem_max = 64 * 4 * 10;
	fake_ended(AMK_STATUS_OK, AMK_REASON_NONE);
	assert_int_equal(fake_result.batch, 10);
	/* Two batches are under way to each. */
	fake_prepare("remote", 4);
	fake_request.mem_max = 64 * 4 * 10;
	fake_ended(AMK_STATUS_OK, AMK_REASON_NONE);
	assert_int_equal(fake_result.batch, 5);
	fake_prepare("pair", 4);
	fake_request.mem_max = 64 * 3;
	fake_ended(AMK_STATUS_SKIP, AMK_REASON_OVER_MEMORY);
}

static void test_tables_are_bounded(void **state)
{
	u32 threads;

	(void)state;
	for (threads = 1; threads <= AMK_THREADS_MAX; threads *= 2) {
		fake_prepare("remote", threads);
		fake_request.batch = AMK_BATCH_MAX;
		assert_in_range(amk_team_bytes(&fake_request), threads * sizeof(struct amk_result),
				64U << 20);
		assert_in_range(amk_team_batch_max(&fake_request, true), 512, AMK_BATCH_MAX);
		assert_int_equal(amk_team_batch_max(&fake_request, false),
				 2 * amk_team_batch_max(&fake_request, true));
	}
	fake_prepare("pair", 0);
	assert_int_equal(amk_team_bytes(&fake_request), 0);
}

static void test_rate(void **state)
{
	static const u64 ops[] = { 1, 3, 1000, 1U << 26, 1ULL << 40 };
	static const u64 ticks[] = { 1, 7, 400000, 1ULL << 32, (1ULL << 40) - 1 };
	static const u32 khz[] = { 1, 999, 1000000, 2500000, AMK_TICK_KHZ_MAX };
	u32 i, j, k;

	(void)state;
	for (i = 0; i < AMK_ARRAY_SIZE(ops); i++)
		for (j = 0; j < AMK_ARRAY_SIZE(ticks); j++)
			for (k = 0; k < AMK_ARRAY_SIZE(khz); k++) {
				unsigned __int128 want =
					(unsigned __int128)ops[i] * khz[k] * 1000 / ticks[j];

				if (want >> 63)
					continue;
				assert_int_equal(amk_team_rate(ops[i], ticks[j], khz[k]),
						 (u64)want);
			}
	assert_int_equal(amk_team_rate(5, 0, 1000), 0);
	assert_int_equal(amk_team_rate(5, 1ULL << 41, 0), 0);
	/* Longer than ten minutes: near enough. */
	assert_in_range(amk_team_rate(1ULL << 30, 1ULL << 41, 1000000), 488000, 489000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mean_and_sum),
		cmocka_unit_test(test_singles_of_all),
		cmocka_unit_test(test_together),
		cmocka_unit_test(test_remote),
		cmocka_unit_test(test_refused_midway),
		cmocka_unit_test(test_stopped),
		cmocka_unit_test(test_no_threads),
		cmocka_unit_test(test_what_takes_threads),
		cmocka_unit_test(test_private),
		cmocka_unit_test(test_clock_of_instructions),
		cmocka_unit_test(test_memory_is_shared),
		cmocka_unit_test(test_tables_are_bounded),
		cmocka_unit_test(test_rate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
