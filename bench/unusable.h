/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How much of the free memory is no use to a cell of the workload frag, before its block and after.
 */
#ifndef AMK_UNUSABLE_H
#define AMK_UNUSABLE_H

#include "lib/user/plan.h"

/*
 * The unusable free space index at the order that holds @cell's size (2 MiB where it wants huge
 * pages), in parts in a million; < 0: not to be read. An order past the kernel's largest is taken
 * for that.
 */
s64 amk_unusable_ppm(const struct amk_cell *cell, u64 page_bytes);

/* Adds both readings to the values of @result, as numbers or as skips with the reason. */
void amk_unusable_values(struct amk_result *result, s64 before_ppm, s64 after_ppm);

#endif
