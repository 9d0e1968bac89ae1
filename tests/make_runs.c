// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes synthetic runs for tests: figures from a seeded generator, and manifests that say so. What
 * a run's round costs is a base that belongs to the cell, times noise of the run and of the round;
 * a step makes some cells slower from some run on. They are digests without records, as baselines
 * are.
 *
 *	make_runs DIR [--runs=N] [--cells=N] [--rounds=N] [--seed=N] [--first=N] [--noise=PERCENT]
 *		[--step-at=RUN] [--step-every=N] [--step=PERCENT] [--exact] [--kernel=RELEASE]
 *
 * Runs are DIR/run-0000 and so on, numbered from --first, an hour apart. --exact: the unit is
 * instructions, and there is no noise.
 */
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "lib/core/random.h"
#include "lib/core/workload.h"
#include "lib/user/costs_digest.h"

static long runs = 1, cells = 100, rounds = 10, seed = 1, first, step_at = -1, step_every = 10;
static double noise = 2, step = 10;
static int exact;
static const char *kernel = "6.1.0-synthetic";

/* About normal, of mean 0 and deviation 1: the sum of twelve uniform numbers, less 6. */
static double normal(struct amk_random *random)
{
	double sum = -6;
	int i;

	for (i = 0; i < 12; i++)
		sum += (double)amk_random_below(random, 1U << 24) / (1U << 24);
	return sum;
}

static double noisy(struct amk_random *random, double percent)
{
	return exact ? 1 : exp(percent / 100 * normal(random));
}

/* ---- the manifest ---- */

static void created_print(FILE *file, long run)
{
	time_t at = 1767225600 + 3600 * run; /* from 2026 on */
	char text[32];
	struct tm utc;

	gmtime_r(&at, &utc);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc);
	fprintf(file, "  \"created\": \"%s\",\n", text);
}

static int manifest_write(const char *path, long run)
{
	char *name;
	FILE *file;
	int i;

	if (asprintf(&name, "%s/manifest.json", path) < 0)
		return 1;
	file = fopen(name, "we");
	free(name);
	if (!file)
		return 1;
	fprintf(file,
		"{\n  \"format\": \"allocmark-run\",\n  \"schema\": %d,\n  \"id\": \"%06lx\",\n",
		AMK_SCHEMA_VERSION, run);
	created_print(file, run);
	fprintf(file, "  \"machine_name\": \"synthetic\",\n  \"kernel\": \"%s\",\n", kernel);
	fprintf(file, "  \"environment\": \"%s\",\n  \"kernel_side\": true,\n",
		exact ? "guest-icount" : "host");
	fprintf(file, "  \"clock\": { \"unit\": \"%s\", \"ticks_per_unit\": 1.0 },\n",
		exact ? "insn" : "ns");
	fputs("  \"options\": { \"page_bytes\": 4096, \"kmalloc_max_bytes\": 4194304 },\n", file);
	fputs("  \"machine\": { \"processor.model\": \"none: synthetic figures\" },\n", file);
	fprintf(file, "  \"comparability\": {\n    \"kernel.release\": \"%s\"", kernel);
	/* As many facts as a manifest of a real machine has. */
	for (i = 0; i < 60; i++)
		fprintf(file, ",\n    \"synthetic.fact%02d\": \"as it was\"", i);
	fputs("\n  },\n  \"progress\": { \"blocks_planned\": 1, \"blocks_done\": 1,\n", file);
	fputs("    \"finished\": true }\n}\n", file);
	return fclose(file) != 0;
}

/* ---- the digest ---- */

/* Cell @i of the table of all that are timed: strategy by strategy, workload by workload. */
static void cell_fill(struct amk_cost_cell *cell, u32 strategy, u32 workload, u64 size)
{
	const struct amk_strategy *s = &amk_strategies[strategy];
	const struct amk_workload *w = &amk_workloads[workload];

	memset(cell, 0, sizeof(*cell));
	cell->side = s->side;
	snprintf(cell->strategy, AMK_NAME_LEN, "%s", s->name);
	snprintf(cell->workload, AMK_NAME_LEN, "%s", w->name);
	cell->size_bytes = size;
	cell->metric = &amk_metrics[w->lane[0]];
	cell->status = AMK_STATUS_OK;
	cell->strategy_row = s;
	cell->workload_row = w;
}

/* Sizes are as many as it takes for each strategy and workload to have its share of the cells. */
static void cells_fill(struct amk_costs *costs)
{
	u32 s, w, timed = 0;
	long sizes, i;

	for (w = 0; w < AMK_NR_WORKLOADS; w++)
		timed += amk_workloads[w].lane[0] >= 0;
	sizes = (cells + timed * AMK_NR_STRATEGIES - 1) / (timed * AMK_NR_STRATEGIES);
	for (s = 0; s < AMK_NR_STRATEGIES; s++)
		for (w = 0; w < AMK_NR_WORKLOADS; w++)
			for (i = 0; i < sizes && amk_workloads[w].lane[0] >= 0; i++)
				if (costs->nr_cells < (size_t)cells)
					cell_fill(&costs->cell[costs->nr_cells++], s, w,
						  (u64)(i + 1) * 64);
}

static void figures_fill(struct amk_costs *costs, long run)
{
	struct amk_random of_cells = { (u64)seed };
	struct amk_random of_run = { (u64)seed * 1000003 + (u64)run + 1 };
	size_t i;
	u32 r;

	for (i = 0; i < costs->nr_cells; i++) {
		struct amk_cost_cell *cell = &costs->cell[i];
		double base = floor(20 * exp(3 + 1.5 * normal(&of_cells)));
		bool slower = step_at >= 0 && run >= step_at && i % (size_t)step_every == 0;

		base *= noisy(&of_run, noise / 2) * (slower ? 1 + step / 100 : 1);
		cell->cost = costs->cost + i * (size_t)rounds;
		cell->nr_rounds = (u32)rounds;
		for (r = 0; r < cell->nr_rounds; r++)
			cell->cost[r] = base * noisy(&of_run, noise);
	}
}

static int run_write(const char *path, struct amk_costs *costs, long run)
{
	char error[AMK_ERROR_LEN], id[16];

	if (mkdir(path, 0777) || manifest_write(path, run)) {
		perror(path);
		return 1;
	}
	snprintf(id, sizeof(id), "%06lx", run);
	costs->id = id;
	figures_fill(costs, run);
	if (!amk_costs_digest_write(costs, path, error))
		return 0;
	fprintf(stderr, "%s\n", error);
	return 1;
}

static int runs_write(const char *directory)
{
	struct amk_costs costs = { .unit = exact ? "insn" : "ns" };
	int failed = 0;
	char *path;
	long run;

	/* It may be there; if it cannot be made, no run can either. */
	mkdir(directory, 0777);
	costs.cell = calloc((size_t)cells, sizeof(*costs.cell));
	costs.cost = calloc((size_t)(cells * rounds), sizeof(*costs.cost));
	if (!costs.cell || !costs.cost)
		return 1;
	cells_fill(&costs);
	for (run = first; run < first + runs && !failed; run++) {
		if (asprintf(&path, "%s/run-%04ld", directory, run) < 0)
			return 1;
		failed = run_write(path, &costs, run);
		free(path);
	}
	amk_costs_free(&costs);
	return failed;
}

static const struct option options[] = {
	{ "runs", required_argument, NULL, 'r' },    { "cells", required_argument, NULL, 'c' },
	{ "rounds", required_argument, NULL, 'o' },  { "seed", required_argument, NULL, 's' },
	{ "first", required_argument, NULL, 'f' },   { "noise", required_argument, NULL, 'n' },
	{ "step-at", required_argument, NULL, 'a' }, { "step-every", required_argument, NULL, 'e' },
	{ "step", required_argument, NULL, 'p' },    { "kernel", required_argument, NULL, 'k' },
	{ "exact", no_argument, &exact, 1 },	     { 0 },
};

static bool option_take(int c)
{
	long *number = c == 'r' ? &runs :
		       c == 'c' ? &cells :
		       c == 'o' ? &rounds :
		       c == 's' ? &seed :
		       c == 'f' ? &first :
		       c == 'a' ? &step_at :
		       c == 'e' ? &step_every :
				  NULL;

	if (number)
		*number = strtol(optarg, NULL, 10);
	else if (c == 'n')
		noise = strtod(optarg, NULL);
	else if (c == 'p')
		step = strtod(optarg, NULL);
	else if (c == 'k')
		kernel = optarg;
	else
		return !c;
	return true;
}

int main(int argc, char **argv)
{
	bool good = true;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
		good = option_take(c) && good;
	if (!good || optind + 1 != argc || cells < 1 || rounds < 1 || step_every < 1) {
		fprintf(stderr, "usage: %s DIR [OPTION...], see %s\n", argv[0], __FILE__);
		return 1;
	}
	return runs_write(argv[optind]);
}
