// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files of the kernel as strings: those that come in pieces, those that are longer than there is
 * room, and those that are not there.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/user/text.h"

#include <cmocka.h>

/* Some hundred bytes for each mapping, of which any process has dozens: several pages. */
#define LONG_FILE "/proc/self/smaps"

static void test_pieces(void **state)
{
	char text[2 * 4096 + 1];

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_int_equal(amk_text_read(LONG_FILE, text, sizeof(text)), sizeof(text) - 1);
	assert_int_equal(strlen(text), sizeof(text) - 1);
}

static void test_no_room(void **state)
{
	char text[] = "xxxxxxxx";

	(void)state;
	assert_int_equal(amk_text_read(LONG_FILE, text, 4), 3);
	assert_int_equal(text[3], '\0');
	assert_string_equal(text + 4, "xxxx");
}

static void test_absent(void **state)
{
	char text[] = "xx";

	(void)state;
	assert_int_equal(amk_text_read("/proc/self/no such file", text, sizeof(text)), -ENOENT);
	assert_string_equal(text, "");
	strcpy(text, "xx");
	assert_int_equal(amk_text_read_fd(-1, text, sizeof(text)), -EBADF);
	assert_string_equal(text, "");
}

/* An open file is read from its beginning, however often. */
static void test_again(void **state)
{
	char text[16];
	int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC), i;

	(void)state;
	assert_true(fd >= 0);
	for (i = 0; i < 2; i++) {
		assert_int_equal(amk_text_read_fd(fd, text, sizeof(text)), sizeof(text) - 1);
		assert_int_equal(atoi(text), getpid());
	}
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_no_room),
		cmocka_unit_test(test_absent),
		cmocka_unit_test(test_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
