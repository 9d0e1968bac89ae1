// SPDX-License-Identifier: GPL-2.0-only
/*
 * The section of overhead at the terminal: see overhead.h. A ratio of bytes to bytes asked for, so
 * that sizes and numbers of objects can be compared.
 */
#include "bench/overhead.h"

#include <math.h>
#include <stdio.h>

#include "lib/user/size.h"

#define COLUMNS_MAX 4

/* The sizes worth a column, in the order of their worth; past these a run's own, from the least. */
static const u64 column_sizes[] = { 64, 4096, 262144, 8, 512, 32768, 2097152 };

struct section {
	const struct amk_summary *s;
	size_t n;
	u64 size[COLUMNS_MAX];
	u32 nr_sizes;
};

static bool is_overhead(const struct amk_summary *s)
{
	return s->metric == &amk_metrics[AMK_METRIC_overhead_requested] && s->cost > 0;
}

static void size_add(struct section *c, u64 size)
{
	u32 at = 0, i;

	while (at < c->nr_sizes && c->size[at] < size)
		at++;
	if (c->nr_sizes == COLUMNS_MAX || (at < c->nr_sizes && c->size[at] == size))
		return;
	for (i = c->nr_sizes; i > at; i--)
		c->size[i] = c->size[i - 1];
	c->size[at] = size;
	c->nr_sizes++;
}

static void sizes_choose(struct section *c)
{
	size_t i, k;

	for (k = 0; k < AMK_ARRAY_SIZE(column_sizes); k++)
		for (i = 0; i < c->n; i++)
			if (is_overhead(&c->s[i]) && c->s[i].size_bytes == column_sizes[k])
				size_add(c, column_sizes[k]);
	for (i = 0; i < c->n; i++)
		if (is_overhead(&c->s[i]))
			size_add(c, c->s[i].size_bytes);
}

/* Of @metric, bytes for a byte asked for; NAN: not known. */
static double share(const struct section *c, const struct amk_strategy *strategy, u64 size,
		    enum amk_metric_id metric)
{
	const struct amk_summary *asked = amk_summary_find(c->s, c->n, strategy->side,
							   strategy->name, "overhead", size,
							   AMK_METRIC_overhead_requested);
	const struct amk_summary *held = amk_summary_find(c->s, c->n, strategy->side,
							  strategy->name, "overhead", size, metric);

	return asked && held && asked->cost > 0 ? held->cost / asked->cost : (double)NAN;
}

static void share_print(double x, char end)
{
	if (isnan(x))
		printf("%5s%c", "-", end);
	else
		printf(x < 100 ? "%5.2f%c" : "%5.0f%c", x, end);
}

static void row_print(const struct section *c, const struct amk_strategy *strategy)
{
	u32 i;

	printf("%-17s", strategy->name);
	for (i = 0; i < c->nr_sizes; i++) {
		fputs("  ", stdout);
		share_print(share(c, strategy, c->size[i], AMK_METRIC_overhead_resident), ' ');
		share_print(share(c, strategy, c->size[i], AMK_METRIC_overhead_drained), ' ');
		share_print(share(c, strategy, c->size[i], AMK_METRIC_overhead_trimmed),
			    i + 1 < c->nr_sizes ? ' ' : '\n');
	}
}

void amk_overhead_print(const struct amk_summary *s, size_t n)
{
	struct section c = { .s = s, .n = n };
	const struct amk_strategy *last = NULL;
	char text[AMK_SIZE_TEXT_LEN];
	size_t i;

	sizes_choose(&c);
	if (!c.nr_sizes)
		return;
	puts("\noverhead: bytes held for a byte asked for: all live, all freed, given back when "
	     "asked to");
	printf("%-17s", "strategy");
	for (i = 0; i < c.nr_sizes; i++)
		printf("  %17s%s", amk_size_text(c.size[i], text), i + 1 < c.nr_sizes ? " " : "\n");
	for (i = 0; i < n; i++) {
		if (!is_overhead(&s[i]) || s[i].strategy == last)
			continue;
		last = s[i].strategy;
		row_print(&c, last);
	}
}
