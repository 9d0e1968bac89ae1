// SPDX-License-Identifier: GPL-2.0-only
/*
 * A comparison as workflow commands of GitHub Actions, which the runner shows as annotations, and,
 * where the runner has named a file for it, as Markdown in the job's summary. A regression is an
 * error and what else wants looking at a warning, worst first.
 *
 * The runner shows 10 of each kind a step, so no more are written: the rest is counted. Escapes as
 * in https://github.com/actions/toolkit (packages/core, command.ts).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/cell_name.h"
#include "bench/compare_text.h"
#include "bench/report.h"

#define ANNOTATIONS_MAX 10

static void escaped(FILE *file, const char *text, const char *special)
{
	for (; *text; text++) {
		if (strchr(special, *text))
			fprintf(file, "%%%02X", (unsigned int)(unsigned char)*text);
		else
			fputc(*text, file);
	}
}

static void annotate(FILE *file, const char *level, const char *title, const char *message)
{
	fprintf(file, "::%s title=", level);
	escaped(file, title, "%\r\n:,");
	fputs("::", file);
	escaped(file, message, "%\r\n");
	fputc('\n', file);
}

static void cell_annotate(FILE *file, const char *level, const struct amk_comparison_cell *cell)
{
	char name[AMK_CELL_NAME_LEN], title[AMK_CELL_NAME_LEN + 32], text[AMK_FINDING_LEN];

	amk_cell_name(cell->side, cell->strategy, cell->workload, cell->size_bytes, cell->metric,
		      name);
	snprintf(title, sizeof(title), "%s %s", name, amk_verdict_name(cell->verdict));
	annotate(file, level, title, amk_finding_text(cell, text));
}

/* One kind of annotation: the places left, the last of which tells how many cells had none. */
struct kind {
	const char *level;
	enum amk_grade grade;
	size_t room, hidden;
};

static void kind_annotate(FILE *file, struct kind *kind, const struct amk_comparison *c,
			  const struct amk_comparison_cell **worst)
{
	size_t i;

	for (i = 0; i < c->nr_cells; i++) {
		if (amk_report_grade(worst[i]) != kind->grade)
			continue;
		if (kind->room > 1) {
			cell_annotate(file, kind->level, worst[i]);
			kind->room--;
		} else {
			kind->hidden++;
		}
	}
}

static void kind_end(FILE *file, const struct kind *kind)
{
	char text[128];

	if (!kind->hidden)
		return;
	snprintf(text, sizeof(text), "and %zu more cells; see the report", kind->hidden);
	annotate(file, kind->level, "allocmark", text);
}

static int annotations_write(FILE *file, const struct amk_report *report)
{
	struct kind kinds[] = { { "error", AMK_GRADE_FAILURE, ANNOTATIONS_MAX, 0 },
				{ "warning", AMK_GRADE_WARNING, ANNOTATIONS_MAX, 0 } };
	size_t i, k;

	for (i = 0; i < report->nr_comparisons; i++) {
		const struct amk_comparison *c = &report->comparison[i];
		const struct amk_comparison_cell **worst = amk_comparison_worst(c);

		if (!worst)
			return -ENOMEM;
		for (k = 0; k < AMK_ARRAY_SIZE(kinds); k++)
			kind_annotate(file, &kinds[k], c, worst);
		free(worst);
	}
	for (k = 0; k < AMK_ARRAY_SIZE(kinds); k++)
		kind_end(file, &kinds[k]);
	if (report->conclusion)
		annotate(file, "notice", "allocmark", report->conclusion);
	return 0;
}

/* Adds @text at the end of the file at @path, which other steps may have begun. */
static int summary_append(const char *path, const char *text, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	ssize_t put = fd < 0 ? -1 : write(fd, text, len);
	int ret = put == (ssize_t)len ? 0 : put < 0 ? -errno : -ENOSPC;

	if (fd >= 0 && close(fd) && !ret)
		ret = -errno;
	return ret;
}

static int summary_write(const struct amk_report *report, const char *path,
			 char error[AMK_ERROR_LEN])
{
	char *text = NULL;
	size_t len;
	FILE *file = open_memstream(&text, &len);
	int ret = -ENOMEM;

	if (file) {
		ret = amk_report_markdown(file, report, error);
		if (fclose(file) && !ret)
			ret = -ENOMEM;
	}
	if (ret) {
		snprintf(error, AMK_ERROR_LEN, "out of memory");
	} else {
		ret = summary_append(path, text, len);
		if (ret)
			snprintf(error, AMK_ERROR_LEN,
				 "%.300s: cannot write: %s; unset GITHUB_STEP_SUMMARY to do "
				 "without",
				 path, strerror(-ret));
	}
	free(text);
	return ret;
}

int amk_report_github(FILE *file, const struct amk_report *report, char error[AMK_ERROR_LEN])
{
	const char *summary = getenv("GITHUB_STEP_SUMMARY");
	int ret = annotations_write(file, report);

	if (ret)
		snprintf(error, AMK_ERROR_LEN, "out of memory");
	else if (summary && *summary)
		ret = summary_write(report, summary, error);
	return ret;
}
