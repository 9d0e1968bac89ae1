// SPDX-License-Identifier: GPL-2.0-only
/*
 * The control loop of the fragmenters on a made-up machine, whose free lists follow from what is
 * held: each index is reached from either side, what is not attainable is said to be, and neither
 * limit nor an error of who holds is passed over.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/user/fragment.h"

#define ORDER 9U
#define BLOCK 512U

/* Free memory: whole blocks and single pages, and what is held of it. */
struct machine {
	u64 whole; /* blocks */
	u64 single; /* pages that have no free neighbour */
	u64 hidden; /* of every so many single pages, one is on a CPU's list */
	u64 compacted; /* blocks held, of which the kernel put two together each */
	u64 compacts; /* so many when some are held next */
	struct amk_held held;
	int error;
	u32 calls;
	u32 raises; /* of them, that added blocks to some */
	u32 most; /* blocks that were ever held */
};

/* Moves the pages of @blocks of them together: of what two left free a whole one comes to be. */
static void machine_compact(struct machine *m, u64 blocks)
{
	m->single -= blocks * (BLOCK / 2);
	m->whole += blocks / 2;
	m->compacted += blocks;
}

/* Blocks that are held anew are broken up again; more of them begin from nothing. */
static void machine_break_up(struct machine *m, u64 blocks)
{
	if (!m->compacted || (blocks && blocks <= m->held.blocks))
		return;
	m->single += m->compacted * (BLOCK / 2);
	m->whole -= m->compacted / 2;
	m->compacted = 0;
}

static int machine_hold(void *who, struct amk_hold *hold)
{
	struct machine *m = who;

	m->calls++;
	m->raises += m->held.blocks && hold->blocks > m->held.blocks;
	if (m->error)
		return m->error;
	machine_break_up(m, hold->blocks);
	for (; m->held.blocks > hold->blocks; m->held.blocks--, m->whole++)
		m->single -= BLOCK / 2;
	for (; m->held.blocks < hold->blocks && m->whole; m->held.blocks++, m->whole--)
		m->single += BLOCK / 2;
	for (; m->held.pages > hold->pages; m->held.pages--)
		m->single++;
	for (; m->held.pages < hold->pages && m->single; m->held.pages++)
		m->single--;
	hold->blocks = m->held.blocks;
	hold->pages = m->held.pages;
	if (m->most < m->held.blocks)
		m->most = (u32)m->held.blocks;
	machine_compact(m, m->compacts);
	m->compacts = 0;
	return 0;
}

static int machine_look(void *who, struct amk_buddy *buddy)
{
	struct machine *m = who;

	memset(buddy, 0, sizeof(*buddy));
	buddy->nr_zones = 1;
	buddy->nr_orders = 11;
	buddy->zone[0].free[0] = m->single - (m->hidden ? m->single / m->hidden : 0);
	buddy->zone[0].free[ORDER] = m->whole;
	return 0;
}

static struct amk_fragmenter fragmenter(struct machine *m)
{
	return (struct amk_fragmenter){ .order = ORDER,
					.limit_pages = ~0ULL,
					.who = m,
					.hold = machine_hold,
					.look = machine_look };
}

static bool near(double a, double b, double by)
{
	return a - b <= by && b - a <= by;
}

static void test_plan(void **state)
{
	struct amk_held held = { 0 };

	(void)state;
	/* 1000 whole blocks: of n broken ones 256 n pages are of no use, and 512 (1000 - n) are. */
	amk_fragment_plan(0.5, ORDER, 512000, 512000, &held);
	assert_int_equal(held.blocks, 667);
	assert_int_equal(held.pages, 0);
	/* Too many of them: a third goes back. */
	amk_fragment_plan(0.25, ORDER, 333 * 512 + 667 * 256, 333 * 512, &held);
	assert_int_equal(held.blocks, 400);
	/* None broken, and too much of no use: pages of that are held. */
	held = (struct amk_held){ 0 };
	amk_fragment_plan(0.25, ORDER, 2 * 51200, 51200, &held);
	assert_int_equal(held.blocks, 0);
	assert_int_equal(held.pages, 2 * 51200 - 68267);
	/* Pages that are held are given back before a block is broken. */
	amk_fragment_plan(0.5, ORDER, 68267, 51200, &held);
	assert_int_equal(held.blocks, 0);
	assert_int_equal(held.pages, 0);
	assert_int_equal(amk_held_pages(&(struct amk_held){ .blocks = 3, .pages = 5 }, ORDER),
			 3 * 256 + 5);
}

static void test_reached(void **state)
{
	static const double index[] = { 0.25, 0.5, 0.9, 0.1, 0.75, 0.02, 0.98 };
	struct machine m = { .whole = 900, .single = 2000, .hidden = 20 };
	struct amk_fragmenter f = fragmenter(&m);
	double reached;
	size_t i;

	(void)state;
	for (i = 0; i < AMK_ARRAY_SIZE(index); i++) {
		assert_int_equal(amk_fragment_reach(&f, index[i], ORDER, &reached), 0);
		assert_true(near(reached, index[i], 0.011));
		assert_int_equal(f.held.blocks, m.held.blocks);
	}
}

static void test_not_attainable(void **state)
{
	struct machine m = { .whole = 100, .single = 0 };
	struct amk_fragmenter f = fragmenter(&m);
	double reached = -1;

	(void)state;
	f.limit_pages = 10 * BLOCK / 2;
	assert_int_equal(amk_fragment_reach(&f, 0.9, ORDER, &reached), -ERANGE);
	/* What was reached by ten broken blocks, and no more are held. */
	assert_true(near(reached, 2560.0 / (2560 + 90 * 512), 1e-9));
	assert_int_equal(m.held.blocks, 10);
	/* A page too many for a block. */
	f.limit_pages = BLOCK / 2 - 1;
	assert_int_equal(amk_fragment_reach(&f, 0.9, ORDER, &reached), -ERANGE);
	assert_int_equal(m.held.blocks, 0);
}

/* Where more blocks cost all of them again, that is done once, or twice if half is out of sight. */
static void test_dear(void **state)
{
	static const u64 hidden[] = { 20, 2 };
	double reached;
	u32 i;

	(void)state;
	for (i = 0; i < AMK_ARRAY_SIZE(hidden); i++) {
		struct machine m = { .whole = 900, .single = 100, .hidden = hidden[i] };
		struct amk_fragmenter f = fragmenter(&m);

		f.dear = true;
		assert_int_equal(amk_fragment_reach(&f, 0.5, ORDER, &reached), 0);
		assert_true(near(reached, 0.5, 0.011));
		assert_in_range(m.raises, 0, i + 1);
		assert_true(m.most < m.held.blocks * 102 / 100);
	}
}

/* What was too much for a moment is given back, also where no more was to be had. */
static void test_over(void **state)
{
	struct machine m = { .whole = 200, .compacts = 60 };
	struct amk_fragmenter f = fragmenter(&m);
	double reached;

	(void)state;
	f.dear = true;
	assert_int_equal(amk_fragment_reach(&f, 0.9, ORDER, &reached), 0);
	assert_true(near(reached, 0.9, 0.011));
}

/* Blocks that the kernel put together are broken up again, no more of them than there were. */
static void test_compacted(void **state)
{
	struct machine m = { .whole = 200, .single = 100 };
	struct amk_fragmenter f = fragmenter(&m);
	u64 blocks;
	double reached;

	(void)state;
	f.dear = true;
	assert_int_equal(amk_fragment_reach(&f, 0.9, ORDER, &reached), 0);
	blocks = f.held.blocks;
	machine_compact(&m, blocks / 4);
	m.most = 0;
	assert_int_equal(amk_fragment_reach(&f, 0.9, ORDER, &reached), 0);
	assert_true(near(reached, 0.9, 0.011));
	assert_int_equal(m.most, blocks);
}

/* Where there is no more to be had that is not tried again and again, which may take long. */
static void test_short(void **state)
{
	struct machine m = { .whole = 100 };
	struct amk_fragmenter f = fragmenter(&m);
	double reached;

	(void)state;
	f.limit_pages = 10 * BLOCK / 2;
	assert_int_equal(amk_fragment_reach(&f, 0.9, ORDER, &reached), -ERANGE);
	assert_int_equal(m.calls, 2);
	assert_int_equal(machine_hold(&m, &(struct amk_hold){ .order = ORDER }), 0);
	m.calls = 0;
	f.held = (struct amk_held){ 0 };
	f.dear = true;
	assert_int_equal(amk_fragment_reach(&f, 0.9, ORDER, &reached), -ERANGE);
	assert_int_equal(m.calls, 1);
}

static void test_broken(void **state)
{
	struct machine m = { .whole = 100, .error = -EINTR };
	struct amk_fragmenter f = fragmenter(&m);
	double reached;

	(void)state;
	assert_int_equal(amk_fragment_reach(&f, 0.5, ORDER, &reached), -EINTR);
	assert_int_equal(m.calls, 1);
	/* What is there already is left alone. */
	assert_int_equal(amk_fragment_reach(&f, 0, ORDER, &reached), 0);
	assert_int_equal(m.calls, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plan),	       cmocka_unit_test(test_reached),
		cmocka_unit_test(test_not_attainable), cmocka_unit_test(test_dear),
		cmocka_unit_test(test_over),	       cmocka_unit_test(test_compacted),
		cmocka_unit_test(test_short),	       cmocka_unit_test(test_broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
