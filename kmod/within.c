// SPDX-License-Identifier: GPL-2.0-only
/*
 * Slices of a timed loop with preemption off, in a tasklet, or in the handler of an irq_work, which
 * the CPU interrupts itself for. A slice begins with one operation and grows until its loop takes
 * half its time, so that no interrupt is held off for long; entering, however slow, is none of it.
 * A tasklet scheduled where soft interrupts are off runs as soon as they are on again, on this CPU
 * and this stack, unless ksoftirqd is at work already; then it is waited for. With PREEMPT_RT both
 * run in threads and the allocator's locks sleep: there is no such context.
 */
#include "within.h"

#include <linux/bottom_half.h>
#include <linux/completion.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/preempt.h>

#include "run.h"

#define SLICE_US 50

struct slice {
	struct amk_block *block;
	amk_slice_fn *run;
	u64 n;
	u64 *ticks;
	u64 took; /* the loop, in ticks */
	struct completion done;
	struct irq_work work;
	struct tasklet_struct tasklet;
};

static void slice_run(struct slice *s)
{
	struct amk_where_seen *seen = &s->block->seen;
	u64 t0;

	seen->slices++;
	seen->hardirq += hardirq_count() != 0;
	seen->softirq += in_serving_softirq() && !hardirq_count();
	seen->preempt_off += (preempt_count() & PREEMPT_MASK) != 0;
	t0 = amk_clock_begin(s->block->clock);
	s->run(s->block, s->n, s->ticks);
	s->took = amk_clock_end(s->block->clock) - t0;
}

static void slice_hardirq(struct irq_work *work)
{
	struct slice *s = container_of(work, struct slice, work);

	slice_run(s);
	complete(&s->done);
}

static void slice_softirq(struct tasklet_struct *tasklet)
{
	struct slice *s = container_of(tasklet, struct slice, tasklet);

	slice_run(s);
	complete(&s->done);
}

static void slice_enter(struct slice *s, enum amk_where where)
{
	reinit_completion(&s->done);
	switch (where) {
	case AMK_WHERE_HARDIRQ:
		irq_work_queue(&s->work);
		wait_for_completion(&s->done);
		/* The handler may not have returned yet. */
		irq_work_sync(&s->work);
		break;
	case AMK_WHERE_SOFTIRQ:
		local_bh_disable();
		tasklet_schedule(&s->tasklet);
		local_bh_enable();
		wait_for_completion(&s->done);
		break;
	default:
		preempt_disable();
		slice_run(s);
		preempt_enable();
	}
}

static u64 slice_aim(const struct amk_block *block)
{
	u64 khz = block->clock == AMK_CLOCK_CYCLE ? amk_run_clock_khz() : USEC_PER_SEC;

	return div64_u64(khz * SLICE_US, MSEC_PER_SEC);
}

/* Runs @n operations slice by slice. */
static void slices_run(struct slice *s, enum amk_where where, u64 n)
{
	u64 aim = slice_aim(s->block), step = 1;

	for (; n && !s->block->refused; n -= s->n) {
		s->n = min(n, step);
		slice_enter(s, where);
		if (s->took < aim / 2)
			step *= 2;
		else if (s->took > aim && step > 1)
			step /= 2;
	}
}

int amk_within_run(struct amk_block *block, enum amk_where where, amk_slice_fn *run, u64 n,
		   u64 *ticks)
{
	struct slice s = { .block = block, .run = run, .ticks = ticks };

	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		return -EOPNOTSUPP;
	block->seen.uncounted = !IS_ENABLED(CONFIG_PREEMPT_COUNT);
	init_completion(&s.done);
	init_irq_work(&s.work, slice_hardirq);
	tasklet_setup(&s.tasklet, slice_softirq);
	slices_run(&s, where, n);
	/* They lie on this stack: both are through before it goes. */
	irq_work_sync(&s.work);
	tasklet_kill(&s.tasklet);
	return 0;
}
