// SPDX-License-Identifier: GPL-2.0-only
/*
 * The curves that are made for a workload, in the order in which they are drawn: shares and the
 * like, which one metric alone does not tell.
 */
#include "bench/plot_over.h"

/* What wants frames in a row, and gives nothing where there are none. */
static bool is_contiguous(const struct amk_strategy *strategy)
{
	return strategy->flags & AMK_STRATEGY_CONTIGUOUS || strategy->needs & AMK_NEED_HUGETLB_2M ||
	       strategy->needs & AMK_NEED_HUGETLB_1G;
}

/* What takes frames wherever they are, so that how they lie tells of the state of memory. */
static bool is_scattered(const struct amk_strategy *strategy)
{
	return !is_contiguous(strategy);
}

/* What the kernel would compact memory for. */
static bool is_compacted_for(const struct amk_strategy *strategy)
{
	return is_contiguous(strategy) || strategy->flags & AMK_STRATEGY_HUGE ||
	       strategy->family == AMK_FAMILY_fallback;
}

/* What comes in one piece or not at all, or else by a second way; of those that tell which. */
static bool is_whole(const struct amk_strategy *strategy)
{
	return is_contiguous(strategy) || strategy->flags & AMK_STRATEGY_HUGE ||
	       (strategy->family == AMK_FAMILY_fallback && strategy->side == AMK_SIDE_kernel);
}

#define FRAG_SHARE(file, text, axis, of_id, per_id, which)                                       \
	{                                                                                        \
		.name = file, .title = text, .label = axis,                                      \
		.note = "counts of attempts, median of rounds", .workload = "frag",              \
		.metric = AMK_METRIC_##of_id, .per = AMK_METRIC_##per_id, .of = AMK_CURVE_SHARE, \
		.scale = AMK_SCALE_SHARE, .line = AMK_CURVE_LINE_SIZE, .takes = which            \
	}

#define FRAG_TIME(file, text, axis, id)                                                 \
	{                                                                               \
		.name = file, .title = text, .label = axis,                             \
		.note = "lower quartile of attempts, median of rounds and their range", \
		.workload = "frag", .metric = AMK_METRIC_##id, .of = AMK_CURVE_COST,    \
		.scale = AMK_SCALE_LOG, .line = AMK_CURVE_LINE_SIZE                     \
	}

/* What allocates nothing has a rate that no other comes near. */
static bool is_real(const struct amk_strategy *strategy)
{
	return !(strategy->flags & AMK_STRATEGY_EMPTY);
}

/* What threads do to a workload; of runs without threads there is no throughput. */
#define SHARED_RATES(of_workload)                                                        \
	{ .name = of_workload "-throughput",                                             \
	  .title = of_workload ": throughput of all threads",                            \
	  .label = "operations a second",                                                \
	  .note = "median of rounds, and their range",                                   \
	  .workload = of_workload,                                                       \
	  .metric = AMK_METRIC_throughput,                                               \
	  .of = AMK_CURVE_COST,                                                          \
	  .scale = AMK_SCALE_LOG,                                                        \
	  .takes = is_real },                                                            \
	{                                                                                \
		.name = of_workload "-efficiency", .title = of_workload ": efficiency",  \
		.label = "throughput a thread, of that with the fewest",                 \
		.note = "1: a thread does as much as with the fewest; median of rounds", \
		.workload = of_workload, .metric = AMK_METRIC_throughput,                \
		.of = AMK_CURVE_EFFICIENCY, .scale = AMK_SCALE_LINEAR, .takes = is_real  \
	}

#define SHARED_TIME(of_workload, text, id, suffix, what, how)                                      \
	{                                                                                          \
		.name = of_workload "-" #id suffix, .title = of_workload ": " text, .label = text, \
		.note = how, .workload = of_workload, .metric = AMK_METRIC_##id, .of = what,       \
		.scale = AMK_SCALE_LOG                                                             \
	}

#define SHARED_TIMES(of_workload, text, id)                                       \
	SHARED_TIME(of_workload, text, id, "", AMK_CURVE_COST,                    \
		    "median of rounds, and their range"),                         \
		SHARED_TIME(of_workload, text ", p50", id, "-p50", AMK_CURVE_P50, \
			    "median of single operations, of all threads"),       \
		SHARED_TIME(of_workload, text ", p99", id, "-p99", AMK_CURVE_P99, \
			    "99th percentile of single operations, of all threads")

const struct amk_curve amk_curves[] = {
	SHARED_TIMES("pair", "one allocation and its release, hot", lat_pair),
	SHARED_RATES("pair"),
	SHARED_TIMES("burst-fifo", "one allocation of a burst", lat_alloc),
	SHARED_TIMES("burst-fifo", "one release of a burst", lat_free),
	SHARED_RATES("burst-fifo"),
	SHARED_TIMES("remote", "one allocation of a batch", lat_alloc),
	SHARED_TIMES("remote", "one release of what another thread allocated", lat_free_remote),
	SHARED_RATES("remote"),
	{ .name = "frag-whole",
	  .title = "Large memory in one piece, user space and kernel",
	  .label = "share of attempts",
	  .note = "given, and not by vmalloc in kmalloc's place; of transparent huge pages what "
		  "they map · median of rounds",
	  .workload = "frag",
	  .metric = AMK_METRIC_frag_given,
	  .of = AMK_CURVE_WHOLE,
	  .scale = AMK_SCALE_SHARE,
	  .least_bytes = 1ULL << 20,
	  .takes = is_whole },
	FRAG_SHARE("frag-given", "Success where frames are wanted in a row", "share given",
		   frag_given, frag_tried, is_contiguous),
	FRAG_SHARE("frag-fallback", "Given by the second way: vmalloc in kmalloc's place",
		   "share of what was given", frag_fallback, frag_given, NULL),
	FRAG_SHARE("frag-huge", "Huge pages where they are asked for", "share of pages, by 2 MiB",
		   frag_huge, frag_pages, NULL),
	{ .name = "frag-contiguity",
	  .title = "How it lies: frames in a row",
	  .label = "frames in a run, mean",
	  .note = "of up to 16 MiB of what was given, median of rounds",
	  .workload = "frag",
	  .metric = AMK_METRIC_frag_frames,
	  .per = AMK_METRIC_frag_runs,
	  .of = AMK_CURVE_SHARE,
	  .scale = AMK_SCALE_LOG,
	  .line = AMK_CURVE_LINE_SIZE,
	  .takes = is_scattered },
	FRAG_SHARE("frag-compacted", "For which the kernel compacted memory", "share of attempts",
		   frag_compacted, frag_tried, is_compacted_for),
	FRAG_TIME("frag-time", "Time without compaction or reclaim", "one allocation given",
		  lat_frag),
	FRAG_TIME("frag-time-hard", "Time with compaction or reclaim",
		  "one allocation, given or refused", lat_frag_hard),
	{ 0 },
};
