// SPDX-License-Identifier: GPL-2.0-only
/*
 * Percentiles and their bootstrap over rounds: see bootstrap.h.
 */
#include "lib/user/bootstrap.h"

#include <math.h>
#include <stdlib.h>

#include "lib/core/histogram.h"
#include "lib/core/random.h"
#include "lib/user/cost.h"

const u32 amk_percentiles[AMK_NR_PERCENTILES] = { 10, 25, 50, 75, 90, 95, 99 };

/* A cell's histograms without the buckets that no round uses: few are left. */
struct packed {
	const struct amk_each *each;
	u32 *bucket; /* rising */
	u32 nr_buckets;
	u32 *count; /* round by round, nr_buckets each */
	u32 *drawn; /* how often each round was drawn */
	u64 *overhead; /* room for sorting */
};

static bool bucket_used(const struct amk_each *each, u32 bucket)
{
	u32 r;

	for (r = 0; r < each->nr_rounds; r++)
		if (each->round[r].hist[bucket])
			return true;
	return false;
}

static void packed_free(struct packed *p)
{
	free(p->bucket);
	free(p->count);
	free(p->drawn);
	free(p->overhead);
}

static int packed_make(struct packed *p, const struct amk_each *each)
{
	u32 b, r;

	*p = (struct packed){ .each = each };
	p->bucket = calloc(AMK_HIST_BUCKETS, sizeof(*p->bucket));
	for (b = 0; p->bucket && b < AMK_HIST_BUCKETS; b++)
		if (bucket_used(each, b))
			p->bucket[p->nr_buckets++] = b;
	p->count = calloc((size_t)each->nr_rounds * p->nr_buckets + 1, sizeof(*p->count));
	p->drawn = calloc(each->nr_rounds + 1, sizeof(*p->drawn));
	p->overhead = calloc(each->nr_rounds + 1, sizeof(*p->overhead));
	if (!p->bucket || !p->count || !p->drawn || !p->overhead) {
		packed_free(p);
		return -ENOMEM;
	}
	for (r = 0; r < each->nr_rounds; r++)
		for (b = 0; b < p->nr_buckets; b++)
			p->count[(size_t)r * p->nr_buckets + b] = each->round[r].hist[p->bucket[b]];
	return 0;
}

static int compare_u64(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return (x > y) - (x < y);
}

/* The median of what the clock cost in the rounds that were drawn. */
static u64 overhead_median(struct packed *p)
{
	u32 r, i, n = 0;

	for (r = 0; r < p->each->nr_rounds; r++)
		for (i = 0; i < p->drawn[r]; i++)
			p->overhead[n++] = p->each->round[r].overhead_ticks;
	qsort(p->overhead, n, sizeof(*p->overhead), compare_u64);
	return p->overhead[n / 2];
}

/* The percentiles of the rounds that were drawn, in the run's unit; NAN where there is none. */
static void percentiles_find(struct packed *p, double value[AMK_NR_PERCENTILES])
{
	u64 overhead = overhead_median(p), total = 0, seen = 0;
	u32 r, b, i = 0;

	for (r = 0; r < p->each->nr_rounds; r++)
		total += p->drawn[r] * p->each->round[r].ops;
	for (b = 0; b < p->nr_buckets; b++) {
		u64 low = amk_hist_low(p->bucket[b]);
		u64 ticks = low + (amk_hist_high(p->bucket[b]) - low) / 2;

		for (r = 0; r < p->each->nr_rounds; r++)
			seen += (u64)p->drawn[r] * p->count[(size_t)r * p->nr_buckets + b];
		/* Nearest rank: the least value with that share of all at or below it. */
		for (; i < AMK_NR_PERCENTILES && 100 * seen >= total * amk_percentiles[i]; i++)
			value[i] = ticks > overhead ?
					   (double)(ticks - overhead) / p->each->ticks_per_unit :
					   NAN;
	}
	for (i = 0; i < AMK_NR_PERCENTILES; i++) {
		u32 tail = amk_percentiles[i] < 50 ? amk_percentiles[i] : 100 - amk_percentiles[i];

		if (total * tail < 100)
			value[i] = NAN;
	}
}

static void draw_each_once(struct packed *p)
{
	u32 r;

	for (r = 0; r < p->each->nr_rounds; r++)
		p->drawn[r] = 1;
}

static void draw_anew(struct packed *p, struct amk_random *random)
{
	u32 n = p->each->nr_rounds, i;

	memset(p->drawn, 0, n * sizeof(*p->drawn));
	for (i = 0; i < n; i++)
		p->drawn[amk_random_below(random, n)]++;
}

/* The bounds between which 95 % of the ratios lie; NAN if one of them is no number. */
static void interval_set(struct amk_percentile_shift *shift, double *ratio)
{
	u32 i;

	shift->low = shift->high = NAN;
	for (i = 0; i < AMK_BOOTSTRAP_RESAMPLES; i++)
		if (isnan(ratio[i]))
			return;
	qsort(ratio, AMK_BOOTSTRAP_RESAMPLES, sizeof(*ratio), amk_cost_compare);
	shift->low = amk_cost_quantile(ratio, AMK_BOOTSTRAP_RESAMPLES, 0.025);
	shift->high = amk_cost_quantile(ratio, AMK_BOOTSTRAP_RESAMPLES, 0.975);
}

static int resample(struct packed *base, struct packed *head, u64 seed,
		    struct amk_percentile_shift shift[AMK_NR_PERCENTILES])
{
	double(*ratio)[AMK_BOOTSTRAP_RESAMPLES] = calloc(AMK_NR_PERCENTILES, sizeof(*ratio));
	double x[AMK_NR_PERCENTILES], y[AMK_NR_PERCENTILES];
	struct amk_random random = { .state = seed };
	u32 i, k;

	if (!ratio)
		return -ENOMEM;
	for (k = 0; k < AMK_BOOTSTRAP_RESAMPLES; k++) {
		draw_anew(base, &random);
		draw_anew(head, &random);
		percentiles_find(base, x);
		percentiles_find(head, y);
		for (i = 0; i < AMK_NR_PERCENTILES; i++)
			ratio[i][k] = y[i] / x[i];
	}
	for (i = 0; i < AMK_NR_PERCENTILES; i++)
		interval_set(&shift[i], ratio[i]);
	free(ratio);
	return 0;
}

static void shift_set(struct packed *base, struct packed *head,
		      struct amk_percentile_shift shift[AMK_NR_PERCENTILES])
{
	double x[AMK_NR_PERCENTILES], y[AMK_NR_PERCENTILES];
	u32 i;

	draw_each_once(base);
	draw_each_once(head);
	percentiles_find(base, x);
	percentiles_find(head, y);
	for (i = 0; i < AMK_NR_PERCENTILES; i++) {
		shift[i].base = x[i];
		shift[i].head = y[i];
		shift[i].ratio = y[i] / x[i];
	}
}

int amk_bootstrap_shift(const struct amk_each *base, const struct amk_each *head, u64 seed,
			struct amk_percentile_shift shift[AMK_NR_PERCENTILES])
{
	struct packed x, y;
	int failed = 0;
	u32 i;

	for (i = 0; i < AMK_NR_PERCENTILES; i++)
		shift[i] = (struct amk_percentile_shift){ NAN, NAN, NAN, NAN, NAN };
	if (!base->nr_rounds || !head->nr_rounds)
		return 0;
	if (packed_make(&x, base))
		return -ENOMEM;
	if (packed_make(&y, head)) {
		packed_free(&x);
		return -ENOMEM;
	}
	shift_set(&x, &y, shift);
	if (base->nr_rounds > 1 && head->nr_rounds > 1)
		failed = resample(&x, &y, seed, shift);
	packed_free(&x);
	packed_free(&y);
	return failed;
}
