// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a run for evidence measures: the cells that statements about the kernel's allocators are
 * held to (bench/claim.def), and no others.
 */
#include "lib/user/plan_grid.h"

#define KIB 1024ULL

/* Whether sizes are a matter of how memory is mapped and lies, not of what the caller may do. */
static bool evidence_lies(const struct amk_options *o, const struct amk_strategy *s, u64 size)
{
	return s->family != AMK_FAMILY_context && !amk_plan_is_edge(o, size) && size >= 64 * KIB;
}

/* Ways of which it is said that they may sleep, or may not; a block takes seconds. */
static bool evidence_sleeps(const struct amk_strategy *s)
{
	return (s->family == AMK_FAMILY_default || s->family == AMK_FAMILY_context ||
		s->family == AMK_FAMILY_mapped || s->family == AMK_FAMILY_fallback) &&
	       !s->needs;
}

/* How user space's memory lies: what malloc() is said to have in common with vmalloc(). */
static bool evidence_takes_user(const struct amk_options *o, const struct amk_strategy *s, u32 id,
				u64 size)
{
	return id == AMK_WORKLOAD_ID_contig && evidence_lies(o, s, size) &&
	       (s == &amk_strategies[AMK_STRATEGY_ID_user_malloc] ||
		s == &amk_strategies[AMK_STRATEGY_ID_user_mmap_populate]);
}

/* What is compared with each other past the hot caches, too. */
static bool evidence_bursts(const struct amk_options *o, const struct amk_strategy *s, u64 size)
{
	return !amk_plan_is_edge(o, size) && size <= 64 * KIB &&
	       (s->family == AMK_FAMILY_default || s->family == AMK_FAMILY_zeroed ||
		s->family == AMK_FAMILY_array || s->family == AMK_FAMILY_mapped);
}

/*
 * Whose behaviour when memory is short is a matter of flags; past what slabs have in store, so
 * that each allocation is one of pages.
 */
static bool evidence_presses(const struct amk_options *o, const struct amk_strategy *s, u64 size)
{
	if (size != 2 * o->page_bytes + 1)
		return false;
	return s->family == AMK_FAMILY_context ||
	       s == &amk_strategies[AMK_STRATEGY_ID_kernel_kmalloc] ||
	       s == &amk_strategies[AMK_STRATEGY_ID_kernel_alloc_pages] ||
	       s == &amk_strategies[AMK_STRATEGY_ID_kernel_vmalloc];
}

/*
 * Whether a run for evidence has this cell: what a statement about the kernel's allocators can be
 * held to. Of user space it has what says something of the same statements there.
 */
static bool evidence_takes(const struct amk_options *o, const struct amk_strategy *s,
			   const struct amk_workload *w, u64 size)
{
	u32 id = (u32)(w - amk_workloads);

	if (id == AMK_WORKLOAD_ID_overflow)
		return s->family == AMK_FAMILY_array;
	if (s->side == AMK_SIDE_user)
		return evidence_takes_user(o, s, id, size);
	switch (id) {
	case AMK_WORKLOAD_ID_burst_fifo:
		return evidence_bursts(o, s, size);
	case AMK_WORKLOAD_ID_pair:
	case AMK_WORKLOAD_ID_limit:
	case AMK_WORKLOAD_ID_gfp:
	case AMK_WORKLOAD_ID_reserves:
		return true;
	case AMK_WORKLOAD_ID_pressure:
		return evidence_presses(o, s, size);
	case AMK_WORKLOAD_ID_illegal:
		return evidence_sleeps(s);
	case AMK_WORKLOAD_ID_zero:
		return size <= 64 * KIB;
	case AMK_WORKLOAD_ID_pair_preempt_off:
	case AMK_WORKLOAD_ID_pair_softirq:
	case AMK_WORKLOAD_ID_pair_hardirq:
		/* And one of those that may sleep, to say so. */
		return size <= o->page_bytes &&
		       (s->flags & AMK_STRATEGY_ATOMIC ||
			s == &amk_strategies[AMK_STRATEGY_ID_kernel_kmalloc]);
	case AMK_WORKLOAD_ID_origin:
		return s->family != AMK_FAMILY_control && size >= o->page_bytes && size <= 64 * KIB;
	case AMK_WORKLOAD_ID_contig:
		return evidence_lies(o, s, size) ||
		       s == &amk_strategies[AMK_STRATEGY_ID_kernel_kmalloc];
	case AMK_WORKLOAD_ID_chase:
		return evidence_lies(o, s, size);
	default:
		return false;
	}
}

bool amk_plan_evidence_leaves_out(const struct amk_options *o, const struct amk_strategy *s,
				  const struct amk_workload *w, u64 size)
{
	return o->grid == AMK_GRID_EVIDENCE && !o->workloads && !evidence_takes(o, s, w, size);
}
