/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Takes the machine's last pages, one run at a time.
 */
#ifndef AMK_KMOD_SQUEEZE_H
#define AMK_KMOD_SQUEEZE_H

#include "lib/core/squeeze.h"

/* What reclaim did since the machine began: 0; one run at a time. */
int amk_squeeze_reclaimed(struct amk_block *block, struct amk_reclaimed *reclaimed);

extern const struct amk_squeeze amk_squeeze_ops;

#endif
