/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the parts of `allocmark history` share: which cells are looked at, and the forms they are
 * shown in.
 */
#ifndef AMK_BENCH_HISTORY_H
#define AMK_BENCH_HISTORY_H

#include "lib/user/history.h"
#include "lib/user/size.h"

/* SIDE:STRATEGY:WORKLOAD:SIZE[:METRIC] of --cell; what is * fits anything. */
struct amk_cell_pattern {
	char *text; /* copy of the word, that the names point into */
	const char *side; /* NULL: any */
	const char *strategy;
	const char *workload;
	const char *metric;
	struct amk_size_span size; /* 0, 0: any */
};

struct amk_history_view {
	struct amk_history history;
	struct amk_cusum_options options;
	struct amk_cell_pattern *pattern;
	size_t nr_patterns; /* 0: all cells */
	size_t limit; /* rows of the table, and pictures, of a group; 0: no limit */
	bool all; /* show cells without a change, too */
	const char *plot; /* directory of pictures, or NULL */
	size_t nr_unread; /* runs that were found but could not be read */
};

/* A cell of a group as it is shown: by its latest change. */
struct amk_history_item {
	const struct amk_history_group *group;
	const struct amk_history_cell *cell;
	const struct amk_change *change; /* NULL: none */
	double worse; /* of the change: amk_history_worse() */
};

/*
 * The cells of @group that were chosen, worst latest change first, those without one last and only
 * if they were asked for. An array to be freed, its length in *@nr; NULL: no memory.
 */
struct amk_history_item *amk_history_items(const struct amk_history_view *view,
					   const struct amk_history_group *group, size_t *nr);

/* "regressed", "improved", "changed" or "steady". */
const char *amk_history_verdict(const struct amk_history_item *item);

/* Print the table, and every change of every chosen cell as TSV. 0 or -ENOMEM. */
int amk_history_table(const struct amk_history_view *view);
int amk_history_tsv(const struct amk_history_view *view);

/* Draws the chosen cells, a picture each. An exit status; what is wrong has been said. */
int amk_history_plot(const struct amk_history_view *view);

/*
 * Adds every run at or below @path. 0, or -errno with a one-line text. What is found below @path
 * and cannot be read is said on stderr and left out; @path itself, if it is a run, must be one.
 */
int amk_history_collect(struct amk_history_view *view, const char *path, char error[AMK_ERROR_LEN]);

#endif
