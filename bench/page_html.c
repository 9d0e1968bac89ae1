// SPDX-License-Identifier: GPL-2.0-only
/*
 * A page as one HTML file that needs nothing else: style and script stand in it, and its policy
 * forbids the browser to load anything. It is read without the script, too, which only adds ways of
 * sorting and filtering.
 */
#include <math.h>
#include <string.h>

#include "bench/page.h"
#include "bench/utf8.h"

/* A character that is no mark; what is no character at all is shown to be none. */
static const char *char_write(FILE *file, const char *text)
{
	size_t len = amk_utf8_len(text);

	if (!len)
		fputs(AMK_UTF8_NONE, file);
	else if (len == 1 && ((unsigned char)*text < ' ' || *text == 0x7f))
		fputc(' ', file);
	else
		fwrite(text, 1, len, file);
	return text + (len ? len : 1);
}

void amk_page_escape(FILE *file, const char *text)
{
	static const struct {
		char mark;
		const char *text;
	} marks[] = { { '&', "&amp;" },
		      { '<', "&lt;" },
		      { '>', "&gt;" },
		      { '"', "&quot;" },
		      { '\n', "<br>" } };
	size_t i;

	while (*text) {
		for (i = 0; i < AMK_ARRAY_SIZE(marks) && marks[i].mark != *text;)
			i++;
		if (i < AMK_ARRAY_SIZE(marks)) {
			fputs(marks[i].text, file);
			text++;
		} else {
			text = char_write(file, text);
		}
	}
}

static void contents(struct amk_page *page)
{
	const struct amk_page_section *s;

	fputs("<nav aria-label=\"Sections\"><ul>\n", page->file);
	for (s = amk_page_sections; s->id; s++)
		if (amk_page_has(page, s))
			fprintf(page->file, "<li><a href=\"#%s\">%s</a></li>\n", s->id, s->title);
	fputs("</ul></nav>\n", page->file);
}

static void begin(struct amk_page *page, const char *title)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	      "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>",
	      page->file);
	amk_page_escape(page->file, title);
	fputs("</title>\n<style>\n", page->file);
	amk_page_asset(page, "page.css");
	fputs("</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the report</a>\n"
	      "<header>\n<h1>",
	      page->file);
	amk_page_escape(page->file, title);
	fputs("</h1>\n", page->file);
	contents(page);
	fputs("</header>\n<main id=\"main\" tabindex=\"-1\">\n", page->file);
}

static void section_end(struct amk_page *page)
{
	if (page->nr_sections)
		fputs("</section>\n", page->file);
}

static void end(struct amk_page *page)
{
	section_end(page);
	fputs("</main>\n<footer><p>Made by allocmark from the records alone. It loads nothing "
	      "and asks nobody.</p></footer>\n<script>\n",
	      page->file);
	amk_page_asset(page, "page.js");
	fputs("</script>\n</body>\n</html>\n", page->file);
}

static void section(struct amk_page *page, const char *id, const char *title)
{
	section_end(page);
	page->nr_sections++;
	fprintf(page->file, "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">", id, id);
	amk_page_escape(page->file, title);
	fputs("</h2>\n", page->file);
}

static void heading(struct amk_page *page, const char *title)
{
	fputs("<h3>", page->file);
	amk_page_escape(page->file, title);
	fputs("</h3>\n", page->file);
}

static void text(struct amk_page *page, const char *words)
{
	fputs("<p>", page->file);
	amk_page_escape(page->file, words);
	fputs("</p>\n", page->file);
}

static void caution(struct amk_page *page, const char *words)
{
	fputs("<p class=\"caution\">", page->file);
	amk_page_escape(page->file, words);
	fputs("</p>\n", page->file);
}

/* A target is a path: what a URL reads as marks is escaped, and a colon is no scheme. */
static void target_write(FILE *file, const char *target)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-._~/";

	if (*target != '/' && *target != '.')
		fputs("./", file);
	for (; *target; target++) {
		if (strchr(plain, *target))
			fputc(*target, file);
		else
			fprintf(file, "%%%02X", (unsigned char)*target);
	}
}

static void link_write(struct amk_page *page, const char *target, const char *words)
{
	page->column++;
	fputs("<td><a href=\"", page->file);
	target_write(page->file, target);
	fputs("\">", page->file);
	amk_page_escape(page->file, words);
	fputs("</a>", page->file);
}

static void fold(struct amk_page *page, const char *title)
{
	fputs("<details><summary>", page->file);
	amk_page_escape(page->file, title);
	fputs("</summary>\n", page->file);
}

static void unfold(struct amk_page *page)
{
	fputs("</details>\n", page->file);
}

/*
 * A table that is too wide is scrolled by itself: the keyboard can reach it, so it has a name. Of
 * one out of sight the browser knows no caption yet.
 */
static void table(struct amk_page *page, const struct amk_page_table *t)
{
	size_t i;

	page->table = t;
	fprintf(page->file, "<div class=\"scroll%s\" role=\"region\" tabindex=\"0\" aria-label=\"",
		t->handled ? " handled" : "");
	amk_page_escape(page->file, t->caption);
	fprintf(page->file, "\">\n%s<table id=\"%s\">\n<caption>", t->large ? "<noscript>" : "",
		t->id);
	amk_page_escape(page->file, t->caption);
	fputs("</caption>\n<thead><tr>", page->file);
	for (i = 0; i < t->nr_columns; i++) {
		fprintf(page->file, "<th scope=\"col\"%s%s>",
			t->column[i].number ? " class=\"n\"" :
			t->column[i].wide   ? " class=\"w\"" :
					      "",
			t->column[i].choice ? " data-choice" : "");
		amk_page_escape(page->file, t->column[i].name);
		fputs("</th>", page->file);
	}
	fputs("</tr></thead>\n<tbody>\n", page->file);
}

static void row(struct amk_page *page)
{
	page->column = 0;
	fputs("<tr>", page->file);
}

/* End tags of cells and rows may be left out: a third of a large table is tags as it is. */
static void cell(struct amk_page *page, const char *words, double sort)
{
	const struct amk_page_column *column = &page->table->column[page->column++];

	fputs(column->heads ? "<th scope=row" : "<td", page->file);
	if (column->number || column->wide)
		fputs(column->number ? " class=n" : " class=w", page->file);
	if (!isnan(sort))
		fprintf(page->file, " data-v=%.17g", sort);
	fputc('>', page->file);
	amk_page_escape(page->file, words);
}

static void row_end(struct amk_page *page)
{
	fputc('\n', page->file);
}

static void table_end(struct amk_page *page)
{
	fprintf(page->file, "</tbody>\n</table>%s\n</div>\n",
		page->table->large ? "</noscript>" : "");
}

const struct amk_page_form amk_page_html = {
	.name = "html",
	.pictures = true,
	.begin = begin,
	.end = end,
	.section = section,
	.heading = heading,
	.text = text,
	.caution = caution,
	.link = link_write,
	.fold = fold,
	.unfold = unfold,
	.table = table,
	.row = row,
	.cell = cell,
	.row_end = row_end,
	.table_end = table_end,
};
