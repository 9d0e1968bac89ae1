// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module for the guest's test alone: holds kmod/frame.c against what the kernel and the processor
 * say, for every page of ranges of each kind, and for every page of memory that the kernel maps. It
 * prints one line a range.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/nodemask.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "kmod/frame.c"

struct tally {
	u64 pages;
	u64 wrong;
	u64 by_shift[64];
};

#if defined(CONFIG_ARM64)
/* The processor's own translation: AT S1E1R, its answer in PAR_EL1 (bit 0: none). */
static bool processor_agrees(const void *addr, phys_addr_t phys)
{
	unsigned long flags;
	u64 par;

	local_irq_save(flags);
	asm volatile("at s1e1r, %0" : : "r"(addr));
	isb();
	par = read_sysreg(par_el1);
	local_irq_restore(flags);
	/* To 4 KiB, whatever a page is. */
	return !(par & 1) && !((par ^ phys) & GENMASK_ULL(47, 12));
}
#else
static bool processor_agrees(const void *addr, phys_addr_t phys)
{
	return true;
}
#endif

/* What the kernel says lies behind @addr; text has no entry in the kernel's books. */
static bool kernel_agrees(const void *addr, phys_addr_t phys)
{
	if (is_vmalloc_addr(addr))
		return vmalloc_to_pfn(addr) == phys >> PAGE_SHIFT;
	return !virt_addr_valid(addr) || virt_to_phys((void *)addr) == phys;
}

static void page_check(struct tally *t, const void *addr)
{
	phys_addr_t phys;
	u32 shift = 0;
	u64 pfn = 0;
	int error = amk_frame_find(addr, &pfn, &shift);

	phys = (pfn << AMK_PAGE_SHIFT) + offset_in_page(addr) % AMK_PAGE_SIZE;
	t->pages++;
	t->by_shift[shift % 64]++;
	if (error || !kernel_agrees(addr, phys) || !processor_agrees(addr, phys))
		t->wrong++;
}

static void tally_print(const char *name, const struct tally *t)
{
	u32 shift;

	pr_info("frames: %s pages %llu wrong %llu", name, t->pages, t->wrong);
	for (shift = 0; shift < 64; shift++)
		if (t->by_shift[shift])
			pr_cont(" shift%u %llu", shift, t->by_shift[shift]);
	pr_cont("\n");
}

static void range_check(const char *name, const void *p, u64 size)
{
	struct tally t = { 0 };
	u64 at;

	/* Bytes within the page too: an address is not a page. */
	for (at = 0; p && at < size; at += AMK_PAGE_SIZE)
		page_check(&t, p + at);
	if (p)
		page_check(&t, p + size - 1);
	tally_print(name, &t);
}

static void memory_check(void)
{
	struct tally t = { 0 };
	unsigned long pfn;

	for (pfn = node_start_pfn(0); pfn < node_end_pfn(0); pfn++) {
		void *p = page_address(pfn_to_page(pfn));

		if (pfn_valid(pfn) && virt_addr_valid(p))
			page_check(&t, p);
		if (!(pfn % 16384))
			cond_resched();
	}
	tally_print("memory", &t);
}

/* What is not mapped has no frame: the page that guards an area of vmalloc. */
static void guard_check(const void *p, u64 size)
{
	u32 shift;
	u64 pfn;

	pr_info("frames: guard %d\n", p ? amk_frame_find(p + size, &pfn, &shift) : 0);
}

static int __init frames_check_init(void)
{
	const u64 size = 4 << 20;
	void *p;

	p = kmalloc(size, GFP_KERNEL);
	range_check("kmalloc", p, size);
	kfree(p);
	p = vmalloc(size);
	range_check("vmalloc", p, size);
	guard_check(p, size);
	vfree(p);
#ifdef AMK_HAVE_VMALLOC_HUGE
	p = vmalloc_huge(size, GFP_KERNEL);
	range_check("vmalloc_huge", p, size);
	vfree(p);
#endif
	range_check("text", (void *)PAGE_ALIGN_DOWN((unsigned long)&_printk), 256 << 10);
	memory_check();
	return 0;
}

static void __exit frames_check_exit(void)
{
}

module_init(frames_check_init);
module_exit(frames_check_exit);

MODULE_DESCRIPTION("test of allocmark's lookup of frames");
MODULE_LICENSE("GPL");
