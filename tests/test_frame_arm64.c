// SPDX-License-Identifier: GPL-2.0-only
/*
 * The walk of arm64's tables, over tables made here: every granule and size of address space,
 * entries of each level, contiguous ones, addresses past 48 bits, and what is not mapped. The
 * tables are written from the top with masks of their own, so that an error would have to be made
 * twice.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "kmod/frame_arm64.h"
#include "lib/core/random.h"

#define TABLES 64
#define WORDS_MAX 8192 /* of a table of 64 KiB */

/* Memory in which only tables lie: the n-th at n times 64 KiB above @base. */
struct memory {
	u64 base;
	u32 nr_tables;
	u64 word[TABLES][WORDS_MAX];
};

struct space {
	u32 granule;
	u32 va_bits;
	bool wide; /* addresses of 52 bits by TCR_EL1.DS */
	u64 tcr;
	u64 ttbr;
	struct memory *memory;
};

static u64 *memory_word(struct memory *m, u64 phys)
{
	u64 at = phys - m->base;

	assert_true(phys >= m->base && at >> 16 < m->nr_tables && !(at & 7));
	return &m->word[at >> 16][(at & 0xffff) / 8];
}

static u64 memory_read(u64 phys, void *arg)
{
	return *memory_word(arg, phys);
}

static u64 table_new(struct memory *m)
{
	assert_true(m->nr_tables < TABLES);
	return m->base + ((u64)m->nr_tables++ << 16);
}

/* An address as a descriptor holds it. */
static u64 address_field(const struct space *s, u64 phys)
{
	u64 low = phys & 0x0000ffffffffffffULL;

	if (s->granule == 16)
		return low | (phys >> 48) << 12;
	if (s->wide)
		return (phys & 0x0003ffffffffffffULL) | (phys >> 50) << 8;
	return low;
}

/* @ds: TCR_EL1.DS; a granule of 64 KiB has wide addresses without it. */
static struct space space_new(u32 granule, u32 va_bits, bool ds)
{
	u64 tg1 = granule == 12 ? 2 : granule == 14 ? 1 : 3;
	struct space s = { .granule = granule, .va_bits = va_bits, .wide = ds || granule == 16 };
	u64 root;

	s.memory = calloc(1, sizeof(*s.memory));
	assert_non_null(s.memory);
	/* Above 48 bits where there is such a place. */
	s.memory->base = s.wide ? 0x000d400000000000ULL : 0x0000400000000000ULL;
	root = table_new(s.memory);
	s.tcr = tg1 << 30 | (u64)(64 - va_bits) << 16 | (ds ? 1ULL << 59 : 0);
	/* Bit 0 is CnP and the upper 16 are the ASID: no part of the address. */
	s.ttbr = (root & 0x0000ffffffffffffULL) | (root >> 48) << 2 | 1 | 0xabcdULL << 48;
	return s;
}

static u32 top_shift(const struct space *s)
{
	u32 levels = (s->va_bits - s->granule + s->granule - 4) / (s->granule - 3);

	return s->granule + (levels - 1) * (s->granule - 3);
}

/* Maps @va by one entry of 1 << @shift bytes to @phys, through tables made where there are none. */
static void space_map(struct space *s, u64 va, u64 phys, u32 shift, bool contiguous)
{
	u64 table = s->memory->base;
	u64 inside = va % (1ULL << s->va_bits);
	u64 *word;
	u32 at;

	for (at = top_shift(s);; at -= s->granule - 3) {
		word = memory_word(s->memory, table + inside / (1ULL << at) * 8);
		inside %= 1ULL << at;
		if (at == shift)
			break;
		if (!*word)
			*word = address_field(s, table_new(s->memory)) | 3;
		table = s->memory->base + ((u64)(s->memory->nr_tables - 1) << 16);
		assert_int_equal(*word, address_field(s, table) | 3);
	}
	*word = address_field(s, phys) | (at == s->granule ? 3 : 1) | 0x704;
	if (contiguous)
		*word |= 1ULL << 52;
}

static int space_walk(struct space *s, u64 va, u64 *phys, u32 *shift)
{
	return amk_arm64_walk(s->tcr, s->ttbr, va, memory_read, s->memory, phys, shift);
}

/* An address of the upper half. */
static u64 upper(const struct space *s, u64 inside)
{
	return ~0ULL << s->va_bits | inside;
}

/* One mapping of a space made for it: what it covers is found, to the byte, and no more. */
static void check_mapping(u32 granule, u32 va_bits, bool ds, u32 shift, bool contiguous, u32 covers)
{
	struct space s = space_new(granule, va_bits, ds);
	u64 phys_max = 1ULL << (s.wide ? 52 : 48);
	u64 size = 1ULL << shift, phys, found = 0;
	struct amk_random random;
	u64 va;
	u32 got = 0, i;

	random.state = granule * 1000 + va_bits * 10 + shift;
	va = upper(&s, amk_random_next(&random) % (1ULL << va_bits) & ~(size - 1));
	phys = (phys_max - 1) & ~(size - 1);
	space_map(&s, va, phys, shift, contiguous);
	for (i = 0; i < 100; i++) {
		u64 offset = i ? amk_random_next(&random) % size : size - 1;

		assert_int_equal(space_walk(&s, va + offset, &found, &got), 0);
		assert_int_equal(found, phys + offset);
		assert_int_equal(got, covers);
	}
	/* Its neighbour by address, in the same table where there is one. */
	assert_int_equal(space_walk(&s, va ^ size, &found, &got), -ENOENT);
	free(s.memory);
}

static void levels_test(void **state)
{
	/* What an entry and a contiguous run cover, by granule and level (DDI 0487, D8). */
	static const struct {
		u32 granule, va_bits;
		bool ds;
		u32 shift, run;
	} row[] = {
		{ 12, 48, false, 12, 16 }, { 12, 48, false, 21, 25 }, { 12, 48, false, 30, 34 },
		{ 12, 39, false, 12, 16 }, { 12, 39, false, 21, 25 }, { 12, 39, false, 30, 34 },
		{ 12, 52, true, 12, 16 },  { 12, 52, true, 21, 25 },  { 12, 52, true, 30, 34 },
		{ 14, 47, false, 14, 21 }, { 14, 47, false, 25, 30 }, { 14, 48, false, 14, 21 },
		{ 14, 48, false, 25, 30 }, { 14, 52, true, 14, 21 },  { 14, 52, true, 25, 30 },
		{ 16, 42, false, 16, 21 }, { 16, 42, false, 29, 34 }, { 16, 48, false, 16, 21 },
		{ 16, 48, false, 29, 34 }, { 16, 52, false, 16, 21 }, { 16, 52, false, 29, 34 },
	};
	u32 i;

	(void)state;
	for (i = 0; i < AMK_ARRAY_SIZE(row); i++) {
		check_mapping(row[i].granule, row[i].va_bits, row[i].ds, row[i].shift, false,
			      row[i].shift);
		check_mapping(row[i].granule, row[i].va_bits, row[i].ds, row[i].shift, true,
			      row[i].run);
	}
}

static void absent_test(void **state)
{
	struct space s = space_new(12, 48, false);
	u64 va = upper(&s, 0x123456789000ULL), phys;
	u32 shift;

	(void)state;
	assert_int_equal(space_walk(&s, va, &phys, &shift), -ENOENT);
	space_map(&s, va, 0x8000, 12, false);
	assert_int_equal(space_walk(&s, va, &phys, &shift), 0);
	/* A page that was made inaccessible keeps its descriptor without bit 0. */
	*memory_word(s.memory, s.memory->base + 3 * 0x10000 + (va >> 12 & 511) * 8) &= ~1ULL;
	assert_int_equal(space_walk(&s, va, &phys, &shift), -ENOENT);
	/* A block on the last level is reserved, and so is as good as none. */
	*memory_word(s.memory, s.memory->base + 3 * 0x10000 + (va >> 12 & 511) * 8) = 0x8001;
	assert_int_equal(space_walk(&s, va, &phys, &shift), -ENOENT);
	free(s.memory);
}

static void reserved_test(void **state)
{
	u64 phys;
	u32 shift;

	(void)state;
	assert_int_equal(amk_arm64_walk(16 << 16, 0, 0, memory_read, NULL, &phys, &shift), -EINVAL);
	assert_int_equal(amk_arm64_walk(2ULL << 30, 0, 0, memory_read, NULL, &phys, &shift),
			 -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(levels_test),
		cmocka_unit_test(absent_test),
		cmocka_unit_test(reserved_test),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
