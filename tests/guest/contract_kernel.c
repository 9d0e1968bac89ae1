// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every kernel row of the table of strategies is held to what it promises, in every workload and at
 * sizes around the places where allocators change their ways: it runs or says why not, its memory
 * is contiguous, populated, zeroed and aligned as its flags say, and its limit is where the
 * kernel's is.
 */
#include "contract_kernel.h"

#include <stdlib.h>
#include <unistd.h>

#include "lib/core/strategy.h"
#include "lib/core/workload.h"

struct amk_result result;

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

bool runs(const struct amk_strategy *s, const char *workload, u64 size)
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

static void test_kmalloc_edge(void)
{
	const struct amk_strategy *s = amk_strategy_find(AMK_SIDE_kernel, "kmalloc");

	runs(s, "pair", kmod_info.kmalloc_max);
	tap(result.status == AMK_STATUS_OK, "kmalloc gives KMALLOC_MAX_SIZE");
	runs(s, "pair", kmod_info.kmalloc_max + 1);
	tap(result.status == AMK_STATUS_REFUSED, "kmalloc refuses one byte more");
}

/* ---- what the loop costs ---- */

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
	test_mapping();
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
