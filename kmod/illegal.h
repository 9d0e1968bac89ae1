/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Allocations where the kernel forbids them, in a guest whose kernel says so.
 */
#ifndef AMK_ILLEGAL_H
#define AMK_ILLEGAL_H

#include "lib/core/block.h"

/*
 * Allocates once with preemption off by the block's strategy, into @p, which the caller releases;
 * NULL there: refused. @reported: the kernel's log has a complaint of it. Takes a second, since the
 * kernel complains no more often. 0, -EOPNOTSUPP: this kernel does not look, or its log cannot be
 * read; -EPERM: not asked for by the module's parameter, or no guest; -EINTR: a signal came.
 */
int amk_illegal_call(struct amk_block *block, void **p, bool *reported);

#endif
