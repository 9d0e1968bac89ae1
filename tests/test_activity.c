// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel's files tell of the state that memory is in, by texts of theirs: what it had to
 * do, how full its slabs are, and which node a holder is to take from.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bench/holder_memory.h"
#include "lib/user/activity.h"
#include "lib/user/buddy.h"
#include "lib/user/slabinfo.h"

static const char vmstat[] = "nr_free_pages 100\n"
			     "allocstall_dma 1\n"
			     "allocstall_normal 2\n"
			     "allocstall_movable 4\n"
			     "pgsteal_kswapd 30\n"
			     "pgsteal_kswapd_not_this_one 99\n"
			     "compact_stall 7\n"
			     "oom_kill 0\n";
static const char pressure[] = "some avg10=0.00 avg60=0.00 avg300=0.00 total=120\n"
			       "full avg10=0.00 avg60=0.00 avg300=0.00 total=45\n";

static void test_parse(void **state)
{
	struct amk_activity a;

	(void)state;
	amk_activity_parse(vmstat, pressure, &a);
	assert_int_equal(a.count[AMK_ACTIVITY_stall_some_us], 120);
	assert_int_equal(a.count[AMK_ACTIVITY_stall_full_us], 45);
	assert_int_equal(a.count[AMK_ACTIVITY_allocstall], 7);
	assert_int_equal(a.count[AMK_ACTIVITY_pgsteal_kswapd], 30);
	assert_int_equal(a.count[AMK_ACTIVITY_compact_stall], 7);
	assert_true(a.have[AMK_ACTIVITY_oom_kill]);
	assert_false(a.have[AMK_ACTIVITY_pgscan_direct]);
}

/* What a kernel does not count is not told, which is something else than 0. */
static void test_absent(void **state)
{
	struct amk_activity a, sum = { 0 };
	struct amk_facts facts = { 0 };

	(void)state;
	amk_activity_parse(vmstat, NULL, &a);
	assert_false(a.have[AMK_ACTIVITY_stall_full_us]);
	amk_activity_grow(&sum, &a, &a);
	amk_activity_facts(&sum, "state.rounds", &facts);
	assert_null(amk_facts_find(&facts, AMK_FACT_STATE, "state.rounds.stall_full_us"));
	assert_string_equal(amk_facts_find(&facts, AMK_FACT_STATE, "state.rounds.oom_kill"), "0");
	amk_facts_free(&facts);
}

static void test_grow(void **state)
{
	struct amk_activity from, to, sum = { 0 };

	(void)state;
	amk_activity_parse("pgsteal_kswapd 10\noom_kill 1\n", NULL, &from);
	amk_activity_parse("pgsteal_kswapd 25\noom_kill 1\n", pressure, &to);
	amk_activity_grow(&sum, &from, &to);
	amk_activity_grow(&sum, &from, &to);
	assert_int_equal(sum.count[AMK_ACTIVITY_pgsteal_kswapd], 30);
	assert_int_equal(sum.count[AMK_ACTIVITY_oom_kill], 0);
	assert_false(sum.have[AMK_ACTIVITY_stall_some_us]);
}

static void test_slabs(void **state)
{
	struct amk_slabinfo info = { 0 };

	(void)state;
	amk_slabinfo_line("slabinfo - version: 2.1\n", &info);
	amk_slabinfo_line("kmalloc-64   100  128   64   64    1 : tunables 0 0 0\n", &info);
	amk_slabinfo_line("kmalloc-rcl-96   2  42   96   42    1 : tunables 0 0 0\n", &info);
	amk_slabinfo_line("dentry   100  128   192   21    1 : tunables 0 0 0\n", &info);
	assert_int_equal(info.bytes, 128 * 64 + 42 * 96);
	assert_int_equal(info.used_bytes, 100 * 64 + 2 * 96);
}

static void test_node(void **state)
{
	struct amk_buddy buddy;

	(void)state;
	/* Two nodes of 16 pages each, in blocks of 8; half of the first one's are single. */
	assert_int_equal(amk_buddy_parse("Node 0, zone DMA32 8 0 0 1\n"
					 "Node 1, zone Normal 0 0 0 2\n",
					 &buddy),
			 0);
	assert_int_equal(amk_holder_node(&buddy, 3), 1);
	/* Of pages, where more is free. */
	assert_int_equal(amk_buddy_parse("Node 0, zone DMA32 0 0 0 1\n"
					 "Node 0, zone Normal 9 0 0 0\n"
					 "Node 1, zone Normal 0 0 0 2\n",
					 &buddy),
			 0);
	assert_int_equal(amk_holder_node(&buddy, 0), 0);
	assert_int_equal(amk_holder_node(&buddy, 3), 1);
	assert_int_equal(amk_buddy_parse("Node 0, zone Normal 9 0 0 0\n", &buddy), 0);
	assert_int_equal(amk_holder_node(&buddy, 3), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse), cmocka_unit_test(test_absent),
		cmocka_unit_test(test_grow),  cmocka_unit_test(test_slabs),
		cmocka_unit_test(test_node),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
