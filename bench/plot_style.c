// SPDX-License-Identifier: GPL-2.0-only
/*
 * Colour, point and dash of each series. The colours are those of Okabe and Ito, which all common
 * kinds of colour vision tell apart; user space takes them from the cool end and draws solid,
 * the kernel from the warm end and draws dashed, so that a plot in black and white says the same.
 * A strategy keeps its colour over the runs of a plot; the runs differ in weight and fill.
 */
#include <string.h>

#include "bench/plot.h"

enum hue { BLUE, VERMILLION, GREEN, PURPLE, SKY, ORANGE, BLACK, YELLOW, NR_HUES };

static const u32 rgb[NR_HUES] = {
	[BLUE] = 0x0072b2, [VERMILLION] = 0xd55e00, [GREEN] = 0x009e73, [PURPLE] = 0xcc79a7,
	[SKY] = 0x56b4e9,  [ORANGE] = 0xe69f00,	    [BLACK] = 0x000000, [YELLOW] = 0xf0e442,
};

static const enum hue preferred[AMK_NR_SIDES][NR_HUES] = {
	[AMK_SIDE_user] = { BLUE, GREEN, SKY, BLACK, PURPLE, ORANGE, VERMILLION, YELLOW },
	[AMK_SIDE_kernel] = { VERMILLION, PURPLE, ORANGE, BLACK, SKY, GREEN, BLUE, YELLOW },
};

/* Points of gnuplot that come filled (first run) and open (second). */
static const struct {
	u32 filled, open;
} points[] = {
	{ 7, 6 }, { 5, 4 }, { 9, 8 }, { 11, 10 }, { 13, 12 }, { 15, 14 }, { 3, 3 }, { 1, 1 }
};

/* The ways that everyone asks about look the same in every plot. */
static const struct {
	enum amk_strategy_id id;
	enum hue hue;
} homes[] = {
	{ AMK_STRATEGY_ID_user_malloc, BLUE },	     { AMK_STRATEGY_ID_user_mmap, GREEN },
	{ AMK_STRATEGY_ID_user_mmap_populate, SKY }, { AMK_STRATEGY_ID_kernel_kmalloc, VERMILLION },
	{ AMK_STRATEGY_ID_kernel_vmalloc, PURPLE },
};

/* The hue kept for @strategy, or NR_HUES. */
static enum hue home_of(const struct amk_strategy *strategy)
{
	size_t i;

	for (i = 0; i < AMK_ARRAY_SIZE(homes); i++)
		if (strategy == &amk_strategies[homes[i].id])
			return homes[i].hue;
	return NR_HUES;
}

/* The hue of @strategy: its own, or the first of its side that is free. */
static enum hue hue_take(const struct amk_strategy *strategy, u32 *taken)
{
	enum hue home = home_of(strategy);
	u32 i = 0;

	if (home < NR_HUES)
		return home;
	if (*taken == (1U << NR_HUES) - 1)
		*taken = 0;
	while (*taken & 1U << preferred[strategy->side][i])
		i++;
	*taken |= 1U << preferred[strategy->side][i];
	return preferred[strategy->side][i];
}

/* The hues that are nobody else's in @table, because their strategy is in it. */
static u32 hues_kept(const struct amk_table *table)
{
	u32 taken = 0;
	size_t i;

	for (i = 0; i < table->nr; i++)
		if (home_of(table->block[i].series.strategy) < NR_HUES)
			taken |= 1U << home_of(table->block[i].series.strategy);
	return taken;
}

/*
 * Half way to black, for the third run and the fourth: a lighter one would be lost on white, and in
 * print. Black itself becomes grey.
 */
static u32 darker(u32 colour)
{
	return colour ? colour >> 1 & 0x7f7f7f : 0x808080;
}

/* The first of the @nr blocks before that draws @strategy, or NULL. */
static const struct amk_series *same_strategy(const struct amk_table *table, size_t nr,
					      const struct amk_strategy *strategy)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (table->block[i].series.strategy == strategy)
			return &table->block[i].series;
	return NULL;
}

/* What most of the strategy's largest range is mapped by, as the kernel half read it, or NULL. */
static const char *mapped_by(const struct amk_series *s)
{
	static const struct {
		enum amk_metric_id metric;
		const char *text;
	} level[] = { { AMK_METRIC_frames_4k, "4 KiB" },
		      { AMK_METRIC_frames_64k, "64 KiB" },
		      { AMK_METRIC_frames_2m, "2 MiB" },
		      { AMK_METRIC_frames_1g, "1 GiB" } };
	const char *text = NULL;
	double most = 0;
	u64 largest = 0;
	size_t i, k;

	for (i = 0; i < s->run->nr_summary; i++) {
		const struct amk_summary *cell = &s->run->summary[i];

		for (k = 0; k < AMK_ARRAY_SIZE(level); k++) {
			if (cell->strategy != s->strategy || cell->status != AMK_STATUS_OK ||
			    cell->metric != &amk_metrics[level[k].metric] ||
			    cell->size_bytes < largest)
				continue;
			if (cell->size_bytes > largest)
				most = 0;
			largest = cell->size_bytes;
			if (cell->cost > most) {
				most = cell->cost;
				text = level[k].text;
			}
		}
	}
	return text;
}

static void label(const struct amk_plot *plot, const struct amk_plot_figure *figure,
		  struct amk_series *s)
{
	const char *mapped = figure->mapped ? mapped_by(s) : NULL;

	snprintf(s->label, sizeof(s->label), "%s (%s%s%.400s%s%s)", s->strategy->name,
		 amk_side_names[s->strategy->side], plot->nr_runs > 1 ? ", " : "",
		 plot->nr_runs > 1 ? s->run->label : "", mapped ? ", mapped by " : "",
		 mapped ? mapped : "");
}

/* What the run changes: weight and fill with the second, a darker colour from the third on. */
static void run_style(struct amk_series *s, size_t run)
{
	u32 shape = s->point % AMK_ARRAY_SIZE(points);

	s->thin = run % 2;
	s->point = s->thin ? points[shape].open : points[shape].filled;
	if (run > 1)
		s->colour = darker(s->colour);
}

void amk_series_style(const struct amk_plot *plot, struct amk_table *table)
{
	const struct amk_series *twin;
	struct amk_series *s;
	u32 taken = hues_kept(table), nr_shapes = 0;
	size_t i;

	/* First point is the number of a shape, for the twins to find. */
	for (i = 0; i < table->nr; i++) {
		s = &table->block[i].series;
		twin = same_strategy(table, i, s->strategy);
		s->point = twin ? twin->point : nr_shapes++;
		s->colour = twin ? twin->colour : rgb[hue_take(s->strategy, &taken)];
		s->dashed = s->strategy->side == AMK_SIDE_kernel;
		label(plot, table->figure, s);
	}
	for (i = 0; i < table->nr; i++)
		run_style(&table->block[i].series,
			  (size_t)(table->block[i].series.run - plot->run));
}
