// SPDX-License-Identifier: GPL-2.0-only
/*
 * The client of the module against a device that answers what the test says: no device, no right,
 * a device in use, and modules of other versions. The linker puts the functions below in the place
 * of open(), ioctl() and close() (--wrap), so no device is needed.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "lib/user/module.h"

#define FD 77

static struct {
	int open_errno; /* 0: it opens */
	int info_errno;
	int run_errno;
	u32 info_version; /* that the module answers with */
	u32 result_version;
	int opened;
} device;

static struct amk_module module;
static char error[AMK_MODULE_ERROR_LEN];

int __wrap_open(const char *path, int flags, ...);
int __wrap_close(int fd);
int __wrap_ioctl(int fd, unsigned long request, ...);

int __wrap_open(const char *path, int flags, ...)
{
	(void)flags;
	assert_string_equal(path, "/dev/allocmark");
	if (device.open_errno) {
		errno = device.open_errno;
		return -1;
	}
	device.opened++;
	return FD;
}

int __wrap_close(int fd)
{
	assert_int_equal(fd, FD);
	device.opened--;
	return 0;
}

static int answer(int code)
{
	errno = code;
	return code ? -1 : 0;
}

int __wrap_ioctl(int fd, unsigned long request, ...)
{
	va_list args;
	void *arg;

	va_start(args, request);
	arg = va_arg(args, void *);
	va_end(args);
	assert_int_equal(fd, FD);
	if (request == AMK_IOC_INFO) {
		((struct amk_info *)arg)->version = device.info_version;
		return answer(device.info_errno);
	}
	assert_int_equal(request, AMK_IOC_RUN);
	if (!device.run_errno) {
		struct amk_run *run = arg;
		struct amk_result *res = (void *)(uintptr_t)run->result_addr;

		res->size_of = sizeof(*res);
		res->version = device.result_version;
		res->status = AMK_STATUS_OK;
	}
	return answer(device.run_errno);
}

static int reset(void **state)
{
	(void)state;
	memset(&device, 0, sizeof(device));
	device.info_version = AMK_ABI_VERSION;
	device.result_version = AMK_ABI_VERSION;
	return 0;
}

/* Opening fails with @code and one line that holds @text; nothing stays open. */
static void open_fails(int code, const char *text)
{
	assert_int_equal(amk_module_open(&module, error), -code);
	if (!strstr(error, text) || strchr(error, '\n'))
		fail_msg("no line with '%s': %s", text, error);
	assert_int_equal(device.opened, 0);
}

static void what_keeps_it_shut_is_named(void **state)
{
	(void)state;
	device.open_errno = ENOENT;
	open_fails(ENOENT, "load the module");
	device.open_errno = EACCES;
	open_fails(EACCES, "needs root");
	device.open_errno = EPERM;
	open_fails(EPERM, "needs root");
	device.open_errno = EBUSY;
	open_fails(EBUSY, "in use by another run");
	device.open_errno = EIO;
	open_fails(EIO, "cannot be opened");
}

static void another_version_is_refused(void **state)
{
	(void)state;
	device.info_version = AMK_ABI_VERSION + 1;
	open_fails(EPROTO, "the module speaks version 3, this program version 2");
	/* Structs of another size have other ioctl numbers. */
	device.info_errno = ENOTTY;
	device.info_version = AMK_ABI_VERSION;
	open_fails(EPROTO, "of another version");
	device.info_errno = EINVAL;
	open_fails(EPROTO, "build and load the module anew");
	device.info_errno = EIO;
	open_fails(EIO, "does not answer");
}

static void an_answer_of_another_version_is_no_result(void **state)
{
	static struct amk_request req;
	static struct amk_result res;

	(void)state;
	assert_int_equal(amk_module_open(&module, error), 0);
	assert_int_equal(amk_module_run(&module, &req, &res), 0);
	assert_int_equal(res.status, AMK_STATUS_OK);
	device.result_version = AMK_ABI_VERSION + 1;
	assert_int_equal(amk_module_run(&module, &req, &res), -EPROTO);
	assert_int_equal(res.status, AMK_STATUS_NONE);
	device.run_errno = ENOTTY;
	assert_int_equal(amk_module_run(&module, &req, &res), -EPROTO);
	device.run_errno = EINTR;
	assert_int_equal(amk_module_run(&module, &req, &res), -EINTR);
	assert_int_equal(res.status, AMK_STATUS_NONE);
	amk_module_close(&module);
	assert_int_equal(device.opened, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(what_keeps_it_shut_is_named, reset),
		cmocka_unit_test_setup(another_version_is_refused, reset),
		cmocka_unit_test_setup(an_answer_of_another_version_is_no_result, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
