// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counts events around a loop, group by group: see count.h.
 *
 * A count is a pair of runs, of ops_low and of ops_high operations, each between start and stop of
 * the counters. What starting, stopping and the loop's entry count is in both and goes with the
 * difference. Software events follow from what is done and need few operations; the counters of a
 * processor see more around them than the loop, so they get more.
 */
#include "count.h"

#define SOFTWARE_SHARE 16 /* a low run is this part of an iteration */
#define HARDWARE_SHARE 4
#define PAIRS 3U
#define OVERHEAD_TRIES 9U
#define PROBE_OPS 20000U

_Static_assert(PAIRS <= AMK_COUNT_PAIRS_MAX, "pairs must fit the result");

/* Events that are counted together, and where their counts go. */
struct group {
	const struct amk_event *event;
	u32 nr_events;
	struct amk_count *count; /* one an event */
	u32 nr_open;
	struct amk_reading last[AMK_EVENTS_MAX]; /* of the open ones */
};

static enum amk_reason reason_of(int error)
{
	switch (error) {
	case -ENOENT:
	case -ENODEV:
	case -ENXIO:
		return AMK_REASON_EVENT_ABSENT;
	case -EOPNOTSUPP:
		return AMK_REASON_EVENT_UNSUPPORTED;
	case -EINVAL:
		return AMK_REASON_EVENT_INVALID;
	case -EACCES:
	case -EPERM:
		return AMK_REASON_EVENT_DENIED;
	case -EBUSY:
		return AMK_REASON_EVENT_BUSY;
	case -ENOSYS:
		return AMK_REASON_NO_COUNTERS;
	default:
		return AMK_REASON_EVENT_FAILED;
	}
}

static void count_skip(struct amk_count *c, enum amk_reason reason)
{
	c->status = AMK_STATUS_SKIP;
	c->reason = reason;
	c->nr_pairs = 0;
}

/* Rows in the result for the events of @g; false: no room. */
static bool group_rows(struct amk_block *b, struct group *g, u32 lane)
{
	u32 i;

	if (b->result->nr_counts + g->nr_events > AMK_COUNTS_MAX)
		return false;
	g->count = &b->result->count[b->result->nr_counts];
	b->result->nr_counts += g->nr_events;
	for (i = 0; i < g->nr_events; i++) {
		struct amk_count *c = &g->count[i];

		memcpy(c->metric, g->event[i].metric, sizeof(c->metric));
		c->lane = lane;
		c->flags = g->event[i].flags;
		c->status = AMK_STATUS_OK;
	}
	return true;
}

/* Opens what can be opened; false: nothing can. */
static bool group_open(struct amk_block *b, struct group *g)
{
	int error[AMK_EVENTS_MAX] = { 0 };
	u32 i;

	g->nr_open = 0;
	if (b->side->count_open)
		g->nr_open = b->side->count_open(b, g->event, g->nr_events, error);
	for (i = 0; i < g->nr_events; i++) {
		if (!b->side->count_open)
			count_skip(&g->count[i], AMK_REASON_NO_COUNTERS);
		else if (error[i])
			count_skip(&g->count[i], reason_of(error[i]));
	}
	memset(g->last, 0, sizeof(g->last));
	return g->nr_open;
}

/* One run with the counters on; @gone: what each open event has come to in it. False: it broke. */
static bool group_run(struct amk_block *b, struct group *g, const struct amk_loop *loop, u64 ops,
		      struct amk_reading *gone)
{
	u64 ticks[AMK_LANES_MAX] = { 0 };
	struct amk_reading now[AMK_EVENTS_MAX];
	u32 i;

	/* What cannot be read has not moved. */
	memcpy(now, g->last, sizeof(now));
	b->side->count_start(b);
	loop->timed(b, ops, ticks);
	b->side->count_stop(b);
	b->side->count_read(b, now);
	for (i = 0; i < g->nr_open; i++) {
		gone[i].count = now[i].count - g->last[i].count;
		gone[i].enabled_ns = now[i].enabled_ns - g->last[i].enabled_ns;
		gone[i].running_ns = now[i].running_ns - g->last[i].running_ns;
		g->last[i] = now[i];
	}
	return !b->refused;
}

/* How long the counter ran in both; 0 where it did not in one: half of a pair tells nothing. */
static u64 both_ran_ns(const struct amk_reading *low, const struct amk_reading *high)
{
	return low->running_ns && high->running_ns ? low->running_ns + high->running_ns : 0;
}

/* One pair of runs into every open event's next pair. */
static bool group_pair(struct amk_block *b, struct group *g, const struct amk_loop *loop, u64 low,
		       u64 high)
{
	struct amk_reading at_low[AMK_EVENTS_MAX], at_high[AMK_EVENTS_MAX];
	u32 per_call = loop->ops_per_call * (loop->nr_threads ? loop->nr_threads : 1);
	u32 i, open = 0;

	if (!group_run(b, g, loop, low, at_low) || !group_run(b, g, loop, high, at_high))
		return false;
	for (i = 0; i < g->nr_events; i++) {
		struct amk_count *c = &g->count[i];

		if (c->status != AMK_STATUS_OK)
			continue;
		c->pair[c->nr_pairs++] = (struct amk_count_pair){
			.count_low = at_low[open].count,
			.count_high = at_high[open].count,
			.enabled_ns = at_low[open].enabled_ns + at_high[open].enabled_ns,
			.running_ns = both_ran_ns(&at_low[open], &at_high[open]),
		};
		c->ops_low = low * per_call;
		c->ops_high = high * per_call;
		open++;
	}
	return true;
}

/* A counter that did not run in one of the pairs has counted nothing: that is no 0. */
static void group_judge(struct group *g)
{
	u32 i, j;

	for (i = 0; i < g->nr_events; i++)
		for (j = 0; j < g->count[i].nr_pairs; j++)
			if (!g->count[i].pair[j].running_ns)
				count_skip(&g->count[i], AMK_REASON_EVENT_IDLE);
}

static u32 group_len(const struct amk_request *r, u32 first)
{
	u32 end = first;

	while (end < r->nr_events && r->event[end].group == r->event[first].group)
		end++;
	return end - first;
}

static bool group_count(struct amk_block *b, struct group *g, const struct amk_loop *loop, u64 n)
{
	struct amk_reading warm[AMK_EVENTS_MAX];
	u32 share = g->event[0].type == AMK_EVENT_SOFTWARE ? SOFTWARE_SHARE : HARDWARE_SHARE;
	u64 low = div64_u64(n, share);
	u64 high = low ? 2 * low : 1;
	u32 i, pairs = n > share / 2 && !amk_block_expired(b, 3) ? PAIRS : 1;
	bool ok;

	if (!group_rows(b, g, loop->first_lane))
		return true;
	if (loop->uncounted) {
		for (i = 0; i < g->nr_events; i++)
			count_skip(&g->count[i], loop->uncounted);
		return true;
	}
	if (!group_open(b, g))
		return true;
	/* The first start after opening does more than the others. */
	ok = group_run(b, g, loop, 0, warm);
	for (i = 0; i < pairs && ok; i++)
		ok = !b->side->stop(b) && group_pair(b, g, loop, low, high);
	b->side->count_close(b);
	group_judge(g);
	return ok;
}

bool amk_count_loop(struct amk_block *block, const struct amk_loop *loop, u64 n)
{
	const struct amk_request *r = block->request;
	struct group g;
	u32 i;

	for (i = 0; i < r->nr_events; i += g.nr_events) {
		g.event = &r->event[i];
		g.nr_events = group_len(r, i);
		if (!group_count(block, &g, loop, n))
			return false;
	}
	return true;
}

/* ---- the probe ---- */

static noinline void probe_timed(struct amk_block *b, u64 n, u64 *ticks)
{
	(void)ticks;
	for (; n; n--)
		amk_escape(b);
}

/* Median time of an empty run of an open group. */
static u64 probe_overhead(struct amk_block *b, struct group *g, const struct amk_loop *loop)
{
	struct amk_reading none[AMK_EVENTS_MAX];
	u64 seen[OVERHEAD_TRIES], ticks, t0;
	u32 i, j;

	for (i = 0; i < OVERHEAD_TRIES; i++) {
		t0 = amk_clock_begin(b->clock);
		group_run(b, g, loop, 0, none);
		ticks = amk_clock_end(b->clock) - t0;
		for (j = i; j && seen[j - 1] > ticks; j--)
			seen[j] = seen[j - 1];
		seen[j] = ticks;
	}
	return seen[OVERHEAD_TRIES / 2];
}

/* Work takes cycles and instructions: a PMU that counts none of them is a facade. */
static void probe_judge(struct group *g)
{
	u32 i;

	for (i = 0; i < g->nr_events; i++) {
		const struct amk_event *e = &g->event[i];
		struct amk_count *c = &g->count[i];

		if (e->type == AMK_EVENT_HARDWARE && e->config <= 1 && c->nr_pairs &&
		    c->pair[0].count_high <= c->pair[0].count_low)
			count_skip(c, AMK_REASON_EVENT_IDLE);
	}
}

static void probe_group(struct amk_block *b, struct group *g)
{
	static const struct amk_loop loop = { .timed = probe_timed, .ops_per_call = 1 };
	u64 ticks;

	if (!group_rows(b, g, 0) || !group_open(b, g))
		return;
	ticks = probe_overhead(b, g, &loop);
	if (ticks > b->result->count_overhead_ticks)
		b->result->count_overhead_ticks = ticks;
	group_pair(b, g, &loop, 0, PROBE_OPS);
	b->side->count_close(b);
	group_judge(g);
	probe_judge(g);
}

void amk_count_probe(struct amk_block *block)
{
	const struct amk_request *r = block->request;
	struct group g;
	u32 i;

	for (i = 0; i < r->nr_events; i += g.nr_events) {
		g.event = &r->event[i];
		g.nr_events = group_len(r, i);
		probe_group(block, &g);
	}
}
