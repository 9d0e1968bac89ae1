// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rounds of a re-measurement, each a run of its own: see gate.h.
 */
#include <stdlib.h>
#include <string.h>

#include "bench/gate.h"

/* A cell as @cell names it, with no round yet. */
static void cell_blank(struct amk_cost_cell *blank, const struct amk_comparison_cell *cell)
{
	*blank = cell->base ? *cell->base : *cell->head;
	blank->metric = cell->metric;
	blank->nr_rounds = 0;
	blank->cost = NULL;
	blank->status = AMK_STATUS_NONE;
	blank->reason = "not measured";
	blank->rounds_refused = blank->rounds_failed = 0;
}

int amk_samples_begin(struct amk_samples *samples, struct amk_comparison_cell *const *like,
		      size_t nr)
{
	memset(samples, 0, sizeof(*samples));
	samples->costs.cell = calloc(nr + 1, sizeof(*samples->costs.cell));
	if (!samples->costs.cell)
		return -ENOMEM;
	for (; nr; nr--)
		cell_blank(&samples->costs.cell[samples->costs.nr_cells++], *like++);
	return 0;
}

/* The cell of @run that @like names, or what stands for it where it has no number; or NULL. */
static const struct amk_cost_cell *cell_of(const struct amk_costs *run,
					   const struct amk_cost_cell *like)
{
	const struct amk_cost_cell *found = amk_costs_find(run, like);
	struct amk_cost_cell blank = *like;

	blank.metric = NULL;
	return found ? found : amk_costs_find(run, &blank);
}

static int cell_add(struct amk_cost_cell *to, const struct amk_cost_cell *from)
{
	double *grown;

	to->status = from->status;
	to->reason_code = from->reason_code;
	to->reason = from->reason;
	to->rounds_refused += from->rounds_refused;
	to->rounds_failed += from->rounds_failed;
	if (!from->nr_rounds)
		return 0;
	grown = reallocarray(to->cost, to->nr_rounds + from->nr_rounds, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	to->cost = grown;
	memcpy(grown + to->nr_rounds, from->cost, from->nr_rounds * sizeof(*grown));
	to->nr_rounds += from->nr_rounds;
	return 0;
}

/* The manifest of the first run is that of all. */
static void identity_take(struct amk_samples *samples)
{
	struct amk_costs *all = &samples->costs, *first = &samples->first;

	all->path = first->path;
	all->manifest = first->manifest;
	all->id = first->id;
	all->created = first->created;
	all->machine = first->machine;
	all->kernel = first->kernel;
	all->environment = first->environment;
	all->unit = first->unit;
	all->run = first->run;
	samples->begun = true;
}

int amk_samples_add(struct amk_samples *samples, const char *path, char error[AMK_ERROR_LEN])
{
	struct amk_costs run;
	size_t i;
	int failed = amk_costs_read(path, &run, error);

	if (failed)
		return failed;
	for (i = 0; i < samples->costs.nr_cells && !failed; i++) {
		struct amk_cost_cell *cell = &samples->costs.cell[i];
		const struct amk_cost_cell *from = cell_of(&run, cell);

		if (from)
			failed = cell_add(cell, from);
	}
	if (failed)
		snprintf(error, AMK_ERROR_LEN, "out of memory");
	if (samples->begun) {
		amk_costs_free(&run);
	} else {
		samples->first = run;
		identity_take(samples);
	}
	return failed;
}

void amk_samples_free(struct amk_samples *samples)
{
	size_t i;

	for (i = 0; i < samples->costs.nr_cells; i++)
		free(samples->costs.cell[i].cost);
	free(samples->costs.cell);
	if (samples->begun)
		amk_costs_free(&samples->first);
	memset(samples, 0, sizeof(*samples));
}
