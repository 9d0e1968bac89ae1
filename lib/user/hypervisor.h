/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What machine this system believes to run on, as far as a hypervisor or an emulator shows itself.
 */
#ifndef AMK_HYPERVISOR_H
#define AMK_HYPERVISOR_H

#include "lib/core/deps.h"

#define AMK_HYPERVISOR_LEN 64
#define AMK_HYPERVISOR_TCG "TCGTCGTCGTCG" /* QEMU's emulator, by its own signature on x86 */

/*
 * The hypervisor's name into @name, "" where none shows itself: on x86 its signature by CPUID, on
 * arm64 what the device tree says of it.
 */
void amk_hypervisor_read(char name[AMK_HYPERVISOR_LEN]);

/*
 * The same from a device tree's texts: @hypervisor, the compatible of its node of that name ("" if
 * there is none), @root, the compatible of its root, and @cpuinfo. QEMU's board `virt` is the same
 * under KVM and in emulation; the emulator's own processor names no maker.
 */
void amk_hypervisor_from_tree(const char *hypervisor, const char *root, const char *cpuinfo,
			      char name[AMK_HYPERVISOR_LEN]);

#endif
