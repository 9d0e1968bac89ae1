/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Characters of UTF-8 (RFC 3629). Names in records may hold any byte, and what is written of them
 * must not.
 */
#ifndef AMK_UTF8_H
#define AMK_UTF8_H

#include <stddef.h>

/* How many bytes the character has that @text begins with; 0: they are none. */
size_t amk_utf8_len(const char *text);

#define AMK_UTF8_NONE "\xef\xbf\xbd" /* stands for a byte that is no character */

/*
 * @text with whatever is no UTF-8, and control characters but tab and line end, replaced: to be
 * freed; NULL: no memory. JSON and XML take nothing else.
 */
char *amk_utf8_repair(const char *text);

#endif
