// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads thresholds: see thresholds.h. inih splits the lines; what a line means, and that each is
 * known, in bounds and said once, is decided here.
 *
 * inih does not tell its handler the line, nor of a section without a key, and it takes a line that
 * begins with a blank for the rest of the one before and a long one for two. So the lines are
 * handed to it one by one from here, where they can be counted and looked at.
 */
#include "lib/user/thresholds_parser.h"

#include <ini.h>
#include <stdarg.h>
#include <stdlib.h>

#include "lib/user/thresholds_builtin.h"

#define FILE_MAX_BYTES (1UL << 20)
#define RULES_MAX 1000U

int amk_thresholds_fail_at(struct amk_thresholds_parser *p, u32 line, const char *format, ...)
{
	char what[AMK_ERROR_LEN];
	va_list args;

	if (p->error_line)
		return 0;
	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	p->error_line = line;
	snprintf(p->error, AMK_ERROR_LEN, "%.200s:%u: %.280s", p->name, line, what);
	return 0;
}

/* ---- sections ---- */

static int section_end(struct amk_thresholds_parser *p)
{
	size_t key;

	if (!p->rule || p->rule == &p->first)
		return 1;
	for (key = 0; key < AMK_THRESHOLD_SETTINGS; key++)
		if (p->rule->text[key])
			return 1;
	return amk_thresholds_fail_at(
		p, p->rule->line,
		"rule %s sets nothing: give it a margin, a tolerance or an action", p->rule->name);
}

static int rule_begin(struct amk_thresholds_parser *p, const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_.-";
	struct amk_thresholds *to = p->to;
	struct amk_threshold_rule *grown;
	size_t i;

	if (!*name || name[strspn(name, letters)] || strlen(name) >= AMK_RULE_NAME_LEN)
		return amk_thresholds_fail(
			p, "a rule's name is made of 1 to %d letters, digits, _ . and -",
			AMK_RULE_NAME_LEN - 1);
	for (i = 0; i < to->nr_rules; i++)
		if (!strcmp(to->rule[i].name, name))
			return amk_thresholds_fail(p, "rule %s is there twice: rename one of them",
						   name);
	if (to->nr_rules == RULES_MAX)
		return amk_thresholds_fail(p, "more than %u rules", RULES_MAX);
	grown = reallocarray(to->rule, to->nr_rules + 1, sizeof(*grown));
	if (!grown)
		return amk_thresholds_fail(p, "out of memory");
	to->rule = grown;
	p->rule = memset(&grown[to->nr_rules++], 0, sizeof(*grown));
	strcpy(p->rule->name, name);
	p->rule->line = p->line;
	return 1;
}

static int section_begin(struct amk_thresholds_parser *p, const char *section)
{
	if (!section_end(p))
		return 0;
	if (!strncmp(section, "rule ", 5))
		return rule_begin(p, section + 5 + strspn(section + 5, " \t"));
	if (strcmp(section, "default"))
		return amk_thresholds_fail(p, "[%.50s] is neither [default] nor [rule NAME]",
					   section);
	if (p->default_seen)
		return amk_thresholds_fail(p, "[default] is there twice: join them");
	p->default_seen = true;
	p->rule = &p->first;
	return 1;
}

static int key_find(const char *name)
{
	int key;

	for (key = 0; key < AMK_NR_THRESHOLD_KEYS; key++)
		if (!strcmp(amk_threshold_keys[key], name))
			return key;
	return -1;
}

/* Called by inih for each key; 0: wrong. */
static int key_take(void *arg, const char *section, const char *name, const char *value)
{
	struct amk_thresholds_parser *p = arg;
	int key = key_find(name);

	(void)section;
	if (p->error_line)
		return 0;
	if (!p->rule)
		return amk_thresholds_fail(p,
					   "a key before the first section: begin with [default]");
	if (key < 0)
		return amk_thresholds_fail(
			p, "'%.40s' is no key of a threshold; see thresholds.ini", name);
	if (key >= AMK_THRESHOLD_SETTINGS && p->rule == &p->first)
		return amk_thresholds_fail(p, "%s is a condition: it belongs in a [rule NAME]",
					   name);
	if (p->rule->text[key])
		return amk_thresholds_fail(p, "%s is there twice in one section", name);
	p->rule->text[key] = strdup(value);
	if (!p->rule->text[key])
		return amk_thresholds_fail(p, "out of memory");
	if (key >= AMK_THRESHOLD_SETTINGS)
		return amk_thresholds_condition(p, (enum amk_threshold_key)key, value);
	return amk_thresholds_setting(p, (enum amk_threshold_key)key, value);
}

/* ---- lines ---- */

/*
 * The line of a section, which is taken here: inih tells its handler of the sections that have a
 * key, and cuts their names.
 */
static bool section_line(struct amk_thresholds_parser *p, const char *line, size_t len)
{
	const char *end = memchr(line, ']', len);
	size_t rest = end ? (size_t)(end - line) + 1 : 0;
	char name[64];

	if (!end)
		return amk_thresholds_fail(p, "[ without its ]");
	while (rest < len && strchr(" \t\r", line[rest]))
		rest++;
	if (rest < len && !strchr(";#", line[rest]))
		return amk_thresholds_fail(p, "text after the section's name");
	snprintf(name, sizeof(name), "%.*s", (int)(end - line - 1), line + 1);
	return section_begin(p, name);
}

/* Whether a line of @len bytes may be handed to inih. */
static bool line_check(struct amk_thresholds_parser *p, const char *line, size_t len, size_t room)
{
	size_t blank = 0;

	if (memchr(line, '\0', len))
		return amk_thresholds_fail(p, "a zero byte: this is no text file");
	if (len >= room)
		return amk_thresholds_fail(p, "longer than %zu characters: make two rules of it",
					   room - 1);
	while (blank < len && strchr(" \t\r\v\f", line[blank]))
		blank++;
	if (blank && blank < len && !strchr(";#", line[blank]))
		return amk_thresholds_fail(
			p, "begins with a blank: a key stands at the head of its line");
	if (len && line[0] == '[')
		return section_line(p, line, len);
	return true;
}

/* inih's fgets(): the next line, or NULL at the end or after an error. */
static char *line_next(char *to, int room, void *arg)
{
	struct amk_thresholds_parser *p = arg;
	const char *newline;
	size_t len;

	if (p->error_line || p->at == p->end)
		return NULL;
	newline = memchr(p->at, '\n', (size_t)(p->end - p->at));
	len = newline ? (size_t)(newline - p->at) : (size_t)(p->end - p->at);
	p->line++;
	/* The newline and the end of the string take two. */
	if (!line_check(p, p->at, len, (size_t)room - 1))
		return NULL;
	memcpy(to, p->at, len);
	strcpy(to + len, newline ? "\n" : "");
	p->at += len + (newline != NULL);
	return to;
}

static int lines_read(struct amk_thresholds_parser *p)
{
	int line = ini_parse_stream(line_next, p, key_take, p);

	/* inih names the first line that it, or the handler, did not like. */
	if (line > 0 && (!p->error_line || (u32)line < p->error_line)) {
		p->error_line = 0;
		amk_thresholds_fail_at(p, (u32)line, "neither [SECTION] nor KEY = VALUE");
	} else if (line < 0) {
		amk_thresholds_fail(p, "out of memory");
	}
	if (!p->error_line)
		section_end(p);
	return p->error_line ? -EBADMSG : 0;
}

/* The default is what is built in, as far as the text says nothing else. */
static int parse(const char *name, const char *text, size_t len, struct amk_thresholds *to,
		 char error[AMK_ERROR_LEN])
{
	static const char mark[] = "\xef\xbb\xbf"; /* of UTF-8, as some editors write it */
	size_t skip = len >= 3 && !memcmp(text, mark, 3) ? 3 : 0;
	struct amk_thresholds_parser p = {
		.name = name, .at = text + skip, .end = text + len, .to = to, .error = error
	};
	int failed = lines_read(&p);

	amk_threshold_apply(&to->base, &p.first);
	if (p.first.text[AMK_THRESHOLD_Q])
		to->q = p.first.q;
	amk_threshold_rule_free(&p.first);
	if (failed)
		amk_thresholds_free(to);
	return failed;
}

int amk_thresholds_parse(const char *name, const char *text, size_t len,
			 struct amk_thresholds *thresholds, char error[AMK_ERROR_LEN])
{
	struct amk_thresholds built_in = { 0 };
	int failed;

	memset(thresholds, 0, sizeof(*thresholds));
	failed = parse("thresholds.ini", amk_thresholds_builtin, sizeof(amk_thresholds_builtin) - 1,
		       &built_in, error);
	if (failed)
		return failed;
	thresholds->base = built_in.base;
	thresholds->q = built_in.q;
	amk_thresholds_free(&built_in);
	return parse(name, text, len, thresholds, error);
}

static int file_read(const char *path, char **text, size_t *len, char error[AMK_ERROR_LEN])
{
	FILE *file = fopen(path, "re");
	int failed = 0;

	*text = malloc(FILE_MAX_BYTES + 1);
	*len = file && *text ? fread(*text, 1, FILE_MAX_BYTES + 1, file) : 0;
	if (!file || ferror(file)) {
		failed = -errno;
		snprintf(error, AMK_ERROR_LEN, "%.300s: cannot read: %s; give a file of thresholds",
			 path, strerror(errno));
	} else if (!*text) {
		failed = -ENOMEM;
		snprintf(error, AMK_ERROR_LEN, "out of memory");
	} else if (*len > FILE_MAX_BYTES) {
		failed = -EFBIG;
		snprintf(error, AMK_ERROR_LEN, "%.300s: larger than 1 MiB: no file of thresholds",
			 path);
	}
	if (file)
		fclose(file);
	if (failed)
		free(*text);
	return failed;
}

int amk_thresholds_read(const char *path, struct amk_thresholds *thresholds,
			char error[AMK_ERROR_LEN])
{
	char *text;
	size_t len;
	int failed;

	memset(thresholds, 0, sizeof(*thresholds));
	if (!path)
		return amk_thresholds_parse("thresholds.ini", amk_thresholds_builtin,
					    sizeof(amk_thresholds_builtin) - 1, thresholds, error);
	failed = file_read(path, &text, &len, error);
	if (failed)
		return failed;
	failed = amk_thresholds_parse(path, text, len, thresholds, error);
	free(text);
	return failed;
}
