// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every kernel row of the table of strategies is held to what it promises, in every workload and at
 * sizes around the places where allocators change their ways: it runs or says why not, its memory
 * is contiguous, populated, zeroed and aligned as its flags say, and its limit is where the
 * kernel's is.
 */
#include "kmod_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/core/modifier.h"
#include "lib/core/strategy.h"
#include "lib/core/workload.h"

#define MIB (1ULL << 20)

static struct amk_result result;

static u64 pages_of(u64 size)
{
	return (size + AMK_PAGE_SIZE - 1) / AMK_PAGE_SIZE;
}

/* Whether the row is bound by the page allocator's largest order. */
static bool is_bounded(const struct amk_strategy *s)
{
	return s->flags & AMK_STRATEGY_CONTIGUOUS;
}

/* ---- every row in every workload ---- */

/* Whether it runs in another context than the caller's. */
static bool is_where(const struct amk_workload *w)
{
	return !strncmp(w->name, "pair-", 5);
}

/* Whether a block of @size may be skipped with the reason that the result gives. */
static bool skip_is_due(const struct amk_strategy *s, const struct amk_workload *w, u64 size)
{
	switch (result.reason) {
	case AMK_REASON_TOO_SMALL:
		return size < s->min_bytes || size < w->least_bytes || size < 2 * AMK_PAGE_SIZE;
	case AMK_REASON_TOO_LARGE:
		return (s->max_bytes && size > s->max_bytes) || (is_where(w) && size > 65536);
	case AMK_REASON_NO_CONTENT:
		return s->flags & AMK_STRATEGY_EMPTY &&
		       (w->flags & AMK_WORKLOAD_TOUCHES || !strcmp(w->name, "illegal"));
	case AMK_REASON_NO_RANGE:
		return s->flags & AMK_STRATEGY_SCATTERED && w->flags & AMK_WORKLOAD_TOUCHES;
	case AMK_REASON_NO_DMA_ZONE:
		return s->needs & (AMK_NEED_DMA_ZONE | AMK_NEED_DMA32_ZONE);
	case AMK_REASON_NOT_IN_KERNEL:
		return s->needs & AMK_NEED_VMALLOC_HUGE;
	case AMK_REASON_OVER_MEMORY:
		return s->needs & AMK_NEED_DMA_ZONE;
	case AMK_REASON_NOT_SHARED:
		return s->flags & AMK_STRATEGY_CALLER;
	case AMK_REASON_KEPT_PRIVATE:
		return s->flags & AMK_STRATEGY_PRIVATE;
	case AMK_REASON_MAY_SLEEP:
		return is_where(w) && !(s->flags & AMK_STRATEGY_ATOMIC);
	case AMK_REASON_SLEEPING_LOCKS:
		return is_where(w) && kmod_info.preempt_rt;
	case AMK_REASON_PRESSURE_OFF:
		return !strcmp(w->name, "pressure") || !strcmp(w->name, "reserves");
	case AMK_REASON_USER_ONLY:
		return w->flags & AMK_WORKLOAD_USER;
	case AMK_REASON_NO_ARRAY:
		return !strcmp(w->name, "overflow") && s->family != AMK_FAMILY_array;
	/* On a kernel that looks, the test loads the module without the parameter. */
	case AMK_REASON_NO_SLEEP_CHECK:
	case AMK_REASON_ILLEGAL_OFF:
		return !strcmp(w->name, "illegal");
	/* Of vmalloc that is the rule; of the direct map it can be so, where it was split. */
	case AMK_REASON_ALIAS_SMALL:
		return !strcmp(w->name, "alias");
	default:
		return false;
	}
}

static u64 hist_count(const u32 *hist)
{
	u64 n = 0;
	u32 i;

	for (i = 0; i < AMK_HIST_BUCKETS; i++)
		n += hist[i];
	return n;
}

static bool lane_is_whole(const struct amk_lane *lane, u32 least)
{
	u32 i;

	if (!lane->metric[0] || !lane->ops || lane->nr_iterations < least)
		return false;
	for (i = 0; i < lane->nr_iterations; i++)
		if (!lane->iteration[i].ticks_n || (lane->slope && !lane->iteration[i].ticks_2n))
			return false;
	return hist_count(lane->hist_clean) + hist_count(lane->hist_disturbed) == lane->each_ops;
}

static bool result_is_whole(const struct amk_workload *w)
{
	/* frag: as many as there were attempts, of one kind or the other. */
	u32 i, least = strcmp(w->name, "frag") ? 3 : 1;

	if (result.size_of != sizeof(result) || result.version != AMK_ABI_VERSION)
		return false;
	if (!result.total_ticks || result.measured_ticks > result.total_ticks)
		return false;
	for (i = 0; i < result.nr_lanes; i++)
		if (!lane_is_whole(&result.lane[i], least))
			return false;
	return result.nr_lanes || result.nr_values || w->lane[0] != AMK_METRIC_none;
}

/* Whether a block of @size ended as it must. */
static bool outcome_is_due(const struct amk_strategy *s, const struct amk_workload *w, u64 size)
{
	switch (result.status) {
	case AMK_STATUS_OK:
		return result_is_whole(w);
	case AMK_STATUS_REFUSED:
		return is_bounded(s) && size > kmod_info.kmalloc_max;
	case AMK_STATUS_SKIP:
		return skip_is_due(s, w, size);
	default:
		return false;
	}
}

/* What hands memory from thread to thread is asked of two, where there are two CPUs. */
static void threads_ask(struct amk_request *request)
{
	request->nr_threads = sysconf(_SC_NPROCESSORS_ONLN) > 1 ? 2 : 1;
	request->tick_khz = 1000000;
	request->cpu[1] = request->nr_threads - 1;
}

static void test_row(const struct amk_strategy *s, const struct amk_workload *w)
{
	static const u64 sizes[] = { 1, 64, 4097, 40 * 1024, 4 * MIB, 4 * MIB + 1 };
	bool passed = true;
	u32 i;

	for (i = 0; i < AMK_ARRAY_SIZE(sizes); i++) {
		struct amk_request request = kmod_request(s->name, w->name, sizes[i]);
		int error;

		if (w->flags & AMK_WORKLOAD_RELAY)
			threads_ask(&request);
		error = kmod_run(&request, &result);
		if (!error && outcome_is_due(s, w, sizes[i]))
			continue;
		tap_note("%s %s at %llu bytes: error %d, status %u, reason %u, errno %d", s->name,
			 w->name, (unsigned long long)sizes[i], error, result.status, result.reason,
			 result.error);
		passed = false;
	}
	tap(passed, "%s: %s", s->name, w->name);
}

/* ---- what the rows promise ---- */

/* Runs a block that must come through; false when this kernel lacks the row. */
static bool runs(const struct amk_strategy *s, const char *workload, u64 size)
{
	struct amk_request request = kmod_request(s->name, workload, size);
	int error = kmod_run(&request, &result);

	if (error || result.status != AMK_STATUS_OK)
		memset(result.value, 0, sizeof(result.value));
	return error || result.status != AMK_STATUS_SKIP;
}

static void test_layout(const struct amk_strategy *s, u64 size)
{
	u64 frames, levels;

	if (!runs(s, "contig", size))
		return;
	frames = kmod_value(&result, "frames");
	levels = kmod_value(&result, "frames_4k") + kmod_value(&result, "frames_64k") +
		 kmod_value(&result, "frames_2m") + kmod_value(&result, "frames_1g");
	tap(frames >= pages_of(size) && levels == frames, "%s: %llu bytes have frames and levels",
	    s->name, (unsigned long long)size);
	if (s->flags & AMK_STRATEGY_CONTIGUOUS)
		tap(kmod_value(&result, "runs") == 1, "%s: %llu bytes are one run", s->name,
		    (unsigned long long)size);
	if (s->flags & AMK_STRATEGY_POPULATED)
		tap((u64)kmod_value(&result, "frames_untouched") == frames,
		    "%s: %llu bytes are there before the first touch", s->name,
		    (unsigned long long)size);
	if (s->flags & AMK_STRATEGY_PAGED)
		tap(frames == pages_of(size), "%s: %llu bytes begin on a page", s->name,
		    (unsigned long long)size);
	tap(kmod_value(&result, "usable") >= (s64)size, "%s: %llu bytes are usable", s->name,
	    (unsigned long long)size);
}

static void test_zeroed(const struct amk_strategy *s, u64 size)
{
	if (!(s->flags & AMK_STRATEGY_ZEROED) || !runs(s, "zero", size))
		return;
	tap(kmod_value(&result, "bytes_checked") > 0 && !kmod_value(&result, "bytes_nonzero"),
	    "%s: %llu bytes read zero after a poison", s->name, (unsigned long long)size);
}

static void test_limit(const struct amk_strategy *s)
{
	u64 limit, most = kmod_info.kmalloc_max;

	if (!runs(s, "limit", 0))
		return;
	limit = kmod_value(&result, "limit");
	tap_note("%s: limit %llu%s", s->name, (unsigned long long)limit,
		 result.reason == AMK_REASON_CAPPED ? " (capped)" : "");
	if (s->needs & AMK_NEED_DMA_ZONE)
		tap(limit > 0 && limit <= most, "%s: its limit is within the zone", s->name);
	else if (is_bounded(s) && (!s->max_bytes || s->max_bytes >= most))
		tap(limit == most, "%s: its limit is KMALLOC_MAX_SIZE, to the byte", s->name);
	else if (s->max_bytes)
		tap(limit == s->max_bytes, "%s: its limit is its row's", s->name);
	else
		tap(limit > 64 * MIB, "%s: goes past 64 MiB", s->name);
}

static void test_promises(const struct amk_strategy *s)
{
	/* One that is no multiple of anything shows an allocation that is rounded down. */
	static const u64 sizes[] = { 64, 4096, 4097, 12288, 4 * MIB };
	u32 i;

	test_limit(s);
	if (s->flags & (AMK_STRATEGY_EMPTY | AMK_STRATEGY_SCATTERED))
		return;
	for (i = 0; i < AMK_ARRAY_SIZE(sizes); i++) {
		if (sizes[i] < s->min_bytes)
			continue;
		test_layout(s, sizes[i]);
		test_zeroed(s, sizes[i]);
	}
}

/* ---- single facts ---- */

static void test_kmalloc_edge(void)
{
	const struct amk_strategy *s = amk_strategy_find(AMK_SIDE_kernel, "kmalloc");

	runs(s, "pair", kmod_info.kmalloc_max);
	tap(result.status == AMK_STATUS_OK, "kmalloc gives KMALLOC_MAX_SIZE");
	runs(s, "pair", kmod_info.kmalloc_max + 1);
	tap(result.status == AMK_STATUS_REFUSED, "kmalloc refuses one byte more");
}

#ifdef __aarch64__

static bool cmdline_has(const char *word)
{
	char line[4096] = "";
	FILE *file = fopen("/proc/cmdline", "r");

	if (!file)
		return false;
	if (!fgets(line, sizeof(line), file))
		line[0] = 0;
	fclose(file);
	return strstr(line, word);
}

/*
 * Whether the kernel's map of all memory is made of single pages: arm64 makes it so unless told
 * not to, to be able to protect each page by itself (rodata= in its kernel-parameters.txt).
 */
static bool direct_map_is_paged(void)
{
	return !cmdline_has("rodata=on") && !cmdline_has("rodata=off");
}

#else

static bool direct_map_is_paged(void)
{
	return false;
}

#endif

static void test_vmalloc_mapping(void)
{
	bool paged = direct_map_is_paged();

	runs(amk_strategy_find(AMK_SIDE_kernel, "vmalloc"), "contig", 4 * MIB);
	tap(kmod_value(&result, "frames_4k") == 1024, "vmalloc is mapped page by page");
	runs(amk_strategy_find(AMK_SIDE_kernel, "kmalloc"), "contig", 4 * MIB);
	tap((kmod_value(&result, "frames_4k") < 1024) == !paged, "kmalloc is mapped %s",
	    paged ? "page by page too" : "by larger entries");
}

/* ---- evidence ---- */

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

static void test_evidence(void)
{
	test_where();
	test_illegal();
	test_origin();
	test_overflow();
	test_gfp();
}

/* ---- translation ---- */

#define LARGE (1 << 21 | 1 << 30)

/* 64 entries for 4 KiB, 48 for larger ones, and 512 for all. */
static const struct amk_tlb test_tlb = {
	.nr_units = 3,
	.unit = { { .entries = 64, .ways = 4, .shifts = 1 << 12, .level = 1 },
		  { .entries = 48, .ways = 48, .shifts = LARGE, .level = 1 },
		  { .entries = 512, .ways = 4, .shifts = LARGE | 1 << 12, .level = 2 } },
};

static bool runs_modelled(const char *strategy, const char *workload, u64 size)
{
	struct amk_request request = kmod_request(strategy, workload, size);

	request.tlb = test_tlb;
	return !kmod_run(&request, &result) && result.status == AMK_STATUS_OK;
}

static bool kmalloc_is_huge(void)
{
	return kmod_value(&result, "dtlb_misses_model") < 10000 &&
	       kmod_value(&result, "frames_2m") + kmod_value(&result, "frames_1g") > 1000;
}

static bool kmalloc_is_paged(void)
{
	return kmod_value(&result, "dtlb_misses_model") == 1000000 &&
	       kmod_value(&result, "frames_4k") == 1024;
}

/* 1024 pages, twice the entries of the TLB: by 4 KiB each load misses, by larger ones none. */
static void test_model(void)
{
	tap(runs_modelled("vmalloc", "chase", 4 * MIB) &&
		    kmod_value(&result, "dtlb_misses_model") == 1000000 &&
		    kmod_value(&result, "dtlb_misses_model_dense") == 0 &&
		    kmod_value(&result, "frames_4k") == 1024,
	    "vmalloc past the reach: a miss for each load");
	tap(runs_modelled("vmalloc", "chase", 1 * MIB) &&
		    kmod_value(&result, "dtlb_misses_model") == 0,
	    "vmalloc within the reach: none");
	tap(runs_modelled("kmalloc", "chase", 4 * MIB) &&
		    (direct_map_is_paged() ? kmalloc_is_paged() : kmalloc_is_huge()),
	    "kmalloc, of the same size: %s", direct_map_is_paged() ? "no better" : "next to none");
	tap_note("kmalloc: %lld of a million loads miss, %lld frames by 4K, %lld by 2M, %lld by 1G",
		 (long long)kmod_value(&result, "dtlb_misses_model"),
		 (long long)kmod_value(&result, "frames_4k"),
		 (long long)kmod_value(&result, "frames_2m"),
		 (long long)kmod_value(&result, "frames_1g"));
}

static void test_alias(const char *strategy)
{
	if (direct_map_is_paged()) {
		runs_modelled(strategy, "alias", 4 * MIB);
		tap(result.status == AMK_STATUS_SKIP && result.reason == AMK_REASON_ALIAS_SMALL,
		    "%s: mapped by 4 KiB entries, so a second mapping is no other", strategy);
		return;
	}
	tap(runs_modelled(strategy, "alias", 4 * MIB) &&
		    kmod_value(&result, "frames_same") == 1024 &&
		    kmod_value(&result, "dtlb_misses_model") < 10000 &&
		    kmod_value(&result, "dtlb_misses_model_alias") == 1000000,
	    "%s: the same frames by 4 KiB entries, a miss for each load", strategy);
	tap_note("%s alias: status %u, reason %u, %lld frames the same", strategy, result.status,
		 result.reason, (long long)kmod_value(&result, "frames_same"));
}

static void test_translation(void)
{
	test_model();
	test_alias("kmalloc");
	test_alias("alloc_pages");
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* Ticks an operation of a pair at @size: the median over the iterations. */
static double pair_cost(const char *strategy, u64 size)
{
	const struct amk_lane *lane = &result.lane[0];
	double cost[AMK_ITERATIONS_MAX];
	u32 i;

	runs(amk_strategy_find(AMK_SIDE_kernel, strategy), "pair", size);
	if (!lane->nr_iterations)
		return -1;
	for (i = 0; i < lane->nr_iterations; i++) {
		cost[i] = lane->iteration[i].ticks_n;
		if (lane->slope)
			cost[i] = lane->iteration[i].ticks_2n - cost[i];
		cost[i] /= lane->ops;
	}
	qsort(cost, lane->nr_iterations, sizeof(cost[0]), by_value);
	return cost[lane->nr_iterations / 2];
}

static void note_cost(const char *strategy, u64 size)
{
	tap_note("%s, %llu bytes: %.3f ticks a pair", strategy, (unsigned long long)size,
		 pair_cost(strategy, size));
}

/* Where the clock counts instructions, the empty loop may have two: a decrement and a branch. */
static void test_cost(void)
{
	double cost = pair_cost("null", 64);

	tap(cost > 0 && cost <= 2.05, "the loop adds at most 2 instructions an operation");
	tap_note("null: %.3f ticks an operation", cost);
	note_cost("kmalloc", 64);
	note_cost("kzalloc", 64);
	note_cost("kmem_cache", 64);
	note_cost("alloc_pages", 4096);
	note_cost("vmalloc", 65536);
}

static void test_rows(void)
{
	u32 i, j;

	for (i = 0; i < AMK_NR_STRATEGIES; i++) {
		if (amk_strategies[i].side != AMK_SIDE_kernel)
			continue;
		for (j = 0; j < AMK_NR_WORKLOADS; j++)
			test_row(&amk_strategies[i], &amk_workloads[j]);
		test_promises(&amk_strategies[i]);
	}
	test_kmalloc_edge();
	test_vmalloc_mapping();
	test_translation();
	test_evidence();
}

/* A guest whose clock counts instructions is slow: it is asked for what only it can tell. */
int main(void)
{
	const char *environment = getenv("AMK_ENVIRONMENT");

	if (!kmod_open())
		return 1;
	if (environment && !strcmp(environment, "guest-icount"))
		test_cost();
	else
		test_rows();
	return kmod_failed != 0;
}
