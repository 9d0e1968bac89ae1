/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A run as comparisons see it: each cell's cost in each round, and nothing else.
 *
 * The figures are those of amk_summarize(), before the median over rounds is taken. Of a run's
 * blocks.jsonl one record is held at a time, so that memory follows the number of cells and rounds
 * and not the histograms that are most of a record.
 */
#ifndef AMK_COSTS_H
#define AMK_COSTS_H

#include "lib/core/metric.h"
#include "lib/user/records.h"

struct amk_workload;

/* One metric of one cell; or a cell that has no number at all. */
struct amk_cost_cell {
	enum amk_side_id side;
	char strategy[AMK_NAME_LEN];
	char workload[AMK_NAME_LEN];
	u64 size_bytes;
	const struct amk_metric *metric; /* NULL: the cell has no number, status says why */
	u32 status; /* enum amk_status: OK where there is a cost, else what kept it away */
	u32 reason_code; /* enum amk_reason */
	const char *reason; /* text, "" if none; may be there beside a cost */
	u32 nr_rounds; /* of cost; 0: status and reason say why */
	/* One a round that has a number, ordered by round; in the metric's unit, ticks as the
	 * run's. Owned by the struct amk_costs.
	 */
	double *cost;
	u32 rounds_refused; /* blocks of the cell that the allocator refused */
	u32 rounds_failed; /* blocks whose set-up or measurement failed, or that never answered */
	const struct amk_strategy *strategy_row; /* the names' rows: amk_cost_cell_compare() */
	const struct amk_workload *workload_row;
};

/* A run's cells. Strings point into the manifest, whose aliases the first members are. */
struct amk_costs {
	char *path; /* run directory */
	json_t *manifest;
	const char *id; /* six hexadecimal digits */
	const char *created; /* UTC, ISO 8601 */
	const char *machine; /* name */
	const char *kernel; /* release */
	const char *environment;
	const char *unit; /* what a tick is shown as: "ns" or "insn" */
	struct amk_cost_cell *cell; /* sorted as amk_cost_cell_compare() orders them */
	size_t nr_cells;
	/* The manifest as amk_run_data_differs() and the like want it; it has no records. */
	struct amk_run_data run;
	double *cost; /* all of them; what the cells' costs point into */
	u64 blocks_bytes; /* of the blocks.jsonl that they were made from */
};

/*
 * Reads the run in directory @path: its digest where that is as new as its blocks.jsonl, else
 * blocks.jsonl. A baseline, which has no blocks.jsonl, is a run like any other. 0, or -errno with a
 * one-line text in @error that names file, line and the mend. The costs are the caller's:
 * amk_costs_free().
 */
int amk_costs_read(const char *path, struct amk_costs *costs, char error[AMK_ERROR_LEN]);
/* The same from blocks.jsonl, whatever the digest says. */
int amk_costs_read_blocks(const char *path, struct amk_costs *costs, char error[AMK_ERROR_LEN]);
void amk_costs_free(struct amk_costs *costs);

/*
 * The order of amk_summarize(): side, strategy, workload, size, metric, the names as their tables
 * have them. 0 for the same cell and metric of two runs.
 */
int amk_cost_cell_compare(const struct amk_cost_cell *a, const struct amk_cost_cell *b);

/* The cell and metric that @like is of, or NULL. */
const struct amk_cost_cell *amk_costs_find(const struct amk_costs *costs,
					   const struct amk_cost_cell *like);

/* What @metric is counted in where a tick is shown as @run_unit: "ns", "insn", "bytes" ... */
const char *amk_metric_unit(const struct amk_metric *metric, const char *run_unit);

/*
 * Whether @metric is a count that follows from the allocator alone, so that even one round tells.
 * Others (runs of frames, mapping levels, addresses used anew) follow from the state of memory,
 * too: they may be the same in each round of a run and yet differ in the next.
 */
bool amk_metric_fixed(const struct amk_metric *metric);

/* Text of a reason; never NULL, static. */
const char *amk_cost_reason(u32 reason);

#endif
