// SPDX-License-Identifier: GPL-2.0-only
/*
 * Changes of level: the statistic against numbers worked out by hand, what is found and what is not
 * in series from a seeded generator, and how often chance alone is taken for a change.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include "lib/core/random.h"
#include "lib/user/cusum.h"

#include <cmocka.h>

#define ROOM 1000

static struct amk_change change[ROOM];
static double x[ROOM];

static const struct amk_cusum_options usual = { AMK_CUSUM_1_PERMILLE, 0.03, 0 };

static void is_near(double got, double wanted)
{
	if (!(fabs(got - wanted) < 1e-9 * (1 + fabs(wanted))))
		fail_msg("%.12g is not %.12g", got, wanted);
}

/* Ranks 2 1 4 3 5 6, doubled less 7: -3 -5 1 -1 3 5; sums -3 -8 -7 -8 -5 0. */
static void statistic_by_hand(void **state)
{
	static const double y[] = { 20, 10, 40, 30, 50, 60 };
	struct amk_cusum cusum;

	(void)state;
	assert_int_equal(amk_cusum_find(y, 6, &cusum), 0);
	is_near(cusum.most, 8);
	assert_int_equal(cusum.at, 2);
	assert_false(cusum.tied);
	/* The variance of 1 .. 6 is 3.5. */
	is_near(cusum.scaled, 4 / sqrt(3.5) / sqrt(6));
}

/* Ranks 1.5 1.5 1.5+... of 1 1 2 2: doubled less 5: -2 -2 2 2. */
static void statistic_with_ties(void **state)
{
	static const double y[] = { 1, 1, 2, 2 };
	struct amk_cusum cusum;

	(void)state;
	assert_int_equal(amk_cusum_find(y, 4, &cusum), 0);
	is_near(cusum.most, 4);
	assert_int_equal(cusum.at, 2);
	assert_true(cusum.tied);
	/* Ranks 1.5, 1.5, 3.5, 3.5: their variance is 4 / 3. */
	is_near(cusum.scaled, 2 / sqrt(4 / 3.0) / 2);
}

static void all_the_same(void **state)
{
	struct amk_cusum cusum;
	u32 i;

	(void)state;
	for (i = 0; i < 100; i++)
		x[i] = 5;
	assert_int_equal(amk_cusum_find(x, 100, &cusum), 0);
	assert_true(cusum.most == 0 && cusum.scaled == 0);
	assert_int_equal(amk_cusum_changes(x, 100, &usual, change), 0);
	assert_int_equal(amk_cusum_changes(x, 0, &usual, change), 0);
	assert_int_equal(amk_cusum_changes(x, 1, &usual, change), 0);
}

/* About normal, of mean 0 and deviation 1. */
static double normal(struct amk_random *random)
{
	double sum = -6;
	int i;

	for (i = 0; i < 12; i++)
		sum += (double)amk_random_below(random, 1U << 24) / (1U << 24);
	return sum;
}

/* @n numbers around 100 of deviation @noise, times @by from @at on to @to. */
static void series(u32 n, double noise, u32 at, u32 to, double by, u64 seed)
{
	struct amk_random random = { seed };
	u32 i;

	for (i = 0; i < n; i++)
		x[i] = (100 + noise * normal(&random)) * (i >= at && i < to ? by : 1);
}

static void step_is_found(void **state)
{
	(void)state;
	series(40, 1, 25, 40, 1.05, 1);
	assert_int_equal(amk_cusum_changes(x, 40, &usual, change), 1);
	assert_true(change[0].at >= 24 && change[0].at <= 26);
	assert_true(change[0].before > 99 && change[0].before < 101);
	assert_true(change[0].after > 104 && change[0].after < 106);
	assert_true(change[0].alpha <= 0.001);
}

static void two_steps_are_found(void **state)
{
	(void)state;
	series(200, 1, 60, 200, 1.05, 2);
	{
		u32 i;

		for (i = 130; i < 200; i++)
			x[i] *= 1.1;
	}
	assert_int_equal(amk_cusum_changes(x, 200, &usual, change), 2);
	assert_true(change[0].at >= 59 && change[0].at <= 61);
	assert_true(change[1].at >= 129 && change[1].at <= 131);
	assert_true(change[1].before == change[0].after);
}

/* A level that is left and comes back moves no sum over the whole. */
static void bump_is_found(void **state)
{
	(void)state;
	series(400, 1, 180, 220, 1.06, 3);
	assert_int_equal(amk_cusum_changes(x, 400, &usual, change), 2);
	assert_true(change[0].at >= 178 && change[0].at <= 182);
	assert_true(change[1].at >= 218 && change[1].at <= 222);
}

/* Up and down in equal parts: the whole has no sum to speak of, its windows have. */
static void alternation_is_found(void **state)
{
	u32 i;

	(void)state;
	series(160, 1, 0, 0, 1, 6);
	for (i = 0; i < 160; i++)
		x[i] *= i / 20 % 2 ? 1.1 : 1;
	assert_int_equal(amk_cusum_changes(x, 160, &usual, change), 7);
	for (i = 0; i < 7; i++)
		assert_in_range(change[i].at, 20 * (i + 1) - 2, 20 * (i + 1) + 2);
}

/* A run or two at a height of their own between two levels are no level. */
static void run_between_is_no_level(void **state)
{
	ssize_t n, c;
	u32 i, seed;

	(void)state;
	for (seed = 0; seed < 200; seed++) {
		series(80, 1, 0, 0, 1, 100 + seed);
		for (i = 0; i < 80; i++)
			x[i] *= i / 20 % 2 ? 1 : 1.12;
		x[59] = 107;
		x[60] = 104;
		n = amk_cusum_changes(x, 80, &usual, change);
		assert_true(n >= 1 && n <= 3);
		for (c = 0; c <= n; c++)
			assert_true((c < n ? change[c].at : 80) - (c ? change[c - 1].at : 0) >= 3);
	}
}

static void wild_run_is_none(void **state)
{
	(void)state;
	series(60, 1, 0, 0, 1, 4);
	x[30] = 1e6;
	x[59] = 1e6;
	assert_int_equal(amk_cusum_changes(x, 60, &usual, change), 0);
}

static void small_step_is_none(void **state)
{
	struct amk_cusum_options any = usual;

	(void)state;
	series(100, 0.2, 50, 100, 1.02, 5);
	assert_int_equal(amk_cusum_changes(x, 100, &usual, change), 0);
	any.magnitude = 0.01;
	assert_int_equal(amk_cusum_changes(x, 100, &any, change), 1);
}

static void too_few_for_the_level(void **state)
{
	struct amk_cusum_options lax = usual;
	u32 i;

	(void)state;
	for (i = 0; i < 10; i++)
		x[i] = i + (i < 5 ? 10 : 100);
	assert_int_equal(amk_cusum_changes(x, 10, &usual, change), 0);
	lax.level = AMK_CUSUM_1_PERCENT;
	assert_int_equal(amk_cusum_changes(x, 10, &lax, change), 1);
	assert_int_equal(change[0].at, 5);
	assert_int_equal(amk_cusum_least(AMK_CUSUM_1_PERCENT), 10);
	assert_int_equal(amk_cusum_least(AMK_CUSUM_1_PERMILLE), 14);
}

/*
 * Without a change the whole series is taken to have one in at most 5 % of all cases, and what the
 * windows add stays within another 5 %. 1000 series; the bounds are four deviations away.
 */
static void chance_is_as_promised(void **state)
{
	struct amk_cusum_options lax = { AMK_CUSUM_5_PERCENT, 0, 0 };
	u32 run, whole = 0, any = 0;
	struct amk_cusum cusum;

	(void)state;
	for (run = 0; run < 1000; run++) {
		series(57, 1, 0, 0, 1, 1000 + run);
		assert_int_equal(amk_cusum_find(x, 57, &cusum), 0);
		whole += amk_cusum_passes(&cusum, 57) != AMK_NR_CUSUM_LEVELS;
		any += amk_cusum_changes(x, 57, &lax, change) > 0;
	}
	assert_true(whole >= 20 && whole <= 78);
	assert_true(any >= 20 && any <= 138);
}

/* Beyond the table the limit for large n takes over, and ties have it at once. */
static void chance_beyond_the_table(void **state)
{
	u32 run, i, large = 0, tied = 0;
	struct amk_cusum cusum;
	static double y[1500];

	(void)state;
	for (run = 0; run < 400; run++) {
		struct amk_random random = { run };

		for (i = 0; i < 1500; i++)
			y[i] = normal(&random);
		assert_int_equal(amk_cusum_find(y, 1500, &cusum), 0);
		large += amk_cusum_passes(&cusum, 1500) != AMK_NR_CUSUM_LEVELS;
		for (i = 0; i < 60; i++)
			y[i] = amk_random_below(&random, 3);
		assert_int_equal(amk_cusum_find(y, 60, &cusum), 0);
		assert_true(cusum.tied);
		tied += amk_cusum_passes(&cusum, 60) != AMK_NR_CUSUM_LEVELS;
	}
	assert_true(large >= 3 && large <= 38);
	assert_true(tied >= 1 && tied <= 38);
}

static void steps_are_exact(void **state)
{
	u32 i;

	(void)state;
	for (i = 0; i < 20; i++)
		x[i] = i < 19 ? 512 : 513;
	assert_int_equal(amk_cusum_steps(x, 20, &usual, change), 1);
	assert_int_equal(change[0].at, 19);
	assert_true(change[0].before == 512 && change[0].after == 513 && change[0].alpha == 0);
	{
		struct amk_cusum_options lax = usual;

		lax.tolerance = 0.01;
		assert_int_equal(amk_cusum_steps(x, 20, &lax, change), 0);
	}
	x[0] = 0;
	assert_int_equal(amk_cusum_steps(x, 20, &usual, change), 2);
	assert_true(change[0].before == 0 && change[0].after == 512);
	x[5] = 4;
	assert_int_equal(amk_cusum_steps(x, 20, &usual, change), -ERANGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statistic_by_hand),
		cmocka_unit_test(statistic_with_ties),
		cmocka_unit_test(all_the_same),
		cmocka_unit_test(step_is_found),
		cmocka_unit_test(two_steps_are_found),
		cmocka_unit_test(bump_is_found),
		cmocka_unit_test(alternation_is_found),
		cmocka_unit_test(run_between_is_no_level),
		cmocka_unit_test(wild_run_is_none),
		cmocka_unit_test(small_step_is_none),
		cmocka_unit_test(too_few_for_the_level),
		cmocka_unit_test(chance_is_as_promised),
		cmocka_unit_test(chance_beyond_the_table),
		cmocka_unit_test(steps_are_exact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
