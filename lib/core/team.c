// SPDX-License-Identifier: GPL-2.0-only
/*
 * A workload run by several threads at once: see team.h.
 *
 * A run of n operations is begun by all threads, none of which times anything before all have
 * begun. An iteration's ticks are the mean over the threads: what an operation takes as one thread
 * feels it. Throughput is the sum of the threads' own rates in that run. remote needs no untimed
 * operations: its threads wait for each other anyway, and none can be ahead of the next by more
 * than the batches that are under way.
 */
#include "team.h"

#include "histogram.h"

#define CHUNK_SHARE 64U /* so much of a run lies between two looks at the others */

/* ---- memory ---- */

static u64 page_round(u64 bytes)
{
	return (bytes + AMK_PAGE_SIZE - 1) & ~(u64)(AMK_PAGE_SIZE - 1);
}

/* Pointers that one thread has room for: whole batches in two buffers, within bounds. */
static u32 member_slots(const struct amk_request *r)
{
	u32 most = AMK_SLOTS_MAX / r->nr_threads;
	u32 want = AMK_TEAM_BUFFERS * r->batch;

	return want < most ? want : most;
}

static u64 member_bytes(const struct amk_request *r)
{
	return page_round(sizeof(struct amk_member) + member_slots(r) * sizeof(void *));
}

u64 amk_team_bytes(const struct amk_request *r)
{
	return r->nr_threads ?
		       page_round(sizeof(struct amk_team)) + r->nr_threads * member_bytes(r) :
		       0;
}

u32 amk_team_batch_max(const struct amk_request *r, bool relay)
{
	return member_slots(r) / (relay ? AMK_TEAM_BUFFERS : 1);
}

/* ---- a run of all threads ---- */

static u32 seq_wait(const struct amk_team *t, u32 seen)
{
	u32 seq, turns = 0;

	while ((seq = smp_load_acquire(&t->seq)) == seen)
		amk_team_wait(&turns);
	return seq;
}

/* Goes on with operations that are not timed until all threads have come to @point. */
static void member_work_on(struct amk_member *m, const struct amk_counter *point, u32 all)
{
	const struct amk_team *t = m->team;
	u64 chunk = t->n < CHUNK_SHARE ? 1 : t->n / CHUNK_SHARE;
	u64 ticks[AMK_LANES_MAX];
	u32 turns = 0;

	while (amk_counter_read(point) != all) {
		if (t->n && !t->relay && !m->block.refused)
			t->loop->timed(&m->block, chunk, ticks);
		amk_team_wait(&turns);
	}
}

static void member_timed(struct amk_member *m)
{
	const struct amk_team *t = m->team;
	struct amk_disturb before, after;
	u64 t0;
	u32 i;

	for (i = 0; i < AMK_LANES_MAX; i++)
		m->ticks[i] = 0;
	amk_disturb_read(&before);
	t0 = amk_clock_begin(m->block.clock);
	t->loop->timed(&m->block, t->n, m->ticks);
	m->whole_ticks = amk_clock_end(m->block.clock) - t0;
	amk_disturb_read(&after);
	m->class_bits = amk_disturb_class(&before, &after);
}

static void member_obey(struct amk_member *m)
{
	const struct amk_team *t = m->team;

	switch (t->order) {
	case AMK_TEAM_TIMED:
		member_timed(m);
		break;
	case AMK_TEAM_EACH:
		t->loop->each(&m->block, t->n);
		break;
	case AMK_TEAM_OPEN:
		amk_member_count_open(m);
		break;
	case AMK_TEAM_COUNTED:
		amk_member_count_run(m);
		break;
	case AMK_TEAM_CLOSE:
		amk_member_count_close(m);
		break;
	case AMK_TEAM_END:
		break;
	}
}

/* One thread's part in the @seq-th order. */
static void member_run(struct amk_member *m, u32 seq)
{
	struct amk_team *t = m->team;
	u32 all = seq * t->nr_members;

	amk_counter_up(&t->begun);
	member_work_on(m, &t->begun, all);
	member_obey(m);
	amk_counter_up(&t->through);
	member_work_on(m, &t->through, all);
	amk_counter_up(&t->left);
}

static void member_follow(struct amk_member *m)
{
	const struct amk_team *t = m->team;
	u32 seq = 0;

	for (;;) {
		seq = seq_wait(t, seq);
		if (t->order == AMK_TEAM_END)
			return;
		member_run(m, seq);
	}
}

void amk_team_order(struct amk_team *t, enum amk_team_order order, u64 n)
{
	struct amk_member *first = amk_team_member(t, 0);
	u32 seq = t->seq + 1, turns = 0, i;

	t->order = order;
	t->n = n;
	smp_store_release(&t->seq, seq);
	if (order == AMK_TEAM_END)
		return;
	member_run(first, seq);
	while (amk_counter_read(&t->left) != seq * t->nr_members)
		amk_team_wait(&turns);
	for (i = 1; i < t->nr_members; i++)
		if (amk_team_member(t, i)->block.refused)
			first->block.refused = true;
}

/* ---- thread 0, which the sampler takes for the whole ---- */

u64 amk_team_rate(u64 ops, u64 ticks, u32 khz)
{
	u64 per_tick, rest;

	if (!ticks || !khz)
		return 0;
	/* In two steps: the product of the three may not fit. */
	per_tick = div64_u64_rem(ops, ticks, &rest);
	if (ticks >> 40)
		return (per_tick * khz + div64_u64(rest, div64_u64(ticks, khz) + 1)) * 1000;
	per_tick = per_tick * khz + div64_u64_rem(rest * khz, ticks, &rest);
	return per_tick * 1000 + div64_u64(rest * 1000, ticks);
}

static void team_timed(struct amk_block *b, u64 n, u64 *ticks)
{
	struct amk_team *t = amk_team_of(b);
	u64 sum[AMK_LANES_MAX] = { 0 };
	u32 i, lane;

	if (t->counted) {
		amk_team_order(t, AMK_TEAM_COUNTED, n);
		return;
	}
	amk_team_order(t, AMK_TEAM_TIMED, n);
	t->rate = 0;
	for (i = 0; i < t->nr_members; i++) {
		const struct amk_member *m = amk_team_member(t, i);

		for (lane = 0; lane < t->loop->nr_lanes; lane++)
			sum[lane] += m->ticks[lane];
		t->rate += amk_team_rate(n * t->loop->ops_per_call, m->whole_ticks,
					 b->request->tick_khz);
		b->disturbed |= m->class_bits;
	}
	for (lane = 0; lane < t->loop->nr_lanes; lane++)
		ticks[lane] += div64_u64(sum[lane], t->nr_members);
}

static void team_each(struct amk_block *b, u64 n)
{
	amk_team_order(amk_team_of(b), AMK_TEAM_EACH, n);
}

/* An iteration of a single operation is a sample of each thread's. */
static void team_kept(struct amk_block *b, bool single)
{
	struct amk_team *t = amk_team_of(b);
	u32 i, lane;

	t->rates[t->nr_rates++] = t->rate;
	for (i = 0; i < t->nr_members && single; i++) {
		struct amk_member *m = amk_team_member(t, i);

		for (lane = 0; lane < t->loop->nr_lanes; lane++)
			amk_block_sample(&m->block, lane, &m->ticks[lane], 1, m->class_bits);
	}
}

static void member_conduct(struct amk_member *m)
{
	struct amk_team *t = m->team;
	struct amk_loop loop = *t->loop;

	loop.timed = team_timed;
	loop.each = loop.each ? team_each : NULL;
	loop.kept = team_kept;
	/*
	 * The clock's part of a run is taken off as a whole: the difference of two runs in which
	 * threads are in each other's way is mostly noise.
	 */
	loop.slope = false;
	loop.nr_threads = t->nr_members;
	/* Else each thread's counters are on for its own operations alone. */
	if (t->relay)
		loop.uncounted = AMK_REASON_COUNTS_WAITING;
	t->whole = amk_sample_loop(&m->block, &loop);
	amk_team_order(t, AMK_TEAM_END, 0);
}

static void team_work(void *arg, u32 i)
{
	struct amk_team *t = arg;

	if (i)
		member_follow(amk_team_member(t, i));
	else
		member_conduct(amk_team_member(t, 0));
}

/* ---- before and after ---- */

static void member_make(struct amk_team *t, struct amk_block *b, u32 i)
{
	struct amk_member *m = amk_team_member(t, i);
	u32 k, room = amk_team_batch_max(b->request, true);

	m->block = *b;
	m->block.result = &m->result;
	m->block.ready = false;
	m->block.slots = (void **)(m + 1);
	if (b->counters)
		m->block.counters = (char *)b->counters + i * b->side->counters_bytes;
	m->team = t;
	m->from = amk_team_member(t, (i ? i : t->nr_members) - 1);
	for (k = 0; k < AMK_TEAM_BUFFERS; k++)
		m->buffer[k] = m->block.slots + k * room;
	m->result.clock_overhead_ticks = b->result->clock_overhead_ticks;
	m->result.clock_resolution_ticks = b->result->clock_resolution_ticks;
}

/* Members that cannot share what the caller's block has set up; 0 or what setup() says. */
static int team_setup(struct amk_team *t, const struct amk_block *b)
{
	int error = 0;
	u32 i;

	for (i = 0; i < t->nr_members && b->strategy->flags & AMK_STRATEGY_PRIVATE && !error; i++)
		error = amk_block_setup(&amk_team_member(t, i)->block, b->ctx.size);
	return error;
}

static void team_teardown(struct amk_team *t)
{
	u32 i;

	for (i = 0; i < t->nr_members; i++)
		amk_block_teardown(&amk_team_member(t, i)->block);
}

static struct amk_team *team_make(struct amk_block *b, const struct amk_workload *w,
				  const struct amk_loop *loop)
{
	struct amk_team *t = b->team;
	u32 i;

	t->loop = loop;
	t->members = (char *)t + page_round(sizeof(*t));
	t->stride_bytes = member_bytes(b->request);
	t->nr_members = b->request->nr_threads;
	t->relay = w->flags & AMK_WORKLOAD_RELAY;
	for (i = 0; i < t->nr_members; i++)
		member_make(t, b, i);
	amk_team_count(t, b->side);
	return t;
}

/* What thread 0 counted for all. */
static void counts_take(const struct amk_team *t, struct amk_result *to)
{
	const struct amk_result *from = &amk_team_member(t, 0)->result;

	memcpy(to->count, from->count, sizeof(to->count));
	to->nr_counts = from->nr_counts;
}

/* What thread 0 found, and the single operations of all. */
static void lanes_merge(const struct amk_team *t, struct amk_result *to)
{
	u32 i, k, lane;

	for (lane = 0; lane < t->loop->nr_lanes; lane++) {
		struct amk_lane *l = &to->lane[lane];
		const struct amk_lane *first = &amk_team_member(t, 0)->result.lane[lane];

		l->ops = first->ops;
		l->slope = first->slope;
		l->nr_iterations = first->nr_iterations;
		memcpy(l->iteration, first->iteration, sizeof(l->iteration));
		for (i = 0; i < t->nr_members; i++) {
			const struct amk_lane *own = &amk_team_member(t, i)->result.lane[lane];

			l->each_ops += own->each_ops;
			for (k = 0; k < AMK_NR_CLASSES; k++)
				l->each_class[k] += own->each_class[k];
			amk_hist_join(l->hist_clean, own->hist_clean);
			amk_hist_join(l->hist_disturbed, own->hist_disturbed);
		}
	}
}

/* The upper quartile of the iterations' rates, as a cost is the lower one of their times. */
static u64 rates_quartile(struct amk_team *t)
{
	u64 *rate = t->rates, key;
	u32 i, j;

	for (i = 1; i < t->nr_rates; i++) {
		key = rate[i];
		for (j = i; j && rate[j - 1] > key; j--)
			rate[j] = rate[j - 1];
		rate[j] = key;
	}
	return t->nr_rates ? rate[(t->nr_rates - 1) - (t->nr_rates - 1) / 4] : 0;
}

static enum amk_status team_end(struct amk_block *b, struct amk_team *t)
{
	u64 rate = rates_quartile(t);

	b->refused = amk_team_member(t, 0)->block.refused;
	if (!t->whole)
		return amk_block_broken(b);
	lanes_merge(t, b->result);
	counts_take(t, b->result);
	if (!b->request->tick_khz)
		amk_block_value_skip(b, AMK_METRIC_throughput, AMK_REASON_NO_TIME);
	else if (!rate)
		amk_block_value_skip(b, AMK_METRIC_throughput, AMK_REASON_NOTHING_LEFT);
	else
		amk_block_value(b, AMK_METRIC_throughput, rate);
	return amk_block_end(b, AMK_STATUS_OK, AMK_REASON_NONE, 0);
}

enum amk_status amk_team_measure(struct amk_block *block, const struct amk_workload *workload,
				 const struct amk_loop *loop)
{
	const struct amk_request *r = block->request;
	struct amk_team *t;
	int error;

	if (!block->team)
		return amk_block_end(block, AMK_STATUS_SETUP_FAILED, AMK_REASON_NO_MEMORY, -ENOMEM);
	t = team_make(block, workload, loop);
	error = team_setup(t, block);
	if (!error) {
		error = block->side->team(block, r->nr_threads, r->cpu, team_work, t);
		team_teardown(t);
		if (error == -ENODEV)
			return amk_block_end(block, AMK_STATUS_SKIP, AMK_REASON_CPU_ABSENT, 0);
		if (error)
			return amk_block_end(block, AMK_STATUS_SETUP_FAILED,
					     AMK_REASON_THREADS_FAILED, error);
		return team_end(block, t);
	}
	team_teardown(t);
	return amk_block_end(block, AMK_STATUS_SETUP_FAILED, AMK_REASON_SETUP, error);
}
