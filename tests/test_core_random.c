// SPDX-License-Identifier: GPL-2.0-only
/*
 * The generator against published values, and the two orders made from it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include "lib/core/random.h"

#include <cmocka.h>

#define N_MAX 2000

static u32 order[N_MAX + 1], other[N_MAX + 1];

static void check_values(u64 seed, const u64 *value, u32 n)
{
	struct amk_random r = { seed };
	u32 i;

	for (i = 0; i < n; i++)
		assert_int_equal(amk_random_next(&r), value[i]);
}

/*
 * Seed 0: the first outputs of S. Vigna's splitmix64.c (prng.di.unimi.it/splitmix64.c), by which
 * the xoshiro generators are seeded. Seed 1234567: Rosetta Code, "Pseudo-random
 * numbers/Splitmix64".
 */
static void test_published_values(void **state)
{
	static const u64 of_0[] = { 0xe220a8397b1dcdafULL, 0x6e789e6aa1b965f4ULL,
				    0x06c45d188009454fULL, 0xf88bb8a8724c81ecULL,
				    0x1b39896a51a8749bULL };
	static const u64 of_1234567[] = { 6457827717110365317ULL, 3203168211198807973ULL,
					  9817491932198370423ULL, 4593380528125082431ULL,
					  16408922859458223821ULL };

	(void)state;
	check_values(0, of_0, AMK_ARRAY_SIZE(of_0));
	check_values(1234567, of_1234567, AMK_ARRAY_SIZE(of_1234567));
}

static void test_below_is_below_and_even(void **state)
{
	struct amk_random r = { 1 };
	u32 seen[10] = { 0 };
	u32 i;

	(void)state;
	for (i = 0; i < 10000; i++) {
		u32 x = amk_random_below(&r, 10);

		assert_in_range(x, 0, 9);
		seen[x]++;
	}
	/* 1000 each are expected, with a deviation of 30. */
	for (i = 0; i < 10; i++)
		assert_in_range(seen[i], 850, 1150);
	for (i = 0; i < 100; i++)
		assert_int_equal(amk_random_below(&r, 1), 0);
}

static void check_permutation(const u32 *p, u32 n)
{
	static u8 seen[N_MAX + 1];
	u32 i;

	memset(seen, 0, sizeof(seen));
	for (i = 0; i < n; i++) {
		assert_in_range(p[i], 0, n - 1);
		assert_int_equal(seen[p[i]], 0);
		seen[p[i]] = 1;
	}
}

static void test_shuffle_permutes(void **state)
{
	u32 n;

	(void)state;
	for (n = 0; n <= N_MAX; n++) {
		struct amk_random r = { n };

		order[n] = 0xdead;
		amk_random_shuffle(&r, order, n);
		check_permutation(order, n);
		assert_int_equal(order[n], 0xdead);
	}
}

/* Every order of three comes, about as often as each other; a cycle would give only two of six. */
static void test_shuffle_gives_every_order(void **state)
{
	u32 seen[27] = { 0 };
	struct amk_random r = { 5 };
	u32 i, kinds = 0;

	(void)state;
	for (i = 0; i < 6000; i++) {
		amk_random_shuffle(&r, order, 3);
		seen[order[0] * 9 + order[1] * 3 + order[2]]++;
	}
	for (i = 0; i < 27; i++) {
		if (!seen[i])
			continue;
		kinds++;
		assert_in_range(seen[i], 850, 1150);
	}
	assert_int_equal(kinds, 6);
}

static void test_cycle_is_one_cycle(void **state)
{
	u32 n, at, steps;

	(void)state;
	for (n = 1; n <= N_MAX; n++) {
		struct amk_random r = { n };

		amk_random_cycle(&r, order, n);
		check_permutation(order, n);
		at = 0;
		steps = 0;
		do {
			at = order[at];
			steps++;
		} while (at && steps <= n);
		assert_int_equal(steps, n);
	}
}

static void test_seed_decides(void **state)
{
	struct amk_random a = { 7 }, b = { 7 }, c = { 8 };

	(void)state;
	amk_random_cycle(&a, order, N_MAX);
	amk_random_cycle(&b, other, N_MAX);
	assert_memory_equal(order, other, N_MAX * sizeof(*order));
	amk_random_cycle(&c, other, N_MAX);
	assert_memory_not_equal(order, other, N_MAX * sizeof(*order));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published_values),
		cmocka_unit_test(test_below_is_below_and_even),
		cmocka_unit_test(test_shuffle_permutes),
		cmocka_unit_test(test_shuffle_gives_every_order),
		cmocka_unit_test(test_cycle_is_one_cycle),
		cmocka_unit_test(test_seed_decides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
