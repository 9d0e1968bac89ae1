// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counts events of several threads: each has counters of its own, which it opens, starts, stops and
 * reads itself. They are on for the thread's own operations of the run alone: not while it waits,
 * and not for the untimed operations that it goes on with until all are through. To count.c thread
 * 0 looks like a caller that is alone: its side hands on what is asked of it, and sums up. An event
 * that some thread cannot count is counted by none.
 */
#include "team.h"

void amk_member_count_open(struct amk_member *m)
{
	const struct amk_team *t = m->team;

	m->nr_open = t->side->count_open(&m->block, t->event, t->nr_events, m->count_error);
	memset(m->reading, 0, sizeof(m->reading));
}

void amk_member_count_run(struct amk_member *m)
{
	const struct amk_team *t = m->team;
	u64 ticks[AMK_LANES_MAX] = { 0 };

	memcpy(m->before, m->reading, sizeof(m->before));
	if (m->nr_open)
		t->side->count_start(&m->block);
	t->loop->timed(&m->block, t->n, ticks);
	if (!m->nr_open)
		return;
	t->side->count_stop(&m->block);
	t->side->count_read(&m->block, m->reading);
}

void amk_member_count_close(struct amk_member *m)
{
	if (m->nr_open)
		m->team->side->count_close(&m->block);
	m->nr_open = 0;
}

/* 0 where every thread has event @e open, else the first one's -errno. */
static int event_error(const struct amk_team *t, u32 e)
{
	int error = 0;
	u32 i;

	for (i = 0; i < t->nr_members && !error; i++)
		error = amk_team_member(t, i)->count_error[e];
	return error;
}

static void team_close(struct amk_block *b)
{
	amk_team_order(amk_team_of(b), AMK_TEAM_CLOSE, 0);
}

static u32 team_open(struct amk_block *b, const struct amk_event *event, u32 n, int *error)
{
	struct amk_team *t = amk_team_of(b);
	u32 e, open = 0;

	t->event = event;
	t->nr_events = n;
	memset(t->total, 0, sizeof(t->total));
	amk_team_order(t, AMK_TEAM_OPEN, 0);
	for (e = 0; e < n; e++) {
		error[e] = event_error(t, e);
		open += !error[e];
	}
	if (!open)
		team_close(b);
	return open;
}

/* The next run is one with the counters on; the threads start and stop them. */
static void team_start(struct amk_block *b)
{
	amk_team_of(b)->counted = true;
}

static void team_stop(struct amk_block *b)
{
	amk_team_of(b)->counted = false;
}

/* Where event @e stands among the readings of @m. */
static u32 reading_at(const struct amk_member *m, u32 e)
{
	u32 i, at = 0;

	for (i = 0; i < e; i++)
		at += !m->count_error[i];
	return at;
}

/* Adds what event @e came to in the last run; what did not run in one thread did not in any. */
static void total_add(const struct amk_team *t, u32 e, struct amk_reading *total)
{
	struct amk_reading sum = { 0 };
	bool idle = false;
	u32 i, at;

	for (i = 0; i < t->nr_members; i++) {
		const struct amk_member *m = amk_team_member(t, i);

		at = reading_at(m, e);
		sum.count += m->reading[at].count - m->before[at].count;
		sum.enabled_ns += m->reading[at].enabled_ns - m->before[at].enabled_ns;
		sum.running_ns += m->reading[at].running_ns - m->before[at].running_ns;
		idle |= m->reading[at].running_ns == m->before[at].running_ns;
	}
	total->count += sum.count;
	total->enabled_ns += sum.enabled_ns;
	total->running_ns += idle ? 0 : sum.running_ns;
}

static void team_read(struct amk_block *b, struct amk_reading *reading)
{
	struct amk_team *t = amk_team_of(b);
	u32 e, open = 0;

	for (e = 0; e < t->nr_events; e++) {
		if (event_error(t, e))
			continue;
		total_add(t, e, &t->total[open]);
		reading[open] = t->total[open];
		open++;
	}
}

void amk_team_count(struct amk_team *t, const struct amk_side *side)
{
	t->side = side;
	t->counting = *side;
	if (side->count_open) {
		t->counting.count_open = team_open;
		t->counting.count_start = team_start;
		t->counting.count_stop = team_stop;
		t->counting.count_read = team_read;
		t->counting.count_close = team_close;
	}
	amk_team_member(t, 0)->block.side = &t->counting;
}
