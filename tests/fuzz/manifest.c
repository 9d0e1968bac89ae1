// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as a manifest.json: they are refused with one line, or read, and then all that is asked
 * of a manifest has an answer. It is read from a file, of which the target keeps one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/user/differences.h"
#include "lib/user/manifest.h"
#include "tests/fuzz/fuzz.h"

static char directory[] = "allocmark-fuzz-XXXXXX";
static char name[sizeof(directory) + 16];

static void directory_drop(void)
{
	unlink(name);
	rmdir(directory);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	fuzz_check(mkdtemp(directory) != NULL);
	snprintf(name, sizeof(name), "%s/manifest.json", directory);
	atexit(directory_drop);
	return 0;
}

static void answers_check(const struct amk_run_data *data)
{
	struct amk_differences differences;
	struct amk_options options;
	struct amk_progress progress;
	char error[AMK_ERROR_LEN] = "";

	fuzz_check(data->environment && data->unit && data->machine && data->kernel);
	fuzz_check(data->ticks_per_unit > 0);
	if (amk_manifest_options(data, &options, error))
		fuzz_line(error);
	else
		amk_options_free(&options);
	amk_manifest_progress(data, &progress);
	fuzz_check(amk_manifest_cpu(data) >= -1);
	amk_differences_find(data, data, &differences);
	fuzz_check(!differences.count);
	amk_differences_free(&differences);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct amk_run_data data = { .path = directory };
	char error[AMK_ERROR_LEN] = "";
	FILE *file = fopen(name, "w");

	fuzz_check(file && fwrite(bytes, 1, len, file) == len);
	fclose(file);
	if (amk_manifest_read(directory, &data, error))
		fuzz_line(error);
	else
		answers_check(&data);
	json_decref(data.manifest);
	return 0;
}
