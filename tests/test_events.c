// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which events a run counts: words of --events, what a side's answers make of them, how a request
 * is filled, and the arithmetic of a count. The side is a script: each event has an answer alone,
 * and one beside others.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/core/block.h"
#include "lib/user/cost.h"
#include "lib/user/events.h"

#include <cmocka.h>

static struct amk_events events;
static char error[AMK_EVENTS_ERROR_LEN];

static const struct amk_event_choice *choice(const char *name)
{
	u32 i;

	for (i = 0; i < events.nr_choices; i++)
		if (!strcmp(events.choice[i].row->name, name))
			return &events.choice[i];
	fail_msg("%s was not chosen", name);
	return NULL;
}

static void refused(const char *list, const char *says)
{
	assert_int_equal(amk_events_choose(list, &events, error), -EINVAL);
	if (!strstr(error, says) || strchr(error, '\n'))
		fail_msg("no line with '%s': %s", says, error);
}

static void test_choice(void **state)
{
	(void)state;
	assert_int_equal(amk_events_choose("auto", &events, error), 0);
	assert_int_equal(events.nr_choices, AMK_NR_EVENTS - 4);
	assert_int_equal(amk_events_choose("none", &events, error), 0);
	assert_int_equal(events.nr_choices, 0);
	assert_int_equal(amk_events_choose("cycles,page_faults,cycles,r1c2", &events, error), 0);
	assert_int_equal(events.nr_choices, 3);
	assert_int_equal(choice("raw_1")->event.type, AMK_EVENT_RAW);
	assert_int_equal(choice("raw_1")->event.config, 0x1c2);
	assert_string_equal(choice("raw_1")->name, "r1c2");
	refused("", "an empty word");
	refused("cycles,", "an empty word");
	refused("cycle", "no event 'cycle'");
	refused("raw_1", "no event 'raw_1'");
	refused("r", "no event 'r'");
	refused("rxyz", "no event 'rxyz'");
	refused("r1,r2,r3,r4,r5", "'r5'");
	refused("raw:no such event", "no such event");
}

static void test_metrics_by_loop(void **state)
{
	(void)state;
	assert_string_equal(amk_event_metric("walks", 0)->name, "walks");
	assert_string_equal(amk_event_metric("walks", 1)->name, "walks_second");
	assert_null(amk_event_metric("walks", AMK_LANES_MAX));
	assert_null(amk_event_metric("walk", 0));
}

/* ---- a scripted side ---- */

static struct {
	enum amk_reason alone[AMK_EVENTS_MAX]; /* by the choice's place; NONE: it counts */
	enum amk_reason beside[AMK_EVENTS_MAX]; /* where another of its group is asked too */
	bool denied_with_kernel;
	u32 asked;
	int fails;
} side;

static u32 place_of(const struct amk_event *e)
{
	return (u32)(choice(e->metric) - events.choice);
}

static bool has_others(const struct amk_request *r, u32 at)
{
	u32 i;

	for (i = 0; i < r->nr_events; i++)
		if (i != at && r->event[i].group == r->event[at].group)
			return true;
	return false;
}

static int ask(void *arg, const struct amk_request *r, struct amk_result *result)
{
	u32 i;

	(void)arg;
	side.asked++;
	assert_int_equal(amk_request_check(r), 0);
	assert_true(r->flags & AMK_REQUEST_DRY);
	for (i = 0; i < r->nr_events; i++) {
		struct amk_count *c = &result->count[result->nr_counts++];
		u32 at = place_of(&r->event[i]);

		strcpy(c->metric, r->event[i].metric);
		c->reason = side.alone[at];
		if (side.beside[at] && has_others(r, i))
			c->reason = side.beside[at];
		if (side.denied_with_kernel && !(r->event[i].flags & AMK_EVENT_USER_ONLY))
			c->reason = AMK_REASON_EVENT_DENIED;
		c->status = c->reason ? AMK_STATUS_SKIP : AMK_STATUS_OK;
		c->nr_pairs = 1;
		c->pair[0].count_low = 100 + at;
	}
	return side.fails;
}

static int probe(const char *list, enum amk_side_id id)
{
	assert_int_equal(amk_events_choose(list, &events, error), 0);
	return amk_events_probe(&events, id, AMK_CLOCK_NS, ask, NULL);
}

static void script_clear(void)
{
	memset(&side, 0, sizeof(side));
}

static void is_skip(const char *name, enum amk_side_id id, enum amk_reason reason)
{
	assert_int_equal(choice(name)->side[id].status, AMK_STATUS_SKIP);
	assert_int_equal(choice(name)->side[id].reason, reason);
}

static void test_absent_costs_nothing_more(void **state)
{
	struct amk_request r = { .nr_events = 9 };

	(void)state;
	script_clear();
	side.alone[1] = AMK_REASON_EVENT_ABSENT;
	assert_int_equal(probe("page_faults,cycles", AMK_SIDE_kernel), 0);
	assert_int_equal(side.asked, 1);
	is_skip("cycles", AMK_SIDE_kernel, AMK_REASON_EVENT_ABSENT);
	assert_int_equal(choice("page_faults")->side[AMK_SIDE_kernel].status, AMK_STATUS_OK);
	assert_int_equal(choice("page_faults")->side[AMK_SIDE_kernel].overhead, 100);
	assert_int_equal(choice("page_faults")->side[AMK_SIDE_user].status, AMK_STATUS_NONE);
	amk_events_fill(&events, AMK_SIDE_kernel, &r);
	assert_int_equal(r.nr_events, 1);
	assert_string_equal(r.event[0].metric, "page_faults");
}

/* What does not fit beside its group has a pass of its own; the request stays sorted by group. */
static void test_misfit_is_counted_alone(void **state)
{
	struct amk_request r = { .nr_events = 0 };

	(void)state;
	script_clear();
	side.beside[1] = AMK_REASON_EVENT_IDLE;
	side.beside[2] = AMK_REASON_EVENT_INVALID;
	assert_int_equal(probe("cycles,instructions,llc_misses,page_faults", AMK_SIDE_user), 0);
	amk_events_fill(&events, AMK_SIDE_user, &r);
	assert_int_equal(r.nr_events, 4);
	assert_string_equal(r.event[0].metric, "page_faults");
	assert_string_equal(r.event[1].metric, "cycles");
	assert_true(r.event[1].group < r.event[2].group);
	assert_true(r.event[2].group < r.event[3].group);
	/* Alone and still idle: others have the counters. */
	script_clear();
	side.alone[0] = AMK_REASON_EVENT_IDLE;
	assert_int_equal(probe("cycles,instructions", AMK_SIDE_user), 0);
	is_skip("cycles", AMK_SIDE_user, AMK_REASON_EVENT_IDLE);
}

/* Without the kernel what happens in the kernel would always count 0: it is a skip. */
static void test_paranoid(void **state)
{
	struct amk_request r = { .nr_events = 0 };

	(void)state;
	script_clear();
	side.denied_with_kernel = true;
	assert_int_equal(probe("page_faults,context_switches,cycles", AMK_SIDE_user), 0);
	is_skip("context_switches", AMK_SIDE_user, AMK_REASON_EVENT_KERNEL_ONLY);
	amk_events_fill(&events, AMK_SIDE_user, &r);
	assert_int_equal(r.nr_events, 2);
	assert_int_equal(r.event[0].flags, AMK_EVENT_USER_ONLY);
	assert_int_equal(r.event[1].flags, AMK_EVENT_USER_ONLY);
	script_clear();
	side.alone[0] = AMK_REASON_EVENT_DENIED;
	assert_int_equal(probe("page_faults", AMK_SIDE_user), 0);
	is_skip("page_faults", AMK_SIDE_user, AMK_REASON_EVENT_DENIED);
	script_clear();
	side.denied_with_kernel = true;
	assert_int_equal(probe("page_faults", AMK_SIDE_kernel), 0);
	is_skip("page_faults", AMK_SIDE_kernel, AMK_REASON_EVENT_DENIED);
}

static void test_side_that_fails(void **state)
{
	(void)state;
	script_clear();
	side.fails = -EPROTO;
	assert_int_equal(probe("cycles", AMK_SIDE_user), -EPROTO);
}

/* ---- arithmetic ---- */

static void is_rate(const struct amk_count *c, double want)
{
	double got = amk_cost_count(c);

	if (isnan(want) ? !isnan(got) : !(fabs(got - want) <= 1e-12 * fabs(want)))
		fail_msg("%g events an operation, wanted %g", got, want);
}

static void test_rate(void **state)
{
	struct amk_count c = {
		.status = AMK_STATUS_OK, .ops_low = 10, .ops_high = 20, .nr_pairs = 3
	};
	u32 i;

	(void)state;
	for (i = 0; i < 3; i++)
		c.pair[i] = (struct amk_count_pair){ 57, 107, 1000, 1000 };
	is_rate(&c, 5);
	assert_false(amk_count_shared(&c));
	/* One run that something else counted in does not move it. */
	c.pair[1].count_high = 100000;
	is_rate(&c, 5);
	c.pair[1].count_high = 107;
	/* A counter that was on for a quarter of the time saw a quarter. */
	for (i = 0; i < 3; i++)
		c.pair[i].running_ns = 250;
	is_rate(&c, 20);
	assert_true(amk_count_shared(&c));
	for (i = 0; i < 3; i++)
		c.pair[i] = (struct amk_count_pair){ 3, 3, 9, 9 };
	is_rate(&c, 0);
	for (i = 0; i < 3; i++)
		c.pair[i].count_high = 2;
	is_rate(&c, NAN);
	c.nr_pairs = 0;
	is_rate(&c, NAN);
	c = (struct amk_count){ .ops_high = 1, .nr_pairs = 1, .pair = { { 2, 258, 5, 5 } } };
	is_rate(&c, 256);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_choice),
		cmocka_unit_test(test_metrics_by_loop),
		cmocka_unit_test(test_absent_costs_nothing_more),
		cmocka_unit_test(test_misfit_is_counted_alone),
		cmocka_unit_test(test_paranoid),
		cmocka_unit_test(test_side_that_fails),
		cmocka_unit_test(test_rate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
