// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rank statistics against figures of R, recorded in tests/data/rank.txt by rank.R beside it, to
 * 1e-9; and what holds of them whatever the numbers.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/core/random.h"
#include "lib/user/rank.h"

#include <cmocka.h>

#define NUMBERS_MAX 1024

/* A line of the file, and what has been taken of it. */
struct line {
	double number[NUMBERS_MAX];
	size_t count;
	size_t at;
};

static void is_near(double got, double wanted, unsigned int line)
{
	if (got == wanted || fabs(got - wanted) <= 1e-9 * fabs(wanted))
		return;
	fail_msg("line %u: %.17g is not %.17g", line, got, wanted);
}

static double take(struct line *l)
{
	assert_true(l->at < l->count);
	return l->number[l->at++];
}

static const double *take_some(struct line *l, size_t n)
{
	const double *from = l->number + l->at;

	assert_true(l->at + n <= l->count);
	l->at += n;
	return from;
}

static void line_check(const char *kind, struct line *l, unsigned int number)
{
	size_t m = (size_t)take(l), n = strcmp(kind, "fdr") ? (size_t)take(l) : 0;
	double parameter = strcmp(kind, "fdr") && strcmp(kind, "shift") ? take(l) : 0;
	const double *x = take_some(l, m), *y = take_some(l, n);
	struct amk_rank_interval interval;
	double adjusted[NUMBERS_MAX];
	size_t i;

	if (!strcmp(kind, "shift")) {
		is_near(amk_rank_shift(x, m, y, n), take(l), number);
	} else if (!strcmp(kind, "p")) {
		is_near(amk_rank_p(x, m, y, n, parameter), take(l), number);
	} else if (!strcmp(kind, "bound")) {
		is_near(amk_rank_bound(x, m, y, n, parameter), take(l), number);
	} else if (!strcmp(kind, "interval")) {
		assert_int_equal(amk_rank_interval(x, m, y, n, parameter, &interval), 0);
		is_near(interval.low, take(l), number);
		is_near(interval.high, take(l), number);
		is_near(interval.level, take(l), number);
	} else {
		assert_string_equal(kind, "fdr");
		assert_int_equal(amk_rank_fdr(x, adjusted, m), 0);
		for (i = 0; i < m; i++)
			is_near(adjusted[i], take(l), number);
	}
	assert_int_equal(l->at, l->count);
}

static void agrees_with_r(void **state)
{
	static struct line l;
	char *text = NULL, path[4096], *at, *end;
	unsigned int number = 0;
	size_t room = 0;
	FILE *file;

	(void)state;
	snprintf(path, sizeof(path), "%s/tests/data/rank.txt",
		 getenv("AMK_SRCDIR") ? getenv("AMK_SRCDIR") : ".");
	file = fopen(path, "re");
	if (!file)
		fail_msg("%s: cannot read", path);
	while (getline(&text, &room, file) > 0) {
		number++;
		l.count = l.at = 0;
		at = strchr(text, ' ');
		assert_non_null(at);
		for (*at++ = '\0';; at = end) {
			double x = strtod(at, &end);

			if (end == at)
				break;
			assert_true(l.count < NUMBERS_MAX);
			l.number[l.count++] = x;
		}
		line_check(text, &l, number);
	}
	fclose(file);
	free(text);
	assert_true(number > 300);
}

/* The bound is where the test turns: a margin just below it is rejected, one just above is not. */
static void bound_inverts_test(void **state)
{
	struct amk_random random = { .state = 5 };
	double x[9], y[8], bound;
	u32 i, trial;

	(void)state;
	for (trial = 0; trial < 50; trial++) {
		for (i = 0; i < 9; i++)
			x[i] = amk_random_below(&random, 1U << 30);
		for (i = 0; i < 8; i++)
			y[i] = amk_random_below(&random, 1U << 30);
		bound = amk_rank_bound(x, 9, y, 8, 0.05);
		assert_true(amk_rank_p(x, 9, y, 8, bound - 0.5) <= 0.05);
		assert_true(amk_rank_p(x, 9, y, 8, bound + 0.5) > 0.05);
	}
}

static void small_samples(void **state)
{
	static const double x[] = { 1, 2, 3 }, y[] = { 11, 12, 13 };
	struct amk_rank_interval interval;

	(void)state;
	assert_true(amk_rank_p(x, 3, y, 3, 0) == amk_rank_p_least(3, 3));
	assert_true(fabs(amk_rank_p_least(3, 3) - 0.05) < 1e-15);
	assert_true(amk_rank_bound(x, 3, y, 3, 0.04) == -INFINITY);
	assert_true(amk_rank_bound(x, 3, y, 3, 0.05) == 8);
	assert_int_equal(amk_rank_interval(x, 3, y, 3, 0.95, &interval), 0);
	assert_true(interval.low == 8 && interval.high == 12);
	assert_true(fabs(interval.level - 0.9) < 1e-12);
	assert_int_equal(amk_rank_rounds(0.05), 3);
	assert_int_equal(amk_rank_rounds(0.049), 4);
	assert_int_equal(amk_rank_rounds(1), 1);
}

/* A count of 0 has the logarithm of minus infinity. */
static void infinities_have_ranks(void **state)
{
	static const double x[] = { -INFINITY, -INFINITY, 0 }, y[] = { 1, 2, 3 };
	static const double same[] = { -INFINITY, -INFINITY };

	(void)state;
	assert_true(fabs(amk_rank_p(x, 3, y, 3, 0.03) - 0.05) < 1e-15);
	assert_true(amk_rank_p(same, 2, same, 2, 0.03) == 1);
}

static void large_samples(void **state)
{
	static double x[60], y[60];
	struct amk_rank_interval interval;
	u32 i;

	(void)state;
	/* The differences are the whole numbers from -3540 on, each once. */
	for (i = 0; i < 60; i++) {
		x[i] = 60 * i;
		y[i] = i;
	}
	/*
	 * U has mean 1800 and deviation 190.526: P(U <= c - 1), with the half for continuity, is at
	 * most 2.5 % up to c = 1800.5 - 1.95996 * 190.526 = 1427.07.
	 */
	assert_int_equal(amk_rank_interval(x, 60, y, 60, 0.95, &interval), 0);
	assert_true(interval.low == -3540 + 1426);
	assert_true(interval.high == 59 - 1426);
	assert_true(interval.level >= 0.95 && interval.level < 0.951);
	/* All the same number: no variance, no shift. */
	for (i = 0; i < 60; i++)
		x[i] = 1;
	assert_true(amk_rank_p(x, 60, x, 60, 0) == 1);
}

static void fdr_leaves_out_what_is_no_test(void **state)
{
	static const double p[] = { 0.01, NAN, 0.04, NAN };
	double adjusted[4];

	(void)state;
	assert_int_equal(amk_rank_fdr(p, adjusted, 4), 0);
	assert_true(adjusted[0] == 0.02 && adjusted[2] == 0.04);
	assert_true(isnan(adjusted[1]) && isnan(adjusted[3]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_r), cmocka_unit_test(bound_inverts_test),
		cmocka_unit_test(small_samples), cmocka_unit_test(infinities_have_ranks),
		cmocka_unit_test(large_samples), cmocka_unit_test(fdr_leaves_out_what_is_no_test),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
