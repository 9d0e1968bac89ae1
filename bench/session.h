/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One call of `allocmark run`: what it works with, and the rounds themselves. Commands that draw
 * are stopped by the same signals, and look at the same flag.
 */
#ifndef AMK_SESSION_H
#define AMK_SESSION_H

#include <signal.h>

#include "bench/meter.h"
#include "lib/user/allocator.h"
#include "lib/user/manifest.h"
#include "lib/user/module.h"
#include "lib/user/process.h"
#include "lib/user/topology.h"

struct amk_state;

#define AMK_SESSION_ERROR_LEN 512

struct amk_session {
	/* Set by the command line. */
	const char *path; /* run directory */
	const char *mirror; /* or NULL */
	bool quiet;
	struct amk_options options;

	struct amk_state *state; /* looked at before each round; or NULL */

	/* What is measured with. */
	struct amk_plan plan;
	struct amk_clock clock;
	struct amk_process process;
	/* Where the allocators lie of which the plan has cells. */
	struct amk_allocator_place allocator[AMK_NR_ALLOCATORS];
	struct amk_module module;
	bool have_module;
	struct amk_record_writer *writer;
	/*
	 * Where a dry request ended for each strategy: one that is not to be had is not tried
	 * again.
	 */
	struct amk_result *dry[AMK_NR_STRATEGIES];
	struct amk_events events;
	u8 *done; /* by round and cell; blocks that an earlier session measured */

	/* How far it came. */
	struct amk_meter meter;
	struct amk_record *record; /* the block under way */
	u64 synced_ns;
	u64 blocks_done;
	u64 measured_ns;
	u64 failed; /* blocks whose set-up or measurement failed */
};

/* Set by SIGINT, SIGTERM and SIGHUP. */
extern volatile sig_atomic_t amk_session_stop;

/* Asks the sides of this run which of the session's events they can count. 0 or -errno. */
int amk_session_probe(struct amk_session *session);

/* Lets the signals do no more than set it; a second one ends the program. */
void amk_session_stop_catch(void);

/* -EINTR, said on stderr, if one of them came; else 0. */
int amk_session_stopped(void);

/*
 * Waits for @child, to which such a signal is handed on. Its status as waitpid() has it, or -errno.
 */
int amk_session_wait(pid_t child);

/* Lets the signals end the run after the block under way; a second one ends the program. */
void amk_session_catch(void);

/*
 * Measures every block that is not done. 0; -EINTR when stopped by a signal; else -errno with a
 * one-line text in @error. What was measured is in the records in any case.
 */
int amk_session_run(struct amk_session *session, char error[AMK_SESSION_ERROR_LEN]);

void amk_session_free(struct amk_session *session);

#endif
