// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of user implementations, made from strategy.def alone: each user row refers to
 * amk_user_<id>, so a missing body is an error at link, not at run.
 */
#include "bench/user_impl.h"

#define ROW_user(id) extern const struct amk_impl amk_user_##id;
#define ROW_kernel(id)
#define AMK_STRATEGY(side, id, ...) ROW_##side(id)
#include "lib/core/strategy.def"
#undef AMK_STRATEGY
#undef ROW_user

#define ROW_user(id) [AMK_STRATEGY_ID_user_##id] = &amk_user_##id,
static const struct amk_impl *const impls[AMK_NR_STRATEGIES] = {
#define AMK_STRATEGY(side, id, ...) ROW_##side(id)
#include "lib/core/strategy.def"
#undef AMK_STRATEGY
};

const struct amk_impl *amk_user_impl(const struct amk_strategy *strategy)
{
	return impls[strategy - amk_strategies];
}
