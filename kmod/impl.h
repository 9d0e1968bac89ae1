/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From a row of the table of strategies to the kernel's implementation of it.
 */
#ifndef AMK_IMPL_H
#define AMK_IMPL_H

#include "lib/core/block.h"

/* The implementation of a row of the kernel's side; NULL for a row of another side. */
const struct amk_impl *amk_impl_find(const struct amk_strategy *strategy);

#endif
