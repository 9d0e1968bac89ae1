// SPDX-License-Identifier: GPL-2.0-only
/*
 * user_pages: pages of the calling process, mapped, faulted in and unmapped by the kernel. It is no
 * way of allocating kernel memory but a control of the counters: each of its pages is one page
 * fault, taken in the kernel at a copy to user space, so page_faults an operation are known
 * beforehand. exec() sets up a program's bss by the same calls. What it hands out belongs to user
 * space, so the core never touches it (AMK_STRATEGY_EMPTY).
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/uaccess.h>

#include "lib/core/body.h"

static __always_inline void user_pages_release(struct amk_context *ctx, void *p, u64 size)
{
	vm_munmap((unsigned long)p, size);
}

/* One byte of each page is cleared: the fault clears the rest. */
static __always_inline void *user_pages_alloc(struct amk_context *ctx, u64 size)
{
	unsigned long at, addr = vm_mmap(NULL, 0, size, PROT_READ | PROT_WRITE,
					 MAP_ANONYMOUS | MAP_PRIVATE, 0);

	if (IS_ERR_VALUE(addr))
		return NULL;
	for (at = 0; at < size; at += PAGE_SIZE) {
		if (clear_user((void __user *)(addr + at), 1)) {
			vm_munmap(addr, size);
			return NULL;
		}
	}
	return (void *)addr;
}

static const struct amk_ops user_pages_ops = {
	.alloc = user_pages_alloc,
	.release = user_pages_release,
};

AMK_DEFINE_IMPL(kernel, user_pages, user_pages_ops);
