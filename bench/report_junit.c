// SPDX-License-Identifier: GPL-2.0-only
/*
 * A comparison as JUnit XML, as CI servers read it: a suite a head, a test case a cell. A cell that
 * regressed is a failure, one of which nothing can be said is skipped. There is no attribute
 * "time": a cell's cost is no duration of a test.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/cell_name.h"
#include "bench/compare_text.h"
#include "bench/report.h"
#include "bench/utf8.h"

/* Writes @text as content or as an attribute's value in double quotes. 0 or -ENOMEM. */
static int xml_text(FILE *file, const char *text)
{
	char *repaired = amk_utf8_repair(text), *s;

	if (!repaired)
		return -ENOMEM;
	for (s = repaired; *s; s++) {
		if (strchr("&<>\"'\n\t", *s))
			fprintf(file, "&#%d;", *s);
		else
			fputc(*s, file);
	}
	free(repaired);
	return 0;
}

static int attribute(FILE *file, const char *name, const char *value)
{
	int ret;

	fprintf(file, " %s=\"", name);
	ret = xml_text(file, value);
	fputc('"', file);
	return ret;
}

static int property(FILE *file, const char *role, const char *name, const char *value)
{
	int ret;

	fprintf(file, "\t\t\t<property name=\"%s.%s\"", role, name);
	ret = attribute(file, "value", value);
	fputs("/>\n", file);
	return ret;
}

static int run_properties(FILE *file, const char *role, const struct amk_costs *run)
{
	return property(file, role, "path", run->path) |
	       property(file, role, "created", run->created) |
	       property(file, role, "machine", run->machine) |
	       property(file, role, "kernel", run->kernel) |
	       property(file, role, "environment", run->environment) |
	       property(file, role, "unit", run->unit);
}

static int outcome_write(FILE *file, const char *element, const struct amk_comparison_cell *cell)
{
	char finding[AMK_FINDING_LEN], text[AMK_FINDING_LEN + 32];
	bool failure = !strcmp(element, "failure");
	int ret = 0;

	snprintf(text, sizeof(text), "%s%s%s", amk_verdict_name(cell->verdict),
		 *amk_finding_text(cell, finding) ? ": " : "", finding);
	fprintf(file, "\t\t\t<%s", element);
	if (strcmp(element, "system-out"))
		ret = attribute(file, "message", text);
	if (failure)
		ret |= attribute(file, "type", amk_verdict_name(cell->verdict));
	fputc('>', file);
	if (failure || !strcmp(element, "system-out"))
		ret |= xml_text(file, text);
	fprintf(file, "</%s>\n", element);
	return ret;
}

static int case_write(FILE *file, const struct amk_comparison_cell *cell)
{
	static const char *const element[] = { [AMK_GRADE_PASS] = "system-out",
					       [AMK_GRADE_SKIP] = "skipped",
					       [AMK_GRADE_WARNING] = "system-out",
					       [AMK_GRADE_FAILURE] = "failure" };
	char name[AMK_CELL_NAME_LEN];
	int ret;

	amk_cell_name(cell->side, cell->strategy, cell->workload, cell->size_bytes, cell->metric,
		      name);
	fprintf(file, "\t\t<testcase classname=\"allocmark.%s.%s.%s\"", amk_side_names[cell->side],
		cell->strategy, cell->workload);
	ret = attribute(file, "name", name);
	fputs(">\n", file);
	ret |= outcome_write(file, element[amk_report_grade(cell)], cell);
	fputs("\t\t</testcase>\n", file);
	return ret;
}

struct tally {
	size_t tests, failures, skipped;
};

static struct tally tally_of(const struct amk_report *report, const struct amk_comparison *c)
{
	struct tally tally = { 0 };
	size_t i;

	for (i = 0; i < c->nr_cells; i++) {
		enum amk_grade grade = amk_report_grade(&c->cell[i]);

		if (!amk_report_has(report, &c->cell[i]))
			continue;
		tally.tests++;
		tally.failures += grade == AMK_GRADE_FAILURE;
		tally.skipped += grade == AMK_GRADE_SKIP;
	}
	return tally;
}

static void tally_write(FILE *file, struct tally tally)
{
	fprintf(file, " tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\">\n",
		tally.tests, tally.failures, tally.skipped);
}

static int suite_write(FILE *file, const struct amk_report *report, const struct amk_comparison *c)
{
	size_t i;
	int ret;

	fputs("\t<testsuite", file);
	ret = attribute(file, "name", c->head->path);
	tally_write(file, tally_of(report, c));
	fputs("\t\t<properties>\n", file);
	ret |= run_properties(file, "base", c->base);
	ret |= run_properties(file, "head", c->head);
	fputs("\t\t</properties>\n", file);
	for (i = 0; !ret && i < c->nr_cells; i++)
		if (amk_report_has(report, &c->cell[i]))
			ret = case_write(file, &c->cell[i]);
	if (report->conclusion) {
		fputs("\t\t<system-out>", file);
		ret |= xml_text(file, report->conclusion);
		fputs("</system-out>\n", file);
	}
	fputs("\t</testsuite>\n", file);
	return ret;
}

int amk_report_junit(FILE *file, const struct amk_report *report, char error[AMK_ERROR_LEN])
{
	struct tally all = { 0 }, one;
	size_t i;
	int ret = 0;

	for (i = 0; i < report->nr_comparisons; i++) {
		one = tally_of(report, &report->comparison[i]);
		all.tests += one.tests;
		all.failures += one.failures;
		all.skipped += one.skipped;
	}
	fprintf(file,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"allocmark %s\"",
		report->command);
	tally_write(file, all);
	for (i = 0; !ret && i < report->nr_comparisons; i++)
		ret = suite_write(file, report, &report->comparison[i]);
	fputs("</testsuites>\n", file);
	if (ret)
		snprintf(error, AMK_ERROR_LEN, "out of memory");
	return ret ? -ENOMEM : 0;
}
