// SPDX-License-Identifier: GPL-2.0-only
/*
 * The files of a run directory: blocks.jsonl by whole lines, everything else by rename.
 *
 * A line goes out by one write(). When the disk takes only part of it, the part is cut off again,
 * so that the file always ends with a whole line; only a kill in the middle can leave half a line,
 * and the next to open the file cuts that.
 */
#include "lib/user/records.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/user/records_json.h"

struct amk_record_writer {
	int fd;
	int mirror_fd; /* -1: none */
	const char *mirror; /* its name, the caller's */
	bool mirror_failed;
	off_t end; /* of the last whole line */
};

/* Writes all of @bytes. 0 or -errno. */
static int write_all(int fd, const char *bytes, size_t len)
{
	ssize_t done;

	while (len) {
		done = write(fd, bytes, len);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -errno;
		bytes += done;
		len -= (size_t)done;
	}
	return 0;
}

/* Makes a rename within @path last. */
static int directory_sync(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int error;

	if (fd < 0)
		return -errno;
	/* Some file systems have nothing to sync in a directory, and say so. */
	error = fsync(fd) && errno != EINVAL ? -errno : 0;
	close(fd);
	return error;
}

static int file_write(const char *name, const void *bytes, size_t len)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	int error;

	if (fd < 0)
		return -errno;
	error = write_all(fd, bytes, len);
	if (!error && fsync(fd))
		error = -errno;
	if (close(fd) && !error)
		error = -errno;
	return error;
}

int amk_file_replace(const char *path, const char *name, const void *bytes, size_t len)
{
	char *to = NULL, *aside = NULL;
	int error = -ENOMEM;

	if (asprintf(&to, "%s/%s", path, name) < 0 ||
	    asprintf(&aside, "%s/.%s.new", path, name) < 0)
		goto out;
	error = file_write(aside, bytes, len);
	if (!error && rename(aside, to))
		error = -errno;
	if (error)
		unlink(aside);
	else
		error = directory_sync(path);
out:
	free(aside);
	free(to);
	return error;
}

/* Where the last whole line of @fd ends: 0 for a file without a newline; -errno. */
static off_t last_line_end(int fd)
{
	char buffer[4096];
	off_t at = lseek(fd, 0, SEEK_END);
	ssize_t got;

	while (at > 0) {
		off_t from = at > (off_t)sizeof(buffer) ? at - (off_t)sizeof(buffer) : 0;
		char *newline;

		got = pread(fd, buffer, (size_t)(at - from), from);
		if (got != at - from)
			return got < 0 ? -errno : -EIO;
		newline = memrchr(buffer, '\n', (size_t)got);
		if (newline)
			return from + (newline - buffer) + 1;
		at = from;
	}
	return at < 0 ? -errno : 0;
}

static int writer_open(struct amk_record_writer *w, const char *name)
{
	w->fd = open(name, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (w->fd < 0)
		return -errno;
	/* Two writers would measure the same blocks. The lock goes with the process. */
	if (flock(w->fd, LOCK_EX | LOCK_NB))
		return errno == EWOULDBLOCK ? -EBUSY : -errno;
	w->end = last_line_end(w->fd);
	if (w->end < 0)
		return (int)w->end;
	return ftruncate(w->fd, w->end) ? -errno : 0;
}

static int mirror_open(struct amk_record_writer *w, const char *mirror)
{
	if (!mirror)
		return 0;
	w->mirror = mirror;
	w->mirror_fd = open(mirror, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	return w->mirror_fd < 0 ? -errno : 0;
}

struct amk_record_writer *amk_record_writer_open(const char *path, const char *mirror,
						 char error[AMK_ERROR_LEN])
{
	struct amk_record_writer *w = calloc(1, sizeof(*w));
	char *name = NULL;
	int failed = -ENOMEM;

	if (w) {
		w->fd = -1;
		w->mirror_fd = -1;
	}
	if (!w || asprintf(&name, "%s/blocks.jsonl", path) < 0)
		goto out;
	failed = writer_open(w, name);
	if (failed) {
		snprintf(error, AMK_ERROR_LEN, "%s: cannot write: %s; %s", name, strerror(-failed),
			 failed == -EBUSY ? "another allocmark is measuring there: wait for it" :
					    "give another --out");
		goto out;
	}
	failed = mirror_open(w, mirror);
	if (failed)
		snprintf(error, AMK_ERROR_LEN, "%s: cannot write: %s; give another --mirror",
			 mirror, strerror(-failed));
out:
	free(name);
	if (!failed)
		return w;
	if (failed == -ENOMEM)
		snprintf(error, AMK_ERROR_LEN, "out of memory");
	if (w)
		amk_record_writer_close(w);
	return NULL;
}

int amk_record_write(struct amk_record_writer *writer, const struct amk_record *record)
{
	char *line = amk_record_encode(record);
	size_t len;
	int error;

	if (!line)
		return -EPROTO;
	len = strlen(line);
	error = write_all(writer->fd, line, len);
	if (error) {
		/* Cannot fail: it only shortens a file that is open for writing. */
		if (ftruncate(writer->fd, writer->end))
			error = -errno;
	} else {
		writer->end += (off_t)len;
		if (writer->mirror_fd >= 0)
			error = write_all(writer->mirror_fd, line, len);
		writer->mirror_failed = error != 0;
	}
	free(line);
	return error;
}

const char *amk_record_writer_mirror_failed(const struct amk_record_writer *writer)
{
	return writer->mirror_failed ? writer->mirror : NULL;
}

int amk_record_writer_sync(struct amk_record_writer *writer)
{
	return fdatasync(writer->fd) ? -errno : 0;
}

int amk_record_writer_close(struct amk_record_writer *writer)
{
	int error = 0;

	if (writer->fd >= 0 && close(writer->fd))
		error = -errno;
	if (writer->mirror_fd >= 0 && close(writer->mirror_fd) && !error)
		error = -errno;
	free(writer);
	return error;
}
