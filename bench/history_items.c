// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which cells of a history are shown, and in which order.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/history.h"

static bool text_fits(const char *wanted, const char *text)
{
	return !wanted || !strcmp(wanted, text);
}

static bool pattern_fits(const struct amk_cell_pattern *p, const struct amk_cost_cell *key)
{
	bool size = !p->size.high_bytes ||
		    (key->size_bytes >= p->size.low_bytes && key->size_bytes <= p->size.high_bytes);

	return size && text_fits(p->side, amk_side_names[key->side]) &&
	       text_fits(p->strategy, key->strategy) && text_fits(p->workload, key->workload) &&
	       text_fits(p->metric, key->metric->name);
}

static bool chosen(const struct amk_history_view *view, const struct amk_history_cell *cell)
{
	size_t i;

	/* Without a metric, or without a figure in any run, there is nothing to show. */
	if (!cell->key.metric || !cell->nr_runs)
		return false;
	for (i = 0; i < view->nr_patterns; i++)
		if (pattern_fits(&view->pattern[i], &cell->key))
			return true;
	return !view->nr_patterns;
}

/* Regressed, changed, improved, steady. */
static int item_rank(const struct amk_history_item *item)
{
	if (!item->change)
		return 3;
	if (item->cell->key.metric->better == AMK_BETTER_NEITHER)
		return 1;
	return item->worse > 0 ? 0 : 2;
}

const char *amk_history_verdict(const struct amk_history_item *item)
{
	static const char *const names[] = { "regressed", "changed", "improved", "steady" };

	return names[item_rank(item)];
}

static int item_compare(const void *a, const void *b)
{
	const struct amk_history_item *x = a, *y = b;
	int order = item_rank(x) - item_rank(y);
	double dx = fabs(x->worse), dy = fabs(y->worse);

	order = order ? order : (dx < dy) - (dx > dy);
	return order ? order : amk_cost_cell_compare(&x->cell->key, &y->cell->key);
}

struct amk_history_item *amk_history_items(const struct amk_history_view *view,
					   const struct amk_history_group *group, size_t *nr)
{
	struct amk_history_item *item = calloc(group->nr_cells + 1, sizeof(*item));
	size_t i;

	*nr = 0;
	if (!item)
		return NULL;
	for (i = 0; i < group->nr_cells; i++) {
		const struct amk_history_cell *cell = &group->cell[i];
		const struct amk_change *change =
			cell->nr_changes ? &cell->change[cell->nr_changes - 1] : NULL;

		if (!chosen(view, cell) || !(change || view->all || view->nr_patterns))
			continue;
		item[(*nr)++] = (struct amk_history_item){
			.group = group,
			.cell = cell,
			.change = change,
			.worse = change ? amk_history_worse(cell, change) : 0,
		};
	}
	qsort(item, *nr, sizeof(*item), item_compare);
	return item;
}
