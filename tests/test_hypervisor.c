// SPDX-License-Identifier: GPL-2.0-only
/*
 * A hypervisor's name from a device tree's texts, as boards and hypervisors write them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/user/hypervisor.h"

/* Heads of /proc/cpuinfo: QEMU's -cpu max, and a Neoverse N1 (Arm Ltd.). */
static const char emulated[] = "processor\t: 0\nBogoMIPS\t: 125.00\nCPU implementer\t: 0x00\n"
			       "CPU part\t: 0x051\n";
static const char real[] = "processor\t: 0\nBogoMIPS\t: 243.75\nCPU implementer\t: 0x41\n"
			   "CPU part\t: 0xd0c\n";

static const char *from(const char *hypervisor, const char *root, const char *cpuinfo)
{
	static char name[AMK_HYPERVISOR_LEN];

	amk_hypervisor_from_tree(hypervisor, root, cpuinfo, name);
	return name;
}

static void tree_test(void **state)
{
	(void)state;
	assert_string_equal(from("", "linux,dummy-virt", emulated), AMK_HYPERVISOR_TCG);
	assert_string_equal(from("", "linux,dummy-virt", real), "QEMU virt");
	assert_string_equal(from("xen,xen-4.16", "xen,xenvm-4.16", real), "xen,xen-4.16");
	assert_string_equal(from("linux,kvm", "linux,dummy-virt", real), "linux,kvm");
	assert_string_equal(from("", "raspberrypi,4-model-b", real), "");
	assert_string_equal(from("", "", ""), "");
}

/* What this machine says is the same each time, and ends. */
static void read_test(void **state)
{
	char first[AMK_HYPERVISOR_LEN], second[AMK_HYPERVISOR_LEN];

	(void)state;
	amk_hypervisor_read(first);
	amk_hypervisor_read(second);
	assert_true(strlen(first) < AMK_HYPERVISOR_LEN);
	assert_string_equal(first, second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tree_test),
		cmocka_unit_test(read_test),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
