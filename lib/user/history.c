// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs into groups, and cells into series: see history.h.
 */
#include "lib/user/history.h"

#include <math.h>
#include <search.h>
#include <stdlib.h>

#include "lib/user/cost.h"
#include "lib/user/differences.h"
#include "lib/user/manifest.h"

/* ---- cells: found by their key while runs are read ---- */

/* In the tree of a group. */
struct node {
	struct amk_cost_cell key; /* must be the first: the tree is asked for such a one */
	size_t place;
};

static int node_compare(const void *a, const void *b)
{
	return amk_cost_cell_compare(a, b);
}

static int cell_add(struct amk_history_group *g, struct node *node,
		    const struct amk_cost_cell *like)
{
	if (g->nr_cells == g->cells_room) {
		size_t room = g->cells_room ? 2 * g->cells_room : 256;
		struct amk_history_cell *grown = reallocarray(g->cell, room, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		g->cell = grown;
		g->cells_room = room;
	}
	node->key = *like;
	node->key.cost = NULL;
	node->key.nr_rounds = 0;
	node->place = g->nr_cells;
	g->cell[g->nr_cells] = (struct amk_history_cell){ .key = node->key, .place = node->place };
	g->nr_cells++;
	return 0;
}

/* The place of the cell like @like, which is made if need be; -ENOMEM. @guess saves the search. */
static ssize_t cell_place(struct amk_history_group *g, const struct amk_cost_cell *like,
			  size_t guess)
{
	struct node **found, *node;

	/* Until the group is finished cell i is at place i. */
	if (guess < g->nr_cells && !amk_cost_cell_compare(&g->cell[guess].key, like))
		return (ssize_t)guess;
	found = tfind(like, &g->tree, node_compare);
	if (found)
		return (ssize_t)(*found)->place;
	node = calloc(1, sizeof(*node));
	if (!node || cell_add(g, node, like) || !tsearch(node, &g->tree, node_compare)) {
		free(node);
		return -ENOMEM;
	}
	return (ssize_t)node->place;
}

/* ---- a run ---- */

static void run_free(struct amk_history_run *run)
{
	free(run->path);
	free(run->id);
	free(run->created);
	free(run->kernel);
	free(run->median);
	free(run->constant);
}

static int run_fill(struct amk_history_group *g, struct amk_history_run *run,
		    struct amk_costs *costs, size_t *place)
{
	size_t i, guess = 0;

	for (i = 0; i < costs->nr_cells; i++) {
		ssize_t at = cell_place(g, &costs->cell[i], guess);

		if (at < 0)
			return -ENOMEM;
		place[i] = (size_t)at;
		guess = (size_t)at + 1;
	}
	run->nr_cells = g->nr_cells;
	run->median = malloc((g->nr_cells + 1) * sizeof(*run->median));
	run->constant = calloc(g->nr_cells + 1, sizeof(*run->constant));
	if (!run->median || !run->constant)
		return -ENOMEM;
	for (i = 0; i < g->nr_cells; i++)
		run->median[i] = NAN;
	for (i = 0; i < costs->nr_cells; i++) {
		struct amk_cost_cell *c = &costs->cell[i];

		if (!c->nr_rounds)
			continue;
		amk_cost_sort(c->cost, c->nr_rounds);
		run->median[place[i]] = amk_cost_quantile(c->cost, c->nr_rounds, 0.5);
		run->constant[place[i]] = c->cost[0] == c->cost[c->nr_rounds - 1];
	}
	return 0;
}

static int run_make(struct amk_history_group *g, struct amk_history_run *run,
		    struct amk_costs *costs)
{
	size_t *place = calloc(costs->nr_cells + 1, sizeof(*place));
	int failed;

	memset(run, 0, sizeof(*run));
	run->path = strdup(costs->path);
	run->id = strdup(costs->id);
	run->created = strdup(costs->created);
	run->kernel = strdup(costs->kernel);
	failed = place && run->path && run->id && run->created && run->kernel ? 0 : -ENOMEM;
	if (!failed)
		failed = run_fill(g, run, costs, place);
	free(place);
	if (failed)
		run_free(run);
	return failed;
}

static int run_add(struct amk_history_group *g, struct amk_costs *costs)
{
	int failed;

	if (g->nr_runs == g->runs_room) {
		size_t room = g->runs_room ? 2 * g->runs_room : 16;
		struct amk_history_run *grown = reallocarray(g->run, room, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		g->run = grown;
		g->runs_room = room;
	}
	failed = run_make(g, &g->run[g->nr_runs], costs);
	g->nr_runs += !failed;
	return failed;
}

/* ---- groups ---- */

static void group_free(struct amk_history_group *g)
{
	size_t i;

	for (i = 0; i < g->nr_runs; i++)
		run_free(&g->run[i]);
	for (i = 0; i < g->nr_cells; i++)
		free(g->cell[i].change);
	tdestroy(g->tree, free);
	free(g->run);
	free(g->cell);
	amk_run_data_free(&g->first);
	free(g);
}

/* Whether something keeps @costs out of @g. */
static bool group_differs(const struct amk_history *h, const struct amk_history_group *g,
			  const struct amk_costs *costs)
{
	struct amk_differences list;
	size_t refused;

	amk_differences_find(&g->first, &costs->run, &list);
	refused = amk_differences_refused(&list, h->across) + list.incomplete;
	amk_differences_free(&list);
	return refused != 0;
}

static struct amk_history_group *group_new(struct amk_history *h, const struct amk_costs *costs,
					   char error[AMK_ERROR_LEN])
{
	struct amk_history_group *g = calloc(1, sizeof(*g)), **grown;

	grown = reallocarray(h->group, h->nr_groups + 1, sizeof(*grown));
	if (grown)
		h->group = grown;
	if (g)
		g->first.path = strdup(costs->path);
	if (!g || !grown || !g->first.path) {
		snprintf(error, AMK_ERROR_LEN, "out of memory");
		goto free_group;
	}
	if (amk_manifest_read(costs->path, &g->first, error))
		goto free_group;
	h->group[h->nr_groups++] = g;
	return g;
free_group:
	if (g)
		group_free(g);
	return NULL;
}

static struct amk_history_group *group_find(struct amk_history *h, const struct amk_costs *costs,
					    char error[AMK_ERROR_LEN])
{
	size_t i;

	for (i = 0; i < h->nr_groups; i++)
		if (!group_differs(h, h->group[i], costs))
			return h->group[i];
	return group_new(h, costs, error);
}

/* A baseline kept beside the run that it was made of is that run. */
static bool known(const struct amk_history_group *g, const struct amk_costs *costs)
{
	size_t i;

	for (i = 0; i < g->nr_runs; i++)
		if (!strcmp(g->run[i].id, costs->id) && !strcmp(g->run[i].created, costs->created))
			return true;
	return false;
}

int amk_history_add(struct amk_history *history, const char *path, char error[AMK_ERROR_LEN])
{
	struct amk_history_group *g;
	struct amk_costs costs;
	int failed = amk_costs_read(path, &costs, error);

	if (failed)
		return failed;
	g = group_find(history, &costs, error);
	if (!g) {
		failed = -ENOMEM;
	} else if (known(g, &costs)) {
		history->left_out++;
	} else {
		failed = run_add(g, &costs);
		if (failed)
			snprintf(error, AMK_ERROR_LEN, "out of memory");
	}
	amk_costs_free(&costs);
	return failed;
}

void amk_history_free(struct amk_history *history)
{
	size_t i;

	for (i = 0; i < history->nr_groups; i++)
		group_free(history->group[i]);
	free(history->group);
	memset(history, 0, sizeof(*history));
}

double amk_history_figure(const struct amk_history_run *run, const struct amk_history_cell *cell)
{
	return cell->place < run->nr_cells ? run->median[cell->place] : NAN;
}

/* ---- series ---- */

static int run_compare(const void *a, const void *b)
{
	const struct amk_history_run *x = a, *y = b;
	int order = strcmp(x->created, y->created);

	order = order ? order : strcmp(x->id, y->id);
	return order ? order : strcmp(x->path, y->path);
}

static int cell_compare(const void *a, const void *b)
{
	const struct amk_history_cell *x = a, *y = b;

	return amk_cost_cell_compare(&x->key, &y->key);
}

static int group_compare(const void *a, const void *b)
{
	const struct amk_history_group *x = *(struct amk_history_group *const *)a;
	const struct amk_history_group *y = *(struct amk_history_group *const *)b;

	if (x->nr_runs != y->nr_runs)
		return x->nr_runs > y->nr_runs ? -1 : 1;
	return strcmp(x->first.path, y->first.path);
}

/* Room for the series of one cell. */
struct series {
	double *x;
	size_t *run; /* of the group, for each x */
	struct amk_change *change;
	size_t n;
	bool constant; /* within each run */
};

static void series_fill(const struct amk_history_group *g, const struct amk_history_cell *cell,
			struct series *s)
{
	size_t i;

	s->n = 0;
	s->constant = true;
	for (i = 0; i < g->nr_runs; i++) {
		double figure = amk_history_figure(&g->run[i], cell);

		if (isnan(figure))
			continue;
		s->x[s->n] = figure;
		s->run[s->n++] = i;
		s->constant = s->constant && g->run[i].constant[cell->place];
	}
}

/* Whether chance has no part in it: where instructions are counted, and in fixed counts. */
static bool may_be_exact(const struct amk_history_group *g, const struct amk_history_cell *cell,
			 const struct series *s)
{
	if (!strcmp(g->first.environment, "guest-icount"))
		return true;
	return s->constant && amk_metric_fixed(cell->key.metric);
}

static int cell_finish(const struct amk_history_group *g, struct amk_history_cell *cell,
		       const struct amk_cusum_options *options, struct series *s)
{
	ssize_t count = -ERANGE, i;

	if (!cell->key.metric)
		return 0;
	series_fill(g, cell, s);
	cell->nr_runs = s->n;
	if (may_be_exact(g, cell, s))
		count = amk_cusum_steps(s->x, s->n, options, s->change);
	cell->exact = count >= 0;
	if (count == -ERANGE)
		count = amk_cusum_changes(s->x, s->n, options, s->change);
	if (count <= 0)
		return (int)count;
	cell->change = calloc((size_t)count, sizeof(*cell->change));
	if (!cell->change)
		return -ENOMEM;
	cell->nr_changes = (size_t)count;
	for (i = 0; i < count; i++) {
		cell->change[i] = s->change[i];
		cell->change[i].at = s->run[s->change[i].at];
	}
	return 0;
}

static int group_finish(struct amk_history_group *g, const struct amk_cusum_options *options)
{
	struct series s = {
		.x = calloc(g->nr_runs, sizeof(*s.x)),
		.run = calloc(g->nr_runs, sizeof(*s.run)),
		.change = calloc(g->nr_runs, sizeof(*s.change)),
	};
	int failed = s.x && s.run && s.change ? 0 : -ENOMEM;
	size_t i;

	qsort(g->run, g->nr_runs, sizeof(*g->run), run_compare);
	qsort(g->cell, g->nr_cells, sizeof(*g->cell), cell_compare);
	for (i = 0; i < g->nr_cells && !failed; i++)
		failed = cell_finish(g, &g->cell[i], options, &s);
	free(s.x);
	free(s.run);
	free(s.change);
	return failed;
}

int amk_history_finish(struct amk_history *history, const struct amk_cusum_options *options)
{
	struct amk_history_group **group = history->group;
	struct amk_differences list;
	size_t i;
	int failed = 0;

	if (history->nr_groups)
		qsort(group, history->nr_groups, sizeof(*group), group_compare);
	for (i = 0; i < history->nr_groups && !failed; i++) {
		failed = group_finish(group[i], options);
		amk_differences_find(&group[0]->first, &group[i]->first, &list);
		amk_differences_text(&list, group[i]->apart);
		amk_differences_free(&list);
	}
	return failed;
}

double amk_history_worse(const struct amk_history_cell *cell, const struct amk_change *change)
{
	double ratio = change->before > 0 ? change->after / change->before : INFINITY;

	switch (cell->key.metric->better) {
	case AMK_BETTER_LOWER:
		return ratio - 1;
	case AMK_BETTER_HIGHER:
		return ratio > 0 ? 1 / ratio - 1 : INFINITY;
	default:
		return ratio > 0 ? fmax(ratio, 1 / ratio) - 1 : INFINITY;
	}
}
