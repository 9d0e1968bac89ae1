/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Curves over a number that differs from run to run, such as the threads of a run or how broken up
 * memory was: the cells are the same in each, and each run gives a point of every line.
 */
#ifndef AMK_PLOT_OVER_H
#define AMK_PLOT_OVER_H

#include "bench/plot.h"
#include "lib/core/workload.h"

#define AMK_OVER_RUNS_MAX 256

/* How the metric of a cell becomes the value of a curve. */
enum amk_curve_of {
	AMK_CURVE_COST, /* median of rounds, and their range */
	AMK_CURVE_SHARE, /* the metric over the metric @per of the same cell */
	AMK_CURVE_WHOLE, /* of the attempts of frag, what came in one piece */
	AMK_CURVE_P50, /* of single operations */
	AMK_CURVE_P99,
	/*
	 * The value over x, in terms of that where x is least: 1 is twice as much at twice x. Of
	 * numbers of threads alone: over another fact there is none.
	 */
	AMK_CURVE_EFFICIENCY,
};

/* What of it is a line each; the other gets a panel each. */
enum amk_curve_line { AMK_CURVE_LINE_STRATEGY, AMK_CURVE_LINE_SIZE };

/* A kind of curves: from it as many pictures follow as it takes to draw all lines. */
struct amk_curve {
	const char *name; /* of the files, behind "over-FACT-" */
	const char *title; /* "TITLE, over FACT" */
	const char *label; /* of the value axis */
	const char *note; /* what the points mean */
	const char *workload;
	enum amk_metric_id metric;
	enum amk_metric_id per; /* of a share */
	enum amk_curve_of of;
	enum amk_scale scale;
	enum amk_curve_line line;
	u64 least_bytes; /* smaller sizes are left out */
	/* Whether the cells of @strategy belong to it; NULL: all do. */
	bool (*takes)(const struct amk_strategy *strategy);
};

/* The curves that are made for a workload; ended by one without a name. */
extern const struct amk_curve amk_curves[];

/* A plot over a fact. */
struct amk_over {
	struct amk_plot *plot;
	const char *fact;
	double *x; /* of each run of the plot */
	/* Which cells are drawn; nr_sizes 0: all sizes. */
	bool strategy[AMK_NR_STRATEGIES];
	const u64 *size;
	size_t nr_sizes;
};

/*
 * Finds what each run of over->plot has for over->fact. 0, or -errno with a one-line text in
 * @error: a run lacks it (-ENOENT), or it is no number or the same in all (-EINVAL). The numbers
 * are the caller's: free(over->x).
 */
int amk_over_find(struct amk_over *over, char error[AMK_ERROR_LEN]);

/* Draws @curve. 0; -ENODATA if no line of it has two points; else -errno, said on stderr. */
int amk_over_draw(const struct amk_over *over, const struct amk_curve *curve);

/*
 * Draws what the runs have of @workload and @metric (NULL, -1: of any): the curves that are made
 * for the workload, or else one for each metric. 0, or -errno said on stderr.
 */
int amk_over_draw_all(const struct amk_over *over, const struct amk_workload *workload, int metric);

/*
 * Draws into directory @out all curves of the @nr_runs runs of a sweep over the number that it goes
 * along (threads, index), of those that have it; @axes is the axis (axis.h) that it goes along, and
 * no number that the runs happen to differ in makes another curve. @plot says how, and has no runs.
 * 0, or -errno said on stderr.
 */
int amk_plot_curves(struct amk_plot *plot, u32 axes, const struct amk_plot_run *run, size_t nr_runs,
		    const char *out);

/* The cells of a curve. */
struct amk_curve_point {
	const struct amk_plot_run *run;
	double x;
	double value, low, high; /* low and high NaN: not known */
	u32 rounds;
};

/* What has a line or a panel. */
struct amk_curve_set {
	const struct amk_strategy *strategy[AMK_NR_STRATEGIES];
	size_t nr_strategies;
	u64 *size; /* rising */
	size_t nr_sizes;
};

/* Which cells of @curve have two points or more. 0, -ENODATA or -ENOMEM; free(set->size). */
int amk_curve_cells(const struct amk_over *over, const struct amk_curve *curve,
		    struct amk_curve_set *set);
/* The points of a cell into @point (room for each run), rising in x; returns how many. */
size_t amk_curve_points(const struct amk_over *over, const struct amk_curve *curve,
			const struct amk_strategy *strategy, u64 size_bytes,
			struct amk_curve_point *point);

#endif
