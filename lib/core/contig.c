// SPDX-License-Identifier: GPL-2.0-only
/*
 * contig: which frames lie behind a range, as runs, and by what size of entry they are mapped. The
 * range is looked at before and after it is touched, so laziness shows as a number.
 */
#include "mapping.h"
#include "objects.h"
#include "runs.h"
#include "workload.h"

struct contig {
	struct amk_runs runs;
	struct amk_mapping mapping;
	int error;
};

/* Looks up every page of the range; false on an error other than an absent frame. */
static bool contig_walk(struct amk_block *b, struct contig *c)
{
	unsigned long at = (unsigned long)b->range & ~(AMK_PAGE_SIZE - 1);
	unsigned long end = (unsigned long)b->range + b->ctx.size;
	u64 pfn;
	u32 shift;

	memset(c, 0, sizeof(*c));
	amk_runs_init(&c->runs);
	for (; at < end; at += AMK_PAGE_SIZE) {
		shift = 0;
		c->error = b->side->frame(b, (void *)at, &pfn, &shift);
		if (!c->error) {
			amk_runs_add(&c->runs, pfn);
			amk_mapping_add(&c->mapping, shift);
		} else if (c->error == -ENOENT) {
			amk_runs_break(&c->runs);
		} else {
			return false;
		}
	}
	amk_runs_break(&c->runs);
	return true;
}

static void contig_usable(struct amk_block *b)
{
	const struct amk_ops *ops = b->impl->ops;
	u64 bytes = ops->usable ? ops->usable(&b->ctx, b->range, b->ctx.size) : 0;

	if (bytes)
		amk_block_value(b, AMK_METRIC_usable, bytes);
	else
		amk_block_value_skip(b, AMK_METRIC_usable, AMK_REASON_NOT_KNOWN);
}

static enum amk_status contig_failed(struct amk_block *b, int error)
{
	if (error == -EPERM)
		return amk_block_end(b, AMK_STATUS_SKIP, AMK_REASON_NO_PAGEMAP, 0);
	return amk_block_end(b, AMK_STATUS_MEASURE_FAILED, AMK_REASON_LOOKUP, error);
}

static enum amk_status contig_run(struct amk_block *b)
{
	struct contig c;

	contig_usable(b);
	if (!contig_walk(b, &c))
		return contig_failed(b, c.error);
	amk_block_value(b, AMK_METRIC_frames_untouched, c.runs.frames);
	amk_object_touch(b->range, b->ctx.size);
	if (!contig_walk(b, &c))
		return contig_failed(b, c.error);
	amk_block_value(b, AMK_METRIC_frames, c.runs.frames);
	amk_block_value(b, AMK_METRIC_runs, c.runs.runs);
	amk_block_value(b, AMK_METRIC_run_largest, c.runs.largest);
	memcpy(b->result->run_order, c.runs.by_order, sizeof(b->result->run_order));
	amk_mapping_values(b, &c.mapping);
	return amk_block_end(b, AMK_STATUS_OK, AMK_REASON_NONE, 0);
}

enum amk_status amk_measure_contig(struct amk_block *block, const struct amk_workload *workload)
{
	(void)workload;
	return amk_block_on_range(block, contig_run);
}
