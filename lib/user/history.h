/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Many runs in the order of time: which of them form a series, what each cell's cost was in each,
 * and where it changed its level.
 *
 * Of a run no more is kept than the median of each cell, so a thousand runs fit into memory. Runs
 * that may not be compared are in groups of their own.
 */
#ifndef AMK_HISTORY_H
#define AMK_HISTORY_H

#include "lib/user/costs.h"
#include "lib/user/cusum.h"

struct amk_history_run {
	char *path;
	char *id;
	char *created; /* UTC, ISO 8601 */
	char *kernel;
	double *median; /* by cell of the group; NAN where the run has none, or nr_cells is less */
	bool *constant; /* the rounds were all the same */
	size_t nr_cells; /* of the group, when the run was added */
};

/* One metric of one cell over the runs of a group. */
struct amk_history_cell {
	struct amk_cost_cell key; /* names, size, metric; costs of its own it has none */
	size_t place; /* of its figures in each run's arrays */
	size_t nr_runs; /* that have a figure */
	bool exact; /* its changes are steps: no chance is in it */
	struct amk_change *change; /* at counts all runs of the group */
	size_t nr_changes;
};

/* Runs that may be compared with each other, ordered by time. */
struct amk_history_group {
	struct amk_run_data first; /* the manifest of the first that was read: what it is like */
	char apart[AMK_ERROR_LEN]; /* what keeps it from the history's first group; "" */
	struct amk_history_run *run;
	size_t nr_runs;
	struct amk_history_cell *cell; /* by amk_cost_cell_compare(), once finished */
	size_t nr_cells;
	/* Of the reading. */
	size_t runs_room;
	size_t cells_room;
	void *tree;
};

struct amk_history {
	struct amk_history_group **group; /* ordered by the number of runs, most first */
	size_t nr_groups;
	u32 across; /* set of axes (axis.h) that may differ within a group */
	size_t left_out; /* runs that are in it already, by their id */
};

/*
 * Adds the run in directory @path. 0, or -errno with a one-line text; what could not be read is
 * then not in the history.
 */
int amk_history_add(struct amk_history *history, const char *path, char error[AMK_ERROR_LEN]);

/*
 * Orders the runs by time and finds each cell's changes. 0 or -ENOMEM.
 */
int amk_history_finish(struct amk_history *history, const struct amk_cusum_options *options);

void amk_history_free(struct amk_history *history);

/* The figure of @cell in @run of the same group; NAN: none. */
double amk_history_figure(const struct amk_history_run *run, const struct amk_history_cell *cell);

/*
 * By how much change @change made @cell worse: 0.03 is 3 % worse, below 0 better; for a metric of
 * which neither way is better, how far apart the levels are. INFINITY: from 0, or to it.
 */
double amk_history_worse(const struct amk_history_cell *cell, const struct amk_change *change);

#endif
