// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files of /proc and /sys as strings: see text.h. The kernel may hand out such a file in pieces of
 * a page, so it is read until nothing more comes.
 */
#include "lib/user/text.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

ssize_t amk_text_read_fd(int fd, char *text, size_t room)
{
	size_t len = 0;
	ssize_t got;

	do {
		got = pread(fd, text + len, room - 1 - len, (off_t)len);
		len += got > 0 ? (size_t)got : 0;
	} while (got > 0);
	text[got < 0 ? 0 : len] = '\0';
	return got < 0 ? -errno : (ssize_t)len;
}

ssize_t amk_text_read(const char *path, char *text, size_t room)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len;

	text[0] = '\0';
	if (fd < 0)
		return -errno;
	len = amk_text_read_fd(fd, text, room);
	close(fd);
	return len;
}
