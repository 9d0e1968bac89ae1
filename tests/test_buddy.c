// SPDX-License-Identifier: GPL-2.0-only
/*
 * The free lists of the page allocator: a recorded file, its unusable free space index reckoned by
 * hand, files that are no such thing, and the real file of this machine.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/user/buddy.h"

static struct amk_buddy buddy;

static const char recorded[] = "Node 0, zone      DMA 0 0  0  0 0 0 0 0 1 1   3 \n"
			       "Node 0, zone    DMA32 2 3  4  2 5 4 3 4 5 3 751 \n"
			       "Node 1, zone   Normal 8 0  0  1 0 0 0 0 0 1   0 \n";

static void test_recorded(void **state)
{
	(void)state;
	assert_int_equal(amk_buddy_parse(recorded, &buddy), 0);
	assert_int_equal(buddy.nr_zones, 3);
	assert_int_equal(buddy.nr_orders, 11);
	assert_string_equal(buddy.zone[0].name, "DMA");
	assert_string_equal(buddy.zone[2].name, "Normal");
	assert_int_equal(buddy.zone[1].node, 0);
	assert_int_equal(buddy.zone[2].node, 1);
	assert_int_equal(buddy.zone[1].free[10], 751);
	assert_int_equal(buddy.zone[2].free[11], 0);
	assert_int_equal(amk_buddy_zone_pages(&buddy.zone[0], 0), 256 + 512 + 3 * 1024);
	assert_int_equal(amk_buddy_zone_pages(&buddy.zone[2], 0), 8 + 8 + 512);
	assert_int_equal(amk_buddy_zone_pages(&buddy.zone[2], 1), 8 + 512);
	assert_int_equal(amk_buddy_zone_pages(&buddy.zone[2], 10), 0);
}

static void test_unusable(void **state)
{
	(void)state;
	assert_int_equal(amk_buddy_parse(recorded, &buddy), 0);
	/* 3840 pages, of which 256 are in a block of order 8. */
	assert_true(amk_buddy_zone_unusable(&buddy.zone[0], 9) == 256 / 3840.0);
	assert_true(amk_buddy_zone_unusable(&buddy.zone[0], 0) == 0);
	assert_true(amk_buddy_zone_unusable(&buddy.zone[2], 9) == 16 / 528.0);
	assert_true(amk_buddy_zone_unusable(&buddy.zone[2], 10) == 1);
	/* All zones together, not the mean of theirs. */
	buddy.zone[1] = buddy.zone[2];
	buddy.nr_zones = 2;
	assert_int_equal(amk_buddy_pages(&buddy, 0), 3840 + 528);
	assert_int_equal(amk_buddy_pages(&buddy, 9), 3840 - 256 + 512);
	assert_true(amk_buddy_unusable(&buddy, 9) == (256 + 16) / 4368.0);
	/* More than the kernel's largest order: nothing is of use. */
	assert_true(amk_buddy_unusable(&buddy, 11) == 1);
	assert_true(amk_buddy_unusable(&buddy, AMK_BUDDY_ORDERS_MAX + 3) == 1);
}

static void test_nothing_free(void **state)
{
	(void)state;
	assert_int_equal(amk_buddy_parse("Node 3, zone Movable 0 0 0\n", &buddy), 0);
	assert_int_equal(buddy.nr_orders, 3);
	assert_int_equal(buddy.zone[0].node, 3);
	assert_true(amk_buddy_unusable(&buddy, 0) == 1);
	assert_true(amk_buddy_zone_unusable(&buddy.zone[0], 0) == 1);
}

static void test_refused(void **state)
{
	static const char *const texts[] = {
		"",
		"\n",
		"Node 0, zone Normal\n",
		"Node 0, zone Normal 1 2 x\n",
		"Node 0, zone Normal 1 2 -3\n",
		"Node , zone Normal 1 2\n",
		"Zone 0, node Normal 1 2\n",
		"Node 0, zone A-name-that-no-zone-has 1 2\n",
		"Node 0, zone DMA 1 2\nNode 0, zone Normal 1 2 3\n",
		"Node 0, zone DMA 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21\n",
	};
	size_t i;

	(void)state;
	for (i = 0; i < AMK_ARRAY_SIZE(texts); i++)
		assert_int_equal(amk_buddy_parse(texts[i], &buddy), -EINVAL);
}

static void test_many_zones(void **state)
{
	static char text[(AMK_BUDDY_ZONES_MAX + 1) * 32];
	size_t len = 0;
	u32 i;

	(void)state;
	for (i = 0; i < AMK_BUDDY_ZONES_MAX; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "Node %u, zone N 1\n", i);
	assert_int_equal(amk_buddy_parse(text, &buddy), 0);
	assert_int_equal(amk_buddy_pages(&buddy, 0), AMK_BUDDY_ZONES_MAX);
	snprintf(text + len, sizeof(text) - len, "Node %u, zone N 1\n", i);
	assert_int_equal(amk_buddy_parse(text, &buddy), -EINVAL);
}

static void test_here(void **state)
{
	(void)state;
	if (access(AMK_BUDDY_PATH, R_OK))
		skip();
	assert_int_equal(amk_buddy_read(&buddy), 0);
	assert_true(buddy.nr_zones > 0);
	assert_true(amk_buddy_pages(&buddy, 0) > 0);
	assert_true(amk_buddy_unusable(&buddy, 0) == 0);
	assert_true(amk_buddy_unusable(&buddy, 9) <= 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recorded),     cmocka_unit_test(test_unusable),
		cmocka_unit_test(test_nothing_free), cmocka_unit_test(test_refused),
		cmocka_unit_test(test_many_zones),   cmocka_unit_test(test_here),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
