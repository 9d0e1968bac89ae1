/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Brings the free memory of a machine to a wanted unusable free space index by holding some of it:
 * the control loop around whoever holds.
 */
#ifndef AMK_FRAGMENT_H
#define AMK_FRAGMENT_H

#include "lib/core/abi.h"
#include "lib/user/buddy.h"

#define AMK_FRAGMENT_TOLERANCE 0.05 /* an index this far from what was wanted is none */

/* What is held. */
struct amk_held {
	u64 blocks; /* of which every other page is held */
	u64 pages; /* single ones */
};

/* Who holds, and who looks. */
struct amk_fragmenter {
	u32 order; /* of its blocks */
	u64 limit_pages; /* that it may hold */
	u64 floor_bytes; /* that are to stay available */
	bool dear; /* blocks that are added may cost all again, and giving back is cheap */
	void *who; /* of the two */
	/* Brings what is held to hold->blocks and hold->pages, and tells what came of it. */
	int (*hold)(void *who, struct amk_hold *hold);
	int (*look)(void *who, struct amk_buddy *buddy);
	struct amk_held held;
	bool let_go; /* the kernel had to be given pages back since the last look */
};

/* Pages that are held, with blocks of 2^@order. */
u64 amk_held_pages(const struct amk_held *held, u32 order);

/*
 * What to hold, from @held on, so that of @free_pages, @whole_pages of which lie in blocks of use,
 * the part @index is of no use. A block of 2^@block_order takes itself from both and gives half of
 * itself back to the former; single pages come from what is of no use.
 */
void amk_fragment_plan(double index, u32 block_order, u64 free_pages, u64 whole_pages,
		       struct amk_held *held);

/*
 * Holds as much as brings the index at @order to @index, and tells in @reached what it then is. 0:
 * it is there within AMK_FRAGMENT_TOLERANCE; -ERANGE: it is not, for memory, limit or floor are not
 * enough; else -errno of who holds or looks.
 */
int amk_fragment_reach(struct amk_fragmenter *fragmenter, double index, u32 order, double *reached);

#endif
