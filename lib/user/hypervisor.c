// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hypervisor as it shows itself: see hypervisor.h. x86: CPUID 0x40000000, which hypervisors by
 * agreement answer with a name. arm64 has no such call from user space; the device tree has a node
 * for Xen and KVM where their makers put one, and QEMU's board `virt` says linux,dummy-virt
 * (Documentation/devicetree/bindings, qemu's docs/system/arm/virt.rst).
 */
#include "lib/user/hypervisor.h"

#include <stdio.h>

#if defined(__x86_64__)
#include <cpuid.h>
#else
#include "lib/user/text.h"
#endif

#define TREE "/sys/firmware/devicetree/base"

void amk_hypervisor_from_tree(const char *hypervisor, const char *root, const char *cpuinfo,
			      char name[AMK_HYPERVISOR_LEN])
{
	const char *text = hypervisor;

	if (!hypervisor[0] && !strcmp(root, "linux,dummy-virt"))
		text = strstr(cpuinfo, "CPU implementer\t: 0x00\n") ? AMK_HYPERVISOR_TCG :
								      "QEMU virt";
	snprintf(name, AMK_HYPERVISOR_LEN, "%s", text);
}

#if defined(__x86_64__)

void amk_hypervisor_read(char name[AMK_HYPERVISOR_LEN])
{
	unsigned int a, b, c, d;

	memset(name, 0, AMK_HYPERVISOR_LEN);
	if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & 1U << 31))
		return;
	__cpuid(0x40000000, a, b, c, d);
	memcpy(name, &b, 4);
	memcpy(name + 4, &c, 4);
	memcpy(name + 8, &d, 4);
}

#else

void amk_hypervisor_read(char name[AMK_HYPERVISOR_LEN])
{
	char hypervisor[AMK_HYPERVISOR_LEN], root[AMK_HYPERVISOR_LEN], cpuinfo[4096];

	amk_text_read(TREE "/hypervisor/compatible", hypervisor, sizeof(hypervisor));
	amk_text_read(TREE "/compatible", root, sizeof(root));
	amk_text_read("/proc/cpuinfo", cpuinfo, sizeof(cpuinfo));
	amk_hypervisor_from_tree(hypervisor, root, cpuinfo, name);
}

#endif
