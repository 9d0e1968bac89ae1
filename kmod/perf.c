// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counts events of the task that runs the block, in the kernel alone. The kernel's own counters
 * cannot be grouped by the call that makes them, so the events of a group are opened one by one and
 * started and stopped one after the other: what lies between is in the short run and in the long
 * one. They are pinned, so that none is there for a part of the time only: one that finds no place
 * does not run at all, and that shows. Nothing of perf_event_paranoid applies to them.
 */
#include "perf.h"

#include <linux/err.h>
#include <linux/perf_event.h>
#include <linux/sched.h>

#ifdef CONFIG_PERF_EVENTS

static struct perf_event *event_make(const struct amk_event *event)
{
	struct perf_event_attr attr = {
		.type = event->type,
		.size = sizeof(attr),
		.config = event->config,
		.config1 = event->config1,
		.config2 = event->config2,
		.disabled = 1,
		.pinned = 1,
		.exclude_user = 1,
		.exclude_hv = 1,
	};

	/* Only what happens in user space, counted in the kernel, would always be 0. */
	if (event->flags & AMK_EVENT_USER_ONLY)
		return ERR_PTR(-EOPNOTSUPP);
	return perf_event_create_kernel_counter(&attr, -1, current, NULL, NULL);
}

u32 amk_perf_open(struct amk_block *block, const struct amk_event *event, u32 n, int *error)
{
	struct amk_perf *perf = block->counters;
	struct perf_event *made;
	u32 i;

	perf->nr_events = 0;
	for (i = 0; i < n; i++) {
		made = event_make(&event[i]);
		error[i] = PTR_ERR_OR_ZERO(made);
		if (!error[i])
			perf->event[perf->nr_events++] = made;
	}
	return perf->nr_events;
}

void amk_perf_start(struct amk_block *block)
{
	struct amk_perf *perf = block->counters;
	u32 i;

	for (i = 0; i < perf->nr_events; i++)
		perf_event_enable(perf->event[i]);
}

void amk_perf_stop(struct amk_block *block)
{
	struct amk_perf *perf = block->counters;
	u32 i;

	for (i = perf->nr_events; i; i--)
		perf_event_disable(perf->event[i - 1]);
}

void amk_perf_read(struct amk_block *block, struct amk_reading *reading)
{
	struct amk_perf *perf = block->counters;
	u32 i;

	for (i = 0; i < perf->nr_events; i++)
		reading[i].count = perf_event_read_value(perf->event[i], &reading[i].enabled_ns,
							 &reading[i].running_ns);
}

void amk_perf_close(struct amk_block *block)
{
	struct amk_perf *perf = block->counters;

	while (perf->nr_events)
		perf_event_release_kernel(perf->event[--perf->nr_events]);
}

#else

u32 amk_perf_open(struct amk_block *block, const struct amk_event *event, u32 n, int *error)
{
	while (n)
		error[--n] = -ENOSYS;
	return 0;
}

void amk_perf_start(struct amk_block *block)
{
}

void amk_perf_stop(struct amk_block *block)
{
}

void amk_perf_read(struct amk_block *block, struct amk_reading *reading)
{
}

void amk_perf_close(struct amk_block *block)
{
}

#endif
