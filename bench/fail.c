// SPDX-License-Identifier: GPL-2.0-only
/*
 * How every subcommand says that it cannot go on: one line.
 */
#include <stdarg.h>
#include <stdio.h>

#include "bench/command.h"

int amk_fail(const char *format, ...)
{
	va_list args;

	fputs("allocmark: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return 1;
}
