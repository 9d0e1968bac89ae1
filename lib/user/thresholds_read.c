// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads thresholds: see thresholds.h. inih splits the lines; what a line means, and that each is
 * known, in bounds and said once, is decided here.
 *
 * inih does not tell its handler the line, nor of a section without a key, and it takes a line that
 * begins with a blank for the rest of the one before and a long one for two. So the lines are
 * handed to it one by one from here, where they can be counted and looked at.
 */
#include "lib/user/thresholds.h"

#include <fnmatch.h>
#include <ini.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>

#include "lib/core/workload.h"
#include "lib/user/environment.h"
#include "lib/user/plan.h"
#include "lib/user/thresholds_builtin.h"

#define FILE_MAX_BYTES (1UL << 20)
#define RULES_MAX 1000U
#define PERCENT_MAX 1000.0

_Static_assert(AMK_NR_WORKLOADS <= AMK_ARRAY_SIZE(((struct amk_threshold_rule *)0)->workload),
	       "a rule must have room for each workload");

struct parser {
	const char *name;
	const char *at, *end; /* what is still to be handed out */
	u32 line;
	bool default_seen;
	struct amk_threshold_rule first; /* [default] */
	struct amk_threshold_rule *rule; /* the section under way */
	struct amk_thresholds *to;
	u32 error_line; /* 0: none */
	char *error;
};

/* Keeps the first error. Returns 0, which a handler of inih says for "wrong". */
__attribute__((format(printf, 3, 4))) static int fail_at(struct parser *p, u32 line,
							 const char *format, ...)
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

#define fail(p, ...) fail_at(p, (p)->line, __VA_ARGS__)

/* ---- values ---- */

/* A plain decimal number that is not below @least nor above @most; 1, or 0 with the error. */
static int number_read(struct parser *p, const char *key, const char *text, double least,
		       double most, double *number)
{
	size_t len = strspn(text, "0123456789.");
	char *end;

	*number = strtod(text, &end);
	if (!len || end != text + len || *end || !isfinite(*number))
		return fail(p, "%s: '%.40s' is no number; give one as in 0.5", key, text);
	if (*number < least || *number > most)
		return fail(p, "%s: %.40s is not within %g and %g", key, text, least, most);
	return 1;
}

/* A number of per cent, with or without the sign, as a fraction. */
static int percent_read(struct parser *p, const char *key, const char *text, double *fraction)
{
	char number[48];
	size_t len = strlen(text);

	if (len && text[len - 1] == '%')
		len--;
	while (len && text[len - 1] == ' ')
		len--;
	if (len >= sizeof(number))
		return fail(p, "%s: '%.40s...' is no number; give one as in 0.5", key, text);
	memcpy(number, text, len);
	number[len] = '\0';
	if (!number_read(p, key, number, 0, PERCENT_MAX, fraction))
		return 0;
	*fraction /= 100;
	return 1;
}

static int rounds_read(struct parser *p, const char *key, const char *text, u32 *rounds)
{
	double number;

	if (!number_read(p, key, text, 1, AMK_ROUNDS_MAX, &number))
		return 0;
	*rounds = (u32)number;
	if (*rounds != number)
		return fail(p, "%s: '%.40s' is no whole number", key, text);
	return 1;
}

static int q_read(struct parser *p, const char *key, const char *text, double *q)
{
	if (!number_read(p, key, text, 0, 1, q))
		return 0;
	if (*q <= 0 || *q >= 1)
		return fail(p, "%s: %.40s is not between 0 and 1", key, text);
	return 1;
}

static int action_read(struct parser *p, const char *key, const char *text, enum amk_action *action)
{
	u32 i;

	for (i = 0; i < AMK_NR_ACTIONS; i++) {
		if (strcmp(amk_action_names[i], text))
			continue;
		*action = (enum amk_action)i;
		return 1;
	}
	return fail(p, "%s: '%.40s' is none of gate, warn and ignore", key, text);
}

static int inconclusive_read(struct parser *p, const char *key, const char *text, bool *fails)
{
	*fails = !strcmp(text, "fail");
	if (!*fails && strcmp(text, "pass"))
		return fail(p, "%s: '%.40s' is neither pass nor fail", key, text);
	return 1;
}

static int setting_read(struct parser *p, enum amk_threshold_key key, const char *text)
{
	struct amk_threshold_rule *rule = p->rule;
	const char *name = amk_threshold_keys[key];

	switch (key) {
	case AMK_THRESHOLD_MARGIN:
		return percent_read(p, name, text, &rule->set.margin);
	case AMK_THRESHOLD_TOLERANCE:
		return percent_read(p, name, text, &rule->set.tolerance);
	case AMK_THRESHOLD_MIN_ROUNDS:
		return rounds_read(p, name, text, &rule->set.min_rounds);
	case AMK_THRESHOLD_ACTION:
		return action_read(p, name, text, &rule->set.action);
	case AMK_THRESHOLD_INCONCLUSIVE:
		return inconclusive_read(p, name, text, &rule->set.inconclusive_fails);
	default:
		if (rule != &p->first)
			return fail(p, "q is of all cells together: it belongs in [default]");
		return q_read(p, name, text, &rule->q);
	}
}

/* ---- conditions ---- */

static bool strategy_matches(const struct amk_strategy *s, const char *word)
{
	const char *side = amk_side_names[s->side];
	size_t len = strlen(side);

	if (strchr(word, ':')) {
		if (strncmp(word, side, len) || word[len] != ':')
			return false;
		word += len + 1;
	}
	return !fnmatch(word, s->name, 0) || !fnmatch(word, amk_families[s->family].name, 0);
}

/* Marks what @word chooses; how many rows that is. */
static u32 word_mark(struct amk_threshold_rule *rule, enum amk_threshold_key key, const char *word)
{
	u32 i, taken = 0;

	for (i = 0; key == AMK_THRESHOLD_METRIC && i < AMK_NR_METRICS; i++)
		if (!fnmatch(word, amk_metrics[i].name, 0))
			taken += rule->metric[i] = true;
	for (i = 0; key == AMK_THRESHOLD_STRATEGY && i < AMK_NR_STRATEGIES; i++)
		if (strategy_matches(&amk_strategies[i], word))
			taken += rule->strategy[i] = true;
	for (i = 0; key == AMK_THRESHOLD_WORKLOAD && i < AMK_NR_WORKLOADS; i++)
		if (!fnmatch(word, amk_workloads[i].name, 0))
			taken += rule->workload[i] = true;
	for (i = 0; key == AMK_THRESHOLD_ENVIRONMENT && i < AMK_NR_ENVIRONMENTS; i++)
		if (!fnmatch(word, amk_environment_names[i], 0))
			taken += rule->environment[i] = true;
	return taken;
}

static int size_read(struct parser *p, const char *word)
{
	struct amk_threshold_rule *rule = p->rule;

	if (rule->nr_sizes == AMK_RULE_SIZES_MAX)
		return fail(p, "size: more than %d ranges; make two rules of it",
			    AMK_RULE_SIZES_MAX);
	if (amk_size_parse(word, &rule->size[rule->nr_sizes]))
		return fail(p, "size: '%.40s' is neither a size nor a range; give one as in 64-4K",
			    word);
	rule->nr_sizes++;
	return 1;
}

static int word_read(struct parser *p, enum amk_threshold_key key, const char *word)
{
	const char *list = key == AMK_THRESHOLD_METRIC	 ? " metrics" :
			   key == AMK_THRESHOLD_WORKLOAD ? " workloads" :
							   "";

	if (!*word)
		return fail(p, "%s: an empty word in the list", amk_threshold_keys[key]);
	if (key == AMK_THRESHOLD_SIZE)
		return size_read(p, word);
	if (word_mark(p->rule, key, word))
		return 1;
	if (key == AMK_THRESHOLD_ENVIRONMENT)
		return fail(p,
			    "environment: '%.40s' is none of host, guest-kvm, guest-tcg and "
			    "guest-icount",
			    word);
	return fail(p, "%s: there is no '%.40s'; 'allocmark list%s' names them",
		    amk_threshold_keys[key], word, list);
}

static char *trim(char *word)
{
	size_t len;

	word += strspn(word, " \t");
	for (len = strlen(word); len && strchr(" \t", word[len - 1]); len--)
		continue;
	word[len] = '\0';
	return word;
}

static int condition_read(struct parser *p, enum amk_threshold_key key, const char *text)
{
	char *copy = strdup(text), *rest = copy, *word;
	int good = 1;

	if (!copy)
		return fail(p, "out of memory");
	while (good && (word = strsep(&rest, ",")) != NULL)
		good = word_read(p, key, trim(word));
	free(copy);
	return good;
}

/* ---- sections ---- */

static int section_end(struct parser *p)
{
	size_t key;

	if (!p->rule || p->rule == &p->first)
		return 1;
	for (key = 0; key < AMK_THRESHOLD_SETTINGS; key++)
		if (p->rule->text[key])
			return 1;
	return fail_at(p, p->rule->line,
		       "rule %s sets nothing: give it a margin, a tolerance or an action",
		       p->rule->name);
}

static int rule_begin(struct parser *p, const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_.-";
	struct amk_thresholds *to = p->to;
	struct amk_threshold_rule *grown;
	size_t i;

	if (!*name || name[strspn(name, letters)] || strlen(name) >= AMK_RULE_NAME_LEN)
		return fail(p, "a rule's name is made of 1 to %d letters, digits, _ . and -",
			    AMK_RULE_NAME_LEN - 1);
	for (i = 0; i < to->nr_rules; i++)
		if (!strcmp(to->rule[i].name, name))
			return fail(p, "rule %s is there twice: rename one of them", name);
	if (to->nr_rules == RULES_MAX)
		return fail(p, "more than %u rules", RULES_MAX);
	grown = reallocarray(to->rule, to->nr_rules + 1, sizeof(*grown));
	if (!grown)
		return fail(p, "out of memory");
	to->rule = grown;
	p->rule = memset(&grown[to->nr_rules++], 0, sizeof(*grown));
	strcpy(p->rule->name, name);
	p->rule->line = p->line;
	return 1;
}

static int section_begin(struct parser *p, const char *section)
{
	if (!section_end(p))
		return 0;
	if (!strncmp(section, "rule ", 5))
		return rule_begin(p, section + 5 + strspn(section + 5, " \t"));
	if (strcmp(section, "default"))
		return fail(p, "[%.50s] is neither [default] nor [rule NAME]", section);
	if (p->default_seen)
		return fail(p, "[default] is there twice: join them");
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
	struct parser *p = arg;
	int key = key_find(name);

	(void)section;
	if (p->error_line)
		return 0;
	if (!p->rule)
		return fail(p, "a key before the first section: begin with [default]");
	if (key < 0)
		return fail(p, "'%.40s' is no key of a threshold; see thresholds.ini", name);
	if (key >= AMK_THRESHOLD_SETTINGS && p->rule == &p->first)
		return fail(p, "%s is a condition: it belongs in a [rule NAME]", name);
	if (p->rule->text[key])
		return fail(p, "%s is there twice in one section", name);
	p->rule->text[key] = strdup(value);
	if (!p->rule->text[key])
		return fail(p, "out of memory");
	if (key >= AMK_THRESHOLD_SETTINGS)
		return condition_read(p, (enum amk_threshold_key)key, value);
	return setting_read(p, (enum amk_threshold_key)key, value);
}

/* ---- lines ---- */

/*
 * The line of a section, which is taken here: inih tells its handler of the sections that have a
 * key, and cuts their names.
 */
static bool section_line(struct parser *p, const char *line, size_t len)
{
	const char *end = memchr(line, ']', len);
	size_t rest = end ? (size_t)(end - line) + 1 : 0;
	char name[64];

	if (!end)
		return fail(p, "[ without its ]");
	while (rest < len && strchr(" \t\r", line[rest]))
		rest++;
	if (rest < len && !strchr(";#", line[rest]))
		return fail(p, "text after the section's name");
	snprintf(name, sizeof(name), "%.*s", (int)(end - line - 1), line + 1);
	return section_begin(p, name);
}

/* Whether a line of @len bytes may be handed to inih. */
static bool line_check(struct parser *p, const char *line, size_t len, size_t room)
{
	size_t blank = 0;

	if (memchr(line, '\0', len))
		return fail(p, "a zero byte: this is no text file");
	if (len >= room)
		return fail(p, "longer than %zu characters: make two rules of it", room - 1);
	while (blank < len && strchr(" \t\r\v\f", line[blank]))
		blank++;
	if (blank && blank < len && !strchr(";#", line[blank]))
		return fail(p, "begins with a blank: a key stands at the head of its line");
	if (len && line[0] == '[')
		return section_line(p, line, len);
	return true;
}

/* inih's fgets(): the next line, or NULL at the end or after an error. */
static char *line_next(char *to, int room, void *arg)
{
	struct parser *p = arg;
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

static int lines_read(struct parser *p)
{
	int line = ini_parse_stream(line_next, p, key_take, p);

	/* inih names the first line that it, or the handler, did not like. */
	if (line > 0 && (!p->error_line || (u32)line < p->error_line)) {
		p->error_line = 0;
		fail_at(p, (u32)line, "neither [SECTION] nor KEY = VALUE");
	} else if (line < 0) {
		fail(p, "out of memory");
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
	struct parser p = {
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
