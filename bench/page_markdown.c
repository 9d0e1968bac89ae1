// SPDX-License-Identifier: GPL-2.0-only
/*
 * A page as Markdown, for a comment, a log or a file in a repository: the same words and tables
 * without pictures. What it comes to is open, and the details are folded.
 */
#include <string.h>

#include "bench/page.h"
#include "bench/utf8.h"

/*
 * Writes @text so that it is shown as it is: names from records may hold any mark. Marks that need
 * another one before them, which is escaped, are left, or the text could hardly be read as it is.
 */
static void plain(FILE *file, const char *text)
{
	size_t len;

	for (; *text; text += len ? len : 1) {
		len = amk_utf8_len(text);
		if (strchr("\\`*_[]<>#|~&", *text))
			fputc('\\', file);
		if (!len)
			fputs(AMK_UTF8_NONE, file);
		else if (len == 1)
			fputc((unsigned char)*text < ' ' ? ' ' : *text, file);
		else
			fwrite(text, 1, len, file);
	}
}

static void begin(struct amk_page *page, const char *title)
{
	fputs("# ", page->file);
	plain(page->file, title);
	fputc('\n', page->file);
}

static void end(struct amk_page *page)
{
	(void)page;
}

static void section(struct amk_page *page, const char *id, const char *title)
{
	(void)id;
	fputs("\n## ", page->file);
	plain(page->file, title);
	fputc('\n', page->file);
}

static void heading(struct amk_page *page, const char *title)
{
	fputs("\n### ", page->file);
	plain(page->file, title);
	fputc('\n', page->file);
}

static void text(struct amk_page *page, const char *words)
{
	fputc('\n', page->file);
	plain(page->file, words);
	fputc('\n', page->file);
}

static void caution(struct amk_page *page, const char *words)
{
	fputs("\n> **Note:** ", page->file);
	plain(page->file, words);
	fputc('\n', page->file);
}

static void link_write(struct amk_page *page, const char *target, const char *words)
{
	const char *c;

	fputs(" [", page->file);
	plain(page->file, words);
	fputs("](<", page->file);
	for (c = target; *c; c++)
		if (strchr("<>\\%", *c) || (unsigned char)*c < ' ' || (unsigned char)*c > '~')
			fprintf(page->file, "%%%02X", (unsigned char)*c);
		else
			fputc(*c, page->file);
	fputs(">) |", page->file);
}

/* Markdown has no folds, but lets HTML through, in which its marks are none. */
static void fold(struct amk_page *page, const char *title)
{
	fputs("\n<details>\n<summary>", page->file);
	amk_page_escape(page->file, title);
	fputs("</summary>\n", page->file);
}

static void unfold(struct amk_page *page)
{
	fputs("\n</details>\n", page->file);
}

static void table(struct amk_page *page, const struct amk_page_table *t)
{
	size_t i;

	page->table = t;
	fputc('\n', page->file);
	plain(page->file, t->caption);
	fputs(":\n\n|", page->file);
	for (i = 0; i < t->nr_columns; i++) {
		fputc(' ', page->file);
		plain(page->file, t->column[i].name);
		fputs(" |", page->file);
	}
	fputs("\n|", page->file);
	for (i = 0; i < t->nr_columns; i++)
		fputs(t->column[i].number ? "--:|" : "---|", page->file);
	fputc('\n', page->file);
}

static void row(struct amk_page *page)
{
	fputc('|', page->file);
}

static void cell(struct amk_page *page, const char *words, double sort)
{
	(void)sort;
	fputc(' ', page->file);
	plain(page->file, words);
	fputs(" |", page->file);
}

static void row_end(struct amk_page *page)
{
	fputc('\n', page->file);
}

static void table_end(struct amk_page *page)
{
	(void)page;
}

const struct amk_page_form amk_page_markdown = {
	.name = "markdown",
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
