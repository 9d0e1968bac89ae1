// SPDX-License-Identifier: GPL-2.0-only
/*
 * gnuplot's SVG as a part of an HTML page. Its marks for points are the same in every picture: they
 * are written once a page, so that no id stands in it twice. Groups without content, attributes
 * that say what holds anyway and digits that nobody sees are most of a picture, and left out.
 */
#include <stdlib.h>
#include <string.h>

#include "bench/page.h"

#define DEPTH_MAX 64

/* A picture under way. */
struct picture {
	char *text;
	size_t len, room;
	const char *prefix; /* of ids */
	/* The groups that are open: where each begins, and whether it has something in it. */
	size_t begin[DEPTH_MAX];
	bool filled[DEPTH_MAX];
	size_t depth;
};

static void put(struct picture *p, const char *bytes, size_t len)
{
	if (p->len + len > p->room)
		return;
	memcpy(p->text + p->len, bytes, len);
	p->len += len;
}

static void put_text(struct picture *p, const char *text)
{
	put(p, text, strlen(text));
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* What stands at @at is the word @word. */
static bool is_at(const char *at, const char *end, const char *word)
{
	size_t len = strlen(word);

	return (size_t)(end - at) >= len && !memcmp(at, word, len);
}

/* Writes @most of the decimals at @at, no zeros at their end; returns where they end. */
static const char *decimals_put(struct picture *p, const char *at, const char *end, size_t most)
{
	const char *from = at++;
	size_t keep = 0, i;

	for (i = 1; at < end && is_digit(*at); at++, i++)
		if (i <= most && *at != '0')
			keep = i + 1;
	put(p, from, keep);
	return at;
}

/* Writes the value from @at to @end: an id gets its prefix, a number loses idle digits. */
static void value_put(struct picture *p, const char *at, const char *end, size_t most)
{
	bool space = true;

	while (at < end) {
		if (is_at(at, end, "gpPat"))
			put_text(p, p->prefix);
		if (*at == '.' && at + 1 < end && is_digit(at[1])) {
			at = decimals_put(p, at, end, most);
			space = false;
		} else if (is_space(*at)) {
			if (!space)
				put_text(p, " ");
			space = true;
			at++;
		} else {
			space = *at == '(' || *at == ',';
			put(p, at++, 1);
		}
	}
	while (p->len && p->text[p->len - 1] == ' ')
		p->len--;
}

/* Whether the attribute @name says what holds anyway, or is of no use here. */
static bool is_idle(const char *name, size_t name_len, const char *value, size_t value_len)
{
	static const struct {
		const char *name, *value; /* NULL: whatever it is */
	} idle[] = {
		{ "stroke-linecap", "butt" }, { "stroke-linejoin", "miter" },
		{ "font-family", NULL },      { "class", NULL },
		{ "fill-opacity", "1.00" },
	};
	size_t i;

	if (name_len == 2 && !memcmp(name, "id", 2))
		return !is_at(value, value + value_len, "gp");
	for (i = 0; i < AMK_ARRAY_SIZE(idle); i++)
		if (strlen(idle[i].name) == name_len && !memcmp(idle[i].name, name, name_len) &&
		    (!idle[i].value || (strlen(idle[i].value) == value_len &&
					!memcmp(idle[i].value, value, value_len))))
			return true;
	return false;
}

static void attribute_put(struct picture *p, const char *name, size_t name_len, const char *value,
			  size_t value_len)
{
	/* A pixel of the canvas is less than one on most screens. */
	size_t decimals =
		(name_len == 1 && *name == 'd') || is_at(name, name + name_len, "points") ? 1 : 3;

	if (is_idle(name, name_len, value, value_len))
		return;
	if (is_at(name, name + name_len, "xlink:")) {
		name += 6;
		name_len -= 6;
	}
	put_text(p, " ");
	put(p, name, name_len);
	put_text(p, "=\"");
	value_put(p, value, value + value_len, decimals);
	put_text(p, "\"");
}

/* Writes the tag from @at ('<') to @end ('>'), its attributes one by one. */
static void tag_put(struct picture *p, const char *at, const char *end)
{
	const char *name = at;
	bool closed = end[-1] == '/';

	while (at < end && !is_space(*at) && !(closed && at == end - 1))
		at++;
	put(p, name, (size_t)(at - name));
	while (at < end) {
		const char *equal, *value, *close;

		while (at < end && is_space(*at))
			at++;
		equal = memchr(at, '=', (size_t)(end - at));
		if (!equal)
			break;
		for (value = equal + 1; value < end && is_space(*value);)
			value++;
		close = value < end ? memchr(value + 1, *value, (size_t)(end - value - 1)) : NULL;
		if (!close)
			break;
		name = at;
		for (at = equal; at > name && is_space(at[-1]);)
			at--;
		attribute_put(p, name, (size_t)(at - name), value + 1, (size_t)(close - value - 1));
		at = close + 1;
	}
	put_text(p, closed ? "/>" : ">");
}

static void fill(struct picture *p)
{
	if (p->depth)
		p->filled[p->depth - 1] = true;
}

static void group_open(struct picture *p, const char *at, const char *end)
{
	if (p->depth == DEPTH_MAX)
		return;
	p->begin[p->depth] = p->len;
	p->filled[p->depth++] = false;
	tag_put(p, at, end);
}

static void group_close(struct picture *p)
{
	if (!p->depth)
		return;
	p->depth--;
	if (!p->filled[p->depth]) {
		p->len = p->begin[p->depth];
		return;
	}
	put_text(p, "</g>\n");
	fill(p);
}

/* Text between tags: what is white alone is nothing. */
static void words_put(struct picture *p, const char *at, const char *end)
{
	const char *c;

	for (c = at; c < end && is_space(*c);)
		c++;
	if (c == end)
		return;
	fill(p);
	put(p, at, (size_t)(end - at));
}

/* What lies between the canvas's tag and the end of the picture. */
static void content_put(struct picture *p, const char *at)
{
	const char *open, *close;

	while ((open = strchr(at, '<')) && (close = strchr(open, '>'))) {
		words_put(p, at, open);
		at = close + 1;
		if (is_at(open, close, "</svg")) {
			break;
		} else if (is_at(open, close, "<title")) {
			close = strstr(at, "</title>");
			at = close ? close + strlen("</title>") : at;
		} else if (is_at(open, close, "<g ") || is_at(open, close + 1, "<g>")) {
			group_open(p, open, close);
		} else if (is_at(open, close, "</g")) {
			group_close(p);
		} else {
			fill(p);
			tag_put(p, open, close);
		}
	}
}

/* Where the picture itself begins: behind the points, which amk_page_svg_points() has. */
static const char *content_find(const char *svg)
{
	const char *defs = strstr(svg, "</defs>");

	return defs ? defs + strlen("</defs>") : NULL;
}

void amk_page_svg(FILE *file, const char *svg, const char *prefix)
{
	const char *content = content_find(svg);
	struct picture p = { .prefix = prefix };

	if (!content)
		return;
	p.room = 2 * strlen(content) + 4096;
	p.text = malloc(p.room);
	if (!p.text)
		return;
	content_put(&p, content);
	fputs("<svg viewBox=\"0 0 1600 1000\">", file);
	fwrite(p.text, 1, p.len, file);
	fputs("</svg>\n", file);
	free(p.text);
}

void amk_page_svg_points(FILE *file, const char *svg)
{
	const char *defs = strstr(svg, "<defs>"), *end = defs ? strstr(defs, "</defs>") : NULL;
	const char *filter = defs ? strstr(defs, "<filter") : NULL;

	if (!end)
		return;
	if (filter && filter < end)
		end = filter;
	fputs("<svg class=\"points\" width=\"0\" height=\"0\" aria-hidden=\"true\">", file);
	for (; defs < end; defs++)
		if (is_at(defs, end, "xlink:href"))
			defs += strlen("xlink:") - 1;
		else
			fputc(*defs, file);
	fputs("</defs></svg>\n", file);
}
