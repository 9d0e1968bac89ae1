/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A run as `allocmark run` drives it: its command line, and what must be known and written before
 * the first block.
 */
#ifndef AMK_RUN_H
#define AMK_RUN_H

#include "bench/rundir.h"
#include "bench/session.h"
#include "bench/state.h"

/* The command line as given; NULL and -1: not given. */
struct amk_run_line {
	const char *side;
	const char *strategies;
	const char *allocators;
	const char *workloads;
	const char *sizes;
	const char *events;
	const char *tlb;
	const char *out;
	const char *resume;
	const char *environment;
	const char *machine;
	const char *mirror;
	const char *then; /* of a sweep: the program that each run is handed to */
	const char *state;
	const char *fragmentation;
	bool curves; /* over fragmentation: choose for them what is not given */
	const char *fragmenter;
	u64 state_bytes; /* 0: not given */
	const char *chosen; /* name of an option that a resumed run must not be given */
	enum amk_grid_kind grid;
	u64 seed;
	bool seed_given;
	u32 rounds; /* 0: the grid's own */
	int cpu;
	s32 node; /* -1: not given */
	const char *nodes;
	const char *threads;
	u32 nr_threads; /* 0: not given */
	enum amk_spread spread;
	bool spread_given;
	bool check; /* the options alone */
	bool no_table;
	bool quiet;
};

/* Reads the command line; an option that is wrong ends the program with one line about it. */
void amk_run_line_read(int argc, char **argv, struct amk_run_line *line);

/* Whether its options go together: 0, or 1 after one line about those that do not. */
int amk_run_line_check(const struct amk_run_line *line);

/* Everything that the phases of the command share. */
struct amk_run_job {
	struct amk_run_line line;
	struct amk_session session;
	struct amk_state_wish wish;
	struct amk_state state;
	struct amk_topology *topology;
	struct amk_facts facts;
	struct amk_facts state_begin;
	struct amk_facts state_end;
	struct amk_manifest manifest;
	struct amk_identity identity;
	struct amk_run_data old; /* of a resumed run; its strings are used to the end */
	char *own_path;
	char *user_only; /* why there is no kernel side, if it was not asked for */
	char hostname[65];
	u64 started_ns;
	u64 wall_ns_before; /* of earlier sessions */
	u64 measured_ns_before;
	char error[AMK_ERROR_LEN];
};

/*
 * Checks the options by making their plan and prints its size. 0, or 1 after one line about what is
 * wrong. Nothing is written or measured, and neither half needs to be there.
 */
int amk_run_check(struct amk_run_job *run);

/*
 * Make everything ready for the first block of a new run, or of one that goes on. 0, or 1 when it
 * cannot be done and the one line about it has been printed; nothing has been measured then.
 */
int amk_run_begin(struct amk_run_job *run);
int amk_run_resume(struct amk_run_job *run);

/* Makes one run by a command line. Its exit status. */
typedef int amk_run_fn(const struct amk_run_line *line);

/*
 * Makes a run by @run for each index of a list in line->fragmentation, as amk_run_nodes() does for
 * pairs.
 */
int amk_run_fragmentation(struct amk_run_line *line, amk_run_fn *run);

/*
 * Makes a run by @run for each pair of the nodes in @line, below the directory of @line. The exit
 * status of all, with one line printed about what is wrong.
 */
int amk_run_nodes(struct amk_run_line *line, amk_run_fn *run);

/*
 * Makes a run by @run in as many threads as @line asks for, or, of several counts, one for each
 * below the directory of @line. The exit status of all, with one line printed about what is wrong.
 */
int amk_run_threads(struct amk_run_line *line, amk_run_fn *run);

#endif
