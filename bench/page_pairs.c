// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which runs of a page are compared: each with the first run before it that was made in the same
 * place and way, or differs in what the caller lets differ alone. Verdicts and summary tell of the
 * same comparisons, so they are made once.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/command.h"
#include "bench/page.h"

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

/* Finds a run to compare @head with. 0 or -errno, said on stderr. */
static int pair_find(struct amk_page *page, size_t head, struct amk_page_pair *pair)
{
	char error[AMK_ERROR_LEN];
	size_t base;
	int ret = AMK_NOT_COMPARABLE;

	for (base = 0; base < head && ret == AMK_NOT_COMPARABLE; base++) {
		ret = pair_try(page, base, head, pair, error);
		/* The first run is what the reader asks about. */
		if (ret == AMK_NOT_COMPARABLE && !base)
			snprintf(pair->why, sizeof(pair->why), "%s", error);
	}
	pair->made = !ret;
	return ret == AMK_NOT_COMPARABLE ? 0 : ret;
}

int amk_page_pairs_make(struct amk_page *page)
{
	size_t head;
	int ret = 0;

	if (page->pair)
		return 0;
	page->pair = calloc(page->nr_runs + 1, sizeof(*page->pair));
	if (!page->pair) {
		amk_fail("out of memory");
		return -ENOMEM;
	}
	for (head = 1; head < page->nr_runs && !ret; head++)
		ret = pair_find(page, head, &page->pair[head]);
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
