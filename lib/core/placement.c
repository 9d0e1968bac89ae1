// SPDX-License-Identifier: GPL-2.0-only
/*
 * placement: on which NUMA nodes the pages of a batch really lie, against the node that was asked
 * for. All of the batch live at once and are touched first; then each page is looked up by itself:
 * the allocator's word counts for nothing. Ways that take no node are held to the node of the CPU
 * that asks; those that spread, to lie on another node than the page before.
 */
#include "objects.h"
#include "workload.h"

/* Pages by node are counted in block->order, which is not used otherwise here. */
struct placement {
	u64 asked;
	u64 there;
	u32 wanted; /* node */
	u32 last; /* node of the page before */
};

static int page_look(struct amk_block *b, const void *addr, bool first, void *arg)
{
	struct placement *p = arg;
	bool spread = b->strategy->flags & AMK_STRATEGY_SPREAD;
	u32 node;
	int error = b->side->node(b, addr, &node);

	if (error)
		return error;
	if (node >= b->slots_max)
		return -ERANGE;
	b->order[node]++;
	p->asked++;
	p->there += spread ? first || node != p->last : node == p->wanted;
	p->last = node;
	return 0;
}

static void placement_values(struct amk_block *b, const struct placement *p)
{
	u32 i, nodes = 0, least = 0;

	for (i = 0; i < b->slots_max; i++) {
		if (!b->order[i])
			continue;
		if (!nodes || b->order[i] < least)
			least = b->order[i];
		nodes++;
	}
	amk_block_value(b, AMK_METRIC_placed_asked, p->asked);
	amk_block_value(b, AMK_METRIC_placed_there, p->there);
	amk_block_value(b, AMK_METRIC_placed_elsewhere, p->asked - p->there);
	amk_block_value(b, AMK_METRIC_placed_nodes, nodes);
	amk_block_value(b, AMK_METRIC_placed_least, least);
}

static int placement_look(struct amk_block *b, u32 n, struct placement *p)
{
	int error = 0;

	memset(b->order, 0, b->slots_max * sizeof(*b->order));
	if (b->request->node >= 0)
		p->wanted = (u32)b->request->node;
	else
		error = b->side->node(b, NULL, &p->wanted);
	return error ? error : amk_objects_look(b, n, page_look, p);
}

static enum amk_status placement_end(struct amk_block *b, const struct placement *p, int error)
{
	if (error == -ENOSYS || error == -EPERM)
		return amk_block_end(b, AMK_STATUS_SKIP, AMK_REASON_NO_NUMA, 0);
	if (error)
		return amk_block_end(b, AMK_STATUS_MEASURE_FAILED, AMK_REASON_LOOKUP, error);
	placement_values(b, p);
	return amk_block_end(b, AMK_STATUS_OK, AMK_REASON_NONE, 0);
}

enum amk_status amk_measure_placement(struct amk_block *block, const struct amk_workload *workload)
{
	struct placement placement = { 0 };
	int error;
	u32 n;

	(void)workload;
	if (!block->side->node)
		return amk_block_end(block, AMK_STATUS_SKIP, AMK_REASON_NO_NUMA, 0);
	n = amk_objects_take(block);
	if (!n)
		return amk_block_end(block, AMK_STATUS_REFUSED, AMK_REASON_NONE, 0);
	error = placement_look(block, n, &placement);
	amk_objects_release(block, n);
	return placement_end(block, &placement, error);
}
