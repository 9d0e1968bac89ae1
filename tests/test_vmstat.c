// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reclaim and compaction from texts as kernels have them in /proc/vmstat, and from this one's.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/user/vmstat.h"

#include <cmocka.h>

static int text_open(const char *text, size_t len)
{
	int fd = memfd_create("vmstat", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	return fd;
}

static int text_read(const char *text, struct amk_reclaimed *got)
{
	int fd = text_open(text, strlen(text)), ret = amk_vmstat_reclaimed(fd, got);

	close(fd);
	return ret;
}

static void test_counters(void **state)
{
	struct amk_reclaimed got;

	(void)state;
	assert_int_equal(text_read("nr_free_pages 77\nallocstall_dma 1\nallocstall_normal 20\n"
				   "allocstall_movable 300\npgscan_direct 4000\n"
				   "pgscan_direct_throttle 9\npgscan_anon 9\ncompact_stall 50\n"
				   "compact_stallish 9\nxallocstall_dma 9\n",
				   &got),
			 0);
	assert_int_equal(got.stalls, 321);
	assert_int_equal(got.scanned, 4000);
	assert_int_equal(got.compactions, 50);
}

static void test_what_is_not_counted(void **state)
{
	struct amk_reclaimed got;

	(void)state;
	/* One counter for all zones, and no compaction built in; no newline at the end. */
	assert_int_equal(text_read("pgscan_direct 7\nallocstall 3", &got), 0);
	assert_int_equal(got.stalls, 3);
	assert_int_equal(got.scanned, 7);
	assert_int_equal(got.compactions, 0);
	assert_int_equal(text_read("nr_free_pages 77\ncompact_stall 1\n", &got), -EINVAL);
	assert_int_equal(text_read("", &got), -EINVAL);
	assert_int_equal(amk_vmstat_reclaimed(-1, &got), -EBADF);
}

/* Read again from the beginning, however long it is. */
static void test_long_text_twice(void **state)
{
	static char text[20000];
	struct amk_reclaimed got;
	int fd, i;

	(void)state;
	memset(text, 'x', sizeof(text));
	for (i = 99; i < (int)sizeof(text); i += 100)
		text[i] = '\n';
	memcpy(text + 19000, "allocstall_dma 12\n", 18);
	fd = text_open(text, sizeof(text));
	for (i = 0; i < 2; i++) {
		assert_int_equal(amk_vmstat_reclaimed(fd, &got), 0);
		assert_int_equal(got.stalls, 12);
	}
	close(fd);
}

static void test_this_kernel(void **state)
{
	int fd = open(AMK_VMSTAT_PATH, O_RDONLY | O_CLOEXEC);
	struct amk_reclaimed before, after;

	(void)state;
	if (fd < 0)
		skip();
	assert_int_equal(amk_vmstat_reclaimed(fd, &before), 0);
	assert_int_equal(amk_vmstat_reclaimed(fd, &after), 0);
	assert_true(after.stalls >= before.stalls && after.scanned >= before.scanned);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counters),
		cmocka_unit_test(test_what_is_not_counted),
		cmocka_unit_test(test_long_text_twice),
		cmocka_unit_test(test_this_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
