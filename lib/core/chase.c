// SPDX-License-Identifier: GPL-2.0-only
/*
 * chase: dependent loads along one random cycle over the range, one line a page; then over as many
 * lines packed densely. Both touch the same number of cache lines and differ in how many pages they
 * need, so the difference between the two is what translation costs.
 *
 * The line within page i is line i mod 64, or all lines would fall into the same few cache sets.
 * The cycle is random and each load depends on the one before, so no prefetcher helps.
 */
#include "chase.h"
#include "random.h"
#include "tlb.h"
#include "workload.h"

#define LINES_A_PAGE ((u32)(AMK_PAGE_SIZE / AMK_LINE_SIZE))
/* Accesses of the model between two looks at whether to stop. */
#define MODEL_STRETCH 4096U

/* Offset of line @i: one line a page, or packed. */
static u64 chase_offset(u32 i, enum amk_chase_way way)
{
	if (way == AMK_CHASE_DENSE)
		return (u64)i * AMK_LINE_SIZE;
	return (u64)i * AMK_PAGE_SIZE + (i % LINES_A_PAGE) * AMK_LINE_SIZE;
}

char *amk_chase_line(const struct amk_chase *chase, enum amk_chase_way way, u32 i)
{
	return chase->base + chase_offset(i, way);
}

/* How many lines, one a page, lie within @len bytes. */
static u32 chase_lines(u64 len, u32 max)
{
	u64 n = len / AMK_PAGE_SIZE + 1;

	if (n > max)
		n = max;
	while (n && chase_offset((u32)n - 1, AMK_CHASE_PAGE) + AMK_LINE_SIZE > len)
		n--;
	return (u32)n;
}

bool amk_chase_begin(struct amk_block *b, struct amk_chase *chase)
{
	u64 skew = -(unsigned long)b->range % AMK_LINE_SIZE;
	struct amk_random r = { b->request->seed };

	chase->base = (char *)b->range + skew;
	chase->lines = chase_lines(b->ctx.size - skew, b->slots_max + 1);
	if (chase->lines < 2) {
		amk_block_end(b, AMK_STATUS_SKIP, AMK_REASON_TOO_SMALL, 0);
		return false;
	}
	/* A chase over a part of the range would be recorded as one over all of it. */
	if (chase->lines > b->slots_max) {
		amk_block_end(b, AMK_STATUS_SKIP, AMK_REASON_TOO_LARGE, 0);
		return false;
	}
	amk_random_cycle(&r, b->order, chase->lines);
	return true;
}

static void chase_lay(struct amk_block *b, const struct amk_chase *chase, enum amk_chase_way way)
{
	u32 i;

	for (i = 0; i < chase->lines; i++)
		*(void **)amk_chase_line(chase, way, i) = amk_chase_line(chase, way, b->order[i]);
	b->chase_at = (void **)chase->base;
}

static noinline void chase_timed(struct amk_block *b, u64 n, u64 *ticks)
{
	void **at = b->chase_at;
	u64 t0, t1;

	t0 = amk_clock_begin(b->clock);
	for (; n; n--)
		at = READ_ONCE(*(void ***)at);
	amk_escape(at);
	t1 = amk_clock_end(b->clock);
	b->chase_at = at;
	ticks[0] += t1 - t0;
}

bool amk_chase_time(struct amk_block *b, const struct amk_chase *chase, enum amk_chase_way way,
		    u32 lane)
{
	struct amk_loop loop = { .timed = chase_timed,
				 .nr_lanes = 1,
				 .first_lane = lane,
				 .slope = true,
				 .ops_per_call = 1 };

	chase_lay(b, chase, way);
	return amk_sample_loop(b, &loop);
}

/* ---- how it is mapped, and what the model makes of that ---- */

/* 0: not known. What is not mapped has not been touched, which cannot be after a lay. */
static u32 line_shift(struct amk_block *b, const char *line)
{
	u32 shift = 0;

	return b->side->level(b, line, &shift) ? 0 : shift;
}

void amk_chase_mapping(struct amk_block *b, const struct amk_chase *chase,
		       struct amk_mapping *mapping)
{
	u32 i;

	memset(mapping, 0, sizeof(*mapping));
	for (i = 0; i < chase->lines; i++)
		amk_mapping_add(mapping, line_shift(b, amk_chase_line(chase, AMK_CHASE_PAGE, i)));
}

/* Fills the slots with the page of each line as the TLB holds it; NONE, or why not. */
static enum amk_reason model_pages(struct amk_block *b, const struct amk_chase *chase,
				   enum amk_chase_way way)
{
	const struct amk_tlb *tlb = &b->request->tlb;
	u64 page;
	u32 i;

	if (!tlb->nr_units || !b->tlb_entry)
		return AMK_REASON_NO_TLB;
	for (i = 0; i < chase->lines; i++) {
		char *line = amk_chase_line(chase, way, i);

		page = amk_tlb_page(tlb, (unsigned long)line, line_shift(b, line));
		if (!page)
			return AMK_REASON_NO_LEVEL;
		b->slots[i] = (void *)(unsigned long)page;
	}
	return AMK_REASON_NONE;
}

/* Once around the cycle; false: stopped. */
static bool model_lap(struct amk_block *b, struct amk_tlb_model *model, u32 lines)
{
	u32 i, at = 0;

	for (i = 0; i < lines; i++) {
		if (!(i % MODEL_STRETCH) && b->side->stop(b))
			return false;
		amk_tlb_access(model, (unsigned long)b->slots[at]);
		at = b->order[at];
	}
	return true;
}

bool amk_chase_model(struct amk_block *b, const struct amk_chase *chase, enum amk_chase_way way,
		     enum amk_metric_id metric)
{
	enum amk_reason reason = model_pages(b, chase, way);
	struct amk_tlb_model model;

	if (reason) {
		amk_block_value_skip(b, metric, reason);
		return true;
	}
	amk_tlb_reset(&model, &b->request->tlb, b->tlb_entry);
	if (!model_lap(b, &model, chase->lines))
		return false;
	amk_tlb_count(&model);
	if (!model_lap(b, &model, chase->lines))
		return false;
	amk_block_value(b, metric,
			div64_u64(model.misses * 1000000 + chase->lines / 2, chase->lines));
	return true;
}

static enum amk_status chase_run(struct amk_block *b)
{
	struct amk_mapping mapping;
	struct amk_chase chase;

	if (!amk_chase_begin(b, &chase))
		return b->result->status;
	if (!amk_chase_time(b, &chase, AMK_CHASE_PAGE, 0) ||
	    !amk_chase_time(b, &chase, AMK_CHASE_DENSE, 1))
		return amk_block_broken(b);
	amk_chase_mapping(b, &chase, &mapping);
	amk_mapping_values(b, &mapping);
	if (!amk_chase_model(b, &chase, AMK_CHASE_PAGE, AMK_METRIC_dtlb_misses_model) ||
	    !amk_chase_model(b, &chase, AMK_CHASE_DENSE, AMK_METRIC_dtlb_misses_model_dense))
		return amk_block_broken(b);
	return amk_block_end(b, AMK_STATUS_OK, AMK_REASON_NONE, 0);
}

enum amk_status amk_measure_chase(struct amk_block *block, const struct amk_workload *workload)
{
	(void)workload;
	return amk_block_on_range(block, chase_run);
}
