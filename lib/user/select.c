// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which rows and sizes a run was asked for: see select.h.
 */
#include "lib/user/select.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/user/allocator.h"
#include "lib/user/size.h"

/* One list is read word by word. */
struct reader {
	const struct amk_options *options;
	struct amk_selection *to;
	char *error;
};

typedef int word_fn(struct reader *r, const char *word);

__attribute__((format(printf, 2, 3))) static int fail(struct reader *r, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(r->error, AMK_PLAN_ERROR_LEN, format, args);
	va_end(args);
	return -EINVAL;
}

/* Calls @fn for each word of the comma-separated @list. */
static int words_read(struct reader *r, const char *option, const char *list, word_fn *fn)
{
	char *copy = strdup(list), *rest = copy, *word;
	int error = copy ? 0 : -ENOMEM;

	while (!error && (word = strsep(&rest, ",")) != NULL)
		error = *word ? fn(r, word) : fail(r, "%s: an empty word in '%s'", option, list);
	free(copy);
	return error;
}

/* ---- strategies: NAME, SIDE:NAME or FAMILY ---- */

/* A family does not stand for those that are evidence: they are asked for by name. */
static bool strategy_matches(const struct amk_strategy *s, const char *word)
{
	if (!strcmp(s->name, word))
		return true;
	return !(s->flags & AMK_STRATEGY_EVIDENCE) && !strcmp(amk_families[s->family].name, word);
}

/* Splits "user:" or "kernel:" off @word; -1: no side given. */
static int side_split(const char **word)
{
	const char *colon = strchr(*word, ':');
	int i;

	for (i = 0; colon && i < AMK_NR_SIDES; i++) {
		size_t len = strlen(amk_side_names[i]);

		if (len == (size_t)(colon - *word) && !strncmp(*word, amk_side_names[i], len)) {
			*word = colon + 1;
			return i;
		}
	}
	return -1;
}

static int strategy_word(struct reader *r, const char *word)
{
	const char *name = word;
	int side = side_split(&name);
	u32 i, known = 0, taken = 0;

	for (i = 0; i < AMK_NR_STRATEGIES; i++) {
		const struct amk_strategy *s = &amk_strategies[i];

		if (!strategy_matches(s, name) || (side >= 0 && s->side != (enum amk_side_id)side))
			continue;
		known++;
		if (!r->options->side[s->side])
			continue;
		r->to->strategy[i] = true;
		taken++;
	}
	if (!known)
		return fail(r,
			    "--strategies: no strategy or family '%s'; 'allocmark list' names them",
			    word);
	if (!taken)
		return fail(r,
			    "--strategies: '%s' is not on a side of this run; change --side (the "
			    "kernel's needs the "
			    "module)",
			    word);
	return 0;
}

/* Ways of placing memory are in a run only where they are named: they ask another question. */
static void strategies_all(const struct amk_options *options, struct amk_selection *to)
{
	u32 i;

	for (i = 0; i < AMK_NR_STRATEGIES; i++)
		to->strategy[i] = options->side[amk_strategies[i].side] &&
				  !(amk_strategies[i].flags & AMK_STRATEGY_PRELOADED) &&
				  amk_strategies[i].family != AMK_FAMILY_numa &&
				  (options->grid == AMK_GRID_EVIDENCE ||
				   !(amk_strategies[i].flags & AMK_STRATEGY_EVIDENCE));
}

/* ---- allocators: NAME, or auto for every one; beside the strategies ---- */

static int allocator_unknown(struct reader *r, const char *word)
{
	char names[128] = AMK_ALLOCATORS_AUTO;
	u32 i;

	for (i = 0; i < AMK_NR_ALLOCATORS; i++) {
		strcat(names, i + 1 < AMK_NR_ALLOCATORS ? ", " : " and ");
		strcat(names, amk_allocators[i].name);
	}
	return fail(r, "--allocators: '%s' is none of %s", word, names);
}

static int allocator_word(struct reader *r, const char *word)
{
	const struct amk_allocator *named = amk_allocator_named(word, strlen(word));
	u32 i;

	if (!named && strcmp(word, AMK_ALLOCATORS_AUTO))
		return allocator_unknown(r, word);
	for (i = 0; i < AMK_NR_ALLOCATORS; i++)
		if (!named || named == &amk_allocators[i])
			r->to->strategy[amk_allocators[i].strategy] = true;
	return 0;
}

static int allocators_read(struct reader *r)
{
	const struct amk_options *o = r->options;

	if (!o->side[AMK_SIDE_user])
		return fail(r,
			    "--allocators: only the user half has them; leave out --side=kernel");
	if (o->grid == AMK_GRID_EVIDENCE && !o->workloads)
		return fail(r, "--allocators: --evidence measures none of them; leave one out");
	return words_read(r, "--allocators", o->allocators, allocator_word);
}

/* ---- workloads: NAME, or the part before a '-' for all of a kind ---- */

/* The first part of a name does not stand for those that are evidence. */
static bool workload_matches(const struct amk_workload *w, const char *word)
{
	size_t len = strlen(word);

	if (!strcmp(w->name, word))
		return true;
	return !(w->flags & AMK_WORKLOAD_EVIDENCE) && !strncmp(w->name, word, len) &&
	       w->name[len] == '-';
}

static int workload_word(struct reader *r, const char *word)
{
	u32 i, taken = 0;

	for (i = 0; i < AMK_NR_WORKLOADS; i++) {
		if (!workload_matches(&amk_workloads[i], word))
			continue;
		r->to->workload[i] = true;
		taken++;
	}
	if (taken)
		return 0;
	return fail(r, "--workloads: no workload '%s'; 'allocmark list workloads' names them",
		    word);
}

static void workloads_default(const struct amk_options *options, struct amk_selection *to)
{
	static const u8 quick[] = { AMK_WORKLOAD_ID_pair,  AMK_WORKLOAD_ID_burst_fifo,
				    AMK_WORKLOAD_ID_touch, AMK_WORKLOAD_ID_chase,
				    AMK_WORKLOAD_ID_alias, AMK_WORKLOAD_ID_contig,
				    AMK_WORKLOAD_ID_limit, AMK_WORKLOAD_ID_zero };
	bool evidence = options->grid == AMK_GRID_EVIDENCE;
	bool allocators = false;
	u32 i;

	for (i = 0; i < AMK_NR_ALLOCATORS; i++)
		allocators = allocators || to->strategy[amk_allocators[i].strategy];
	to->workload[AMK_WORKLOAD_ID_overhead] = allocators;

	for (i = 0; i < AMK_NR_WORKLOADS; i++)
		to->workload[i] = to->workload[i] || evidence ||
				  (options->grid == AMK_GRID_FULL &&
				   !(amk_workloads[i].flags & AMK_WORKLOAD_EVIDENCE));
	for (i = 0; i < AMK_ARRAY_SIZE(quick); i++)
		to->workload[quick[i]] = true;
}

/* ---- sizes ---- */

static int size_add(struct reader *r, u64 bytes)
{
	struct amk_selection *to = r->to;
	u32 i, at = 0;

	while (at < to->nr_sizes && to->size[at] < bytes)
		at++;
	if (at < to->nr_sizes && to->size[at] == bytes)
		return 0;
	if (to->nr_sizes == AMK_GRID_MAX)
		return fail(r, "--sizes: more than %d sizes; give fewer", AMK_GRID_MAX);
	for (i = to->nr_sizes; i > at; i--)
		to->size[i] = to->size[i - 1];
	to->size[at] = bytes;
	to->nr_sizes++;
	return 0;
}

static int size_word(struct reader *r, const char *word)
{
	const struct amk_options *o = r->options;
	u64 grid[AMK_GRID_MAX];
	struct amk_size_span span;
	u32 i, n;
	int error;

	error = amk_size_parse(word, &span);
	if (error)
		return fail(r,
			    "--sizes: '%s' is %s; sizes are like 64, 4K, 1M-1, 4M+1 or a range "
			    "64K-1M",
			    word, error == -ERANGE ? "not within 1 byte and 1T" : "no size");
	error = size_add(r, span.low_bytes);
	if (!error)
		error = size_add(r, span.high_bytes);
	n = amk_grid_fill(o->grid, o->page_bytes, o->kmalloc_max_bytes, grid);
	for (i = 0; i < n && !error; i++)
		if (grid[i] > span.low_bytes && grid[i] < span.high_bytes)
			error = size_add(r, grid[i]);
	return error;
}

int amk_select(const struct amk_options *options, struct amk_selection *selection,
	       char error[AMK_PLAN_ERROR_LEN])
{
	struct reader r = { options, selection, error };
	int failed = 0;

	memset(selection, 0, sizeof(*selection));
	if (options->strategies)
		failed = words_read(&r, "--strategies", options->strategies, strategy_word);
	else
		strategies_all(options, selection);
	if (!failed && options->allocators)
		failed = allocators_read(&r);
	if (failed)
		return failed;
	if (options->workloads)
		failed = words_read(&r, "--workloads", options->workloads, workload_word);
	else
		workloads_default(options, selection);
	if (failed)
		return failed;
	if (options->sizes)
		return words_read(&r, "--sizes", options->sizes, size_word);
	selection->nr_sizes = amk_grid_fill(options->grid, options->page_bytes,
					    options->kmalloc_max_bytes, selection->size);
	return 0;
}
