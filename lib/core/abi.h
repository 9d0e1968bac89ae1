/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the command says to the half that measures, and what comes back.
 *
 * The same two structs go through the module's ioctl and through the shared memory of the user
 * half's fresh process, so both halves are driven by one piece of code. Fixed-width types only;
 * what is measured travels by name, so an older module and a newer tool end in a skip, not in a
 * wrong number; padding must be zero; the sizes are asserted where the structs end.
 */
#ifndef AMK_ABI_H
#define AMK_ABI_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define AMK_ABI_VERSION 2
#define AMK_DEVICE_NAME "allocmark"

#define AMK_NAME_LEN 32
#define AMK_LANES_MAX 2 /* timed quantities of one workload, such as alloc and free */
#define AMK_ITERATIONS_MAX 64
#define AMK_VALUES_MAX 24
#define AMK_RUN_ORDERS 20 /* runs of consecutive frames by floor(log2(length)) */
#define AMK_HIST_BUCKETS 4608 /* see histogram.h */
#define AMK_EVENTS_MAX 16 /* events that one request asks to be counted */
#define AMK_COUNT_PAIRS_MAX 4 /* times that a loop is counted for each event */
#define AMK_COUNTS_MAX (AMK_EVENTS_MAX * AMK_LANES_MAX)
#define AMK_THREADS_MAX 256 /* that one block may run in */

/* How a block ended. "Refused" is a result: the allocator said no. */
enum amk_status {
	AMK_STATUS_NONE = 0, /* the process that measured never answered */
	AMK_STATUS_OK = 1,
	AMK_STATUS_REFUSED = 2,
	AMK_STATUS_SKIP = 3,
	AMK_STATUS_SETUP_FAILED = 4,
	AMK_STATUS_MEASURE_FAILED = 5,
};

/* Why; the texts are in reason.def, in this order. 0 is "no reason given". */
enum amk_reason {
#define AMK_REASON(id, text) AMK_REASON_##id,
#include "reason.def"
#undef AMK_REASON
	AMK_NR_REASONS
};

/* Classes of disturbance; a sample may be in several. No bit: clean. */
#define AMK_CLASS_SLEPT (1U << 0)
#define AMK_CLASS_PREEMPTED (1U << 1)
#define AMK_CLASS_INTERRUPTED (1U << 2)
#define AMK_CLASS_MIGRATED (1U << 3)
#define AMK_NR_CLASSES 4

/* amk_request.flags */
#define AMK_REQUEST_DRY (1U << 0) /* say whether it could run: set up, measure nothing */
#define AMK_REQUEST_FLAGS AMK_REQUEST_DRY

/* Types of events that may be counted: the numbers of perf_event_attr.type. */
#define AMK_EVENT_HARDWARE 0U
#define AMK_EVENT_SOFTWARE 1U
#define AMK_EVENT_CACHE 3U
#define AMK_EVENT_RAW 4U
#define AMK_EVENT_PMU_MIN 6U /* from here on: PMUs that the kernel numbers as they come */

/* amk_event.flags */
#define AMK_EVENT_USER_ONLY (1U << 0) /* leave out what happens in the kernel: it is not allowed */
#define AMK_EVENT_FLAGS AMK_EVENT_USER_ONLY

/*
 * One event to be counted around the timed loops, in passes of their own after the timed ones.
 * Events of a group are counted in the same pass; a group's events stand side by side.
 */
struct amk_event {
	char metric[AMK_NAME_LEN]; /* a row of event.def */
	__u32 type; /* AMK_EVENT_HARDWARE ... */
	__u32 group;
	__u64 config; /* as in perf_event_attr */
	__u64 config1;
	__u64 config2;
	__u32 flags; /* AMK_EVENT_* */
	__u32 pad;
};

/* One array of a translation lookaside buffer, as the processor describes it. */
struct amk_tlb_unit {
	__u32 entries;
	__u32 ways; /* divides entries; the same: fully associative */
	__u64 shifts; /* page sizes it takes: bit n for pages of 2^n bytes */
	__u32 level; /* 1: looked up first; 2: then */
	__u32 pad;
};

#define AMK_TLB_UNITS_MAX 8

/* What translates data accesses. */
struct amk_tlb {
	__u32 nr_units; /* 0: not known */
	__u32 pad;
	struct amk_tlb_unit unit[AMK_TLB_UNITS_MAX];
};

/*
 * One block: one cell's visit in one round. Times are in ticks of the clock in clock_kind, so
 * that neither half needs to know the rate.
 */
struct amk_request {
	__u32 size_of; /* sizeof(struct amk_request) */
	__u32 version; /* AMK_ABI_VERSION */
	char strategy[AMK_NAME_LEN];
	char workload[AMK_NAME_LEN];
	__u64 size; /* bytes an allocation */
	__u64 align; /* bytes; 0: the strategy's own */
	__u64 seed; /* every random choice derives from it */
	__u64 mem_max; /* bytes that may be live at once */
	__u64 iteration_ticks; /* aim of one timed iteration, 1..AMK_ITERATION_TICKS_MAX */
	__u64 block_ticks; /* soft limit of the whole block; at least 3 iterations are made */
	__u32 clock_kind; /* enum amk_clock_kind */
	__u32 iterations; /* timed ones, 1..AMK_ITERATIONS_MAX */
	__u32 warmup; /* untimed ones before */
	__u32 batch; /* allocations of a burst, 1..AMK_BATCH_MAX */
	__u32 each_max; /* operations timed one by one, at least one chunk or burst; 0: none */
	__u32 flags; /* AMK_REQUEST_* */
	__s32 node; /* -1: any; at most AMK_NODE_MAX */
	__u32 nr_events;
	struct amk_event event[AMK_EVENTS_MAX]; /* past nr_events all zero */
	struct amk_tlb tlb; /* that the model of translation works with */
	__u32 nr_threads; /* 0: the caller itself; else each of so many runs the workload */
	__u32 tick_khz; /* ticks a millisecond, at most AMK_TICK_KHZ_MAX; 0: they are no time */
	__u16 cpu[AMK_THREADS_MAX]; /* of each thread, all different; past nr_threads all zero */
};

#define AMK_ITERATION_TICKS_MAX (1ULL << 32) /* products with a count of operations fit 64 bits */
#define AMK_TICK_KHZ_MAX (1U << 24)
#define AMK_NODE_MAX 1023
#define AMK_BATCH_MAX 65536U
#define AMK_SLOTS_MAX (1U << 18) /* places of a batch or lines of a chase: a page each of 1 GiB */
#define AMK_EACH_MAX 65536U
#define AMK_WARMUP_MAX 64U

/* Cost of n operations, and of 2n where the slope between the two is taken (slope != 0). */
struct amk_iteration {
	__u64 ticks_n;
	__u64 ticks_2n;
	__u32 class_bits;
	__u32 pad;
};

/* One timed quantity. */
struct amk_lane {
	char metric[AMK_NAME_LEN]; /* a name of metric.def; empty: lane not used */
	__u64 ops; /* operations in ticks_n */
	__u64 each_ops; /* operations in the two histograms */
	__u64 each_class[AMK_NR_CLASSES]; /* of them, by class */
	__u32 slope;
	__u32 nr_iterations;
	struct amk_iteration iteration[AMK_ITERATIONS_MAX];
	__u32 hist_clean[AMK_HIST_BUCKETS]; /* ticks of single operations, clock overhead included
					     */
	__u32 hist_disturbed[AMK_HIST_BUCKETS];
};

/* One counted quantity. */
struct amk_value {
	char metric[AMK_NAME_LEN];
	__u64 value;
	__u32 status; /* enum amk_status: OK, or SKIP with a reason */
	__u32 reason;
};

/*
 * What one event came to in a run of ops_low operations and in one of ops_high. Enabling and
 * reading are in both, so the difference is free of them. Times are of both runs together: a count
 * whose counter ran for less than it was enabled is a part of the whole, and is scaled by who shows
 * it.
 */
struct amk_count_pair {
	__u64 count_low;
	__u64 count_high;
	__u64 enabled_ns;
	__u64 running_ns;
};

/* One event around one timed loop. */
struct amk_count {
	char metric[AMK_NAME_LEN]; /* as it was asked for */
	__u32 lane; /* first lane of the loop */
	__u32 status; /* enum amk_status: OK, or SKIP with a reason */
	__u32 reason;
	__u32 flags; /* AMK_EVENT_* as it was asked for */
	__u64 ops_low; /* 0 where one operation is long enough: then the low run is an empty one */
	__u64 ops_high;
	__u32 nr_pairs;
	__u32 pad;
	struct amk_count_pair pair[AMK_COUNT_PAIRS_MAX];
};

struct amk_result {
	__u32 size_of;
	__u32 version;
	__u32 status; /* enum amk_status */
	__u32 reason; /* enum amk_reason */
	__s32 error; /* -errno behind a failure, or 0 */
	__u32 nr_lanes;
	__u32 nr_values;
	__u32 batch; /* really used: what the memory limit left */
	__u32 nr_counts;
	__u32 pad;
	__u64 measured_ticks; /* warm-up and timed work: what the block is for */
	__u64 total_ticks; /* from the request's arrival to the answer */
	__u64 clock_overhead_ticks; /* median of empty timed regions */
	__u64 clock_resolution_ticks; /* smallest difference of two readings that is not 0 */
	__u64 count_overhead_ticks; /* of a dry answer: enable, disable and read a group */
	struct amk_value value[AMK_VALUES_MAX];
	__u64 run_order[AMK_RUN_ORDERS];
	struct amk_lane lane[AMK_LANES_MAX];
	/* In a dry answer: whether each event can be counted, and what an empty region counts. */
	struct amk_count count[AMK_COUNTS_MAX];
};

struct amk_info {
	__u32 size_of;
	__u32 version; /* of the answering module's ABI */
	__u64 page_size;
	__u64 kmalloc_max; /* KMALLOC_MAX_SIZE */
	__u64 mem_max; /* bytes a run may hold now */
	__u64 tick_khz; /* of AMK_CLOCK_CYCLE as the kernel knows it; 0: not known */
	__u32 init_on_alloc;
	__u32 init_on_free;
	__u32 nr_nodes;
	__u32 preempt_rt;
};

/* RUN carries the request in and a pointer to where the result goes. */
struct amk_run {
	struct amk_request request;
	__u64 result_addr; /* struct amk_result * */
};

/* amk_hold.flags */
#define AMK_HOLD_RELEASE (1U << 0) /* first give back all that is held */
#define AMK_HOLD_FLAGS AMK_HOLD_RELEASE

#define AMK_HOLD_ORDER_MAX 10U
#define AMK_HOLD_OPERATIONS_MAX (1ULL << 24)
#define AMK_HOLD_KEEP_ALL 1000U

/*
 * Memory that the module holds while a run lasts, so that what is free has a form that was asked
 * for: until another HOLD, or until the device is closed. Nothing is reclaimed for it, and nothing
 * taken from reserves. Numbers are what is wanted, then what came of it: less where memory is short
 * or no block of the order is free.
 */
struct amk_hold {
	__u32 size_of;
	__u32 version;
	__u32 flags; /* AMK_HOLD_* */
	__u32 order; /* of blocks that are taken now, 1..AMK_HOLD_ORDER_MAX */
	__u64 floor_bytes; /* stay available; the module has a floor of its own, too */
	__u64 blocks; /* 2^order pages each, every other one of which is given back */
	__u64 pages; /* single ones */
	__u64 operations; /* objects of mixed sizes and lifetimes to allocate or free now */
	__u64 seed; /* of their choice */
	__u64 object_bytes; /* that they may hold at once; then: that they hold */
	__u32 keep; /* thousandths of the objects that stay after the operations */
	__u32 let_go; /* 0; then: since the last HOLD memory ran out, and all was given back */
};

#define AMK_IOC_MAGIC 0xA7
#define AMK_IOC_INFO _IOWR(AMK_IOC_MAGIC, 1, struct amk_info)
#define AMK_IOC_RUN _IOW(AMK_IOC_MAGIC, 2, struct amk_run)
#define AMK_IOC_HOLD _IOWR(AMK_IOC_MAGIC, 3, struct amk_hold)

_Static_assert(sizeof(struct amk_request) == 2024, "ABI: amk_request changed its size");
_Static_assert(sizeof(struct amk_event) == 72, "ABI: amk_event changed its size");
_Static_assert(sizeof(struct amk_count) == 200, "ABI: amk_count changed its size");
_Static_assert(sizeof(struct amk_tlb) == 200, "ABI: amk_tlb changed its size");
_Static_assert(sizeof(struct amk_info) == 56, "ABI: amk_info changed its size");
_Static_assert(sizeof(struct amk_run) == 2032, "ABI: amk_run changed its size");
_Static_assert(sizeof(struct amk_hold) == 72, "ABI: amk_hold changed its size");

#endif
