// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which lines there are to draw: the sweep over the five ways that everyone asks about, and for
 * each family its latency hot (pair), cold (burst) and touched, where its memory lies, and what a
 * load from it costs. A figure is a list of columns and of the panels that draw them.
 */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "bench/plot.h"

/* The columns of a timed metric of a workload, in the order of enum timed. */
#define TIMED(prefix, on, id)                                                                   \
	{ prefix "_line", true, on, AMK_METRIC_##id, AMK_PICK_LINE, NULL },                     \
		{ prefix "_p5", true, on, AMK_METRIC_##id, AMK_PICK_P5, NULL },                 \
		{ prefix "_p50", true, on, AMK_METRIC_##id, AMK_PICK_P50, NULL },               \
		{ prefix "_p95", true, on, AMK_METRIC_##id, AMK_PICK_P95, NULL },               \
		{ prefix "_cost", true, on, AMK_METRIC_##id, AMK_PICK_COST, NULL },             \
		{ prefix "_cost_min", true, on, AMK_METRIC_##id, AMK_PICK_COST_MIN, NULL },     \
		{ prefix "_cost_max", true, on, AMK_METRIC_##id, AMK_PICK_COST_MAX, NULL },     \
		{ prefix "_rounds", false, on, AMK_METRIC_##id, AMK_PICK_ROUNDS, NULL },        \
		{ prefix "_operations", false, on, AMK_METRIC_##id, AMK_PICK_EACH_OPS, NULL },  \
	{                                                                                       \
		prefix "_refused_next", false, on, AMK_METRIC_##id, AMK_PICK_REFUSED_NEXT, NULL \
	}

enum timed { LINE, P5, P50, P95, COST, COST_MIN, COST_MAX, ROUNDS, OPERATIONS, REFUSED, NR_TIMED };

/* The panel of the @n-th timed metric of a figure: median, band, and the block's cost as points. */
#define TIMED_PANEL(n, title, label)                                                       \
	{                                                                                  \
		title, label, AMK_SCALE_LOG, true, (n)*NR_TIMED + P5, (n)*NR_TIMED + LINE, \
			(n)*NR_TIMED + P95, (n)*NR_TIMED + COST, (n)*NR_TIMED + REFUSED    \
	}

/* A panel of a line alone, its column @at. */
#define LINE_PANEL(at, title, label, scale, timed)             \
	{                                                      \
		title, label, scale, timed, -1, at, -1, -1, -1 \
	}

static const char timed_note[] =
	"points: cost of many in a row, median of rounds · line and band: median, p5 to p95 of "
	"single operations (line: the cost where none was timed)";

static const struct amk_column sweep_columns[] = {
	TIMED("pair", "pair", lat_pair),
	TIMED("alloc", "burst-fifo", lat_alloc),
};
static const struct amk_panel sweep_panels[] = {
	TIMED_PANEL(0, "hot: allocate and free at once (pair)", "one allocation and its release"),
	TIMED_PANEL(1, "cold: allocate in bursts (burst-fifo)", "one allocation"),
};
static const struct amk_column pair_columns[] = { TIMED("pair", "pair", lat_pair) };
static const struct amk_panel pair_panels[] = {
	TIMED_PANEL(0, "", "one allocation and its release"),
};
static const struct amk_column burst_columns[] = {
	TIMED("alloc", "burst-fifo", lat_alloc),
	TIMED("free", "burst-fifo", lat_free),
};
static const struct amk_panel burst_panels[] = {
	TIMED_PANEL(0, "allocation", "one allocation"),
	TIMED_PANEL(1, "release", "one release"),
};
static const struct amk_column touch_columns[] = { TIMED("touch", "touch", lat_touch) };
static const struct amk_panel touch_panels[] = {
	TIMED_PANEL(0, "", "one allocation, a write to each page, its release"),
};

enum { CONTIG_FRAMES, CONTIG_RUNS, CONTIG_LARGEST, CONTIG_ROUNDS, CONTIG_SHARE };

/* Of the neighbours in the range, how many are neighbours in memory: 1 is one run. */
static double share_adjacent(const double *row)
{
	if (isnan(row[CONTIG_RUNS]) || !(row[CONTIG_FRAMES] > 1))
		return NAN;
	return (row[CONTIG_FRAMES] - row[CONTIG_RUNS]) / (row[CONTIG_FRAMES] - 1);
}

#define COUNTED(name, id)                                                   \
	{                                                                   \
		name, false, "contig", AMK_METRIC_##id, AMK_PICK_COST, NULL \
	}
static const struct amk_column contig_columns[] = {
	COUNTED("frames", frames),
	COUNTED("runs", runs),
	COUNTED("run_largest_frames", run_largest),
	{ "rounds", false, "contig", AMK_METRIC_runs, AMK_PICK_ROUNDS, NULL },
	{ "share_adjacent", false, NULL, 0, 0, share_adjacent },
	COUNTED("frames_4k", frames_4k),
	COUNTED("frames_64k", frames_64k),
	COUNTED("frames_2m", frames_2m),
	COUNTED("frames_1g", frames_1g),
};
static const struct amk_panel contig_panels[] = {
	LINE_PANEL(CONTIG_LARGEST, "largest run of consecutive frames", "page frames",
		   AMK_SCALE_LOG, false),
	LINE_PANEL(CONTIG_RUNS, "number of runs", "runs", AMK_SCALE_LOG, false),
	LINE_PANEL(CONTIG_SHARE, "share of adjacent frames", "(frames − runs) / (frames − 1)",
		   AMK_SCALE_SHARE, false),
};

enum { CHASE_PAGE, CHASE_DENSE, CHASE_ROUNDS, CHASE_EXTRA };

static double page_less_dense(const double *row)
{
	return row[CHASE_PAGE] - row[CHASE_DENSE];
}

static const struct amk_column chase_columns[] = {
	{ "load_page", true, "chase", AMK_METRIC_lat_load_page, AMK_PICK_COST, NULL },
	{ "load_dense", true, "chase", AMK_METRIC_lat_load_dense, AMK_PICK_COST, NULL },
	{ "rounds", false, "chase", AMK_METRIC_lat_load_page, AMK_PICK_ROUNDS, NULL },
	{ "extra", true, NULL, 0, 0, page_less_dense },
};
static const struct amk_panel chase_panels[] = {
	LINE_PANEL(CHASE_PAGE, "one line a page", "one dependent load", AMK_SCALE_LOG, true),
	LINE_PANEL(CHASE_DENSE, "as many lines, packed densely", "one dependent load",
		   AMK_SCALE_LOG, true),
	LINE_PANEL(CHASE_EXTRA, "the difference: what translation adds", "one dependent load",
		   AMK_SCALE_LINEAR, true),
};

enum {
	OVERHEAD_REQUESTED,
	OVERHEAD_USABLE,
	OVERHEAD_RESIDENT,
	OVERHEAD_DRAINED,
	OVERHEAD_TRIMMED,
	OVERHEAD_ROUNDS,
	OVERHEAD_LIVE,
	OVERHEAD_KEPT
};

static double live_share(const double *row)
{
	return row[OVERHEAD_RESIDENT] / row[OVERHEAD_REQUESTED];
}

static double kept_share(const double *row)
{
	return row[OVERHEAD_DRAINED] / row[OVERHEAD_REQUESTED];
}

#define HELD(name, id)                                                                 \
	{                                                                              \
		name, false, "overhead", AMK_METRIC_overhead_##id, AMK_PICK_COST, NULL \
	}
static const struct amk_column overhead_columns[] = {
	HELD("requested_bytes", requested),
	HELD("usable_bytes", usable),
	HELD("resident_bytes", resident),
	HELD("drained_bytes", drained),
	HELD("trimmed_bytes", trimmed),
	{ "rounds", false, "overhead", AMK_METRIC_overhead_resident, AMK_PICK_ROUNDS, NULL },
	{ "resident_per_requested", false, NULL, 0, 0, live_share },
	{ "drained_per_requested", false, NULL, 0, 0, kept_share },
};
static const struct amk_panel overhead_panels[] = {
	LINE_PANEL(OVERHEAD_LIVE, "all objects live", "bytes held for a byte asked for",
		   AMK_SCALE_LINEAR, false),
	LINE_PANEL(OVERHEAD_KEPT, "all objects freed", "bytes held for a byte that was asked for",
		   AMK_SCALE_LINEAR, false),
};

/* A kind of figure: drawn for each family, and for the headline strategies if it has a headline. */
struct kind {
	const char *name; /* FAMILY-name */
	const char *title; /* "FAMILY: title" */
	const char *headline; /* name of that figure, or NULL */
	const char *headline_title;
	const char *note;
	const struct amk_column *column;
	size_t nr_columns;
	const struct amk_panel *panel;
	size_t nr_panels;
	bool timed;
};

#define COLUMNS(which)                                                    \
	which##_columns, AMK_ARRAY_SIZE(which##_columns), which##_panels, \
		AMK_ARRAY_SIZE(which##_panels)

static const struct kind kinds[] = {
	{ "pair", "allocate and free at once, hot (pair)", NULL, NULL, timed_note, COLUMNS(pair),
	  true },
	{ "burst", "allocate in bursts, then free, cold (burst-fifo)", NULL, NULL, timed_note,
	  COLUMNS(burst), true },
	{ "touch", "allocate, write to each page, free (touch)", NULL, NULL, timed_note,
	  COLUMNS(touch), true },
	{ "contiguity", "how it lies in physical memory", "contiguity",
	  "Contiguity: how memory lies in physical memory",
	  "median of rounds · only ranges of two frames or more have neighbours", COLUMNS(contig),
	  false },
	{ "chase", "what a load from it costs (chase)", "chase",
	  "Translation: what a load costs when each is on a page of its own",
	  "each load waits for the one before, along one random cycle over the range · median of"
	  " rounds",
	  COLUMNS(chase), true },
	{ "overhead", "memory held beyond what was asked for (overhead)", NULL, NULL,
	  "up to 16 MiB of objects of one size, every page written to · median of rounds",
	  COLUMNS(overhead), false },
};

/* The ways that everyone asks about. */
static const enum amk_strategy_id sweep_ids[] = {
	AMK_STRATEGY_ID_user_malloc,	    AMK_STRATEGY_ID_user_mmap,
	AMK_STRATEGY_ID_user_mmap_populate, AMK_STRATEGY_ID_kernel_kmalloc,
	AMK_STRATEGY_ID_kernel_vmalloc,
};

/* And where the mapping makes a difference, the huge ones too. */
static const enum amk_strategy_id mapping_ids[] = {
	AMK_STRATEGY_ID_user_malloc,	     AMK_STRATEGY_ID_user_mmap_populate,
	AMK_STRATEGY_ID_user_mmap_thp,	     AMK_STRATEGY_ID_user_hugetlb_2m,
	AMK_STRATEGY_ID_kernel_kmalloc,	     AMK_STRATEGY_ID_kernel_vmalloc,
	AMK_STRATEGY_ID_kernel_vmalloc_huge,
};

static void strategies_set(struct amk_plot_figure *figure, const enum amk_strategy_id *id,
			   size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++)
		figure->strategy[i] = &amk_strategies[id[i]];
	figure->nr_strategies = nr;
}

static void family_set(struct amk_plot_figure *figure, enum amk_family_id family)
{
	size_t i;

	figure->nr_strategies = 0;
	for (i = 0; i < AMK_NR_STRATEGIES; i++)
		if (amk_strategies[i].family == family)
			figure->strategy[figure->nr_strategies++] = &amk_strategies[i];
}

static void figure_of(struct amk_plot_figure *figure, const struct kind *kind)
{
	figure->note = kind->note;
	figure->timed = kind->timed;
	figure->mapped = kind->column == chase_columns;
	figure->column = kind->column;
	figure->nr_columns = kind->nr_columns;
	figure->panel = kind->panel;
	figure->nr_panels = kind->nr_panels;
}

int amk_plot_note(struct amk_plot *plot, const char *name, int ret)
{
	size_t len = strlen(plot->absent);

	if (ret != -ENODATA)
		return ret;
	snprintf(plot->absent + len, sizeof(plot->absent) - len, "%s%s", len ? " " : "", name);
	return 0;
}

/* Draws @figure; @missing: there is nothing of it in the records. */
static int figure_try(struct amk_plot *plot, const struct amk_plot_figure *figure, bool *missing)
{
	int ret;

	*missing = false;
	/* Said once, by the command. */
	if (figure->timed && plot->units_differ)
		return 0;
	ret = amk_figure_draw(plot, figure);
	*missing = ret == -ENODATA;
	return *missing ? 0 : ret;
}

static int sweep(struct amk_plot *plot)
{
	static const struct kind kind = {
		.note = timed_note,
		.column = sweep_columns,
		.nr_columns = AMK_ARRAY_SIZE(sweep_columns),
		.panel = sweep_panels,
		.nr_panels = AMK_ARRAY_SIZE(sweep_panels),
		.timed = true,
	};
	struct amk_plot_figure figure;
	bool missing;
	int ret;

	figure_of(&figure, &kind);
	snprintf(figure.name, sizeof(figure.name), "sweep");
	snprintf(figure.title, sizeof(figure.title),
		 "Sweep: what an allocation costs, by size and way of allocating");
	strategies_set(&figure, sweep_ids, AMK_ARRAY_SIZE(sweep_ids));
	ret = figure_try(plot, &figure, &missing);
	return missing ? amk_plot_note(plot, figure.name, -ENODATA) : ret;
}

/* What of the kinds and families there is nothing of. */
struct gaps {
	bool headline[AMK_ARRAY_SIZE(kinds)];
	bool family[AMK_ARRAY_SIZE(kinds)][AMK_NR_FAMILIES];
	u32 drawn_of_kind[AMK_ARRAY_SIZE(kinds)];
	u32 drawn_of_family[AMK_NR_FAMILIES];
};

static int headlines(struct amk_plot *plot, struct gaps *gaps)
{
	struct amk_plot_figure figure;
	size_t i;
	int ret = sweep(plot);

	for (i = 0; !ret && i < AMK_ARRAY_SIZE(kinds); i++) {
		if (!kinds[i].headline)
			continue;
		figure_of(&figure, &kinds[i]);
		snprintf(figure.name, sizeof(figure.name), "%s", kinds[i].headline);
		snprintf(figure.title, sizeof(figure.title), "%s", kinds[i].headline_title);
		strategies_set(&figure, mapping_ids, AMK_ARRAY_SIZE(mapping_ids));
		ret = figure_try(plot, &figure, &gaps->headline[i]);
	}
	return ret;
}

static int family(struct amk_plot *plot, enum amk_family_id id, struct gaps *gaps)
{
	struct amk_plot_figure figure;
	size_t i;
	int ret = 0;

	for (i = 0; !ret && i < AMK_ARRAY_SIZE(kinds); i++) {
		figure_of(&figure, &kinds[i]);
		snprintf(figure.name, sizeof(figure.name), "%s-%s", amk_families[id].name,
			 kinds[i].name);
		snprintf(figure.title, sizeof(figure.title), "Family %s: %s", amk_families[id].name,
			 kinds[i].title);
		family_set(&figure, id);
		ret = figure_try(plot, &figure, &gaps->family[i][id]);
		gaps->drawn_of_kind[i] += !gaps->family[i][id];
		gaps->drawn_of_family[id] += !gaps->family[i][id];
	}
	return ret;
}

static void gap_note(struct amk_plot *plot, const char *prefix, const char *name)
{
	char text[128];

	snprintf(text, sizeof(text), "%s%s", prefix, name);
	amk_plot_note(plot, text, -ENODATA);
}

/*
 * Notes what is missing, each thing once: a kind that there is nothing of, whatever the family; of
 * a family that has plots, those it lacks; and one that was asked for and has none.
 */
static void gaps_note(struct amk_plot *plot, const struct amk_choice *choice,
		      const struct gaps *gaps)
{
	char prefix[AMK_NAME_LEN + 2];
	size_t i;
	u32 id;

	for (i = 0; i < AMK_ARRAY_SIZE(kinds); i++) {
		if (!gaps->drawn_of_kind[i])
			gap_note(plot, "", kinds[i].name);
		else if (gaps->headline[i])
			gap_note(plot, "", kinds[i].headline);
	}
	for (id = 0; id < AMK_NR_FAMILIES; id++) {
		snprintf(prefix, sizeof(prefix), "%s-", amk_families[id].name);
		if (choice->family[id] && !gaps->drawn_of_family[id] && !choice->all_families)
			gap_note(plot, prefix, "*");
		for (i = 0; i < AMK_ARRAY_SIZE(kinds) && gaps->drawn_of_family[id]; i++)
			if (gaps->family[i][id] && gaps->drawn_of_kind[i])
				gap_note(plot, prefix, kinds[i].name);
	}
}

int amk_plot_lines(struct amk_plot *plot, const struct amk_choice *choice)
{
	struct gaps gaps = { .headline = { false } };
	int ret = choice->all_families ? headlines(plot, &gaps) : 0;
	u32 id;

	for (id = 0; !ret && id < AMK_NR_FAMILIES; id++)
		if (choice->family[id])
			ret = family(plot, id, &gaps);
	if (!ret)
		gaps_note(plot, choice, &gaps);
	return ret;
}
