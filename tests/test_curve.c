// SPDX-License-Identifier: GPL-2.0-only
/*
 * The points of curves over a fact, from figures of runs as the test has them.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bench/plot_over.h"

#include <cmocka.h>

#define RUNS 3
#define CELLS 4

static struct amk_summary cell[RUNS][CELLS];
static struct amk_plot_run run[RUNS];
static double x[RUNS];
static struct amk_plot plot;
static struct amk_over over;
static struct amk_curve_point point[RUNS];

static const struct amk_strategy *malloc_row(void)
{
	return &amk_strategies[AMK_STRATEGY_ID_user_malloc];
}

/* Cell @at of run @r: @cost of @metric, half of it in one round and twice in another. */
static struct amk_summary *put(size_t r, size_t at, u64 size, enum amk_metric_id metric,
			       double cost)
{
	struct amk_summary *s = &cell[r][at];

	*s = (struct amk_summary){ .side = AMK_SIDE_user,
				   .strategy = malloc_row(),
				   .workload = "frag",
				   .size_bytes = size,
				   .metric = &amk_metrics[metric],
				   .status = AMK_STATUS_OK,
				   .rounds = 3,
				   .cost = cost,
				   .cost_min = cost / 2,
				   .cost_max = cost * 2 };
	run[r].nr_summary = at + 1 > run[r].nr_summary ? at + 1 : run[r].nr_summary;
	return s;
}

/* Runs at 4, 1 and 2: not in the order of the axis. */
static int reset(void **state)
{
	static const double at[RUNS] = { 4, 1, 2 };
	size_t r;

	(void)state;
	memset(cell, 0, sizeof(cell));
	for (r = 0; r < RUNS; r++) {
		run[r] = (struct amk_plot_run){ .summary = cell[r] };
		x[r] = at[r];
	}
	plot = (struct amk_plot){ .run = run, .nr_runs = RUNS };
	over = (struct amk_over){ .plot = &plot, .fact = "threads", .x = x };
	memset(over.strategy, true, sizeof(over.strategy));
	return 0;
}

static size_t points(enum amk_curve_of of, enum amk_metric_id metric, enum amk_metric_id per)
{
	const struct amk_curve curve = {
		.workload = "frag", .metric = metric, .per = per, .of = of
	};

	return amk_curve_points(&over, &curve, malloc_row(), 4096, point);
}

static bool near(double a, double b)
{
	return fabs(a - b) < 1e-9;
}

static void test_cost_in_order(void **state)
{
	(void)state;
	put(0, 0, 4096, AMK_METRIC_lat_frag, 40);
	put(1, 0, 4096, AMK_METRIC_lat_frag, 10);
	put(2, 0, 4096, AMK_METRIC_lat_frag, 20);
	assert_int_equal(points(AMK_CURVE_COST, AMK_METRIC_lat_frag, 0), 3);
	assert_true(point[0].x == 1 && point[1].x == 2 && point[2].x == 4);
	assert_true(near(point[0].value, 10) && near(point[2].value, 40));
	assert_true(near(point[2].low, 20) && near(point[2].high, 80));
	assert_ptr_equal(point[2].run, &run[0]);
	/* Refused there: no point. */
	cell[2][0].status = AMK_STATUS_REFUSED;
	assert_int_equal(points(AMK_CURVE_COST, AMK_METRIC_lat_frag, 0), 2);
}

static void test_share(void **state)
{
	size_t r;

	(void)state;
	for (r = 0; r < RUNS; r++) {
		put(r, 0, 4096, AMK_METRIC_frag_given, 6);
		put(r, 1, 4096, AMK_METRIC_frag_tried, r ? 8 : 0);
	}
	/* Of nothing there is no share. */
	assert_int_equal(points(AMK_CURVE_SHARE, AMK_METRIC_frag_given, AMK_METRIC_frag_tried), 2);
	assert_true(near(point[0].value, 0.75));
	/* Both moved: what the quotient's range is, is not known. */
	assert_true(isnan(point[0].low) && isnan(point[0].high));
	cell[1][1].cost_min = cell[1][1].cost_max = 8;
	points(AMK_CURVE_SHARE, AMK_METRIC_frag_given, AMK_METRIC_frag_tried);
	assert_true(near(point[0].low, 0.375) && near(point[0].high, 1.5));
}

/* The share in one piece of @strategy at run 1, of 8 attempts with 6 given. */
static double whole(const struct amk_strategy *strategy, enum amk_metric_id a, double x_of_a,
		    enum amk_metric_id b, double x_of_b)
{
	const struct amk_curve curve = { .workload = "frag",
					 .metric = AMK_METRIC_frag_given,
					 .of = AMK_CURVE_WHOLE };
	size_t i;

	put(1, 0, 4096, AMK_METRIC_frag_given, 6);
	put(1, 1, 4096, AMK_METRIC_frag_tried, 8);
	put(1, 2, 4096, a, x_of_a);
	put(1, 3, 4096, b, x_of_b);
	for (i = 0; i < CELLS; i++) {
		cell[1][i].strategy = strategy;
		cell[1][i].side = strategy->side;
	}
	return amk_curve_points(&over, &curve, strategy, 4096, point) ? point[0].value : NAN;
}

static void test_whole(void **state)
{
	const struct amk_strategy *huge = &amk_strategies[AMK_STRATEGY_ID_user_mmap_thp];

	(void)state;
	assert_true(
		near(whole(malloc_row(), AMK_METRIC_frag_slept, 2, AMK_METRIC_frag_runs, 3), 0.75));
	assert_true(near(whole(malloc_row(), AMK_METRIC_frag_fallback, 2, AMK_METRIC_frag_runs, 3),
			 0.5));
	assert_true(near(whole(huge, AMK_METRIC_frag_huge, 1, AMK_METRIC_frag_pages, 3), 0.25));
	/* Not known what they map: no point, rather than all of it. */
	assert_true(isnan(whole(huge, AMK_METRIC_frag_runs, 1, AMK_METRIC_frag_pages, 3)));
}

/* Less than the least that a strategy gives is the same request, which has its line already. */
static void test_repeated(void **state)
{
	const struct amk_strategy *hugetlb = &amk_strategies[AMK_STRATEGY_ID_user_hugetlb_2m];
	struct amk_curve curve = { .workload = "frag",
				   .metric = AMK_METRIC_frag_given,
				   .line = AMK_CURVE_LINE_SIZE };

	(void)state;
	put(1, 0, 4096, AMK_METRIC_frag_given, 6)->strategy = hugetlb;
	assert_int_equal(amk_curve_points(&over, &curve, hugetlb, 4096, point), 1);
	put(1, 1, hugetlb->granule_bytes, AMK_METRIC_frag_given, 5)->strategy = hugetlb;
	assert_int_equal(amk_curve_points(&over, &curve, hugetlb, 4096, point), 0);
	assert_int_equal(amk_curve_points(&over, &curve, hugetlb, hugetlb->granule_bytes, point),
			 1);
	curve.line = AMK_CURVE_LINE_STRATEGY;
	assert_int_equal(amk_curve_points(&over, &curve, hugetlb, 4096, point), 1);
	curve.least_bytes = 8192;
	assert_int_equal(amk_curve_points(&over, &curve, hugetlb, 4096, point), 0);
}

static void test_tails(void **state)
{
	struct amk_summary *s = put(1, 0, 4096, AMK_METRIC_lat_frag, 10);

	(void)state;
	s->each_ops = 100;
	s->quantile[AMK_Q_P50] = 12;
	s->quantile[AMK_Q_P99] = 90;
	assert_int_equal(points(AMK_CURVE_P50, AMK_METRIC_lat_frag, 0), 1);
	assert_true(near(point[0].value, 12) && isnan(point[0].low));
	assert_int_equal(points(AMK_CURVE_P99, AMK_METRIC_lat_frag, 0), 1);
	assert_true(near(point[0].value, 90));
	/* Too few operations to have one, or none timed by itself. */
	s->quantile[AMK_Q_P99] = NAN;
	assert_int_equal(points(AMK_CURVE_P99, AMK_METRIC_lat_frag, 0), 0);
	s->each_ops = 0;
	assert_int_equal(points(AMK_CURVE_P50, AMK_METRIC_lat_frag, 0), 0);
}

static void test_efficiency(void **state)
{
	(void)state;
	put(0, 0, 4096, AMK_METRIC_frag_given, 20);
	put(1, 0, 4096, AMK_METRIC_frag_given, 10);
	put(2, 0, 4096, AMK_METRIC_frag_given, 20);
	assert_int_equal(points(AMK_CURVE_EFFICIENCY, AMK_METRIC_frag_given, 0), 3);
	assert_true(near(point[0].value, 1) && near(point[1].value, 1) &&
		    near(point[2].value, 0.5));
	assert_true(near(point[2].low, 0.25) && near(point[2].high, 1));
	/* Without the least there is nothing to be compared with. */
	cell[1][0].status = AMK_STATUS_SKIP;
	assert_int_equal(points(AMK_CURVE_EFFICIENCY, AMK_METRIC_frag_given, 0), 0);
}

/* As much at three times the index is not a third. */
static void test_efficiency_of_threads(void **state)
{
	size_t r;

	(void)state;
	for (r = 0; r < RUNS; r++)
		put(r, 0, 4096, AMK_METRIC_frag_given, 10);
	over.fact = "place.threads";
	assert_int_equal(points(AMK_CURVE_EFFICIENCY, AMK_METRIC_frag_given, 0), 3);
	over.fact = "index";
	assert_int_equal(points(AMK_CURVE_EFFICIENCY, AMK_METRIC_frag_given, 0), 0);
	assert_int_equal(points(AMK_CURVE_COST, AMK_METRIC_frag_given, 0), 3);
}

static void test_what_is_a_curve(void **state)
{
	const u64 wanted = 4096;
	const struct amk_curve curve = { .workload = "frag", .metric = AMK_METRIC_lat_frag };
	struct amk_curve_set set;

	(void)state;
	put(0, 0, 8192, AMK_METRIC_lat_frag, 1);
	put(1, 0, 4096, AMK_METRIC_lat_frag, 1);
	put(1, 1, 8192, AMK_METRIC_lat_frag, 1);
	put(2, 0, 4096, AMK_METRIC_lat_frag, 1);
	put(2, 1, 64, AMK_METRIC_lat_frag, 1);
	assert_int_equal(amk_curve_cells(&over, &curve, &set), 0);
	assert_int_equal(set.nr_strategies, 1);
	assert_int_equal(set.nr_sizes, 2);
	assert_true(set.size[0] == 4096 && set.size[1] == 8192);
	free(set.size);
	/* Two runs at one place are no curve. */
	x[0] = 1;
	assert_int_equal(amk_curve_cells(&over, &curve, &set), 0);
	assert_int_equal(set.nr_sizes, 1);
	free(set.size);
	over.size = &wanted;
	over.nr_sizes = 1;
	x[2] = 1;
	assert_int_equal(amk_curve_cells(&over, &curve, &set), -ENODATA);
	free(set.size);
	over.strategy[AMK_STRATEGY_ID_user_malloc] = false;
	x[2] = 2;
	assert_int_equal(amk_curve_cells(&over, &curve, &set), -ENODATA);
	free(set.size);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_cost_in_order, reset),
		cmocka_unit_test_setup(test_share, reset),
		cmocka_unit_test_setup(test_whole, reset),
		cmocka_unit_test_setup(test_repeated, reset),
		cmocka_unit_test_setup(test_tails, reset),
		cmocka_unit_test_setup(test_efficiency, reset),
		cmocka_unit_test_setup(test_efficiency_of_threads, reset),
		cmocka_unit_test_setup(test_what_is_a_curve, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
