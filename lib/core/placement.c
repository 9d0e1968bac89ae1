// SPDX-License-Identifier: GPL-2.0-only
/*
 * placement: on which NUMA nodes the pages of a batch really lie, against the node that was asked
 * for. All of the batch live at once and are touched first; then each page is looked up by itself:
 * the allocator's word counts for nothing. Ways that take no node are held to the node of the CPU
 * that asks; those that spread, to lie on another node than the page before.
 */
#include "workload.h"

#define OBJECTS_MAX 64U
#define BYTES_MAX (16ULL << 20) /* looked at in all, if one object is not larger */

/* Pages by node are counted in block->order, which is not used otherwise here. */
struct placement {
	u64 asked;
	u64 there;
	u32 wanted; /* node */
	u32 last; /* node of the page before */
	bool first; /* no page yet of this object */
};

static int page_look(struct amk_block *b, const void *addr, struct placement *p)
{
	bool spread = b->strategy->flags & AMK_STRATEGY_SPREAD;
	u32 node;
	int error = b->side->node(b, addr, &node);

	if (error)
		return error;
	if (node >= b->slots_max)
		return -ERANGE;
	b->order[node]++;
	p->asked++;
	p->there += spread ? p->first || node != p->last : node == p->wanted;
	p->last = node;
	p->first = false;
	return 0;
}

static int object_look(struct amk_block *b, char *object, struct placement *p)
{
	unsigned long at = (unsigned long)object & ~(AMK_PAGE_SIZE - 1);
	unsigned long end = (unsigned long)object + b->ctx.size;
	int error = 0;

	p->first = true;
	for (; at < end && !error; at += AMK_PAGE_SIZE)
		error = page_look(b, (void *)at, p);
	return error;
}

static void object_touch(struct amk_block *b, volatile char *object)
{
	u64 at;

	for (at = 0; at < b->ctx.size; at += AMK_PAGE_SIZE)
		object[at] = 1;
	object[b->ctx.size - 1] = 1;
}

static u32 placement_objects(const struct amk_block *b)
{
	u64 fit = div64_u64(BYTES_MAX, b->ctx.size);
	u32 n = b->batch < OBJECTS_MAX ? b->batch : OBJECTS_MAX;

	if (n > fit)
		n = fit ? (u32)fit : 1;
	return n;
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
	u32 i;

	memset(b->order, 0, b->slots_max * sizeof(*b->order));
	if (b->request->node >= 0)
		p->wanted = (u32)b->request->node;
	else
		error = b->side->node(b, NULL, &p->wanted);
	for (i = 0; i < n; i++)
		object_touch(b, b->slots[i]);
	for (i = 0; i < n && !error; i++)
		error = object_look(b, b->slots[i], p);
	return error;
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
	const struct amk_ops *ops = block->impl->ops;
	u32 n = 0, wanted = placement_objects(block);
	struct placement placement = { 0 };
	int error;

	(void)workload;
	if (!block->side->node)
		return amk_block_end(block, AMK_STATUS_SKIP, AMK_REASON_NO_NUMA, 0);
	for (; n < wanted; n++) {
		block->slots[n] = ops->alloc(&block->ctx, block->ctx.size);
		if (!block->slots[n])
			break;
	}
	if (!n)
		return amk_block_end(block, AMK_STATUS_REFUSED, AMK_REASON_NONE, 0);
	error = placement_look(block, n, &placement);
	while (n)
		ops->release(&block->ctx, block->slots[--n], block->ctx.size);
	return placement_end(block, &placement, error);
}
