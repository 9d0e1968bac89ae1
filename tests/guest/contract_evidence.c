// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the module tells for one question alone: in which context it ran, where pages come from,
 * what the kernel's GFP flags stand for, and what is not done unasked.
 */
#include "contract_kernel.h"

#include "lib/core/modifier.h"

static void test_overflow(void)
{
	runs(amk_strategy_find(AMK_SIDE_kernel, "kcalloc"), "overflow", 0);
	tap(kmod_value(&result, "overflow_asked") >= 5 &&
		    kmod_value(&result, "overflow_refused") ==
			    kmod_value(&result, "overflow_asked"),
	    "kcalloc refuses a product that overflows");
}

static bool has_all(const char *metric, u32 bits)
{
	s64 value = kmod_value(&result, metric);

	return value >= 0 && ((u64)value & bits) == bits;
}

static bool has_none(const char *metric, u32 bits)
{
	s64 value = kmod_value(&result, metric);

	return value >= 0 && !((u64)value & bits);
}

/* What has been so in every kernel since 4.4 (commits d0164adc89f6 and 71baba4b92dc). */
static void test_gfp(void)
{
	const u32 reclaim = AMK_MODIFIER_DIRECT_RECLAIM | AMK_MODIFIER_KSWAPD_RECLAIM;

	runs(amk_strategy_find(AMK_SIDE_kernel, "null"), "gfp", 0);
	tap(has_all("gfp_kernel", reclaim | AMK_MODIFIER_IO | AMK_MODIFIER_FS),
	    "GFP_KERNEL may reclaim, by I/O and file systems too");
	tap(has_all("gfp_atomic", AMK_MODIFIER_HIGH | AMK_MODIFIER_KSWAPD_RECLAIM) &&
		    has_none("gfp_atomic", AMK_MODIFIER_DIRECT_RECLAIM),
	    "GFP_ATOMIC has the reserves and may not reclaim itself");
	tap(has_none("gfp_nowait", AMK_MODIFIER_DIRECT_RECLAIM | AMK_MODIFIER_HIGH),
	    "GFP_NOWAIT has neither");
	tap(has_all("gfp_noio", reclaim) &&
		    has_none("gfp_noio", AMK_MODIFIER_IO | AMK_MODIFIER_FS) &&
		    has_all("gfp_nofs", AMK_MODIFIER_IO) && has_none("gfp_nofs", AMK_MODIFIER_FS),
	    "GFP_NOIO and GFP_NOFS leave out what they say");
	tap(kmod_value(&result, "gfp_dma") == AMK_MODIFIER_DMA &&
		    kmod_value(&result, "gfp_dma32") == AMK_MODIFIER_DMA32,
	    "GFP_DMA and GFP_DMA32 are their modifier alone");
	tap(has_none("gfp_known", AMK_MODIFIER_WAIT) &&
		    has_all("gfp_known", reclaim | AMK_MODIFIER_ZERO | AMK_MODIFIER_NORETRY),
	    "there is no __GFP_WAIT");
	tap(has_none("gfp_known", AMK_MODIFIER_OTHER) &&
		    has_none("gfp_kernel", AMK_MODIFIER_OTHER) &&
		    has_none("gfp_atomic", AMK_MODIFIER_OTHER),
	    "no bit is left over");
	tap_note("gfp: known %#llx, kernel %#llx, atomic %#llx, nowait %#llx",
		 (unsigned long long)kmod_value(&result, "gfp_known"),
		 (unsigned long long)kmod_value(&result, "gfp_kernel"),
		 (unsigned long long)kmod_value(&result, "gfp_atomic"),
		 (unsigned long long)kmod_value(&result, "gfp_nowait"));
}

/* Every page of @strategy's is counted in one zone; how many in @metric's, or -1. */
static s64 origin_of(const char *strategy, const char *metric)
{
	const struct amk_strategy *s = amk_strategy_find(AMK_SIDE_kernel, strategy);

	if (!runs(s, "origin", 4096) || result.status != AMK_STATUS_OK)
		return -1;
	if (kmod_value(&result, "origin_dma") + kmod_value(&result, "origin_dma32") +
		    kmod_value(&result, "origin_normal") + kmod_value(&result, "origin_movable") +
		    kmod_value(&result, "origin_other") !=
	    kmod_value(&result, "origin_pages"))
		return -1;
	return kmod_value(&result, metric);
}

/* Four objects of a page each. The zones' bounds are those of x86: Documentation/mm. */
static void test_origin(void)
{
	tap(origin_of("kmalloc", "origin_pages") == 4, "origin looks at each page of a batch");
	tap(origin_of("kmalloc", "origin_local") == 4 || kmod_info.nr_nodes > 1,
	    "with one node all of them are local");
#ifdef __x86_64__
	tap(origin_of("kmalloc-dma", "origin_dma") == 4 &&
		    kmod_value(&result, "origin_below_16m") == 4,
	    "kmalloc-dma is from the DMA zone, below 16 MiB");
	tap(origin_of("alloc_pages-dma32", "origin_below_4g") == 4 &&
		    kmod_value(&result, "origin_normal") == 0,
	    "alloc_pages-dma32 is below 4 GiB, and not from the Normal zone");
	tap(origin_of("kmalloc", "origin_dma") == 0 && kmod_value(&result, "origin_below_16m") == 0,
	    "kmalloc leaves the DMA zone alone");
#endif
	tap(origin_of("vmalloc", "origin_pages") == 4 && kmod_value(&result, "origin_movable") == 0,
	    "vmalloc's pages are looked up too, and none is from the Movable zone");
}

/* Whether kmalloc-atomic came through and @metric of each slice was so. */
static bool was_within(const char *workload, const char *metric)
{
	runs(amk_strategy_find(AMK_SIDE_kernel, "kmalloc-atomic"), workload, 64);
	return result.status == AMK_STATUS_OK && kmod_value(&result, "context_slices") > 3 &&
	       (!metric || kmod_value(&result, metric) == kmod_value(&result, "context_slices"));
}

/* What each slice found its context to be, which the kernel counts in preempt_count(). */
static void test_where(void)
{
	if (kmod_info.preempt_rt)
		return;
	tap(was_within("pair-hardirq", "context_hardirq"), "pair-hardirq is in a hard interrupt");
	tap(was_within("pair-softirq", "context_softirq") &&
		    !kmod_value(&result, "context_hardirq"),
	    "pair-softirq serves a soft interrupt");
	tap(was_within("pair-preempt-off", NULL) && !kmod_value(&result, "context_hardirq") &&
		    !kmod_value(&result, "context_softirq"),
	    "pair-preempt-off is in neither");
	tap(kmod_value(&result, "context_preempt_off") == -1 ||
		    was_within("pair-preempt-off", "context_preempt_off"),
	    "and has preemption off, where that is counted");
	runs(amk_strategy_find(AMK_SIDE_kernel, "kmalloc"), "pair-hardirq", 64);
	tap(result.status == AMK_STATUS_SKIP && result.reason == AMK_REASON_MAY_SLEEP,
	    "what may sleep is kept out of an interrupt");
}

/* By this module, which was loaded without the parameter, nobody does what is forbidden. */
static void test_illegal(void)
{
	tap(!runs(amk_strategy_find(AMK_SIDE_kernel, "vmalloc"), "illegal", 0) &&
		    (result.reason == AMK_REASON_NO_SLEEP_CHECK ||
		     result.reason == AMK_REASON_ILLEGAL_OFF),
	    "vmalloc in atomic context is not done unasked");
}

void test_evidence(void)
{
	test_where();
	test_illegal();
	test_origin();
	test_overflow();
	test_gfp();
}
