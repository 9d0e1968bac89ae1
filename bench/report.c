// SPDX-License-Identifier: GPL-2.0-only
/*
 * The forms that comparisons are reported in: see report.h.
 */
#include "bench/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/command.h"
#include "bench/output.h"

static const struct amk_report_format formats[] = {
	{ "table", amk_report_table }, { "csv", amk_report_csv },
	{ "json", amk_report_json },   { "markdown", amk_report_markdown },
	{ "junit", amk_report_junit }, { "github", amk_report_github },
};

const char amk_report_format_names[] = "table, csv, json, markdown, junit or github";

const struct amk_report_format *amk_report_format_find(const char *name)
{
	size_t i;

	for (i = 0; i < AMK_ARRAY_SIZE(formats); i++)
		if (!strcmp(formats[i].name, name))
			return &formats[i];
	return NULL;
}

enum amk_grade amk_report_grade(const struct amk_comparison_cell *cell)
{
	if (cell->failure)
		return AMK_GRADE_FAILURE;
	switch (cell->verdict) {
	case AMK_VERDICT_REGRESSED:
	case AMK_VERDICT_CHANGED:
		return AMK_GRADE_WARNING;
	case AMK_VERDICT_ONLY_BASE:
		/* What has lost its number is news; what was not measured again is none. */
		return cell->head ? AMK_GRADE_WARNING : AMK_GRADE_SKIP;
	case AMK_VERDICT_IMPROVED:
	case AMK_VERDICT_EQUIVALENT:
		return AMK_GRADE_PASS;
	default:
		return AMK_GRADE_SKIP;
	}
}

bool amk_report_has(const struct amk_report *report, const struct amk_comparison_cell *cell)
{
	return !report->view->only || report->view->only & 1U << cell->verdict;
}

int amk_report_table(FILE *file, const struct amk_report *report, char error[AMK_ERROR_LEN])
{
	size_t i;
	int ret = 0;

	for (i = 0; !ret && i < report->nr_comparisons; i++) {
		if (i)
			fputc('\n', file);
		ret = amk_compare_table(file, &report->comparison[i], report->view, error);
	}
	if (!ret && report->conclusion)
		fprintf(file, "\n%s\n", report->conclusion);
	return ret;
}

int amk_report_write(const struct amk_report *report, const struct amk_report_format *format,
		     const char *path)
{
	char error[AMK_ERROR_LEN];
	struct amk_output output;
	int ret = amk_output_begin(&output, path);

	if (ret)
		return ret;
	ret = format->write(output.file, report, error);
	if (!ret)
		return amk_output_end(&output);
	amk_output_drop(&output);
	amk_fail("%s", error);
	return ret;
}
