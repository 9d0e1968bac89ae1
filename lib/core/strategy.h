/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table of strategies: what each way of allocating is called, which family it belongs to, what
 * it promises and what it needs. Both sides know both sides' rows, so that the command can list,
 * validate and label kernel strategies without a kernel module at hand.
 */
#ifndef AMK_STRATEGY_H
#define AMK_STRATEGY_H

#include "deps.h"

enum amk_side_id { AMK_SIDE_user, AMK_SIDE_kernel, AMK_NR_SIDES };

enum amk_family_id {
#define AMK_FAMILY(id, name, summary) AMK_FAMILY_##id,
#include "family.def"
#undef AMK_FAMILY
	AMK_NR_FAMILIES
};

/* What the memory is promised to be; the contract test holds each row to it. */
#define AMK_STRATEGY_CONTIGUOUS (1U << 0) /* one run of frames */
#define AMK_STRATEGY_ZEROED (1U << 1) /* reads zero */
#define AMK_STRATEGY_POPULATED (1U << 2) /* every frame is there before the first touch */
#define AMK_STRATEGY_LAZY (1U << 3) /* frames come with the first touch, at least for large sizes */
#define AMK_STRATEGY_HUGE (1U << 4) /* huge pages wanted */
#define AMK_STRATEGY_PAGED (1U << 5) /* starts on a page boundary */
#define AMK_STRATEGY_ATOMIC (1U << 6) /* may not sleep */
#define AMK_STRATEGY_BULK (1U << 7) /* bursts allocate many at a call */
#define AMK_STRATEGY_EMPTY (1U << 8) /* no memory behind what it returns: never touched */
/* Evidence for one question: in a run only where it is named, or in a run for evidence. */
#define AMK_STRATEGY_EVIDENCE (1U << 9)
#define AMK_STRATEGY_SCATTERED (1U << 10) /* pages that no range of addresses holds */
/* By a library in malloc()'s place: in a run only where it or its family is named. */
#define AMK_STRATEGY_PRELOADED (1U << 11)
/* Takes the node of the request, if one is asked for. */
#define AMK_STRATEGY_PLACED (1U << 12)
/* Takes pages from all nodes by turns. */
#define AMK_STRATEGY_SPREAD (1U << 13)
/* Takes pages from its node alone: what asks for more than there is gets its process killed. */
#define AMK_STRATEGY_BOUND (1U << 14)
/* Keeps state of its own while it allocates: each of several threads is set up by itself. */
#define AMK_STRATEGY_PRIVATE (1U << 15)
/* Works on the caller's own address space: no other thread can. */
#define AMK_STRATEGY_CALLER (1U << 16)

/* What must be there for it to run. */
#define AMK_NEED_THP (1U << 0)
#define AMK_NEED_HUGETLB_2M (1U << 1)
#define AMK_NEED_HUGETLB_1G (1U << 2)
#define AMK_NEED_VMALLOC_HUGE (1U << 3)
#define AMK_NEED_DMA_ZONE (1U << 4)
#define AMK_NEED_DMA32_ZONE (1U << 5)
#define AMK_NEED_ALLOCATOR (1U << 6)
#define AMK_NEED_NUMA (1U << 7)
#define AMK_NEED_PREFERRED_MANY (1U << 8)

struct amk_family {
	const char *name;
	const char *summary;
};

struct amk_strategy {
	const char *name;
	enum amk_side_id side;
	enum amk_family_id family;
	u64 min_bytes;
	u64 max_bytes; /* 0: no bound of its own */
	u64 granule_bytes;
	u32 flags; /* AMK_STRATEGY_* */
	u32 needs; /* AMK_NEED_* */
	const char *summary;
};

/* Index of a row in the table of all strategies: AMK_STRATEGY_ID_<side>_<id>. */
enum amk_strategy_id {
#define AMK_STRATEGY(side, id, ...) AMK_STRATEGY_ID_##side##_##id,
#include "strategy.def"
#undef AMK_STRATEGY
	AMK_NR_STRATEGIES
};

extern const struct amk_strategy amk_strategies[AMK_NR_STRATEGIES];
extern const struct amk_family amk_families[AMK_NR_FAMILIES];
extern const char *const amk_side_names[AMK_NR_SIDES];

/* The row called @name on @side, or NULL. */
const struct amk_strategy *amk_strategy_find(enum amk_side_id side, const char *name);

/* Bytes to reckon with for one allocation of @size: rounded to the granule and a power of two. */
u64 amk_strategy_footprint(const struct amk_strategy *strategy, u64 size);

#endif
