// SPDX-License-Identifier: GPL-2.0-only
/*
 * Room for user blocks: a quarter of the least of what is available and what each memory cgroup
 * above the process leaves, from files made for the test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/user_room.h"

#include <cmocka.h>

static char directory[] = "/tmp/amk-room-XXXXXX";

static int set_up(void **state)
{
	(void)state;
	strcpy(directory + strlen(directory) - 6, "XXXXXX");
	return mkdtemp(directory) ? 0 : -1;
}

static int tear_down(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -r '%s'", directory);
	return system(command);
}

static void put(const char *name, const char *text)
{
	char path[256], *slash;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	for (slash = strchr(path + strlen(directory) + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0777);
		*slash = '/';
	}
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static u64 left(void)
{
	char meminfo[64], membership[64], mount[64];

	snprintf(meminfo, sizeof(meminfo), "%s/meminfo", directory);
	snprintf(membership, sizeof(membership), "%s/membership", directory);
	snprintf(mount, sizeof(mount), "%s/cgroup", directory);
	return amk_user_room_left(meminfo, membership, mount);
}

static void nothing_known(void **state)
{
	(void)state;
	assert_true(left() == ~0ULL);
	put("meminfo", "MemTotal:       1000 kB\n");
	put("membership", "0::/a\n");
	assert_true(left() == ~0ULL);
}

static void quarter_of_what_is_available(void **state)
{
	(void)state;
	put("meminfo", "MemTotal:  9000 kB\nMemFree:  10 kB\nMemAvailable:    3000 kB\n");
	assert_int_equal(left(), 750 << 10);
}

static void limit_less_what_is_used(void **state)
{
	(void)state;
	put("meminfo", "MemAvailable:    9000000 kB\n");
	put("membership", "0::/a/b\n");
	put("cgroup/a/b/memory.max", "100000\n");
	put("cgroup/a/b/memory.current", "40000\n");
	assert_int_equal(left(), 15000);
	put("cgroup/a/b/memory.max", "max\n");
	assert_int_equal(left(), 9000000ULL << 8);
}

static void limit_above_holds_below(void **state)
{
	(void)state;
	put("membership", "0::/a/b\n");
	put("cgroup/a/b/memory.max", "100000\n");
	put("cgroup/a/memory.max", "80000\n");
	put("cgroup/a/memory.current", "60000\n");
	assert_int_equal(left(), 5000);
	/* One within a container is the root of what it sees. */
	put("membership", "0::/\n");
	put("cgroup/memory.max", "5000\n");
	assert_int_equal(left(), 1250);
}

static void more_used_than_allowed(void **state)
{
	(void)state;
	put("membership", "0::/a\n");
	put("cgroup/a/memory.max", "100\n");
	put("cgroup/a/memory.current", "400\n");
	assert_int_equal(left(), 0);
}

static void first_version(void **state)
{
	(void)state;
	put("membership", "5:cpu:/x\n4:memory:/a\n0::/\n");
	put("cgroup/memory/a/memory.limit_in_bytes", "9223372036854771712\n");
	assert_true(left() == ~0ULL);
	put("cgroup/memory/a/memory.limit_in_bytes", "100000\n");
	put("cgroup/memory/a/memory.usage_in_bytes", "20000\n");
	assert_int_equal(left(), 20000);
}

/* Of this machine, whatever it has: bounded, and by a step that small changes do not cross. */
static void power_of_two(void **state)
{
	const struct amk_strategy *malloc_row = amk_strategy_find(AMK_SIDE_user, "malloc");
	u64 room = amk_user_room(malloc_row, ~0ULL);

	(void)state;
	assert_true(room && room < ~0ULL);
	assert_int_equal(room & (room - 1), 0);
	assert_int_equal(amk_user_room(malloc_row, 4096), 4096);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_known),
		TEST(quarter_of_what_is_available),
		TEST(limit_less_what_is_used),
		TEST(limit_above_holds_below),
		TEST(more_used_than_allowed),
		TEST(first_version),
		TEST(power_of_two),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
