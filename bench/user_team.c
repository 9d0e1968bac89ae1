// SPDX-License-Identifier: GPL-2.0-only
/*
 * The threads of a user block: see user_team.h. They are the C library's, since an allocator keeps
 * its caches by what that calls a thread. To start one allocates (its stack by mmap(), the table of
 * its thread-local storage by calloc()), so here the measured allocator is no longer untouched when
 * the workload begins; and with a second thread the C library's short cuts for processes of one
 * are off, as in any program that has threads. All are made and bound before any begins.
 */
#include "bench/user_team.h"

#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MASK_BITS (8 * sizeof(unsigned long))
#define MASK_WORDS ((1U << 16) / MASK_BITS) /* any number that fits the request */

enum gate { GATE_SHUT, GATE_OPEN, GATE_OFF };

/* What the threads share until they begin. */
struct start {
	void (*work)(void *arg, u32 i);
	void *arg;
	u32 gate; /* enum gate: what those who wait are to do */
	u32 failed; /* errno of one that could not be bound, or did not stay where it was */
	struct amk_counter bound; /* threads that have come to the gate */
};

struct seat {
	struct start *start;
	pthread_t thread;
	u32 number;
	u16 cpu;
};

/* 0 or an errno. */
static u32 bind_to(u16 cpu)
{
	unsigned long mask[MASK_WORDS] = { 0 };

	mask[cpu / MASK_BITS] = 1UL << cpu % MASK_BITS;
	if (syscall(SYS_sched_setaffinity, 0, sizeof(mask), mask))
		return (u32)errno;
	/* The runner prefers memory of its own node. A kernel without policies has none to drop. */
	if (syscall(SYS_set_mempolicy, 0, NULL, 0) && errno != ENOSYS && errno != EPERM)
		return (u32)errno;
	return 0;
}

static void *seat_run(void *arg)
{
	struct seat *seat = arg;
	struct start *start = seat->start;
	u32 gate, error = bind_to(seat->cpu);

	if (error)
		__atomic_store_n(&start->failed, error, __ATOMIC_RELAXED);
	amk_counter_up(&start->bound);
	while ((gate = smp_load_acquire(&start->gate)) == GATE_SHUT)
		amk_yield();
	if (gate == GATE_OPEN) {
		start->work(start->arg, seat->number);
		/* A CPU that went offline has its threads moved. */
		if (sched_getcpu() != seat->cpu)
			__atomic_store_n(&start->failed, (u32)ENODEV, __ATOMIC_RELAXED);
	}
	return NULL;
}

/* How many threads came to be; @start->failed says if it is not all. */
static u32 seats_fill(struct start *start, struct seat *seat, u32 n, const u16 *cpu)
{
	u32 i;

	for (i = 0; i < n; i++) {
		int error;

		seat[i].start = start;
		seat[i].number = i;
		seat[i].cpu = cpu[i];
		error = pthread_create(&seat[i].thread, NULL, seat_run, &seat[i]);
		if (error) {
			__atomic_store_n(&start->failed, (u32)error, __ATOMIC_RELAXED);
			break;
		}
	}
	return i;
}

int amk_user_team_run(struct amk_block *block, u32 n, const u16 *cpu,
		      void (*work)(void *arg, u32 i), void *arg)
{
	static struct seat seat[AMK_THREADS_MAX];
	struct start start = { .work = work, .arg = arg };
	u32 i, made, failed;

	(void)block;
	made = seats_fill(&start, seat, n, cpu);
	while (amk_counter_read(&start.bound) != made)
		amk_yield();
	failed = __atomic_load_n(&start.failed, __ATOMIC_RELAXED);
	smp_store_release(&start.gate, failed ? GATE_OFF : GATE_OPEN);
	for (i = 0; i < made; i++)
		pthread_join(seat[i].thread, NULL);
	failed = __atomic_load_n(&start.failed, __ATOMIC_RELAXED);
	return failed == EINVAL ? -ENODEV : -(int)failed;
}
