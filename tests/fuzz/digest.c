// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as a digest: they are refused with one line, or read, and then every cost is one.
 */
#include <math.h>

#include "lib/user/costs_digest.h"
#include "tests/fuzz/fuzz.h"

static void cell_check(const struct amk_cost_cell *cell)
{
	u32 i;

	fuzz_check(cell->strategy_row && cell->workload_row && cell->reason);
	fuzz_check(cell->metric || !cell->nr_rounds);
	for (i = 0; i < cell->nr_rounds; i++)
		fuzz_check(isfinite(cell->cost[i]) && cell->cost[i] >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct amk_costs costs = { .id = "bc7f0a", .unit = "ns" };
	char error[AMK_ERROR_LEN] = "";
	size_t i;

	if (amk_costs_digest_parse((const char *)bytes, len, &costs, error)) {
		fuzz_line(error);
	} else {
		for (i = 0; i < costs.nr_cells; i++)
			cell_check(&costs.cell[i]);
	}
	amk_costs_free(&costs);
	return 0;
}
