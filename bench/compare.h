/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * allocmark compare: what of a comparison is shown, and how.
 */
#ifndef AMK_COMPARE_H
#define AMK_COMPARE_H

#include <stdio.h>

#include "lib/user/comparison.h"

/* Exit statuses of compare. */
#define AMK_EXIT_ERROR 2
#define AMK_EXIT_NOT_COMPARABLE 3

/* Which cells a comparison shows. */
struct amk_compare_view {
	bool all; /* equivalent ones and such without a number, too */
	u32 only; /* set of verdicts, 1U << enum amk_verdict; 0: what differs */
	size_t limit; /* cells at most; 0: no bound */
	bool percentiles; /* of each cell that is shown */
	u64 seed; /* of the bootstrap */
};

/* Whether @cell is one of those that @view shows, its limit aside. */
bool amk_compare_shows(const struct amk_compare_view *view, const struct amk_comparison_cell *cell);

/* Prints header, cells worst first and summary to @out. 0, or -errno with a one-line text. */
int amk_compare_table(FILE *out, const struct amk_comparison *comparison,
		      const struct amk_compare_view *view, char error[AMK_ERROR_LEN]);

/* Prints the percentiles of the cells that @view shows. 0, or -errno with a one-line text. */
int amk_compare_percentiles(FILE *out, const struct amk_comparison *comparison,
			    const struct amk_compare_view *view, char error[AMK_ERROR_LEN]);

/* Prints where the runs differ, those differences first that no axis of @across allows. */
void amk_compare_differences(FILE *out, const struct amk_differences *differences, u32 across);

#endif
