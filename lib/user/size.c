// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sizes as people write them: see size.h.
 */
#include "lib/user/size.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

/* An offset of the text is written as such only when it is this close to a round size. */
#define OFFSET_MAX 1U

static u32 unit_shift(char c)
{
	static const char units[] = "KMGT";
	const char *at = c ? strchr(units, toupper((unsigned char)c)) : NULL;

	return at ? 10 * (u32)(at - units + 1) : 0;
}

/* A number with its unit; *@at moves past it, *@has_unit tells whether there was one. */
static int number_parse(const char **at, u64 *bytes, bool *has_unit)
{
	unsigned long long number;
	char *end;
	u32 shift;

	if (!isdigit((unsigned char)**at))
		return -EINVAL;
	errno = 0;
	number = strtoull(*at, &end, 10);
	shift = unit_shift(*end);
	*has_unit = shift > 0;
	if (shift && end[1] == 'i' && end[2] == 'B')
		end += 3;
	else if (shift)
		end++;
	*at = end;
	if (errno || number > AMK_SIZE_TOP_BYTES >> shift)
		return -ERANGE;
	*bytes = number << shift;
	return 0;
}

static int span_check(const struct amk_size_span *span)
{
	if (!span->low_bytes || span->high_bytes > AMK_SIZE_TOP_BYTES)
		return -ERANGE;
	return span->low_bytes <= span->high_bytes ? 0 : -EINVAL;
}

int amk_size_parse(const char *text, struct amk_size_span *span)
{
	bool left_unit, right_unit;
	u64 left, right;
	char sign;
	int error;

	error = number_parse(&text, &left, &left_unit);
	if (error)
		return error;
	span->low_bytes = left;
	span->high_bytes = left;
	sign = *text;
	if (!sign)
		return span_check(span);
	text++;
	if (sign != '+' && sign != '-')
		return -EINVAL;
	error = number_parse(&text, &right, &right_unit);
	if (error || *text)
		return error ? error : -EINVAL;
	if (sign == '-' && (right_unit || right >= left)) {
		span->high_bytes = right;
		return span_check(span);
	}
	span->low_bytes = sign == '+' ? left + right : left - right;
	span->high_bytes = span->low_bytes;
	return span_check(span);
}

/* Writes @bytes as a whole multiple of the largest unit that divides it. */
static void round_text(u64 bytes, char *buffer)
{
	static const char units[] = "\0KMGT";
	u32 unit = 0;

	while (unit < 4 && bytes && bytes % 1024 == 0) {
		bytes /= 1024;
		unit++;
	}
	snprintf(buffer, AMK_SIZE_TEXT_LEN, "%llu%.1s", (unsigned long long)bytes, units + unit);
}

const char *amk_size_text(u64 bytes, char buffer[AMK_SIZE_TEXT_LEN])
{
	round_text(bytes, buffer);
	if (bytes < 1024 || bytes % 1024 == 0)
		return buffer;
	if (bytes % 1024 <= OFFSET_MAX) {
		round_text(bytes - bytes % 1024, buffer);
		strcat(buffer, "+1");
	} else if (bytes % 1024 >= 1024 - OFFSET_MAX) {
		round_text(bytes + 1024 - bytes % 1024, buffer);
		strcat(buffer, "-1");
	}
	return buffer;
}

static int by_value(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

size_t amk_sizes_sort(u64 *bytes, size_t nr)
{
	size_t i, kept = 0;

	qsort(bytes, nr, sizeof(*bytes), by_value);
	for (i = 0; i < nr; i++)
		if (!i || bytes[i] != bytes[i - 1])
			bytes[kept++] = bytes[i];
	return kept;
}
