// SPDX-License-Identifier: GPL-2.0-only
/*
 * placement, on a side that says where pages lie as the test wants it, and what becomes of requests
 * for a node.
 */
#include "test_core_fake.h"

#define PAGES 8

static struct fake_block fb;

static struct {
	u32 node[PAGES]; /* of the pages in the order they are looked at */
	u32 looked;
	u32 home;
	u32 asked; /* node that place() was last asked for */
	enum amk_reason reason;
	int error;
} numa;

static int numa_node(struct amk_block *block, const void *addr, u32 *node)
{
	(void)block;
	if (numa.error)
		return numa.error;
	*node = addr ? numa.node[numa.looked++ % PAGES] : numa.home;
	return 0;
}

static enum amk_reason numa_place(u32 node)
{
	numa.asked = node;
	return numa.reason;
}

/* One object of PAGES pages, asked for on @node. */
static enum amk_status numa_run(u32 flags, s32 node)
{
	struct amk_side side = fake_side;

	side.node = numa_node;
	side.place = numa_place;
	fake_block_reset(&fb, "placement", PAGES * 4096);
	fake.align_bytes = 4096;
	fb.request.batch = 1;
	fb.request.node = node;
	fb.strategy.flags = flags;
	fb.block.side = &side;
	numa.looked = 0;
	return fake_block_run(&fb);
}

static void placed_is(u64 there, u64 nodes, u64 least)
{
	fake_value_is(&fb, AMK_METRIC_placed_asked, PAGES);
	fake_value_is(&fb, AMK_METRIC_placed_there, there);
	fake_value_is(&fb, AMK_METRIC_placed_elsewhere, PAGES - there);
	fake_value_is(&fb, AMK_METRIC_placed_nodes, nodes);
	fake_value_is(&fb, AMK_METRIC_placed_least, least);
}

static int numa_reset(void **state)
{
	(void)state;
	memset(&numa, 0, sizeof(numa));
	return 0;
}

static void all_pages_on_the_node(void **state)
{
	u32 i;

	(void)state;
	for (i = 0; i < PAGES; i++)
		numa.node[i] = 3;
	assert_int_equal(numa_run(AMK_STRATEGY_PLACED, 3), AMK_STATUS_OK);
	assert_int_equal(numa.asked, 3);
	placed_is(PAGES, 1, PAGES);
}

static void some_pages_elsewhere(void **state)
{
	u32 i;

	(void)state;
	for (i = 0; i < PAGES; i++)
		numa.node[i] = i < 3 ? 1 : 0;
	assert_int_equal(numa_run(AMK_STRATEGY_PLACED, 1), AMK_STATUS_OK);
	placed_is(3, 2, 3);
}

/* Without a node, that of the CPU is what is wanted. */
static void no_node_is_the_cpus_own(void **state)
{
	(void)state;
	numa.home = 2;
	numa.node[5] = 2;
	assert_int_equal(numa_run(0, -1), AMK_STATUS_OK);
	placed_is(1, 2, 1);
}

static void interleaved_pages_change_nodes(void **state)
{
	u32 i;

	(void)state;
	for (i = 0; i < PAGES; i++)
		numa.node[i] = i & 1;
	assert_int_equal(numa_run(AMK_STRATEGY_SPREAD, -1), AMK_STATUS_OK);
	placed_is(PAGES, 2, PAGES / 2);
	/* A page twice on one node, and the last ones as well. */
	numa.node[PAGES - 1] = numa.node[PAGES - 2];
	numa_run(AMK_STRATEGY_SPREAD, -1);
	placed_is(PAGES - 1, 2, PAGES / 2 - 1);
}

static void a_node_that_cannot_be_had(void **state)
{
	(void)state;
	numa.reason = AMK_REASON_NODE_EMPTY;
	numa_run(AMK_STRATEGY_PLACED, 7);
	fake_block_ended(&fb, AMK_STATUS_SKIP, AMK_REASON_NODE_EMPTY, 0);
	assert_int_equal(fake.allocs, 0);
	/* One node alone: its memory can be had, but not by turns. */
	numa.reason = AMK_REASON_NODE_ALONE;
	numa_run(AMK_STRATEGY_SPREAD, -1);
	fake_block_ended(&fb, AMK_STATUS_SKIP, AMK_REASON_NODE_ALONE, 0);
	assert_int_equal(numa_run(AMK_STRATEGY_PLACED, -1), AMK_STATUS_OK);
}

static void a_node_of_what_takes_none(void **state)
{
	(void)state;
	numa_run(0, 1);
	fake_block_ended(&fb, AMK_STATUS_SKIP, AMK_REASON_NOT_PLACED, 0);
	assert_int_equal(fake.allocs, 0);
}

static void where_nothing_is_known(void **state)
{
	(void)state;
	fake_block_reset(&fb, "placement", 4096);
	fake_block_run(&fb);
	fake_block_ended(&fb, AMK_STATUS_SKIP, AMK_REASON_NO_NUMA, 0);
	numa.error = -ENOSYS;
	numa_run(0, -1);
	fake_block_ended(&fb, AMK_STATUS_SKIP, AMK_REASON_NO_NUMA, 0);
	numa.error = -ENOENT;
	numa_run(0, -1);
	fake_block_ended(&fb, AMK_STATUS_MEASURE_FAILED, AMK_REASON_LOOKUP, -ENOENT);
	assert_int_equal(fake.given, fake.released);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(all_pages_on_the_node, numa_reset),
		cmocka_unit_test_setup(some_pages_elsewhere, numa_reset),
		cmocka_unit_test_setup(no_node_is_the_cpus_own, numa_reset),
		cmocka_unit_test_setup(interleaved_pages_change_nodes, numa_reset),
		cmocka_unit_test_setup(a_node_that_cannot_be_had, numa_reset),
		cmocka_unit_test_setup(a_node_of_what_takes_none, numa_reset),
		cmocka_unit_test_setup(where_nothing_is_known, numa_reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
