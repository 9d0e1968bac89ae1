// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tables of strategies, families, workloads and metrics: what every row must be for lists,
 * records and the ABI to work, whoever adds one.
 */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include "lib/core/abi.h"
#include "lib/core/metric.h"
#include "lib/core/strategy.h"
#include "lib/core/workload.h"

#include <cmocka.h>

/* A name is typed on command lines and stands in lists separated by commas. */
static void check_name(const char *name)
{
	const char *p;

	assert_in_range(strlen(name), 1, AMK_NAME_LEN - 1);
	for (p = name; *p; p++)
		if (!islower((unsigned char)*p) && !isdigit((unsigned char)*p) && *p != '-' &&
		    *p != '_')
			fail_msg("'%s' has a character that a command line would trip over", name);
}

static void check_summary(const char *name, const char *summary)
{
	if (strlen(summary) < 8)
		fail_msg("'%s' has no summary", name);
}

static void test_strategies(void **state)
{
	const struct amk_strategy *s;
	u32 i, j;

	(void)state;
	for (i = 0; i < AMK_NR_STRATEGIES; i++) {
		s = &amk_strategies[i];
		check_name(s->name);
		check_summary(s->name, s->summary);
		assert_in_range(s->side, 0, AMK_NR_SIDES - 1);
		assert_in_range(s->family, 0, AMK_NR_FAMILIES - 1);
		assert_in_range(s->min_bytes, 1, ~0ULL);
		assert_true(!s->max_bytes || s->max_bytes >= s->min_bytes);
		assert_int_equal(s->granule_bytes & (s->granule_bytes - 1), 0);
		assert_in_range(s->granule_bytes, 1, 1U << 30);
		for (j = 0; j < i; j++)
			assert_false(s->side == amk_strategies[j].side &&
				     !strcmp(s->name, amk_strategies[j].name));
	}
}

/* What no memory can be at once. */
static void test_strategy_flags(void **state)
{
	const struct amk_strategy *s;
	u32 i;

	(void)state;
	for (i = 0; i < AMK_NR_STRATEGIES; i++) {
		s = &amk_strategies[i];
		assert_false(s->flags & AMK_STRATEGY_LAZY && s->flags & AMK_STRATEGY_POPULATED);
		assert_false(s->flags & AMK_STRATEGY_EMPTY &&
			     s->flags & ~(AMK_STRATEGY_EMPTY | AMK_STRATEGY_CALLER));
		if (s->flags & AMK_STRATEGY_PAGED)
			assert_in_range(s->granule_bytes, 4096, ~0ULL);
	}
}

static void test_strategy_find(void **state)
{
	const struct amk_strategy *s;
	u32 i;

	(void)state;
	for (i = 0; i < AMK_NR_STRATEGIES; i++) {
		s = &amk_strategies[i];
		assert_ptr_equal(amk_strategy_find(s->side, s->name), s);
	}
	assert_null(amk_strategy_find(AMK_SIDE_user, "kmalloc"));
	assert_null(amk_strategy_find(AMK_SIDE_kernel, "malloc"));
	assert_null(amk_strategy_find(AMK_SIDE_user, ""));
	assert_null(amk_strategy_find(AMK_SIDE_user, "mallo"));
}

static void test_footprint(void **state)
{
	struct amk_strategy s = { .granule_bytes = 4096 };

	(void)state;
	assert_int_equal(amk_strategy_footprint(&s, 1), 4096);
	assert_int_equal(amk_strategy_footprint(&s, 4096), 4096);
	assert_int_equal(amk_strategy_footprint(&s, 4097), 8192);
	assert_int_equal(amk_strategy_footprint(&s, (1ULL << 40) + 1), 1ULL << 41);
	assert_int_equal(amk_strategy_footprint(&s, (1ULL << 62) - 1), 1ULL << 62);
	assert_int_equal(amk_strategy_footprint(&s, 1ULL << 62), 1ULL << 62);
	assert_int_equal(amk_strategy_footprint(&s, (1ULL << 62) + 1), ~0ULL);
	assert_int_equal(amk_strategy_footprint(&s, ~0ULL), ~0ULL);
}

static void test_families(void **state)
{
	u32 members[AMK_NR_FAMILIES] = { 0 };
	u32 i, j;

	(void)state;
	for (i = 0; i < AMK_NR_STRATEGIES; i++)
		members[amk_strategies[i].family]++;
	for (i = 0; i < AMK_NR_FAMILIES; i++) {
		check_name(amk_families[i].name);
		check_summary(amk_families[i].name, amk_families[i].summary);
		assert_in_range(members[i], 1, AMK_NR_STRATEGIES);
		for (j = 0; j < i; j++)
			assert_string_not_equal(amk_families[i].name, amk_families[j].name);
	}
	for (i = 0; i < AMK_NR_SIDES; i++)
		check_name(amk_side_names[i]);
}

static void check_lanes(const struct amk_workload *w)
{
	u32 i;

	for (i = 0; i < AMK_LANES_MAX; i++) {
		if (w->lane[i] == AMK_METRIC_none)
			continue;
		assert_in_range(w->lane[i], 0, AMK_NR_METRICS - 1);
		assert_int_equal(amk_metrics[w->lane[i]].unit, AMK_UNIT_TICKS);
		/* Lanes are filled from the first on. */
		assert_true(!i || w->lane[i - 1] != AMK_METRIC_none);
		assert_true(!i || w->lane[i - 1] != w->lane[i]);
	}
	/* A burst times its allocations and its releases. */
	if (w->flags & AMK_WORKLOAD_BATCH)
		assert_int_not_equal(w->lane[1], AMK_METRIC_none);
}

static void test_workloads(void **state)
{
	const struct amk_workload *w;
	u32 i, j;

	(void)state;
	for (i = 0; i < AMK_NR_WORKLOADS; i++) {
		w = &amk_workloads[i];
		check_name(w->name);
		check_summary(w->name, w->summary);
		assert_non_null(w->measure);
		assert_in_range(w->body, 0, AMK_NR_BODIES - 1);
		assert_int_equal(!w->least_bytes, !!(w->flags & AMK_WORKLOAD_SIZELESS));
		check_lanes(w);
		assert_ptr_equal(amk_workload_find(w->name), w);
		for (j = 0; j < i; j++)
			assert_string_not_equal(w->name, amk_workloads[j].name);
	}
	assert_null(amk_workload_find("pai"));
	assert_null(amk_workload_find(""));
}

static void test_metrics(void **state)
{
	u32 i, j;

	(void)state;
	for (i = 0; i < AMK_NR_METRICS; i++) {
		check_name(amk_metrics[i].name);
		check_summary(amk_metrics[i].name, amk_metrics[i].summary);
		assert_in_range(amk_metrics[i].unit, 0, AMK_UNIT_OPS);
		assert_in_range(amk_metrics[i].better, 0, AMK_BETTER_NEITHER);
		assert_ptr_equal(amk_metric_find(amk_metrics[i].name), &amk_metrics[i]);
		for (j = 0; j < i; j++)
			assert_string_not_equal(amk_metrics[i].name, amk_metrics[j].name);
	}
	assert_null(amk_metric_find("lat"));
}

/* Their numbers go over the ABI: a row put in between would change what an older half says. */
static void test_reasons_keep_their_numbers(void **state)
{
	(void)state;
	assert_int_equal(AMK_REASON_NONE, 0);
	assert_int_equal(AMK_REASON_UNKNOWN_STRATEGY, 1);
	assert_int_equal(AMK_REASON_OVER_MEMORY, 5);
	assert_int_equal(AMK_REASON_NO_LEVEL, 11);
	assert_int_equal(AMK_REASON_BAD_REQUEST, 13);
	assert_int_equal(AMK_REASON_REFUSED_MIDWAY, 16);
	assert_int_equal(AMK_REASON_CAPPED, 22);
	assert_int_equal(AMK_REASON_NO_CONTENT, 23);
	assert_int_equal(AMK_REASON_CLOCK, 24);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_strategies),
		cmocka_unit_test(test_strategy_flags),
		cmocka_unit_test(test_strategy_find),
		cmocka_unit_test(test_footprint),
		cmocka_unit_test(test_families),
		cmocka_unit_test(test_workloads),
		cmocka_unit_test(test_metrics),
		cmocka_unit_test(test_reasons_keep_their_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
