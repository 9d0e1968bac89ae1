/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A walk of arm64's translation tables from the registers that define them and the descriptors
 * alone, for every granule and every size of address space. The kernel's own macros for the levels
 * are folded, renamed and changed from release to release; what the processor reads is not. So the
 * file needs nothing of arm64 either, and tests build tables and walk them anywhere.
 *
 * Arm Architecture Reference Manual for A-profile (DDI 0487), chapter D8 "The AArch64 Virtual
 * Memory System Architecture": TCR_EL1, TTBR1_EL1, and the descriptor formats of VMSAv8-64.
 */
#ifndef AMK_FRAME_ARM64_H
#define AMK_FRAME_ARM64_H

#include "lib/core/deps.h"

#define AMK_ARM64_VALID 1ULL /* bit 0 of a descriptor */
#define AMK_ARM64_TABLE 2ULL /* bit 1: a table, or a page on the last level; else a block */
#define AMK_ARM64_CONTIGUOUS (1ULL << 52) /* one of a run that one entry of the TLB may hold */
#define AMK_ARM64_TCR_DS (1ULL << 59) /* 52-bit addresses with granules of 4 and 16 KiB */

/* The 64-bit descriptor at the physical address @phys. */
typedef u64 amk_arm64_read(u64 phys, void *arg);

static inline u64 amk_arm64_bits(u64 value, u32 high, u32 low)
{
	return value & (~0ULL >> (63 - high)) & (~0ULL << low);
}

/* log2 of the granule that TCR_EL1 says the upper half of the addresses has; 0: reserved. */
static inline u32 amk_arm64_granule(u64 tcr)
{
	static const u8 shift[] = { 0, 14, 12, 16 };

	return shift[tcr >> 30 & 3];
}

/* Bits of the upper half's addresses. */
static inline u32 amk_arm64_va_bits(u64 tcr)
{
	return 64 - (u32)(tcr >> 16 & 63);
}

/* The table that TTBR1_EL1 names: bits 5:2 are 51:48 of its address where addresses have those. */
static inline u64 amk_arm64_root(u64 ttbr)
{
	return amk_arm64_bits(ttbr, 47, 6) | (ttbr >> 2 & 15) << 48;
}

/* The address in @entry, a multiple of 1 << @shift, in the form that @tcr makes of it. */
static inline u64 amk_arm64_address(u64 tcr, u64 entry, u32 shift)
{
	if (amk_arm64_granule(tcr) == 16)
		return amk_arm64_bits(entry, 47, shift) | (entry >> 12 & 15) << 48;
	if (tcr & AMK_ARM64_TCR_DS)
		return amk_arm64_bits(entry, 49, shift) | (entry >> 8 & 3) << 50;
	return amk_arm64_bits(entry, 47, shift);
}

/* log2 of the entries that make up a contiguous run, on the last level or a block's. */
static inline u32 amk_arm64_run(u32 granule, bool last)
{
	if (granule == 14)
		return last ? 7 : 5;
	return granule == 12 ? 4 : 5;
}

/*
 * What stands behind @va by the tables of @tcr and @ttbr (TCR_EL1 and TTBR1_EL1): the physical
 * address, and @shift, log2 of the bytes that its entry, or the contiguous run it belongs to, maps.
 * -ENOENT: nothing; -EINVAL: registers that the architecture reserves.
 */
static inline int amk_arm64_walk(u64 tcr, u64 ttbr, u64 va, amk_arm64_read *read, void *arg,
				 u64 *phys, u32 *shift)
{
	u32 granule = amk_arm64_granule(tcr);
	u32 va_bits = amk_arm64_va_bits(tcr);
	u32 stride = granule - 3;
	u64 table = amk_arm64_root(ttbr);
	u32 at = granule;
	u64 entry;

	if (!granule || va_bits <= granule || va_bits > 52)
		return -EINVAL;
	while (at + stride < va_bits)
		at += stride;
	va = amk_arm64_bits(va, va_bits - 1, 0);
	/* The root's table has what bits are left; every other has a granule's worth. */
	entry = read(table + (va >> at) * 8, arg);
	while (at > granule && (entry & 3) == (AMK_ARM64_VALID | AMK_ARM64_TABLE)) {
		table = amk_arm64_address(tcr, entry, granule);
		at -= stride;
		entry = read(table + (va >> at & ((1ULL << stride) - 1)) * 8, arg);
	}
	/* On the last level bit 1 is set in what is valid, on the others it is not in a block. */
	if (!(entry & AMK_ARM64_VALID) || (at == granule) != !!(entry & AMK_ARM64_TABLE))
		return -ENOENT;
	*phys = amk_arm64_address(tcr, entry, at) | amk_arm64_bits(va, at - 1, 0);
	*shift = at;
	if (entry & AMK_ARM64_CONTIGUOUS)
		*shift += amk_arm64_run(granule, at == granule);
	return 0;
}

#endif
