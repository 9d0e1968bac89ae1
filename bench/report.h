/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The forms that comparisons are reported in, by compare and by gate: a file and a row in the table
 * of report.c each. Forms for people show the cells that the view asks for; forms for programs hold
 * every cell, or those of the verdicts that it asks for.
 */
#ifndef AMK_REPORT_H
#define AMK_REPORT_H

#include <stdio.h>

#include "bench/compare.h"
#include "lib/user/comparison.h"

struct amk_report {
	const char *command; /* who reports: "compare" or "gate" */
	const struct amk_comparison *comparison; /* one a head, each with the same base */
	size_t nr_comparisons;
	const struct amk_compare_view *view;
	const char *conclusion; /* one line of a gate, or NULL */
};

/* What a cell amounts to. */
enum amk_grade {
	AMK_GRADE_PASS,
	AMK_GRADE_SKIP, /* nothing can be said of it */
	AMK_GRADE_WARNING,
	AMK_GRADE_FAILURE,
};

enum amk_grade amk_report_grade(const struct amk_comparison_cell *cell);

/* "none", "rank" or "exact". */
const char *amk_method_name(enum amk_method method);

/* Whether a form for programs has @cell. */
bool amk_report_has(const struct amk_report *report, const struct amk_comparison_cell *cell);

struct amk_report_format {
	const char *name;
	/* 0, or -errno with a one-line text in @error. */
	int (*write)(FILE *file, const struct amk_report *report, char error[AMK_ERROR_LEN]);
};

/* The format called @name, or NULL. */
const struct amk_report_format *amk_report_format_find(const char *name);

/* For --help and for whoever named another: "table, csv, ...". */
extern const char amk_report_format_names[];

/*
 * Writes @report in @format to @path, or to stdout if that is NULL, whole or not at all. 0 or
 * -errno, said on stderr.
 */
int amk_report_write(const struct amk_report *report, const struct amk_report_format *format,
		     const char *path);

int amk_report_table(FILE *file, const struct amk_report *report, char error[AMK_ERROR_LEN]);
int amk_report_csv(FILE *file, const struct amk_report *report, char error[AMK_ERROR_LEN]);
int amk_report_json(FILE *file, const struct amk_report *report, char error[AMK_ERROR_LEN]);
int amk_report_markdown(FILE *file, const struct amk_report *report, char error[AMK_ERROR_LEN]);
int amk_report_junit(FILE *file, const struct amk_report *report, char error[AMK_ERROR_LEN]);
int amk_report_github(FILE *file, const struct amk_report *report, char error[AMK_ERROR_LEN]);

#endif
