// SPDX-License-Identifier: GPL-2.0-only
/*
 * Small files of /proc and /sys: see user_text.h.
 */
#include "bench/user_text.h"

#include <fcntl.h>
#include <unistd.h>

bool amk_user_text_read(const char *path, char text[AMK_USER_TEXT_LEN])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len;

	if (fd < 0)
		return false;
	len = read(fd, text, AMK_USER_TEXT_LEN - 1);
	close(fd);
	text[len > 0 ? len : 0] = '\0';
	return len > 0;
}
