/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * By what size of entry this process's own memory is mapped, from /proc/self/smaps, which needs no
 * privilege.
 */
#ifndef AMK_SMAPS_H
#define AMK_SMAPS_H

#include "lib/core/deps.h"

/* What smaps says of one area, and what was asked last. */
struct amk_smaps {
	u64 start; /* the area; nothing read: 0, 0 */
	u64 end;
	u64 page_bytes; /* KernelPageSize: of hugetlb, the huge page */
	u64 pmd_bytes; /* of it, mapped by entries of AMK_SMAPS_PMD_BYTES */
	u64 last; /* asked last */
};

#define AMK_SMAPS_PMD_BYTES (2ULL << 20)

/*
 * log2 of what the entry that maps @addr covers, into @shift. 0, with @shift 0 where it cannot be
 * told: smaps gives sums over an area, so an area of which some possible huge mappings are there
 * and some are not leaves it open which. -ENOENT: no area there; else -errno. What was read is
 * believed only while lookups rise; begin with all zero. Allocates nothing.
 */
int amk_smaps_shift(struct amk_smaps *smaps, const void *addr, u32 *shift);

/* The same of what was read: for tests. @addr lies within. */
u32 amk_smaps_area_shift(const struct amk_smaps *smaps, u64 addr);

/* Reads the area of @addr from the text of a smaps file at @fd. 0, -ENOENT or -errno. */
int amk_smaps_read(int fd, u64 addr, struct amk_smaps *smaps);

/*
 * Bytes of memory that this process alone has and has written to, hugetlb pages included, into
 * @bytes, from /proc/self/smaps_rollup (since Linux 4.14), which walks the page tables: counters
 * such as statm's may be 64 pages late. 0 or -errno. Allocates nothing.
 */
int amk_smaps_private(u64 *bytes);

/* The same of the text at @fd: for tests. -ENOENT: no such line in it. */
int amk_smaps_private_read(int fd, u64 *bytes);

/*
 * Bytes of this process that huge pages map, transparent anonymous ones and private hugetlb pages,
 * into @bytes, likewise; and the same of the text at @fd.
 */
int amk_smaps_huge(u64 *bytes);
int amk_smaps_huge_read(int fd, u64 *bytes);

#endif
