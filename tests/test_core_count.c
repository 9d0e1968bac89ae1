// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counting around a loop: the counters here count allocations, and what their own start costs, so
 * that what must come out is known to the event.
 */
#include "test_core_fake.h"

#include "lib/core/count.h"

#define START_COUNTS 7 /* events that starting the counters adds */

static struct fake_block fb;

static struct {
	/* Set by the test. */
	int error[AMK_EVENTS_MAX]; /* of the events in the order of the request */
	u32 idle; /* bit i: event i is open and never runs */
	u64 shared; /* the counters run for one of so many ns */
	bool facade; /* open, running, and counting nothing */
	u64 stop_at; /* the start from which on stop() says so; 0: none */
	u32 lost_at; /* the start from which on they cannot be read: another has the PMU; 0: none */

	/* What happened. */
	u32 first[AMK_EVENTS_MAX], nr_open, opened, closed, starts;
	u64 allocs_at_start, ns_at_start;
	struct amk_reading total;
	bool on, bad_order;
} counters;

static u32 count_open(struct amk_block *block, const struct amk_event *event, u32 n, int *error)
{
	u32 at = (u32)(event - block->request->event), i;

	counters.bad_order |= counters.opened != counters.closed;
	counters.nr_open = 0;
	memset(&counters.total, 0, sizeof(counters.total));
	for (i = 0; i < n; i++) {
		error[i] = counters.error[at + i];
		if (!error[i])
			counters.first[counters.nr_open++] = at + i;
	}
	counters.opened += counters.nr_open != 0;
	return counters.nr_open;
}

static void count_start(struct amk_block *block)
{
	(void)block;
	counters.bad_order |= counters.on || counters.opened != counters.closed + 1;
	counters.on = true;
	counters.starts++;
	counters.total.count += START_COUNTS;
	counters.allocs_at_start = fake.allocs;
	counters.ns_at_start = fake.now_ns;
}

static void count_stop(struct amk_block *block)
{
	(void)block;
	counters.bad_order |= !counters.on;
	counters.on = false;
	fake.now_ns += 500;
	counters.total.count += fake.allocs - counters.allocs_at_start;
	counters.total.enabled_ns += fake.now_ns - counters.ns_at_start;
}

static void count_read(struct amk_block *block, struct amk_reading *reading)
{
	u32 i;

	(void)block;
	counters.bad_order |= counters.on;
	if (counters.lost_at && counters.starts >= counters.lost_at)
		return;
	for (i = 0; i < counters.nr_open; i++) {
		reading[i] = counters.total;
		reading[i].running_ns = reading[i].enabled_ns / counters.shared;
		if (counters.facade)
			reading[i].count = 0;
		if (counters.idle & 1U << counters.first[i])
			memset(&reading[i], 0, sizeof(reading[i]));
	}
}

static void count_close(struct amk_block *block)
{
	(void)block;
	counters.closed++;
}

static int count_stopped(struct amk_block *block)
{
	(void)block;
	return counters.stop_at && counters.starts >= counters.stop_at;
}

/* The fake side, with counters. */
static struct amk_side counting_side;

static void side_make(void)
{
	counting_side = fake_side;
	counting_side.stop = count_stopped;
	counting_side.count_open = count_open;
	counting_side.count_start = count_start;
	counting_side.count_stop = count_stop;
	counting_side.count_read = count_read;
	counting_side.count_close = count_close;
}

static void event_add(const char *metric, u32 type, u64 config, u32 group)
{
	struct amk_event *e = &fb.request.event[fb.request.nr_events++];

	strcpy(e->metric, metric);
	e->type = type;
	e->config = config;
	e->group = group;
}

static void reset(const char *workload, u64 size)
{
	fake_block_reset(&fb, workload, size);
	memset(&counters, 0, sizeof(counters));
	counters.shared = 1;
	side_make();
	fb.block.side = &counting_side;
}

static void run_ok(void)
{
	fake_block_run(&fb);
	fake_block_ended(&fb, AMK_STATUS_OK, AMK_REASON_NONE, 0);
	assert_false(counters.bad_order);
	assert_false(counters.on);
	assert_int_equal(counters.opened, counters.closed);
}

static const struct amk_count *count_of(const char *metric, u32 lane)
{
	u32 i;

	for (i = 0; i < fb.result.nr_counts; i++)
		if (fb.result.count[i].lane == lane && !strcmp(fb.result.count[i].metric, metric))
			return &fb.result.count[i];
	fail_msg("no count of %s", metric);
	return NULL;
}

/* Every pair of @c counts @per_op events an operation, and what starting counts in both runs. */
static void counts_are(const struct amk_count *c, u64 per_op)
{
	u32 i;

	assert_int_equal(c->status, AMK_STATUS_OK);
	assert_in_range(c->nr_pairs, 1, AMK_COUNT_PAIRS_MAX);
	assert_true(c->ops_high > c->ops_low);
	for (i = 0; i < c->nr_pairs; i++) {
		assert_int_equal(c->pair[i].count_low, c->ops_low * per_op + START_COUNTS);
		assert_int_equal(c->pair[i].count_high, c->ops_high * per_op + START_COUNTS);
		assert_true(c->pair[i].enabled_ns > 0);
	}
}

static void skipped(const char *metric, enum amk_reason reason)
{
	const struct amk_count *c = count_of(metric, 0);

	assert_int_equal(c->status, AMK_STATUS_SKIP);
	assert_int_equal(c->reason, reason);
	assert_int_equal(c->nr_pairs, 0);
}

static void test_slope_is_the_loop(void **state)
{
	(void)state;
	reset("pair", 64);
	event_add("page_faults", AMK_EVENT_SOFTWARE, 2, 0);
	event_add("cycles", AMK_EVENT_HARDWARE, 0, 1);
	run_ok();
	assert_int_equal(fb.result.nr_counts, 2);
	counts_are(count_of("page_faults", 0), 1);
	counts_are(count_of("cycles", 0), 1);
	assert_int_equal(count_of("cycles", 0)->nr_pairs, 3);
	/* Software events need few operations, a processor's more. */
	assert_true(count_of("page_faults", 0)->ops_high < count_of("cycles", 0)->ops_low);
}

/* What was timed is the same with counters and without: they are on only afterwards. */
static void test_timed_region_is_free_of_it(void **state)
{
	struct amk_lane plain;

	(void)state;
	reset("pair", 64);
	run_ok();
	assert_int_equal(fb.result.nr_counts, 0);
	plain = fb.result.lane[0];
	reset("pair", 64);
	event_add("cycles", AMK_EVENT_HARDWARE, 0, 0);
	run_ok();
	assert_memory_equal(&plain, &fb.result.lane[0], sizeof(plain));
}

static void test_bursts_count_objects(void **state)
{
	(void)state;
	reset("burst-lifo", 64);
	fb.request.batch = 8;
	event_add("page_faults", AMK_EVENT_SOFTWARE, 2, 0);
	run_ok();
	assert_int_equal(fb.result.nr_counts, 1);
	counts_are(count_of("page_faults", 0), 1);
	assert_int_equal(count_of("page_faults", 0)->ops_high % 8, 0);
}

/* One operation that fills an iteration is counted against an empty run, and once. */
static void test_slow_operation(void **state)
{
	const struct amk_count *c;

	(void)state;
	reset("pair", 64);
	fake.alloc_ns = 1000000;
	event_add("page_faults", AMK_EVENT_SOFTWARE, 2, 0);
	run_ok();
	c = count_of("page_faults", 0);
	assert_int_equal(c->ops_low, 0);
	assert_int_equal(c->ops_high, 1);
	assert_int_equal(c->nr_pairs, 1);
	counts_are(c, 1);
}

static void test_both_loops_of_chase(void **state)
{
	(void)state;
	reset("chase", 65536);
	event_add("dtlb_loads", AMK_EVENT_CACHE, 3, 0);
	run_ok();
	assert_int_equal(fb.result.nr_counts, 2);
	counts_are(count_of("dtlb_loads", 0), 0);
	counts_are(count_of("dtlb_loads", 1), 0);
}

static void test_why_not(void **state)
{
	static const struct {
		int error;
		enum amk_reason reason;
	} why[] = {
		{ -ENOENT, AMK_REASON_EVENT_ABSENT },  { -EACCES, AMK_REASON_EVENT_DENIED },
		{ -EPERM, AMK_REASON_EVENT_DENIED },   { -EBUSY, AMK_REASON_EVENT_BUSY },
		{ -EINVAL, AMK_REASON_EVENT_INVALID }, { -EMFILE, AMK_REASON_EVENT_FAILED },
		{ -ENOSYS, AMK_REASON_NO_COUNTERS },   { -EOPNOTSUPP, AMK_REASON_EVENT_UNSUPPORTED }
	};
	u32 i;

	(void)state;
	for (i = 0; i < AMK_ARRAY_SIZE(why); i++) {
		reset("pair", 64);
		event_add("cycles", AMK_EVENT_HARDWARE, 0, 0);
		event_add("walks", AMK_EVENT_RAW, 1, 0);
		event_add("instructions", AMK_EVENT_HARDWARE, 1, 0);
		counters.error[1] = why[i].error;
		run_ok();
		counts_are(count_of("cycles", 0), 1);
		counts_are(count_of("instructions", 0), 1);
		skipped("walks", why[i].reason);
	}
}

static void test_side_without_counters(void **state)
{
	(void)state;
	reset("pair", 64);
	fb.block.side = &fake_side;
	event_add("cycles", AMK_EVENT_HARDWARE, 0, 0);
	run_ok();
	skipped("cycles", AMK_REASON_NO_COUNTERS);
}

/* A counter that never ran has counted nothing, which is not the same as 0. */
static void test_idle_counter(void **state)
{
	(void)state;
	reset("pair", 64);
	event_add("cycles", AMK_EVENT_HARDWARE, 0, 0);
	event_add("instructions", AMK_EVENT_HARDWARE, 1, 0);
	counters.idle = 1U << 1;
	run_ok();
	counts_are(count_of("cycles", 0), 1);
	skipped("instructions", AMK_REASON_EVENT_IDLE);
}

/* One that loses its place on the way: half of a pair is no count either. */
static void test_lost_counter(void **state)
{
	u32 at;

	(void)state;
	/* The first start is the warm-up's; three pairs follow. */
	for (at = 2; at <= 7; at++) {
		reset("pair", 64);
		event_add("cycles", AMK_EVENT_HARDWARE, 0, 0);
		counters.lost_at = at;
		run_ok();
		skipped("cycles", AMK_REASON_EVENT_IDLE);
	}
}

static void test_shared_counter_tells(void **state)
{
	const struct amk_count *c;

	(void)state;
	reset("pair", 64);
	counters.shared = 4;
	event_add("cycles", AMK_EVENT_HARDWARE, 0, 0);
	run_ok();
	c = count_of("cycles", 0);
	assert_in_range(c->pair[0].running_ns, c->pair[0].enabled_ns / 4 - 2,
			c->pair[0].enabled_ns / 4 + 2);
}

static void test_stop_ends_counting(void **state)
{
	(void)state;
	reset("pair", 64);
	event_add("cycles", AMK_EVENT_HARDWARE, 0, 0);
	counters.stop_at = 3;
	fake_block_run(&fb);
	fake_block_ended(&fb, AMK_STATUS_MEASURE_FAILED, AMK_REASON_STOPPED, -EINTR);
	assert_int_equal(counters.opened, counters.closed);
}

static void test_refusal_while_counting(void **state)
{
	u64 timed;

	(void)state;
	reset("pair", 64);
	run_ok();
	timed = fake.allocs;
	reset("pair", 64);
	fake.refuse_at = timed + 10;
	event_add("cycles", AMK_EVENT_HARDWARE, 0, 0);
	fake_block_run(&fb);
	fake_block_ended(&fb, AMK_STATUS_MEASURE_FAILED, AMK_REASON_REFUSED_MIDWAY, -ENOMEM);
	assert_int_equal(counters.opened, counters.closed);
}

static void test_probe(void **state)
{
	(void)state;
	reset("pair", 64);
	fb.request.flags = AMK_REQUEST_DRY;
	event_add("page_faults", AMK_EVENT_SOFTWARE, 2, 0);
	event_add("cycles", AMK_EVENT_HARDWARE, 0, 1);
	counters.error[1] = -ENOENT;
	run_ok();
	assert_int_equal(fake.allocs, 0);
	assert_int_equal(count_of("page_faults", 0)->status, AMK_STATUS_OK);
	assert_int_equal(count_of("page_faults", 0)->pair[0].count_low, START_COUNTS);
	skipped("cycles", AMK_REASON_EVENT_ABSENT);
	/* Starting and stopping takes 500 ns here, reading the clock 20. */
	assert_in_range(fb.result.count_overhead_ticks, 500, 560);
}

/* Cycles that stand still while work is done come from no processor. */
static void test_probe_finds_a_facade(void **state)
{
	(void)state;
	reset("pair", 64);
	fb.request.flags = AMK_REQUEST_DRY;
	event_add("cycles", AMK_EVENT_HARDWARE, 0, 0);
	event_add("page_faults", AMK_EVENT_SOFTWARE, 2, 1);
	counters.facade = true;
	run_ok();
	skipped("cycles", AMK_REASON_EVENT_IDLE);
	assert_int_equal(count_of("page_faults", 0)->status, AMK_STATUS_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slope_is_the_loop),
		cmocka_unit_test(test_timed_region_is_free_of_it),
		cmocka_unit_test(test_bursts_count_objects),
		cmocka_unit_test(test_slow_operation),
		cmocka_unit_test(test_both_loops_of_chase),
		cmocka_unit_test(test_why_not),
		cmocka_unit_test(test_side_without_counters),
		cmocka_unit_test(test_idle_counter),
		cmocka_unit_test(test_lost_counter),
		cmocka_unit_test(test_shared_counter_tells),
		cmocka_unit_test(test_stop_ends_counting),
		cmocka_unit_test(test_refusal_while_counting),
		cmocka_unit_test(test_probe),
		cmocka_unit_test(test_probe_finds_a_facade),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
