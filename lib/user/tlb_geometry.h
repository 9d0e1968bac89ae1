/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the processor says of its data TLBs: sizes, ways and page sizes, from CPUID.
 *
 * What it says is not always what it has: under a hypervisor or an emulator the leaves are the
 * virtual machine's. Elsewhere than on x86 nothing tells, and the geometry is not known.
 */
#ifndef AMK_TLB_GEOMETRY_H
#define AMK_TLB_GEOMETRY_H

#include "lib/core/abi.h"
#include "lib/core/deps.h"

/* One answer of the CPUID instruction. */
struct amk_cpuid {
	u32 leaf;
	u32 subleaf;
	u32 eax, ebx, ecx, edx;
};

#define AMK_CPUID_MAX 40
#define AMK_TLB_TEXT_LEN 256
#define AMK_TLB_ERROR_LEN 256

/* Asks the processor this runs on; how many answers are in @answer. 0 where there is no CPUID. */
size_t amk_cpuid_read(struct amk_cpuid answer[AMK_CPUID_MAX]);

/*
 * Decodes the data TLBs from leaves 18H or 2 (Intel), or 80000005H, 80000006H and 80000019H (AMD).
 * 0, or -ENODATA with nr_units 0 when they do not tell.
 */
int amk_tlb_decode(const struct amk_cpuid *answer, size_t n, struct amk_tlb *tlb);

/*
 * Writes @tlb as a list of lLEVEL=ENTRIESxWAYS:SIZES, such as "l1=64x4:4k,l2=1536x6:4k+2m"; an
 * array without :SIZES takes every size, one without xWAYS is fully associative. "unknown" where
 * nr_units is 0. Cut off if it does not fit, which takes more arrays than any processor has.
 */
void amk_tlb_text(const struct amk_tlb *tlb, char text[AMK_TLB_TEXT_LEN]);

/* Reads what amk_tlb_text() writes. 0, or -EINVAL with a one-line text in @error. */
int amk_tlb_parse(const char *text, struct amk_tlb *tlb, char error[AMK_TLB_ERROR_LEN]);

/* Entries of @level that can hold a page of 2^@shift bytes; 0: none, or not known. */
u32 amk_tlb_holds(const struct amk_tlb *tlb, u32 level, u32 shift);

/* Bytes that all entries of @level for pages of 2^@shift bytes cover; 0: none, or not known. */
u64 amk_tlb_reach(const struct amk_tlb *tlb, u32 level, u32 shift);

#endif
