// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two runs compared: matches their cells, has each compared, and judges all together. See
 * comparison.h.
 */
#include "lib/user/comparison.h"

#include <math.h>
#include <stdlib.h>

#include "lib/core/workload.h"
#include "lib/user/axis.h"
#include "lib/user/comparison_cell.h"
#include "lib/user/rank.h"

static const char *const verdict_names[AMK_NR_VERDICTS] = {
	[AMK_VERDICT_REGRESSED] = "regressed",	     [AMK_VERDICT_IMPROVED] = "improved",
	[AMK_VERDICT_CHANGED] = "changed",	     [AMK_VERDICT_EQUIVALENT] = "equivalent",
	[AMK_VERDICT_INCONCLUSIVE] = "inconclusive", [AMK_VERDICT_ONLY_BASE] = "only-base",
	[AMK_VERDICT_ONLY_HEAD] = "only-head",	     [AMK_VERDICT_NO_NUMBER] = "no-number",
	[AMK_VERDICT_IGNORED] = "ignored",
};

const char *amk_verdict_name(enum amk_verdict verdict)
{
	return verdict_names[verdict];
}

int amk_verdict_find(const char *name)
{
	int i;

	for (i = 0; i < AMK_NR_VERDICTS; i++)
		if (!strcmp(verdict_names[i], name))
			return i;
	return -1;
}

void amk_comparison_options_default(struct amk_comparison_options *options)
{
	*options = (struct amk_comparison_options){ .margin = 0.03, .q = 0.05, .level = 0.95 };
}

/* ---- matching ---- */

static void cell_add(struct amk_comparison *c, const struct amk_cost_cell *base,
		     const struct amk_cost_cell *head)
{
	const struct amk_cost_cell *any = base ? base : head;
	struct amk_comparison_cell *cell = &c->cell[c->nr_cells++];

	*cell = (struct amk_comparison_cell){
		.side = any->side,
		.strategy = any->strategy,
		.workload = any->workload,
		.size_bytes = any->size_bytes,
		.metric = any->metric ? any->metric :
			  head	      ? head->metric :
					NULL,
		.base = base,
		.head = head,
		.why = "",
		.note = "",
		.limits = { .margin = c->options.margin, .tolerance = c->options.tolerance },
		.base_cost = NAN,
		.head_cost = NAN,
		.base_rounds = base ? base->nr_rounds : 0,
		.head_rounds = head ? head->nr_rounds : 0,
		.ratio = NAN,
		.ratio_low = NAN,
		.ratio_high = NAN,
		.p = NAN,
		.p_adjusted = NAN,
		.mde = NAN,
		.p_rise = NAN,
		.p_fall = NAN,
	};
	cell->unit = cell->metric ? amk_metric_unit(cell->metric, c->base->unit) : "";
}

/* The cell's place, whatever the metric. */
static int place_compare(const struct amk_cost_cell *a, const struct amk_cost_cell *b)
{
	struct amk_cost_cell x = *a, y = *b;

	x.metric = y.metric = NULL;
	return amk_cost_cell_compare(&x, &y);
}

/* The rows of one run that are of the same cell, one a metric; or one without a metric. */
struct span {
	const struct amk_cost_cell *row;
	size_t count;
};

/* Takes the rows at @*at that are of the cell of @like. */
static struct span span_take(const struct amk_costs *run, size_t *at,
			     const struct amk_cost_cell *like)
{
	struct span span = { .row = run->cell + *at };

	while (*at < run->nr_cells && !place_compare(&run->cell[*at], like)) {
		(*at)++;
		span.count++;
	}
	return span;
}

/* What stands for a metric that the other run has of this cell: its row without one, or NULL. */
static const struct amk_cost_cell *span_blank(const struct span *span)
{
	return span->count && !span->row->metric ? span->row : NULL;
}

static void spans_match(struct amk_comparison *c, const struct span *base, const struct span *head)
{
	const struct amk_cost_cell *no_base = span_blank(base), *no_head = span_blank(head);
	size_t i = no_base ? 1 : 0, j = no_head ? 1 : 0;

	/* A cell that has no number in either run is a line all the same. */
	if (i == base->count && j == head->count)
		cell_add(c, no_base, no_head);
	while (i < base->count || j < head->count) {
		const struct amk_cost_cell *x = i < base->count ? &base->row[i] : NULL;
		const struct amk_cost_cell *y = j < head->count ? &head->row[j] : NULL;

		if (x && y && x->metric != y->metric) {
			y = x->metric < y->metric ? NULL : y;
			x = y ? NULL : x;
		}
		cell_add(c, x ? x : no_base, y ? y : no_head);
		i += x != NULL;
		j += y != NULL;
	}
}

static int cells_match(struct amk_comparison *c)
{
	size_t i = 0, j = 0;

	c->cell = calloc(c->base->nr_cells + c->head->nr_cells + 1, sizeof(*c->cell));
	if (!c->cell)
		return -ENOMEM;
	while (i < c->base->nr_cells || j < c->head->nr_cells) {
		const struct amk_cost_cell *x = i < c->base->nr_cells ? &c->base->cell[i] : NULL;
		const struct amk_cost_cell *y = j < c->head->nr_cells ? &c->head->cell[j] : NULL;
		const struct amk_cost_cell *first = !y || (x && place_compare(x, y) < 0) ? x : y;
		struct span base = span_take(c->base, &i, first);
		struct span head = span_take(c->head, &j, first);

		spans_match(c, &base, &head);
	}
	return 0;
}

/* ---- comparing ---- */

static const char *absence(const struct amk_cost_cell *cell)
{
	if (!cell)
		return "not in the run";
	return *cell->reason ? cell->reason : amk_status_name(cell->status);
}

static int cells_measure(struct amk_comparison *c, char error[AMK_ERROR_LEN])
{
	size_t i;
	int failed = 0;

	for (i = 0; i < c->nr_cells && !failed; i++) {
		struct amk_comparison_cell *cell = &c->cell[i];

		if (cell->base_rounds && cell->head_rounds) {
			failed = amk_comparison_cell_measure(c, cell, error);
		} else if (cell->base_rounds) {
			cell->verdict = AMK_VERDICT_ONLY_BASE;
			cell->why = absence(cell->head);
		} else if (cell->head_rounds) {
			cell->verdict = AMK_VERDICT_ONLY_HEAD;
			cell->why = absence(cell->base);
		} else {
			cell->verdict = AMK_VERDICT_NO_NUMBER;
			cell->why = absence(cell->head ? cell->head : cell->base);
		}
	}
	return failed;
}

/*
 * The level that a cell not found yet would have to reach: with one discovery more than there are,
 * which is what Benjamini and Hochberg would then allow.
 */
static double level_needed(const struct amk_comparison *c, const double *adjusted)
{
	size_t i, found = 0;

	for (i = 0; i < c->nr_cells; i++)
		found += adjusted[i] <= c->options.q;
	if (!c->nr_tested)
		return 0;
	found = found < c->nr_tested ? found + 1 : found;
	return c->options.q * (double)found / (double)c->nr_tested;
}

static int cells_judge(struct amk_comparison *c)
{
	double *p = calloc(4 * c->nr_cells + 1, sizeof(*p));
	double *rise = p, *fall = p + c->nr_cells;
	double *rise_adjusted = fall + c->nr_cells, *fall_adjusted = rise_adjusted + c->nr_cells;
	int failed = p ? 0 : -ENOMEM;
	double rise_level, fall_level;
	size_t i;

	for (i = 0; !failed && i < c->nr_cells; i++) {
		rise[i] = c->cell[i].p_rise;
		fall[i] = c->cell[i].p_fall;
		c->nr_tested += !isnan(rise[i]);
	}
	if (!failed)
		failed = amk_rank_fdr(rise, rise_adjusted, c->nr_cells);
	if (!failed)
		failed = amk_rank_fdr(fall, fall_adjusted, c->nr_cells);
	rise_level = failed ? 0 : level_needed(c, rise_adjusted);
	fall_level = failed ? 0 : level_needed(c, fall_adjusted);
	for (i = 0; !failed && i < c->nr_cells; i++) {
		struct amk_comparison_cell *cell = &c->cell[i];

		if (cell->method == AMK_METHOD_NONE)
			continue;
		amk_comparison_cell_judge(c, cell, rise_adjusted[i], fall_adjusted[i]);
		failed = amk_comparison_cell_sense(cell, rise_level, fall_level);
	}
	free(p);
	return failed;
}

static void cells_count(struct amk_comparison *c)
{
	size_t i;

	for (i = 0; i < c->nr_cells; i++) {
		struct amk_comparison_cell *cell = &c->cell[i];

		cell->failure = cell->verdict == AMK_VERDICT_REGRESSED;
		c->count[cell->verdict]++;
		if (cell->method != AMK_METHOD_NONE && !cell->rounds_needed)
			c->nr_decidable++;
		if (cell->rounds_needed > c->rounds_needed)
			c->rounds_needed = cell->rounds_needed;
	}
	if (c->nr_tested)
		c->rounds_single = amk_rank_rounds(c->options.q / (double)c->nr_tested);
}

/* ---- the comparison ---- */

/* One axis along which all that is refused may differ; NULL: none. */
static const char *axis_suggest(const struct amk_differences *list, u32 across)
{
	size_t i;
	u32 a;

	for (a = 0; amk_axes[a].name; a++) {
		for (i = 0; i < list->count; i++)
			if (!(list->item[i].axes & (across | 1U << a)))
				break;
		if (i == list->count)
			return amk_axes[a].name;
	}
	return NULL;
}

static int places_check(struct amk_comparison *c, char error[AMK_ERROR_LEN])
{
	const char *axis;
	size_t refused;

	amk_differences_find(&c->base->run, &c->head->run, &c->differences);
	if (c->differences.incomplete) {
		snprintf(error, AMK_ERROR_LEN, "out of memory");
		return -ENOMEM;
	}
	refused = amk_differences_refused(&c->differences, c->options.across);
	if (!refused)
		return 0;
	axis = axis_suggest(&c->differences, c->options.across);
	snprintf(
		error, AMK_ERROR_LEN, "%.150s and %.150s are not to be compared, %zu thing%s: %s%s",
		c->base->path, c->head->path, refused, refused == 1 ? " differs" : "s differ",
		axis ? "if that is the question, --across=" : "one counts in ns, the other in insn",
		axis ? axis : "");
	return AMK_NOT_COMPARABLE;
}

static int intersection_check(const struct amk_comparison *c, char error[AMK_ERROR_LEN])
{
	size_t i;

	for (i = 0; i < c->nr_cells; i++)
		if (c->cell[i].base && c->cell[i].head)
			return 0;
	snprintf(error, AMK_ERROR_LEN,
		 "%.150s and %.150s have no cell in common: measure the same strategies, workloads "
		 "and sizes",
		 c->base->path, c->head->path);
	return AMK_NOT_COMPARABLE;
}

int amk_comparison_make(const struct amk_costs *base, const struct amk_costs *head,
			const struct amk_comparison_options *options,
			struct amk_comparison *comparison, char error[AMK_ERROR_LEN])
{
	int failed;

	*comparison = (struct amk_comparison){ .base = base, .head = head, .options = *options };
	failed = places_check(comparison, error);
	if (failed)
		return failed;
	comparison->bursts_differ = amk_run_data_bursts_differ(&base->run, &head->run);
	snprintf(error, AMK_ERROR_LEN, "out of memory");
	failed = cells_match(comparison);
	if (!failed)
		failed = intersection_check(comparison, error);
	if (!failed)
		failed = cells_measure(comparison, error);
	if (!failed)
		failed = cells_judge(comparison);
	if (!failed)
		cells_count(comparison);
	return failed;
}

void amk_comparison_free(struct amk_comparison *comparison)
{
	amk_differences_free(&comparison->differences);
	free(comparison->cell);
	memset(comparison, 0, sizeof(*comparison));
}

/* ---- order ---- */

double amk_comparison_worse(const struct amk_comparison_cell *cell)
{
	if (cell->metric && cell->metric->better == AMK_BETTER_HIGHER)
		return 1 / cell->ratio;
	return cell->ratio;
}

static int verdict_rank(enum amk_verdict verdict)
{
	static const int rank[AMK_NR_VERDICTS] = {
		[AMK_VERDICT_REGRESSED] = 0,	[AMK_VERDICT_CHANGED] = 1,
		[AMK_VERDICT_ONLY_BASE] = 2,	[AMK_VERDICT_IMPROVED] = 3,
		[AMK_VERDICT_INCONCLUSIVE] = 4, [AMK_VERDICT_EQUIVALENT] = 5,
		[AMK_VERDICT_ONLY_HEAD] = 6,	[AMK_VERDICT_NO_NUMBER] = 7,
		[AMK_VERDICT_IGNORED] = 8,
	};

	return rank[verdict];
}

/* Worst first within a verdict; where neither way is better, the greatest change either way. */
static double badness(const struct amk_comparison_cell *cell)
{
	double worse = amk_comparison_worse(cell);

	if (isnan(worse))
		return cell->method == AMK_METHOD_NONE ? -INFINITY : INFINITY;
	return cell->verdict == AMK_VERDICT_CHANGED ? fabs(log(worse)) : log(worse);
}

static int worst_compare(const void *a, const void *b)
{
	const struct amk_comparison_cell *x = *(const struct amk_comparison_cell *const *)a;
	const struct amk_comparison_cell *y = *(const struct amk_comparison_cell *const *)b;
	double bx = badness(x), by = badness(y);
	int order = verdict_rank(x->verdict) - verdict_rank(y->verdict);

	if (order)
		return order;
	if (bx != by)
		return bx > by ? -1 : 1;
	return (x > y) - (x < y);
}

const struct amk_comparison_cell **amk_comparison_worst(const struct amk_comparison *comparison)
{
	const struct amk_comparison_cell **order;
	size_t i;

	order = calloc(comparison->nr_cells + 1, sizeof(*order));
	for (i = 0; order && i < comparison->nr_cells; i++)
		order[i] = &comparison->cell[i];
	if (order)
		qsort(order, comparison->nr_cells, sizeof(*order), worst_compare);
	return order;
}
