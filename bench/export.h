/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The forms that a run is exported in. A form is a file and a row in the table of cmd_export.c;
 * all of it is written to a file in memory first, so a bad run leaves nothing half-written.
 */
#ifndef AMK_EXPORT_H
#define AMK_EXPORT_H

#include <stddef.h>
#include <stdio.h>

#include "lib/user/records.h"

/*
 * Reads the @nr runs at @path and writes them to @file. 0, or -errno with a one-line text in
 * @error.
 */
typedef int amk_export_write(FILE *file, char *const *path, size_t nr, char error[AMK_ERROR_LEN]);

amk_export_write amk_export_tsv;
amk_export_write amk_export_csv;
amk_export_write amk_export_gbench;
amk_export_write amk_export_bencher;

/* Writes @whole as a text. 0, or -ENOMEM, also if @whole is NULL or holds no number for one. */
int amk_export_json(FILE *file, const json_t *whole);

/* The median of @n costs, at least one, in *@median. 0 or -ENOMEM. */
int amk_export_median(const double *cost, size_t n, double *median);

#endif
