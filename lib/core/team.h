/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A team: several threads that run one workload at the same time, each on a CPU of its own.
 *
 * Thread 0 conducts: it samples the loop as the caller would alone (sampler.c), only that each run
 * of n operations is one of all threads. The others follow. No thread's timed operations run while
 * another has none to run: who comes early, and who is through first, goes on with operations that
 * are not timed until the last has begun, and until the last is through.
 */
#ifndef AMK_TEAM_H
#define AMK_TEAM_H

#include "workload.h"

#define AMK_TEAM_BUFFERS 2 /* batches under way from a thread to the next */

/* One thread's own. The first field must be the block: what has it has the member. */
struct amk_member {
	struct amk_block block; /* a copy of the caller's, with a result of its own */
	struct amk_team *team;
	u64 ticks[AMK_LANES_MAX]; /* of the run just made */
	u64 whole_ticks; /* of it, from its begin to its end, waiting for a neighbour included */
	u32 class_bits; /* what disturbed it */

	/* Its counters: as many as came of what the team opens. */
	int count_error[AMK_EVENTS_MAX]; /* of each event that was to be opened */
	u32 nr_open;
	struct amk_reading reading[AMK_EVENTS_MAX]; /* of the open ones */
	struct amk_reading before[AMK_EVENTS_MAX]; /* the run just made */

	/* The batches that go to the next thread, for remote. */
	struct amk_member *from; /* whose batches this one frees */
	void **buffer[AMK_TEAM_BUFFERS];
	u32 count[AMK_TEAM_BUFFERS]; /* of pointers in each */
	u32 sent; /* batches handed over */
	u32 taken; /* batches taken over from the one before, and freed */
	u32 filled __attribute__((aligned(AMK_LINE_SIZE))); /* sent, as the next thread sees it */
	u32 emptied __attribute__((aligned(AMK_LINE_SIZE))); /* freed by the next thread */

	struct amk_result result __attribute__((aligned(AMK_LINE_SIZE)));
};

enum amk_team_order {
	AMK_TEAM_TIMED,
	AMK_TEAM_EACH,
	AMK_TEAM_OPEN, /* the counters, each thread its own */
	AMK_TEAM_COUNTED, /* a run between start and stop of them */
	AMK_TEAM_CLOSE,
	AMK_TEAM_END
};

struct amk_team {
	const struct amk_loop *loop;
	char *members; /* nr_members of them, stride_bytes apart */
	u64 stride_bytes;
	u32 nr_members;
	bool relay;
	bool whole; /* the loop came through */
	u64 rate; /* operations a second in the run just made, all threads together */
	u64 rates[AMK_ITERATIONS_MAX]; /* of the iterations that count */
	u32 nr_rates;

	/* Counting: team_count.c. */
	const struct amk_side *side; /* the block's */
	struct amk_side counting; /* thread 0's: it counts for all */
	bool counted; /* the next run is to be */
	const struct amk_event *event;
	u32 nr_events;
	struct amk_reading total[AMK_EVENTS_MAX]; /* of those that every thread has open */

	/* What to do next: written before seq, which the others wait for. */
	enum amk_team_order order;
	u64 n;
	u32 seq __attribute__((aligned(AMK_LINE_SIZE)));
	/* How often threads have begun, have come through, have left; never set back. */
	struct amk_counter begun __attribute__((aligned(AMK_LINE_SIZE)));
	struct amk_counter through __attribute__((aligned(AMK_LINE_SIZE)));
	struct amk_counter left __attribute__((aligned(AMK_LINE_SIZE)));
};

/*
 * Bytes of memory, zeroed, written to and aligned to a page, that block->team must point to where
 * @request asks for threads; 0 where it does not. @request has passed amk_request_check().
 */
u64 amk_team_bytes(const struct amk_request *request);

/* The most pointers that a batch of one thread may have. */
u32 amk_team_batch_max(const struct amk_request *request, bool relay);

/*
 * Samples @loop of @workload by the threads that the request asks for, into the block's lanes. The
 * block is set up. Ends the block and returns its status.
 */
enum amk_status amk_team_measure(struct amk_block *block, const struct amk_workload *workload,
				 const struct amk_loop *loop);

/* Thread @i of @team. */
static inline struct amk_member *amk_team_member(const struct amk_team *team, u32 i)
{
	return (struct amk_member *)(team->members + i * team->stride_bytes);
}

static inline struct amk_team *amk_team_of(const struct amk_block *block)
{
	return ((const struct amk_member *)block)->team;
}

/* Has all threads do @order with @n operations, and waits until none is at it any more. */
void amk_team_order(struct amk_team *team, enum amk_team_order order, u64 n);

/* Makes thread 0's side one that counts the events of all threads. */
void amk_team_count(struct amk_team *team, const struct amk_side *side);

/* One thread's part in an order of the counters, in that thread. */
void amk_member_count_open(struct amk_member *member);
void amk_member_count_run(struct amk_member *member);
void amk_member_count_close(struct amk_member *member);

/* @ops operations in @ticks of a clock of @khz ticks a millisecond, as operations a second. */
u64 amk_team_rate(u64 ops, u64 ticks, u32 khz);

/* One turn of a loop that waits for another thread; @turns counts them. */
static inline void amk_team_wait(u32 *turns)
{
	amk_pause();
	/* The other may not run at all: its CPU has something else to do, or is this one. */
	if (!(++*turns % 1024))
		amk_yield();
}

#endif
