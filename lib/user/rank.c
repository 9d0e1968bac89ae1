// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two samples compared by ranks: see rank.h.
 *
 * The exact distribution is counted: of all ways to choose which n of the m + n ranks are the
 * second sample's, how many have which sum. Midranks are halves at worst, so twice a rank is whole
 * and a dynamic program over sums does it; counts are doubles, which only ever are added.
 */
#include "lib/user/rank.h"

#include <math.h>
#include <stdlib.h>

#include "lib/user/cost.h"

/* ---- differences ---- */

/* All y - x, sorted; NULL: no memory. */
static double *differences_sorted(const double *x, size_t m, const double *y, size_t n)
{
	double *d = calloc(m * n, sizeof(*d));
	size_t i, j;

	if (!d)
		return NULL;
	for (i = 0; i < m; i++)
		for (j = 0; j < n; j++)
			d[i * n + j] = y[j] - x[i];
	qsort(d, m * n, sizeof(*d), amk_cost_compare);
	return d;
}

double amk_rank_shift(const double *x, size_t m, const double *y, size_t n)
{
	double *d = differences_sorted(x, m, y, n);
	double shift = d ? amk_cost_quantile(d, m * n, 0.5) : NAN;

	free(d);
	return shift;
}

/* ---- the exact distribution ---- */

/*
 * How many subsets of @take of the @count weights have which sum, for sums up to @max: an array of
 * @max + 1, to be freed. NULL: no memory.
 */
static double *subsets_count(const u32 *weight, size_t count, size_t take, size_t max)
{
	double *table = calloc((take + 1) * (max + 1), sizeof(*table));
	size_t item, k, sum;

	if (!table)
		return NULL;
	table[0] = 1;
	for (item = 0; item < count; item++) {
		for (k = item < take ? item + 1 : take; k > 0; k--) {
			const double *without = table + (k - 1) * (max + 1);
			double *with = table + k * (max + 1) + weight[item];

			for (sum = 0; sum + weight[item] <= max; sum++)
				with[sum] += without[sum];
		}
	}
	memmove(table, table + take * (max + 1), (max + 1) * sizeof(*table));
	return table;
}

/* C(m + n, n), as a double. */
static double choices(size_t m, size_t n)
{
	double ways = 1;
	size_t i;

	for (i = 1; i <= n; i++)
		ways = ways * (double)(m + i) / (double)i;
	return ways;
}

static bool is_small(size_t m, size_t n)
{
	return m < AMK_RANK_EXACT_MAX && n < AMK_RANK_EXACT_MAX;
}

/* ---- critical values, without ties ---- */

/* Where the test says @alpha or less: the largest c with P(U <= c - 1) <= @alpha; 0: nowhere. */
struct critical {
	size_t c;
	double p; /* P(U <= c - 1) */
};

static int critical_exact(size_t m, size_t n, double alpha, struct critical *critical)
{
	u32 weight[2 * AMK_RANK_EXACT_MAX];
	double *count, total = choices(m, n), sum = 0;
	size_t least = n * (n - 1) / 2, u, i;

	for (i = 0; i < m + n; i++)
		weight[i] = (u32)i; /* ranks from 0: U is their sum less the least of it */
	count = subsets_count(weight, m + n, n, least + m * n / 2);
	if (!count)
		return -ENOMEM;
	critical->c = 0;
	critical->p = 0;
	for (u = 0; u <= m * n / 2; u++) {
		sum += count[least + u];
		if (sum > alpha * total)
			break;
		critical->c = u + 1;
		critical->p = sum / total;
	}
	free(count);
	return 0;
}

/* P(Z <= z) of the standard normal distribution. */
static double normal(double z)
{
	return 0.5 * erfc(-z * M_SQRT1_2);
}

static void critical_normal(size_t m, size_t n, double alpha, struct critical *critical)
{
	double mean = (double)m * (double)n / 2;
	double sigma = sqrt((double)m * (double)n * (double)(m + n + 1) / 12);
	size_t low = 0, high = m * n / 2;

	/* P(U <= c - 1) is about normal((c - 0.5 - mean) / sigma), which rises with c. */
	while (low < high) {
		size_t c = low + (high - low + 1) / 2;

		if (normal(((double)c - 0.5 - mean) / sigma) <= alpha)
			low = c;
		else
			high = c - 1;
	}
	critical->c = low;
	critical->p = low ? normal(((double)low - 0.5 - mean) / sigma) : 0;
}

static int critical_find(size_t m, size_t n, double alpha, struct critical *critical)
{
	if (is_small(m, n))
		return critical_exact(m, n, alpha, critical);
	critical_normal(m, n, alpha, critical);
	return 0;
}

int amk_rank_interval(const double *x, size_t m, const double *y, size_t n, double level,
		      struct amk_rank_interval *interval)
{
	double *d = differences_sorted(x, m, y, n);
	struct critical critical;
	int failed = d ? critical_find(m, n, (1 - level) / 2, &critical) : -ENOMEM;

	if (!failed) {
		if (!critical.c) {
			critical.c = 1;
			critical.p = amk_rank_p_least(m, n);
		}
		interval->low = d[critical.c - 1];
		interval->high = d[m * n - critical.c];
		interval->level = 1 - 2 * critical.p;
	}
	free(d);
	return failed;
}

double amk_rank_bound(const double *x, size_t m, const double *y, size_t n, double alpha)
{
	double *d = differences_sorted(x, m, y, n);
	struct critical critical;
	double bound = NAN;

	if (d && !critical_find(m, n, alpha, &critical))
		bound = critical.c ? d[critical.c - 1] : -INFINITY;
	free(d);
	return bound;
}

/* ---- the test ---- */

/* A number and whose it is. */
struct item {
	double value;
	bool second;
};

static int compare_item(const void *a, const void *b)
{
	return amk_cost_compare(&((const struct item *)a)->value, &((const struct item *)b)->value);
}

/* The samples together, ranked. */
struct ranking {
	size_t m, n;
	u32 *weight; /* twice the midrank, from 0 */
	size_t sum; /* of the second sample's weights */
	double ties; /* sum of t^3 - t over groups of t equal numbers */
};

static void ranking_fill(struct ranking *r, const struct item *item)
{
	size_t count = r->m + r->n, from, to, i;

	for (from = 0; from < count; from = to) {
		double t;

		for (to = from; to < count && item[to].value == item[from].value; to++)
			;
		t = (double)(to - from);
		r->ties += t * t * t - t;
		for (i = from; i < to; i++) {
			r->weight[i] = (u32)(from + to - 1);
			r->sum += item[i].second ? from + to - 1 : 0;
		}
	}
}

static int ranking_make(struct ranking *r, const double *x, size_t m, const double *y, size_t n,
			double margin)
{
	struct item *item = calloc(m + n, sizeof(*item));
	size_t i;

	*r = (struct ranking){ .m = m, .n = n };
	r->weight = calloc(m + n, sizeof(*r->weight));
	if (!item || !r->weight) {
		free(item);
		free(r->weight);
		return -ENOMEM;
	}
	for (i = 0; i < m; i++)
		item[i].value = x[i] + margin;
	for (i = 0; i < n; i++)
		item[m + i] = (struct item){ .value = y[i], .second = true };
	qsort(item, m + n, sizeof(*item), compare_item);
	ranking_fill(r, item);
	free(item);
	return 0;
}

/*
 * P(sum >= r->sum) over all choices of who is second. Counted from the other end, by the weights'
 * complement, so that a small probability is a sum of few small counts and loses no digits.
 */
static double ranking_p_exact(struct ranking *r)
{
	size_t count = r->m + r->n, top = 2 * (count - 1), max, i;
	size_t step = r->ties > 0 ? 1 : 2; /* without ties all weights are even */
	double *ways, p = 0;

	for (i = 0; i < count; i++)
		r->weight[i] = (u32)((top - r->weight[i]) / step);
	max = (r->n * top - r->sum) / step;
	ways = subsets_count(r->weight, count, r->n, max);
	if (!ways)
		return NAN;
	for (i = 0; i <= max; i++)
		p += ways[i];
	free(ways);
	p /= choices(r->m, r->n);
	return p < 1 ? p : 1;
}

static double ranking_p_normal(const struct ranking *r)
{
	double m = (double)r->m, n = (double)r->n, count = m + n;
	double u = (double)r->sum / 2 - n * (n - 1) / 2;
	double variance = m * n / 12 * (count + 1 - r->ties / (count * (count - 1)));

	/* All numbers are the same: nothing speaks for a shift. */
	if (variance <= 0)
		return 1;
	return normal(-(u - m * n / 2 - 0.5) / sqrt(variance));
}

double amk_rank_p(const double *x, size_t m, const double *y, size_t n, double margin)
{
	struct ranking r;
	double p;

	if (ranking_make(&r, x, m, y, n, margin))
		return NAN;
	p = is_small(m, n) ? ranking_p_exact(&r) : ranking_p_normal(&r);
	free(r.weight);
	return p;
}

double amk_rank_p_least(size_t m, size_t n)
{
	return 1 / choices(m, n);
}

u32 amk_rank_rounds(double alpha)
{
	u32 n = 1;

	while (n < AMK_RANK_EXACT_MAX && amk_rank_p_least(n, n) > alpha)
		n++;
	return n;
}

/* ---- many tests ---- */

static int compare_falling(const void *a, const void *b)
{
	return amk_cost_compare(*(const double *const *)b, *(const double *const *)a);
}

int amk_rank_fdr(const double *p, double *adjusted, size_t n)
{
	const double **order = calloc(n + 1, sizeof(*order));
	size_t tests = 0, i;
	double least = 1;

	if (!order)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		if (isnan(p[i]))
			adjusted[i] = NAN;
		else
			order[tests++] = &p[i];
	}
	qsort(order, tests, sizeof(*order), compare_falling);
	for (i = 0; i < tests; i++) {
		double rate = *order[i] * (double)tests / (double)(tests - i);

		least = rate < least ? rate : least;
		adjusted[order[i] - p] = least;
	}
	free(order);
	return 0;
}
