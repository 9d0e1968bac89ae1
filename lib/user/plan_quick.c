// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a quick run measures: some minutes are to say of every strategy what its costs are made of.
 */
#include "lib/user/plan_grid.h"

#define KIB 1024ULL
#define MIB (1024 * KIB)

/* Where translation begins to show, what is touched at most, what makes a burst. */
#define QUICK_CHASE_BYTES (32 * KIB)
#define QUICK_TOUCHED_BYTES (16 * MIB)
#define QUICK_ALIAS_BYTES (2 * MIB)
#define QUICK_BATCH_MIN 2

bool amk_plan_is_edge(const struct amk_options *o, u64 size)
{
	return size == o->kmalloc_max_bytes + 1 || size == 2 * o->page_bytes + 1;
}

bool amk_plan_is_mapped(const struct amk_strategy *s)
{
	return s->family == AMK_FAMILY_mapped || s->family == AMK_FAMILY_huge;
}

bool amk_plan_quick_leaves_out(const struct amk_options *o, const struct amk_strategy *s,
			       const struct amk_workload *w, u64 size)
{
	if (o->grid != AMK_GRID_QUICK || o->sizes)
		return false;
	switch (w - amk_workloads) {
	case AMK_WORKLOAD_ID_pair:
		return false;
	case AMK_WORKLOAD_ID_contig:
		return size > QUICK_TOUCHED_BYTES;
	case AMK_WORKLOAD_ID_zero:
		return s->family == AMK_FAMILY_context ||
		       (size != 64 && size != o->page_bytes && size != 256 * KIB);
	case AMK_WORKLOAD_ID_chase:
		return s->family == AMK_FAMILY_context || amk_plan_is_edge(o, size) ||
		       size < QUICK_CHASE_BYTES ||
		       (size > QUICK_TOUCHED_BYTES && !amk_plan_is_mapped(s));
	case AMK_WORKLOAD_ID_alias:
		return amk_plan_is_edge(o, size) || size < QUICK_ALIAS_BYTES;
	case AMK_WORKLOAD_ID_touch:
		return s->family == AMK_FAMILY_context || amk_plan_is_edge(o, size) ||
		       (size < o->page_bytes && size != 64) || size > QUICK_TOUCHED_BYTES;
	default:
		return amk_plan_is_edge(o, size) ||
		       size > o->protocol.batch_bytes / QUICK_BATCH_MIN;
	}
}

bool amk_plan_quick_parts(const struct amk_options *o, const struct amk_strategy *s,
			  const struct amk_workload *w)
{
	if (o->grid != AMK_GRID_QUICK || o->workloads)
		return false;
	if (s->family != AMK_FAMILY_allocator)
		return w == &amk_workloads[AMK_WORKLOAD_ID_overhead];
	return w != &amk_workloads[AMK_WORKLOAD_ID_pair] &&
	       w != &amk_workloads[AMK_WORKLOAD_ID_burst_fifo] &&
	       w != &amk_workloads[AMK_WORKLOAD_ID_touch] &&
	       w != &amk_workloads[AMK_WORKLOAD_ID_overhead];
}
