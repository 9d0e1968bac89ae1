/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the fuzz targets share: a condition that must hold, and what an error's text must be.
 */
#ifndef AMK_FUZZ_H
#define AMK_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* libFuzzer takes an abort() for a finding and keeps the input. */
#define fuzz_check(condition)     \
	do {                      \
		if (!(condition)) \
			abort();  \
	} while (0)

/* An error has a text, of one line. */
static inline void fuzz_line(const char *error)
{
	fuzz_check(*error && !strchr(error, '\n'));
}

#endif
