/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table of workloads: what is done with a strategy's memory. The bodies live in the core, so
 * user and kernel numbers come out of the same loop.
 */
#ifndef AMK_WORKLOAD_H
#define AMK_WORKLOAD_H

#include "block.h"
#include "metric.h"

/* The time of n operations is compared with that of 2n: loop and clock overhead cancel. */
#define AMK_WORKLOAD_SLOPE (1U << 0)
/* Works on a batch of live allocations. */
#define AMK_WORKLOAD_BATCH (1U << 1)
/* Has no size axis: one cell a strategy. */
#define AMK_WORKLOAD_SIZELESS (1U << 2)
/* Writes to the memory, so that lazy memory really comes into being. */
#define AMK_WORKLOAD_TOUCHES (1U << 3)

/* Is modelled on the TLB that the request describes. */
#define AMK_WORKLOAD_TRANSLATES (1U << 4)
/* Evidence for one question: in a run only where it is named, or in a run for evidence. */
#define AMK_WORKLOAD_EVIDENCE (1U << 5)
/* Says nothing of a strategy: measured once a side, on the empty one. */
#define AMK_WORKLOAD_ALONE (1U << 6)
/* Asks what only user space has: no cells on the kernel's side. */
#define AMK_WORKLOAD_USER (1U << 7)
/* May be run by several threads at once. */
#define AMK_WORKLOAD_SHARED (1U << 8)
/* Hands what it allocates to the next thread: only where there are threads. */
#define AMK_WORKLOAD_RELAY (1U << 9)

enum amk_order { AMK_ORDER_FIFO, AMK_ORDER_LIFO, AMK_ORDER_SHUFFLED };

#define AMK_METRIC_none (-1)

enum amk_workload_id {
#define AMK_WORKLOAD(id, ...) AMK_WORKLOAD_ID_##id,
#include "workload.def"
#undef AMK_WORKLOAD
	AMK_NR_WORKLOADS
};

struct amk_workload {
	const char *name;
	/* Runs the workload on a set-up strategy and ends the block. */
	enum amk_status (*measure)(struct amk_block *block, const struct amk_workload *workload);
	enum amk_body_id body;
	enum amk_order order;
	u64 least_bytes;
	u32 flags;
	int lane[AMK_LANES_MAX]; /* enum amk_metric_id or AMK_METRIC_none */
	const char *summary;
};

extern const struct amk_workload amk_workloads[AMK_NR_WORKLOADS];

/* The workload called @name, or NULL. */
const struct amk_workload *amk_workload_find(const char *name);

/* The measure functions of the table, one file each. */
enum amk_status amk_measure_loops(struct amk_block *block, const struct amk_workload *workload);
enum amk_status amk_measure_chase(struct amk_block *block, const struct amk_workload *workload);
enum amk_status amk_measure_alias(struct amk_block *block, const struct amk_workload *workload);
enum amk_status amk_measure_stream(struct amk_block *block, const struct amk_workload *workload);
enum amk_status amk_measure_contig(struct amk_block *block, const struct amk_workload *workload);
enum amk_status amk_measure_limit(struct amk_block *block, const struct amk_workload *workload);
enum amk_status amk_measure_zero(struct amk_block *block, const struct amk_workload *workload);
enum amk_status amk_measure_gfp(struct amk_block *block, const struct amk_workload *workload);
enum amk_status amk_measure_overflow(struct amk_block *block, const struct amk_workload *workload);
enum amk_status amk_measure_where(struct amk_block *block, const struct amk_workload *workload);
enum amk_status amk_measure_reserves(struct amk_block *block, const struct amk_workload *workload);
enum amk_status amk_measure_pressure(struct amk_block *block, const struct amk_workload *workload);
enum amk_status amk_measure_overhead(struct amk_block *block, const struct amk_workload *workload);
enum amk_status amk_measure_origin(struct amk_block *block, const struct amk_workload *workload);
enum amk_status amk_measure_illegal(struct amk_block *block, const struct amk_workload *workload);
enum amk_status amk_measure_placement(struct amk_block *block, const struct amk_workload *workload);
enum amk_status amk_measure_frag(struct amk_block *block, const struct amk_workload *workload);

/*
 * A timed loop as the sampler drives it: runs @n operations and adds each lane's ticks.
 */
struct amk_loop {
	void (*timed)(struct amk_block *block, u64 n, u64 *ticks);
	void (*each)(struct amk_block *block, u64 n); /* NULL: no histogram */
	u32 first_lane; /* where ticks[0] goes */
	u32 nr_lanes;
	bool slope;
	u32 ops_per_call; /* operations that one n stands for: the batch of a burst */
	u32 nr_threads; /* that run n operations each; 0: the caller alone */
	enum amk_reason uncounted; /* why events around it are not to be counted; NONE: they are */
	/*
	 * For a loop that several threads run: an iteration is kept, one of a @single operation as
	 * a sample too. What disturbed it is in block->disturbed. NULL: the caller runs it alone.
	 */
	void (*kept)(struct amk_block *block, bool single);
};

/*
 * Calibrates how many operations fill an iteration, warms up, and samples @loop into the result's
 * lanes, then its histogram. Returns false when the block was stopped or an allocation refused.
 */
bool amk_sample_loop(struct amk_block *block, const struct amk_loop *loop);

/*
 * Allocates block->range for chase, stream and contig, and releases it when @run, which ends the
 * block, is through; a range that is not to be had ends it as refused.
 */
enum amk_status amk_block_on_range(struct amk_block *block,
				   enum amk_status (*run)(struct amk_block *block));

/* Ends a block whose loop did not come through: stopped, or refused midway. */
enum amk_status amk_block_broken(struct amk_block *block);

#endif
