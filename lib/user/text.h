/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files of /proc and /sys as strings, read without stdio: that would allocate, in a process whose
 * first allocation is to be the measured one, or when the machine's last pages are held.
 */
#ifndef AMK_TEXT_H
#define AMK_TEXT_H

#include <sys/types.h>

#include "lib/core/deps.h"

#define AMK_TEXT_LEN 4096 /* room for a small file */

/*
 * The file @path, as much of it as there is @room for, as a string in @text. How many bytes, or
 * -errno with "" in @text.
 */
ssize_t amk_text_read(const char *path, char *text, size_t room);

/* The same of the file that is open at @fd, from its beginning. */
ssize_t amk_text_read_fd(int fd, char *text, size_t room);

#endif
