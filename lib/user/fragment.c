// SPDX-License-Identifier: GPL-2.0-only
/*
 * The control loop of the fragmenters: see fragment.h. Each step holds what would be right if no
 * page moved meanwhile; pages do (per-CPU lists, merges, other tasks), so it looks again and holds
 * more or less, a bounded number of times.
 */
#include "lib/user/fragment.h"

#define STEPS 24
#define CLOSE 0.01 /* near enough to stop */
#define SPARE_SHARE 128
#define TRIES 2 /* to hold more than there is */

u64 amk_held_pages(const struct amk_held *held, u32 order)
{
	return (held->blocks << order >> 1) + held->pages;
}

/* How many of what is @each big make up @pages, rounded. */
static u64 count(double pages, double each)
{
	return pages > 0 ? (u64)(pages / each + 0.5) : 0;
}

static u64 least(u64 a, u64 b)
{
	return a < b ? a : b;
}

void amk_fragment_plan(double index, u32 block_order, u64 free_pages, u64 whole_pages,
		       struct amk_held *held)
{
	double block = (double)(1ULL << block_order), keep = 1 - index;
	double all = (double)free_pages, whole = (double)whole_pages;
	double each =
		block - keep * block / 2; /* what breaking one changes whole - keep * all by */
	u64 n;

	if (whole > keep * all) {
		n = keep > 0 ? least(held->pages, count(whole / keep - all, 1)) : 0;
		held->pages -= n;
		all += (double)n;
		held->blocks += count(whole - keep * all, each);
		return;
	}
	n = least(held->blocks, count(keep * all - whole, each));
	held->blocks -= n;
	whole += (double)n * block;
	all += (double)n * block / 2;
	if (!held->blocks && keep > 0)
		held->pages += count(all - whole / keep, 1);
}

/* What was too little once is taken with some to spare, so that the rest of the way is back. */
static u64 blocks_spare(const struct amk_fragmenter *f, u64 wanted)
{
	return f->dear && f->held.blocks && wanted > f->held.blocks ? wanted / SPARE_SHARE : 0;
}

static int hold(struct amk_fragmenter *f, const struct amk_held *wanted)
{
	u64 block_pages = 1ULL << f->order >> 1;
	struct amk_hold hold = { .order = f->order, .floor_bytes = f->floor_bytes };
	int error;

	hold.blocks = least(wanted->blocks + blocks_spare(f, wanted->blocks),
			    f->limit_pages / block_pages);
	hold.pages = least(wanted->pages, f->limit_pages - hold.blocks * block_pages);
	error = f->hold(f->who, &hold);
	if (error)
		return error;
	f->held = (struct amk_held){ .blocks = hold.blocks, .pages = hold.pages };
	f->let_go = f->let_go || hold.let_go;
	return 0;
}

static double distance(double a, double b)
{
	return a > b ? a - b : b - a;
}

static int look(struct amk_fragmenter *f, u32 order, struct amk_buddy *buddy, double *reached)
{
	int error = f->look(f->who, buddy);

	if (!error)
		*reached = amk_buddy_unusable(buddy, order);
	return error;
}

/* Holds what would be right. More than there is to be had is asked for twice, or if dear, once. */
static int step(struct amk_fragmenter *f, double index, u32 order, const struct amk_buddy *buddy,
		u32 *tries)
{
	struct amk_held wanted = f->held;
	int error;

	amk_fragment_plan(index, f->order, amk_buddy_pages(buddy, 0), amk_buddy_pages(buddy, order),
			  &wanted);
	error = hold(f, &wanted);
	if (*tries && (f->held.blocks < wanted.blocks || f->held.pages < wanted.pages))
		*tries -= f->dear && *tries > 1 ? 2 : 1;
	return error;
}

/*
 * What is held is as much as before, but the kernel has put free memory together meanwhile. Where
 * more blocks cost all again, those that broke it up then do so now, and more would be too many.
 */
static int again(struct amk_fragmenter *f, u32 order, struct amk_buddy *buddy, double *reached)
{
	struct amk_held before = f->held;
	int error = hold(f, &(struct amk_held){ 0 });

	if (!error)
		error = hold(f, &before);
	return error ? error : look(f, order, buddy, reached);
}

/* More cannot be had, but what is too much can be given back. */
static bool goes_on(const struct amk_fragmenter *f, double index, double reached, u32 tries)
{
	return distance(reached, index) > CLOSE && (tries || (reached > index && f->held.blocks));
}

int amk_fragment_reach(struct amk_fragmenter *f, double index, u32 order, double *reached)
{
	static struct amk_buddy buddy;
	u32 left = STEPS, tries = TRIES;
	int error = look(f, order, &buddy, reached);

	if (!error && f->dear && f->held.blocks && *reached < index - CLOSE)
		error = again(f, order, &buddy, reached);
	while (!error && goes_on(f, index, *reached, tries) && left--) {
		error = step(f, index, order, &buddy, &tries);
		if (!error)
			error = look(f, order, &buddy, reached);
	}
	if (error)
		return error;
	return distance(*reached, index) <= AMK_FRAGMENT_TOLERANCE ? 0 : -ERANGE;
}
