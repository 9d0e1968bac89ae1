// SPDX-License-Identifier: GPL-2.0-only
/*
 * The workloads that are evidence for one question each, on a side whose answers the test decides.
 */
#include "test_core_fake.h"

#include "lib/core/body.h"

static struct fake_block fb;

/* The side of the fake with one more call to make. */
static enum amk_status run_with(const struct amk_side *side)
{
	fb.block.side = side;
	return fake_block_run(&fb);
}

/* ---- gfp ---- */

static u32 gfp_answer(enum amk_gfp_set set)
{
	return set == AMK_GFP_SET_ALL ? 0xffff : 1U << set;
}

static void test_gfp_asks_for_each_flag(void **state)
{
	struct amk_side side = fake_side;

	(void)state;
	side.gfp = gfp_answer;
	fake_block_reset(&fb, "gfp", 0);
	assert_int_equal(run_with(&side), AMK_STATUS_OK);
	fake_value_is(&fb, AMK_METRIC_gfp_known, 0xffff);
	fake_value_is(&fb, AMK_METRIC_gfp_kernel, 1U << AMK_GFP_SET_KERNEL);
	fake_value_is(&fb, AMK_METRIC_gfp_atomic, 1U << AMK_GFP_SET_ATOMIC);
	fake_value_is(&fb, AMK_METRIC_gfp_type_bytes, 1U << AMK_GFP_TYPE_BYTES);
	fake_value_is(&fb, AMK_METRIC_gfp_type_signed, 1U << AMK_GFP_TYPE_SIGNED);
	fake_value_is(&fb, AMK_METRIC_gfp_dma32, 1U << AMK_GFP_SET_DMA32);
	assert_int_equal(fb.result.nr_values, AMK_GFP_SET_ALL + 3);
	assert_int_equal(fake.allocs, 0);
}

static void test_gfp_where_there_is_none(void **state)
{
	(void)state;
	fake_block_reset(&fb, "gfp", 0);
	fake_block_run(&fb);
	fake_block_ended(&fb, AMK_STATUS_SKIP, AMK_REASON_KERNEL_ONLY, 0);
	assert_int_equal(fb.result.nr_values, 0);
}

static void test_modifiers_have_a_bit_each(void **state)
{
	u32 i, seen = 0;

	(void)state;
	for (i = 0; i < AMK_NR_MODIFIERS; i++) {
		assert_non_null(amk_modifiers[i].name);
		assert_int_equal(amk_modifiers[i].bit & (amk_modifiers[i].bit - 1), 0);
		assert_int_not_equal(amk_modifiers[i].bit & ~seen, 0);
		seen |= amk_modifiers[i].bit;
	}
	assert_int_equal(amk_modifiers[AMK_NR_MODIFIERS - 1].bit, AMK_MODIFIER_OTHER);
	assert_int_equal(AMK_MODIFIER_HIGH, 1);
	assert_int_equal(AMK_MODIFIER_WAIT, 1 << 16);
}

/* ---- overflow ---- */

static struct {
	u32 asked;
	u32 given;
	u32 released;
	u32 wrapped; /* products that came to less than a page */
	u32 pass; /* overflows that go through */
	bool refuse_all;
} array;

static char array_object[64];

static void *array_alloc_array(struct amk_context *ctx, u64 n, u64 element_bytes)
{
	u64 product;

	(void)ctx;
	array.asked++;
	if (array.refuse_all)
		return NULL;
	if (__builtin_mul_overflow(n, element_bytes, &product)) {
		array.wrapped += product < 4096;
		if (!array.pass)
			return NULL;
		array.pass--;
	}
	array.given++;
	return array_object;
}

static void *array_alloc(struct amk_context *ctx, u64 size)
{
	(void)ctx;
	(void)size;
	return NULL;
}

static void array_release(struct amk_context *ctx, void *p, u64 size)
{
	(void)ctx;
	(void)size;
	assert_ptr_equal(p, array_object);
	array.released++;
}

static const struct amk_ops array_ops = {
	.alloc = array_alloc,
	.release = array_release,
	.alloc_array = array_alloc_array,
};

AMK_DEFINE_IMPL(user, array, array_ops);

static void array_run(u32 pass, bool refuse_all)
{
	memset(&array, 0, sizeof(array));
	array.pass = pass;
	array.refuse_all = refuse_all;
	fake_block_reset(&fb, "overflow", 0);
	fb.block.impl = &amk_user_array;
	amk_block_run(&fb.block);
	assert_int_equal(array.given, array.released);
}

static void test_overflow_refused(void **state)
{
	(void)state;
	array_run(0, false);
	fake_block_ended(&fb, AMK_STATUS_OK, AMK_REASON_NONE, 0);
	assert_int_equal(array.given, 1);
	/* Only what wraps to little can be told from what is too large. */
	assert_int_equal(array.wrapped, array.asked - 1);
	fake_value_is(&fb, AMK_METRIC_overflow_asked, array.asked - 1);
	fake_value_is(&fb, AMK_METRIC_overflow_refused, array.asked - 1);
}

static void test_overflow_let_through(void **state)
{
	(void)state;
	array_run(2, false);
	fake_block_ended(&fb, AMK_STATUS_OK, AMK_REASON_NONE, 0);
	fake_value_is(&fb, AMK_METRIC_overflow_asked, array.asked - 1);
	fake_value_is(&fb, AMK_METRIC_overflow_refused, array.asked - 3);
}

/* Who refuses everything shows nothing. */
static void test_overflow_needs_a_call_that_works(void **state)
{
	(void)state;
	array_run(0, true);
	fake_block_ended(&fb, AMK_STATUS_REFUSED, AMK_REASON_NONE, 0);
	assert_int_equal(fb.result.nr_values, 0);
}

static void test_overflow_without_a_count(void **state)
{
	(void)state;
	fake_block_reset(&fb, "overflow", 0);
	fake_block_run(&fb);
	fake_block_ended(&fb, AMK_STATUS_SKIP, AMK_REASON_NO_ARRAY, 0);
}

/* ---- origin ---- */

/* By turns, and from a low frame on. */
static int origin_answer(struct amk_block *block, const void *addr, struct amk_origin *origin)
{
	u64 pfn;
	u32 shift;

	assert_int_equal(block->side->frame(block, addr, &pfn, &shift), 0);
	origin->zone = pfn < 4096    ? AMK_ZONE_DMA :
		       pfn < 1 << 20 ? AMK_ZONE_DMA32 :
				       AMK_ZONE_MOVABLE;
	origin->local = pfn & 1;
	return 0;
}

static int origin_error(struct amk_block *block, const void *addr, struct amk_origin *origin)
{
	(void)block;
	(void)addr;
	(void)origin;
	return -ENOENT;
}

/* Edges of both limits, the last frame below and the first above. */
static const struct fake_frame origin_frames[] = {
	{ 0, 1, 12 },	    { 0, 4095, 12 }, { 0, 4096, 12 }, { 0, (1 << 20) - 1, 12 },
	{ 0, 1 << 20, 12 },
};

static void origin_reset(u64 size)
{
	fake_block_reset(&fb, "origin", size);
	fb.request.batch = 1;
	fake.align_bytes = 4096;
	fake.frames = origin_frames;
	fake.nr_frames = AMK_ARRAY_SIZE(origin_frames);
}

static void test_origin_counts_each_page(void **state)
{
	struct amk_side side = fake_side;

	(void)state;
	side.origin = origin_answer;
	origin_reset(5 * 4096);
	assert_int_equal(run_with(&side), AMK_STATUS_OK);
	fake_value_is(&fb, AMK_METRIC_origin_pages, 5);
	fake_value_is(&fb, AMK_METRIC_origin_below_16m, 2);
	fake_value_is(&fb, AMK_METRIC_origin_below_4g, 4);
	fake_value_is(&fb, AMK_METRIC_origin_dma, 2);
	fake_value_is(&fb, AMK_METRIC_origin_dma32, 2);
	fake_value_is(&fb, AMK_METRIC_origin_normal, 0);
	fake_value_is(&fb, AMK_METRIC_origin_movable, 1);
	fake_value_is(&fb, AMK_METRIC_origin_other, 0);
	fake_value_is(&fb, AMK_METRIC_origin_local, 3);
}

/* An object that begins within a page reaches into one more. */
static void test_origin_of_what_lies_askew(void **state)
{
	(void)state;
	origin_reset(4096);
	fake.skew_bytes = 64;
	assert_int_equal(fake_block_run(&fb), AMK_STATUS_OK);
	fake_value_is(&fb, AMK_METRIC_origin_pages, 2);
}

static void test_origin_without_zones(void **state)
{
	(void)state;
	origin_reset(4096);
	assert_int_equal(fake_block_run(&fb), AMK_STATUS_OK);
	fake_value_is(&fb, AMK_METRIC_origin_below_16m, 1);
	assert_int_equal(fake_value(&fb, AMK_METRIC_origin_dma)->status, AMK_STATUS_SKIP);
	assert_int_equal(fake_value(&fb, AMK_METRIC_origin_local)->reason, AMK_REASON_KERNEL_ONLY);
}

static void test_origin_hidden(void **state)
{
	static const struct fake_frame hidden = { -EPERM, 0, 0 };

	(void)state;
	origin_reset(4096);
	fake.frames = &hidden;
	fake_block_run(&fb);
	fake_block_ended(&fb, AMK_STATUS_SKIP, AMK_REASON_NO_PAGEMAP, 0);
	assert_int_equal(fb.result.nr_values, 0);
}

static void test_origin_lost(void **state)
{
	struct amk_side side = fake_side;

	(void)state;
	side.origin = origin_error;
	origin_reset(4096);
	run_with(&side);
	fake_block_ended(&fb, AMK_STATUS_MEASURE_FAILED, AMK_REASON_LOOKUP, -ENOENT);
}

static void test_origin_refused(void **state)
{
	(void)state;
	origin_reset(4096);
	fb.request.batch = 8;
	fake.refuse_at = 1;
	fake.refuse_on = true;
	fake_block_run(&fb);
	fake_block_ended(&fb, AMK_STATUS_REFUSED, AMK_REASON_NONE, 0);
}

/* ---- illegal ---- */

static struct {
	u32 calls;
	u32 report_from; /* the call, from 1, of which a complaint is told first; 0: none */
	u32 fail_at; /* the call that ends in error; 0: none */
	int error;
} atomic;

static int illegal_answer(struct amk_block *block, void **p, bool *reported)
{
	atomic.calls++;
	if (atomic.fail_at == atomic.calls)
		return atomic.error;
	*p = block->impl->ops->alloc(&block->ctx, block->ctx.size);
	*reported = atomic.report_from && atomic.calls >= atomic.report_from;
	return 0;
}

/* With @report_from and @error at call @fail_at. */
static void illegal_run(u32 report_from, u32 fail_at, int error)
{
	struct amk_side side = fake_side;

	side.illegal = illegal_answer;
	memset(&atomic, 0, sizeof(atomic));
	atomic.report_from = report_from;
	atomic.fail_at = fail_at;
	atomic.error = error;
	run_with(&side);
}

static void test_illegal_counts_complaints(void **state)
{
	(void)state;
	fake_block_reset(&fb, "illegal", 0);
	illegal_run(2, 0, 0);
	fake_block_ended(&fb, AMK_STATUS_OK, AMK_REASON_NONE, 0);
	assert_in_range(atomic.calls, 2, 16);
	fake_value_is(&fb, AMK_METRIC_illegal_calls, atomic.calls);
	fake_value_is(&fb, AMK_METRIC_illegal_given, atomic.calls);
	fake_value_is(&fb, AMK_METRIC_illegal_reports, atomic.calls - 1);
}

static void test_illegal_without_a_complaint(void **state)
{
	(void)state;
	fake_block_reset(&fb, "illegal", 0);
	fake.refuse_at = 1;
	illegal_run(0, 0, 0);
	fake_block_ended(&fb, AMK_STATUS_OK, AMK_REASON_NONE, 0);
	fake_value_is(&fb, AMK_METRIC_illegal_given, atomic.calls - 1);
	fake_value_is(&fb, AMK_METRIC_illegal_reports, 0);
}

static void test_illegal_where_it_cannot_be(void **state)
{
	(void)state;
	fake_block_reset(&fb, "illegal", 0);
	fake_block_run(&fb);
	fake_block_ended(&fb, AMK_STATUS_SKIP, AMK_REASON_KERNEL_ONLY, 0);
	fake_block_reset(&fb, "illegal", 0);
	illegal_run(0, 1, -EOPNOTSUPP);
	fake_block_ended(&fb, AMK_STATUS_SKIP, AMK_REASON_NO_SLEEP_CHECK, 0);
	fake_block_reset(&fb, "illegal", 0);
	illegal_run(0, 1, -EPERM);
	fake_block_ended(&fb, AMK_STATUS_SKIP, AMK_REASON_ILLEGAL_OFF, 0);
	fake_block_reset(&fb, "illegal", 0);
	illegal_run(1, 2, -EINTR);
	fake_block_ended(&fb, AMK_STATUS_MEASURE_FAILED, AMK_REASON_STOPPED, -EINTR);
	assert_int_equal(fb.result.nr_values, 0);
}

static void test_illegal_needs_an_allocation(void **state)
{
	(void)state;
	fake_block_reset(&fb, "illegal", 0);
	fb.strategy.flags = AMK_STRATEGY_EMPTY;
	illegal_run(1, 0, 0);
	fake_block_ended(&fb, AMK_STATUS_SKIP, AMK_REASON_NO_CONTENT, 0);
	assert_int_equal(atomic.calls, 0);
}

/* ---- where ---- */

static struct {
	int error;
	enum amk_where where;
	u32 calls;
	u64 ops;
} within;

static int within_answer(struct amk_block *block, enum amk_where where, amk_slice_fn *run, u64 n,
			 u64 *ticks)
{
	within.where = where;
	within.calls++;
	within.ops += n;
	if (within.error)
		return within.error;
	if (!n)
		return 0;
	block->seen.slices++;
	block->seen.hardirq += where == AMK_WHERE_HARDIRQ;
	block->seen.softirq += where == AMK_WHERE_SOFTIRQ;
	run(block, n, ticks);
	return 0;
}

static enum amk_status where_run(const char *workload, u64 size, u32 flags, int error)
{
	struct amk_side side = fake_side;

	memset(&within, 0, sizeof(within));
	within.error = error;
	side.within = within_answer;
	fake_block_reset(&fb, workload, size);
	fb.strategy.flags = flags;
	return run_with(&side);
}

static void test_where_goes_where_it_says(void **state)
{
	(void)state;
	assert_int_equal(where_run("pair-hardirq", 64, AMK_STRATEGY_ATOMIC, 0), AMK_STATUS_OK);
	assert_int_equal(within.where, AMK_WHERE_HARDIRQ);
	fake_value_is(&fb, AMK_METRIC_context_slices, fb.block.seen.slices);
	fake_value_is(&fb, AMK_METRIC_context_hardirq, fb.block.seen.slices);
	assert_true(fb.block.seen.slices > 3);
	assert_int_equal(where_run("pair-softirq", 64, AMK_STRATEGY_ATOMIC, 0), AMK_STATUS_OK);
	assert_int_equal(within.where, AMK_WHERE_SOFTIRQ);
	fake_value_is(&fb, AMK_METRIC_context_softirq, fb.block.seen.slices);
	fake_value_is(&fb, AMK_METRIC_context_hardirq, 0);
	assert_int_equal(where_run("pair-preempt-off", 64, AMK_STRATEGY_ATOMIC, 0), AMK_STATUS_OK);
	assert_int_equal(within.where, AMK_WHERE_PREEMPT_OFF);
}

/* Each operation but the first, which asks whether there is memory at all, is made in there. */
static void test_where_runs_the_loop_there(void **state)
{
	(void)state;
	where_run("pair-hardirq", 64, AMK_STRATEGY_ATOMIC, 0);
	assert_int_equal(fake.allocs, within.ops + 1);
	assert_int_equal(fake_lane_count(&fb.result.lane[0]), fb.result.lane[0].each_ops);
	assert_true(fb.result.lane[0].each_ops > 0);
}

static void test_where_is_not_for_all(void **state)
{
	(void)state;
	where_run("pair-hardirq", 64, 0, 0);
	fake_block_ended(&fb, AMK_STATUS_SKIP, AMK_REASON_MAY_SLEEP, 0);
	assert_int_equal(within.calls + fake.allocs, 0);
	where_run("pair-softirq", (64 << 10) + 1, AMK_STRATEGY_ATOMIC, 0);
	fake_block_ended(&fb, AMK_STATUS_SKIP, AMK_REASON_TOO_LARGE, 0);
	where_run("pair-softirq", 64 << 10, AMK_STRATEGY_ATOMIC, -EOPNOTSUPP);
	fake_block_ended(&fb, AMK_STATUS_SKIP, AMK_REASON_SLEEPING_LOCKS, 0);
	assert_int_equal(fake.allocs, 0);
	fake_block_reset(&fb, "pair-hardirq", 64);
	fb.strategy.flags = AMK_STRATEGY_ATOMIC;
	fake_block_run(&fb);
	fake_block_ended(&fb, AMK_STATUS_SKIP, AMK_REASON_KERNEL_ONLY, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gfp_asks_for_each_flag),
		cmocka_unit_test(test_gfp_where_there_is_none),
		cmocka_unit_test(test_modifiers_have_a_bit_each),
		cmocka_unit_test(test_overflow_refused),
		cmocka_unit_test(test_overflow_let_through),
		cmocka_unit_test(test_overflow_needs_a_call_that_works),
		cmocka_unit_test(test_overflow_without_a_count),
		cmocka_unit_test(test_where_goes_where_it_says),
		cmocka_unit_test(test_where_runs_the_loop_there),
		cmocka_unit_test(test_where_is_not_for_all),
		cmocka_unit_test(test_origin_counts_each_page),
		cmocka_unit_test(test_origin_of_what_lies_askew),
		cmocka_unit_test(test_origin_without_zones),
		cmocka_unit_test(test_origin_hidden),
		cmocka_unit_test(test_origin_lost),
		cmocka_unit_test(test_origin_refused),
		cmocka_unit_test(test_illegal_counts_complaints),
		cmocka_unit_test(test_illegal_without_a_complaint),
		cmocka_unit_test(test_illegal_where_it_cannot_be),
		cmocka_unit_test(test_illegal_needs_an_allocation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
