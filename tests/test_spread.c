// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where threads are placed on machines that hwloc makes up: each on a CPU of its own, in the order
 * that the way of placing them promises, and no more than there is room for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "lib/user/topology.h"

#include <cmocka.h>

/* Two packages of a node and a third-level cache each, of two cores with two CPUs each. */
#define TWO "pack:2 [numa] l3:1 core:2 pu:2"
/* One core has CPUs 0 and 2, the other 1 and 3. */
#define CROSSED "core:2 pu:2(indexes=0,2,1,3)"
#define PLAIN "pu:3"
/* Of each two nodes of a package the second has none but the first's CPUs. */
#define LENT "pack:2 [numa] [numa] pu:2"

static char error[AMK_TOPOLOGY_ERROR_LEN];

static void placed(const char *machine, enum amk_spread spread, u32 n, const u16 *want)
{
	struct amk_topology *topology;
	u16 cpu[AMK_THREADS_MAX];

	assert_int_equal(amk_topology_invent(&topology, machine, error), 0);
	assert_int_equal(amk_topology_spread(topology, spread, n, cpu, error), 0);
	amk_topology_close(topology);
	assert_memory_equal(cpu, want, n * sizeof(*cpu));
}

#define PLACED(machine, spread, ...)                                              \
	do {                                                                      \
		const u16 want[] = { __VA_ARGS__ };                               \
                                                                                  \
		placed(machine, AMK_SPREAD_##spread, AMK_ARRAY_SIZE(want), want); \
	} while (0)

static void test_places(void **state)
{
	(void)state;
	PLACED(TWO, compact, 0);
	PLACED(TWO, compact, 0, 1, 2, 3, 4);
	PLACED(TWO, scatter, 0, 4);
	PLACED(TWO, scatter, 0, 2, 4, 6);
	PLACED(TWO, scatter, 0, 1, 2, 3, 4, 5, 6, 7);
	PLACED(TWO, core, 0, 2, 4, 6);
	PLACED(TWO, core, 0, 2);
	PLACED(TWO, l3, 0, 4);
	PLACED(TWO, node, 0, 4);
	PLACED(LENT, node, 0, 2);
	PLACED(CROSSED, compact, 0, 2, 1, 3);
	PLACED(CROSSED, core, 0, 1);
	PLACED(CROSSED, scatter, 0, 1);
	PLACED(PLAIN, compact, 0, 1, 2);
}

static void test_scattered_are_apart(void **state)
{
	struct amk_topology *topology;
	u16 cpu[AMK_THREADS_MAX];
	u32 n, i, j;

	(void)state;
	assert_int_equal(amk_topology_invent(&topology, "pack:3 core:5 pu:2", error), 0);
	for (n = 1; n <= 30; n++) {
		assert_int_equal(amk_topology_spread(topology, AMK_SPREAD_scatter, n, cpu, error),
				 0);
		for (i = 0; i < n; i++)
			for (j = 0; j < i; j++)
				assert_int_not_equal(cpu[i], cpu[j]);
	}
	amk_topology_close(topology);
}

static void room(const char *machine, enum amk_spread spread, u32 want)
{
	struct amk_topology *topology;
	u16 cpu[AMK_THREADS_MAX];

	assert_int_equal(amk_topology_invent(&topology, machine, error), 0);
	assert_int_equal(amk_topology_room(topology, spread, AMK_THREADS_MAX), want);
	strcpy(error, "");
	assert_int_equal(amk_topology_spread(topology, spread, want + 1, cpu, error), -EINVAL);
	assert_non_null(strstr(error, amk_spread_names[spread]));
	assert_null(strchr(error, '\n'));
	amk_topology_close(topology);
}

static void test_room(void **state)
{
	(void)state;
	room(TWO, AMK_SPREAD_compact, 8);
	room(TWO, AMK_SPREAD_scatter, 8);
	room(TWO, AMK_SPREAD_core, 4);
	room(TWO, AMK_SPREAD_l3, 2);
	room(TWO, AMK_SPREAD_node, 2);
	room(LENT, AMK_SPREAD_node, 2);
	room(PLAIN, AMK_SPREAD_l3, 0);
	room("pack:2 core:100 pu:2", AMK_SPREAD_core, 200);
}

static void test_names(void **state)
{
	u32 i;

	(void)state;
	for (i = 0; i < AMK_NR_SPREADS; i++)
		assert_int_equal(amk_spread_find(amk_spread_names[i]), i);
	assert_int_equal(amk_spread_find("socket"), AMK_NR_SPREADS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_scattered_are_apart),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
