// SPDX-License-Identifier: GPL-2.0-only
/*
 * The names of the ways to place threads: see spread.h.
 */
#include "lib/user/spread.h"

#include <string.h>

const char *const amk_spread_names[AMK_NR_SPREADS] = { "compact", "scatter", "core", "l3", "node" };

enum amk_spread amk_spread_find(const char *name)
{
	int i;

	for (i = 0; i < AMK_NR_SPREADS; i++)
		if (!strcmp(amk_spread_names[i], name))
			break;
	return (enum amk_spread)i;
}
