// SPDX-License-Identifier: GPL-2.0-only
/*
 * A rising list of numbers: see number_list.h.
 */
#include "bench/number_list.h"

#include <stdlib.h>

bool amk_number_list_add(struct amk_number_list *list, u32 number)
{
	if (list->count == list->max || (list->count && list->number[list->count - 1] >= number))
		return false;
	list->number[list->count++] = number;
	return true;
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

bool amk_number_list_read(struct amk_number_list *list, const char *text, u32 least, u32 most)
{
	for (;; text++) {
		unsigned long from, to;
		char *end;

		if (!digit(*text))
			return false;
		from = to = strtoul(text, &end, 10);
		if (*end == '-' && digit(end[1]))
			to = strtoul(end + 1, &end, 10);
		if (from < least || to > most || to < from)
			return false;
		for (; from <= to; from++)
			if (!amk_number_list_add(list, (u32)from))
				return false;
		text = end;
		if (*text != ',')
			return !*text;
	}
}
