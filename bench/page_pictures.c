// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pictures of a page, once they are drawn: sweeps first, then what has all ways side by side,
 * then family by family, those of one name together. They go into the page as they are: it has to
 * be one file.
 */
#include "bench/page_pictures.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/command.h"

/* The whole file @path; the caller frees. NULL: cannot be read. */
static char *file_text(const char *path)
{
	char *text = NULL;
	size_t room = 0;
	FILE *file = fopen(path, "re");

	if (!file)
		return NULL;
	if (getdelim(&text, &room, '\0', file) < 0) {
		free(text);
		text = NULL;
	}
	fclose(file);
	return text;
}

/*
 * The picture stands in a <noscript>, which is text to a browser that runs scripts: page.js makes
 * elements of it when it comes near the window. Its place has its size and its words before that.
 */
static int picture_write(struct amk_page *page, const struct amk_picture *p)
{
	FILE *file = page->file;
	char *svg = file_text(p->path), *label;
	char prefix[128];

	if (!svg || asprintf(&label, "%s%s", p->title, p->runs) < 0) {
		amk_fail("report: %s: cannot read what was drawn: is the disk full?", p->path);
		free(svg);
		return -EIO;
	}
	snprintf(prefix, sizeof(prefix), "%.80s-%zu-", p->name, p->group + 1);
	fprintf(file, "<figure id=\"plot-%s%zu\">\n<div class=\"plot\" role=\"img\" aria-label=\"",
		p->name, p->group + 1);
	amk_page_escape(file, label);
	fputs("\"><noscript>", file);
	amk_page_svg(file, svg, prefix);
	fputs("</noscript></div>\n<figcaption>", file);
	amk_page_escape(file, label);
	fputs("</figcaption>\n</figure>\n", file);
	free(label);
	free(svg);
	return 0;
}

/* What is no family's; the first that the name of a picture begins with. */
static const struct {
	const char *prefix, *title;
} others[] = {
	{ "over-threads-", "Over the number of threads" },
	{ "over-index-", "Over how far memory is broken up" },
	{ "numa-matrix-", "By NUMA node" },
	{ "", "All ways side by side" },
};

#define NR_PARTS (AMK_ARRAY_SIZE(others) + AMK_NR_FAMILIES)

/* The part of the section that a picture belongs to, of @others and then of the families. */
static size_t part_of(const struct amk_picture *p)
{
	size_t len, i, part;

	for (part = 0; strncmp(p->name, others[part].prefix, strlen(others[part].prefix));)
		part++;
	if (*others[part].prefix)
		return part;
	for (i = 0; i < AMK_NR_FAMILIES; i++) {
		len = strlen(amk_families[i].name);
		if (!strncmp(p->name, amk_families[i].name, len) && p->name[len] == '-')
			return AMK_ARRAY_SIZE(others) + i;
	}
	return part;
}

/* Whether a picture of that name came before: then it stands there. */
static bool is_told(const struct amk_pictures *list, size_t at)
{
	size_t i;

	for (i = 0; i < at; i++)
		if (!strcmp(list->item[i].name, list->item[at].name))
			return true;
	return false;
}

static void part_head(struct amk_page *page, size_t part)
{
	const struct amk_family *family;
	char title[256];

	if (part < AMK_ARRAY_SIZE(others)) {
		page->form->heading(page, others[part].title);
		return;
	}
	family = &amk_families[part - AMK_ARRAY_SIZE(others)];
	snprintf(title, sizeof(title), "Family %s: %s", family->name, family->summary);
	page->form->heading(page, title);
}

/* The pictures of @part, those of one name together. */
static int part_write(struct amk_page *page, const struct amk_pictures *list, size_t part)
{
	bool any = false;
	size_t i, k;
	int ret = 0;

	for (i = 0; !ret && i < list->nr; i++) {
		if (part_of(&list->item[i]) != part || is_told(list, i))
			continue;
		if (!any)
			part_head(page, part);
		any = true;
		for (k = i; !ret && k < list->nr; k++)
			if (!strcmp(list->item[i].name, list->item[k].name))
				ret = picture_write(page, &list->item[k]);
	}
	return ret;
}

int amk_pictures_write(struct amk_page *page, const struct amk_pictures *list)
{
	size_t i;
	char *svg;
	int ret = 0;

	if (!list->nr)
		return 0;
	svg = file_text(list->item[0].path);
	if (svg)
		amk_page_svg_points(page->file, svg);
	free(svg);
	amk_page_text(
		page,
		"User space is drawn solid and the kernel dashed. The plots are light "
		"in the dark, too; their numbers are in the table of every cell. For a paper: "
		"allocmark plot --format=pdf.");
	for (i = 0; !ret && i < NR_PARTS; i++)
		ret = part_write(page, list, i);
	return ret;
}

void amk_pictures_free(struct amk_pictures *list)
{
	while (list->nr) {
		struct amk_picture *p = &list->item[--list->nr];

		free(p->name);
		free(p->title);
		free(p->path);
	}
	free(list->item);
	list->item = NULL;
}
