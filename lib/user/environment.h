/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How this machine is set and how it is just now: everything besides the topology that moves the
 * cost of an allocation.
 */
#ifndef AMK_ENVIRONMENT_H
#define AMK_ENVIRONMENT_H

#include "lib/core/abi.h"
#include "lib/user/facts.h"

/*
 * Adds what tells whether two runs can be compared: kernel, command line, microcode, mitigations,
 * huge pages, governor, C library and so on. @info is what the kernel half said, or NULL. What
 * cannot be read is left out.
 */
void amk_environment_read(struct amk_facts *facts, const struct amk_info *info);

/* Adds the limits that decide what broken-up memory gives: of runs that bring memory to a state. */
void amk_environment_limits(struct amk_facts *facts);

/* Adds the readings that move by themselves: free memory, load, fragmentation. */
void amk_environment_state(struct amk_facts *facts);

/*
 * The environment's name by what can be seen from inside: "guest-tcg" under QEMU's emulator, else
 * "host", since a machine that is rented as a virtual one is the host of what runs there. Who boots
 * a guest under KVM names the environment himself.
 */
const char *amk_environment_guess(void);

/*
 * The hypervisor under a machine by its signature of CPUID ("" if none) and by what its firmware
 * says (DMI: vendor, product), in words such as "KVM"; NULL: neither tells of one.
 */
const char *amk_environment_virtual(const char *signature, const char *dmi);

#define AMK_NR_ENVIRONMENTS 4
extern const char *const amk_environment_names[AMK_NR_ENVIRONMENTS];

/* True if @name is one of amk_environment_names. */
bool amk_environment_known(const char *name);

#endif
