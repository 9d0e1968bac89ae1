// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sizes as people write them, the cells that the words of a command line choose, and the order and
 * the requests that follow from a seed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include "lib/core/workload.h"
#include "lib/user/plan.h"
#include "lib/user/size.h"

#include <cmocka.h>

static char error[AMK_PLAN_ERROR_LEN];

static void sizes_are_read(void **state)
{
	static const struct {
		const char *text;
		u64 low, high;
	} good[] = { { "1", 1, 1 },
		     { "64", 64, 64 },
		     { "4K", 4096, 4096 },
		     { "4k", 4096, 4096 },
		     { "4KiB", 4096, 4096 },
		     { "1M-1", (1 << 20) - 1, (1 << 20) - 1 },
		     { "4M+1", (4 << 20) + 1, (4 << 20) + 1 },
		     { "64K-1M", 64 << 10, 1 << 20 },
		     { "64-1024", 64, 1024 },
		     { "1T", 1ULL << 40, 1ULL << 40 } };
	static const char *const bad[] = { "",	   "K",	     "12Q",  "-1",
					   "0",	   "4K+",    "4K*2", "4 K",
					   "1T+1", "1M-64K", "2T",   "99999999999999999999",
					   "4KB",  "64-64-", "1-1" };
	struct amk_size_span span;
	char text[AMK_SIZE_TEXT_LEN];
	size_t i;

	(void)state;
	for (i = 0; i < AMK_ARRAY_SIZE(good); i++) {
		assert_int_equal(amk_size_parse(good[i].text, &span), 0);
		assert_int_equal(span.low_bytes, good[i].low);
		assert_int_equal(span.high_bytes, good[i].high);
	}
	for (i = 0; i < AMK_ARRAY_SIZE(bad) - 1; i++)
		if (!amk_size_parse(bad[i], &span))
			fail_msg("'%s' is taken for a size", bad[i]);
	assert_string_equal(amk_size_text(64, text), "64");
	assert_string_equal(amk_size_text(1023, text), "1023");
	assert_string_equal(amk_size_text(4096, text), "4K");
	assert_string_equal(amk_size_text(8193, text), "8K+1");
	assert_string_equal(amk_size_text((4 << 20) - 1, text), "4M-1");
	assert_string_equal(amk_size_text(1536, text), "1536");
}

static void sizes_are_sorted(void **state)
{
	u64 size[] = { 4096, 64, 1ULL << 33, 64, 4096, 65 };

	(void)state;
	assert_int_equal(amk_sizes_sort(size, AMK_ARRAY_SIZE(size)), 4);
	assert_int_equal(size[0], 64);
	assert_int_equal(size[1], 65);
	assert_int_equal(size[2], 4096);
	assert_int_equal(size[3], 1ULL << 33);
	assert_int_equal(amk_sizes_sort(size, 0), 0);
}

/* ---- plans ---- */

static struct amk_options plan_options(const char *strategies, const char *workloads,
				       const char *sizes)
{
	struct amk_options o = { .side = { true, true } };

	amk_options_default(&o, AMK_GRID_QUICK, "host");
	o.strategies = strategies ? strdup(strategies) : NULL;
	o.workloads = workloads ? strdup(workloads) : NULL;
	o.sizes = sizes ? strdup(sizes) : NULL;
	o.page_bytes = 4096;
	o.kmalloc_max_bytes = 4 << 20;
	return o;
}

static u32 plan_count(const char *strategies, const char *workloads, const char *sizes)
{
	struct amk_options o = plan_options(strategies, workloads, sizes);
	struct amk_plan plan;
	u32 n;

	if (amk_plan_make(&o, &plan, error))
		n = 0;
	else
		n = plan.nr_cells;
	amk_plan_free(&plan);
	amk_options_free(&o);
	return n;
}

static void words_choose_cells(void **state)
{
	(void)state;
	assert_int_equal(plan_count("kmalloc", "pair", "64"), 1);
	assert_int_equal(plan_count("kmalloc", "burst", "64"), 3);
	assert_int_equal(plan_count("null", "pair", "64,4K"), 2); /* one a side */
	assert_int_equal(plan_count("user:null", "pair", "64"), 1);
	assert_int_equal(plan_count("default", "pair", "64"), 2);
	assert_int_equal(plan_count("kmalloc,kmalloc", "pair", "64,64"), 1);
	assert_int_equal(plan_count("kmalloc", "limit", "64,4K"), 1);
	assert_int_equal(plan_count("kmalloc", "pair", "32K-4M"), 4); /* 32K 256K 2M 4M */
	assert_int_equal(plan_count("kmem_cache", "pair", "4M,4M+1"), 1);
	/* A second name is measured in pair alone, at few sizes or the least. */
	assert_int_equal(plan_count("malloc-control", NULL, NULL), 3);
	assert_int_equal(plan_count("kmalloc-control", "pair,touch,limit", "64,128,4K"), 2);
	assert_int_equal(plan_count("malloc-control", "pair", "128,512"), 1);
	assert_int_equal(plan_count("malloc-control", "burst", "64"), 0);
	assert_int_equal(plan_count("kmalloc", "chase", "64"), 0);
	assert_non_null(strstr(error, "nothing to measure"));
}

static void wrong_words_are_named(void **state)
{
	static const struct {
		const char *strategies, *workloads, *sizes, *names;
	} bad[] = {
		{ "kmallok", "pair", "64", "'kmallok'" },
		{ "kernel:malloc", "pair", "64", "'kernel:malloc'" },
		{ "left:malloc", "pair", "64", "'left:malloc'" },
		{ "malloc,,mmap", "pair", "64", "empty word" },
		{ "malloc", "pear", "64", "'pear'" },
		{ "malloc", "burst-", "64", "'burst-'" },
		{ "malloc", "pair", "12Q", "'12Q'" },
		{ "malloc", "pair", "64,0", "'0'" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < AMK_ARRAY_SIZE(bad); i++) {
		error[0] = '\0';
		assert_int_equal(plan_count(bad[i].strategies, bad[i].workloads, bad[i].sizes), 0);
		if (!strstr(error, bad[i].names) || strchr(error, '\n'))
			fail_msg("'%s' does not name %s", error, bad[i].names);
	}
}

static void a_side_that_is_off_is_said(void **state)
{
	struct amk_options o = plan_options("kmalloc", "pair", "64");
	struct amk_plan plan;

	(void)state;
	o.side[AMK_SIDE_kernel] = false;
	assert_int_equal(amk_plan_make(&o, &plan, error), -EINVAL);
	assert_non_null(strstr(error, "--side"));
	amk_options_free(&o);
}

static void rounds_are_shuffled_by_the_seed(void **state)
{
	struct amk_options o = plan_options(NULL, NULL, NULL);
	struct amk_plan plan;
	u32 *a, *b, i, same = 0;
	u8 *seen;

	(void)state;
	assert_int_equal(amk_plan_make(&o, &plan, error), 0);
	a = calloc(plan.nr_cells, sizeof(*a));
	b = calloc(plan.nr_cells, sizeof(*b));
	seen = calloc(plan.nr_cells, 1);
	amk_plan_order(&plan, 1, 0, a);
	amk_plan_order(&plan, 1, 0, b);
	assert_memory_equal(a, b, plan.nr_cells * sizeof(*a));
	for (i = 0; i < plan.nr_cells; i++)
		seen[a[i]]++;
	for (i = 0; i < plan.nr_cells; i++)
		assert_int_equal(seen[i], 1);
	amk_plan_order(&plan, 1, 1, b);
	for (i = 0; i < plan.nr_cells; i++)
		same += a[i] == b[i];
	assert_true(same < plan.nr_cells / 10);
	amk_plan_order(&plan, 2, 0, b);
	assert_memory_not_equal(a, b, plan.nr_cells * sizeof(*a));
	free(seen);
	free(a);
	free(b);
	amk_plan_free(&plan);
	amk_options_free(&o);
}

static void slow_cells_of_a_quick_run_go_once(void **state)
{
	struct amk_options o = plan_options(NULL, NULL, NULL);
	struct amk_plan plan;
	u32 i, once = 0;

	(void)state;
	assert_int_equal(amk_plan_make(&o, &plan, error), 0);
	for (i = 0; i < plan.nr_cells; i++) {
		bool slow = plan.cell[i].size_bytes > (4 << 20) + 1 ||
			    !strcmp(plan.cell[i].workload->name, "limit") ||
			    !strcmp(plan.cell[i].workload->name, "zero");

		once += slow;
		assert_true(amk_plan_takes(&o, &plan.cell[i], 0));
		assert_int_equal(amk_plan_takes(&o, &plan.cell[i], 1), !slow);
	}
	assert_true(once > 0);
	assert_int_equal(amk_plan_blocks(&o, &plan), 3 * plan.nr_cells - 2 * once);
	o.grid = AMK_GRID_FULL;
	assert_int_equal(amk_plan_blocks(&o, &plan), 3 * plan.nr_cells);
	amk_plan_free(&plan);
	amk_options_free(&o);
}

/* How many cells of a plan are evidence, by row of the one table or of the other. */
static u32 evidence_count(const struct amk_plan *plan)
{
	u32 i, n = 0;

	for (i = 0; i < plan->nr_cells; i++)
		n += plan->cell[i].workload->flags & AMK_WORKLOAD_EVIDENCE ||
		     plan->cell[i].strategy->flags & AMK_STRATEGY_EVIDENCE;
	return n;
}

/* A node goes to what takes one, and to nothing else; none of these is in a run unnamed. */
static void nodes_are_for_what_takes_them(void **state)
{
	struct amk_options o = plan_options("numa,kmalloc", "pair", "64");
	struct amk_request request;
	struct amk_plan plan;
	u32 i, placed = 0;

	(void)state;
	o.node = 3;
	assert_int_equal(amk_plan_make(&o, &plan, error), 0);
	for (i = 0; i < plan.nr_cells; i++) {
		bool takes = plan.cell[i].strategy->flags & AMK_STRATEGY_PLACED;

		amk_plan_request(&o, &plan, i, 0, AMK_CLOCK_NS, 1, &request);
		assert_int_equal(request.node, takes ? 3 : -1);
		placed += takes;
	}
	assert_in_range(placed, 2, plan.nr_cells - 1);
	amk_plan_free(&plan);
	amk_options_free(&o);
	o = plan_options(NULL, NULL, NULL);
	for (o.grid = AMK_GRID_QUICK; o.grid <= AMK_GRID_EVIDENCE; o.grid++) {
		assert_int_equal(amk_plan_make(&o, &plan, error), 0);
		for (i = 0; i < plan.nr_cells; i++)
			assert_int_not_equal(plan.cell[i].strategy->family, AMK_FAMILY_numa);
		amk_plan_free(&plan);
	}
	amk_options_free(&o);
}

static void evidence_is_asked_for(void **state)
{
	struct amk_options o = plan_options(NULL, NULL, NULL);
	struct amk_plan plan;
	u32 i;

	(void)state;
	for (i = AMK_GRID_QUICK; i <= AMK_GRID_EVIDENCE; i++) {
		o.grid = i;
		assert_int_equal(amk_plan_make(&o, &plan, error), 0);
		assert_int_equal(evidence_count(&plan) > 0, i == AMK_GRID_EVIDENCE);
		amk_plan_free(&plan);
	}
	amk_options_free(&o);
	/* By name, and not by what stands for many. */
	assert_int_equal(plan_count("kcalloc", "overflow", "64"), 1);
	assert_int_equal(plan_count("kmalloc", "pair", "64"), 1);
	/* What says nothing of a strategy is asked of one. */
	assert_int_equal(plan_count(NULL, "gfp", NULL), 2);
	assert_int_equal(plan_count("kmalloc", "gfp", NULL), 0);
}

static void evidence_is_of_the_kernel(void **state)
{
	struct amk_options o = plan_options(NULL, NULL, NULL);
	struct amk_plan plan;
	u32 i, arrays = 0, ranges = 0, user = 0;

	(void)state;
	o.grid = AMK_GRID_EVIDENCE;
	assert_int_equal(amk_plan_make(&o, &plan, error), 0);
	for (i = 0; i < plan.nr_cells; i++) {
		const struct amk_cell *c = &plan.cell[i];

		if (c->strategy->side == AMK_SIDE_kernel)
			continue;
		user++;
		arrays += !strcmp(c->workload->name, "overflow");
		ranges += !strcmp(c->workload->name, "contig");
	}
	assert_int_equal(arrays, 2); /* calloc and reallocarray */
	assert_int_equal(ranges, user - arrays); /* and how malloc's memory lies */
	assert_true(ranges > 0);
	assert_non_null(amk_plan_find(&plan, AMK_SIDE_user, "malloc", "contig", 4 << 20));
	assert_non_null(amk_plan_find(&plan, AMK_SIDE_kernel, "kmalloc", "contig", 100));
	assert_null(amk_plan_find(&plan, AMK_SIDE_kernel, "vmalloc", "contig", 100));
	assert_non_null(amk_plan_find(&plan, AMK_SIDE_kernel, "vmalloc", "burst-fifo", 64));
	assert_non_null(amk_plan_find(&plan, AMK_SIDE_kernel, "kcalloc", "overflow", 0));
	assert_non_null(amk_plan_find(&plan, AMK_SIDE_kernel, "null", "gfp", 0));
	assert_non_null(amk_plan_find(&plan, AMK_SIDE_kernel, "kmalloc", "pair", (4 << 20) + 1));
	assert_non_null(amk_plan_find(&plan, AMK_SIDE_kernel, "kmalloc", "limit", 0));
	assert_non_null(amk_plan_find(&plan, AMK_SIDE_kernel, "vmalloc", "chase", 4 << 20));
	assert_non_null(amk_plan_find(&plan, AMK_SIDE_kernel, "kmalloc-atomic", "illegal", 0));
	assert_non_null(amk_plan_find(&plan, AMK_SIDE_kernel, "vmalloc", "illegal", 0));
	assert_non_null(amk_plan_find(&plan, AMK_SIDE_kernel, "vmap", "pair", 1 << 20));
	assert_non_null(amk_plan_find(&plan, AMK_SIDE_kernel, "vmap", "contig", 1 << 20));
	assert_non_null(amk_plan_find(&plan, AMK_SIDE_kernel, "alloc_pages-bulk", "pair", 1 << 20));
	assert_null(amk_plan_find(&plan, AMK_SIDE_kernel, "alloc_pages-bulk", "contig", 1 << 20));
	assert_non_null(amk_plan_find(&plan, AMK_SIDE_kernel, "null", "reserves", 0));
	assert_non_null(amk_plan_find(&plan, AMK_SIDE_kernel, "kmalloc-atomic", "pressure", 8193));
	assert_null(amk_plan_find(&plan, AMK_SIDE_kernel, "kmalloc-atomic", "pressure", 4096));
	assert_null(amk_plan_find(&plan, AMK_SIDE_kernel, "kzalloc", "pressure", 8193));
	assert_null(amk_plan_find(&plan, AMK_SIDE_kernel, "kmem_cache", "illegal", 0));
	assert_null(amk_plan_find(&plan, AMK_SIDE_kernel, "kmalloc-dma", "chase", 4 << 20));
	assert_null(amk_plan_find(&plan, AMK_SIDE_kernel, "kmalloc", "burst-lifo", 64));
	amk_plan_free(&plan);
	amk_options_free(&o);
}

/* The largest size of a strategy's cells of @workload; 0: there are none. */
static u64 largest(const struct amk_plan *plan, enum amk_strategy_id id, const char *workload)
{
	u64 size = 0;
	u32 i;

	for (i = 0; i < plan->nr_cells; i++)
		if (plan->cell[i].strategy == &amk_strategies[id] &&
		    !strcmp(plan->cell[i].workload->name, workload) &&
		    plan->cell[i].size_bytes > size)
			size = plan->cell[i].size_bytes;
	return size;
}

static void translation_goes_far_where_it_may(void **state)
{
	struct amk_options o = plan_options(NULL, NULL, NULL);
	struct amk_plan plan;

	(void)state;
	o.grid = AMK_GRID_FULL;
	o.protocol.mem_max_bytes = 1ULL << 30;
	assert_int_equal(amk_plan_make(&o, &plan, error), 0);
	assert_int_equal(largest(&plan, AMK_STRATEGY_ID_user_mmap, "chase"), 1ULL << 30);
	assert_int_equal(largest(&plan, AMK_STRATEGY_ID_user_mmap_thp, "alias"), 1ULL << 30);
	assert_int_equal(largest(&plan, AMK_STRATEGY_ID_user_mmap, "touch"), AMK_GRID_TOP_BYTES);
	assert_int_equal(largest(&plan, AMK_STRATEGY_ID_user_malloc, "chase"), AMK_GRID_TOP_BYTES);
	assert_int_equal(largest(&plan, AMK_STRATEGY_ID_user_mmap, "alias"), 0);
	amk_plan_free(&plan);
	o.grid = AMK_GRID_QUICK;
	assert_int_equal(amk_plan_make(&o, &plan, error), 0);
	assert_int_equal(largest(&plan, AMK_STRATEGY_ID_user_mmap, "chase"), AMK_GRID_TOP_BYTES);
	assert_int_equal(largest(&plan, AMK_STRATEGY_ID_user_malloc, "chase"), 16 << 20);
	amk_plan_free(&plan);
	amk_options_free(&o);
	/* Who asks for it is told why not. */
	o = plan_options("mmap", "alias", "1M");
	assert_int_equal(amk_plan_make(&o, &plan, error), 0);
	assert_int_equal(largest(&plan, AMK_STRATEGY_ID_user_mmap, "alias"), 1 << 20);
	amk_plan_free(&plan);
	amk_options_free(&o);
}

/* The geometry goes to the workloads that are modelled, and to no other. */
static void the_geometry_is_passed_on(void **state)
{
	struct amk_options o = plan_options("mmap", "chase,pair", "1M");
	struct amk_request request;
	struct amk_plan plan;
	u32 at;

	(void)state;
	o.geometry.nr_units = 1;
	o.geometry.unit[0] = (struct amk_tlb_unit){ 8, 8, 1 << 12, 1, 0 };
	assert_int_equal(amk_plan_make(&o, &plan, error), 0);
	assert_int_equal(plan.nr_cells, 2);
	for (at = 0; at < plan.nr_cells; at++) {
		amk_plan_request(&o, &plan, at, 0, AMK_CLOCK_CYCLE, 2.5, &request);
		assert_int_equal(request.tlb.nr_units, strcmp(request.workload, "pair") != 0);
	}
	amk_plan_free(&plan);
	amk_options_free(&o);
}

/* What each thread may hold does not shrink before all of them come to the limit of any block. */
static void threads_are_passed_on(void **state)
{
	struct amk_options o = plan_options("malloc", "burst-fifo", "64");
	struct amk_request request;
	struct amk_plan plan;

	(void)state;
	assert_int_equal(amk_plan_make(&o, &plan, error), 0);
	amk_plan_request(&o, &plan, 0, 0, AMK_CLOCK_CYCLE, 2.5, &request);
	assert_int_equal(request.nr_threads, 0);
	assert_int_equal(request.tick_khz, 0);
	o.nr_threads = 2;
	o.thread_cpu[0] = 3;
	o.thread_cpu[1] = 5;
	amk_plan_request(&o, &plan, 0, 0, AMK_CLOCK_CYCLE, 2.5, &request);
	assert_int_equal(amk_request_check(&request), 0);
	assert_int_equal(request.nr_threads, 2);
	assert_int_equal(request.cpu[0], 3);
	assert_int_equal(request.cpu[1], 5);
	assert_int_equal(request.tick_khz, 2500000);
	assert_int_equal(request.mem_max, 2 * o.protocol.batch_bytes);
	o.protocol.mem_max_bytes = o.protocol.batch_bytes + 1;
	amk_plan_request(&o, &plan, 0, 0, AMK_CLOCK_CYCLE, 2.5, &request);
	assert_int_equal(request.mem_max, o.protocol.mem_max_bytes);
	/* Instructions are no time. */
	o.counted = true;
	amk_plan_request(&o, &plan, 0, 0, AMK_CLOCK_CYCLE, 2.5, &request);
	assert_int_equal(request.tick_khz, 0);
	amk_plan_free(&plan);
	amk_options_free(&o);
}

static void every_request_is_in_bounds(void **state)
{
	static const char *const places[] = { "host", "guest-kvm", "guest-tcg", "guest-icount" };
	struct amk_request request;
	struct amk_options o;
	struct amk_plan plan;
	u32 i, at;

	(void)state;
	for (i = 0; i < 3 * AMK_ARRAY_SIZE(places); i++) {
		o = plan_options(NULL, NULL, NULL);
		amk_options_default(&o, i % 3, places[i / 3]);
		assert_int_equal(amk_plan_make(&o, &plan, error), 0);
		for (at = 0; at < plan.nr_cells; at++) {
			amk_plan_request(&o, &plan, at, 0, AMK_CLOCK_CYCLE, 2.5, &request);
			assert_int_equal(amk_request_check(&request), 0);
			assert_true(request.mem_max >=
					    amk_strategy_footprint(plan.cell[at].strategy,
								   request.size) ||
				    plan.cell[at].strategy->granule_bytes > 1 << 21);
		}
		amk_plan_free(&plan);
		amk_options_free(&o);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_are_read),
		cmocka_unit_test(sizes_are_sorted),
		cmocka_unit_test(words_choose_cells),
		cmocka_unit_test(wrong_words_are_named),
		cmocka_unit_test(a_side_that_is_off_is_said),
		cmocka_unit_test(rounds_are_shuffled_by_the_seed),
		cmocka_unit_test(slow_cells_of_a_quick_run_go_once),
		cmocka_unit_test(nodes_are_for_what_takes_them),
		cmocka_unit_test(threads_are_passed_on),
		cmocka_unit_test(evidence_is_asked_for),
		cmocka_unit_test(evidence_is_of_the_kernel),
		cmocka_unit_test(translation_goes_far_where_it_may),
		cmocka_unit_test(the_geometry_is_passed_on),
		cmocka_unit_test(every_request_is_in_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
