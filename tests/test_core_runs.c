// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs of frames: against a second, plain count over random layouts, and the edges by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include "lib/core/random.h"
#include "lib/core/runs.h"

#include <cmocka.h>

#define PAGES 300
#define ABSENT (~0ULL)

static void add_all(struct amk_runs *runs, const u64 *pfn, u32 n)
{
	u32 i;

	amk_runs_init(runs);
	for (i = 0; i < n; i++) {
		if (pfn[i] == ABSENT)
			amk_runs_break(runs);
		else
			amk_runs_add(runs, pfn[i]);
	}
	amk_runs_break(runs);
}

/* Counts the run that starts at each page, if one does, by looking ahead. */
static void count_all(struct amk_runs *want, const u64 *pfn, u32 n)
{
	u32 i, j, order;

	memset(want, 0, sizeof(*want));
	for (i = 0; i < n; i++) {
		if (pfn[i] == ABSENT)
			continue;
		want->frames++;
		if (i && pfn[i - 1] != ABSENT && pfn[i - 1] + 1 == pfn[i])
			continue;
		want->runs++;
		for (j = i + 1; j < n && pfn[j] == pfn[i] + (j - i); j++)
			;
		for (order = 0; 2U << order <= j - i; order++)
			;
		want->by_order[order]++;
		if (j - i > want->largest)
			want->largest = j - i;
	}
}

static void check(const u64 *pfn, u32 n)
{
	struct amk_runs runs, want;

	add_all(&runs, pfn, n);
	count_all(&want, pfn, n);
	assert_int_equal(runs.frames, want.frames);
	assert_int_equal(runs.runs, want.runs);
	assert_int_equal(runs.largest, want.largest);
	assert_memory_equal(runs.by_order, want.by_order, sizeof(want.by_order));
}

/* A layout in which the next frame follows in @stay of 100 cases and is absent in @absent. */
static void layout(struct amk_random *r, u64 *pfn, u32 n, u32 stay, u32 absent)
{
	u64 last = 1000;
	u32 i;

	for (i = 0; i < n; i++) {
		if (amk_random_below(r, 100) < absent) {
			pfn[i] = ABSENT;
			continue;
		}
		last = amk_random_below(r, 100) < stay ? last + 1 : amk_random_below(r, 5000);
		pfn[i] = last;
	}
}

static void test_against_a_plain_count(void **state)
{
	struct amk_random r = { 3 };
	u64 pfn[PAGES];
	u32 i;

	(void)state;
	for (i = 0; i < 2000; i++) {
		layout(&r, pfn, PAGES, amk_random_below(&r, 101), amk_random_below(&r, 20));
		check(pfn, amk_random_below(&r, PAGES + 1));
	}
}

static void test_edges(void **state)
{
	static const u64 same[] = { 5, 5, 5 };
	static const u64 down[] = { 7, 6, 5 };
	static const u64 gap[] = { 5, 6, ABSENT, 7, 8 };
	static const u64 from_zero[] = { 0, 1, 2, 3 };
	struct amk_runs runs;

	(void)state;
	add_all(&runs, same, 3);
	assert_int_equal(runs.runs, 3);
	assert_int_equal(runs.by_order[0], 3);
	add_all(&runs, down, 3);
	assert_int_equal(runs.runs, 3);
	assert_int_equal(runs.largest, 1);
	add_all(&runs, gap, 5);
	assert_int_equal(runs.frames, 4);
	assert_int_equal(runs.runs, 2);
	assert_int_equal(runs.by_order[1], 2);
	add_all(&runs, from_zero, 4);
	assert_int_equal(runs.runs, 1);
	assert_int_equal(runs.by_order[2], 1);
}

static void test_nothing(void **state)
{
	struct amk_runs runs, zero;

	(void)state;
	memset(&runs, 0xff, sizeof(runs));
	memset(&zero, 0, sizeof(zero));
	amk_runs_init(&runs);
	amk_runs_break(&runs);
	amk_runs_break(&runs);
	assert_memory_equal(&runs, &zero, sizeof(zero));
}

/* 2^k frames are of order k, one frame less of order k - 1; the last order takes the rest. */
static void test_orders(void **state)
{
	struct amk_runs runs;
	u64 pfn;
	u32 k;

	(void)state;
	for (k = 1; k <= AMK_RUN_ORDERS; k++) {
		u32 top = k < AMK_RUN_ORDERS ? k : AMK_RUN_ORDERS - 1;

		amk_runs_init(&runs);
		for (pfn = 0; pfn < 1ULL << k; pfn++)
			amk_runs_add(&runs, pfn);
		for (pfn++; pfn < 2ULL << k; pfn++)
			amk_runs_add(&runs, pfn);
		amk_runs_break(&runs);
		assert_int_equal(runs.largest, 1ULL << k);
		assert_int_equal(runs.runs, 2);
		assert_int_equal(runs.by_order[top], 1 + (top == k - 1));
		assert_int_equal(runs.by_order[k - 1], 1 + (top == k - 1));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_a_plain_count),
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_orders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
