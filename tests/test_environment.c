// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual machines: known by the processor's word or by the firmware's, and hardware is not one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include "lib/user/environment.h"

#include <cmocka.h>

static void by_signature(void **state)
{
	(void)state;
	assert_string_equal(amk_environment_virtual("KVMKVMKVM", ""), "KVM");
	assert_string_equal(amk_environment_virtual("Microsoft Hv", "LENOVO\n"), "Hyper-V");
	assert_string_equal(amk_environment_virtual("xen,xen", ""), "xen,xen");
}

static void by_firmware(void **state)
{
	(void)state;
	assert_string_equal(amk_environment_virtual("", "QEMU\nStandard PC (Q35)\n"), "QEMU");
	assert_string_equal(amk_environment_virtual("", "Amazon EC2\nm7g.large\n"), "Amazon EC2");
	assert_string_equal(amk_environment_virtual("", "Microsoft Corporation\nVirtual Machine\n"),
			    "Hyper-V");
}

static void hardware_is_none(void **state)
{
	(void)state;
	assert_null(amk_environment_virtual("", ""));
	assert_null(amk_environment_virtual("", "LENOVO\nThinkPad T14\n"));
	assert_null(amk_environment_virtual("", "Microsoft Corporation\nSurface Pro 7\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_signature),
		cmocka_unit_test(by_firmware),
		cmocka_unit_test(hardware_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
