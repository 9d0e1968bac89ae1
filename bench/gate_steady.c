// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether the machine ran at one speed while the two runs of a gate were made.
 *
 * A processor whose second thread is another's works at half its speed for as long as that one
 * does, for seconds or for minutes: no statistic of a run's rounds can tell that from slower code
 * when it covers most of one run and little of the other. null can. It is the measuring loop with
 * nothing in it, the same instructions in any build, and what it costs moves with the processor
 * alone: on a shared one it was seen at 0.3 and at 0.7 ns, and at little between.
 */
#include <string.h>

#include "bench/gate.h"
#include "lib/core/workload.h"

#define SLOW 1.25 /* of the least: neither clock steps of a laptop nor a disturbed quartile */
#define SHARE_MAX 0.1 /* of the rounds: quartiles and ranks bear that many */
#define ROUNDS_MIN 10

struct count {
	size_t rounds;
	size_t slow;
};

static bool is_null(const struct amk_cost_cell *cell)
{
	return (cell->strategy_row == &amk_strategies[AMK_STRATEGY_ID_user_null] ||
		cell->strategy_row == &amk_strategies[AMK_STRATEGY_ID_kernel_null]) &&
	       cell->metric == &amk_metrics[AMK_METRIC_lat_pair] && cell->nr_rounds;
}

static double least(const struct amk_cost_cell *cell, double so_far)
{
	u32 i;

	for (i = 0; i < cell->nr_rounds; i++)
		if (cell->cost[i] < so_far)
			so_far = cell->cost[i];
	return so_far;
}

static void slow_count(const struct amk_cost_cell *cell, double floor, struct count *count)
{
	u32 i;

	for (i = 0; i < cell->nr_rounds; i++)
		count->slow += cell->cost[i] > SLOW * floor;
	count->rounds += cell->nr_rounds;
}

void amk_gate_steady(struct amk_gate *gate)
{
	struct count count = { 0 };
	size_t i;

	*gate->unsteady = '\0';
	/* Emulated time moves with the host, which the margins there allow for. */
	if (strcmp(gate->head.environment, "host") && strcmp(gate->head.environment, "guest-kvm"))
		return;
	for (i = 0; i < gate->base.nr_cells; i++) {
		const struct amk_cost_cell *base = &gate->base.cell[i], *head;
		double floor;

		if (!is_null(base))
			continue;
		head = amk_costs_find(&gate->head, base);
		if (!head || !is_null(head))
			continue;
		floor = least(head, least(base, base->cost[0]));
		slow_count(base, floor, &count);
		slow_count(head, floor, &count);
	}
	if (count.rounds >= ROUNDS_MIN && (double)count.slow > SHARE_MAX * (double)count.rounds)
		snprintf(gate->unsteady, sizeof(gate->unsteady),
			 "the machine did not run at one speed: null took over 25 %% more than its "
			 "least in %zu of %zu rounds",
			 count.slow, count.rounds);
}
