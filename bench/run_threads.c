// SPDX-License-Identifier: GPL-2.0-only
/*
 * allocmark run --threads: a run whose blocks are made by several threads at once, or one for each
 * of a list of counts. How cost and throughput change with the count is then a matter of comparing
 * runs. Whether there is room for the most threads is looked at before anything is measured.
 */
#include <stdio.h>
#include <stdlib.h>

#include "bench/command.h"
#include "bench/number_list.h"
#include "bench/run_sweep.h"

/* 1, 2, 4 and so on, and as many as there is room for. */
static void counts_all(struct amk_number_list *counts, u32 room)
{
	u32 count;

	for (count = 1; count < room; count *= 2)
		amk_number_list_add(counts, count);
	amk_number_list_add(counts, room);
}

static int line_check(const struct amk_run_line *line)
{
	const char *other = line->cpu >= 0 ? "--cpu" : line->nodes ? "--nodes" : NULL;

	if (!other)
		return 0;
	return amk_fail("--threads and %s exclude each other: --place says where threads run",
			other);
}

/* The counts that @line asks for, none of which is too large for this machine. */
static int counts_make(const struct amk_run_line *line, struct amk_number_list *counts)
{
	char error[AMK_TOPOLOGY_ERROR_LEN];
	struct amk_topology *topology;
	u16 cpu[AMK_THREADS_MAX];
	bool all = !strcmp(line->threads, "all");
	int failed;
	u32 most;

	if (!all && !amk_number_list_read(counts, line->threads, 1, AMK_THREADS_MAX))
		return amk_fail("--threads: '%s' is neither all nor a rising list of counts from 1 "
				"to %d such as 1,2,4-8",
				line->threads, AMK_THREADS_MAX);
	/* Where it is to run may be another machine. */
	if (line->check) {
		if (all)
			amk_number_list_add(counts, 1);
		return 0;
	}
	if (amk_topology_open(&topology, error))
		return amk_fail("%s", error);
	most = all ? amk_topology_room(topology, line->spread, AMK_THREADS_MAX) :
		     counts->number[counts->count - 1];
	/* With no room at all one thread is too many. */
	failed = amk_topology_spread(topology, line->spread, most ? most : 1, cpu, error);
	amk_topology_close(topology);
	if (failed)
		return amk_fail("%s", error);
	if (all)
		counts_all(counts, most);
	return 0;
}

static void count_set(struct amk_run_line *line, const struct amk_run_step *step)
{
	line->nr_threads = (u32)step->value[0];
}

static void steps_fill(const struct amk_run_line *line, const struct amk_number_list *counts,
		       struct amk_run_step *step)
{
	u32 i;

	for (i = 0; i < counts->count; i++, step++) {
		snprintf(step->name, sizeof(step->name), "threads%u", counts->number[i]);
		snprintf(step->says, sizeof(step->says), "%u thread%s, %s", counts->number[i],
			 counts->number[i] == 1 ? "" : "s", amk_spread_names[line->spread]);
		step->set = count_set;
		step->value[0] = counts->number[i];
	}
}

int amk_run_threads(struct amk_run_line *line, amk_run_fn *run)
{
	u32 number[AMK_THREADS_MAX] = { 0 };
	struct amk_number_list counts = { number, AMK_THREADS_MAX, 0 };
	struct amk_run_step *step;
	int status;

	if (line_check(line))
		return 1;
	if (!line->resume && counts_make(line, &counts))
		return 1;
	/* One count is a run like any other, in its own directory and with its own end. */
	if (line->resume || (counts.count == 1 && strcmp(line->threads, "all"))) {
		line->nr_threads = number[0];
		return run(line);
	}
	if (amk_run_sweep_check(line, "--threads"))
		return 1;
	step = calloc(counts.count, sizeof(*step));
	if (!step)
		return amk_fail("out of memory");
	steps_fill(line, &counts, step);
	status = amk_run_sweep(line, step, counts.count, run);
	free(step);
	return status;
}
