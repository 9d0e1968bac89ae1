/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Taking the machine's last pages: what the workloads reserves and pressure ask of a side.
 */
#ifndef AMK_SQUEEZE_H
#define AMK_SQUEEZE_H

#include "abi.h"
#include "deps.h"

struct amk_block;

/* What single pages are asked for with. */
enum amk_squeeze_how {
	AMK_SQUEEZE_QUIET, /* no flag: nothing is reclaimed, nobody is woken */
	AMK_SQUEEZE_NOWAIT, /* GFP_NOWAIT */
	AMK_SQUEEZE_HIGH, /* GFP_KERNEL | __GFP_NORETRY | __GFP_HIGH */
	AMK_SQUEEZE_ATOMIC, /* GFP_ATOMIC */
	AMK_SQUEEZE_NORETRY, /* GFP_KERNEL | __GFP_NORETRY */
	AMK_NR_SQUEEZES
};

/* What came of it; the zone is the one that GFP_KERNEL takes from first. */
struct amk_squeezed {
	u64 pages; /* got */
	u64 free_pages; /* in the zone when one was refused */
	u64 min_pages; /* its least watermark then */
};

/* What reclaim did since the machine began. */
struct amk_reclaimed {
	u64 stalls; /* allocations that had to reclaim themselves */
	u64 scanned; /* pages they looked at */
	u64 compactions; /* allocations that had to compact */
};

struct amk_squeeze {
	/*
	 * Prepares for it, with @reclaimable memory besides that is easily reclaimed, where
	 * there is some. 0; -EPERM: not to be done here; -EFBIG: so much memory would take too
	 * long; -EINTR: end the block; another error: it could not be set up.
	 */
	int (*open)(struct amk_block *block, bool reclaimable);
	/*
	 * Asks for pages until one is refused, and holds them. 0; -EINTR: end the block; -ENOMEM:
	 * another allocation was about to have a task killed, so all pages were let go, and none is
	 * taken any more.
	 */
	int (*take)(struct amk_block *block, enum amk_squeeze_how how, struct amk_squeezed *got);
	/* Whether all was let go. */
	bool (*let_go)(struct amk_block *block);
	/* Gives all pages back. */
	void (*close)(struct amk_block *block);
	int (*reclaimed)(struct amk_block *block, struct amk_reclaimed *reclaimed);
};

/* Opens the side's; an error has ended the block, mostly as a skip. */
int amk_squeeze_open(struct amk_block *block, bool reclaimable);

/* Ends a block of which the side's take() ended in @error. */
enum amk_status amk_squeeze_broken(struct amk_block *block, int error);

#endif
