/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Decimal numbers of a digest. A thousand runs hold tens of millions of them, and strtod() takes
 * most of the time of reading them: what has at most 19 digits and no exponent is done here, by one
 * division of whole numbers that keeps what is needed to round as strtod() does.
 */
#ifndef AMK_DECIMAL_H
#define AMK_DECIMAL_H

#include "lib/core/deps.h"

/*
 * Reads the @len characters at @text as a decimal number of 0 or more: digits, a point and digits,
 * an exponent. What follows must be a character that ends a number. False if it is none, or too
 * large for a double: sign, space, nan, inf and hexadecimal digits are no part of one here.
 */
bool amk_decimal_read(const char *text, size_t len, double *out);

#endif
