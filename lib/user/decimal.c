// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decimal numbers: see decimal.h.
 */
#include "lib/user/decimal.h"

#include <math.h>
#include <stdlib.h>

#define DIGITS_MAX 19 /* below 2^64, and so is the power of ten below them */

/*
 * @digits / 10^@places, rounded to the nearest double, and to even half-way between two: the
 * quotient has 63 bits at least, and where something is left over its last bit says so.
 */
static double quotient(u64 digits, u32 places)
{
	unsigned __int128 q;
	u64 divisor = 1, top;
	int shift, drop = 0;
	bool rest;

	if (!digits)
		return 0;
	while (places--)
		divisor *= 10;
	shift = __builtin_clzll(digits);
	q = ((unsigned __int128)(digits << shift) << 64) / divisor;
	rest = q * divisor != (unsigned __int128)(digits << shift) << 64;
	top = (u64)(q >> 64);
	if (top)
		drop = 64 - __builtin_clzll(top);
	rest = rest || (q & (((unsigned __int128)1 << drop) - 1));
	return ldexp((double)((u64)(q >> drop) | rest), drop - 64 - shift);
}

/* Digits with a point among them or without; false: more, or something else. */
static bool plain_read(const char *text, size_t len, double *out)
{
	u64 digits = 0;
	u32 places = 0;
	bool point = false;
	size_t i;

	if (len > DIGITS_MAX)
		return false;
	for (i = 0; i < len; i++) {
		if (text[i] == '.' && !point && i + 1 < len) {
			point = true;
			continue;
		}
		if (text[i] < '0' || text[i] > '9')
			return false;
		digits = digits * 10 + (u64)(text[i] - '0');
		places += point;
	}
	*out = quotient(digits, places);
	return true;
}

bool amk_decimal_read(const char *text, size_t len, double *out)
{
	size_t i;
	char *end;

	if (!len || text[0] < '0' || text[0] > '9' || text[len - 1] < '0' || text[len - 1] > '9')
		return false;
	if (plain_read(text, len, out))
		return true;
	/* What strtod() would take beside digits is kept from it. */
	for (i = 1; i < len; i++)
		if ((text[i] < '0' || text[i] > '9') && !memchr(".e+-", text[i], 4))
			return false;
	*out = strtod(text, &end);
	return end == text + len && isfinite(*out);
}
