/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A side whose threads are real and whose clocks are not, for tests of several threads that run one
 * workload: each thread has its own clock, which moves only when it is read and when the strategy
 * works, so that means and rates are known. The strategy knows who allocated an object and who
 * frees it, and the last thread can be made one that gets on only while all others do.
 */
#ifndef AMK_TEST_CORE_TEAM_FAKE_H
#define AMK_TEST_CORE_TEAM_FAKE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include "lib/core/block.h"
#include "lib/core/metric.h"
#include "lib/core/team.h"

#include <cmocka.h>

#define FAKE_READING_NS 10
#define FAKE_OP_NS 100 /* of thread 0; each next takes so much more */
#define FAKE_THREADS_MOST 8

/* What the test sets, and what the threads saw. */
extern struct fake_team {
	bool waits; /* the last thread's allocations wait for the others to get on */
	u64 refuse_at; /* the allocation of thread 1, from 1, that is refused; 0: none */
	u64 stop_at; /* the call of stop() that says so; 0: none */
	int team_error;
	u32 nr_threads;
	u64 work[FAKE_THREADS_MOST]; /* operations of each */
	u64 allocs; /* of thread 1 */
	u64 stops;
	u64 live;
	u64 foreign; /* objects freed by another than the next thread */
	u64 wrong; /* objects freed that are not live */
	bool stalled; /* somebody waited in vain */
	bool early; /* something was timed before all had begun */
	u32 setups;
	u32 teardowns;
} fake;

extern struct amk_strategy fake_strategy;
extern struct amk_request fake_request;
extern struct amk_result fake_result;
extern struct amk_block fake_block;
extern const struct amk_impl amk_user_team; /* one by one */
extern const struct amk_impl amk_user_team_bulk;

/* Everything as new: a block of @workload by @threads, 64 bytes an object, 20 objects a batch. */
void fake_prepare(const char *workload, u32 threads);

/* Runs the block and checks what holds however it ends: no leak, every set-up torn down. */
enum amk_status fake_run(void);

/* Runs the block and checks how it ends. */
void fake_ended(enum amk_status status, enum amk_reason reason);

/* The side's question whether to stop. */
int fake_stop(struct amk_block *b);

/* The number of the thread that asks; 0 of the caller, too. */
u32 fake_self(void);

/* Starts the threads of a block. */
int fake_start(struct amk_block *b, u32 n, const u16 *cpu, void (*work)(void *arg, u32 i),
	       void *arg);

/* Sum of a lane's two histograms. */
u64 fake_hist_sum(const struct amk_lane *lane);

/* The one value of the last run. */
const struct amk_value *fake_throughput(void);

#endif
