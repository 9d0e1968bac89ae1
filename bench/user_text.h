/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Small files of /proc and /sys, read without stdio, which would allocate.
 */
#ifndef AMK_USER_TEXT_H
#define AMK_USER_TEXT_H

#include "lib/core/deps.h"

#define AMK_USER_TEXT_LEN 4096

/* The start of the file @path, as a string; false if there is none, or nothing in it. */
bool amk_user_text_read(const char *path, char text[AMK_USER_TEXT_LEN]);

#endif
