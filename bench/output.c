// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a command prints: see output.h.
 */
#include "bench/output.h"

#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/command.h"
#include "lib/user/records.h"

int amk_output_begin(struct amk_output *output, const char *path)
{
	output->path = path;
	output->text = NULL;
	output->len = 0;
	output->file = open_memstream(&output->text, &output->len);
	if (output->file)
		return 0;
	amk_fail("out of memory");
	return -ENOMEM;
}

/* A device or a pipe is written as it is: a file renamed over it would not reach anyone. */
static int stream_write(const char *path, const char *text, size_t len)
{
	FILE *file = fopen(path, "we");
	int ret = 0;

	if (!file)
		return -errno;
	if (fwrite(text, 1, len, file) != len)
		ret = -errno;
	if (fclose(file) && !ret)
		ret = -errno;
	return ret;
}

static int file_put(const char *path, const char *text, size_t len)
{
	const char *slash = strrchr(path, '/');
	struct stat st;
	char *dir;
	int ret;

	if (!stat(path, &st) && !S_ISREG(st.st_mode))
		return S_ISDIR(st.st_mode) ? -EISDIR : stream_write(path, text, len);
	if (!slash)
		return amk_file_replace(".", path, text, len);
	dir = strndup(path, slash == path ? 1 : (size_t)(slash - path));
	if (!dir)
		return -ENOMEM;
	ret = amk_file_replace(dir, slash + 1, text, len);
	free(dir);
	return ret;
}

int amk_output_end(struct amk_output *output)
{
	int ret = ferror(output->file) ? -ENOMEM : 0;

	if (fclose(output->file))
		ret = -ENOMEM;
	if (ret) {
		amk_fail("out of memory");
	} else if (output->path) {
		ret = file_put(output->path, output->text, output->len);
		if (ret)
			amk_fail("%s: cannot write: %s; give another --output", output->path,
				 strerror(-ret));
	} else {
		/* What stdout does not take is said at the end: amk_output_watch(). */
		fwrite(output->text, 1, output->len, stdout);
	}
	free(output->text);
	return ret;
}

void amk_output_drop(struct amk_output *output)
{
	fclose(output->file);
	free(output->text);
}

static void stdout_check(void)
{
	bool failed = ferror(stdout);

	if (!fflush(stdout) && !failed)
		return;
	amk_fail("stdout: cannot write all of it: is the disk full?");
	_exit(argp_err_exit_status);
}

void amk_output_watch(void)
{
	/* There is room for 32 handlers at least, and this is the first. */
	if (atexit(stdout_check))
		abort();
}
