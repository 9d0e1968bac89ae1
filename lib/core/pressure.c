// SPDX-License-Identifier: GPL-2.0-only
/*
 * pressure: allocations when memory is short. Before each, single pages are taken until one is
 * refused at the least watermark; they are taken without waking anybody, so what the allocation
 * then finds, and what it does about it, is its own flags' doing: take from the reserves, reclaim,
 * sleep, or be refused. Each call is timed, whether it was given memory or not. What reclaim counts
 * is the whole machine's: the row is for a guest in which nothing else runs.
 */
#include "squeeze.h"
#include "workload.h"

#define TRIES_MAX 32U

_Static_assert(TRIES_MAX <= AMK_ITERATIONS_MAX, "each try is an iteration");

struct pressure {
	u64 tried;
	u64 given;
	u64 slept;
	struct amk_reclaimed reclaimed;
};

static void iteration_add(struct amk_block *b, u64 ticks, u32 class_bits)
{
	struct amk_lane *lane = &b->result->lane[0];
	struct amk_iteration *iteration = &lane->iteration[lane->nr_iterations++];

	lane->ops = 1;
	iteration->ticks_n = ticks;
	iteration->class_bits = class_bits;
	amk_block_sample(b, 0, &ticks, 1, class_bits);
}

/* One allocation: what it returned. */
static void *pressure_try(struct amk_block *b, struct pressure *seen)
{
	struct amk_reclaimed reclaimed[2];
	struct amk_disturb before, after;
	u64 t0, ticks;
	void *p;

	b->side->squeeze->reclaimed(b, &reclaimed[0]);
	amk_disturb_read(&before);
	t0 = amk_clock_begin(b->clock);
	p = b->impl->ops->alloc(&b->ctx, b->ctx.size);
	amk_escape(p);
	ticks = amk_clock_end(b->clock) - t0;
	amk_disturb_read(&after);
	b->side->squeeze->reclaimed(b, &reclaimed[1]);
	iteration_add(b, ticks, amk_disturb_class(&before, &after));
	seen->tried++;
	seen->given += !!p;
	if (p)
		*(volatile char *)p = 1;
	seen->slept += after.slept - before.slept;
	seen->reclaimed.stalls += reclaimed[1].stalls - reclaimed[0].stalls;
	seen->reclaimed.scanned += reclaimed[1].scanned - reclaimed[0].scanned;
	seen->reclaimed.compactions += reclaimed[1].compactions - reclaimed[0].compactions;
	return p;
}

static int pressure_tries(struct amk_block *b, struct pressure *seen)
{
	u32 tries = b->slots_max < TRIES_MAX ? b->slots_max : TRIES_MAX;
	struct amk_squeezed got;
	int error;
	void *p;

	while (seen->tried < tries) {
		error = b->side->squeeze->take(b, AMK_SQUEEZE_QUIET, &got);
		if (error)
			return error;
		p = pressure_try(b, seen);
		if (p)
			b->slots[seen->given - 1] = p;
		if (b->side->squeeze->let_go(b))
			return 0;
	}
	return 0;
}

static void pressure_values(struct amk_block *b, const struct pressure *seen, bool let_go)
{
	amk_block_value(b, AMK_METRIC_pressure_tried, seen->tried);
	amk_block_value(b, AMK_METRIC_pressure_given, seen->given);
	amk_block_value(b, AMK_METRIC_pressure_slept, seen->slept);
	amk_block_value(b, AMK_METRIC_pressure_stalls, seen->reclaimed.stalls);
	amk_block_value(b, AMK_METRIC_pressure_scanned, seen->reclaimed.scanned);
	amk_block_value(b, AMK_METRIC_pressure_compactions, seen->reclaimed.compactions);
	amk_block_value(b, AMK_METRIC_pressure_oom, let_go);
}

enum amk_status amk_measure_pressure(struct amk_block *block, const struct amk_workload *workload)
{
	struct pressure seen = { 0 };
	bool let_go;
	int error;
	u64 i;

	(void)workload;
	if (amk_squeeze_open(block, true))
		return block->result->status;
	error = pressure_tries(block, &seen);
	let_go = block->side->squeeze->let_go(block);
	block->side->squeeze->close(block);
	for (i = 0; i < seen.given; i++)
		block->impl->ops->release(&block->ctx, block->slots[i], block->ctx.size);
	if (error)
		return amk_squeeze_broken(block, error);
	pressure_values(block, &seen, let_go);
	return amk_block_end(block, AMK_STATUS_OK, AMK_REASON_NONE, 0);
}
