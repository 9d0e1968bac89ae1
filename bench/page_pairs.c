// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which runs of a page are compared: each with the run before it that it has most in common with,
 * among those made in the same place and way, or that differ in what the caller lets differ alone.
 * With several axes a verdict is of one change rather than of two at once: of a new kernel at the
 * same number of threads. Verdicts and summary tell of the same comparisons, so they are made once.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/command.h"
#include "bench/page.h"
#include "lib/user/axis.h"
#include "lib/user/differences.h"

#define NOT_COMPARABLE SIZE_MAX

/*
 * The axes that may explain a difference, without the widest of them where there is another: that
 * is the axis of everything, which would make one change of all.
 */
static u32 axes_narrow(u32 axes)
{
	u32 rest = axes, widest = 0;

	while (rest) {
		widest = rest;
		rest &= rest - 1;
	}
	return axes != widest ? axes & ~widest : axes;
}

/* How many things of @list only axis @a explains, as far as those of @chosen do not. */
static size_t axis_covers(const struct amk_differences *list, u32 chosen, u32 a)
{
	size_t i, count = 0;

	for (i = 0; i < list->count; i++) {
		u32 axes = axes_narrow(list->item[i].axes);

		count += !(axes & chosen) && (axes & 1U << a);
	}
	return count;
}

/*
 * How many axes it takes to explain all of @list: always the next that explains most of the rest,
 * which is seldom more than the fewest there could be (D. S. Johnson, "Approximation algorithms for
 * combinatorial problems", 1974).
 */
static size_t axes_count(const struct amk_differences *list)
{
	size_t covers, most, count = 0;
	u32 a, best = 0, chosen = 0;

	for (;; count++) {
		most = 0;
		for (a = 0; amk_axes[a].name; a++) {
			covers = axis_covers(list, chosen, a);
			if (covers > most) {
				most = covers;
				best = a;
			}
		}
		if (!most)
			return count;
		chosen |= 1U << best;
	}
}

/*
 * How far apart runs @base and @head are, by what changed from the one to the other: axes, and each
 * step along a sweep besides, since nodes have two on one axis, and curves tell of steps. In
 * *@apart, NOT_COMPARABLE where more differs than may. 0 or -ENOMEM, said on stderr.
 */
static int pair_apart(const struct amk_page *page, size_t base, size_t head, size_t *apart)
{
	const struct amk_plot_run *run = page->run;
	struct amk_differences list;
	size_t i;
	int ret = 0;

	amk_differences_find(&run[base].data, &run[head].data, &list);
	if (list.incomplete) {
		amk_fail("out of memory");
		ret = -ENOMEM;
	} else if (amk_differences_refused(&list, page->comparison.across)) {
		*apart = NOT_COMPARABLE;
	} else {
		*apart = axes_count(&list);
		for (i = 0; i < list.count; i++)
			*apart += amk_axes_sweep(list.item[i].group, list.item[i].key) != 0;
	}
	amk_differences_free(&list);
	return ret;
}

/* Compares @head with @base. 0, AMK_NOT_COMPARABLE with @error, or -errno, said on stderr. */
static int pair_try(struct amk_page *page, size_t base, size_t head, struct amk_page_pair *pair,
		    char error[AMK_ERROR_LEN])
{
	const struct amk_costs *a = amk_page_costs(page, base), *b = amk_page_costs(page, head);
	int ret;

	if (!a || !b)
		return -EBADMSG;
	ret = amk_comparison_make(a, b, &page->comparison, &pair->comparison, error);
	if (ret)
		amk_comparison_free(&pair->comparison);
	if (ret && ret != AMK_NOT_COMPARABLE)
		amk_fail("report: %s", error);
	pair->base = base;
	return ret;
}

/* Of the @nr runs before it the first that is nearest; @nr: there is none. */
static size_t nearest(const size_t *apart, size_t nr)
{
	size_t base, best = nr;

	for (base = 0; base < nr; base++)
		if (apart[base] != NOT_COMPARABLE && (best == nr || apart[base] < apart[best]))
			best = base;
	return best;
}

/* Finds a run to compare @head with; @apart has room for all runs. 0 or -errno, said on stderr. */
static int pair_find(struct amk_page *page, size_t head, struct amk_page_pair *pair, size_t *apart)
{
	char error[AMK_ERROR_LEN];
	size_t base;
	int ret = 0;

	for (base = 0; base < head && !ret; base++)
		ret = pair_apart(page, base, head, &apart[base]);
	if (ret)
		return ret;
	while ((base = nearest(apart, head)) < head) {
		ret = pair_try(page, base, head, pair, error);
		pair->made = !ret;
		if (ret != AMK_NOT_COMPARABLE)
			return ret;
		/* No cell is in both. */
		apart[base] = NOT_COMPARABLE;
	}
	/* The first run is what the reader asks about. */
	ret = pair_try(page, 0, head, pair, pair->why);
	return ret == AMK_NOT_COMPARABLE ? 0 : ret;
}

int amk_page_pairs_make(struct amk_page *page)
{
	size_t *apart, head;
	int ret = 0;

	if (page->pair)
		return 0;
	page->pair = calloc(page->nr_runs + 1, sizeof(*page->pair));
	apart = calloc(page->nr_runs + 1, sizeof(*apart));
	if (!page->pair || !apart) {
		free(apart);
		amk_fail("out of memory");
		return -ENOMEM;
	}
	for (head = 1; head < page->nr_runs && !ret; head++)
		ret = pair_find(page, head, &page->pair[head], apart);
	free(apart);
	return ret;
}

void amk_page_pairs_free(struct amk_page *page)
{
	size_t i;

	for (i = 0; page->pair && i < page->nr_runs; i++)
		if (page->pair[i].made)
			amk_comparison_free(&page->pair[i].comparison);
	free(page->pair);
	page->pair = NULL;
}
