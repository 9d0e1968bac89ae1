// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decimal numbers: the same double as strtod() makes of them, to the last bit, half-way cases and
 * all; and nothing that is no plain decimal number.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/core/random.h"
#include "lib/user/decimal.h"

#include <cmocka.h>

static void same(const char *text)
{
	double wanted = strtod(text, NULL), got = -1;

	if (!amk_decimal_read(text, strlen(text), &got))
		fail_msg("'%s' was not read", text);
	if (memcmp(&got, &wanted, sizeof(got)))
		fail_msg("'%s' is %.17g, but was read as %.17g", text, wanted, got);
}

static void chosen(void **state)
{
	static const char *const texts[] = {
		"0",
		"0.0",
		"1",
		"12.5",
		"0.1",
		"1e3",
		"1.5e-7",
		"9007199254740993",
		"9007199254740992.5",
		"9007199254740995",
		"18014398509481985",
		"36028797018963972",
		"0.30000000000000004",
		"9999999999999999999",
		"0.00000000000000001",
		"1e-320",
		"188.10895780876692",
		"1.7976931348623157e308",
		"4503599627370497.5",
		"4503599627370496.5",
		"123456789012345678901234567890",
	};
	size_t i;

	(void)state;
	for (i = 0; i < AMK_ARRAY_SIZE(texts); i++)
		same(texts[i]);
}

/* Digits by chance, with a point anywhere among them. */
static void random_digits(void **state)
{
	struct amk_random random = { 4711 };
	char text[24];
	u32 i, k;

	(void)state;
	for (i = 0; i < 200000; i++) {
		u32 len = 1 + amk_random_below(&random, 19);
		u32 point = amk_random_below(&random, 20);

		for (k = 0; k < len; k++)
			text[k] = (char)('0' + amk_random_below(&random, 10));
		text[len] = '\0';
		if (point && point < len - 1)
			text[point] = '.';
		same(text);
	}
}

/* Doubles by chance as a digest has them: they come back as they were. */
static void as_written(void **state)
{
	struct amk_random random = { 4712 };
	char text[32];
	int digits;
	u32 i;

	(void)state;
	for (i = 0; i < 100000; i++) {
		double x = (double)amk_random_next(&random) /
			   (double)(1 + amk_random_below(&random, 1U << 30)),
		       got;

		for (digits = 15; digits < 18; digits++) {
			snprintf(text, sizeof(text), "%.*g", digits, x);
			if (strtod(text, NULL) == x)
				break;
		}
		assert_true(amk_decimal_read(text, strlen(text), &got));
		assert_true(got == x);
	}
}

static void refused(void **state)
{
	static const char *const texts[] = {
		"",
		".",
		".5",
		"5.",
		"-1",
		"+1",
		" 1",
		"1 ",
		"nan",
		"inf",
		"0x10",
		"1e",
		"1e999",
		"1.2.3",
		"1,5",
		"1e5x",
		"--",
		"e5",
		"12345678901234567890x",
		"1.e",
		"1\n",
	};
	size_t i;
	double got;

	(void)state;
	for (i = 0; i < AMK_ARRAY_SIZE(texts); i++)
		if (amk_decimal_read(texts[i], strlen(texts[i]), &got))
			fail_msg("'%s' was read as %g", texts[i], got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chosen),
		cmocka_unit_test(random_digits),
		cmocka_unit_test(as_written),
		cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
