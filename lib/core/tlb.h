/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A model of a translation lookaside buffer: which accesses of a sequence of pages it would miss.
 *
 * Set-associative arrays in two levels, each set in exact LRU order, as struct amk_tlb describes
 * them. Real processors use approximations of LRU, prefetch translations, share arrays between
 * threads, and under a hypervisor translate twice; so what comes out is a model and is labelled so.
 */
#ifndef AMK_TLB_H
#define AMK_TLB_H

#include "abi.h"
#include "deps.h"

/* All arrays together; what there is has some thousands. */
#define AMK_TLB_ENTRIES_MAX 16384U

struct amk_tlb_entry {
	u64 page; /* as amk_tlb_page() makes it */
	u64 used; /* the access that used it last; 0: empty */
};

struct amk_tlb_model {
	const struct amk_tlb *tlb;
	struct amk_tlb_entry *entry; /* of all units, one after the other */
	u64 now; /* accesses before those that are counted */
	u64 accesses;
	u64 misses_first; /* of them, in level 1 */
	u64 misses; /* of them, in level 2 too: page walks */
};

/*
 * 0 if @tlb makes sense: every unit has 1 to AMK_TLB_ENTRIES_MAX entries in all, ways that divide
 * them, a level, at least one page size, and zero padding. nr_units 0 (not known) is fine. Else
 * -EINVAL.
 */
int amk_tlb_check(const struct amk_tlb *tlb);

/* Entries of all units together. */
u32 amk_tlb_entries(const struct amk_tlb *tlb);

/*
 * The page that the TLB holds for @addr in a mapping of entries of 2^@shift bytes. A mapping larger
 * than any entry that the TLB has is held in pieces of the next smaller size. 0: it holds none.
 */
u64 amk_tlb_page(const struct amk_tlb *tlb, u64 addr, u32 shift);

/*
 * Empties the model. @entry has room for amk_tlb_entries(@tlb); both must stay while it is used.
 */
void amk_tlb_reset(struct amk_tlb_model *model, const struct amk_tlb *tlb,
		   struct amk_tlb_entry *entry);

/* Counts from 0 again and keeps what the TLB holds. */
void amk_tlb_count(struct amk_tlb_model *model);

/* One access to @page, as amk_tlb_page() made it. */
void amk_tlb_access(struct amk_tlb_model *model, u64 page);

#endif
