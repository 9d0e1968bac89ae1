// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counting around a loop that several threads run: each thread's counters count its own
 * allocations while they are on, so what must come out is known to the event: operations that
 * are not measured, or another thread's counters, would show. Event i counts i + 1 times.
 */
#include "test_core_team_fake.h"

#define START_COUNTS 7 /* events that starting the counters adds */
#define RUN_NS 1000

/* A thread's counters, as a side has them. */
struct own {
	u32 nr_open, opened, closed;
	u32 event[AMK_EVENTS_MAX]; /* numbers of the open ones */
	u64 work_at_start;
	bool on;
	struct amk_reading reading;
};

static struct own own[FAKE_THREADS_MOST];

static struct {
	/* Set by the test. */
	u32 poor; /* the thread that cannot open event poor_event */
	u32 poor_event;
	int poor_error; /* 0: all can */
	u32 idle; /* the thread whose counters never run; 0: none */

	bool foreign; /* counters were used by another thread than their own */
	bool bad_order;
} counters;

static struct own *own_of(struct amk_block *b)
{
	struct own *o = b->counters;

	if (o != &own[fake_self()])
		__atomic_store_n(&counters.foreign, true, __ATOMIC_RELAXED);
	return o;
}

static void expect(bool as_it_should_be)
{
	if (!as_it_should_be)
		__atomic_store_n(&counters.bad_order, true, __ATOMIC_RELAXED);
}

static u32 count_open(struct amk_block *b, const struct amk_event *event, u32 n, int *error)
{
	struct own *o = own_of(b);
	u32 first = (u32)(event - b->request->event), i;

	expect(o->opened == o->closed);
	memset(&o->reading, 0, sizeof(o->reading));
	o->nr_open = 0;
	for (i = 0; i < n; i++) {
		bool poor = fake_self() == counters.poor && first + i == counters.poor_event;

		poor = poor && counters.poor_error;
		error[i] = poor ? counters.poor_error : 0;
		if (!poor)
			o->event[o->nr_open++] = first + i;
	}
	o->opened += o->nr_open != 0;
	return o->nr_open;
}

static void count_start(struct amk_block *b)
{
	struct own *o = own_of(b);

	expect(!o->on && o->opened == o->closed + 1);
	o->on = true;
	o->reading.count += START_COUNTS;
	o->work_at_start = fake.work[fake_self()];
}

static void count_stop(struct amk_block *b)
{
	struct own *o = own_of(b);

	expect(o->on);
	o->on = false;
	o->reading.count += fake.work[fake_self()] - o->work_at_start;
	o->reading.enabled_ns += RUN_NS;
	o->reading.running_ns += counters.idle && fake_self() == counters.idle ? 0 : RUN_NS;
}

static void count_read(struct amk_block *b, struct amk_reading *reading)
{
	struct own *o = own_of(b);
	u32 i;

	expect(!o->on);
	for (i = 0; i < o->nr_open; i++) {
		reading[i] = o->reading;
		reading[i].count *= o->event[i] + 1;
	}
}

static void count_close(struct amk_block *b)
{
	struct own *o = own_of(b);

	expect(!o->on && o->opened == o->closed + 1);
	o->closed++;
}

static const struct amk_side side = {
	.stop = fake_stop,
	.team = fake_start,
	.count_open = count_open,
	.count_start = count_start,
	.count_stop = count_stop,
	.count_read = count_read,
	.count_close = count_close,
	.counters_bytes = sizeof(struct own),
};

static void prepare(const char *workload, u32 threads)
{
	static const char *const name[] = { "page_faults", "cycles", "instructions" };
	u32 i;

	fake_prepare(workload, threads);
	memset(own, 0, sizeof(own));
	memset(&counters, 0, sizeof(counters));
	fake_block.side = &side;
	fake_block.counters = own;
	for (i = 0; i < AMK_ARRAY_SIZE(name); i++) {
		struct amk_event *e = &fake_request.event[fake_request.nr_events++];

		strcpy(e->metric, name[i]);
		e->type = i ? AMK_EVENT_HARDWARE : AMK_EVENT_SOFTWARE;
		e->config = i;
		e->group = i != 0;
	}
}

static enum amk_status run(void)
{
	enum amk_status status = fake_run();
	u32 i;

	assert_false(counters.foreign);
	assert_false(counters.bad_order);
	for (i = 0; i < FAKE_THREADS_MOST; i++) {
		assert_false(own[i].on);
		assert_int_equal(own[i].opened, own[i].closed);
	}
	return status;
}

/* Event @e, of as many operations as all threads together made. */
static void counted(u32 e, u32 threads)
{
	const struct amk_count *c = &fake_result.count[e];
	u64 started = START_COUNTS * threads;
	u32 i;

	assert_int_equal(c->status, AMK_STATUS_OK);
	assert_true(c->nr_pairs);
	assert_int_equal(c->ops_high % threads, 0);
	assert_true(c->ops_high > c->ops_low);
	for (i = 0; i < c->nr_pairs; i++) {
		assert_int_equal(c->pair[i].count_low, (e + 1) * (c->ops_low + started));
		assert_int_equal(c->pair[i].count_high, (e + 1) * (c->ops_high + started));
		assert_int_equal(c->pair[i].enabled_ns, 2 * RUN_NS * threads);
		assert_int_equal(c->pair[i].running_ns, 2 * RUN_NS * threads);
	}
}

static void skipped(const struct amk_count *c, enum amk_reason reason)
{
	assert_int_equal(c->status, AMK_STATUS_SKIP);
	assert_int_equal(c->reason, reason);
}

static void test_sum_of_threads(void **state)
{
	static const char *const workloads[] = { "pair", "burst-fifo", "touch" };
	u32 w, threads, i;

	(void)state;
	for (w = 0; w < AMK_ARRAY_SIZE(workloads); w++) {
		for (threads = 1; threads <= 4; threads++) {
			prepare(workloads[w], threads);
			assert_int_equal(run(), AMK_STATUS_OK);
			assert_int_equal(fake_result.nr_counts, 3);
			for (i = 0; i < 3; i++)
				counted(i, threads);
			for (i = 0; i < threads; i++)
				assert_int_equal(own[i].opened, 2);
		}
	}
}

/* What one thread cannot count is no sum of the others'. */
static void test_one_cannot(void **state)
{
	u32 poor, event, i;

	(void)state;
	for (poor = 0; poor < 3; poor++) {
		for (event = 0; event < 3; event++) {
			prepare("pair", 3);
			counters.poor = poor;
			counters.poor_event = event;
			counters.poor_error = -EBUSY;
			assert_int_equal(run(), AMK_STATUS_OK);
			for (i = 0; i < 3; i++) {
				if (i == event)
					skipped(&fake_result.count[i], AMK_REASON_EVENT_BUSY);
				else
					counted(i, 3);
			}
		}
	}
}

static void test_one_idle(void **state)
{
	u32 i;

	(void)state;
	prepare("pair", 3);
	counters.idle = 2;
	assert_int_equal(run(), AMK_STATUS_OK);
	for (i = 0; i < 3; i++)
		skipped(&fake_result.count[i], AMK_REASON_EVENT_IDLE);
}

/* Between batches threads wait for each other. */
static void test_remote_is_not_counted(void **state)
{
	u32 i;

	(void)state;
	prepare("remote", 3);
	assert_int_equal(run(), AMK_STATUS_OK);
	assert_int_equal(fake_result.nr_counts, 3);
	for (i = 0; i < 3; i++) {
		skipped(&fake_result.count[i], AMK_REASON_COUNTS_WAITING);
		assert_int_equal(own[i].opened, 0);
	}
}

static void test_no_counters(void **state)
{
	u32 i;

	(void)state;
	prepare("pair", 2);
	fake_block.counters = NULL;
	fake_block.side = &(const struct amk_side){ .stop = fake_stop, .team = fake_start };
	assert_int_equal(run(), AMK_STATUS_OK);
	for (i = 0; i < 3; i++)
		skipped(&fake_result.count[i], AMK_REASON_NO_COUNTERS);
}

/* Whenever it is told to stop, no counter stays open. */
static void test_stopped(void **state)
{
	u64 at;
	u32 broken = 0;

	(void)state;
	for (at = 1; at < 60; at++) {
		prepare("pair", 3);
		fake.stop_at = at;
		broken += run() != AMK_STATUS_OK;
	}
	assert_true(broken > 10);
}

static void test_refused(void **state)
{
	u64 at;

	(void)state;
	for (at = 2; at < 20000; at = at * 2 + 1) {
		prepare("pair", 3);
		fake.refuse_at = at;
		run();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sum_of_threads), cmocka_unit_test(test_one_cannot),
		cmocka_unit_test(test_one_idle),       cmocka_unit_test(test_remote_is_not_counted),
		cmocka_unit_test(test_no_counters),    cmocka_unit_test(test_stopped),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests_name("core_team_count", tests, NULL, NULL);
}
