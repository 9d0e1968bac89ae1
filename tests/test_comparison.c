// SPDX-License-Identifier: GPL-2.0-only
/*
 * Comparisons of runs made by hand: what is compared exactly and what by ranks, each verdict, cells
 * that only one run has, and the least change that a cell could have shown.
 */
#include "comparison_made.h"

#include <math.h>
#include <stdlib.h>

#include "lib/core/workload.h"
#include "lib/user/rank.h"

static void add_blank(struct made *made, const char *workload, u64 size, const char *reason)
{
	struct amk_cost_cell *c = &made->cell[made->costs.nr_cells];

	made_add(made, workload, size, AMK_METRIC_lat_pair, made_rounds, 0, 1);
	c->metric = NULL;
	c->status = AMK_STATUS_REFUSED;
	c->reason = reason;
}

/* A counted metric that has the same value in each round of a run. */
static void add_count(enum amk_metric_id metric, u64 size, u32 n, double was, double is)
{
	static const double ones[MADE_ROUNDS] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 };

	made_add(&base, "contig", size, metric, ones, n, was);
	made_add(&head, "contig", size, metric, ones, n, is);
}

static void compare(void)
{
	int failed = amk_comparison_make(&base.costs, &head.costs, &options, &comparison, error);

	if (failed)
		fail_msg("%s", error);
}

static void is_verdict(size_t i, enum amk_verdict wanted)
{
	assert_true(i < comparison.nr_cells);
	assert_string_equal(amk_verdict_name(comparison.cell[i].verdict), amk_verdict_name(wanted));
}

static void is_near(double got, double wanted)
{
	if (!(fabs(got - wanted) < 1e-9 * (1 + fabs(wanted))))
		fail_msg("%.12g is not %.12g", got, wanted);
}

/* ---- verdicts ---- */

static void times_by_ranks(void **state)
{
	const struct amk_comparison_cell *c;

	(void)state;
	made_add_pair(8, 1.2);
	made_add_pair(16, 0.8);
	made_add_pair(32, 1.001);
	made_add_pair(64, 1.03);
	compare();
	is_verdict(0, AMK_VERDICT_REGRESSED);
	is_verdict(1, AMK_VERDICT_IMPROVED);
	is_verdict(2, AMK_VERDICT_EQUIVALENT);
	is_verdict(3, AMK_VERDICT_INCONCLUSIVE);
	c = &comparison.cell[0];
	assert_int_equal(c->method, AMK_METHOD_RANK);
	is_near(c->ratio, 1.2);
	is_near(c->base_cost, 20);
	is_near(c->head_cost, 24);
	assert_true(c->ratio_low > 1.18 && c->ratio_low < 1.2);
	assert_true(c->ratio_high > 1.2 && c->ratio_high < 1.22);
	is_near(c->p, amk_rank_p_least(MADE_ROUNDS, MADE_ROUNDS));
	/* The least of four. */
	is_near(c->p_adjusted, 4 * c->p);
	assert_int_equal(comparison.nr_tested, 4);
	assert_int_equal(comparison.rounds_single, 5); /* 1 in 252, and 4 of them in 20 */
	assert_int_equal(comparison.nr_decidable, 4);
	assert_int_equal(comparison.count[AMK_VERDICT_REGRESSED], 1);
	assert_int_equal(comparison.count[AMK_VERDICT_INCONCLUSIVE], 1);
	is_near(comparison.cell[1].p, c->p);
}

static void higher_is_better(void **state)
{
	(void)state;
	made_add(&base, "contig", 4096, AMK_METRIC_run_largest, made_rounds, MADE_ROUNDS, 64);
	made_add(&head, "contig", 4096, AMK_METRIC_run_largest, made_rounds, MADE_ROUNDS, 32);
	made_add(&base, "contig", 8192, AMK_METRIC_run_largest, made_rounds, MADE_ROUNDS, 32);
	made_add(&head, "contig", 8192, AMK_METRIC_run_largest, made_rounds, MADE_ROUNDS, 64);
	made_add(&base, "contig", 16384, AMK_METRIC_frames_2m, made_rounds, MADE_ROUNDS, 32);
	made_add(&head, "contig", 16384, AMK_METRIC_frames_2m, made_rounds, MADE_ROUNDS, 64);
	compare();
	is_verdict(0, AMK_VERDICT_REGRESSED);
	is_verdict(1, AMK_VERDICT_IMPROVED);
	is_verdict(2, AMK_VERDICT_CHANGED);
	is_near(amk_comparison_worse(&comparison.cell[0]), 2);
	is_near(amk_comparison_worse(&comparison.cell[1]), 0.5);
}

static void margin_is_a_ratio_both_ways(void **state)
{
	(void)state;
	options.margin = 1;
	made_add_pair(8, 1.9);
	made_add_pair(16, 1 / 1.9);
	made_add_pair(32, 2.1);
	made_add_pair(64, 1 / 2.1);
	made_add_pair(128, 1 / 1.995);
	compare();
	is_verdict(0, AMK_VERDICT_EQUIVALENT);
	is_verdict(1, AMK_VERDICT_EQUIVALENT);
	is_verdict(2, AMK_VERDICT_REGRESSED);
	is_verdict(3, AMK_VERDICT_IMPROVED);
	is_verdict(4, AMK_VERDICT_INCONCLUSIVE);
}

static void fixed_counts_exactly(void **state)
{
	(void)state;
	add_count(AMK_METRIC_usable, 8, 1, 24, 24);
	add_count(AMK_METRIC_usable, 16, 1, 24, 32);
	add_count(AMK_METRIC_limit, 32, 1, 4096, 4095);
	add_count(AMK_METRIC_usable, 64, MADE_ROUNDS, 0, 8);
	/* One that is not fixed after all. */
	made_add(&base, "contig", 128, AMK_METRIC_usable, made_rounds, MADE_ROUNDS, 24);
	made_add(&head, "contig", 128, AMK_METRIC_usable, made_rounds, 1, 24);
	compare();
	assert_int_equal(comparison.cell[4].method, AMK_METHOD_RANK);
	is_verdict(0, AMK_VERDICT_EQUIVALENT);
	is_verdict(1, AMK_VERDICT_CHANGED);
	is_verdict(2, AMK_VERDICT_REGRESSED);
	is_verdict(3, AMK_VERDICT_CHANGED);
	assert_true(isnan(comparison.cell[3].ratio));
	assert_int_equal(comparison.cell[1].method, AMK_METHOD_EXACT);
	assert_int_equal(comparison.nr_tested, 0);
	assert_int_equal(comparison.nr_decidable, 4);
	assert_int_equal(comparison.rounds_single, 0);
}

static void tolerance_of_exact_ones(void **state)
{
	(void)state;
	options.tolerance = 0.01;
	add_count(AMK_METRIC_limit, 8, 1, 1000, 990);
	add_count(AMK_METRIC_limit, 16, 1, 1000, 989);
	compare();
	is_verdict(0, AMK_VERDICT_EQUIVALENT);
	is_verdict(1, AMK_VERDICT_REGRESSED);
	is_near(comparison.cell[0].mde, 0.01);
}

/* What the state of memory decides may be the same in each round and yet differ in the next run. */
static void other_counts_by_ranks(void **state)
{
	(void)state;
	add_count(AMK_METRIC_runs, 8, 3, 1, 2);
	add_count(AMK_METRIC_runs, 16, 1, 1, 2);
	add_count(AMK_METRIC_runs, 32, MADE_ROUNDS, 1, 2);
	add_count(AMK_METRIC_runs, 64, 1, 7, 7);
	add_count(AMK_METRIC_runs, 128, MADE_ROUNDS, 0, 2);
	compare();
	is_verdict(0, AMK_VERDICT_INCONCLUSIVE);
	is_verdict(1, AMK_VERDICT_INCONCLUSIVE);
	assert_int_equal(comparison.cell[1].rounds_needed, 3);
	is_verdict(2, AMK_VERDICT_REGRESSED);
	assert_int_equal(comparison.cell[2].method, AMK_METHOD_RANK);
	is_verdict(3, AMK_VERDICT_EQUIVALENT);
	/* From 0 there is no ratio, but a rise. */
	is_verdict(4, AMK_VERDICT_REGRESSED);
	assert_true(isnan(comparison.cell[4].ratio));
}

static void instructions_exactly(void **state)
{
	(void)state;
	base.costs.run.environment = base.costs.environment = "guest-icount";
	head.costs.run.environment = head.costs.environment = "guest-icount";
	made_add_pair(8, 1);
	made_add_pair(16, 1.001);
	made_add_pair(32, 0.999);
	compare();
	is_verdict(0, AMK_VERDICT_EQUIVALENT);
	is_verdict(1, AMK_VERDICT_REGRESSED);
	is_verdict(2, AMK_VERDICT_IMPROVED);
	is_near(comparison.cell[1].ratio, 1.001);
}

static void too_few_rounds(void **state)
{
	(void)state;
	made_add(&base, "pair", 8, AMK_METRIC_lat_pair, made_rounds, 2, 20);
	made_add(&head, "pair", 8, AMK_METRIC_lat_pair, made_rounds, 2, 40);
	compare();
	is_verdict(0, AMK_VERDICT_INCONCLUSIVE);
	assert_int_equal(comparison.cell[0].rounds_needed, 3);
	assert_int_equal(comparison.rounds_needed, 3);
	assert_true(isinf(comparison.cell[0].mde));
	assert_true(isnan(comparison.cell[0].p));
	assert_int_equal(comparison.nr_decidable, 0);
}

/* Three rounds have no interval of 95 %, however close they lie. */
static void no_interval_no_equivalence(void **state)
{
	(void)state;
	made_add(&base, "pair", 8, AMK_METRIC_lat_pair, made_rounds, 3, 20);
	made_add(&head, "pair", 8, AMK_METRIC_lat_pair, made_rounds, 3, 20);
	compare();
	is_verdict(0, AMK_VERDICT_INCONCLUSIVE);
	assert_string_equal(comparison.cell[0].why, "too few rounds for an interval");
	is_near(comparison.cell[0].level, 0.9);
	assert_int_equal(comparison.nr_decidable, 1);
}

/* ---- the least change that could have been shown ---- */

static void least_change_is_where_it_turns(void **state)
{
	double mde;

	(void)state;
	made_add_pair(8, 1.001);
	compare();
	mde = comparison.cell[0].mde;
	assert_true(mde > 0.03 && mde < 0.06);
	amk_comparison_free(&comparison);
	/* The same spread, shifted by a little less and a little more than that. */
	base.costs.nr_cells = head.costs.nr_cells = 0;
	made_add_pair(8, 1 + mde - 1e-6);
	compare();
	is_verdict(0, AMK_VERDICT_INCONCLUSIVE);
	amk_comparison_free(&comparison);
	base.costs.nr_cells = head.costs.nr_cells = 0;
	made_add_pair(8, 1 + mde + 1e-6);
	compare();
	is_verdict(0, AMK_VERDICT_REGRESSED);
}

static void least_change_grows_with_the_cells(void **state)
{
	double alone;
	u32 i;

	(void)state;
	made_add_pair(8, 1);
	compare();
	alone = comparison.cell[0].mde;
	amk_comparison_free(&comparison);
	for (i = 1; i < MADE_CELLS_MAX; i++)
		made_add_pair(8 << i, 1);
	compare();
	assert_true(comparison.cell[0].mde > alone);
}

/* What others have already been found lowers the bar. */
static void least_change_shrinks_with_findings(void **state)
{
	double alone;
	u32 i;

	(void)state;
	for (i = 0; i < MADE_CELLS_MAX; i++)
		made_add_pair(8 << i, 1);
	compare();
	alone = comparison.cell[0].mde;
	amk_comparison_free(&comparison);
	base.costs.nr_cells = head.costs.nr_cells = 0;
	for (i = 0; i < MADE_CELLS_MAX; i++)
		made_add_pair(8 << i, i ? 2 : 1);
	compare();
	assert_true(comparison.cell[0].mde < alone);
}

static void least_change_is_for_the_worse(void **state)
{
	double rise;

	(void)state;
	made_add(&base, "contig", 8, AMK_METRIC_runs, made_rounds, MADE_ROUNDS, 20);
	made_add(&head, "contig", 8, AMK_METRIC_runs, made_rounds, MADE_ROUNDS, 20);
	made_add(&base, "contig", 8, AMK_METRIC_run_largest, made_rounds, MADE_ROUNDS, 20);
	made_add(&head, "contig", 8, AMK_METRIC_run_largest, made_rounds, MADE_ROUNDS, 20);
	made_add(&base, "contig", 8, AMK_METRIC_frames_4k, made_rounds, MADE_ROUNDS, 20);
	made_add(&head, "contig", 8, AMK_METRIC_frames_4k, made_rounds, MADE_ROUNDS, 20);
	compare();
	rise = comparison.cell[0].mde;
	is_near(comparison.cell[1].mde, 1 - 1 / (1 + rise));
	is_near(comparison.cell[2].mde, rise);
}

/* ---- cells ---- */

static void cells_of_one_run(void **state)
{
	(void)state;
	made_add(&base, "pair", 8, AMK_METRIC_lat_pair, made_rounds, MADE_ROUNDS, 20);
	made_add(&head, "pair", 16, AMK_METRIC_lat_pair, made_rounds, MADE_ROUNDS, 20);
	made_add_pair(32, 1);
	made_add(&base, "pair", 64, AMK_METRIC_lat_pair, made_rounds, MADE_ROUNDS, 20);
	add_blank(&head, "pair", 64, "it said no");
	add_blank(&base, "pair", 128, "no huge pages");
	add_blank(&head, "pair", 128, "no huge pages");
	add_blank(&base, "contig", 8, "no huge pages");
	made_add(&head, "contig", 8, AMK_METRIC_frames, made_rounds, MADE_ROUNDS, 20);
	made_add(&head, "contig", 8, AMK_METRIC_runs, made_rounds, MADE_ROUNDS, 20);
	compare();
	assert_int_equal(comparison.nr_cells, 7);
	is_verdict(0, AMK_VERDICT_ONLY_BASE);
	assert_string_equal(comparison.cell[0].why, "not in the run");
	is_verdict(1, AMK_VERDICT_ONLY_HEAD);
	is_verdict(2, AMK_VERDICT_EQUIVALENT);
	is_verdict(3, AMK_VERDICT_ONLY_BASE);
	assert_string_equal(comparison.cell[3].why, "it said no");
	is_verdict(4, AMK_VERDICT_NO_NUMBER);
	is_verdict(5, AMK_VERDICT_ONLY_HEAD);
	assert_string_equal(comparison.cell[5].why, "no huge pages");
	assert_ptr_equal(comparison.cell[5].metric, &amk_metrics[AMK_METRIC_frames]);
	assert_ptr_equal(comparison.cell[6].metric, &amk_metrics[AMK_METRIC_runs]);
}

static void rule_asked_for_a_cell(const struct amk_comparison_cell *cell,
				  struct amk_comparison_limits *limits, void *data)
{
	assert_ptr_equal(data, &options);
	is_near(limits->margin, 0.03);
	if (cell->size_bytes == 8)
		limits->margin = 0.5;
	if (cell->size_bytes == 32)
		limits->min_rounds = MADE_ROUNDS + 1;
	limits->ignore = cell->size_bytes == 64;
}

static void rule_has_the_last_word(void **state)
{
	(void)state;
	options.rule = rule_asked_for_a_cell;
	options.data = &options;
	made_add_pair(8, 1.2);
	made_add_pair(16, 1.2);
	made_add_pair(32, 1.2);
	made_add_pair(64, 1.2);
	compare();
	is_verdict(0, AMK_VERDICT_EQUIVALENT);
	is_verdict(1, AMK_VERDICT_REGRESSED);
	is_verdict(2, AMK_VERDICT_INCONCLUSIVE);
	assert_int_equal(comparison.cell[2].rounds_needed, MADE_ROUNDS + 1);
	is_verdict(3, AMK_VERDICT_IGNORED);
	assert_int_equal(comparison.nr_tested, 2);
	is_near(comparison.cell[0].limits.margin, 0.5);
}

static void worst_stand_first(void **state)
{
	const struct amk_comparison_cell **worst;

	(void)state;
	made_add_pair(8, 1);
	made_add_pair(16, 0.7);
	made_add_pair(32, 1.2);
	made_add_pair(64, 1.5);
	compare();
	worst = amk_comparison_worst(&comparison);
	assert_non_null(worst);
	assert_int_equal(worst[0]->size_bytes, 64);
	assert_int_equal(worst[1]->size_bytes, 32);
	assert_int_equal(worst[2]->size_bytes, 16);
	assert_int_equal(worst[3]->size_bytes, 8);
	free(worst);
}

static void bursts_of_other_sizes(void **state)
{
	(void)state;
	json_object_set_new(base.costs.manifest, "options",
			    json_pack("{s:{s:i}}", "protocol", "batch", 256));
	json_object_set_new(head.costs.manifest, "options",
			    json_pack("{s:{s:i}}", "protocol", "batch", 1024));
	made_add_pair(8, 1.2);
	made_add(&base, "burst-fifo", 8, AMK_METRIC_lat_alloc, made_rounds, MADE_ROUNDS, 20);
	made_add(&head, "burst-fifo", 8, AMK_METRIC_lat_alloc, made_rounds, MADE_ROUNDS, 40);
	compare();
	is_verdict(0, AMK_VERDICT_REGRESSED);
	is_verdict(1, AMK_VERDICT_INCONCLUSIVE);
	assert_int_equal(comparison.cell[1].method, AMK_METHOD_NONE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, made_begin, made_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(times_by_ranks),
		TEST(higher_is_better),
		TEST(margin_is_a_ratio_both_ways),
		TEST(fixed_counts_exactly),
		TEST(tolerance_of_exact_ones),
		TEST(other_counts_by_ranks),
		TEST(instructions_exactly),
		TEST(too_few_rounds),
		TEST(no_interval_no_equivalence),
		TEST(least_change_shrinks_with_findings),
		TEST(least_change_is_for_the_worse),
		TEST(least_change_is_where_it_turns),
		TEST(least_change_grows_with_the_cells),
		TEST(cells_of_one_run),
		TEST(rule_has_the_last_word),
		TEST(worst_stand_first),
		TEST(bursts_of_other_sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
