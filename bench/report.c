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

/* How many bytes the character at @s has, 0 if it is none of UTF-8 (RFC 3629). */
static size_t utf8_length(const unsigned char *s)
{
	static const struct {
		unsigned char mask, lead, least, most; /* bounds of the second byte */
		size_t len;
	} forms[] = { { 0xff, 0xe0, 0xa0, 0xbf, 3 }, { 0xff, 0xed, 0x80, 0x9f, 3 },
		      { 0xff, 0xf0, 0x90, 0xbf, 4 }, { 0xff, 0xf4, 0x80, 0x8f, 4 },
		      { 0xff, 0xc0, 1, 0, 2 },	     { 0xff, 0xc1, 1, 0, 2 },
		      { 0xe0, 0xc0, 0x80, 0xbf, 2 }, { 0xf0, 0xe0, 0x80, 0xbf, 3 },
		      { 0xfc, 0xf0, 0x80, 0xbf, 4 } };
	size_t i, k;

	if (*s < 0x80)
		return *s >= 0x20 || *s == '\t' || *s == '\n' ? *s != 0x7f : 0;
	for (i = 0; i < AMK_ARRAY_SIZE(forms); i++)
		if ((*s & forms[i].mask) == forms[i].lead)
			break;
	if (i == AMK_ARRAY_SIZE(forms) || s[1] < forms[i].least || s[1] > forms[i].most)
		return 0;
	for (k = 2; k < forms[i].len; k++)
		if ((s[k] & 0xc0) != 0x80)
			return 0;
	return forms[i].len;
}

char *amk_utf8_repair(const char *text)
{
	char *copy = strdup(text), *s = copy;
	size_t len;

	while (copy && *s) {
		len = utf8_length((const unsigned char *)s);
		if (!len)
			*s = '?';
		s += len ? len : 1;
	}
	return copy;
}
