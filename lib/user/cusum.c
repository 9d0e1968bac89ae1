// SPDX-License-Identifier: GPL-2.0-only
/*
 * Changes of level in a series: see cusum.h.
 */
#include "lib/user/cusum.h"

#include <math.h>
#include <stdlib.h>

#include "lib/user/cost.h"
#include "lib/user/cusum_table.h"

const struct amk_cusum_row amk_cusum_rows[] = {
#define AMK_CUSUM(n, a, b, c, d) { n, { a, b, c, d } },
#include "lib/user/cusum_table.def"
#undef AMK_CUSUM
};

const u32 amk_nr_cusum_rows = AMK_ARRAY_SIZE(amk_cusum_rows);

const double amk_cusum_alphas[AMK_NR_CUSUM_LEVELS] = { 0.05, 0.01, 0.001, 0.0001 };

/*
 * Where the largest |value| of a Brownian bridge is beyond with probability alpha: the solution of
 * 2 * sum over j of (-1)^(j-1) exp(-2 j^2 x^2) = alpha (Kolmogorov 1933). Finite n lie below.
 */
static const double limits[AMK_NR_CUSUM_LEVELS] = { 1.35810, 1.62762, 1.94947, 2.22527 };

enum amk_cusum_level amk_cusum_level_find(double alpha)
{
	u32 level = 0;

	while (level < AMK_NR_CUSUM_LEVELS && amk_cusum_alphas[level] != alpha)
		level++;
	return level;
}

size_t amk_cusum_least(enum amk_cusum_level level)
{
	u32 row = 0;

	while (row + 1 < amk_nr_cusum_rows && !amk_cusum_rows[row].critical[level])
		row++;
	return amk_cusum_rows[row].n;
}

/* Shorter windows could hardly pass at the level that so many of them ask for. */
#define WINDOW_LEAST 24

/* ---- the statistic ---- */

struct place {
	double x;
	size_t at;
};

static int place_compare(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return (x->x > y->x) - (x->x < y->x);
}

/*
 * Twice the midrank of each, less n + 1, so that they are whole and sum up to 0. Returns the sum
 * over ties of t^3 - t.
 */
static double ranks_fill(struct place *place, size_t n, double *rank)
{
	double ties = 0;
	size_t from, to, i;

	qsort(place, n, sizeof(*place), place_compare);
	for (from = 0; from < n; from = to) {
		for (to = from; to < n && place[to].x == place[from].x; to++)
			;
		for (i = from; i < to; i++)
			rank[place[i].at] = (double)(from + to + 1) - (double)(n + 1);
		ties += (double)(to - from) * ((double)(to - from) * (double)(to - from) - 1);
	}
	return ties;
}

int amk_cusum_find(const double *x, size_t n, struct amk_cusum *cusum)
{
	struct place *place = malloc((n + 1) * sizeof(*place));
	double *rank = malloc((n + 1) * sizeof(*rank));
	double sum = 0, ties, cube = (double)n * ((double)n * (double)n - 1);
	size_t i;

	memset(cusum, 0, sizeof(*cusum));
	if (!place || !rank) {
		free(place);
		free(rank);
		return -ENOMEM;
	}
	for (i = 0; i < n; i++)
		place[i] = (struct place){ x[i], i };
	ties = ranks_fill(place, n, rank);
	for (i = 0; i + 1 < n; i++) {
		sum += rank[i];
		if (fabs(sum) > cusum->most) {
			cusum->most = fabs(sum);
			cusum->at = i + 1;
		}
	}
	/* The variance of midranks is (n^3 - n - ties) / 12 over n - 1; rank[] has them doubled. */
	if (ties < cube)
		cusum->scaled = cusum->most / 2 / sqrt((cube - ties) / 12 / (double)(n - 1)) /
				sqrt((double)n);
	/* The table knows no ties; a few of them do not matter. */
	cusum->tied = ties > cube / 100;
	free(place);
	free(rank);
	return 0;
}

enum amk_cusum_level amk_cusum_passes(const struct amk_cusum *cusum, size_t n)
{
	u32 row = 0, level = AMK_NR_CUSUM_LEVELS;

	/* Between two rows the longer one's values are the stricter ones. */
	while (row < amk_nr_cusum_rows && amk_cusum_rows[row].n < n)
		row++;
	while (level--) {
		bool large = cusum->tied || row == amk_nr_cusum_rows;

		if (large && cusum->scaled >= limits[level])
			return level;
		/* By the scale of the row, whose n may be larger. */
		if (!large && amk_cusum_rows[row].critical[level] && n >= amk_cusum_rows[0].n &&
		    cusum->most * pow((double)amk_cusum_rows[row].n / (double)n, 1.5) >=
			    amk_cusum_rows[row].critical[level])
			return level;
	}
	return AMK_NR_CUSUM_LEVELS;
}

/* ---- segments ---- */

struct search {
	const double *x;
	double *sorted; /* room for all */
	const struct amk_cusum_options *options;
	struct amk_change *change;
	size_t count;
	int failed;
};

/*
 * Chance that the largest |value| of a Brownian bridge is @x or more. Below 1 its series converges
 * slowly, and no change is that small.
 */
static double bridge_tail(double x)
{
	double sum = 0;
	int j;

	if (x < 1)
		return 1;
	for (j = 1; j < 6; j++)
		sum += (j % 2 ? 2 : -2) * exp(-2 * j * j * x * x);
	return sum;
}

/* The strictest level that chance @p is within, or AMK_NR_CUSUM_LEVELS. */
static enum amk_cusum_level chance_level(double p)
{
	u32 level = AMK_NR_CUSUM_LEVELS;

	while (level--)
		if (p <= amk_cusum_alphas[level])
			return level;
	return AMK_NR_CUSUM_LEVELS;
}

/* Where a segment may be split. */
struct split {
	size_t at;
	enum amk_cusum_level level; /* AMK_NR_CUSUM_LEVELS: nowhere */
};

static bool passes(const struct search *s, enum amk_cusum_level level)
{
	return level != AMK_NR_CUSUM_LEVELS && level >= s->options->level;
}

/*
 * A level that comes back, up and down again, moves no cumulative sum over the whole: the windows
 * of half, a quarter ... of the segment, each half over the next, see it. What is the largest in so
 * many windows is held to as much less chance (Bonferroni), by the table or, where that ends, by
 * the limit for large n. As in seeded binary segmentation (Kovacs et al. 2023, Biometrika 110).
 */
static void windows_search(struct search *s, size_t from, size_t to, struct split *split)
{
	enum amk_cusum_level level = AMK_NR_CUSUM_LEVELS;
	size_t len, at, windows = 0;
	struct amk_cusum cusum;
	double best = 0, p;

	for (len = (to - from) / 2; len >= WINDOW_LEAST && !s->failed; len /= 2) {
		for (at = from; at + len <= to && !s->failed; at += len / 2) {
			windows++;
			s->failed = amk_cusum_find(s->x + at, len, &cusum);
			if (cusum.scaled <= best)
				continue;
			best = cusum.scaled;
			level = amk_cusum_passes(&cusum, len);
			split->at = at + cusum.at;
		}
	}
	p = bridge_tail(best);
	if (level != AMK_NR_CUSUM_LEVELS)
		p = fmin(p, amk_cusum_alphas[level]);
	split->level = windows ? chance_level(p * (double)windows) : AMK_NR_CUSUM_LEVELS;
}

static void segment_search(struct search *s, size_t from, size_t to, struct split *split)
{
	struct amk_cusum cusum;

	s->failed = amk_cusum_find(s->x + from, to - from, &cusum);
	split->at = from + cusum.at;
	split->level = amk_cusum_passes(&cusum, to - from);
	if (!s->failed && !passes(s, split->level))
		windows_search(s, from, to, split);
}

/* Splits [@from, @to) where its level changes, and what comes of it again, from left to right. */
static void segment_split(struct search *s, size_t from, size_t to)
{
	struct split split;

	if (s->failed || to - from < 2)
		return;
	segment_search(s, from, to, &split);
	if (s->failed || !passes(s, split.level))
		return;
	segment_split(s, from, split.at);
	s->change[s->count++] = (struct amk_change){
		.at = split.at,
		.alpha = amk_cusum_alphas[split.level],
	};
	segment_split(s, split.at, to);
}

/* Each change anew between its neighbours: one that was found first was found among others. */
static void changes_refine(struct search *s, size_t n)
{
	struct amk_cusum cusum;
	size_t i;

	for (i = 0; i < s->count && !s->failed; i++) {
		size_t from = i ? s->change[i - 1].at : 0;
		size_t to = i + 1 < s->count ? s->change[i + 1].at : n;
		enum amk_cusum_level level;

		s->failed = amk_cusum_find(s->x + from, to - from, &cusum);
		level = amk_cusum_passes(&cusum, to - from);
		if (!passes(s, level))
			continue;
		s->change[i].at = from + cusum.at;
		s->change[i].alpha = amk_cusum_alphas[level];
	}
}

static double median(struct search *s, size_t from, size_t to)
{
	memcpy(s->sorted, s->x + from, (to - from) * sizeof(*s->sorted));
	amk_cost_sort(s->sorted, to - from);
	return amk_cost_quantile(s->sorted, to - from, 0.5);
}

/* Sets the medians on both sides of change @i of a series of @n. */
static void change_measure(struct search *s, size_t i, size_t n)
{
	struct amk_change *c = &s->change[i];

	c->before = median(s, i ? c[-1].at : 0, c->at);
	c->after = median(s, c->at, i + 1 < s->count ? c[1].at : n);
}

static void changes_measure(struct search *s, size_t n)
{
	size_t i;

	for (i = 0; i < s->count; i++)
		change_measure(s, i, n);
}

/* How far apart the levels are, whichever way: 0.03 is 3 %. */
static double change_size(const struct amk_change *c)
{
	double low = fmin(c->before, c->after), high = fmax(c->before, c->after);

	if (low == high)
		return 0;
	return low > 0 ? high / low - 1 : INFINITY;
}

/* The two levels that change @i lay between become one. */
static void change_drop(struct search *s, size_t i, size_t n)
{
	s->count--;
	memmove(&s->change[i], &s->change[i + 1], (s->count - i) * sizeof(*s->change));
	if (i)
		change_measure(s, i - 1, n);
	if (i < s->count)
		change_measure(s, i, n);
}

/*
 * Drops changes of less than @magnitude, the smallest first.
 */
static void small_drop(struct search *s, size_t n, double magnitude)
{
	size_t i, least;

	while (s->count) {
		least = 0;
		for (i = 1; i < s->count; i++)
			if (change_size(&s->change[i]) < change_size(&s->change[least]))
				least = i;
		if (change_size(&s->change[least]) > magnitude)
			return;
		change_drop(s, least, n);
	}
}

ssize_t amk_cusum_changes(const double *x, size_t n, const struct amk_cusum_options *options,
			  struct amk_change *change)
{
	struct search s = { .x = x, .options = options, .change = change };

	s.sorted = malloc((n + 1) * sizeof(*s.sorted));
	if (!s.sorted)
		return -ENOMEM;
	segment_split(&s, 0, n);
	changes_refine(&s, n);
	changes_measure(&s, n);
	small_drop(&s, n, options->magnitude);
	free(s.sorted);
	return s.failed ? s.failed : (ssize_t)s.count;
}

ssize_t amk_cusum_steps(const double *x, size_t n, const struct amk_cusum_options *options,
			struct amk_change *change)
{
	struct search s = { .x = x, .options = options, .change = change };
	size_t i, most = n / 8 ? n / 8 : 1;

	for (i = 1; i < n; i++) {
		if (x[i] == x[i - 1])
			continue;
		if (s.count == most)
			return -ERANGE;
		change[s.count++] = (struct amk_change){ .at = i };
	}
	s.sorted = malloc((n + 1) * sizeof(*s.sorted));
	if (!s.sorted)
		return -ENOMEM;
	changes_measure(&s, n);
	small_drop(&s, n, options->tolerance);
	free(s.sorted);
	return (ssize_t)s.count;
}
