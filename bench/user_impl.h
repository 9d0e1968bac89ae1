/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which code stands behind a user row of strategy.def. All user strategies are linked in: a row
 * without a body does not link.
 */
#ifndef AMK_USER_IMPL_H
#define AMK_USER_IMPL_H

#include "lib/core/block.h"

/* The implementation of @strategy, a row of amk_strategies; NULL for a row of the kernel's side. */
const struct amk_impl *amk_user_impl(const struct amk_strategy *strategy);

#endif
