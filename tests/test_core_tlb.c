// SPDX-License-Identifier: GPL-2.0-only
/*
 * The model of a TLB against a simulation that keeps lists and does nothing cleverly: on random
 * geometries and random sequences of pages of several sizes both must miss at the same accesses.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lib/core/random.h"
#include "lib/core/tlb.h"

#define ENTRIES 4096
#define GEOMETRIES 400
#define ACCESSES 4000

/* ---- the simulation: a level is a list of all pages it holds, the latest first ---- */

struct list {
	u64 page[ENTRIES];
	u32 unit[ENTRIES];
	u32 count;
};

static struct list lists[2];

static u64 set_of(const struct amk_tlb_unit *u, u64 page)
{
	return (page >> 6) % (u->entries / u->ways);
}

static void list_remove(struct list *l, u32 at)
{
	l->count--;
	for (; at < l->count; at++) {
		l->page[at] = l->page[at + 1];
		l->unit[at] = l->unit[at + 1];
	}
}

static void list_push(struct list *l, u64 page, u32 unit)
{
	u32 at;

	for (at = l->count; at; at--) {
		l->page[at] = l->page[at - 1];
		l->unit[at] = l->unit[at - 1];
	}
	l->page[0] = page;
	l->unit[0] = unit;
	l->count++;
}

static bool unit_takes(const struct amk_tlb *tlb, u32 unit, u32 level, u64 page)
{
	return tlb->unit[unit].level == level && tlb->unit[unit].shifts >> (page & 63) & 1;
}

/* A unit whose set for @page has a free way; -1: none. */
static int unit_free(const struct amk_tlb *tlb, const struct list *l, u32 level, u64 page)
{
	u32 unit, i, used;

	for (unit = 0; unit < tlb->nr_units; unit++) {
		if (!unit_takes(tlb, unit, level, page))
			continue;
		for (used = i = 0; i < l->count; i++)
			used += l->unit[i] == unit && set_of(&tlb->unit[unit], l->page[i]) ==
							      set_of(&tlb->unit[unit], page);
		if (used < tlb->unit[unit].ways)
			return (int)unit;
	}
	return -1;
}

static bool slow_access(const struct amk_tlb *tlb, u32 level, u64 page)
{
	struct list *l = &lists[level - 1];
	u32 i, unit;
	int place;

	for (i = 0; i < l->count; i++) {
		if (l->page[i] != page)
			continue;
		unit = l->unit[i];
		list_remove(l, i);
		list_push(l, page, unit);
		return true;
	}
	place = unit_free(tlb, l, level, page);
	for (i = l->count; place < 0 && i; i--) {
		unit = l->unit[i - 1];
		if (!unit_takes(tlb, unit, level, page) ||
		    set_of(&tlb->unit[unit], l->page[i - 1]) != set_of(&tlb->unit[unit], page))
			continue;
		list_remove(l, i - 1);
		place = (int)unit;
	}
	if (place >= 0)
		list_push(l, page, (u32)place);
	return false;
}

/* ---- both ---- */

static struct amk_tlb_entry entries[AMK_TLB_ENTRIES_MAX];

static void random_tlb(struct amk_random *r, struct amk_tlb *tlb)
{
	static const u64 shifts[] = { 1 << 12, 1 << 21,		  1 << 12 | 1 << 21,
				      1 << 30, 1 << 12 | 1 << 30, 1 << 12 | 1 << 21 | 1 << 30 };
	u32 i;

	memset(tlb, 0, sizeof(*tlb));
	tlb->nr_units = 1 + amk_random_below(r, 5);
	for (i = 0; i < tlb->nr_units; i++) {
		struct amk_tlb_unit *u = &tlb->unit[i];

		u->ways = 1 + amk_random_below(r, 8);
		u->entries = u->ways * (1 + amk_random_below(r, 12));
		u->shifts = shifts[amk_random_below(r, AMK_ARRAY_SIZE(shifts))];
		u->level = 1 + amk_random_below(r, 2);
	}
	tlb->unit[0].shifts |= 1 << 12;
	assert_int_equal(amk_tlb_check(tlb), 0);
}

static void compare(u64 seed)
{
	static const u32 shifts[] = { 12, 12, 12, 21, 30 };
	struct amk_random r = { seed };
	struct amk_tlb_model model;
	struct amk_tlb tlb;
	u64 misses = 0, first = 0, page;
	u32 i, span;

	random_tlb(&r, &tlb);
	span = 1 + amk_random_below(&r, 200);
	amk_tlb_reset(&model, &tlb, entries);
	lists[0].count = lists[1].count = 0;
	for (i = 0; i < ACCESSES; i++) {
		u32 shift = shifts[amk_random_below(&r, AMK_ARRAY_SIZE(shifts))];

		page = amk_tlb_page(&tlb, (u64)(1000 + amk_random_below(&r, span)) << shift, shift);
		amk_tlb_access(&model, page);
		if (!slow_access(&tlb, 1, page)) {
			first++;
			misses += !slow_access(&tlb, 2, page);
		}
		if (model.misses != misses || model.misses_first != first)
			fail_msg("seed %llu, access %u: %llu of %llu misses",
				 (unsigned long long)seed, i, (unsigned long long)model.misses,
				 (unsigned long long)misses);
	}
	assert_int_equal(model.accesses, ACCESSES);
}

static void test_same_as_brute_force(void **state)
{
	u64 seed;

	(void)state;
	for (seed = 1; seed <= GEOMETRIES; seed++)
		compare(seed);
}

/* ---- what must come out whatever the simulation says ---- */

static const struct amk_tlb two_levels = {
	.nr_units = 3,
	.unit = { { .entries = 16, .ways = 4, .shifts = 1 << 12, .level = 1 },
		  { .entries = 8, .ways = 8, .shifts = 1 << 21, .level = 1 },
		  { .entries = 96, .ways = 6, .shifts = 1 << 12 | 1 << 21, .level = 2 } },
};

/* Misses of a lap over @pages pages of 2^@shift bytes, after a lap to warm up. */
static u64 lap_misses(u32 pages, u32 shift, u64 *first)
{
	struct amk_tlb_model model;
	u32 lap, i;

	amk_tlb_reset(&model, &two_levels, entries);
	for (lap = 0; lap < 2; lap++) {
		amk_tlb_count(&model);
		for (i = 0; i < pages; i++)
			amk_tlb_access(&model, amk_tlb_page(&two_levels, (u64)i << shift, shift));
	}
	assert_int_equal(model.accesses, pages);
	*first = model.misses_first;
	return model.misses;
}

static void test_reach_is_sharp(void **state)
{
	u64 first;

	(void)state;
	assert_int_equal(lap_misses(16, 12, &first), 0);
	assert_int_equal(first, 0);
	/* One more page than a level has entries: its set's five miss in turn, the others hit. */
	assert_int_equal(lap_misses(17, 12, &first), 0);
	assert_int_equal(first, 5);
	assert_int_equal(lap_misses(96, 12, &first), 0);
	assert_int_equal(first, 96);
	assert_int_equal(lap_misses(97, 12, &first), 7);
	assert_int_equal(lap_misses(112, 12, &first), 112);
	assert_int_equal(lap_misses(8, 21, &first), 0);
	assert_int_equal(first, 0);
	assert_int_equal(lap_misses(9, 21, &first), 0);
	assert_int_equal(first, 9);
}

static void test_larger_mapping_is_held_in_pieces(void **state)
{
	u64 giant = 5ULL << 30;

	(void)state;
	assert_int_equal(amk_tlb_page(&two_levels, giant, 30),
			 amk_tlb_page(&two_levels, giant, 21));
	assert_int_not_equal(amk_tlb_page(&two_levels, giant, 30),
			     amk_tlb_page(&two_levels, giant + (2 << 20), 30));
	assert_int_equal(amk_tlb_page(&two_levels, giant, 16),
			 amk_tlb_page(&two_levels, giant, 12));
	assert_int_equal(amk_tlb_page(&two_levels, giant, 21),
			 amk_tlb_page(&two_levels, giant + (2 << 20) - 1, 21));
	/* The same number in another size is another page. */
	assert_int_not_equal(amk_tlb_page(&two_levels, 7 << 12, 12),
			     amk_tlb_page(&two_levels, 7 << 21, 21));
	assert_int_equal(amk_tlb_page(&two_levels, giant, 11), 0);
}

static void test_check(void **state)
{
	struct amk_tlb tlb = two_levels;

	(void)state;
	assert_int_equal(amk_tlb_check(&tlb), 0);
	assert_int_equal(amk_tlb_entries(&tlb), 120);
	tlb.unit[2].ways = 7;
	assert_int_equal(amk_tlb_check(&tlb), -EINVAL);
	tlb.unit[2].ways = 0;
	assert_int_equal(amk_tlb_check(&tlb), -EINVAL);
	tlb = two_levels;
	tlb.unit[1].level = 3;
	assert_int_equal(amk_tlb_check(&tlb), -EINVAL);
	tlb.unit[1].level = 0;
	assert_int_equal(amk_tlb_check(&tlb), -EINVAL);
	tlb = two_levels;
	tlb.unit[0].shifts = 0;
	assert_int_equal(amk_tlb_check(&tlb), -EINVAL);
	tlb = two_levels;
	tlb.unit[0].pad = 1;
	assert_int_equal(amk_tlb_check(&tlb), -EINVAL);
	tlb = two_levels;
	tlb.unit[0].entries = 0;
	assert_int_equal(amk_tlb_check(&tlb), -EINVAL);
	tlb = two_levels;
	tlb.unit[0].entries = AMK_TLB_ENTRIES_MAX - 104;
	assert_int_equal(amk_tlb_check(&tlb), 0);
	tlb.unit[0].entries += 4;
	assert_int_equal(amk_tlb_check(&tlb), -EINVAL);
	tlb = two_levels;
	tlb.nr_units = AMK_TLB_UNITS_MAX + 1;
	assert_int_equal(amk_tlb_check(&tlb), -EINVAL);
	tlb.nr_units = 0;
	assert_int_equal(amk_tlb_check(&tlb), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_as_brute_force),
		cmocka_unit_test(test_reach_is_sharp),
		cmocka_unit_test(test_larger_mapping_is_held_in_pieces),
		cmocka_unit_test(test_check),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
