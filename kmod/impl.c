// SPDX-License-Identifier: GPL-2.0-only
/*
 * The implementations of the kernel's rows of strategy.def. A row without one is an undefined
 * symbol, and the module is not made.
 */
#include "impl.h"

#define DECLARE_user(id)
#define DECLARE_kernel(id) extern const struct amk_impl amk_kernel_##id;
#define AMK_STRATEGY(side, id, ...) DECLARE_##side(id)
#include "lib/core/strategy.def"
#undef AMK_STRATEGY

static const struct amk_impl *const impls[AMK_NR_STRATEGIES] = {
#define ROW_user(id)
#define ROW_kernel(id) [AMK_STRATEGY_ID_kernel_##id] = &amk_kernel_##id,
#define AMK_STRATEGY(side, id, ...) ROW_##side(id)
#include "lib/core/strategy.def"
#undef AMK_STRATEGY
};

const struct amk_impl *amk_impl_find(const struct amk_strategy *strategy)
{
	return impls[strategy - amk_strategies];
}
