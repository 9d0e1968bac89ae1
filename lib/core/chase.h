/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The parts of a chase that several workloads are made of: the cycle of loads, how its lines lie,
 * by what they are mapped, and what the model of the TLB says of it.
 */
#ifndef AMK_CHASE_H
#define AMK_CHASE_H

#include "mapping.h"
#include "metric.h"

/* One line a page, or as many packed densely. */
enum amk_chase_way { AMK_CHASE_PAGE, AMK_CHASE_DENSE };

struct amk_chase {
	char *base; /* first line */
	u32 lines;
};

/*
 * Finds the lines of block->range and makes their cycle in block->order. True, or false when it has
 * ended the block: fewer than two lines, or more than there is room for.
 */
bool amk_chase_begin(struct amk_block *block, struct amk_chase *chase);

/* Writes the cycle into the memory and times it as lane @lane; false: stopped. */
bool amk_chase_time(struct amk_block *block, const struct amk_chase *chase, enum amk_chase_way way,
		    u32 lane);

/* Address of line @i. */
char *amk_chase_line(const struct amk_chase *chase, enum amk_chase_way way, u32 i);

/* Counts the pages of the lines, one a page, by what maps them. The range has been touched. */
void amk_chase_mapping(struct amk_block *block, const struct amk_chase *chase,
		       struct amk_mapping *mapping);

/*
 * Adds @metric: page walks of a million loads along the cycle in steady state, in the model of
 * block->request->tlb, at the mapping level that each line's page has; or a skip. false: stopped.
 * Uses block->slots.
 */
bool amk_chase_model(struct amk_block *block, const struct amk_chase *chase, enum amk_chase_way way,
		     enum amk_metric_id metric);

#endif
