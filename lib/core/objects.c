// SPDX-License-Identifier: GPL-2.0-only
/*
 * Objects that live at once: see objects.h. They are few and their memory is bounded, since each of
 * their pages is looked up by itself.
 */
#include "objects.h"

#define OBJECTS_MAX 64U
#define BYTES_MAX (16ULL << 20)

static u32 objects_wanted(const struct amk_block *b)
{
	u64 fit = div64_u64(BYTES_MAX, b->ctx.size);
	u32 n = b->batch < OBJECTS_MAX ? b->batch : OBJECTS_MAX;

	if (n > fit)
		n = fit ? (u32)fit : 1;
	return n;
}

u32 amk_objects_take(struct amk_block *block)
{
	u32 n = 0, wanted = objects_wanted(block);

	for (; n < wanted; n++) {
		block->slots[n] = block->impl->ops->alloc(&block->ctx, block->ctx.size);
		if (!block->slots[n])
			break;
	}
	return n;
}

void amk_objects_release(struct amk_block *block, u32 n)
{
	while (n)
		block->impl->ops->release(&block->ctx, block->slots[--n], block->ctx.size);
}

static int object_look(struct amk_block *b, void *object, amk_page_fn *look, void *arg)
{
	unsigned long at = (unsigned long)object & ~(AMK_PAGE_SIZE - 1);
	unsigned long end = (unsigned long)object + b->ctx.size;
	bool first = true;
	int error = 0;

	for (; at < end && !error; at += AMK_PAGE_SIZE) {
		error = look(b, (void *)at, first, arg);
		first = false;
	}
	return error;
}

int amk_objects_look(struct amk_block *block, u32 n, amk_page_fn *look, void *arg)
{
	int error = 0;
	u32 i;

	for (i = 0; i < n; i++)
		amk_object_touch(block->slots[i], block->ctx.size);
	for (i = 0; i < n && !error; i++)
		error = object_look(block, block->slots[i], look, arg);
	return error;
}
