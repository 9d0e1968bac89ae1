/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a run says at the terminal: where it took place, the paired table, what was skipped and why.
 */
#ifndef AMK_TABLE_H
#define AMK_TABLE_H

#include "lib/user/summary.h"

/*
 * Reads the run at @path and prints it to stdout. @workload is what the table shows, or NULL for
 * the first timed one there is. 0, or -errno with a one-line text in @error.
 */
int amk_table_run(const char *path, const char *workload, char error[AMK_ERROR_LEN]);

/* Prints where @data took place, in two lines at most. */
void amk_table_place(FILE *file, const struct amk_run_data *data);

#endif
