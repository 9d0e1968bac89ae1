// SPDX-License-Identifier: GPL-2.0-only
/*
 * limit and zero: limits found to the byte, and bytes counted exactly on an arena whose contents
 * the test decides.
 */
#include "test_core_fake.h"

#include "lib/core/body.h"

#define CELLS 64
#define CELL_BYTES 4096

static struct fake_block fb;

/* An arena of cells: what a cell held stays in it, and the test says which cell comes next. */
static struct {
	char cell[CELLS][CELL_BYTES];
	u32 order[2 * CELLS]; /* the cell that each allocation gets */
	u32 given;
	u32 released;
	bool zeroes; /* a cell reads zero when it is given */
	u32 link_bytes; /* overwritten in a free cell, by neither zero nor poison */
} arena;

static void *arena_alloc(struct amk_context *ctx, u64 size)
{
	char *p;

	(void)ctx;
	assert_in_range(size, 1, CELL_BYTES);
	assert_in_range(arena.given, 0, AMK_ARRAY_SIZE(arena.order) - 1);
	p = arena.cell[arena.order[arena.given++]];
	if (arena.zeroes)
		memset(p, 0, size);
	return p;
}

static void arena_release(struct amk_context *ctx, void *p, u64 size)
{
	(void)ctx;
	(void)size;
	arena.released++;
	memset(p, 0x11, arena.link_bytes);
}

static const struct amk_ops arena_ops = { .alloc = arena_alloc, .release = arena_release };

AMK_DEFINE_IMPL(user, arena, arena_ops);

/* @n objects; the second time the allocations get the cells from @from on. */
static void arena_reset(u32 n, u64 size, u32 from)
{
	u32 i;

	memset(&arena, 0, sizeof(arena));
	for (i = 0; i < n; i++) {
		arena.order[i] = i;
		arena.order[n + i] = (from + i) % CELLS;
	}
	fake_block_reset(&fb, "zero", size);
	fb.request.batch = n;
	fb.block.impl = &amk_user_arena;
}

static void zero_is(u64 checked, u64 stale, u64 nonzero, u64 reused)
{
	fake_block_run(&fb);
	fake_block_ended(&fb, AMK_STATUS_OK, AMK_REASON_NONE, 0);
	fake_value_is(&fb, AMK_METRIC_bytes_checked, checked);
	fake_value_is(&fb, AMK_METRIC_bytes_stale, stale);
	fake_value_is(&fb, AMK_METRIC_bytes_nonzero, nonzero);
	fake_value_is(&fb, AMK_METRIC_reused, reused);
	assert_int_equal(fb.result.nr_values, 4);
	assert_int_equal(arena.given, arena.released);
}

static void test_zero_counts_stale_bytes(void **state)
{
	(void)state;
	arena_reset(10, 100, 0);
	zero_is(1000, 1000, 1000, 10);
	arena_reset(10, 100, 0);
	arena.link_bytes = 8;
	zero_is(1000, 920, 1000, 10);
}

static void test_zero_counts_reuse(void **state)
{
	(void)state;
	arena_reset(10, 100, 7); /* three cells come again, seven are fresh */
	zero_is(1000, 300, 300, 3);
	arena_reset(10, 100, 10);
	zero_is(1000, 0, 0, 0);
}

static void test_zero_sees_zeroes(void **state)
{
	(void)state;
	arena_reset(10, 100, 0);
	arena.zeroes = true;
	arena.link_bytes = 8;
	zero_is(1000, 0, 0, 10);
}

static void test_zero_is_bounded(void **state)
{
	(void)state;
	arena_reset(CELLS, 64, 0);
	fb.request.batch = 1000; /* at most 64 objects */
	zero_is(64 * 64, 64 * 64, 64 * 64, 64);
	fake_block_reset(&fb, "zero", 3 << 20); /* a MiB of an object, four in all */
	fake_block_run(&fb);
	fake_value_is(&fb, AMK_METRIC_bytes_checked, 4 << 20);
	assert_int_equal(fake.live_max, 4);
	fake_block_reset(&fb, "zero", 100000); /* of 1 MiB or less an object, 4 MiB in all */
	fb.request.batch = 64;
	fake_block_run(&fb);
	fake_value_is(&fb, AMK_METRIC_bytes_checked, 41 * 100000);
}

static void test_zero_with_fewer_objects(void **state)
{
	(void)state;
	fake_block_reset(&fb, "zero", 100);
	fake.refuse_at = 4;
	fake_block_run(&fb);
	fake_value_is(&fb, AMK_METRIC_bytes_checked, 300);
	fake_block_reset(&fb, "zero", 100);
	fake.refuse_at = 8 + 6;
	fake_block_run(&fb);
	fake_value_is(&fb, AMK_METRIC_bytes_checked, 500);
}

static void limit_is(enum amk_reason reason, u64 bytes)
{
	fake_block_run(&fb);
	fake_block_ended(&fb, AMK_STATUS_OK, reason, 0);
	fake_value_is(&fb, AMK_METRIC_limit, bytes);
	assert_int_equal(fake.live_max, 1);
}

static void test_limit_to_the_byte(void **state)
{
	static const u64 limits[] = { 1,
				      2,
				      3,
				      7,
				      8,
				      9,
				      4095,
				      4096,
				      4194303,
				      (4U << 20),
				      (4U << 20) + 1,
				      (1ULL << 39) + 12345 };
	u32 i;

	(void)state;
	for (i = 0; i < AMK_ARRAY_SIZE(limits); i++) {
		fake_block_reset(&fb, "limit", 0);
		fake.limit_bytes = limits[i];
		limit_is(AMK_REASON_NONE, limits[i]);
		assert_in_range(fake.allocs, 1, 2 * 64);
	}
}

/* Some ways are bounded by what can be set up: a cache of objects, a pool. */
static void test_limit_of_the_set_up(void **state)
{
	(void)state;
	fake_block_reset(&fb, "limit", 0);
	fake.setup_limit_bytes = 123456;
	limit_is(AMK_REASON_NONE, 123456);
	assert_int_equal(fake.setups, fake.teardowns);
	assert_true(fake.setups > fake.allocs);
}

static void test_limit_is_capped(void **state)
{
	(void)state;
	fake_block_reset(&fb, "limit", 0);
	fb.request.mem_max = 1000000;
	limit_is(AMK_REASON_CAPPED, 1000000);
	assert_int_equal(fake.size_max, 1000000);
	fake_block_reset(&fb, "limit", 0);
	/* The way's own end is a limit, not a cap. */
	fb.strategy.max_bytes = 4096;
	limit_is(AMK_REASON_NONE, 4096);
	assert_int_equal(fake.size_max, 4096);
	/* One below the cap is a limit that was found. */
	fake_block_reset(&fb, "limit", 0);
	fb.request.mem_max = 1000000;
	fake.limit_bytes = 999999;
	limit_is(AMK_REASON_NONE, 999999);
}

static u64 two_megabytes(void)
{
	return 2 << 20;
}

/* Past the cap one size is tried, of what fills its page tables at once: more than there is. */
static void test_limit_past_memory(void **state)
{
	struct amk_side side = fake_side;
	u32 flags[] = { AMK_STRATEGY_POPULATED, AMK_STRATEGY_LAZY,
			AMK_STRATEGY_POPULATED | AMK_STRATEGY_EVIDENCE };
	u32 i;

	(void)state;
	side.memory = two_megabytes;
	for (i = 0; i < AMK_ARRAY_SIZE(flags); i++) {
		fake_block_reset(&fb, "limit", 0);
		fb.block.side = &side;
		fb.request.mem_max = 1 << 20;
		fb.strategy.family = AMK_FAMILY_mapped;
		fb.strategy.flags = flags[i];
		fake.limit_bytes = 1500000;
		fake_block_run(&fb);
		if (i) {
			assert_true(fake.size_max != (2 << 20) + 4096);
			continue;
		}
		fake_value_is(&fb, AMK_METRIC_limit, 1 << 20);
		fake_value_is(&fb, AMK_METRIC_limit_past_memory, (2 << 20) + 4096);
	}
	/* What was given all the same is no refusal. */
	fake_block_reset(&fb, "limit", 0);
	fb.block.side = &side;
	fb.request.mem_max = 1 << 20;
	fb.strategy.family = AMK_FAMILY_mapped;
	fb.strategy.flags = AMK_STRATEGY_POPULATED;
	fake_block_run(&fb);
	assert_int_equal(fb.result.nr_values, 1);
}

static void test_limit_of_lazy_memory(void **state)
{
	(void)state;
	fake_block_reset(&fb, "limit", 0);
	fb.request.mem_max = 1 << 20;
	fb.strategy.flags = AMK_STRATEGY_LAZY;
	limit_is(AMK_REASON_CAPPED, 1ULL << 46);
	fake_block_reset(&fb, "limit", 0);
	fb.request.mem_max = 1 << 20;
	fb.strategy.flags = AMK_STRATEGY_LAZY;
	fb.strategy.max_bytes = 1 << 30;
	limit_is(AMK_REASON_NONE, 1 << 30);
}

static void test_limit_starts_at_the_least_size(void **state)
{
	(void)state;
	fake_block_reset(&fb, "limit", 0);
	fb.strategy.min_bytes = 24;
	fake.limit_bytes = 24;
	limit_is(AMK_REASON_NONE, 24);
	fake_block_reset(&fb, "limit", 0);
	fb.strategy.min_bytes = 24;
	fake.limit_bytes = 23;
	fake_block_run(&fb);
	fake_block_ended(&fb, AMK_STATUS_REFUSED, AMK_REASON_NONE, 0);
	assert_int_equal(fb.result.nr_values, 0);
	fake_block_reset(&fb, "limit", 0);
	fb.strategy.min_bytes = 24;
	fb.request.mem_max = 24;
	limit_is(AMK_REASON_CAPPED, 24);
}

/* The size of a request means nothing to a workload without a size axis. */
static void test_limit_ignores_the_size_asked_for(void **state)
{
	(void)state;
	fake_block_reset(&fb, "limit", 1ULL << 50);
	fake.limit_bytes = 5000;
	limit_is(AMK_REASON_NONE, 5000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_zero_counts_stale_bytes),
		cmocka_unit_test(test_zero_counts_reuse),
		cmocka_unit_test(test_zero_sees_zeroes),
		cmocka_unit_test(test_zero_is_bounded),
		cmocka_unit_test(test_zero_with_fewer_objects),
		cmocka_unit_test(test_limit_to_the_byte),
		cmocka_unit_test(test_limit_of_the_set_up),
		cmocka_unit_test(test_limit_is_capped),
		cmocka_unit_test(test_limit_past_memory),
		cmocka_unit_test(test_limit_of_lazy_memory),
		cmocka_unit_test(test_limit_starts_at_the_least_size),
		cmocka_unit_test(test_limit_ignores_the_size_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
