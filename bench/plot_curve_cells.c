// SPDX-License-Identifier: GPL-2.0-only
/*
 * The points of curves over a fact: each run's figure for a cell. What a run could not give has no
 * point, and a cell with a point in one run alone is no curve.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/plot_over.h"

static const struct amk_summary *find(const struct amk_plot_run *run, const struct amk_curve *curve,
				      const struct amk_strategy *strategy, u64 size,
				      enum amk_metric_id metric)
{
	const struct amk_summary *s = amk_summary_find(run->summary, run->nr_summary,
						       strategy->side, strategy->name,
						       curve->workload, size, metric);

	return s && s->metric && s->status == AMK_STATUS_OK ? s : NULL;
}

static void point_scale(struct amk_curve_point *p, double by)
{
	p->value /= by;
	p->low /= by;
	p->high /= by;
}

/* The cost of a metric of the same cell; NaN where there is none. */
static double cost_of(const struct amk_curve_point *p, const struct amk_curve *curve,
		      const struct amk_summary *cell, enum amk_metric_id metric)
{
	const struct amk_summary *s = find(p->run, curve, cell->strategy, cell->size_bytes, metric);

	return s ? s->cost : NAN;
}

/*
 * Of what was asked for, the share that came in one piece: given, less what a second way gave page
 * by page; of a range that huge pages may map or not, what they map.
 */
static void point_whole(struct amk_curve_point *p, const struct amk_curve *curve,
			const struct amk_summary *cell)
{
	double tried = cost_of(p, curve, cell, AMK_METRIC_frag_tried);
	double fallback = cost_of(p, curve, cell, AMK_METRIC_frag_fallback);
	double given = cost_of(p, curve, cell, AMK_METRIC_frag_given);

	if (!isnan(fallback))
		given -= fallback;
	if (cell->strategy->flags & AMK_STRATEGY_HUGE && given > 0)
		given *= cost_of(p, curve, cell, AMK_METRIC_frag_huge) /
			 cost_of(p, curve, cell, AMK_METRIC_frag_pages);
	p->value = tried > 0 ? given / tried : NAN;
	p->low = p->high = NAN;
}

static double tail(const struct amk_summary *s, enum amk_quantile q)
{
	return s->each_ops ? s->quantile[q] : NAN;
}

/* Fills @p with what run @p->run has; false if that is no number. */
static bool point_fill(const struct amk_curve *curve, const struct amk_strategy *strategy, u64 size,
		       struct amk_curve_point *p)
{
	const struct amk_summary *s = find(p->run, curve, strategy, size, curve->metric), *per;

	if (!s)
		return false;
	p->value = s->cost;
	p->low = s->cost_min;
	p->high = s->cost_max;
	p->rounds = s->rounds;
	if (curve->of == AMK_CURVE_P50 || curve->of == AMK_CURVE_P99) {
		p->value = tail(s, curve->of == AMK_CURVE_P50 ? AMK_Q_P50 : AMK_Q_P99);
		p->low = p->high = NAN;
	}
	if (curve->of == AMK_CURVE_WHOLE)
		point_whole(p, curve, s);
	if (curve->of == AMK_CURVE_SHARE) {
		per = find(p->run, curve, strategy, size, curve->per);
		if (!per || !(per->cost > 0))
			return false;
		point_scale(p, per->cost);
		/* The range of a quotient is known only if what divides stays the same. */
		if (per->cost_min < per->cost_max)
			p->low = p->high = NAN;
	}
	return isfinite(p->value);
}

static int by_x(const void *a, const void *b)
{
	const struct amk_curve_point *p = a, *q = b;

	return p->x < q->x ? -1 : p->x > q->x;
}

/* Each point in terms of the first, had that grown as x. Returns how many are left. */
static size_t points_relate(struct amk_curve_point *p, size_t nr, double least)
{
	double first = nr ? p[0].value : 0;
	size_t i;

	/* What is not there where x is least has nothing to be compared with. */
	if (!nr || p[0].x > least || !(p[0].x > 0) || !(first > 0))
		return 0;
	for (i = 0; i < nr; i++)
		point_scale(&p[i], first * p[i].x / least);
	return nr;
}

static double x_least(const struct amk_over *over)
{
	double least = over->x[0];
	size_t r;

	for (r = 1; r < over->plot->nr_runs; r++)
		least = fmin(least, over->x[r]);
	return least;
}

/*
 * Whether a size is less than the least that @strategy gives, and that one is a line, too: the two
 * are the same request.
 */
static bool is_repeated(const struct amk_over *over, const struct amk_curve *curve,
			const struct amk_strategy *strategy, u64 size)
{
	size_t r;

	if (curve->line != AMK_CURVE_LINE_SIZE || size >= strategy->granule_bytes)
		return false;
	for (r = 0; r < over->plot->nr_runs; r++)
		if (find(&over->plot->run[r], curve, strategy, strategy->granule_bytes,
			 curve->metric))
			return true;
	return false;
}

/* What grows with anything but the number of threads cannot be more or less efficient. */
static bool is_over_threads(const struct amk_over *over)
{
	return !strcmp(over->fact, "threads") || !strcmp(over->fact, "place.threads");
}

size_t amk_curve_points(const struct amk_over *over, const struct amk_curve *curve,
			const struct amk_strategy *strategy, u64 size_bytes,
			struct amk_curve_point *point)
{
	size_t r, nr = 0;

	if (curve->of == AMK_CURVE_EFFICIENCY && !is_over_threads(over))
		return 0;
	if (size_bytes < curve->least_bytes || is_repeated(over, curve, strategy, size_bytes))
		return 0;
	for (r = 0; r < over->plot->nr_runs; r++) {
		point[nr].run = &over->plot->run[r];
		point[nr].x = over->x[r];
		nr += point_fill(curve, strategy, size_bytes, &point[nr]);
	}
	qsort(point, nr, sizeof(*point), by_x);
	if (curve->of == AMK_CURVE_EFFICIENCY)
		return points_relate(point, nr, x_least(over));
	return nr;
}

static bool size_wanted(const struct amk_over *over, u64 size)
{
	size_t i;

	for (i = 0; i < over->nr_sizes; i++)
		if (over->size[i] == size)
			return true;
	return !over->nr_sizes;
}

/* Whether the points are at two places or more. */
static bool is_curve(const struct amk_curve_point *point, size_t nr)
{
	return nr > 1 && point[0].x < point[nr - 1].x;
}

static void strategy_add(struct amk_curve_set *set, const struct amk_strategy *strategy)
{
	size_t i;

	for (i = 0; i < set->nr_strategies; i++)
		if (set->strategy[i] == strategy)
			return;
	set->strategy[set->nr_strategies++] = strategy;
}

/* Keeps the sizes in rising order. 0 or -ENOMEM. */
static int size_add(struct amk_curve_set *set, u64 size)
{
	size_t at = 0, i;
	u64 *grown;

	while (at < set->nr_sizes && set->size[at] < size)
		at++;
	if (at < set->nr_sizes && set->size[at] == size)
		return 0;
	grown = realloc(set->size, (set->nr_sizes + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	set->size = grown;
	for (i = set->nr_sizes++; i > at; i--)
		grown[i] = grown[i - 1];
	grown[at] = size;
	return 0;
}

/* Whether both are there already: another run has the cell, too. */
static bool cell_known(const struct amk_curve_set *set, const struct amk_summary *s)
{
	bool known = false;
	size_t i;

	for (i = 0; i < set->nr_strategies; i++)
		known |= set->strategy[i] == s->strategy;
	for (i = 0; known && i < set->nr_sizes; i++)
		if (set->size[i] == s->size_bytes)
			return true;
	return false;
}

/* Adds the cell of @s if it is a curve. 0 or -ENOMEM. */
static int cell_add(const struct amk_over *over, const struct amk_curve *curve,
		    const struct amk_summary *s, struct amk_curve_point *point,
		    struct amk_curve_set *set)
{
	size_t id = (size_t)(s->strategy - amk_strategies);

	if (!s->metric || s->metric != &amk_metrics[curve->metric] || !over->strategy[id] ||
	    strcmp(s->workload, curve->workload) || !size_wanted(over, s->size_bytes) ||
	    (curve->takes && !curve->takes(s->strategy)) || cell_known(set, s) ||
	    !is_curve(point, amk_curve_points(over, curve, s->strategy, s->size_bytes, point)))
		return 0;
	strategy_add(set, s->strategy);
	return size_add(set, s->size_bytes);
}

int amk_curve_cells(const struct amk_over *over, const struct amk_curve *curve,
		    struct amk_curve_set *set)
{
	struct amk_curve_point *point = calloc(over->plot->nr_runs, sizeof(*point));
	size_t r, i;
	int ret = point ? 0 : -ENOMEM;

	memset(set, 0, sizeof(*set));
	for (r = 0; r < over->plot->nr_runs && !ret; r++)
		for (i = 0; i < over->plot->run[r].nr_summary && !ret; i++)
			ret = cell_add(over, curve, &over->plot->run[r].summary[i], point, set);
	free(point);
	if (!ret && !set->nr_strategies)
		ret = -ENODATA;
	return ret;
}
