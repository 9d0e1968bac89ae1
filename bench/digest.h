/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What makes a run's digest, for the commands that do.
 */
#ifndef AMK_BENCH_DIGEST_H
#define AMK_BENCH_DIGEST_H

#include "lib/user/costs.h"

/* Reads the records in @path and writes @path/costs.tsv. 0, or -errno with a one-line text. */
int amk_digest_make(const char *path, char error[AMK_ERROR_LEN]);

#endif
