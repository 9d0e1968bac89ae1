// SPDX-License-Identifier: GPL-2.0-only
/*
 * alias: the same frames through two mappings. First a chase over the range as the allocator mapped
 * it, one line a page; then the very same loads, in the same order, from the same lines of the same
 * frames, mapped by 4 KiB entries. Caches see no difference, so what the second costs more is
 * translation and nothing else. That the frames are the same is looked at, not assumed.
 */
#include "chase.h"
#include "workload.h"

/* The frame of line @i; false: it may not be known. */
static bool line_frame(struct amk_block *b, const struct amk_chase *chase, u32 i, u64 *pfn)
{
	unsigned long line = (unsigned long)amk_chase_line(chase, AMK_CHASE_PAGE, i);
	u32 shift;

	return !b->side->frame(b, (void *)(line & ~(AMK_PAGE_SIZE - 1)), pfn, &shift);
}

/* Keeps the frame of each line in the slots; false: they may not be known. */
static bool frames_note(struct amk_block *b, const struct amk_chase *chase)
{
	u64 pfn;
	u32 i;

	for (i = 0; i < chase->lines; i++) {
		if (!line_frame(b, chase, i, &pfn))
			return false;
		b->slots[i] = (void *)(unsigned long)pfn;
	}
	return true;
}

/* Adds how many lines still lie in the frame that the slots name. */
static void frames_compare(struct amk_block *b, const struct amk_chase *chase, bool known)
{
	u32 i, same = 0;
	u64 pfn;

	if (!known) {
		amk_block_value_skip(b, AMK_METRIC_frames_same, AMK_REASON_NO_PAGEMAP);
		return;
	}
	for (i = 0; i < chase->lines; i++)
		same += line_frame(b, chase, i, &pfn) && pfn == (unsigned long)b->slots[i];
	amk_block_value(b, AMK_METRIC_frames_same, same);
}

/* Whether every line is mapped by the kernel's smallest entries, which on arm64 may be 16 KiB. */
static bool is_small(const struct amk_mapping *mapping, u32 lines)
{
	return mapping->by_shift[12] + mapping->by_shift[14] == lines;
}

/* The second mapping's half of the block, which ends it. */
static enum amk_status alias_second(struct amk_block *b, const struct amk_chase *chase, bool known)
{
	struct amk_mapping mapping;

	frames_compare(b, chase, known);
	amk_chase_mapping(b, chase, &mapping);
	if (!is_small(&mapping, chase->lines))
		return amk_block_end(b, AMK_STATUS_SKIP, AMK_REASON_NO_ALIAS, 0);
	if (!amk_chase_time(b, chase, AMK_CHASE_PAGE, 1) ||
	    !amk_chase_model(b, chase, AMK_CHASE_PAGE, AMK_METRIC_dtlb_misses_model_alias))
		return amk_block_broken(b);
	return amk_block_end(b, AMK_STATUS_OK, AMK_REASON_NONE, 0);
}

static enum amk_status alias_both(struct amk_block *b, struct amk_chase *chase)
{
	bool known = frames_note(b, chase);
	enum amk_status status;
	char *first = chase->base;
	char *p = b->side->alias(b, b->range, b->ctx.size);

	if (!p)
		return amk_block_end(b, AMK_STATUS_SKIP, AMK_REASON_NO_ALIAS, 0);
	chase->base = p + (first - (char *)b->range);
	status = alias_second(b, chase, known);
	b->side->unalias(b, p, b->range, b->ctx.size);
	return status;
}

/* Why there is nothing to compare; NONE: there is. The range has been touched. */
static enum amk_reason alias_misfit(struct amk_block *b, const struct amk_mapping *mapping,
				    u32 lines)
{
	if (b->strategy->needs & (AMK_NEED_HUGETLB_2M | AMK_NEED_HUGETLB_1G))
		return AMK_REASON_ALIAS_HUGETLB;
	if (!b->side->alias)
		return AMK_REASON_NO_ALIAS;
	if (mapping->by_shift[0])
		return AMK_REASON_NO_LEVEL;
	return is_small(mapping, lines) ? AMK_REASON_ALIAS_SMALL : AMK_REASON_NONE;
}

static void alias_touch(const struct amk_chase *chase)
{
	u32 i;

	for (i = 0; i < chase->lines; i++)
		*(volatile char *)amk_chase_line(chase, AMK_CHASE_PAGE, i) = 1;
}

static enum amk_status alias_run(struct amk_block *b)
{
	struct amk_mapping mapping;
	struct amk_chase chase;
	enum amk_reason misfit;

	if (!amk_chase_begin(b, &chase))
		return b->result->status;
	alias_touch(&chase);
	amk_chase_mapping(b, &chase, &mapping);
	misfit = alias_misfit(b, &mapping, chase.lines);
	if (misfit)
		return amk_block_end(b, AMK_STATUS_SKIP, misfit, 0);
	amk_mapping_values(b, &mapping);
	if (!amk_chase_time(b, &chase, AMK_CHASE_PAGE, 0) ||
	    !amk_chase_model(b, &chase, AMK_CHASE_PAGE, AMK_METRIC_dtlb_misses_model))
		return amk_block_broken(b);
	return alias_both(b, &chase);
}

enum amk_status amk_measure_alias(struct amk_block *block, const struct amk_workload *workload)
{
	(void)workload;
	return amk_block_on_range(block, alias_run);
}
