// SPDX-License-Identifier: GPL-2.0-only
/*
 * Characters of UTF-8: see utf8.h.
 */
#include "bench/utf8.h"

#include <stdbool.h>
#include <string.h>

/* The length that the first byte of a character tells; 0: it is none. */
static size_t char_len_told(unsigned char first)
{
	return first < 0x80 ? 1 :
	       first < 0xc2 ? 0 :
	       first < 0xe0 ? 2 :
	       first < 0xf0 ? 3 :
	       first < 0xf5 ? 4 :
			      0;
}

size_t amk_utf8_len(const char *text)
{
	const unsigned char *c = (const unsigned char *)text;
	size_t len = char_len_told(*c), i;

	for (i = 1; i < len; i++)
		if ((c[i] & 0xc0) != 0x80)
			return 0;
	/* Longer than it need be, a half of a pair, past the last. */
	if ((*c == 0xe0 && c[1] < 0xa0) || (*c == 0xed && c[1] > 0x9f) ||
	    (*c == 0xf0 && c[1] < 0x90) || (*c == 0xf4 && c[1] > 0x8f))
		return 0;
	return len;
}

/* A character that neither JSON nor XML has as it is. */
static bool is_control(char c)
{
	return ((unsigned char)c < ' ' && c != '\t' && c != '\n') || c == 0x7f;
}

char *amk_utf8_repair(const char *text)
{
	char *copy = strdup(text), *s = copy;
	size_t len;

	while (copy && *s) {
		len = is_control(*s) ? 0 : amk_utf8_len(s);
		if (!len)
			*s = '?';
		s += len ? len : 1;
	}
	return copy;
}
