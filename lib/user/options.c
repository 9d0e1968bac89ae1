// SPDX-License-Identifier: GPL-2.0-only
/*
 * The options of a run: what they are where none was given, by grid and environment.
 */
#include "lib/user/options.h"

#include <stdlib.h>

#define MIB (1024ULL * 1024)

static const struct amk_protocol protocol_quick = {
	.iterations = 15,
	.warmup = 2,
	.batch = 256,
	.each_max = 2048,
	.iteration_ns = 400000,
	.block_ns = 100000000,
	.batch_bytes = 64 * MIB,
	.mem_max_bytes = 256 * MIB,
};

static const struct amk_protocol protocol_full = {
	.iterations = 15,
	.warmup = 3,
	.batch = 1024,
	.each_max = 8192,
	.iteration_ns = 400000,
	.block_ns = 1000000000,
	.batch_bytes = 256 * MIB,
	.mem_max_bytes = 1024 * MIB,
};

/*
 * Instructions are not lost to noise, and each is emulated: few iterations do. They are long enough
 * to hold a dozen system calls, since one differs from the next by what it finds on the
 * allocator's lists; and short enough that the timer, which interrupts every 4,000,000
 * instructions, leaves most of them alone.
 */
static void protocol_counted(struct amk_options *options, bool quick)
{
	struct amk_protocol *p = &options->protocol;

	p->iterations = 9;
	p->warmup = 1;
	p->iteration_ns = 200000;
	p->block_ns = quick ? 4000000 : 40000000;
	if (quick) {
		p->each_max = 128;
		p->batch_bytes = 4 * MIB;
		p->mem_max_bytes = 128 * MIB;
	}
}

void amk_options_default(struct amk_options *options, enum amk_grid_kind grid,
			 const char *environment)
{
	bool quick = grid != AMK_GRID_FULL;

	options->node = -1;
	options->grid = grid;
	options->rounds = quick ? 3 : 10;
	options->protocol = quick ? protocol_quick : protocol_full;
	/* Emulation is some 20 times slower: longer iterations, and an end to each block. */
	if (!strcmp(environment, "guest-tcg")) {
		options->protocol.iteration_ns = 1000000;
		if (quick) {
			options->protocol.block_ns = 25000000;
			options->protocol.batch_bytes = 4 * MIB;
			options->protocol.mem_max_bytes = 128 * MIB;
		}
	}
	if (!strcmp(environment, "guest-icount"))
		protocol_counted(options, quick);
}

void amk_options_free(struct amk_options *options)
{
	free(options->strategies);
	free(options->allocators);
	free(options->workloads);
	free(options->sizes);
	free(options->events);
	free(options->tlb);
	free(options->state);
	free(options->fragmentation);
	free(options->fragmenter);
	memset(options, 0, sizeof(*options));
}
