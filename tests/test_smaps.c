// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mapping levels from smaps: recorded areas of every kind, sums that leave the level open, and the
 * real file of this process.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/user/smaps.h"

static const char *const text =
	"555555554000-555555558000 r--p 00000000 fe:00 1234      /usr/bin/a-name b\n"
	"Size:                 16 kB\nKernelPageSize:        4 kB\nMMUPageSize:           4 kB\n"
	"Rss:                  16 kB\nAnonHugePages:         0 kB\nVmFlags: rd mr mw me\n"
	/* A part of an aligned block before, two whole ones, a part of one behind. */
	"7f0000100000-7f0000700000 rw-p 00000000 00:00 0 \n"
	"Size:               6144 kB\nKernelPageSize:        4 kB\nAnonHugePages:      4096 kB\n"
	"ShmemPmdMapped:        0 kB\nFilePmdMapped:         0 kB\n"
	/* The same, but one of the two is not huge: which? */
	"7f0010100000-7f0010700000 rw-p 00000000 00:00 0 \n"
	"KernelPageSize:        4 kB\nAnonHugePages:      2048 kB\n"
	"7f0020000000-7f0020400000 rw-s 00000000 00:0f 77        /anon_hugepage (deleted)\n"
	"KernelPageSize:     2048 kB\nAnonHugePages:         0 kB\nShared_Hugetlb:     4096 kB\n"
	"7f0030000000-7f0030200000 rw-s 00000000 00:01 5         /memfd:x (deleted)\n"
	"KernelPageSize:        4 kB\nAnonHugePages:         0 kB\nShmemPmdMapped:     2048 kB\n"
	"7f0040000000-7f0040200000 rw-p 00000000 00:00 0 ";

static int file;

static int open_text(void **state)
{
	(void)state;
	file = memfd_create("smaps", MFD_CLOEXEC);
	return file < 0 || write(file, text, strlen(text)) != (ssize_t)strlen(text);
}

static int close_text(void **state)
{
	(void)state;
	return close(file);
}

static u32 shift_at(u64 addr)
{
	struct amk_smaps smaps;

	assert_int_equal(lseek(file, 0, SEEK_SET), 0);
	assert_int_equal(amk_smaps_read(file, addr, &smaps), 0);
	return amk_smaps_area_shift(&smaps, addr);
}

static void test_recorded(void **state)
{
	struct amk_smaps smaps;

	(void)state;
	assert_int_equal(shift_at(0x555555554000), 12);
	assert_int_equal(shift_at(0x7f0000100000), 12);
	assert_int_equal(shift_at(0x7f00001ff000), 12);
	assert_int_equal(shift_at(0x7f0000200000), 21);
	assert_int_equal(shift_at(0x7f00005fffff), 21);
	assert_int_equal(shift_at(0x7f0000600000), 12);
	assert_int_equal(shift_at(0x7f0010200000), 0);
	assert_int_equal(shift_at(0x7f0010100000), 0);
	assert_int_equal(shift_at(0x7f00203fffff), 21);
	assert_int_equal(shift_at(0x7f0030000000), 21);
	/* The last area is cut off before it says anything. */
	assert_int_equal(lseek(file, 0, SEEK_SET), 0);
	assert_int_equal(amk_smaps_read(file, 0x7f0040000000, &smaps), -ENOENT);
	assert_int_equal(lseek(file, 0, SEEK_SET), 0);
	assert_int_equal(amk_smaps_read(file, 0x555555558000, &smaps), -ENOENT);
}

/* Memory of this process, small pages for sure. */
static void test_own(void **state)
{
	struct amk_smaps smaps = { 0 };
	u64 len = 4ULL << 20;
	char *p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	u32 shift;

	(void)state;
	assert_ptr_not_equal(p, MAP_FAILED);
	assert_int_equal(madvise(p, len, MADV_NOHUGEPAGE) && errno != EINVAL, 0);
	memset(p, 1, len);
	assert_int_equal(amk_smaps_shift(&smaps, p, &shift), 0);
	assert_int_equal(shift, 12);
	assert_int_equal(amk_smaps_shift(&smaps, p + len - 1, &shift), 0);
	assert_int_equal(shift, 12);
	assert_true(smaps.start <= (uintptr_t)p && smaps.end >= (uintptr_t)p + len);
	/* What was read is not believed when a walk begins again. */
	assert_int_equal(munmap(p, len), 0);
	assert_int_equal(amk_smaps_shift(&smaps, p, &shift), -ENOENT);
	assert_int_equal(shift, 0);
}

static int rollup_of(const char *rollup, int (*read_it)(int, u64 *), u64 *bytes)
{
	int fd = memfd_create("rollup", MFD_CLOEXEC), error;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, rollup, strlen(rollup)), strlen(rollup));
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	error = read_it(fd, bytes);
	close(fd);
	return error;
}

static void test_private_recorded(void **state)
{
	u64 bytes;

	(void)state;
	assert_int_equal(rollup_of("555555554000-7ffffffff000 ---p 00000000 00:00 0 [rollup]\n"
				   "Rss:                1500 kB\nShared_Dirty:          7 kB\n"
				   "Private_Clean:        60 kB\nPrivate_Dirty:       120 kB\n"
				   "Private_Hugetlb:    2048 kB\n",
				   amk_smaps_private_read, &bytes),
			 0);
	assert_int_equal(bytes, (120 + 2048) << 10);
	assert_int_equal(rollup_of("Rss: 1500 kB\nPrivate_Clean: 60 kB\n", amk_smaps_private_read,
				   &bytes),
			 -ENOENT);
}

static void test_huge_recorded(void **state)
{
	u64 bytes;

	(void)state;
	assert_int_equal(rollup_of("Rss: 9000 kB\nAnonHugePages:      4096 kB\n"
				   "AnonHugePagesX:       99 kB\nPrivate_Hugetlb:    2048 kB\n",
				   amk_smaps_huge_read, &bytes),
			 0);
	assert_int_equal(bytes, (4096 + 2048) << 10);
	assert_int_equal(rollup_of("Rss: 1500 kB\nPrivate_Hugetlb: 2048 kB\n", amk_smaps_huge_read,
				   &bytes),
			 -ENOENT);
	assert_int_equal(amk_smaps_huge(&bytes), 0);
}

/* As much more as was written to, to the page; what is only mapped is none of it. */
static void test_private_own(void **state)
{
	u64 len = 4ULL << 20, before, mapped, written;
	char *p;

	(void)state;
	assert_int_equal(amk_smaps_private(&before), 0);
	p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(p, MAP_FAILED);
	assert_int_equal(amk_smaps_private(&mapped), 0);
	memset(p, 1, len);
	assert_int_equal(amk_smaps_private(&written), 0);
	assert_in_range(mapped - before, 0, 64 << 10);
	assert_in_range(written - mapped, len, len + (64 << 10));
	munmap(p, len);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_recorded, open_text, close_text),
		cmocka_unit_test(test_own),
		cmocka_unit_test(test_private_recorded),
		cmocka_unit_test(test_private_own),
		cmocka_unit_test(test_huge_recorded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
