// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs one block in the task that asked for it, so that its CPU, its memory policy, its memory
 * cgroup and its signals apply; or in threads (team.c), if it asks for some. What is asked for is
 * first brought within bounds: of memory, so that a run cannot starve the machine, and of time, so
 * that it looks at its signals often enough to be killed at any moment. The tables are made and
 * written to before the block begins.
 */
#include "run.h"

#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#ifdef CONFIG_X86
#include <asm/cpufeature.h>
#endif
#ifdef CONFIG_ARM64
#include <asm/sysreg.h>
#endif

#include "lib/core/block.h"
#include "lib/core/tlb.h"
#include "alias.h"
#include "frame.h"
#include "illegal.h"
#include "impl.h"
#include "memory.h"
#include "modifiers.h"
#include "origin.h"
#include "perf.h"
#include "squeeze.h"
#include "team.h"
#include "within.h"
#include "lib/core/workload.h"

/*
 * The core looks for signals between iterations. Its longest stretch without a look is the pass
 * over single operations: four iterations' worth, or sixteen operations of which two fill an
 * iteration, so 40 ms and what the clock readings cost. Longer is only the batch of a burst, which
 * is at least one of as many objects as the plan says and takes what those take.
 */
#define ITERATION_MAX_MS 5
#define BLOCK_MAX_MS 60000

#define SLOTS_MIN 128U

u64 amk_run_clock_khz(void)
{
#if defined(CONFIG_X86_64)
	return boot_cpu_has(X86_FEATURE_RDTSCP) ? tsc_khz : 0;
#elif defined(CONFIG_ARM64)
	return read_sysreg(cntfrq_el0) / 1000;
#else
	return 0;
#endif
}

/* A clock of unknown rate is taken for one of 1 GHz. */
static u64 ticks_per_ms(u32 clock_kind)
{
	u64 khz = clock_kind == AMK_CLOCK_CYCLE ? amk_run_clock_khz() : 0;

	return khz ? khz : NSEC_PER_MSEC;
}

/* Brings @request within the module's bounds for @strategy. */
static void request_bound(struct amk_request *request, const struct amk_strategy *strategy)
{
	u64 per_ms = ticks_per_ms(request->clock_kind);

	request->mem_max = min_t(u64, request->mem_max, amk_memory_max(strategy->needs));
	request->iteration_ticks = min_t(u64, request->iteration_ticks, per_ms * ITERATION_MAX_MS);
	request->block_ticks = min_t(u64, request->block_ticks, per_ms * BLOCK_MAX_MS);
}

static int run_stop(struct amk_block *block)
{
	if (signal_pending(current) || amk_team_stopped(block))
		return -EINTR;
	cond_resched();
	return 0;
}

static int run_frame(struct amk_block *block, const void *addr, u64 *pfn, u32 *shift)
{
	return amk_frame_find(addr, pfn, shift);
}

static int run_level(struct amk_block *block, const void *addr, u32 *shift)
{
	u64 pfn;

	return amk_frame_find(addr, &pfn, shift);
}

static void *run_alias(struct amk_block *block, void *p, u64 size)
{
	return amk_alias_map(p, size);
}

static void run_unalias(struct amk_block *block, void *alias, void *p, u64 size)
{
	amk_alias_unmap(alias);
}

static u64 run_memory(void)
{
	return (u64)totalram_pages() << PAGE_SHIFT;
}

static const struct amk_side kernel_side = {
	.stop = run_stop,
	.frame = run_frame,
	.count_open = amk_perf_open,
	.count_start = amk_perf_start,
	.count_stop = amk_perf_stop,
	.count_read = amk_perf_read,
	.count_close = amk_perf_close,
	.counters_bytes = sizeof(struct amk_perf),
	.level = run_level,
	.alias = run_alias,
	.unalias = run_unalias,
	.gfp = amk_modifiers_read,
	.memory = run_memory,
	.origin = amk_origin_find,
	.place = amk_origin_place,
	.node = amk_origin_node,
	.illegal = amk_illegal_call,
	.within = amk_within_run,
	.reclaimed = amk_squeeze_reclaimed,
	.team = amk_team_run,
	.squeeze = &amk_squeeze_ops,
};

/* What the block can use: a batch, or a chase over a line of each page. */
static u32 slots_wanted(const struct amk_request *request)
{
	u64 pages = request->size / AMK_PAGE_SIZE + 1;
	u64 slots = max_t(u64, request->batch, pages);

	return clamp_t(u64, slots, SLOTS_MIN, AMK_SLOTS_MAX);
}

/* The model of the TLB clears its entries itself. */
static int entries_make(struct amk_block *block)
{
	u32 n = amk_tlb_entries(&block->request->tlb);

	if (!n)
		return 0;
	block->tlb_entry = kvmalloc_array(n, sizeof(*block->tlb_entry), GFP_KERNEL_ACCOUNT);
	return block->tlb_entry ? 0 : -ENOMEM;
}

/* Tables of @n; they are written to here, so the block does not pay for their first touch. */
static int tables_make(struct amk_block *block, u32 n)
{
	block->slots = kvmalloc_array(n, sizeof(*block->slots), GFP_KERNEL_ACCOUNT);
	block->order = kvmalloc_array(n, sizeof(*block->order), GFP_KERNEL_ACCOUNT);
	if (!block->slots || !block->order)
		return -ENOMEM;
	memset(block->slots, 0, n * sizeof(*block->slots));
	memset(block->order, 0, n * sizeof(*block->order));
	block->slots_max = n;
	return entries_make(block) ? -ENOMEM : amk_team_make(block);
}

static void tables_free(struct amk_block *block)
{
	amk_team_free(block);
	kvfree(block->tlb_entry);
	kvfree(block->order);
	kvfree(block->slots);
}

/* A block that is over before it began. */
static void result_end(struct amk_block *block, enum amk_status status, enum amk_reason reason,
		       int error)
{
	block->result->size_of = sizeof(*block->result);
	block->result->version = AMK_ABI_VERSION;
	amk_block_end(block, status, reason, error);
}

static void block_run(struct amk_block *block)
{
	if (tables_make(block, slots_wanted(block->request)))
		result_end(block, AMK_STATUS_SETUP_FAILED, AMK_REASON_NO_MEMORY, -ENOMEM);
	else
		amk_block_run(block);
	tables_free(block);
}

void amk_run_block(struct amk_request *request, struct amk_result *result)
{
	struct amk_perf perf = { .nr_events = 0 };
	struct amk_block block = {
		.request = request,
		.result = result,
		.side = &kernel_side,
		.counters = &perf,
	};

	block.strategy = amk_strategy_find(AMK_SIDE_kernel, request->strategy);
	if (!block.strategy) {
		result_end(&block, AMK_STATUS_SKIP, AMK_REASON_UNKNOWN_STRATEGY, 0);
		return;
	}
	block.impl = amk_impl_find(block.strategy);
	request_bound(request, block.strategy);
	block_run(&block);
}
