// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a comparison refuses: runs of another place, unless that is what is asked about, runs with
 * nothing in common, and costs that are none.
 */
#include "comparison_made.h"

#include <math.h>

#include "lib/user/axis.h"

static int make(void)
{
	return amk_comparison_make(&base.costs, &head.costs, &options, &comparison, error);
}

static void other_place_is_refused(void **state)
{
	(void)state;
	made_add_pair(8, 1);
	json_object_set_new(json_object_get(head.costs.manifest, "comparability"), "thp.enabled",
			    json_string("never"));
	assert_int_equal(make(), AMK_NOT_COMPARABLE);
	assert_non_null(strstr(error, "1 thing differs"));
	assert_non_null(strstr(error, "--across=thp"));
	assert_int_equal(comparison.differences.count, 1);
	assert_string_equal(comparison.differences.item[0].key, "thp.enabled");
	amk_comparison_free(&comparison);
	assert_true(amk_axes_parse("kernel,allocator", &options.across, error));
	assert_int_equal(make(), AMK_NOT_COMPARABLE);
	amk_comparison_free(&comparison);
	assert_true(amk_axes_parse("kernel,thp", &options.across, error));
	assert_int_equal(make(), 0);
	assert_int_equal(comparison.differences.count, 1);
}

static void other_unit_is_refused_always(void **state)
{
	(void)state;
	made_add_pair(8, 1);
	head.costs.run.unit = head.costs.unit = "insn";
	assert_true(amk_axes_parse("all", &options.across, error));
	assert_int_equal(make(), AMK_NOT_COMPARABLE);
	assert_non_null(strstr(error, "one counts in ns, the other in insn"));
}

static void file_of_one_kernel_is_of_its_axis(void **state)
{
	json_t *now = json_object_get(head.costs.manifest, "comparability");

	(void)state;
	made_add_pair(8, 1);
	json_object_set_new(now, "vm.new_knob", json_string("7"));
	json_object_set_new(now, "kernel.release", json_string("6.12"));
	assert_true(amk_axes_parse("kernel", &options.across, error));
	assert_int_equal(make(), 0);
	amk_comparison_free(&comparison);
	json_object_set_new(now, "env.LD_PRELOAD", json_string("libjemalloc.so"));
	assert_int_equal(make(), AMK_NOT_COMPARABLE);
	assert_int_equal(amk_differences_refused(&comparison.differences, options.across), 1);
}

static void what_one_kernel_half_knew_is_no_difference(void **state)
{
	json_t *then = json_object_get(base.costs.manifest, "comparability");
	json_t *now = json_object_get(head.costs.manifest, "comparability");

	(void)state;
	made_add_pair(8, 1);
	json_object_set_new(then, "init_on_alloc", json_string("1"));
	assert_int_equal(make(), 0);
	amk_comparison_free(&comparison);
	json_object_set_new(now, "init_on_alloc", json_string("0"));
	assert_int_equal(make(), AMK_NOT_COMPARABLE);
}

static void empty_intersection_is_refused(void **state)
{
	(void)state;
	made_add(&base, "pair", 8, AMK_METRIC_lat_pair, made_rounds, MADE_ROUNDS, 20);
	made_add(&head, "pair", 16, AMK_METRIC_lat_pair, made_rounds, MADE_ROUNDS, 20);
	assert_int_equal(make(), AMK_NOT_COMPARABLE);
	assert_non_null(strstr(error, "no cell in common"));
}

static void no_cost_is_no_logarithm(void **state)
{
	static const double wrong[] = { 0, -1, NAN, INFINITY };
	size_t i;

	(void)state;
	made_add_pair(8, 1);
	for (i = 0; i < AMK_ARRAY_SIZE(wrong); i++) {
		head.cost[0][3] = wrong[i];
		assert_int_equal(make(), -EBADMSG);
		assert_non_null(strstr(error, "new: user:malloc pair 8 lat_pair: "));
		amk_comparison_free(&comparison);
	}
}

static void axes_have_names(void **state)
{
	u32 axes;

	(void)state;
	assert_true(amk_axes_parse("thp", &axes, error));
	assert_int_equal(axes, 1);
	assert_false(amk_axes_parse("thp,moon", &axes, error));
	assert_string_equal(error, "moon");
	assert_false(amk_axes_parse("", &axes, error));
	assert_false(amk_axes_parse("thp,", &axes, error));
	assert_int_equal(amk_axes_of("", "unit", false), 0);
	assert_int_equal(amk_axes_of("machine", "thp.enabled", false) & 1, 0);
	assert_int_equal(amk_verdict_find("only-head"), AMK_VERDICT_ONLY_HEAD);
	assert_int_equal(amk_verdict_find("worse"), -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, made_begin, made_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_one_kernel_half_knew_is_no_difference),
		TEST(other_place_is_refused),
		TEST(other_unit_is_refused_always),
		TEST(file_of_one_kernel_is_of_its_axis),
		TEST(empty_intersection_is_refused),
		TEST(no_cost_is_no_logarithm),
		TEST(axes_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
