// SPDX-License-Identifier: GPL-2.0-only
/*
 * What sets the runs of a page apart in a word or two, and which of them are one sweep: runs of
 * which each differs from each in nothing but what a sweep goes along, such as the number of
 * threads (axis.h), and all along the same axis. What is there twice begins another sweep. The
 * first of a sweep stands for it in plots over the size and among the headline figures; matrices
 * and curves have the others.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/command.h"
#include "bench/page.h"
#include "lib/user/axis.h"
#include "lib/user/differences.h"
#include "lib/user/manifest.h"

/* A run without the fact was made in another way, and is none of the sweep's. */
static u32 axes_along(const struct amk_difference *d)
{
	return d->base && d->head ? amk_axes_sweep(d->group, d->key) : 0;
}

/*
 * Leaves of *@axes those along which @a and @b may be runs of one sweep: of everything in which
 * they differ, and none if they do not differ. 0 or -ENOMEM.
 */
static int axes_narrow(const struct amk_plot_run *a, const struct amk_plot_run *b, u32 *axes)
{
	struct amk_differences list;
	size_t i;
	int ret;

	amk_differences_find(&a->data, &b->data, &list);
	ret = list.incomplete ? -ENOMEM : 0;
	if (!list.count)
		*axes = 0;
	for (i = 0; i < list.count && *axes; i++)
		*axes &= axes_along(&list.item[i]);
	amk_differences_free(&list);
	return ret;
}

/* Puts @run into the sweep that @first begins, if it is of it, as are those before it there. */
static int sweep_join(struct amk_page *page, size_t first, size_t run)
{
	u32 axes = page->axes[first];
	size_t i;
	int ret = 0;

	for (i = first; i < run && axes && !ret; i++)
		if (page->leader[i] == first)
			ret = axes_narrow(&page->run[i], &page->run[run], &axes);
	if (ret || !axes)
		return ret;
	page->leader[run] = first;
	page->axes[first] = axes;
	return 0;
}

/* Puts @run into the first sweep that takes it, or begins one with it. */
static int run_sort(struct amk_page *page, size_t run)
{
	size_t i;
	int ret = 0;

	page->leader[run] = run;
	page->axes[run] = ~0U;
	for (i = 0; i < run && page->leader[run] == run && !ret; i++)
		if (page->leader[i] == i)
			ret = sweep_join(page, i, run);
	return ret;
}

int amk_page_sweeps_find(struct amk_page *page)
{
	size_t r;
	int ret = 0;

	page->leader = calloc(page->nr_runs + 1, sizeof(*page->leader));
	page->axes = calloc(page->nr_runs + 1, sizeof(*page->axes));
	if (!page->leader || !page->axes)
		ret = -ENOMEM;
	for (r = 0; r < page->nr_runs && !ret; r++)
		ret = run_sort(page, r);
	if (ret)
		amk_fail("out of memory");
	return ret;
}

void amk_page_sweeps_free(struct amk_page *page)
{
	free(page->leader);
	free(page->axes);
	page->leader = NULL;
	page->axes = NULL;
}

bool amk_page_leads(const struct amk_page *page, size_t run)
{
	return page->leader[run] == run;
}

size_t amk_page_sweep_others(const struct amk_page *page)
{
	size_t r, nr = 0;

	for (r = 0; r < page->nr_runs; r++)
		nr += !amk_page_leads(page, r);
	return nr;
}

/* ---- words ---- */

static void word_add(char text[AMK_PAGE_SETTINGS_LEN], const char *before, const char *value)
{
	size_t len = strlen(text);

	if (value)
		snprintf(text + len, AMK_PAGE_SETTINGS_LEN - len, "%s%s%.60s", len ? ", " : "",
			 before, value);
}

const char *amk_page_settings(const struct amk_plot_run *run, char text[AMK_PAGE_SETTINGS_LEN])
{
	static const struct {
		const char *key, *before;
	} facts[] = {
		{ "place.threads", "threads " },
		{ "place.threads_where", "" },
		{ "place.cpu_node", "CPU of node " },
		{ "place.memory_node", "memory of node " },
		{ "state.kind", "" },
		{ "state.index_wanted", "index " },
		{ "state.order", "order " },
		{ "state.fragmenter", "by " },
	};
	size_t i;

	*text = '\0';
	for (i = 0; i < AMK_ARRAY_SIZE(facts); i++)
		word_add(text, facts[i].before,
			 amk_run_data_fact(&run->data, "comparability", facts[i].key));
	return text;
}

/* What a sweep goes along, in as few words as tell its runs apart. */
static void place_word(const struct amk_plot_run *run, char text[32])
{
	static const struct {
		const char *key, *before;
	} facts[] = {
		{ "place.threads", " threads" }, { "place.cpu_node", " cpu" },
		{ "place.memory_node", " mem" }, { "state.kind", " " },
		{ "state.index_wanted", " " },
	};
	const char *value;
	size_t i, len = 0;

	*text = '\0';
	for (i = 0; i < AMK_ARRAY_SIZE(facts); i++) {
		value = amk_run_data_fact(&run->data, "comparability", facts[i].key);
		if (value && len < 31)
			len += (size_t)snprintf(text + len, 32 - len, "%s%s", facts[i].before,
						value);
	}
}

static bool kernels_differ(const struct amk_page *page)
{
	size_t r;

	for (r = 1; r < page->nr_runs; r++)
		if (strcmp(page->run[r].data.kernel, page->run[0].data.kernel))
			return true;
	return false;
}

const char *amk_page_tag(const struct amk_page *page, size_t run, char text[AMK_PAGE_TAG_LEN])
{
	const struct amk_run_data *data = &page->run[run].data;
	bool kernel = kernels_differ(page);
	char place[32];

	place_word(&page->run[run], place);
	snprintf(text, AMK_PAGE_TAG_LEN, "run %zu (%.24s%s%.32s%s)", run + 1, data->environment,
		 kernel ? " " : "", kernel ? data->kernel : "", place);
	return text;
}

void amk_page_numbers(const size_t *run, size_t nr, char *text, size_t len)
{
	size_t i, last, at = 0;

	*text = '\0';
	for (i = 0; i < nr && at < len; i = last + 1) {
		for (last = i; last + 1 < nr && run[last + 1] == run[last] + 1;)
			last++;
		at += (size_t)snprintf(text + at, len - at, "%s%zu", i ? ", " : "", run[i] + 1);
		if (last > i && at < len)
			at += (size_t)snprintf(text + at, len - at, "%s%zu",
					       last > i + 1 ? "–" : ", ", run[last] + 1);
	}
}
