// SPDX-License-Identifier: GPL-2.0-only
/*
 * A page: its sections in their order, and what they share, which is the same in every form: texts,
 * cells, numbers and units.
 */
#include "bench/page.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "bench/command.h"
#include "bench/session.h"
#include "lib/user/costs.h"
#include "lib/user/size.h"

static void worded(struct amk_page *page, void (*write)(struct amk_page *, const char *),
		   const char *format, va_list args)
{
	char *text;

	if (vasprintf(&text, format, args) < 0)
		return;
	write(page, text);
	free(text);
}

void amk_page_text(struct amk_page *page, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	worded(page, page->form->text, format, args);
	va_end(args);
}

void amk_page_caution(struct amk_page *page, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	worded(page, page->form->caution, format, args);
	va_end(args);
}

void amk_page_cell(struct amk_page *page, const char *text)
{
	page->form->cell(page, text && *text ? text : "–", NAN);
}

void amk_page_cellf(struct amk_page *page, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	worded(page, amk_page_cell, format, args);
	va_end(args);
}

void amk_page_number(struct amk_page *page, double value)
{
	if (isnan(value))
		amk_page_cell(page, NULL);
	else if (fabs(value) < 1e15 && (fabs(value) >= 1000 || value == floor(value)))
		amk_page_cellf(page, "%.0f", value);
	else
		amk_page_cellf(page, "%.4g", value);
}

void amk_page_size(struct amk_page *page, u64 bytes)
{
	char text[AMK_SIZE_TEXT_LEN];

	if (bytes)
		page->form->cell(page, amk_size_text(bytes, text), (double)bytes);
	else
		amk_page_cell(page, NULL);
}

const char *amk_page_unit(const struct amk_plot_run *run, const struct amk_metric *metric,
			  char text[AMK_PAGE_UNIT_LEN])
{
	bool emulated = metric->unit == AMK_UNIT_TICKS &&
			!strcmp(run->data.environment, "guest-tcg");

	snprintf(text, AMK_PAGE_UNIT_LEN, "%.20s%s", amk_metric_unit(metric, run->data.unit),
		 emulated ? " (emulated)" : "");
	return text;
}

int amk_page_asset(const struct amk_page *page, const char *name)
{
	char path[PATH_MAX + NAME_MAX], part[4096];
	size_t len;
	FILE *file;
	int ret = 0;

	snprintf(path, sizeof(path), "%s/%s", page->assets_dir, name);
	file = fopen(path, "re");
	if (!file) {
		ret = -errno;
		amk_fail("report: %s: cannot read: %s; make install puts it there", path,
			 strerror(errno));
		return ret;
	}
	while ((len = fread(part, 1, sizeof(part), file)))
		fwrite(part, 1, len, page->file);
	if (ferror(file))
		ret = -EIO;
	fclose(file);
	return ret;
}

static bool several(const struct amk_page *page)
{
	return page->nr_runs > 1;
}

static bool with_pictures(const struct amk_page *page)
{
	return page->form->pictures;
}

static bool with_figures(const struct amk_page *page)
{
	return page->form->pictures && page->figures;
}

const struct amk_page_section amk_page_sections[] = {
	{ "summary", "In short", NULL, amk_page_summary, false },
	{ "environments", "Where it was measured", NULL, amk_page_environments, false },
	{ "headlines", "Headline figures", NULL, amk_page_headlines, false },
	{ "nodes", "NUMA nodes", amk_page_has_nodes, amk_page_nodes, true },
	{ "figures", "Plots", with_figures, amk_page_figures, false },
	{ "verdicts", "Verdicts", several, amk_page_verdicts, true },
	{ "claims", "Claims", amk_page_has_claims, amk_page_claims, true },
	{ "missing", "What has no number, and why", NULL, amk_page_missing, true },
	{ "cells", "Every cell", with_pictures, amk_page_cells, true },
	{ "raw", "Raw data", NULL, amk_page_raw, true },
	{ 0 },
};

bool amk_page_has(const struct amk_page *page, const struct amk_page_section *section)
{
	return !section->wanted || section->wanted(page);
}

static int section_write(struct amk_page *page, const struct amk_page_section *s)
{
	bool folded = s->detail && !page->form->pictures;
	int ret;

	if (folded)
		page->form->fold(page, s->title);
	else
		page->form->section(page, s->id, s->title);
	ret = s->write(page);
	if (folded)
		page->form->unfold(page);
	return ret;
}

int amk_page_write(struct amk_page *page, const char *title)
{
	const struct amk_page_section *s;
	int ret = amk_page_sweeps_find(page);

	if (!ret)
		page->form->begin(page, title);
	for (s = amk_page_sections; !ret && s->id; s++) {
		if (!amk_page_has(page, s))
			continue;
		ret = amk_session_stopped();
		if (!ret)
			ret = section_write(page, s);
	}
	if (!ret)
		ret = amk_session_stopped();
	if (!ret)
		page->form->end(page);
	amk_page_pairs_free(page);
	amk_page_sweeps_free(page);
	return ret;
}
