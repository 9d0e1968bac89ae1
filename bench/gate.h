/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * allocmark gate: a run against a baseline, by thresholds, to an exit status.
 */
#ifndef AMK_GATE_H
#define AMK_GATE_H

#include "lib/user/comparison.h"
#include "lib/user/thresholds.h"

enum amk_gate_status {
	AMK_GATE_PASS = 0,
	AMK_GATE_REGRESSED = 1,
	AMK_GATE_ERROR = 2,
	AMK_GATE_UNDECIDED = 3, /* not comparable, invalid or inconclusive */
};

/* The command line; NULL: not given. */
struct amk_gate_line {
	const char *baseline;
	const char *run;
	const char *thresholds;
	const char *baseline_build; /* directories with an executable allocmark */
	const char *build;
	const char *keep; /* where the runs of a re-measurement stay */
	u32 rounds; /* of a re-measurement */
	bool remeasure;
	bool quiet;
	u32 across;
};

struct amk_gate {
	const struct amk_gate_line *line;
	struct amk_thresholds thresholds;
	struct amk_costs base;
	struct amk_costs head;
	struct amk_comparison comparison;
	char **note; /* texts that cells point to */
	size_t nr_notes;
	size_t nr_failed; /* cells that count */
	size_t nr_warned; /* that a rule only warns about */
	size_t nr_cleared; /* flagged, and not confirmed when measured again */
	size_t nr_doubted; /* timed ones that failed once and were not measured again */
	size_t nr_open; /* inconclusive where a rule says that this fails */
	char control[AMK_ERROR_LEN]; /* why a run is invalid; "": it is not */
	char unsteady[AMK_ERROR_LEN]; /* why times of two runs may not be trusted, or "" */
	char remark[AMK_ERROR_LEN]; /* on the check of the controls, or "" */
	char error[AMK_ERROR_LEN];
};

/* Keeps a text for a cell's note, made as printf() makes it; "" when there is no memory. */
const char *amk_gate_note(struct amk_gate *gate, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The rule of a comparison of @data, a struct amk_gate: its thresholds. */
void amk_gate_rule(const struct amk_comparison_cell *cell, struct amk_comparison_limits *limits,
		   void *data);

/* The options of the gate's comparisons. */
void amk_gate_options(struct amk_gate *gate, struct amk_comparison_options *options);

/*
 * Decides which cells of the comparison count as failures, and which are a warning. Fills their
 * notes and the counts.
 */
void amk_gate_judge(struct amk_gate *gate);

/*
 * Compares each strategy of @run with itself under its second name. 0, with gate->control filled
 * where the two differ, or -errno with gate->error.
 */
int amk_gate_control(struct amk_gate *gate, const struct amk_costs *run);

/*
 * Fills gate->unsteady where the cost of null, the same instructions in all builds, moved within or
 * between the runs by so much that not the code but the machine did. "" without null in both.
 */
void amk_gate_steady(struct amk_gate *gate);

/*
 * Measures the failed cells again, base and head by turns, and clears those that are not confirmed.
 * 0; -errno with gate->error when it was to be done and failed. What cannot be measured again here
 * says so in its note; a time among it is no failure but in doubt, unless one measurement is to
 * decide and the machine was steady.
 */
int amk_gate_remeasure(struct amk_gate *gate);

/* "user:malloc pair 4K lat_pair" in @text, which is returned. */
#define AMK_GATE_CELL_LEN 128
const char *amk_gate_cell_text(const struct amk_comparison_cell *cell,
			       char text[AMK_GATE_CELL_LEN]);

/* What the gate comes to: its one line, and the exit status. */
int amk_gate_conclude(const struct amk_gate *gate, char line[AMK_ERROR_LEN]);

/* Prints what there is to say of each failure, and of each cell that was let pass. */
void amk_gate_notes(const struct amk_gate *gate, FILE *file);

/* ---- the rounds of a re-measurement ---- */

/* The cells of several runs of one build, put together: each run's rounds after the last one's. */
struct amk_samples {
	struct amk_costs costs; /* the cells, in their order, with what was added */
	struct amk_costs first; /* the first run, whose manifest speaks for all */
	bool begun;
};

/* Begins with the @nr cells of @like, which are in their order. 0 or -ENOMEM. */
int amk_samples_begin(struct amk_samples *samples, struct amk_comparison_cell *const *like,
		      size_t nr);
/* Adds the run in @path. 0, or -errno with a one-line text. */
int amk_samples_add(struct amk_samples *samples, const char *path, char error[AMK_ERROR_LEN]);
void amk_samples_free(struct amk_samples *samples);

/* What one call of a build measures: some sizes of a strategy and workload. */
struct amk_gate_group {
	const struct amk_comparison_cell *cell; /* its first */
	char *strategies; /* the options, whole */
	char *workloads;
	char *sizes; /* NULL: the workload has no size */
};

struct amk_gate_groups {
	struct amk_gate_group *group;
	size_t count;
};

/* Groups the @nr cells, which are in their order. 0 or -ENOMEM; the caller frees in any case. */
int amk_gate_groups_make(struct amk_comparison_cell *const *cell, size_t nr,
			 struct amk_gate_groups *groups);
void amk_gate_groups_free(struct amk_gate_groups *groups);

/* ---- other builds ---- */

/*
 * Runs @argv and waits for it; what it prints goes to the file @log. 0; -EINTR when a signal asked
 * to stop; else -errno with a one-line text that has the last line of the log.
 */
int amk_build_run(char *const *argv, const char *log, char error[AMK_ERROR_LEN]);

#endif
