// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every user row of strategy.def is held to what it promises: each workload runs or is skipped with
 * a reason, memory that is to read zero does, pages that are to be there are and those that are to
 * be lazy are not, ranges start where they should and do not overlap. What the page tables show
 * needs CAP_SYS_ADMIN; without it that part is skipped and said to be.
 */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/user_impl.h"
#include "lib/core/workload.h"
#include "lib/user/allocator.h"
#include "lib/user/process.h"
#include "tests/block.h"

#define MIB (1ULL << 20)
/* Freed memory from here on may go back to the kernel and come back zeroed. */
#define STALE_BYTES (64ULL << 10)

static struct amk_result res;
#define LARGE (1 << 21 | 1 << 30)

/* 64 entries for 4 KiB, 32 for 2 MiB and larger, and 512 for all. */
static const struct amk_tlb tlb = {
	.nr_units = 3,
	.unit = { { .entries = 64, .ways = 4, .shifts = 1 << 12, .level = 1 },
		  { .entries = 32, .ways = 32, .shifts = LARGE, .level = 1 },
		  { .entries = 512, .ways = 4, .shifts = LARGE | 1 << 12, .level = 2 } },
};
/* The library that the strategy at hand is about; path[0] == 0: it is about none. */
static struct amk_allocator_place place;
static unsigned int hidden; /* blocks whose frames may not be seen */

/* Runs a block; true when it gave an answer, which a skip or a refusal is. */
static bool run(const struct amk_strategy *s, const char *workload, u64 size)
{
	struct amk_process p = { .helper = block_helper(), .cpu = -1 };
	struct amk_request req;
	int error;

	if (place.path[0])
		amk_allocator_use(&place, &p);
	block_request(&req, s->name, workload, size);
	req.tlb = tlb;
	error = amk_process_run(&p, &req, &res);
	if (!check(!error, "%s %s %llu: %d", s->name, workload, size, error))
		return false;
	if (res.status == AMK_STATUS_SKIP)
		return check(res.reason != AMK_REASON_NONE, "%s %s %llu: skipped without a reason",
			     s->name, workload, size);
	/* A sanitizer's malloc() has no mallopt(). */
	if (block_sanitized() && res.status == AMK_STATUS_SETUP_FAILED)
		return check(!strcmp(s->name, "malloc-mmap"), "%s: not set up", s->name);
	if (res.status == AMK_STATUS_REFUSED)
		return check(s->needs, "%s %s %llu: refused", s->name, workload, size);
	return check(res.status == AMK_STATUS_OK, "%s %s %llu: status %u, %s, error %d", s->name,
		     workload, size, res.status, block_reason(res.reason), res.error);
}

/* The value of @metric; ~0 if there is none. */
static u64 value(enum amk_metric_id metric)
{
	u32 i;

	for (i = 0; i < res.nr_values; i++)
		if (!strcmp(res.value[i].metric, amk_metrics[metric].name) &&
		    res.value[i].status == AMK_STATUS_OK)
			return res.value[i].value;
	return ~0ULL;
}

static void timed(const struct amk_strategy *s, const struct amk_workload *w, u64 size)
{
	/* How many attempts the kernel compacts for is its own affair. */
	u32 i, least = w == &amk_workloads[AMK_WORKLOAD_ID_frag] ? 1 : 3;

	if (!run(s, w->name, size) || res.status != AMK_STATUS_OK)
		return;
	for (i = 0; i < res.nr_lanes; i++) {
		check(res.lane[i].nr_iterations >= least, "%s %s %llu: %u iterations", s->name,
		      w->name, size, res.lane[i].nr_iterations);
		check(res.lane[i].ops && res.lane[i].iteration[0].ticks_n,
		      "%s %s %llu: nothing was timed", s->name, w->name, size);
	}
	check(res.measured_ticks && res.measured_ticks <= res.total_ticks,
	      "%s %s %llu: measured %llu of %llu ticks", s->name, w->name, size, res.measured_ticks,
	      res.total_ticks);
}

/* All but limit, which has a check of its own. */
static void every_workload(const struct amk_strategy *s)
{
	static const u64 sizes[] = { 1, 100, 4096, 8193, 2 * MIB + 1 };
	u32 w, i;

	for (w = 0; w < AMK_NR_WORKLOADS; w++)
		for (i = 0; i < AMK_ARRAY_SIZE(sizes); i++)
			if (!(amk_workloads[w].flags & AMK_WORKLOAD_SIZELESS))
				timed(s, &amk_workloads[w], sizes[i]);
}

static void reads_zero(const struct amk_strategy *s, u64 size)
{
	if (!run(s, "zero", size) || res.status != AMK_STATUS_OK)
		return;
	/* Of a large object the workload looks at the first MiB. */
	check(value(AMK_METRIC_bytes_checked) >= (size < MIB ? size : MIB),
	      "%s zero %llu: nothing checked", s->name, size);
	if (s->flags & AMK_STRATEGY_ZEROED)
		check(!value(AMK_METRIC_bytes_nonzero), "%s zero %llu: %llu bytes are not zero",
		      s->name, size, value(AMK_METRIC_bytes_nonzero));
	else if (value(AMK_METRIC_reused) && size < STALE_BYTES)
		check(value(AMK_METRIC_bytes_stale), "%s zero %llu: memory reused, none stale",
		      s->name, size);
}

/* All runs of a hugetlb range but its ends are whole huge pages. */
static void huge_runs(const struct amk_strategy *s, u64 size)
{
	u32 i;

	check(value(AMK_METRIC_run_largest) >= 512, "%s contig %llu: longest run %llu", s->name,
	      size, value(AMK_METRIC_run_largest));
	for (i = 0; i < 9 && !(size % (2 * MIB)); i++)
		check(!res.run_order[i], "%s contig %llu: runs of order %u", s->name, size, i);
}

static void frames(const struct amk_strategy *s, u64 size)
{
	u64 pages = (size + AMK_PAGE_SIZE - 1) / AMK_PAGE_SIZE;
	u64 before, after, usable;

	if (!run(s, "contig", size))
		return;
	hidden += res.status == AMK_STATUS_SKIP && res.reason == AMK_REASON_NO_PAGEMAP;
	if (res.status != AMK_STATUS_OK)
		return;
	before = value(AMK_METRIC_frames_untouched);
	after = value(AMK_METRIC_frames);
	usable = value(AMK_METRIC_usable);
	check(usable == ~0ULL || usable >= size, "%s contig %llu: usable %llu", s->name, size,
	      usable);
	check(after >= pages && after <= pages + 1, "%s contig %llu: %llu frames", s->name, size,
	      after);
	if (s->flags & AMK_STRATEGY_PAGED)
		check(after == pages, "%s contig %llu: not on a page boundary", s->name, size);
	if (s->flags & AMK_STRATEGY_POPULATED)
		check(before == after, "%s contig %llu: %llu of %llu frames", s->name, size, before,
		      after);
	if (s->flags & AMK_STRATEGY_LAZY && s->flags & AMK_STRATEGY_PAGED)
		check(before == 0, "%s contig %llu: %llu frames untouched", s->name, size, before);
	else if (s->flags & AMK_STRATEGY_LAZY && size >= MIB)
		check(before < after / 2, "%s contig %llu: %llu of %llu frames untouched", s->name,
		      size, before, after);
	if (s->needs & (AMK_NEED_HUGETLB_2M | AMK_NEED_HUGETLB_1G) && size >= 2 * MIB)
		huge_runs(s, size);
}

/* Twice as many pages as the TLB has entries: by 4 KiB each load misses, by 2 MiB none. */
static void translation(const struct amk_strategy *s)
{
	u64 pages = 1024, small, huge;

	if (!run(s, "chase", 4 * MIB) || res.status != AMK_STATUS_OK ||
	    value(AMK_METRIC_frames_4k) == ~0ULL)
		return;
	small = value(AMK_METRIC_frames_4k);
	huge = value(AMK_METRIC_frames_2m) + value(AMK_METRIC_frames_1g);
	check(small + huge >= pages - 1 && small + huge <= pages, "%s chase: %llu and %llu frames",
	      s->name, small, huge);
	/* Where the range does not begin on a page, one line in 64 lies in its neighbour's. */
	if (!huge)
		check(value(AMK_METRIC_dtlb_misses_model) > 1000000 - 1000000 / 64,
		      "%s chase by 4K: model %llu", s->name, value(AMK_METRIC_dtlb_misses_model));
	if (!small)
		check(!value(AMK_METRIC_dtlb_misses_model), "%s chase by 2M: model %llu", s->name,
		      value(AMK_METRIC_dtlb_misses_model));
	check(value(AMK_METRIC_dtlb_misses_model_dense) < 10000, "%s chase, dense: model %llu",
	      s->name, value(AMK_METRIC_dtlb_misses_model_dense));
	printf("# %s: %llu pages by 4K, %llu by larger entries\n", s->name, small, huge);
	if (!(s->needs & AMK_NEED_THP) || small)
		return;
	if (!run(s, "alias", 4 * MIB) ||
	    !check(res.status == AMK_STATUS_OK, "%s alias: status %u, %s", s->name, res.status,
		   block_reason(res.reason)))
		return;
	check(value(AMK_METRIC_frames_same) == pages || value(AMK_METRIC_frames_same) == ~0ULL,
	      "%s alias: %llu frames are the same", s->name, value(AMK_METRIC_frames_same));
	check(value(AMK_METRIC_dtlb_misses_model_alias) == 1000000, "%s alias: model %llu", s->name,
	      value(AMK_METRIC_dtlb_misses_model_alias));
}

static void limit(const struct amk_strategy *s)
{
	if (!run(s, "limit", 0) || res.status != AMK_STATUS_OK)
		return;
	check(value(AMK_METRIC_limit) >= s->granule_bytes, "%s limit: %llu", s->name,
	      value(AMK_METRIC_limit));
	if (!s->needs)
		check(value(AMK_METRIC_limit) >= 64 * MIB, "%s limit: %llu", s->name,
		      value(AMK_METRIC_limit));
}

static void overflow(const struct amk_strategy *s)
{
	if (!run(s, "overflow", 0))
		return;
	if (s->family != AMK_FAMILY_array) {
		check(res.reason == AMK_REASON_NO_ARRAY, "%s overflow: %s", s->name,
		      block_reason(res.reason));
		return;
	}
	check(value(AMK_METRIC_overflow_asked) >= 5 &&
		      value(AMK_METRIC_overflow_refused) == value(AMK_METRIC_overflow_asked),
	      "%s overflow: %llu of %llu refused", s->name, value(AMK_METRIC_overflow_refused),
	      value(AMK_METRIC_overflow_asked));
}

static u64 alignment(const struct amk_strategy *s)
{
	if (s->needs & AMK_NEED_HUGETLB_2M || s->needs & AMK_NEED_THP)
		return 2 * MIB;
	if (s->flags & AMK_STRATEGY_PAGED || s->family == AMK_FAMILY_pages)
		return AMK_PAGE_SIZE;
	return 16;
}

/* Many live at once: each aligned, each holding what was written to it alone. */
static void live(const struct amk_strategy *s, const struct amk_ops *ops, u64 size)
{
	struct amk_context ctx = { .size = size, .node = -1 };
	unsigned char *p[40];
	u32 i, n;
	u64 at;

	if (ops->setup && ops->setup(&ctx))
		return;
	for (n = 0; n < AMK_ARRAY_SIZE(p); n++) {
		p[n] = ops->alloc(&ctx, size);
		if (!p[n])
			break;
		check((unsigned long)p[n] % alignment(s) == 0, "%s %llu: not aligned to %llu",
		      s->name, size, alignment(s));
		memset(p[n], (int)n + 1, size);
	}
	check(n || s->needs, "%s %llu: refused", s->name, size);
	for (i = 0; i < n; i++) {
		for (at = 0; at < size && p[i][at] == i + 1; at++)
			continue;
		check(at == size, "%s %llu: range %u was written to at %llu", s->name, size, i, at);
	}
	for (i = 0; i < n; i += 2)
		ops->release(&ctx, p[i], size);
	for (i = 1; i < n; i += 2)
		ops->release(&ctx, p[i], size);
	if (ops->teardown)
		ops->teardown(&ctx);
}

/* In a process of its own: what one row sets up is not to show in the next. */
static void many_live(const struct amk_strategy *s)
{
	static const u64 sizes[] = { 1, 7, 16, 17, 100, 4095, 4097, 70000, 300000, 2 * MIB + 5 };
	int status;
	pid_t pid;
	u32 i;

	if (s->flags & AMK_STRATEGY_EMPTY || s->needs & AMK_NEED_HUGETLB_1G)
		return;
	fflush(stdout);
	pid = fork();
	if (!pid) {
		checks_failed = 0;
		for (i = 0; i < AMK_ARRAY_SIZE(sizes); i++)
			if (sizes[i] >= s->min_bytes)
				live(s, amk_user_impl(s)->ops, sizes[i]);
		fflush(stdout);
		_exit(checks_failed ? 1 : 0);
	}
	waitpid(pid, &status, 0);
	check(WIFEXITED(status) && !WEXITSTATUS(status), "%s: many live: status %x", s->name,
	      (unsigned int)status);
}

static void contract(const struct amk_strategy *s)
{
	static const u64 sizes[] = { 64, 4096, 12289, MIB, 8 * MIB };
	unsigned int failed = checks_failed;
	u32 i;

	if (!run(s, "pair", s->granule_bytes > 64 ? s->granule_bytes : 64))
		return;
	if (res.status == AMK_STATUS_SKIP || res.status == AMK_STATUS_SETUP_FAILED) {
		printf("skip: %s: %s\n", s->name, block_reason(res.reason));
		return;
	}
	every_workload(s);
	limit(s);
	overflow(s);
	for (i = 0; i < AMK_ARRAY_SIZE(sizes); i++) {
		reads_zero(s, sizes[i]);
		frames(s, sizes[i]);
	}
	translation(s);
	many_live(s);
	printf("%s: %s\n", checks_failed == failed ? "ok" : "FAIL", s->name);
}

/* Whether the row is among the names given; none given: all are. */
static bool wanted(const char *name, char **names)
{
	u32 i;

	for (i = 0; names[i]; i++)
		if (!strcmp(names[i], name))
			return true;
	return !i;
}

/* False: the row is about an allocator that is not to be had here. */
static bool allocator_find(const struct amk_strategy *s)
{
	const struct amk_allocator *allocator = amk_allocator_of(s);

	if (!allocator)
		return true;
	if (!check(!amk_allocator_locate(allocator, &place), "%s: no place", s->name))
		return false;
	if (!place.reason)
		return true;
	printf("skip: %s: %s\n", s->name, block_reason(place.reason));
	return false;
}

/* Looks at one row; how many user rows that was. */
static unsigned int row(const struct amk_strategy *s, char **names)
{
	if (s->side != AMK_SIDE_user) {
		check(!amk_user_impl(s), "%s: user code for a kernel row", s->name);
		return 0;
	}
	if (!wanted(s->name, names))
		return 0;
	check(amk_user_impl(s) != NULL, "%s: no code", s->name);
	if (allocator_find(s))
		contract(s);
	amk_allocator_place_free(&place);
	return 1;
}

/* The control is malloc's own code: a second copy of it could lie otherwise in the cache. */
static void second_name(void)
{
	const struct amk_impl *control =
		amk_user_impl(&amk_strategies[AMK_STRATEGY_ID_user_malloc_control]);
	const struct amk_impl *code = amk_user_impl(&amk_strategies[AMK_STRATEGY_ID_user_malloc]);

	check(control->ops == code->ops && !memcmp(control->body, code->body, sizeof(code->body)),
	      "malloc-control runs code of its own");
}

/* Arguments: the strategies to look at; none: every one. */
int main(int argc, char **argv)
{
	unsigned int seen = 0;
	u32 i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	second_name();
	for (i = 0; i < AMK_NR_STRATEGIES; i++)
		seen += row(&amk_strategies[i], argv + 1);
	check(argc > 1 ? seen == (u32)argc - 1 : seen >= 15, "%u user rows", seen);
	if (hidden)
		printf("skip: frames of %u blocks: no CAP_SYS_ADMIN\n", hidden);
	return check_done();
}
