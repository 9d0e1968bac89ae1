// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as a file of thresholds: they are refused with one line, or read, and then what is
 * printed of them reads back and prints the same.
 */
#include <stdlib.h>

#include "lib/user/thresholds.h"
#include "tests/fuzz/fuzz.h"

static char *printed(const struct amk_thresholds *thresholds, size_t *len)
{
	char *text = NULL;
	FILE *file = open_memstream(&text, len);

	fuzz_check(file != NULL);
	amk_thresholds_print(file, thresholds);
	fclose(file);
	return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct amk_thresholds first, second;
	char error[AMK_ERROR_LEN] = "";
	char *a, *b;
	size_t a_len, b_len;

	if (amk_thresholds_parse("t.ini", (const char *)bytes, len, &first, error)) {
		fuzz_line(error);
		fuzz_check(!first.nr_rules && !first.rule);
		return 0;
	}
	a = printed(&first, &a_len);
	fuzz_check(!amk_thresholds_parse("again", a, a_len, &second, error));
	b = printed(&second, &b_len);
	fuzz_check(!strcmp(a, b));
	free(a);
	free(b);
	amk_thresholds_free(&first);
	amk_thresholds_free(&second);
	return 0;
}
