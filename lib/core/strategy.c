// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of strategies, made from strategy.def and family.def alone.
 */
#include "strategy.h"

const char *const amk_side_names[AMK_NR_SIDES] = {
	[AMK_SIDE_user] = "user",
	[AMK_SIDE_kernel] = "kernel",
};

const struct amk_family amk_families[AMK_NR_FAMILIES] = {
#define AMK_FAMILY(id, name, summary) [AMK_FAMILY_##id] = { name, summary },
#include "family.def"
#undef AMK_FAMILY
};

const struct amk_strategy amk_strategies[AMK_NR_STRATEGIES] = {
#define AMK_STRATEGY(side, id, name, family, min, max, granule, flags, needs, summary)         \
	[AMK_STRATEGY_ID_##side##_##                                                           \
		id] = { name,  AMK_SIDE_##side, AMK_FAMILY_##family, min, max, granule, flags, \
			needs, summary },
#include "strategy.def"
#undef AMK_STRATEGY
};

const struct amk_strategy *amk_strategy_find(enum amk_side_id side, const char *name)
{
	u32 i;

	for (i = 0; i < AMK_NR_STRATEGIES; i++)
		if (amk_strategies[i].side == side && !strcmp(amk_strategies[i].name, name))
			return &amk_strategies[i];
	return NULL;
}

u64 amk_strategy_footprint(const struct amk_strategy *strategy, u64 size)
{
	u64 need = size > strategy->granule_bytes ? size : strategy->granule_bytes;

	if (need > 1ULL << 62)
		return ~0ULL;
	return need & (need - 1) ? 1ULL << fls64(need) : need;
}
