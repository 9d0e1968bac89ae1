/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A run for each value of something that one run has one value of (nodes, threads, a state): an
 * option that sweeps makes a list of steps, and amk_run_sweep() does the rest.
 */
#ifndef AMK_RUN_SWEEP_H
#define AMK_RUN_SWEEP_H

#include "bench/run.h"

/* One of the runs. */
struct amk_run_step {
	char name[32]; /* its directory, below that of the sweep */
	char says[96]; /* what the line printed before it says of it */
	/* Sets what is this step's in @line; what it makes of value is its own business. */
	void (*set)(struct amk_run_line *line, const struct amk_run_step *step);
	s64 value[2];
};

/*
 * 0 if the @option that sweeps may stand beside what else is in @line, else 1 after one line: a
 * sweep is no run that can go on (--resume), and one mirror (--mirror) holds the records of one.
 */
int amk_run_sweep_check(const struct amk_run_line *line, const char *option);

/*
 * Makes the @nr_steps runs by @run, each in a child of its own, so that affinity, memory policy and
 * the like of one do not show in the next; in the directories of the steps below that of @line (by
 * default a new one in results), all by one seed. A step that fails does not keep the others from
 * being made; a signal ends the step under way and the sweep. The exit status: 0, or that of the
 * first step that failed. With line->then each run is handed to that program when it has ended;
 * with line->check the options of the first are checked, and nothing is made.
 */
int amk_run_sweep(struct amk_run_line *line, const struct amk_run_step *step, size_t nr_steps,
		  amk_run_fn *run);

#endif
