/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A side, a clock and a strategy that do what the test says, for tests of lib/core.
 *
 * Time passes only when the clock is read (clock_ns) and when the strategy works (alloc_ns,
 * release_ns), so what the core must report is known to the tick. Memory comes from the C library
 * with nothing behind its last byte, so the sanitizers see a write past it.
 */
#ifndef AMK_TEST_CORE_FAKE_H
#define AMK_TEST_CORE_FAKE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include "lib/core/block.h"
#include "lib/core/metric.h"
#include "lib/core/tlb.h"
#include "lib/core/workload.h"

#include <cmocka.h>

#define FAKE_SLOTS 1024
#define FAKE_TLB_ENTRIES 64
#define FAKE_LOG 4096
#define FAKE_DESCRIBED 68 /* readings of the clock before a workload begins */

struct fake_frame {
	int error;
	u64 pfn;
	u32 shift;
};

struct fake {
	/* Set by the test. */
	u64 clock_ns; /* what a reading costs */
	u64 clock_step_ns; /* the clock shows multiples of this */
	u64 ramp_ns; /* once it is described, each reading costs so much more than the one before */
	u64 alloc_ns;
	u64 release_ns;
	u64 jump_at; /* the reading before which the clock jumps; 0: none */
	u64 jump_ns;
	u64 slept_at; /* the reading of the counters from which on one more is shown */
	u64 preempted_at;
	u64 migrated_at;
	u64 refuse_at; /* the allocation, from 1, that is refused; 0: none */
	bool refuse_on; /* and all that come after it */
	u64 limit_bytes; /* what is larger is refused; 0: no limit */
	u64 stop_at; /* the call of stop(), from 1, that says so; 0: none */
	int setup_error;
	u64 setup_limit_bytes; /* setup() fails for what is larger; 0: no limit */
	u64 usable_bytes;
	u32 align_bytes; /* objects start skew_bytes past a multiple of this, which is at least 64
			  */
	u32 skew_bytes;
	const struct fake_frame *frames;
	u32 nr_frames;
	u32 shift; /* log2 of what entries cover where there is no script of frames */
	bool alias_refused;
	const struct fake_frame *aliased_frames; /* the script once there is a second mapping */
	bool frames_by_touch; /* a page without a byte other than zero has no frame */
	u64 held_bytes; /* that the process holds without any object */
	u64 kept_bytes; /* that it holds for each object, until it is trimmed */
	u64 resident_error_at; /* the question after what it holds that fails, from 1; 0: none */
	bool no_trim;
	void (*at_stop)(struct amk_block *block);
	void (*at_release)(const char *p, u64 size);

	/* What happened. */
	u64 now_ns;
	u64 readings;
	u64 disturb_readings;
	u64 allocs; /* asked for */
	u64 given;
	u64 released;
	u64 live_max;
	u64 size_max; /* largest ever asked for */
	u64 bulk_calls;
	u64 stops;
	u64 setups; /* that succeeded */
	u64 teardowns;
	u64 setup_size;
	u64 residents; /* questions after what it holds */
	bool trimmed;
	bool aliased; /* there is a second mapping */
	u64 unaliases;
	bool bad_order; /* alloc without set-up, or for another size than it was set up for */
	u32 released_id[FAKE_LOG]; /* ring, by number of the release */
	char *last; /* object given last */
	u64 last_size;
};

extern struct fake fake;
extern const struct amk_impl amk_user_fake; /* one by one */
extern const struct amk_impl amk_user_fake_bulk;
extern const struct amk_side fake_side;

/* A block with a sane request on the fake; reset before each test. */
struct fake_block {
	struct amk_strategy strategy;
	struct amk_request request;
	struct amk_result result;
	struct amk_block block;
	void *slots[FAKE_SLOTS];
	u32 order[FAKE_SLOTS];
	struct amk_tlb_entry tlb_entry[FAKE_TLB_ENTRIES];
};

/* Everything as new: a clock of 20 ns, alloc 50 ns, release 30 ns, workload and size as given. */
void fake_block_reset(struct fake_block *fb, const char *workload, u64 size);

/* Runs the block and checks what holds however it ends: no leak, every set-up torn down. */
enum amk_status fake_block_run(struct fake_block *fb);

/* Checks status, reason and error of the last run. */
void fake_block_ended(const struct fake_block *fb, enum amk_status status, enum amk_reason reason,
		      int error);

/* The value of the last run with this metric; fails the test when there is none. */
const struct amk_value *fake_value(const struct fake_block *fb, enum amk_metric_id metric);

/* Checks that the metric has this value. */
void fake_value_is(const struct fake_block *fb, enum amk_metric_id metric, u64 value);

/* Whether a byte of the part in the page at @page of the object given last is not zero. */
bool fake_touched(const char *page);

/* Sum of a lane's two histograms. */
u64 fake_lane_count(const struct amk_lane *lane);

/* Which object, counted from 0 over the run, the @back-th release before the last freed. */
u32 fake_released(u64 back);

#endif
