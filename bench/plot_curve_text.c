// SPDX-License-Identifier: GPL-2.0-only
/*
 * Curves over a fact as tables for people: a row a cell, a column a run, in rising order of what
 * the runs differ in. The numbers are those that would be drawn; where there is none stands a dash.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "bench/plot_curve.h"
#include "lib/user/size.h"

#define CELL_WIDTH 34
#define FIELD_WIDTH 9

/* The runs of a curve in the order of their columns. */
struct columns {
	const struct amk_over *over;
	size_t *run; /* numbers of over->plot->run */
	size_t nr;
};

static int by_x(const void *a, const void *b, void *arg)
{
	const struct amk_over *over = arg;
	size_t i = *(const size_t *)a, j = *(const size_t *)b;

	if (over->x[i] != over->x[j])
		return over->x[i] < over->x[j] ? -1 : 1;
	return i < j ? -1 : i > j;
}

static int columns_make(const struct amk_over *over, struct columns *c)
{
	size_t i;

	c->over = over;
	c->nr = over->plot->nr_runs;
	c->run = calloc(c->nr + 1, sizeof(*c->run));
	if (!c->run)
		return -ENOMEM;
	for (i = 0; i < c->nr; i++)
		c->run[i] = i;
	qsort_r(c->run, c->nr, sizeof(*c->run), by_x, (void *)over);
	return 0;
}

/* Three digits that count, with a letter for thousands where there are more. */
static void number_print(double v)
{
	static const char *const letters[] = { "", "k", "M", "G", "T" };
	char text[32];
	size_t i = 0;

	while (fabs(v) >= 9999.5 && i + 1 < AMK_ARRAY_SIZE(letters)) {
		v /= 1000;
		i++;
	}
	if (fabs(v) >= 100)
		snprintf(text, sizeof(text), "%.0f%s%s", v, i ? " " : "", letters[i]);
	else
		snprintf(text, sizeof(text), "%.3g%s%s", v, i ? " " : "", letters[i]);
	printf(" %*s", FIELD_WIDTH, text);
}

static void head_print(const struct columns *c, const struct amk_curve *curve)
{
	bool timed = amk_metrics[curve->metric].unit == AMK_UNIT_TICKS;
	const char *unit = timed ? c->over->plot->run[0].data.unit : "";
	size_t i;

	printf("\n%s: %s%s%s%s\n", curve->title, curve->label, *unit ? " [" : "", unit,
	       *unit ? "]" : "");
	printf("  %-*s", CELL_WIDTH, c->over->fact);
	for (i = 0; i < c->nr; i++)
		printf(" %*g", FIELD_WIDTH, c->over->x[c->run[i]]);
	putchar('\n');
}

/* The row of one cell, if it has two numbers. */
static void row_print(const struct columns *c, const struct amk_curve *curve,
		      const struct amk_strategy *strategy, u64 size_bytes,
		      struct amk_curve_point *point)
{
	size_t nr = amk_curve_points(c->over, curve, strategy, size_bytes, point), i, j;
	char cell[2 * AMK_NAME_LEN], size[AMK_SIZE_TEXT_LEN];

	if (!nr)
		return;
	snprintf(cell, sizeof(cell), "%s %s %s", amk_side_names[strategy->side], strategy->name,
		 size_bytes ? amk_size_text(size_bytes, size) : "");
	printf("  %-*s", CELL_WIDTH, cell);
	for (i = 0; i < c->nr; i++) {
		for (j = 0; j < nr && point[j].run != &c->over->plot->run[c->run[i]];)
			j++;
		if (j < nr)
			number_print(point[j].value);
		else
			printf(" %*s", FIELD_WIDTH, "-");
	}
	putchar('\n');
}

int amk_curve_print(const struct amk_over *over, const struct amk_curve *curve,
		    const struct amk_curve_set *set)
{
	struct amk_curve_point *point = calloc(over->plot->nr_runs + 1, sizeof(*point));
	struct columns c = { .run = NULL };
	int ret = point ? columns_make(over, &c) : -ENOMEM;
	size_t i, j;

	if (!ret) {
		head_print(&c, curve);
		for (i = 0; i < set->nr_strategies; i++)
			for (j = 0; j < set->nr_sizes; j++)
				row_print(&c, curve, set->strategy[i], set->size[j], point);
		over->plot->nr_tables++;
	}
	free(c.run);
	free(point);
	return ret;
}
