// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmap() of an allocation's own pages: vmalloc's mapping without vmalloc's pages. It maps page by
 * page whatever the frames are, and the attributes are those of the direct map, so the two differ
 * in the size of their entries alone.
 */
#include "alias.h"

#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

static struct page *page_of(const void *p)
{
	return is_vmalloc_addr(p) ? vmalloc_to_page(p) : virt_to_page(p);
}

void *amk_alias_map(void *p, u64 size)
{
	unsigned long inside = offset_in_page(p);
	unsigned int i, n = PFN_UP(inside + size);
	struct page **pages = kvmalloc_array(n, sizeof(*pages), GFP_KERNEL_ACCOUNT);
	char *alias;

	if (!pages)
		return NULL;
	for (i = 0; i < n; i++)
		pages[i] = page_of((char *)p - inside + i * PAGE_SIZE);
	alias = vmap(pages, n, VM_MAP, PAGE_KERNEL);
	kvfree(pages);
	return alias ? alias + inside : NULL;
}

void amk_alias_unmap(void *alias)
{
	vunmap((void *)((unsigned long)alias & PAGE_MASK));
}
