/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs a timed loop in another context than that of the caller.
 */
#ifndef AMK_WITHIN_H
#define AMK_WITHIN_H

#include "lib/core/block.h"

/* See struct amk_side. Called in process context; may sleep between slices. */
int amk_within_run(struct amk_block *block, enum amk_where where, amk_slice_fn *run, u64 n,
		   u64 *ticks);

#endif
