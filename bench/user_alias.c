// SPDX-License-Identifier: GPL-2.0-only
/*
 * A huge mapping goes to pieces when one of its pages gets another protection: the kernel then
 * maps the same frames by entries of 4 KiB (Documentation/mm/transhuge.rst, on split_huge_pmd()).
 * The protection is put back at once; the mapping stays in pieces, since MADV_NOHUGEPAGE keeps
 * khugepaged from joining them. Address and frames are the same before and after.
 */
#include "bench/user_alias.h"

#include <sys/mman.h>

#define HUGE_BYTES (1UL << 21)

bool amk_user_alias(void *p, u64 size)
{
	unsigned long at = ((unsigned long)p + HUGE_BYTES - 1) & ~(HUGE_BYTES - 1);
	unsigned long first = (unsigned long)p & ~(AMK_PAGE_SIZE - 1);
	unsigned long end = (unsigned long)p + size;

	/* The block that the range begins within may be huge too. */
	for (; first < end; first = at, at += HUGE_BYTES)
		if (mprotect((void *)first, AMK_PAGE_SIZE, PROT_READ) ||
		    mprotect((void *)first, AMK_PAGE_SIZE, PROT_READ | PROT_WRITE))
			return false;
	first = (unsigned long)p & ~(AMK_PAGE_SIZE - 1);
	return !madvise((void *)first, end - first, MADV_NOHUGEPAGE);
}
