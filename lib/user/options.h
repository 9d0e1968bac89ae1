/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a run was asked for, and the protocol that follows from it.
 */
#ifndef AMK_OPTIONS_H
#define AMK_OPTIONS_H

#include "lib/core/abi.h"
#include "lib/core/grid.h"
#include "lib/core/strategy.h"
#include "lib/user/spread.h"

#define AMK_ROUNDS_MAX 1000U

/* How a block is measured; times in ns, or in instructions where the clock counts those. */
struct amk_protocol {
	u32 iterations;
	u32 warmup;
	u32 batch;
	u32 each_max;
	u64 iteration_ns;
	u64 block_ns; /* soft limit of a block */
	u64 batch_bytes; /* that a burst may hold at once, if one allocation is not larger */
	u64 mem_max_bytes; /* that any block may hold */
};

struct amk_options {
	bool side[AMK_NR_SIDES];
	enum amk_grid_kind grid;
	char *strategies; /* as given; NULL: all */
	char *allocators; /* as given; NULL: none but those that strategies names */
	char *workloads; /* as given; NULL: the grid's own choice */
	char *sizes; /* as given; NULL: the grid */
	char *events; /* as given; NULL: auto */
	char *tlb; /* geometry as given; NULL: what the processor tells */
	struct amk_tlb geometry; /* what follows: see amk_tlb_parse() */
	u32 nr_threads; /* that each block is measured by; 0: the one that asks for it */
	enum amk_spread spread; /* how they are placed */
	u16 thread_cpu[AMK_THREADS_MAX]; /* where that put them */
	bool counted; /* the clock counts instructions */
	s32 node; /* that strategies which take one are asked for; -1: the CPU's own */
	char *state; /* --state and what goes with it as given; NULL and 0: not given */
	char *fragmentation;
	char *fragmenter;
	u64 state_bytes;
	u32 rounds;
	u64 seed;
	u64 page_bytes;
	u64 kmalloc_max_bytes; /* the grid's edge, also when there is no kernel side */
	struct amk_protocol protocol;
};

/* Sets the rounds and the protocol that belong to @grid and an environment such as "guest-tcg". */
void amk_options_default(struct amk_options *options, enum amk_grid_kind grid,
			 const char *environment);
void amk_options_free(struct amk_options *options);

#endif
