// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as a line of blocks.jsonl: they are refused with one line, or read, and then what is
 * written of them reads back and is written the same.
 */
#include <stdlib.h>

#include "lib/user/records_json.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char error[AMK_ERROR_LEN] = "";
	struct amk_record *first = amk_record_decode((const char *)bytes, len, error), *second;
	char *a, *b;

	if (!first) {
		fuzz_line(error);
		return 0;
	}
	a = amk_record_encode(first);
	fuzz_check(a != NULL);
	second = amk_record_decode(a, strlen(a) - 1, error);
	fuzz_check(second != NULL);
	b = amk_record_encode(second);
	fuzz_check(b && !strcmp(a, b));
	free(a);
	free(b);
	amk_record_free(first);
	amk_record_free(second);
	return 0;
}
