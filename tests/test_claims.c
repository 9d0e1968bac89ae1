// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each claim against recorded evidence: one scene that it holds in, and others in which a figure is
 * another and the verdict with it. No claim is without two verdicts, and none without evidence has
 * any but "not testable".
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include "bench/claim.h"
#include "lib/core/modifier.h"

#include <cmocka.h>

#define RUNS 2
#define ROWS_MAX 16
#define M4 (4ULL << 20)

/* A figure of run 0, or, with the macro for it, of run 1. */
struct row {
	u32 run;
	enum amk_strategy_id strategy;
	enum amk_workload_id workload;
	u64 size_bytes;
	enum amk_metric_id metric;
	double value;
	u32 reason; /* beside the figure; of a row with status SKIP in its place */
	u32 status;
};

struct scene {
	const char *claim;
	enum amk_claim_verdict verdict;
	bool real; /* on hardware; else instructions, emulated */
	struct row row[ROWS_MAX];
};

#define AT(run, strategy, workload, size, metric, value)                           \
	{                                                                          \
		run, AMK_STRATEGY_ID_##strategy, AMK_WORKLOAD_ID_##workload, size, \
			AMK_METRIC_##metric, value, AMK_REASON_NONE, AMK_STATUS_OK \
	}
#define IN(strategy, workload, size, metric, value) AT(0, strategy, workload, size, metric, value)
#define SKIPPED(strategy, workload, reason)                                                        \
	{                                                                                          \
		0, AMK_STRATEGY_ID_##strategy, AMK_WORKLOAD_ID_##workload, 0, AMK_METRIC_limit, 0, \
			AMK_REASON_##reason, AMK_STATUS_SKIP                                       \
	}

#define RANGE(strategy, nr_frames, nr_runs)                   \
	IN(kernel_##strategy, contig, M4, frames, nr_frames), \
		IN(kernel_##strategy, contig, M4, runs, nr_runs)
#define USER_RANGE(nr_frames, nr_runs) \
	IN(user_malloc, contig, M4, frames, nr_frames), IN(user_malloc, contig, M4, runs, nr_runs)
/* What zero found in a run; run 1 is the one with init_on_alloc=1. */
#define CONTENTS(run, strategy, stale, nonzero, nr)                           \
	AT(run, kernel_##strategy, zero, 64, bytes_checked, 4096),            \
		AT(run, kernel_##strategy, zero, 64, bytes_stale, stale),     \
		AT(run, kernel_##strategy, zero, 64, bytes_nonzero, nonzero), \
		AT(run, kernel_##strategy, zero, 64, reused, nr)
#define LIMIT(strategy, bytes) IN(kernel_##strategy, limit, 0, limit, bytes)
#define PAIR(strategy, size, cost) IN(kernel_##strategy, pair, size, lat_pair, cost)
#define BURST(strategy, size, cost) IN(kernel_##strategy, burst_fifo, size, lat_alloc, cost)
#define GFP(metric, bits) IN(kernel_null, gfp, 0, metric, bits)
#define BIT(name) AMK_MODIFIER_##name
#define RECLAIM (BIT(DIRECT_RECLAIM) | BIT(KSWAPD_RECLAIM))
#define ORIGIN(strategy, metric, pages, low)                      \
	IN(kernel_##strategy, origin, 4096, origin_pages, pages), \
		IN(kernel_##strategy, origin, 4096, metric, low)
#define ILLEGAL(strategy, reports)                                   \
	IN(kernel_##strategy, illegal, 0, illegal_calls, 2),         \
		IN(kernel_##strategy, illegal, 0, illegal_given, 2), \
		IN(kernel_##strategy, illegal, 0, illegal_reports, reports)
#define SLICES(workload, within, nr_slices, nr_within)                      \
	IN(kernel_kmalloc_atomic, workload, 64, context_slices, nr_slices), \
		IN(kernel_kmalloc_atomic, workload, 64, within, nr_within)
#define RESERVE(flag, pages, free)                                         \
	IN(kernel_null, reserves, 0, reserve_##flag, pages),               \
		IN(kernel_null, reserves, 0, reserve_##flag##_free, free), \
		IN(kernel_null, reserves, 0, reserve_##flag##_min, 600)
#define STALLS(nr) IN(kernel_null, reserves, 0, reserve_stalls, nr)
#define PRESSURE(strategy, nr_tried, nr_stalls, nr_slept)                          \
	IN(kernel_##strategy, pressure, 4096, pressure_tried, nr_tried),           \
		IN(kernel_##strategy, pressure, 4096, pressure_given, 60),         \
		IN(kernel_##strategy, pressure, 4096, pressure_slept, nr_slept),   \
		IN(kernel_##strategy, pressure, 4096, pressure_stalls, nr_stalls), \
		IN(kernel_##strategy, pressure, 4096, pressure_scanned, 32),       \
		IN(kernel_##strategy, pressure, 4096, pressure_oom, 0)
#define LEVELS(strategy, nr_frames, small)                    \
	IN(kernel_##strategy, contig, M4, frames, nr_frames), \
		IN(kernel_##strategy, contig, M4, frames_4k, small)
#define CHASE(strategy, metric, value) IN(kernel_##strategy, chase, M4, metric, value)

#define HOLDS AMK_CLAIM_HOLDS
#define HERE AMK_CLAIM_HOLDS_HERE
#define FAILS AMK_CLAIM_FAILS
#define OUTDATED AMK_CLAIM_OUTDATED
#define UNTESTED AMK_CLAIM_UNTESTED

static const struct scene scenes[] = {
	/* ---- memory ---- */
	{ "kmalloc-contiguous", HOLDS, false, { RANGE(kmalloc, 1024, 1) } },
	{ "kmalloc-contiguous", FAILS, false, { RANGE(kmalloc, 1024, 2) } },
	{ "kmalloc-contiguous", UNTESTED, false, { RANGE(kmalloc, 1, 1) } },
	{ "kzalloc-contiguous", HOLDS, false, { RANGE(kzalloc, 1024, 1) } },
	{ "kzalloc-contiguous", FAILS, false, { RANGE(kzalloc, 1024, 2) } },
	{ "kcalloc-contiguous", HOLDS, false, { RANGE(kcalloc, 1024, 1) } },
	{ "kcalloc-contiguous", FAILS, false, { RANGE(kcalloc, 1024, 2) } },
	{ "kmalloc-byte-chunks", FAILS, false, { IN(kernel_kmalloc, contig, 100, usable, 128) } },
	{ "kmalloc-byte-chunks", HOLDS, false, { IN(kernel_kmalloc, contig, 100, usable, 100) } },
	{ "kmalloc-byte-chunks", UNTESTED, false, { IN(kernel_kmalloc, contig, 64, usable, 64) } },
	{ "kcalloc-array", HOLDS, false, { IN(kernel_kcalloc, contig, M4, usable, M4) } },
	{ "kcalloc-array", FAILS, false, { IN(kernel_kcalloc, contig, M4, usable, M4 - 1) } },
	{ "vmalloc-one-range", HOLDS, false, { RANGE(vmalloc, 1024, 9) } },
	{ "vmalloc-one-range", FAILS, false, { RANGE(vmalloc, 1023, 9) } },
	{ "vmalloc-scattered", HOLDS, false, { RANGE(vmalloc, 1024, 9) } },
	{ "vmalloc-scattered", UNTESTED, false, { RANGE(vmalloc, 1024, 1) } },
	{ "malloc-one-range", HOLDS, false, { USER_RANGE(1025, 9) } },
	{ "malloc-one-range", FAILS, false, { USER_RANGE(17, 9) } },
	{ "malloc-scattered", HOLDS, false, { USER_RANGE(1025, 9) } },
	{ "malloc-scattered", UNTESTED, false, { USER_RANGE(1025, 1) } },
	{ "malloc-like-vmalloc",
	  FAILS,
	  false,
	  { USER_RANGE(1025, 9), IN(user_malloc, contig, M4, frames_untouched, 1),
	    IN(kernel_vmalloc, contig, M4, frames_untouched, 1024) } },
	{ "malloc-like-vmalloc",
	  HOLDS,
	  false,
	  { USER_RANGE(1025, 9), IN(user_malloc, contig, M4, frames_untouched, 1025),
	    IN(kernel_vmalloc, contig, M4, frames_untouched, 1024) } },
	/* ---- zeroing: run 0 has init_on_alloc=0, run 1 has 1 ---- */
	{ "kmalloc-not-zeroed",
	  HERE,
	  false,
	  { CONTENTS(0, kmalloc, 4000, 4000, 64), CONTENTS(1, kmalloc, 0, 0, 64) } },
	{ "kmalloc-not-zeroed", HOLDS, false, { CONTENTS(0, kmalloc, 4000, 4000, 64) } },
	{ "kmalloc-not-zeroed", FAILS, false, { CONTENTS(1, kmalloc, 0, 0, 64) } },
	{ "kmalloc-not-zeroed", UNTESTED, false, { CONTENTS(0, kmalloc, 0, 0, 64) } },
	{ "vmalloc-not-zeroed",
	  HERE,
	  false,
	  { CONTENTS(0, vmalloc, 4000, 4000, 0), CONTENTS(1, vmalloc, 0, 0, 0) } },
	{ "vmalloc-not-zeroed", FAILS, false, { CONTENTS(1, vmalloc, 0, 0, 0) } },
	{ "kzalloc-zeroed",
	  HOLDS,
	  false,
	  { CONTENTS(0, kzalloc, 0, 0, 64), CONTENTS(1, kzalloc, 0, 0, 64) } },
	{ "kzalloc-zeroed",
	  FAILS,
	  false,
	  { CONTENTS(0, kzalloc, 0, 1, 64), CONTENTS(1, kzalloc, 0, 0, 64) } },
	{ "kzalloc-zeroed", UNTESTED, false, { CONTENTS(0, kzalloc, 0, 0, 0) } },
	{ "kcalloc-zeroed", HOLDS, false, { CONTENTS(0, kcalloc, 0, 0, 64) } },
	{ "kcalloc-zeroed", FAILS, false, { CONTENTS(0, kcalloc, 8, 8, 64) } },
	/* ---- limits ---- */
	{ "kmalloc-4m", HERE, false, { LIMIT(kmalloc, M4) } },
	{ "kmalloc-4m", FAILS, false, { LIMIT(kmalloc, 8 * M4) } },
	{ "kmalloc-4m", FAILS, false, { LIMIT(kmalloc, M4 - 1) } },
	{ "kzalloc-limit", HOLDS, false, { LIMIT(kzalloc, M4), LIMIT(kmalloc, M4) } },
	{ "kzalloc-limit", FAILS, false, { LIMIT(kzalloc, M4 - 1), LIMIT(kmalloc, M4) } },
	{ "kcalloc-limit", HOLDS, false, { LIMIT(kcalloc, M4), LIMIT(kmalloc, M4) } },
	{ "kcalloc-limit", FAILS, false, { LIMIT(kcalloc, M4 - 8), LIMIT(kmalloc, M4) } },
	{ "kcalloc-overflow",
	  HOLDS,
	  false,
	  { IN(kernel_kcalloc, overflow, 0, overflow_asked, 5),
	    IN(kernel_kcalloc, overflow, 0, overflow_refused, 5) } },
	{ "kcalloc-overflow",
	  FAILS,
	  false,
	  { IN(kernel_kcalloc, overflow, 0, overflow_asked, 5),
	    IN(kernel_kcalloc, overflow, 0, overflow_refused, 4) } },
	{ "vmalloc-large", HOLDS, false, { LIMIT(vmalloc, 32 * M4), LIMIT(kmalloc, M4) } },
	{ "vmalloc-large", FAILS, false, { LIMIT(vmalloc, M4), LIMIT(kmalloc, M4) } },
	/* ---- cost ---- */
	{ "kmalloc-fast", HERE, false, { PAIR(kmalloc, 64, 300), PAIR(vmalloc, 64, 4000) } },
	{ "kmalloc-fast", HOLDS, true, { PAIR(kmalloc, 64, 300), PAIR(vmalloc, 64, 4000) } },
	{ "kmalloc-fast", FAILS, true, { PAIR(kmalloc, 64, 5000), PAIR(vmalloc, 64, 4000) } },
	{ "kzalloc-fast", HOLDS, true, { PAIR(kzalloc, 64, 300), PAIR(vmalloc, 64, 4000) } },
	{ "kzalloc-fast", FAILS, true, { PAIR(kzalloc, 64, 5000), PAIR(vmalloc, 64, 4000) } },
	{ "kcalloc-fast", HOLDS, true, { PAIR(kcalloc, 64, 300), PAIR(vmalloc, 64, 4000) } },
	{ "kcalloc-fast", FAILS, true, { PAIR(kcalloc, 64, 5000), PAIR(vmalloc, 64, 4000) } },
	{ "vmalloc-slow",
	  HOLDS,
	  true,
	  { PAIR(kmalloc, 64, 300), PAIR(vmalloc, 64, 4000), BURST(kmalloc, 64, 400),
	    BURST(vmalloc, 64, 4000) } },
	{ "vmalloc-slow",
	  FAILS,
	  true,
	  { PAIR(kmalloc, 64, 300), PAIR(vmalloc, 64, 4000), BURST(kmalloc, 64, 4001),
	    BURST(vmalloc, 64, 4000) } },
	{ "vmalloc-small",
	  HOLDS,
	  true,
	  { PAIR(kmalloc, 64, 300), PAIR(vmalloc, 64, 4000), PAIR(kmalloc, M4, 4000),
	    PAIR(vmalloc, M4, 8000) } },
	{ "vmalloc-small",
	  FAILS,
	  true,
	  { PAIR(kmalloc, 64, 300), PAIR(vmalloc, 64, 400), PAIR(kmalloc, M4, 4000),
	    PAIR(vmalloc, M4, 8000) } },
	{ "vmalloc-small", UNTESTED, true, { PAIR(kmalloc, 64, 300), PAIR(vmalloc, 64, 400) } },
	{ "vmalloc-page-tables",
	  HOLDS,
	  true,
	  { PAIR(vmalloc, M4, 1000), PAIR(alloc_pages_bulk, M4, 600), PAIR(vmap, M4, 300) } },
	{ "vmalloc-page-tables",
	  HERE,
	  false,
	  { PAIR(vmalloc, M4, 1000), PAIR(alloc_pages_bulk, M4, 600), PAIR(vmap, M4, 300) } },
	{ "vmalloc-page-tables",
	  FAILS,
	  true,
	  { PAIR(vmalloc, M4, 1000), PAIR(alloc_pages_bulk, M4, 600), PAIR(vmap, M4, 199) } },
	{ "vmalloc-page-tables",
	  HOLDS,
	  true,
	  { PAIR(vmalloc, 64, 1000), PAIR(alloc_pages_bulk, 64, 600), PAIR(vmap, 64, 300),
	    PAIR(vmalloc, M4, 500), PAIR(alloc_pages_bulk, M4, 600), PAIR(vmap, M4, 99) } },
	{ "vmalloc-page-tables",
	  UNTESTED,
	  true,
	  { PAIR(vmalloc, M4, 500), PAIR(alloc_pages_bulk, M4, 600), PAIR(vmap, M4, 99) } },
	{ "vmalloc-page-tables",
	  UNTESTED,
	  true,
	  { PAIR(vmalloc, 64, 1000), PAIR(alloc_pages_bulk, M4, 600), PAIR(vmap, M4, 199) } },
	/* ---- translation ---- */
	{ "vmalloc-page-by-page", HOLDS, false, { LEVELS(vmalloc, 1024, 1024) } },
	{ "vmalloc-page-by-page", FAILS, false, { LEVELS(vmalloc, 1024, 0) } },
	{ "vmalloc-tlb",
	  HERE,
	  false,
	  { CHASE(vmalloc, dtlb_misses_model, 1e6), CHASE(kmalloc, dtlb_misses_model, 0) } },
	{ "vmalloc-tlb",
	  FAILS,
	  false,
	  { CHASE(vmalloc, dtlb_misses_model, 1e6), CHASE(kmalloc, dtlb_misses_model, 1e6) } },
	/* What was counted outweighs the model. */
	{ "vmalloc-tlb",
	  HOLDS,
	  true,
	  { CHASE(vmalloc, dtlb_misses_model, 0), CHASE(kmalloc, dtlb_misses_model, 0),
	    CHASE(vmalloc, dtlb_load_misses, 0.9), CHASE(kmalloc, dtlb_load_misses, 0.1) } },
	{ "vmalloc-tlb-cost",
	  HOLDS,
	  true,
	  { CHASE(vmalloc, lat_load_page, 9), CHASE(kmalloc, lat_load_page, 3) } },
	{ "vmalloc-tlb-cost",
	  FAILS,
	  true,
	  { CHASE(vmalloc, lat_load_page, 3.1), CHASE(kmalloc, lat_load_page, 3) } },
	{ "vmalloc-tlb-cost",
	  UNTESTED,
	  false,
	  { CHASE(vmalloc, lat_load_page, 9), CHASE(kmalloc, lat_load_page, 3) } },
	/* ---- flags ---- */
	{ "prototypes", OUTDATED, false, { GFP(gfp_type_bytes, 4), GFP(gfp_type_signed, 0) } },
	{ "prototypes", HOLDS, false, { GFP(gfp_type_bytes, 4), GFP(gfp_type_signed, 1) } },
	{ "gfp-groups",
	  HOLDS,
	  false,
	  { GFP(gfp_kernel, RECLAIM | BIT(IO)), GFP(gfp_dma, BIT(DMA)) } },
	{ "gfp-groups",
	  FAILS,
	  false,
	  { GFP(gfp_kernel, RECLAIM | BIT(DMA)), GFP(gfp_dma, BIT(DMA)) } },
	{ "gfp-action",
	  HOLDS,
	  false,
	  { GFP(gfp_kernel, RECLAIM), GFP(gfp_atomic, BIT(KSWAPD_RECLAIM)) } },
	{ "gfp-action", FAILS, false, { GFP(gfp_kernel, RECLAIM), GFP(gfp_atomic, RECLAIM) } },
	{ "gfp-zone",
	  HOLDS,
	  false,
	  { ORIGIN(kmalloc_dma, origin_dma, 64, 64), ORIGIN(kmalloc, origin_dma, 64, 0) } },
	{ "gfp-zone",
	  FAILS,
	  false,
	  { ORIGIN(kmalloc_dma, origin_dma, 64, 0), ORIGIN(kmalloc, origin_dma, 64, 0) } },
	{ "gfp-kernel-made-of", OUTDATED, false, { GFP(gfp_kernel, RECLAIM | BIT(IO) | BIT(FS)) } },
	{ "gfp-kernel-made-of", HOLDS, false, { GFP(gfp_kernel, BIT(WAIT) | BIT(IO) | BIT(FS)) } },
	{ "gfp-kernel-no-zone", HOLDS, false, { GFP(gfp_kernel, RECLAIM) } },
	{ "gfp-kernel-no-zone", FAILS, false, { GFP(gfp_kernel, RECLAIM | BIT(HIGHMEM)) } },
	{ "gfp-atomic-made-of",
	  OUTDATED,
	  false,
	  { GFP(gfp_atomic, BIT(HIGH) | BIT(KSWAPD_RECLAIM)) } },
	{ "gfp-atomic-made-of", HOLDS, false, { GFP(gfp_atomic, BIT(HIGH)) } },
	{ "gfp-atomic-no-zone", HOLDS, false, { GFP(gfp_atomic, BIT(HIGH)) } },
	{ "gfp-atomic-no-zone", FAILS, false, { GFP(gfp_atomic, BIT(HIGH) | BIT(DMA32)) } },
	{ "gfp-dma-made-of", HOLDS, false, { GFP(gfp_dma, BIT(DMA)) } },
	{ "gfp-dma-made-of", OUTDATED, false, { GFP(gfp_dma, 0) } },
	{ "gfp-high-is-priority",
	  HOLDS,
	  false,
	  { GFP(gfp_atomic, BIT(HIGH)), GFP(gfp_kernel, RECLAIM) } },
	{ "gfp-high-is-priority", FAILS, false, { GFP(gfp_atomic, 0), GFP(gfp_kernel, RECLAIM) } },
	{ "gfp-wait", OUTDATED, false, { GFP(gfp_known, 0xffff), GFP(gfp_kernel, RECLAIM) } },
	{ "gfp-wait", HOLDS, false, { GFP(gfp_known, 0x1ffff), GFP(gfp_kernel, BIT(WAIT)) } },
	{ "gfp-io",
	  HOLDS,
	  false,
	  { GFP(gfp_kernel, RECLAIM | BIT(IO) | BIT(FS)), GFP(gfp_noio, RECLAIM) } },
	{ "gfp-io",
	  FAILS,
	  false,
	  { GFP(gfp_kernel, RECLAIM | BIT(IO) | BIT(FS)), GFP(gfp_noio, RECLAIM | BIT(IO)) } },
	{ "gfp-fs",
	  HOLDS,
	  false,
	  { GFP(gfp_kernel, RECLAIM | BIT(IO) | BIT(FS)), GFP(gfp_nofs, RECLAIM | BIT(IO)) } },
	{ "gfp-fs",
	  FAILS,
	  false,
	  { GFP(gfp_kernel, RECLAIM | BIT(IO)), GFP(gfp_nofs, RECLAIM | BIT(IO)) } },
	{ "gfp-dma-capable", HERE, false, { ORIGIN(kmalloc_dma, origin_below_16m, 64, 64) } },
	{ "gfp-dma-capable", FAILS, false, { ORIGIN(kmalloc_dma, origin_below_16m, 64, 63) } },
	{ "gfp-dma32",
	  HOLDS,
	  false,
	  { ORIGIN(alloc_pages_dma32, origin_below_4g, 64, 64),
	    ORIGIN(alloc_pages, origin_below_4g, 64, 0) } },
	{ "gfp-dma32",
	  HERE,
	  false,
	  { ORIGIN(alloc_pages_dma32, origin_below_4g, 64, 64),
	    ORIGIN(alloc_pages, origin_below_4g, 64, 64) } },
	{ "gfp-dma32", FAILS, false, { ORIGIN(alloc_pages_dma32, origin_below_4g, 64, 63) } },
	{ "gfp-nowait", HOLDS, false, { GFP(gfp_nowait, BIT(KSWAPD_RECLAIM)) } },
	{ "gfp-nowait", FAILS, false, { GFP(gfp_nowait, RECLAIM) } },
	/* ---- context ---- */
	{ "kmalloc-may-sleep",
	  HOLDS,
	  false,
	  { PAIR(kmalloc, 64, 1), GFP(gfp_kernel, RECLAIM), GFP(gfp_atomic, BIT(HIGH)) } },
	{ "kmalloc-may-sleep",
	  FAILS,
	  false,
	  { PAIR(kmalloc, 64, 1), GFP(gfp_kernel, BIT(IO)), GFP(gfp_atomic, BIT(HIGH)) } },
	{ "kzalloc-may-sleep",
	  HOLDS,
	  false,
	  { PAIR(kzalloc, 64, 1), GFP(gfp_kernel, RECLAIM), GFP(gfp_atomic, BIT(HIGH)) } },
	{ "kzalloc-may-sleep",
	  FAILS,
	  false,
	  { PAIR(kzalloc, 64, 1), GFP(gfp_kernel, RECLAIM), GFP(gfp_atomic, RECLAIM) } },
	{ "kcalloc-may-sleep",
	  HOLDS,
	  false,
	  { PAIR(kcalloc, 64, 1), GFP(gfp_kernel, RECLAIM), GFP(gfp_atomic, BIT(HIGH)) } },
	{ "kcalloc-may-sleep",
	  FAILS,
	  false,
	  { PAIR(kcalloc, 64, 1), GFP(gfp_kernel, RECLAIM), GFP(gfp_atomic, RECLAIM) } },
	{ "vmalloc-may-sleep", HOLDS, false, { PRESSURE(vmalloc, 32, 30, 0) } },
	{ "vmalloc-may-sleep", FAILS, false, { PRESSURE(vmalloc, 32, 0, 0) } },
	{ "vmalloc-not-in-interrupt",
	  FAILS,
	  false,
	  { ILLEGAL(vmalloc, 0), ILLEGAL(kmalloc_atomic, 0) } },
	/* A kernel that complains of everything proves nothing. */
	{ "vmalloc-not-in-interrupt",
	  UNTESTED,
	  false,
	  { ILLEGAL(vmalloc, 2), ILLEGAL(kmalloc_atomic, 2) } },
	{ "vmalloc-not-in-interrupt",
	  HOLDS,
	  false,
	  { ILLEGAL(vmalloc, 2), ILLEGAL(kmalloc_atomic, 0) } },
	{ "vmalloc-not-in-interrupt",
	  UNTESTED,
	  false,
	  { SKIPPED(kernel_vmalloc, illegal, NO_SLEEP_CHECK) } },
	{ "gfp-atomic-never-sleeps", HOLDS, false, { GFP(gfp_atomic, BIT(HIGH)) } },
	{ "gfp-atomic-never-sleeps", FAILS, false, { GFP(gfp_atomic, RECLAIM) } },
	{ "gfp-atomic-never-sleeps",
	  FAILS,
	  false,
	  { GFP(gfp_atomic, BIT(HIGH)), ILLEGAL(kmalloc_atomic, 1) } },
	{ "gfp-kernel-in-tasks",
	  HOLDS,
	  false,
	  { PAIR(kmalloc_plain, 64, 1), GFP(gfp_kernel, RECLAIM) } },
	{ "gfp-kernel-in-tasks",
	  FAILS,
	  false,
	  { PAIR(kmalloc_plain, 64, 1), GFP(gfp_kernel, BIT(KSWAPD_RECLAIM)) } },
	{ "gfp-kernel-not-atomic",
	  HOLDS,
	  false,
	  { ILLEGAL(kmalloc_plain, 2), ILLEGAL(kmalloc_atomic, 0) } },
	{ "gfp-kernel-not-atomic",
	  FAILS,
	  false,
	  { ILLEGAL(kmalloc_plain, 0), ILLEGAL(kmalloc_atomic, 0) } },
	{ "gfp-zero", HOLDS, false, { CONTENTS(0, kzalloc, 0, 0, 64) } },
	{ "gfp-zero", FAILS, false, { CONTENTS(0, kzalloc, 8, 8, 64) } },
	{ "gfp-atomic-in-interrupts",
	  HOLDS,
	  false,
	  { SLICES(pair_hardirq, context_hardirq, 9, 9),
	    SLICES(pair_softirq, context_softirq, 9, 9) } },
	{ "gfp-atomic-in-interrupts",
	  FAILS,
	  false,
	  { SLICES(pair_hardirq, context_hardirq, 9, 8),
	    SLICES(pair_softirq, context_softirq, 9, 9) } },
	{ "gfp-atomic-in-interrupts",
	  UNTESTED,
	  false,
	  { SLICES(pair_hardirq, context_hardirq, 9, 9) } },
	{ "gfp-high-reserves",
	  HOLDS,
	  false,
	  { RESERVE(nowait, 60000, 600), RESERVE(high, 300, 310) } },
	{ "gfp-high-reserves",
	  FAILS,
	  false,
	  { RESERVE(nowait, 60000, 600), RESERVE(high, 0, 600) } },
	/* Pages kept for atomic requests count as free: both stop above the watermark. */
	{ "gfp-high-reserves",
	  HOLDS,
	  false,
	  { RESERVE(nowait, 60000, 925), RESERVE(high, 228, 715) } },
	/* What reclaim gave is no reserve. */
	{ "gfp-high-reserves",
	  FAILS,
	  false,
	  { RESERVE(nowait, 60000, 600), RESERVE(high, 18, 600) } },
	{ "gfp-atomic-reserves",
	  HOLDS,
	  false,
	  { RESERVE(nowait, 60000, 600), RESERVE(high, 300, 300), RESERVE(atomic, 80, 220) } },
	{ "gfp-atomic-reserves",
	  FAILS,
	  false,
	  { RESERVE(nowait, 60000, 600), RESERVE(high, 0, 600), RESERVE(atomic, 0, 600) } },
	{ "gfp-kernel-priority",
	  HOLDS,
	  false,
	  { RESERVE(atomic, 80, 220), RESERVE(noretry, 0, 220), STALLS(1) } },
	{ "gfp-kernel-priority",
	  FAILS,
	  false,
	  { RESERVE(atomic, 80, 220), RESERVE(noretry, 80, 100), STALLS(1) } },
	{ "gfp-noretry", HOLDS, false, { RESERVE(noretry, 0, 220), STALLS(1) } },
	{ "gfp-noretry", FAILS, false, { RESERVE(noretry, 0, 220), STALLS(0) } },
	{ "gfp-kernel-reclaims", HOLDS, false, { PRESSURE(kmalloc, 64, 60, 0) } },
	{ "gfp-kernel-reclaims", HOLDS, false, { PRESSURE(kmalloc, 64, 0, 1) } },
	{ "gfp-kernel-reclaims", FAILS, false, { PRESSURE(kmalloc, 64, 0, 0) } },
	{ "gfp-kernel-reclaims", UNTESTED, false, { PRESSURE(kmalloc, 0, 0, 0) } },
	{ "gfp-atomic-never-reclaims", HOLDS, false, { PRESSURE(kmalloc_atomic, 64, 0, 0) } },
	{ "gfp-atomic-never-reclaims", FAILS, false, { PRESSURE(kmalloc_atomic, 64, 1, 0) } },
	{ "gfp-atomic-never-reclaims", FAILS, false, { PRESSURE(kmalloc_atomic, 64, 0, 1) } },
};

/* ---- runs from rows ---- */

struct made {
	struct amk_costs costs;
	struct amk_cost_cell cell[ROWS_MAX];
	double cost[ROWS_MAX];
};

static struct made made[RUNS];
static struct amk_evidence evidence;

static void run_set_up(struct made *m, bool real, const char *zeroing)
{
	memset(m, 0, sizeof(*m));
	m->costs.manifest = json_pack("{s:{s:s}, s:{s:s}}", "comparability", "init_on_alloc",
				      zeroing, "machine", "tlb", "l1=64x4:4k");
	assert_non_null(m->costs.manifest);
	m->costs.run.manifest = m->costs.manifest;
	m->costs.environment = m->costs.run.environment = real ? "host" : "guest-icount";
	m->costs.unit = m->costs.run.unit = real ? "ns" : "insn";
	m->costs.run.page_bytes = 4096;
	m->costs.cell = m->cell;
}

static void row_add(const struct row *row)
{
	struct made *m = &made[row->run];
	struct amk_cost_cell *c = &m->cell[m->costs.nr_cells];

	c->strategy_row = &amk_strategies[row->strategy];
	c->workload_row = &amk_workloads[row->workload];
	c->side = c->strategy_row->side;
	c->size_bytes = row->size_bytes;
	c->status = row->status;
	c->reason_code = row->reason;
	c->reason = amk_cost_reason(row->reason);
	if (row->status == AMK_STATUS_OK) {
		c->metric = &amk_metrics[row->metric];
		c->nr_rounds = 1;
		c->cost = &m->cost[m->costs.nr_cells];
		*c->cost = row->value;
	}
	m->costs.nr_cells++;
}

static int cell_compare(const void *a, const void *b)
{
	return amk_cost_cell_compare(a, b);
}

static void scene_set_up(const struct scene *scene)
{
	u32 i;

	evidence.nr_runs = 0;
	for (i = 0; i < RUNS; i++)
		run_set_up(&made[i], scene->real, i ? "1" : "0");
	/* A row without a strategy is user:null, which nothing is asked of here. */
	for (i = 0; i < ROWS_MAX && scene->row[i].strategy; i++)
		row_add(&scene->row[i]);
	for (i = 0; i < RUNS; i++) {
		struct amk_costs *costs = &made[i].costs;

		qsort(costs->cell, costs->nr_cells, sizeof(*costs->cell), cell_compare);
		if (costs->nr_cells)
			evidence.run[evidence.nr_runs++] = costs;
	}
}

static void scene_tear_down(void)
{
	u32 i;

	for (i = 0; i < RUNS; i++)
		json_decref(made[i].costs.manifest);
}

/* ---- tests ---- */

static void test_scenes(void **state)
{
	struct amk_finding finding;
	u32 i;

	(void)state;
	for (i = 0; i < AMK_ARRAY_SIZE(scenes); i++) {
		const struct amk_claim *claim = amk_claim_find(scenes[i].claim);

		assert_non_null(claim);
		scene_set_up(&scenes[i]);
		amk_claim_judge(claim, &evidence, &finding);
		if (finding.verdict != scenes[i].verdict)
			print_error("scene %u, %s: %s (%s) %s\n", i, claim->name,
				    amk_claim_verdict_name(finding.verdict), finding.why,
				    finding.figures);
		assert_int_equal(finding.verdict, scenes[i].verdict);
		/* A verdict shows its figures; where there is none it says why. */
		if (finding.verdict == AMK_CLAIM_UNTESTED)
			assert_true(*finding.why);
		else
			assert_true(*finding.figures && finding.nr_rounds);
		scene_tear_down();
	}
}

static void test_each_claim_has_two_verdicts(void **state)
{
	u32 i, k, seen;

	(void)state;
	for (i = 0; i < amk_nr_claims; i++) {
		for (seen = 0, k = 0; k < AMK_ARRAY_SIZE(scenes); k++)
			if (!strcmp(scenes[k].claim, amk_claims[i].name))
				seen |= 1U << scenes[k].verdict;
		if (!(seen & (seen - 1)))
			fail_msg("%s: only one verdict was tested", amk_claims[i].name);
	}
}

static void test_nothing_is_known_from_nothing(void **state)
{
	static const struct scene empty;
	struct amk_finding finding;
	u32 i;

	(void)state;
	scene_set_up(&empty);
	for (i = 0; i < amk_nr_claims; i++) {
		amk_claim_judge(&amk_claims[i], &evidence, &finding);
		assert_int_equal(finding.verdict, AMK_CLAIM_UNTESTED);
		assert_true(*finding.why);
		assert_int_equal(finding.nr_rounds, 0);
	}
	scene_tear_down();
}

/* A run that could not be asked says why, and that is what is shown. */
static void test_reason_is_the_records(void **state)
{
	static const struct scene scene = {
		.claim = "vmalloc-not-in-interrupt",
		.row = { SKIPPED(kernel_vmalloc, illegal, NO_SLEEP_CHECK) },
	};
	struct amk_finding finding;

	(void)state;
	scene_set_up(&scene);
	amk_claim_judge(amk_claim_find(scene.claim), &evidence, &finding);
	assert_string_equal(finding.why, amk_cost_reason(AMK_REASON_NO_SLEEP_CHECK));
	scene_tear_down();
}

/* The limit that the run itself set is no limit of the allocator's. */
static void test_capped_limit(void **state)
{
	static const struct scene scene = { .claim = "kmalloc-4m", .row = { LIMIT(kmalloc, M4) } };
	struct amk_finding finding;

	(void)state;
	scene_set_up(&scene);
	made[0].cell[0].reason_code = AMK_REASON_CAPPED;
	amk_claim_judge(amk_claim_find(scene.claim), &evidence, &finding);
	assert_int_equal(finding.verdict, AMK_CLAIM_UNTESTED);
	scene_tear_down();
}

/* What zeroing costs is said of each boot: run 0 has init_on_alloc=0, run 1 has 1. */
static void test_zeroing_costs_by_boot(void **state)
{
	static const struct scene scene = {
		.claim = "kzalloc-fast",
		.row = { PAIR(kmalloc, 64, 100), PAIR(kzalloc, 64, 150), PAIR(vmalloc, 64, 4000),
			 AT(1, kernel_kmalloc, pair, 64, lat_pair, 200),
			 AT(1, kernel_kzalloc, pair, 64, lat_pair, 200) },
	};
	struct amk_finding finding;

	(void)state;
	scene_set_up(&scene);
	amk_claim_judge(amk_claim_find(scene.claim), &evidence, &finding);
	assert_int_equal(finding.verdict, AMK_CLAIM_HOLDS_HERE);
	assert_non_null(strstr(finding.figures, "64 x1.5 (init_on_alloc=0)"));
	assert_non_null(strstr(finding.figures, "64 x1 (init_on_alloc=1)"));
	scene_tear_down();
}

static void test_pressure_says_what_a_call_took(void **state)
{
	static const struct scene scene = {
		.claim = "gfp-kernel-reclaims",
		.row = { PRESSURE(kmalloc, 64, 60, 0),
			 IN(kernel_kmalloc, pressure, 4096, lat_pressure, 4321) },
	};
	struct amk_finding finding;

	(void)state;
	scene_set_up(&scene);
	amk_claim_judge(amk_claim_find(scene.claim), &evidence, &finding);
	assert_non_null(strstr(finding.figures, "60 of 64 given, 60 direct reclaims"));
	assert_non_null(strstr(finding.figures, ", 4321 instructions a call"));
	scene_tear_down();
}

static void test_names_are_one_each(void **state)
{
	u32 i;

	(void)state;
	for (i = 0; i < amk_nr_claims; i++)
		assert_ptr_equal(amk_claim_find(amk_claims[i].name), &amk_claims[i]);
	assert_null(amk_claim_find("kmalloc-free"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scenes),
		cmocka_unit_test(test_each_claim_has_two_verdicts),
		cmocka_unit_test(test_nothing_is_known_from_nothing),
		cmocka_unit_test(test_reason_is_the_records),
		cmocka_unit_test(test_capped_limit),
		cmocka_unit_test(test_zeroing_costs_by_boot),
		cmocka_unit_test(test_pressure_says_what_a_call_took),
		cmocka_unit_test(test_names_are_one_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
