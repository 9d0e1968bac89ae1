// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel threads of a block: see team.h. The caller sleeps meanwhile. They have its CPUs to
 * themselves as far as anybody has, memory of their own CPU's node, and none of the caller's
 * context: not its memory cgroup, its policy or its signals, which the caller looks for on their
 * behalf. Each ends only when it is told to (kthread_stop()), so that none is in the module's code
 * any more when the call returns. A CPU that goes offline meanwhile has its thread moved by the
 * scheduler: it comes through, but what it measured is not what was asked for.
 */
#include "team.h"

#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/topology.h>
#include <linux/vmalloc.h>

#include "lib/core/team.h"
#include "perf.h"

struct seat {
	struct team *team;
	struct task_struct *task;
	u32 number;
	u32 cpu;
};

struct team {
	void (*work)(void *arg, u32 i);
	void *arg;
	atomic_t at_work;
	struct completion all_through;
	bool stopped;
	bool moved; /* one of them ended on another CPU */
	u32 nr_seats;
	struct seat seat[AMK_THREADS_MAX];
	struct amk_perf perf[AMK_THREADS_MAX];
};

static int seat_run(void *arg)
{
	struct seat *seat = arg;
	struct team *team = seat->team;

	team->work(team->arg, seat->number);
	/* The mask of one that lost its CPU was widened, even if it came back. */
	if (current->nr_cpus_allowed != 1 || raw_smp_processor_id() != seat->cpu)
		WRITE_ONCE(team->moved, true);
	if (atomic_dec_and_test(&team->at_work))
		complete(&team->all_through);
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (kthread_should_stop())
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

static int seat_make(struct team *team, u32 number, u16 cpu)
{
	struct seat *seat = &team->seat[number];
	struct task_struct *task;

	if (cpu >= nr_cpu_ids || !cpu_online(cpu))
		return -ENODEV;
	seat->team = team;
	seat->number = number;
	seat->cpu = cpu;
	task = kthread_create_on_node(seat_run, seat, cpu_to_node(cpu), "allocmark/%u", cpu);
	if (IS_ERR(task))
		return PTR_ERR(task);
	kthread_bind(task, cpu);
	seat->task = task;
	team->nr_seats++;
	return 0;
}

/* Asleep as yet: one that is stopped before it was woken never runs. */
static int seats_make(struct team *team, u32 n, const u16 *cpu)
{
	int error = 0;
	u32 i;

	for (i = 0; i < n && !error; i++)
		error = seat_make(team, i, cpu[i]);
	return error;
}

static void seats_start(struct team *team)
{
	u32 i;

	atomic_set(&team->at_work, team->nr_seats);
	for (i = 0; i < team->nr_seats; i++)
		wake_up_process(team->seat[i].task);
}

static void seats_wait(struct team *team)
{
	if (!wait_for_completion_interruptible(&team->all_through))
		return;
	WRITE_ONCE(team->stopped, true);
	/* They look between iterations, as the caller itself would. */
	wait_for_completion(&team->all_through);
}

static void seats_end(struct team *team)
{
	u32 i;

	for (i = 0; i < team->nr_seats; i++)
		kthread_stop(team->seat[i].task);
}

bool amk_team_stopped(const struct amk_block *block)
{
	const struct team *team = block->priv;

	return team && READ_ONCE(team->stopped);
}

int amk_team_make(struct amk_block *block)
{
	u64 bytes = amk_team_bytes(block->request);

	if (!bytes)
		return 0;
	block->priv = kvzalloc(sizeof(struct team), GFP_KERNEL_ACCOUNT);
	/* kvzalloc() may start anywhere; each thread's part is to have cache lines of its own. */
	block->team = __vmalloc(bytes, GFP_KERNEL_ACCOUNT | __GFP_ZERO | __GFP_NOWARN);
	if (!block->priv || !block->team)
		return -ENOMEM;
	block->counters = ((struct team *)block->priv)->perf;
	return 0;
}

void amk_team_free(struct amk_block *block)
{
	vfree(block->team);
	kvfree(block->priv);
}

int amk_team_run(struct amk_block *block, u32 n, const u16 *cpu, void (*work)(void *arg, u32 i),
		 void *arg)
{
	struct team *team = block->priv;
	int error;

	team->work = work;
	team->arg = arg;
	init_completion(&team->all_through);
	cpus_read_lock();
	error = seats_make(team, n, cpu);
	if (!error)
		seats_start(team);
	cpus_read_unlock();
	if (!error)
		seats_wait(team);
	seats_end(team);
	return !error && READ_ONCE(team->moved) ? -ENODEV : error;
}
