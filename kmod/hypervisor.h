/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether this is a guest, as far as it shows: what may harm a machine is not done on one that is
 * not known to be virtual.
 */
#ifndef AMK_KMOD_HYPERVISOR_H
#define AMK_KMOD_HYPERVISOR_H

#include <linux/of.h>
#ifdef CONFIG_X86
#include <asm/cpufeature.h>
#endif

/* On x86 CPUID says it; elsewhere the board that QEMU and others make up for their guests. */
static inline bool amk_hypervisor_present(void)
{
#ifdef CONFIG_X86
	return boot_cpu_has(X86_FEATURE_HYPERVISOR);
#else
	return of_machine_is_compatible("linux,dummy-virt");
#endif
}

#endif
