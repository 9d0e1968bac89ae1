/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One block: one cell's visit in one round, on whichever side.
 *
 * The side (module or fresh process) hands over a request, room for the tables, and a few calls;
 * amk_block_run() does the rest: set up the strategy, run the workload, fill the result. What a
 * strategy must provide (struct amk_ops) and what the core makes of it (struct amk_impl) stand here
 * too, since the bodies of body.h are compiled once for each strategy.
 */
#ifndef AMK_BLOCK_H
#define AMK_BLOCK_H

#include "abi.h"
#include "deps.h"
#include "modifier.h"
#include "strategy.h"

struct amk_block;
struct amk_reclaimed;
struct amk_squeeze;
struct amk_tlb_entry;

/* Private state of a strategy during a block; what the fields mean is the strategy's business. */
struct amk_context {
	u64 size; /* bytes an allocation: set by the core before setup() */
	u64 align; /* bytes, 0: none asked for */
	s32 node; /* -1: any */
	u32 order; /* page order that holds size */
	u64 count; /* elements of an array */
	u64 granule; /* rounded size */
	void *priv;
	void *priv2;
	u64 seed;
};

/*
 * A way of allocating. Const and stateless: all state is in the context. Only alloc and release
 * are inside the timed region; they are inlined into it, so they must be visible where
 * AMK_DEFINE_IMPL() is used. setup returns 0 or -errno, -EOPNOTSUPP meaning "not here": a skip
 * whose reason follows from what the row needs. setup, teardown, usable and trim may be NULL; bulk
 * ops come in pairs.
 */
struct amk_ops {
	int (*setup)(struct amk_context *ctx);
	void *(*alloc)(struct amk_context *ctx, u64 size);
	void (*release)(struct amk_context *ctx, void *p, u64 size);
	void (*teardown)(struct amk_context *ctx);
	/* Bytes really set aside for @p, 0 if the allocator does not tell. */
	u64 (*usable)(struct amk_context *ctx, void *p, u64 size);
	/* All or nothing: true when @n objects stand in @slots. */
	bool (*alloc_bulk)(struct amk_context *ctx, u32 n, void **slots);
	void (*release_bulk)(struct amk_context *ctx, u32 n, void **slots);
	/* Whether @p was given by a second way, since the first had nothing; NULL: there is one. */
	bool (*fell_back)(struct amk_context *ctx, void *p, u64 size);
	/* Asks the allocator to give back what it does not need; false: there is no such call. */
	bool (*trim)(struct amk_context *ctx);
	/* @n elements as the caller's arguments are, for what checks their product; else NULL. */
	void *(*alloc_array)(struct amk_context *ctx, u64 n, u64 element_bytes);
};

#define AMK_BULK 16U

/* The timed loops, compiled for each strategy by AMK_DEFINE_IMPL(): see body.h. */
enum amk_body_id { AMK_BODY_pair, AMK_BODY_burst, AMK_BODY_touch, AMK_BODY_remote, AMK_NR_BODIES };

struct amk_body {
	/* Runs @n operations; adds what each lane cost to @ticks. */
	void (*timed)(struct amk_block *block, u64 n, u64 *ticks);
	/* Runs @n operations, each timed alone into the lanes' histograms. */
	void (*each)(struct amk_block *block, u64 n);
};

struct amk_impl {
	const struct amk_ops *ops;
	struct amk_body body[AMK_NR_BODIES];
};

/* A counter and how long it was on; what it counted in all, not since the last reading. */
struct amk_reading {
	u64 count;
	u64 enabled_ns;
	u64 running_ns; /* less than enabled_ns: it had to share, and counted a part */
};

/* Where a page comes from. */
enum amk_zone {
	AMK_ZONE_DMA,
	AMK_ZONE_DMA32,
	AMK_ZONE_NORMAL,
	AMK_ZONE_MOVABLE,
	AMK_ZONE_OTHER,
	AMK_NR_ZONES
};

struct amk_origin {
	enum amk_zone zone;
	bool local; /* on the node of the CPU that asks */
};

/* Where a timed loop may run besides the task that asked for it. */
enum amk_where { AMK_WHERE_PREEMPT_OFF, AMK_WHERE_SOFTIRQ, AMK_WHERE_HARDIRQ };

/* Runs @n operations; adds what they took to @ticks. */
typedef void amk_slice_fn(struct amk_block *block, u64 n, u64 *ticks);

/* Where slices of a loop found themselves. */
struct amk_where_seen {
	u64 slices;
	u64 hardirq; /* of them, in a hard interrupt */
	u64 softirq; /* serving a soft interrupt */
	u64 preempt_off; /* with preemption counted off */
	bool uncounted; /* the kernel does not count that */
};

/* What the side provides. */
struct amk_side {
	/*
	 * Called between iterations, may sleep or yield; non-zero: end the block now (a signal is
	 * pending, the process is to die).
	 */
	int (*stop)(struct amk_block *block);
	/*
	 * The frame behind @addr: 0 with @pfn (in units of AMK_PAGE_SIZE, whatever the kernel's
	 * page is) and @shift (log2 of what its mapping entry covers, 0: not known), -ENOENT when
	 * there is none, -EPERM when it may not be known.
	 */
	int (*frame)(struct amk_block *block, const void *addr, u64 *pfn, u32 *shift);

	/*
	 * Counters of one group of events; all NULL where the side has none. count_open() opens as
	 * many of the @n events (at most AMK_EVENTS_MAX) as it can, standing still, leaves 0 or
	 * -errno for each in @error, and returns how many are open; after 0 there is nothing to
	 * close. count_read() fills one reading for each open event, in their order; what cannot
	 * be read is left as it is.
	 */
	u32 (*count_open)(struct amk_block *block, const struct amk_event *event, u32 n,
			  int *error);
	void (*count_start)(struct amk_block *block);
	void (*count_stop)(struct amk_block *block);
	void (*count_read)(struct amk_block *block, struct amk_reading *reading);
	void (*count_close)(struct amk_block *block);
	u64 counters_bytes; /* of one thread's block->counters */
	/*
	 * log2 of what the entry that maps @addr covers, into @shift (0: not known). Pages of a
	 * range are asked for in rising order. 0, or -ENOENT when nothing is mapped there.
	 */
	int (*level)(struct amk_block *block, const void *addr, u32 *shift);
	/*
	 * Maps the frames of the touched range of @size bytes at @p by the smallest pages: in place
	 * of the mapping it has (then what comes back is @p), or once more at another address. NULL
	 * when it cannot be done. unalias() takes it back before the range is released. Both may be
	 * NULL: no way to do it.
	 */
	void *(*alias)(struct amk_block *block, void *p, u64 size);
	void (*unalias)(struct amk_block *block, void *alias, void *p, u64 size);
	/* Bytes that only this process has and has written to. 0 or -errno; NULL: not known. */
	int (*resident)(struct amk_block *block, u64 *bytes);
	/* The modifiers in a GFP flag, AMK_MODIFIER_*; NULL where there are no such flags. */
	u32 (*gfp)(enum amk_gfp_set set);
	/* All the memory that the machine has, in bytes; NULL where no allocator looks at it. */
	u64 (*memory)(void);
	/* Where the page at @addr comes from: 0 or -errno; NULL where that is not to be known. */
	int (*origin)(struct amk_block *block, const void *addr, struct amk_origin *origin);
	/*
	 * Allocates once in atomic context, into @p (NULL: refused), whether or not that is legal,
	 * and tells whether the kernel complained. 0, -EOPNOTSUPP: it would not; -EPERM: not to be
	 * done here; -EINTR: end the block. NULL where there is no such context.
	 */
	int (*illegal)(struct amk_block *block, void **p, bool *reported);
	/*
	 * Runs @n operations by @run in another context, in slices of some 50 us, adds to
	 * block->seen, and comes back when all are through or block->refused is set. 0, or
	 * -EOPNOTSUPP where there is no such context, which it also says when @n is 0. NULL: there
	 * is none.
	 */
	int (*within)(struct amk_block *block, enum amk_where where, amk_slice_fn *run, u64 n,
		      u64 *ticks);
	/* Whether memory can be asked for on @node, or why not; NULL: no. */
	enum amk_reason (*place)(u32 node);
	/*
	 * The NUMA node of the page at @addr, which was touched; of the CPU that asks if that is
	 * NULL. 0 or -errno (-ENOSYS: no such thing here). NULL where that is not to be known.
	 */
	int (*node)(struct amk_block *block, const void *addr, u32 *node);
	/* What reclaim did since the machine began. 0 or -errno; NULL: not known. */
	int (*reclaimed)(struct amk_block *block, struct amk_reclaimed *reclaimed);
	/*
	 * Bytes of this process that huge pages map, where levels are not to be had page by page.
	 * 0 or -errno; NULL: level() tells.
	 */
	int (*huge)(struct amk_block *block, u64 *bytes);
	/*
	 * Runs @work(arg, i) for each i below @n in a thread of its own on @cpu[i], all at the same
	 * time, and comes back when all are through: 0. -ENODEV where one of the CPUs is not to be
	 * had, or was not to the end; or another -errno: then none has run. NULL: there are no
	 * threads.
	 */
	int (*team)(struct amk_block *block, u32 n, const u16 *cpu, void (*work)(void *arg, u32 i),
		    void *arg);
	/* Taking the machine's last pages; NULL where that cannot be done. */
	const struct amk_squeeze *squeeze;
};

struct amk_block {
	const struct amk_request *request;
	struct amk_result *result;
	const struct amk_strategy *strategy;
	const struct amk_impl *impl;
	const struct amk_side *side;
	void **slots; /* room for slots_max pointers; written to before the block starts */
	u32 *order; /* room for slots_max numbers */
	u32 slots_max;
	struct amk_tlb_entry *tlb_entry; /* room for amk_tlb_entries(&request->tlb); NULL: none */
	void *priv; /* the side's own */
	void *counters; /* the side's own, for its count_*(); an array, one for each thread */
	void *team; /* amk_team_bytes() of memory; NULL where that is 0 */

	/* Set by the core. */
	struct amk_context ctx;
	bool ready; /* set up and not yet torn down */
	enum amk_clock_kind clock;
	u32 batch;
	void *range; /* the allocation that chase and stream work on */
	bool refused; /* an allocation failed inside a timed loop */
	u32 disturbed; /* AMK_CLASS_* of the threads that ran a loop */
	u64 started_ticks;
	void **chase_at; /* where a chase goes on */
	enum amk_where where;
	struct amk_where_seen seen;
	u64 sample[AMK_BULK]; /* operations timed, not yet in a histogram */
};

/*
 * Runs one block and fills block->result whole. The caller has set the fields down to priv, and
 * counters and team where there are any, zeroed the result, and may sleep. Every allocation made is
 * released again, whatever happens. Returns result->status.
 */
enum amk_status amk_block_run(struct amk_block *block);

/*
 * Sets the strategy up for allocations of @size, in place of what it was set up for before. 0 or
 * what the strategy's setup() says; after an error nothing is set up.
 */
int amk_block_setup(struct amk_block *block, u64 size);

/* Tears down what amk_block_setup() has set up, if it has. */
void amk_block_teardown(struct amk_block *block);

/* 0 if every field of @request is in its bounds, else -EINVAL. */
int amk_request_check(const struct amk_request *request);

/* Ends the block: notes status, reason and error, and returns the status. */
enum amk_status amk_block_end(struct amk_block *block, enum amk_status status,
			      enum amk_reason reason, int error);

/* Adds @n samples to a lane's histograms, with what disturbed them (AMK_CLASS_*). */
void amk_block_sample(struct amk_block *block, u32 lane, const u64 *ticks, u32 n, u32 class_bits);

/* Which classes of disturbance lie between two readings. */
u32 amk_disturb_class(const struct amk_disturb *before, const struct amk_disturb *after);

/* Adds a counted quantity to the result. */
void amk_block_value(struct amk_block *block, u32 metric, u64 value);
/* Adds a counted quantity that could not be had, with the reason. */
void amk_block_value_skip(struct amk_block *block, u32 metric, enum amk_reason reason);

/* True when the block has used its time and @done iterations are enough. */
bool amk_block_expired(const struct amk_block *block, u32 done);

/*
 * For remote, in a thread of a team: waits for room to allocate a batch in, which block->slots then
 * is; hands the @n objects in it to the next thread; waits for the batch of the thread before,
 * which block->slots then is, and says how many objects it has; and says that they are freed.
 */
void amk_relay_open(struct amk_block *block);
void amk_relay_send(struct amk_block *block, u32 n);
u32 amk_relay_take(struct amk_block *block);
void amk_relay_close(struct amk_block *block);

#endif
