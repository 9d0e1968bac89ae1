// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counters of the user side, by allocmark-block itself: each page touched is one page fault, memory
 * that is there before has none, and what this machine cannot count is a skip with its reason. An
 * ordinary user may count its own faults, but a sandbox may forbid that too: then there is nothing
 * to test.
 */
#include <stdio.h>
#include <stdlib.h>

#include "lib/user/cost.h"
#include "lib/user/events.h"
#include "lib/user/process.h"
#include "tests/block.h"

static struct amk_process process = { .cpu = -1 };
static struct amk_result res;

static void event_add(struct amk_request *req, const char *name, u32 type, u64 config)
{
	struct amk_event *e = &req->event[req->nr_events];

	snprintf(e->metric, sizeof(e->metric), "%s", name);
	e->type = type;
	e->config = config;
	e->group = req->nr_events++;
	e->flags = AMK_EVENT_USER_ONLY;
}

/* The events of @req that a block counted; false: the block did not come through. */
static bool counted(const struct amk_request *req)
{
	int error = amk_process_run(&process, req, &res);

	return check(!error && res.status == AMK_STATUS_OK && res.nr_counts == req->nr_events,
		     "%s %s of %llu: error %d, status %u, reason %s, %u counts", req->strategy,
		     req->workload, (unsigned long long)req->size, error, res.status,
		     block_reason(res.reason), res.nr_counts);
}

static void faults_are(const char *strategy, u64 size, double want)
{
	struct amk_request req;
	double got;

	block_request(&req, strategy, "touch", size);
	event_add(&req, "page_faults", AMK_EVENT_SOFTWARE, 2);
	if (!counted(&req))
		return;
	if (res.count[0].reason == AMK_REASON_EVENT_DENIED ||
	    res.count[0].reason == AMK_REASON_NO_COUNTERS) {
		puts("SKIP: not even its own page faults may a process count here");
		exit(77);
	}
	got = amk_cost_count(&res.count[0]);
	check(got >= want && got <= want, "touch of %llu bytes of %s: %g page faults, not %g",
	      (unsigned long long)size, strategy, got, want);
}

static void test_page_faults(void)
{
	u64 pages;

	for (pages = 1; pages <= 256; pages *= 4) {
		faults_are("mmap", pages * 4096, (double)pages);
		faults_are("mmap-populate", pages * 4096, 0);
	}
}

/* There is no event of such a number: the others are counted all the same. */
static void test_absent_event(void)
{
	struct amk_request req;

	block_request(&req, "null", "pair", 64);
	event_add(&req, "page_faults", AMK_EVENT_SOFTWARE, 2);
	event_add(&req, "raw_1", AMK_EVENT_SOFTWARE, 4711);
	event_add(&req, "raw_2", AMK_EVENT_CACHE, 0xffffff);
	if (!counted(&req))
		return;
	check(res.count[0].status == AMK_STATUS_OK, "page faults are counted beside what is not");
	check(res.count[1].status == AMK_STATUS_SKIP &&
		      res.count[1].reason == AMK_REASON_EVENT_ABSENT,
	      "no such software event: %s", block_reason(res.count[1].reason));
	check(res.count[2].status == AMK_STATUS_SKIP && res.count[2].reason != AMK_REASON_NONE,
	      "no such cache event: status %u", res.count[2].status);
}

/* Where there is a PMU, an empty operation is a few instructions, and many of them as many more. */
static void test_hardware(void)
{
	struct amk_request req;
	const struct amk_count *c = &res.count[0];
	double rate;

	block_request(&req, "null", "pair", 64);
	event_add(&req, "instructions", AMK_EVENT_HARDWARE, 1);
	if (!counted(&req))
		return;
	if (c->status != AMK_STATUS_OK) {
		check(c->status == AMK_STATUS_SKIP && c->reason != AMK_REASON_NONE,
		      "instructions: a skip without a reason");
		printf("instructions are not counted here: %s\n", block_reason(c->reason));
		return;
	}
	rate = amk_cost_count(c);
	check(rate >= 1 && (rate <= 8 || block_sanitized()), "an empty operation: %g instructions",
	      rate);
}

int main(void)
{
	process.helper = block_helper();
	test_page_faults();
	test_absent_event();
	test_hardware();
	return check_done();
}
