// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a request may say: each field taken out of its bounds by itself is refused, each bound
 * itself is taken, and a refused request touches nothing.
 */
#include "test_core_fake.h"

static struct fake_block fb;

static int reset(void **state)
{
	(void)state;
	fake_block_reset(&fb, "pair", 64);
	return 0;
}

static void check(const struct amk_request *r, int want)
{
	assert_int_equal(amk_request_check(r), want);
}

#define REFUSED(field, value)                      \
	do {                                       \
		struct amk_request r = fb.request; \
		r.field = value;                   \
		check(&r, -EINVAL);                \
	} while (0)

#define TAKEN(field, value)                        \
	do {                                       \
		struct amk_request r = fb.request; \
		r.field = value;                   \
		check(&r, 0);                      \
	} while (0)

static void test_sane_is_taken(void **state)
{
	(void)state;
	check(&fb.request, 0);
}

static void test_out_of_bounds_is_refused(void **state)
{
	(void)state;
	REFUSED(size_of, sizeof(struct amk_request) - 1);
	REFUSED(size_of, sizeof(struct amk_request) + 1);
	REFUSED(version, AMK_ABI_VERSION - 1);
	REFUSED(version, AMK_ABI_VERSION + 1);
	REFUSED(align, 3);
	REFUSED(align, ~0ULL);
	REFUSED(iteration_ticks, 0);
	REFUSED(iteration_ticks, AMK_ITERATION_TICKS_MAX + 1);
	REFUSED(clock_kind, AMK_CLOCK_CYCLE + 1);
	REFUSED(iterations, 0);
	REFUSED(iterations, AMK_ITERATIONS_MAX + 1);
	REFUSED(warmup, AMK_WARMUP_MAX + 1);
	REFUSED(batch, 0);
	REFUSED(batch, AMK_BATCH_MAX + 1);
	REFUSED(each_max, AMK_EACH_MAX + 1);
	REFUSED(flags, AMK_REQUEST_FLAGS + 1);
	REFUSED(nr_threads, AMK_THREADS_MAX + 1);
	REFUSED(nr_threads, 2); /* both on CPU 0 */
	REFUSED(cpu[0], 1); /* of no thread */
	REFUSED(cpu[AMK_THREADS_MAX - 1], 1);
	REFUSED(tick_khz, AMK_TICK_KHZ_MAX + 1);
	TAKEN(nr_threads, 1);
	TAKEN(tick_khz, AMK_TICK_KHZ_MAX);
	REFUSED(flags, 1U << 31);
	REFUSED(node, -2);
	REFUSED(node, AMK_NODE_MAX + 1);
}

static void test_bounds_are_taken(void **state)
{
	(void)state;
	TAKEN(size, ~0ULL);
	TAKEN(align, 0);
	TAKEN(align, 1);
	TAKEN(align, 1ULL << 63);
	TAKEN(seed, ~0ULL);
	TAKEN(iteration_ticks, 1);
	TAKEN(iteration_ticks, AMK_ITERATION_TICKS_MAX);
	TAKEN(clock_kind, AMK_CLOCK_CYCLE);
	TAKEN(iterations, 1);
	TAKEN(iterations, AMK_ITERATIONS_MAX);
	TAKEN(warmup, 0);
	TAKEN(warmup, AMK_WARMUP_MAX);
	TAKEN(batch, 1);
	TAKEN(batch, AMK_BATCH_MAX);
	TAKEN(each_max, 0);
	TAKEN(each_max, AMK_EACH_MAX);
	TAKEN(flags, AMK_REQUEST_DRY);
	TAKEN(node, AMK_NODE_MAX);
	TAKEN(node, 0);
}

/* One event more, of group @group. */
static struct amk_event *event_add(struct amk_request *r, u32 type, u32 group)
{
	struct amk_event *e = &r->event[r->nr_events++];

	*e = (struct amk_event){ .metric = "cycles", .type = type, .group = group };
	return e;
}

#define EVENT_REFUSED(field, bad)                                              \
	do {                                                                   \
		struct amk_request with = fb.request;                          \
		event_add(&with, AMK_EVENT_HARDWARE, 0)->field = (__u32)(bad); \
		check(&with, -EINVAL);                                         \
	} while (0)

static void test_events(void **state)
{
	static const u32 types[] = { AMK_EVENT_HARDWARE, AMK_EVENT_SOFTWARE, AMK_EVENT_CACHE,
				     AMK_EVENT_RAW,	 AMK_EVENT_PMU_MIN,  ~0U };
	struct amk_request r;
	u32 i;

	(void)state;
	for (i = 0; i < AMK_ARRAY_SIZE(types); i++) {
		r = fb.request;
		event_add(&r, types[i], 0)->flags = AMK_EVENT_USER_ONLY;
		check(&r, 0);
	}
	EVENT_REFUSED(type, 2); /* a tracepoint */
	EVENT_REFUSED(type, 5); /* a breakpoint */
	EVENT_REFUSED(pad, 1);
	EVENT_REFUSED(flags, AMK_EVENT_FLAGS + 1);
	EVENT_REFUSED(metric[0], 0);
	r = fb.request;
	for (i = 0; i < AMK_EVENTS_MAX; i++)
		event_add(&r, AMK_EVENT_HARDWARE, i / 2);
	check(&r, 0);
	r.nr_events = AMK_EVENTS_MAX + 1;
	check(&r, -EINVAL);
	r.nr_events = AMK_EVENTS_MAX;
	r.event[3].group = 0; /* apart from the others of its group */
	check(&r, -EINVAL);
	r = fb.request;
	r.event[AMK_EVENTS_MAX - 1].pad = 1;
	check(&r, -EINVAL);
}

static void test_tlb(void **state)
{
	struct amk_request r = fb.request;

	(void)state;
	r.tlb.nr_units = 1;
	r.tlb.unit[0] =
		(struct amk_tlb_unit){ .entries = 8, .ways = 4, .shifts = 1 << 12, .level = 1 };
	check(&r, 0);
	r.tlb.unit[0].ways = 3;
	check(&r, -EINVAL);
}

static void test_names_must_end(void **state)
{
	struct amk_request r = fb.request;

	(void)state;
	memset(r.strategy, 'x', sizeof(r.strategy));
	check(&r, -EINVAL);
	r.strategy[AMK_NAME_LEN - 1] = '\0';
	check(&r, 0);
	memset(r.workload, 'x', sizeof(r.workload));
	check(&r, -EINVAL);
	r.size = 256; /* the zero byte behind a name does not end it */
	check(&r, -EINVAL);
	r = fb.request;
	r.strategy[0] = '\0';
	check(&r, -EINVAL);
	r = fb.request;
	r.workload[0] = '\0';
	check(&r, -EINVAL);
}

static void test_malformed_touches_nothing(void **state)
{
	(void)state;
	fb.request.event[0].pad = 1;
	fake_block_run(&fb);
	fake_block_ended(&fb, AMK_STATUS_SETUP_FAILED, AMK_REASON_BAD_REQUEST, -EINVAL);
	assert_int_equal(fake.allocs, 0);
	assert_int_equal(fake.setups, 0);
}

static void test_too_little_room_for_tables(void **state)
{
	(void)state;
	fb.block.slots_max = 127;
	fake_block_run(&fb);
	fake_block_ended(&fb, AMK_STATUS_SETUP_FAILED, AMK_REASON_BAD_REQUEST, -EINVAL);
	fb.block.slots_max = 128;
	fake_block_run(&fb);
	fake_block_ended(&fb, AMK_STATUS_OK, AMK_REASON_NONE, 0);
}

static void skips(enum amk_reason reason)
{
	fake_block_run(&fb);
	fake_block_ended(&fb, AMK_STATUS_SKIP, reason, 0);
	assert_int_equal(fake.allocs, 0);
	assert_int_equal(fake.setups, 0);
}

static void test_unknown_workload(void **state)
{
	(void)state;
	fake_block_reset(&fb, "pairs", 64);
	skips(AMK_REASON_UNKNOWN_WORKLOAD);
}

static void test_sizes_that_do_not_fit(void **state)
{
	(void)state;
	fb.request.size = 0;
	skips(AMK_REASON_TOO_SMALL);
	fb.request.size = 15;
	fb.strategy.min_bytes = 16;
	skips(AMK_REASON_TOO_SMALL);
	fb.request.size = 65;
	fb.strategy.max_bytes = 64;
	skips(AMK_REASON_TOO_LARGE);
	fake_block_reset(&fb, "chase", 8191);
	skips(AMK_REASON_TOO_SMALL);
}

static void test_bounds_of_size_fit(void **state)
{
	(void)state;
	fb.strategy.min_bytes = 64;
	fb.strategy.max_bytes = 64;
	fake_block_run(&fb);
	fake_block_ended(&fb, AMK_STATUS_OK, AMK_REASON_NONE, 0);
}

static void test_memory_limit(void **state)
{
	(void)state;
	fb.request.mem_max = 63;
	skips(AMK_REASON_OVER_MEMORY);
	fb.request.size = ~0ULL;
	fb.request.mem_max = ~0ULL - 1;
	skips(AMK_REASON_OVER_MEMORY);
	fake_block_reset(&fb, "pair", 64);
	fb.request.mem_max = 4095;
	fb.strategy.granule_bytes = 4096;
	skips(AMK_REASON_OVER_MEMORY);
	fake_block_reset(&fb, "pair", 64);
	fb.request.mem_max = 4095;
	fb.request.align = 4096;
	skips(AMK_REASON_OVER_MEMORY);
	fake_block_reset(&fb, "limit", 0);
	fb.strategy.min_bytes = 16;
	fb.request.mem_max = 15;
	skips(AMK_REASON_OVER_MEMORY);
}

static void test_empty_strategy_is_not_touched(void **state)
{
	u32 i;

	(void)state;
	for (i = 0; i < AMK_NR_WORKLOADS; i++) {
		if (!(amk_workloads[i].flags & AMK_WORKLOAD_TOUCHES))
			continue;
		fake_block_reset(&fb, amk_workloads[i].name, 8192);
		fb.strategy.flags = AMK_STRATEGY_EMPTY;
		skips(AMK_REASON_NO_CONTENT);
	}
	fake_block_reset(&fb, "pair", 64);
	fb.strategy.flags = AMK_STRATEGY_EMPTY;
	fake_block_run(&fb);
	fake_block_ended(&fb, AMK_STATUS_OK, AMK_REASON_NONE, 0);
}

/* Nor is what lies nowhere in a row. */
static void test_scattered_strategy_is_not_touched(void **state)
{
	(void)state;
	fake_block_reset(&fb, "contig", 8192);
	fb.strategy.flags = AMK_STRATEGY_SCATTERED;
	skips(AMK_REASON_NO_RANGE);
	fake_block_reset(&fb, "pair", 64);
	fb.strategy.flags = AMK_STRATEGY_SCATTERED;
	fake_block_run(&fb);
	fake_block_ended(&fb, AMK_STATUS_OK, AMK_REASON_NONE, 0);
}

static void test_dry_only_sets_up(void **state)
{
	(void)state;
	fb.request.flags = AMK_REQUEST_DRY;
	fake_block_run(&fb);
	fake_block_ended(&fb, AMK_STATUS_OK, AMK_REASON_NONE, 0);
	assert_int_equal(fake.setups, 1);
	assert_int_equal(fake.allocs, 0);
	assert_int_equal(fb.result.measured_ticks, 0);
}

#define TEST(function) cmocka_unit_test_setup(function, reset)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_sane_is_taken),
		TEST(test_out_of_bounds_is_refused),
		TEST(test_bounds_are_taken),
		TEST(test_names_must_end),
		TEST(test_events),
		TEST(test_tlb),
		TEST(test_malformed_touches_nothing),
		TEST(test_too_little_room_for_tables),
		TEST(test_unknown_workload),
		TEST(test_sizes_that_do_not_fit),
		TEST(test_bounds_of_size_fit),
		TEST(test_memory_limit),
		TEST(test_empty_strategy_is_not_touched),
		TEST(test_scattered_strategy_is_not_touched),
		TEST(test_dry_only_sets_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
