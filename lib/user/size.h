/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sizes as people write them: bytes or IEC units, with an offset such as in 4M+1, and ranges.
 */
#ifndef AMK_SIZE_H
#define AMK_SIZE_H

#include "lib/core/deps.h"

#define AMK_SIZE_TOP_BYTES (1ULL << 40) /* the largest size that can be asked for */
#define AMK_SIZE_TEXT_LEN 24

/* What one word of --sizes means: all grid sizes from low to high, or one size (low == high). */
struct amk_size_span {
	u64 low_bytes;
	u64 high_bytes;
};

/*
 * Reads @text, one word such as "64", "4K", "4M+1", "1M-1" or the range "64K-1M". What follows a
 * '-' ends a range if it has a unit or is not below what stands before, else it is subtracted. 0,
 * or -EINVAL if it is no size, or -ERANGE if it is not within 1 to AMK_SIZE_TOP_BYTES.
 */
int amk_size_parse(const char *text, struct amk_size_span *span);

/* Writes @bytes the shortest exact way: "64", "4K", "4M+1", "4M-1"; returns @buffer. */
const char *amk_size_text(u64 bytes, char buffer[AMK_SIZE_TEXT_LEN]);

/* Sorts the @nr sizes at @bytes, rising, each kept once; returns how many are left. */
size_t amk_sizes_sort(u64 *bytes, size_t nr);

#endif
