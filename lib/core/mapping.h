/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * By what size of entry the pages of a range are mapped: how many by each.
 */
#ifndef AMK_MAPPING_H
#define AMK_MAPPING_H

#include "block.h"

struct amk_mapping {
	u64 by_shift[64]; /* pages by log2 of what their entry covers; [0]: not known */
};

/* Counts a page mapped by an entry of 2^@shift bytes; 0: not known. */
static inline void amk_mapping_add(struct amk_mapping *m, u32 shift)
{
	m->by_shift[shift % 64]++;
}

/* Adds the values frames_4k to frames_1g; a page of unknown level makes them all a skip. */
void amk_mapping_values(struct amk_block *block, const struct amk_mapping *m);

#endif
