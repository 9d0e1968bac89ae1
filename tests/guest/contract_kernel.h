/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The parts of the contract that the module is held to in a guest: what its rows promise, how the
 * memory is mapped, and what it tells as evidence.
 */
#ifndef AMK_CONTRACT_KERNEL_H
#define AMK_CONTRACT_KERNEL_H

#include "kmod_client.h"
#include "lib/core/strategy.h"
#include "lib/core/workload.h"

#define MIB (1ULL << 20)

extern struct amk_result result; /* of the last block that was asked for */

/* Runs a block that must come through; false when this kernel lacks the row. */
bool runs(const struct amk_strategy *s, const char *workload, u64 size);

void test_mapping(void);
void test_evidence(void);

#endif
