// SPDX-License-Identifier: GPL-2.0-only
/*
 * A TLB's geometry in words, as it stands on the command line and in a manifest: see
 * tlb_geometry.h. What is written can be read, and describes the same arrays.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/core/tlb.h"
#include "lib/user/tlb_geometry.h"

static const struct {
	const char *name;
	u32 shift;
} sizes[] = {
	{ "4k", 12 }, { "16k", 14 }, { "64k", 16 }, { "2m", 21 }, { "32m", 25 }, { "1g", 30 }
};

/* An array without a list of sizes takes them all. */
static u64 shifts_all(void)
{
	u64 all = 0;
	size_t i;

	for (i = 0; i < AMK_ARRAY_SIZE(sizes); i++)
		all |= 1ULL << sizes[i].shift;
	return all;
}

__attribute__((format(printf, 3, 4))) static void append(char *text, size_t *len,
							 const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text + *len, AMK_TLB_TEXT_LEN - *len, format, args);
	va_end(args);
	*len += (size_t)n;
	if (*len >= AMK_TLB_TEXT_LEN)
		*len = AMK_TLB_TEXT_LEN - 1;
}

static void unit_text(const struct amk_tlb_unit *u, char *text, size_t *len)
{
	const char *sign = ":";
	size_t i;

	append(text, len, "%sl%u=%u", *len ? "," : "", u->level, u->entries);
	if (u->ways != u->entries)
		append(text, len, "x%u", u->ways);
	if (u->shifts == shifts_all())
		return;
	for (i = 0; i < AMK_ARRAY_SIZE(sizes); i++) {
		if (!(u->shifts >> sizes[i].shift & 1))
			continue;
		append(text, len, "%s%s", sign, sizes[i].name);
		sign = "+";
	}
}

void amk_tlb_text(const struct amk_tlb *tlb, char text[AMK_TLB_TEXT_LEN])
{
	size_t len = 0;
	u32 i;

	text[0] = '\0';
	for (i = 0; i < tlb->nr_units; i++)
		unit_text(&tlb->unit[i], text, &len);
	if (!tlb->nr_units)
		append(text, &len, "unknown");
}

/* A decimal number at *@at, which moves past it; 0: there is none that fits. */
static u32 number_read(const char **at)
{
	unsigned long number;
	char *end;

	if (**at < '1' || **at > '9')
		return 0;
	number = strtoul(*at, &end, 10);
	*at = end;
	return number <= AMK_TLB_ENTRIES_MAX ? (u32)number : 0;
}

/* The list of sizes at @at, "4k+2m"; 0: a word of it is none. */
static u64 shifts_read(const char *at)
{
	u64 shifts = 0;
	size_t i, len;

	for (;; at += len + 1) {
		len = strcspn(at, "+");
		for (i = 0; i < AMK_ARRAY_SIZE(sizes); i++)
			if (strlen(sizes[i].name) == len && !strncmp(at, sizes[i].name, len))
				break;
		if (i == AMK_ARRAY_SIZE(sizes))
			return 0;
		shifts |= 1ULL << sizes[i].shift;
		if (!at[len])
			return shifts;
	}
}

static bool unit_read(const char *at, struct amk_tlb_unit *u)
{
	memset(u, 0, sizeof(*u));
	if (at[0] != 'l' || (at[1] != '1' && at[1] != '2') || at[2] != '=')
		return false;
	u->level = (u32)(at[1] - '0');
	at += 3;
	u->entries = number_read(&at);
	u->ways = u->entries;
	if (*at == 'x') {
		at++;
		u->ways = number_read(&at);
	}
	u->shifts = *at == ':' ? shifts_read(at + 1) : shifts_all();
	return (*at == ':' || !*at) && u->entries && u->ways && u->shifts;
}

static int fail(char error[AMK_TLB_ERROR_LEN], const char *word, const char *why)
{
	snprintf(error, AMK_TLB_ERROR_LEN, "'%.100s' %s", word, why);
	return -EINVAL;
}

static int list_read(char *list, struct amk_tlb *tlb, char error[AMK_TLB_ERROR_LEN])
{
	const char *word;

	while ((word = strsep(&list, ",")) != NULL) {
		if (tlb->nr_units == AMK_TLB_UNITS_MAX)
			return fail(error, word, "is one array too many: at most 8");
		if (!unit_read(word, &tlb->unit[tlb->nr_units]))
			return fail(error, word,
				    "is no array of a TLB: give l1=64x4:4k,l2=1536x6:4k+2m or the "
				    "like (sizes 4k 16k 64k 2m 32m 1g)");
		tlb->nr_units++;
		if (amk_tlb_check(tlb))
			return fail(error, word,
				    "cannot be: the ways must divide the entries, of which there "
				    "may be 16384 in all");
	}
	return 0;
}

int amk_tlb_parse(const char *text, struct amk_tlb *tlb, char error[AMK_TLB_ERROR_LEN])
{
	char *copy;
	int failed;

	memset(tlb, 0, sizeof(*tlb));
	if (!strcmp(text, "unknown"))
		return 0;
	copy = strdup(text);
	if (!copy)
		return fail(error, text, "cannot be read: out of memory");
	failed = list_read(copy, tlb, error);
	free(copy);
	if (failed)
		memset(tlb, 0, sizeof(*tlb));
	return failed;
}
