// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decodes CPUID's TLB leaves: see tlb_geometry.h. Sources: Intel SDM vol. 2A, CPUID, leaves 02H
 * (table of descriptors) and 18H; AMD64 APM vol. 3, appendix E.4.4, E.4.5 and E.4.16.
 *
 * AMD's leaves tell the arrays of each page size by themselves and not whether they are one: they
 * are taken as separate, which makes no difference to memory that is mapped by one size. 4 MiB
 * entries do not exist in long mode: what Intel calls 2M/4M is taken as 2M.
 */
#include "lib/user/tlb_geometry.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#define P4K (1ULL << 12)
#define P2M (1ULL << 21)
#define P1G (1ULL << 30)

static const struct amk_cpuid *leaf_find(const struct amk_cpuid *answer, size_t n, u32 leaf,
					 u32 subleaf)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (answer[i].leaf == leaf && answer[i].subleaf == subleaf)
			return &answer[i];
	return NULL;
}

/* Adds an array; @ways 0: fully associative. One that makes no sense is not there. */
static void unit_add(struct amk_tlb *tlb, u32 level, u32 entries, u32 ways, u64 shifts)
{
	struct amk_tlb_unit *u = &tlb->unit[tlb->nr_units];

	if (!ways)
		ways = entries;
	if (!entries || !shifts || entries % ways || tlb->nr_units == AMK_TLB_UNITS_MAX)
		return;
	*u = (struct amk_tlb_unit){
		.entries = entries, .ways = ways, .shifts = shifts, .level = level
	};
	tlb->nr_units++;
}

/* ---- Intel ---- */

#define TYPE_DATA 1
#define TYPE_UNIFIED 3
#define TYPE_LOAD 4

/* Leaf 18H: an array a subleaf. What only stores use is not asked by loads. */
static void intel_18_add(struct amk_tlb *tlb, const struct amk_cpuid *a)
{
	u32 type = a->edx & 0x1f, level = a->edx >> 5 & 7, ways = a->ebx >> 16;
	u64 shifts = 0;

	if (type != TYPE_DATA && type != TYPE_UNIFIED && type != TYPE_LOAD)
		return;
	if (a->ebx & 1)
		shifts |= P4K;
	if (a->ebx & 6)
		shifts |= P2M;
	if (a->ebx & 8)
		shifts |= P1G;
	/* Bit 8: fully associative; the product is the number of entries there too. */
	unit_add(tlb, level > 1 ? 2 : 1, ways * a->ecx, a->edx & 1U << 8 ? 0 : ways, shifts);
}

static void intel_18(struct amk_tlb *tlb, const struct amk_cpuid *answer, size_t n)
{
	const struct amk_cpuid *a = leaf_find(answer, n, 0x18, 0);
	u32 i, last = a ? a->eax : 0;

	for (i = 0; a && i <= last && i < AMK_CPUID_MAX; i++) {
		a = leaf_find(answer, n, 0x18, i);
		if (a)
			intel_18_add(tlb, a);
	}
}

/* Data and shared TLBs among the descriptors of leaf 2; ways 0: fully associative. */
static const struct {
	u8 descriptor;
	u8 level;
	u16 entries;
	u8 ways;
	u64 shifts;
} descriptors[] = {
	{ 0x03, 1, 64, 4, P4K },	{ 0x05, 2, 32, 4, P2M },
	{ 0x56, 1, 16, 4, P2M },	{ 0x57, 1, 16, 4, P4K },
	{ 0x59, 1, 16, 0, P4K },	{ 0x5a, 1, 32, 4, P2M },
	{ 0x5b, 1, 64, 0, P4K | P2M },	{ 0x5c, 1, 128, 0, P4K | P2M },
	{ 0x5d, 1, 256, 0, P4K | P2M }, { 0x63, 1, 32, 4, P2M },
	{ 0x63, 1, 4, 4, P1G },		{ 0x64, 2, 512, 4, P4K },
	{ 0x6a, 1, 64, 8, P4K },	{ 0x6b, 2, 256, 8, P4K },
	{ 0x6c, 2, 128, 8, P2M },	{ 0x6d, 2, 16, 0, P1G },
	{ 0xa0, 1, 32, 0, P4K },	{ 0xb3, 1, 128, 4, P4K },
	{ 0xb4, 2, 256, 4, P4K },	{ 0xba, 2, 64, 4, P4K },
	{ 0xc0, 1, 8, 4, P4K | P2M },	{ 0xc1, 2, 1024, 8, P4K | P2M },
	{ 0xc2, 1, 16, 4, P4K | P2M },	{ 0xc3, 2, 1536, 6, P4K | P2M },
	{ 0xc3, 2, 16, 4, P1G },	{ 0xc4, 1, 32, 4, P2M },
	{ 0xca, 2, 512, 4, P4K },
};

static void intel_2_add(struct amk_tlb *tlb, u32 descriptor)
{
	size_t i;

	for (i = 0; i < AMK_ARRAY_SIZE(descriptors); i++)
		if (descriptors[i].descriptor == descriptor)
			unit_add(tlb, descriptors[i].level, descriptors[i].entries,
				 descriptors[i].ways, descriptors[i].shifts);
}

/* A register with its top bit set holds no descriptors; AL holds a count of calls, always 1. */
static void intel_2(struct amk_tlb *tlb, const struct amk_cpuid *answer, size_t n)
{
	const struct amk_cpuid *a = leaf_find(answer, n, 2, 0);
	u32 reg[4], i, byte;

	if (!a)
		return;
	reg[0] = a->eax & ~0xffU;
	reg[1] = a->ebx;
	reg[2] = a->ecx;
	reg[3] = a->edx;
	for (i = 0; i < 4; i++)
		for (byte = 0; !(reg[i] & 1U << 31) && byte < 32; byte += 8)
			intel_2_add(tlb, reg[i] >> byte & 0xff);
}

/* ---- AMD ---- */

/* The four-bit code for ways; 0 stands for fully associative, ~0 for "no such array". */
static u32 amd_ways(u32 code)
{
	static const u8 ways[] = { 0, 1, 2, 3, 4, 6, 8, 0, 16, 0, 32, 48, 64, 96, 128 };

	if (code == 0xf)
		return 0;
	return code < AMK_ARRAY_SIZE(ways) && ways[code] ? ways[code] : ~0U;
}

/*
 * The data side of a register of leaves 80000006H and 80000019H: ways by code and entries, in its
 * upper half; all zero there means one array for data and instructions, in the lower half.
 */
static void amd_add(struct amk_tlb *tlb, u32 level, u32 reg, u64 shifts)
{
	u32 half = reg >> 16 ? reg >> 16 : reg & 0xffff;
	u32 ways = amd_ways(half >> 12);

	if (ways != ~0U)
		unit_add(tlb, level, half & 0xfff, ways, shifts);
}

/* The same of 80000005H, where ways are told by eight bits: the number itself, or 255 for all. */
static void amd_5_add(struct amk_tlb *tlb, u32 reg, u64 shifts)
{
	u32 ways = reg >> 24;

	if (ways)
		unit_add(tlb, 1, reg >> 16 & 0xff, ways == 0xff ? 0 : ways, shifts);
}

static void amd(struct amk_tlb *tlb, const struct amk_cpuid *answer, size_t n)
{
	const struct amk_cpuid *five = leaf_find(answer, n, 0x80000005, 0);
	const struct amk_cpuid *six = leaf_find(answer, n, 0x80000006, 0);
	const struct amk_cpuid *giant = leaf_find(answer, n, 0x80000019, 0);

	if (five) {
		amd_5_add(tlb, five->ebx, P4K);
		amd_5_add(tlb, five->eax, P2M);
	}
	if (giant)
		amd_add(tlb, 1, giant->eax, P1G);
	if (six) {
		amd_add(tlb, 2, six->ebx, P4K);
		amd_add(tlb, 2, six->eax, P2M);
	}
	if (giant)
		amd_add(tlb, 2, giant->ebx, P1G);
}

/* ---- either ---- */

static bool vendor_is(const struct amk_cpuid *zero, const char *name)
{
	u32 word[3] = { zero->ebx, zero->edx, zero->ecx };

	return !memcmp(word, name, sizeof(word));
}

u32 amk_tlb_holds(const struct amk_tlb *tlb, u32 level, u32 shift)
{
	u32 i, entries = 0;

	for (i = 0; i < tlb->nr_units; i++)
		if (tlb->unit[i].level == level && tlb->unit[i].shifts >> shift & 1)
			entries += tlb->unit[i].entries;
	return entries;
}

u64 amk_tlb_reach(const struct amk_tlb *tlb, u32 level, u32 shift)
{
	return (u64)amk_tlb_holds(tlb, level, shift) << shift;
}

int amk_tlb_decode(const struct amk_cpuid *answer, size_t n, struct amk_tlb *tlb)
{
	const struct amk_cpuid *zero = leaf_find(answer, n, 0, 0);

	memset(tlb, 0, sizeof(*tlb));
	if (!zero)
		return -ENODATA;
	if (vendor_is(zero, "GenuineIntel")) {
		intel_18(tlb, answer, n);
		if (!tlb->nr_units)
			intel_2(tlb, answer, n);
	} else if (vendor_is(zero, "AuthenticAMD") || vendor_is(zero, "HygonGenuine")) {
		amd(tlb, answer, n);
	}
	/* Without the arrays of the smallest page there is nothing to reckon with. */
	if (!amk_tlb_holds(tlb, 1, 12) && !amk_tlb_holds(tlb, 2, 12))
		memset(tlb, 0, sizeof(*tlb));
	return tlb->nr_units ? 0 : -ENODATA;
}

#if defined(__x86_64__)
static u32 answer_add(struct amk_cpuid answer[AMK_CPUID_MAX], size_t *n, u32 leaf, u32 subleaf)
{
	struct amk_cpuid *a = &answer[*n];

	*a = (struct amk_cpuid){ .leaf = leaf, .subleaf = subleaf };
	__cpuid_count(leaf, subleaf, a->eax, a->ebx, a->ecx, a->edx);
	(*n)++;
	return a->eax;
}

size_t amk_cpuid_read(struct amk_cpuid answer[AMK_CPUID_MAX])
{
	u32 last = __get_cpuid_max(0, NULL), last_extended = __get_cpuid_max(0x80000000, NULL);
	static const u32 extended[] = { 0x80000005, 0x80000006, 0x80000019 };
	size_t n = 0, i;
	u32 sub, last_sub;

	answer_add(answer, &n, 0, 0);
	if (last >= 2)
		answer_add(answer, &n, 2, 0);
	for (i = 0; i < AMK_ARRAY_SIZE(extended); i++)
		if (last_extended >= extended[i])
			answer_add(answer, &n, extended[i], 0);
	if (last < 0x18)
		return n;
	last_sub = answer_add(answer, &n, 0x18, 0);
	for (sub = 1; sub <= last_sub && n < AMK_CPUID_MAX; sub++)
		answer_add(answer, &n, 0x18, sub);
	return n;
}
#else
size_t amk_cpuid_read(struct amk_cpuid answer[AMK_CPUID_MAX])
{
	(void)answer;
	return 0;
}
#endif
