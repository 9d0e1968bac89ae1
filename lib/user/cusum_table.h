/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table of critical values, for cusum.c and for what derives and checks it.
 */
#ifndef AMK_CUSUM_TABLE_H
#define AMK_CUSUM_TABLE_H

#include "lib/user/cusum.h"

struct amk_cusum_row {
	u32 n; /* numbers in the series */
	u32 critical[AMK_NR_CUSUM_LEVELS]; /* 0: cannot be reached */
};

extern const struct amk_cusum_row amk_cusum_rows[]; /* rising in n */
extern const u32 amk_nr_cusum_rows;

#endif
