// SPDX-License-Identifier: GPL-2.0-only
/*
 * Looks addresses up in the kernel's page tables, without a lock: the memory asked for belongs to
 * the run that asks, so its entries stay. x86 exports a lookup. arm64 has none, nor the root of the
 * tables, so they are walked from the registers that the processor walks them by. Elsewhere the
 * frame is known and the mapping level is not.
 */
#include "frame.h"

#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/vmalloc.h>
#include <asm/io.h>
#ifdef CONFIG_X86
#include <asm/pgtable_types.h>
#include <asm/set_memory.h>
#endif
#ifdef CONFIG_ARM64
#include <asm/sysreg.h>
#include "frame_arm64.h"
#endif

#if defined(CONFIG_X86)

static int frame_lookup(const void *addr, phys_addr_t *phys, u32 *shift)
{
	unsigned int level;
	pte_t *pte = lookup_address((unsigned long)addr, &level);

	if (!pte || !pte_present(READ_ONCE(*pte)))
		return -ENOENT;
	switch (level) {
	case PG_LEVEL_4K:
		*shift = PAGE_SHIFT;
		break;
	case PG_LEVEL_2M:
		*shift = PMD_SHIFT;
		break;
	case PG_LEVEL_1G:
		*shift = PUD_SHIFT;
		break;
	default:
		return -ENOENT;
	}
	/* Ends in BUG() for what is not mapped, which was asked just now. */
	*phys = slow_virt_to_phys((void *)addr);
	return 0;
}

#elif defined(CONFIG_ARM64)

/* Every table lies in the kernel's map of all memory, the root too: in its alias there. */
static u64 table_read(u64 phys, void *arg)
{
	return READ_ONCE(*(u64 *)phys_to_virt(phys));
}

static int frame_lookup(const void *addr, phys_addr_t *phys, u32 *shift)
{
	return amk_arm64_walk(read_sysreg(tcr_el1), read_sysreg(ttbr1_el1), (unsigned long)addr,
			      table_read, NULL, phys, shift);
}

#else

static int frame_lookup(const void *addr, phys_addr_t *phys, u32 *shift)
{
	*shift = 0;
	if (!is_vmalloc_addr(addr))
		*phys = virt_to_phys((void *)addr);
	else
		*phys = ((phys_addr_t)vmalloc_to_pfn(addr) << PAGE_SHIFT) + offset_in_page(addr);
	return 0;
}

#endif

int amk_frame_find(const void *addr, u64 *pfn, u32 *shift)
{
	phys_addr_t phys;
	int error = frame_lookup(addr, &phys, shift);

	if (!error)
		*pfn = (u64)phys >> AMK_PAGE_SHIFT;
	return error;
}

u64 amk_frame_vmalloc_bytes(const void *p, u64 size)
{
	u64 least = PAGE_ALIGN(size);
	u64 most = ALIGN(size, PMD_SIZE);
	u64 bytes = least;
	u32 shift = 0;
	u64 pfn;

	/* A large mapping is rounded up to whole entries. */
	while (bytes < most && !amk_frame_find(p + bytes, &pfn, &shift) && shift)
		bytes += PAGE_SIZE;
	return bytes;
}
