/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a grid leaves out, for plan.c: a quick run has no time for everything, and a run for
 * evidence has what statements are held to.
 */
#ifndef AMK_PLAN_GRID_H
#define AMK_PLAN_GRID_H

#include "lib/user/plan.h"

/* A size that is there for the edge it lies on: just past a page or past the kmalloc limit. */
bool amk_plan_is_edge(const struct amk_options *o, u64 size);

/* Ways of allocating that page tables are made for, so that they go on where others end. */
bool amk_plan_is_mapped(const struct amk_strategy *s);

/*
 * Whether the default grid of a quick run leaves this cell out: what a few minutes are not to be
 * spent on, since another cell says as much or since one operation alone takes a good part of a
 * second.
 */
bool amk_plan_quick_leaves_out(const struct amk_options *o, const struct amk_strategy *s,
			       const struct amk_workload *w, u64 size);

/*
 * Whether the default choice of a quick run leaves @s and @w out for what allocators are asked
 * beside each other, which is not what the other strategies are asked.
 */
bool amk_plan_quick_parts(const struct amk_options *o, const struct amk_strategy *s,
			  const struct amk_workload *w);

/* Whether the grid of a run for evidence leaves this cell out. */
bool amk_plan_evidence_leaves_out(const struct amk_options *o, const struct amk_strategy *s,
				  const struct amk_workload *w, u64 size);

#endif
