/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The scenes of test_claims.c: for each claim figures that it holds with, and others.
 */
#ifndef AMK_TEST_CLAIMS_SCENES_H
#define AMK_TEST_CLAIMS_SCENES_H

#include "bench/claim.h"

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

#endif
