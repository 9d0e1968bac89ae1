// SPDX-License-Identifier: GPL-2.0-only
/*
 * Measures what failed at a gate again: see gate.h.
 *
 * Baseline and run were made at different times, and between them a machine may have changed in a
 * way that no manifest knows: a neighbour, a temperature, a fragmented memory. So both builds are
 * measured anew by turns, one round each, in the order base head head base: what drifts
 * evenly then weighs on both alike. The order of the random choices of a round is the same for
 * both.
 */
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/gate.h"
#include "bench/session.h"
#include "lib/user/manifest.h"

#define STEPS_MAX 3 /* so many times the rounds asked for, while a cell is open */

enum side { BASE, HEAD, NR_BUILDS };

static const char *const side_names[NR_BUILDS] = { "base", "head" };

struct job {
	struct amk_gate *gate;
	struct amk_comparison_cell **cell; /* what is measured again, in the runs' order */
	size_t nr_cells;
	char *program[NR_BUILDS];
	char *dir; /* of all its runs */
	bool temporary;
	struct amk_gate_groups groups;
	struct amk_samples samples[NR_BUILDS];
	bool full; /* the grid of the run, on which the protocol depends */
	char cpu[32];
};

/* ---- what and where ---- */

/* Why @cell cannot be measured again by another build, or NULL. */
static const char *unfit(const struct amk_gate *gate, const struct amk_comparison_cell *cell)
{
	if (cell->side == AMK_SIDE_kernel)
		return "the kernel half is that of the module and no build's";
	if (!strcmp(gate->head.environment, "guest-icount"))
		return "instructions come out the same";
	return NULL;
}

static char *program_in(const char *directory)
{
	char *path;

	if (asprintf(&path, "%s/allocmark", directory) < 0)
		return NULL;
	return path;
}

static int program_check(struct amk_gate *gate, const char *option, const char *path)
{
	if (!path)
		snprintf(gate->error, sizeof(gate->error), "out of memory");
	else if (access(path, X_OK))
		snprintf(gate->error, sizeof(gate->error),
			 "%s: %.300s: %s; give a directory with an executable allocmark", option,
			 path, strerror(errno));
	else
		return 0;
	return -EINVAL;
}

/* The build that is kept beside the baseline, if there is one. */
static char *program_kept(const struct amk_gate *gate)
{
	char *path;

	if (asprintf(&path, "%s/build/allocmark", gate->line->baseline) < 0)
		return NULL;
	if (!access(path, X_OK))
		return path;
	free(path);
	return NULL;
}

static int programs_find(struct job *job)
{
	struct amk_gate *gate = job->gate;
	const struct amk_gate_line *line = gate->line;
	int failed = 0;

	if (line->baseline_build) {
		job->program[BASE] = program_in(line->baseline_build);
		failed = program_check(gate, "--baseline-build", job->program[BASE]);
	} else {
		job->program[BASE] = program_kept(gate);
	}
	if (failed)
		return failed;
	if (line->build)
		job->program[HEAD] = program_in(line->build);
	else
		job->program[HEAD] = realpath("/proc/self/exe", NULL);
	return program_check(gate, "--build", job->program[HEAD]);
}

static int directory_make(struct job *job)
{
	struct amk_gate *gate = job->gate;
	const char *keep = gate->line->keep, *tmp = getenv("TMPDIR");

	if (keep) {
		job->dir = strdup(keep);
		if (!mkdir(keep, 0777))
			return 0;
		snprintf(gate->error, sizeof(gate->error), "--keep: %.300s: cannot be made: %s",
			 keep, strerror(errno));
		return -errno;
	}
	if (asprintf(&job->dir, "%s/allocmark-gate-XXXXXX", tmp && *tmp ? tmp : "/tmp") < 0)
		job->dir = NULL;
	job->temporary = job->dir && mkdtemp(job->dir);
	if (job->temporary)
		return 0;
	snprintf(gate->error, sizeof(gate->error), "cannot make a directory to measure in: %s",
		 strerror(errno));
	return -errno;
}

static int entry_remove(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

/* ---- measuring ---- */

static int group_measure(struct job *job, enum side side, u32 round, size_t at)
{
	const struct amk_gate_group *group = &job->groups.group[at];
	char *out = NULL, *log = NULL, seed[32];
	int failed = -ENOMEM;

	snprintf(seed, sizeof(seed), "--seed=%u", round + 1);
	if (asprintf(&out, "--out=%s/%s-%03u-%03zu", job->dir, side_names[side], round, at) < 0 ||
	    asprintf(&log, "%s/log", job->dir) < 0)
		goto out;
	char *const argv[] = { job->program[side],
			       (char *)"run",
			       (char *)"--side=user",
			       job->full ? (char *)"--full" : (char *)"--quick",
			       (char *)"--rounds=1",
			       (char *)"--quiet",
			       (char *)"--no-table",
			       seed,
			       job->cpu,
			       group->strategies,
			       group->workloads,
			       out,
			       group->sizes,
			       NULL };
	failed = amk_build_run(argv, log, job->gate->error);
	if (!failed)
		failed = amk_samples_add(&job->samples[side], out + strlen("--out="),
					 job->gate->error);
out:
	if (failed == -ENOMEM)
		snprintf(job->gate->error, sizeof(job->gate->error), "out of memory");
	free(log);
	free(out);
	return failed;
}

/* True where the fresh runs were not made as the ones they stand for, with why in @text. */
static bool elsewhere(struct job *job, char text[AMK_ERROR_LEN])
{
	const struct amk_run_data *old[NR_BUILDS] = { &job->gate->base.run, &job->gate->head.run };
	struct amk_differences differences;
	size_t refused = 0;
	u32 side;

	for (side = 0; side < NR_BUILDS && !refused; side++) {
		amk_differences_find(old[side], &job->samples[side].costs.run, &differences);
		refused = amk_differences_refused(&differences, 0);
		amk_differences_text(&differences, text);
		amk_differences_free(&differences);
	}
	return refused > 0;
}

/* One round of both builds; which goes first alternates. */
static int round_measure(struct job *job, u32 round)
{
	size_t at;
	u32 turn;
	int failed = 0;

	if (!job->gate->line->quiet)
		fprintf(stderr, "allocmark: measuring %zu cells again: round %u\n", job->nr_cells,
			round + 1);
	for (turn = 0; turn < NR_BUILDS; turn++)
		for (at = 0; at < job->groups.count && !failed; at++)
			failed = group_measure(job, (round + turn) % 2 ? HEAD : BASE, round, at);
	return failed;
}

/* ---- deciding ---- */

/*
 * A time that the first measurement alone found. Two runs of one build that a minute parts were
 * seen to differ by 28 % in each page they touched while null stood still; instructions do not.
 */
static bool is_doubtful(const struct amk_gate *gate, const struct amk_comparison_cell *cell)
{
	return strcmp(gate->head.environment, "guest-icount") && cell->method == AMK_METHOD_RANK &&
	       cell->metric->unit == AMK_UNIT_TICKS && (gate->line->remeasure || *gate->unsteady);
}

static void stands(struct amk_gate *gate, struct amk_comparison_cell *cell, const char *why)
{
	cell->note = amk_gate_note(gate, "%s%snot measured again: %s", cell->note,
				   *cell->note ? "; " : "", why);
	if (!is_doubtful(gate, cell))
		return;
	cell->failure = false;
	gate->nr_failed--;
	gate->nr_doubted++;
	cell->note = amk_gate_note(gate, "in doubt, %s", cell->note);
}

/* What was to be measured again keeps its verdict, and says why it was not. */
static void stand(struct job *job, const char *why)
{
	size_t i;

	for (i = 0; i < job->nr_cells; i++)
		stands(job->gate, job->cell[i], why);
}

/* What the fresh rounds say of a cell that failed. */
static void cell_decide(struct amk_gate *gate, struct amk_comparison_cell *cell,
			const struct amk_comparison_cell *fresh)
{
	bool lost = fresh->verdict == AMK_VERDICT_ONLY_BASE;

	if (lost || fresh->verdict == AMK_VERDICT_REGRESSED) {
		cell->note = lost ? amk_gate_note(gate, "measured again: %s", fresh->why) :
				    amk_gate_note(gate, "measured again: %+.1f %% in %u rounds",
						  100 * (fresh->ratio - 1), fresh->head_rounds);
		return;
	}
	cell->failure = false;
	gate->nr_failed--;
	gate->nr_cleared++;
	cell->note = amk_gate_note(gate, "not confirmed: %+.1f %% when measured again, %s",
				   100 * (fresh->ratio - 1), amk_verdict_name(fresh->verdict));
}

static bool is_open(const struct amk_comparison *fresh)
{
	return fresh->count[AMK_VERDICT_INCONCLUSIVE] > 0;
}

/*
 * Judges by the rounds so far. While a cell is still open and @more rounds can be had, 1: nothing
 * was decided. Else 0, or -errno.
 */
static int decide(struct job *job, bool more)
{
	struct amk_gate *gate = job->gate;
	struct amk_comparison_options options;
	struct amk_comparison fresh;
	bool open;
	size_t i;
	int failed;

	amk_gate_options(gate, &options);
	failed = amk_comparison_make(&job->samples[BASE].costs, &job->samples[HEAD].costs, &options,
				     &fresh, gate->error);
	open = !failed && more && is_open(&fresh);
	/* The fresh cells are those that were measured again, in the same order. */
	for (i = 0; i < fresh.nr_cells && !failed && !open; i++)
		cell_decide(gate, job->cell[i], &fresh.cell[i]);
	if (failed == AMK_NOT_COMPARABLE) {
		stand(job, gate->error);
		failed = 0;
	}
	amk_comparison_free(&fresh);
	return failed ? failed : open;
}

/* Rounds until each cell is decided, or for as long as it may take. */
static int rounds_measure(struct job *job)
{
	u32 step = job->gate->line->rounds, round;
	char why[AMK_ERROR_LEN];
	int state = 1;

	for (round = 0; state > 0; round++) {
		state = round_measure(job, round);
		if (state)
			break;
		if (!round && elsewhere(job, why)) {
			stand(job, why);
			break;
		}
		state = 1;
		if ((round + 1) % step == 0)
			state = decide(job, round + 1 < step * STEPS_MAX);
	}
	return state;
}

static int job_run(struct job *job)
{
	u32 side;
	int failed = amk_gate_groups_make(job->cell, job->nr_cells, &job->groups);

	for (side = 0; side < NR_BUILDS && !failed; side++)
		failed = amk_samples_begin(&job->samples[side], job->cell, job->nr_cells);
	if (failed) {
		snprintf(job->gate->error, sizeof(job->gate->error), "out of memory");
		return failed;
	}
	failed = directory_make(job);
	return failed ? failed : rounds_measure(job);
}

static void job_free(struct job *job)
{
	size_t i;

	amk_gate_groups_free(&job->groups);
	free(job->cell);
	for (i = 0; i < NR_BUILDS; i++) {
		amk_samples_free(&job->samples[i]);
		free(job->program[i]);
	}
	if (job->temporary)
		nftw(job->dir, entry_remove, 16, FTW_DEPTH | FTW_PHYS);
	free(job->dir);
}

/* The protocol and the CPU of the run; false where its manifest does not say. */
static bool options_read(struct job *job)
{
	struct amk_options options = { 0 };
	char error[AMK_ERROR_LEN];
	int cpu;

	if (amk_manifest_options(&job->gate->head.run, &options, error))
		return false;
	job->full = options.grid == AMK_GRID_FULL;
	amk_options_free(&options);
	cpu = amk_manifest_cpu(&job->gate->head.run);
	if (cpu < 0)
		strcpy(job->cpu, "--quiet");
	else
		snprintf(job->cpu, sizeof(job->cpu), "--cpu=%d", cpu);
	return true;
}

/* Lists what failed and can be measured again; the rest says why it cannot. */
static int cells_choose(struct job *job)
{
	struct amk_gate *gate = job->gate;
	size_t i;

	job->cell = calloc(gate->comparison.nr_cells + 1, sizeof(*job->cell));
	if (!job->cell) {
		snprintf(gate->error, sizeof(gate->error), "out of memory");
		return -ENOMEM;
	}
	for (i = 0; i < gate->comparison.nr_cells; i++) {
		struct amk_comparison_cell *cell = &gate->comparison.cell[i];

		if (!cell->failure)
			continue;
		if (unfit(gate, cell))
			stands(gate, cell, unfit(gate, cell));
		else
			job->cell[job->nr_cells++] = cell;
	}
	return 0;
}

int amk_gate_remeasure(struct amk_gate *gate)
{
	struct job job = { .gate = gate };
	int failed = programs_find(&job);

	if (!failed)
		failed = cells_choose(&job);
	if (failed || !job.nr_cells)
		goto out;
	if (!gate->line->remeasure)
		stand(&job, "--no-remeasure");
	else if (!job.program[BASE])
		stand(&job, "no build is kept beside the baseline; give --baseline-build");
	else if (!options_read(&job))
		stand(&job, "the run does not say how it was made");
	else
		failed = job_run(&job);
out:
	job_free(&job);
	return failed;
}
