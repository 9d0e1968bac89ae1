// SPDX-License-Identifier: GPL-2.0-only
/*
 * allocmark run --threads: a run whose blocks are made by several threads at once, or one for each
 * of a list of counts. How cost and throughput change with the count is then a matter of comparing
 * runs. Whether there is room for the most threads is looked at before anything is measured.
 */
#include <stdio.h>
#include <stdlib.h>

#include "bench/command.h"
#include "bench/run_sweep.h"

struct counts {
	u32 count[AMK_THREADS_MAX];
	u32 nr_counts;
};

static bool count_add(struct counts *counts, unsigned long count)
{
	if (!count || count > AMK_THREADS_MAX ||
	    (counts->nr_counts && counts->count[counts->nr_counts - 1] >= count))
		return false;
	counts->count[counts->nr_counts++] = (u32)count;
	return true;
}

/* A rising list such as 1,2,4-8. */
static bool list_read(const char *at, struct counts *counts)
{
	for (;; at++) {
		unsigned long from, to;
		char *end;

		if (*at < '0' || *at > '9')
			return false;
		from = to = strtoul(at, &end, 10);
		if (*end == '-' && end[1] >= '0' && end[1] <= '9')
			to = strtoul(end + 1, &end, 10);
		if (to < from)
			return false;
		for (; from <= to; from++)
			if (!count_add(counts, from))
				return false;
		at = end;
		if (*at != ',')
			return !*at;
	}
}

/* 1, 2, 4 and so on, and as many as there is room for. */
static void counts_all(struct counts *counts, u32 room)
{
	u32 count;

	for (count = 1; count < room; count *= 2)
		count_add(counts, count);
	count_add(counts, room);
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
static int counts_make(const struct amk_run_line *line, struct counts *counts)
{
	char error[AMK_TOPOLOGY_ERROR_LEN];
	struct amk_topology *topology;
	u16 cpu[AMK_THREADS_MAX];
	bool all = !strcmp(line->threads, "all");
	int failed;
	u32 most;

	if (!all && !list_read(line->threads, counts))
		return amk_fail("--threads: '%s' is neither all nor a rising list of counts from 1 "
				"to %d such as 1,2,4-8",
				line->threads, AMK_THREADS_MAX);
	if (amk_topology_open(&topology, error))
		return amk_fail("%s", error);
	most = all ? amk_topology_room(topology, line->spread, AMK_THREADS_MAX) :
		     counts->count[counts->nr_counts - 1];
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

static void steps_fill(const struct amk_run_line *line, const struct counts *counts,
		       struct amk_run_step *step)
{
	u32 i;

	for (i = 0; i < counts->nr_counts; i++, step++) {
		snprintf(step->name, sizeof(step->name), "threads%u", counts->count[i]);
		snprintf(step->says, sizeof(step->says), "%u thread%s, %s", counts->count[i],
			 counts->count[i] == 1 ? "" : "s", amk_spread_names[line->spread]);
		step->set = count_set;
		step->value[0] = counts->count[i];
	}
}

int amk_run_threads(struct amk_run_line *line, amk_run_fn *run)
{
	struct counts counts = { .nr_counts = 0 };
	struct amk_run_step *step;
	int status;

	if (line_check(line))
		return 1;
	if (!line->resume && counts_make(line, &counts))
		return 1;
	/* One count is a run like any other, in its own directory and with its own end. */
	if (line->resume || (counts.nr_counts == 1 && strcmp(line->threads, "all"))) {
		line->nr_threads = counts.count[0];
		return run(line);
	}
	if (amk_run_sweep_check(line, "--threads"))
		return 1;
	step = calloc(counts.nr_counts, sizeof(*step));
	if (!step)
		return amk_fail("out of memory");
	steps_fill(line, &counts, step);
	status = amk_run_sweep(line, step, counts.nr_counts, run);
	free(step);
	return status;
}
