/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Objects of a strategy that live at once, for the workloads that look at what they lie in.
 */
#ifndef AMK_OBJECTS_H
#define AMK_OBJECTS_H

#include "block.h"

/* Writes to each page of the @size bytes at @object: what is lazy gets its frames. */
static inline void amk_object_touch(void *object, u64 size)
{
	volatile char *byte = object;
	u64 at;

	for (at = 0; at < size; at += AMK_PAGE_SIZE)
		byte[at] = 1;
	byte[size - 1] = 1;
}

/*
 * Allocates into the block's slots: a batch, but no more than 64 objects and 16 MiB, if one object
 * is not larger. How many were given. Context: the block's.
 */
u32 amk_objects_take(struct amk_block *block);

/* Frees the @n objects of amk_objects_take(). */
void amk_objects_release(struct amk_block *block, u32 n);

/* Looks at the page at @addr; @first: of its object. 0, or an error that ends the looking. */
typedef int amk_page_fn(struct amk_block *block, const void *addr, bool first, void *arg);

/*
 * Touches @n objects, all before the first is looked at, as a side may read the frames of many
 * pages at once; then calls @look for each page that an object reaches into. 0, or its error.
 */
int amk_objects_look(struct amk_block *block, u32 n, amk_page_fn *look, void *arg);

#endif
