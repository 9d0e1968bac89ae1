// SPDX-License-Identifier: GPL-2.0-only
/*
 * Looks addresses up in the kernel's page tables, without a lock: the memory asked for belongs to
 * the run that asks, so its entries stay. x86 exports a lookup. arm64 has none, nor the root of the
 * tables, so they are walked from the register that holds the root. Elsewhere the frame is known
 * and the mapping level is not.
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
#include <asm/pgtable-hwdef.h>
#include <asm/sysreg.h>
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

/* Bits 1:0 of a descriptor above the last level: a block of memory, not a table. */
static bool is_block(u64 entry)
{
	return (entry & 3) == 1;
}

static phys_addr_t entry_phys(u64 entry, unsigned long addr, u32 shift)
{
	unsigned long inside = (1UL << shift) - 1;

	return (__pte_to_phys(__pte(entry)) & ~(phys_addr_t)inside) | (addr & inside);
}

/* A run of contiguous last-level entries may share one entry of the TLB. */
static u32 pte_shift(u64 entry)
{
	return entry & PTE_CONT ? CONT_PTE_SHIFT : PAGE_SHIFT;
}

static int frame_lookup(const void *p, phys_addr_t *phys, u32 *shift)
{
	unsigned long addr = (unsigned long)p;
	u64 root = read_sysreg(ttbr1_el1) & GENMASK_ULL(47, 1);
	pgd_t *pgd = pgd_offset_pgd((pgd_t *)phys_to_virt(root), addr);
	p4d_t *p4d;
	pud_t *pud;
	pmd_t *pmd;
	pte_t *pte;

	if (pgd_none(READ_ONCE(*pgd)))
		return -ENOENT;
	p4d = p4d_offset(pgd, addr);
	if (p4d_none(READ_ONCE(*p4d)))
		return -ENOENT;
	pud = pud_offset(p4d, addr);
	*shift = PUD_SHIFT;
	*phys = entry_phys(pud_val(READ_ONCE(*pud)), addr, PUD_SHIFT);
	if (pud_none(READ_ONCE(*pud)) || is_block(pud_val(READ_ONCE(*pud))))
		return pud_none(READ_ONCE(*pud)) ? -ENOENT : 0;
	pmd = pmd_offset(pud, addr);
	*shift = PMD_SHIFT;
	*phys = entry_phys(pmd_val(READ_ONCE(*pmd)), addr, PMD_SHIFT);
	if (pmd_none(READ_ONCE(*pmd)) || is_block(pmd_val(READ_ONCE(*pmd))))
		return pmd_none(READ_ONCE(*pmd)) ? -ENOENT : 0;
	pte = pte_offset_kernel(pmd, addr);
	if (!pte_present(READ_ONCE(*pte)))
		return -ENOENT;
	*shift = pte_shift(pte_val(READ_ONCE(*pte)));
	*phys = entry_phys(pte_val(READ_ONCE(*pte)), addr, PAGE_SHIFT);
	return 0;
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
