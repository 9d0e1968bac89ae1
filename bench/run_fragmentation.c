// SPDX-License-Identifier: GPL-2.0-only
/*
 * allocmark run --fragmentation with a list: a run for each index, in a directory of its own, so
 * that what breaking memory up changes is a matter of comparing runs. The whole list is read before
 * anything is measured.
 */
#include <stdio.h>

#include "bench/command.h"
#include "bench/run_sweep.h"

#define INDICES_MAX 64
#define THOUSAND 1000

/* The text that a step's run is asked by; it is made in that run's own process. */
static void index_set(struct amk_run_line *line, const struct amk_run_step *step)
{
	static char text[32];

	snprintf(text, sizeof(text), "%g:%u", (double)step->value[0] / THOUSAND,
		 (u32)step->value[1]);
	line->fragmentation = text;
}

static void step_fill(struct amk_run_step *step, double index, u32 order)
{
	*step = (struct amk_run_step){
		.set = index_set,
		.value = { (s64)(index * THOUSAND + 0.5), order },
	};
	snprintf(step->name, sizeof(step->name), "fragmentation%g",
		 (double)step->value[0] / THOUSAND);
	snprintf(step->says, sizeof(step->says), "unusable free space index %g at order %u",
		 (double)step->value[0] / THOUSAND, order);
}

int amk_run_fragmentation(struct amk_run_line *line, amk_run_fn *run)
{
	struct amk_run_step step[INDICES_MAX];
	double index[INDICES_MAX];
	u32 order;
	int i, n;

	/* One index is a run like any other, which also says what is wrong with a word. */
	if (!strchr(line->fragmentation, ','))
		return run(line);
	n = amk_state_indices(line->fragmentation, index, INDICES_MAX, &order);
	for (i = 0; i < n; i++) {
		step_fill(&step[i], index[i], order);
		if (i && step[i].value[0] <= step[i - 1].value[0])
			n = -EINVAL;
	}
	if (n < 0)
		return amk_fail("--fragmentation: '%s' is no rising list of at most %d indices "
				"such as 0.25,0.5,0.75, with an order behind a colon if need be",
				line->fragmentation, INDICES_MAX);
	if (line->nodes || line->threads)
		return amk_fail("--fragmentation with a list and %s exclude each other: one thing "
				"at a time can differ from run to run",
				line->nodes ? "--nodes" : "--threads");
	if (amk_run_sweep_check(line, "--fragmentation"))
		return 1;
	line->curves = !line->workloads || !strcmp(line->workloads, "frag");
	return amk_run_sweep(line, step, (size_t)n, run);
}
