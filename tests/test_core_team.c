// SPDX-License-Identifier: GPL-2.0-only
/*
 * Several threads that run one workload, on a side whose threads are real and whose clocks are not:
 * each thread has its own, which moves only when it is read and when the strategy works, so that
 * means and rates are known. The strategy knows who allocated an object and who frees it, and the
 * last thread can be made one that gets on only while all others do.
 */
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/core/body.h"
#include "lib/core/histogram.h"
#include "lib/core/metric.h"
#include "lib/core/team.h"

#include <cmocka.h>

#define SLOTS 1024
#define READING_NS 10
#define OP_NS 100 /* of thread 0; each next takes so much more */
#define THREADS_MOST 8
/* Turns that a thread waits before the others are said to stand still. */
#define PATIENCE 1000000U

struct object {
	u32 thread; /* that allocated it */
	bool live;
};

/* What the test sets, and what the threads saw. */
static struct {
	bool waits; /* the last thread's allocations wait for the others to get on */
	u64 refuse_at; /* the allocation of thread 1, from 1, that is refused; 0: none */
	u64 stop_at; /* the call of stop() that says so; 0: none */
	int team_error;
	u32 nr_threads;
	u64 work[THREADS_MOST]; /* operations of each */
	u64 allocs; /* of thread 1 */
	u64 stops;
	u64 live;
	u64 foreign; /* objects freed by another than the next thread */
	u64 wrong; /* objects freed that are not live */
	bool stalled; /* somebody waited in vain */
	bool early; /* something was timed before all had begun */
	u32 setups;
	u32 teardowns;
} fake;

static struct amk_strategy strategy;
static struct amk_request request;
static struct amk_result result;
static struct amk_block block;
static void *slots[SLOTS];
static u32 order[SLOTS];

static __thread u32 self; /* 0 in the caller, too */
static __thread u64 now_ns;
static u64 caller_now_ns;

int clock_gettime(clockid_t clock, struct timespec *ts)
{
	if (clock != CLOCK_MONOTONIC_RAW)
		return (int)syscall(SYS_clock_gettime, clock, ts);
	now_ns += READING_NS;
	ts->tv_sec = (time_t)(now_ns / 1000000000U);
	ts->tv_nsec = (long)(now_ns % 1000000000U);
	return 0;
}

/* Read right before what is timed, when all threads have begun this run. */
int getrusage(__rusage_who_t who, struct rusage *ru)
{
	const struct amk_team *t = block.team;

	(void)who;
	memset(ru, 0, sizeof(*ru));
	if (fake.nr_threads && t->order == AMK_TEAM_TIMED &&
	    amk_counter_read(&t->begun) != smp_load_acquire(&t->seq) * t->nr_members)
		fake.early = true;
	return 0;
}

/* ---- the strategy ---- */

static int team_setup(struct amk_context *ctx)
{
	(void)ctx;
	fake.setups++;
	return 0;
}

static void team_teardown(struct amk_context *ctx)
{
	(void)ctx;
	fake.teardowns++;
}

/* Until each other thread has done something. */
static void wait_for_others(void)
{
	u64 before[THREADS_MOST];
	u32 i, turns;

	for (i = 0; i < fake.nr_threads; i++)
		before[i] = __atomic_load_n(&fake.work[i], __ATOMIC_RELAXED);
	for (i = 0; i < fake.nr_threads; i++) {
		for (turns = 0; i != self && turns < PATIENCE; turns++) {
			if (__atomic_load_n(&fake.work[i], __ATOMIC_RELAXED) != before[i])
				break;
			sched_yield();
		}
		if (turns == PATIENCE)
			fake.stalled = true;
	}
}

static void *team_alloc(struct amk_context *ctx, u64 size)
{
	struct object *o;

	(void)ctx;
	now_ns += OP_NS * (self + 1);
	__atomic_add_fetch(&fake.work[self], 1, __ATOMIC_RELAXED);
	if (self == 1 && ++fake.allocs == fake.refuse_at)
		return NULL;
	if (fake.waits && fake.nr_threads > 1 && self == fake.nr_threads - 1 && !fake.stalled)
		wait_for_others();
	o = malloc(size > sizeof(*o) ? size : sizeof(*o));
	if (!o)
		abort();
	*o = (struct object){ self, true };
	__atomic_add_fetch(&fake.live, 1, __ATOMIC_RELAXED);
	return o;
}

static void team_release(struct amk_context *ctx, void *p, u64 size)
{
	struct object *o = p;

	(void)ctx;
	(void)size;
	now_ns += OP_NS * (self + 1);
	if (!o->live)
		__atomic_add_fetch(&fake.wrong, 1, __ATOMIC_RELAXED);
	if (fake.nr_threads && (o->thread + 1) % fake.nr_threads != self)
		__atomic_add_fetch(&fake.foreign, 1, __ATOMIC_RELAXED);
	o->live = false;
	free(o);
	__atomic_sub_fetch(&fake.live, 1, __ATOMIC_RELAXED);
}

static bool team_alloc_bulk(struct amk_context *ctx, u32 n, void **to)
{
	u32 i;

	for (i = 0; i < n; i++) {
		to[i] = team_alloc(ctx, ctx->size);
		if (!to[i])
			break;
	}
	if (i == n)
		return true;
	/* Given back by who allocated them: no object of another. */
	while (i) {
		team_release(ctx, to[--i], ctx->size);
		__atomic_sub_fetch(&fake.foreign, 1, __ATOMIC_RELAXED);
	}
	return false;
}

static void team_release_bulk(struct amk_context *ctx, u32 n, void **from)
{
	while (n)
		team_release(ctx, from[--n], ctx->size);
}

static const struct amk_ops team_ops = {
	.setup = team_setup,
	.alloc = team_alloc,
	.release = team_release,
	.teardown = team_teardown,
};

static const struct amk_ops team_bulk_ops = {
	.setup = team_setup,
	.alloc = team_alloc,
	.release = team_release,
	.teardown = team_teardown,
	.alloc_bulk = team_alloc_bulk,
	.release_bulk = team_release_bulk,
};

AMK_DEFINE_IMPL(user, team, team_ops);
AMK_DEFINE_IMPL(user, team_bulk, team_bulk_ops);

/* ---- the side ---- */

static int side_stop(struct amk_block *b)
{
	(void)b;
	return __atomic_add_fetch(&fake.stops, 1, __ATOMIC_RELAXED) == fake.stop_at ? -EINTR : 0;
}

struct seat {
	void (*work)(void *arg, u32 i);
	void *arg;
	u32 number;
};

static void *seat_run(void *arg)
{
	struct seat *seat = arg;

	self = seat->number;
	now_ns = caller_now_ns;
	seat->work(seat->arg, seat->number);
	return NULL;
}

static int side_team(struct amk_block *b, u32 n, const u16 *cpu, void (*work)(void *arg, u32 i),
		     void *arg)
{
	struct seat seat[THREADS_MOST];
	pthread_t thread[THREADS_MOST];
	u32 i;

	assert_ptr_equal(b, &block);
	assert_ptr_equal(cpu, request.cpu);
	if (fake.team_error)
		return fake.team_error;
	caller_now_ns = now_ns;
	fake.nr_threads = n;
	for (i = 0; i < n; i++) {
		seat[i] = (struct seat){ work, arg, i };
		if (pthread_create(&thread[i], NULL, seat_run, &seat[i]))
			abort();
	}
	for (i = 0; i < n; i++)
		pthread_join(thread[i], NULL);
	fake.nr_threads = 0;
	return 0;
}

static const struct amk_side side = { .stop = side_stop, .team = side_team };

/* ---- a block of n threads ---- */

static void prepare(const char *workload, u32 threads)
{
	u32 i;

	memset(&fake, 0, sizeof(fake));
	memset(&result, 0, sizeof(result));
	memset(&block, 0, sizeof(block));
	strategy = (struct amk_strategy){ .name = "team", .min_bytes = 1, .granule_bytes = 1 };
	request = (struct amk_request){
		.size_of = sizeof(request),
		.version = AMK_ABI_VERSION,
		.strategy = "team",
		.size = 64,
		.seed = 42,
		.mem_max = 1ULL << 30,
		.iteration_ticks = 20000,
		.block_ticks = 1000000000,
		.clock_kind = AMK_CLOCK_NS,
		.iterations = 5,
		.warmup = 1,
		.batch = 20,
		.each_max = 64,
		.node = -1,
		.nr_threads = threads,
		.tick_khz = 1000000,
	};
	strcpy(request.workload, workload);
	for (i = 0; i < threads; i++)
		request.cpu[i] = (u16)(7 * i);
	block.request = &request;
	block.result = &result;
	block.strategy = &strategy;
	block.impl = &amk_user_team;
	block.side = &side;
	block.slots = slots;
	block.order = order;
	block.slots_max = SLOTS;
}

static enum amk_status run(void)
{
	u64 bytes = amk_team_bytes(&request);
	enum amk_status status;

	block.team = NULL;
	if (bytes)
		block.team = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
				  -1, 0);
	assert_ptr_not_equal(block.team, MAP_FAILED);
	status = amk_block_run(&block);
	if (bytes)
		munmap(block.team, bytes);
	assert_int_equal(fake.live, 0);
	assert_int_equal(fake.wrong, 0);
	assert_int_equal(fake.setups, fake.teardowns);
	assert_false(fake.stalled);
	assert_false(fake.early);
	return status;
}

static void ended(enum amk_status status, enum amk_reason reason)
{
	assert_int_equal(run(), status);
	assert_int_equal(result.reason, reason);
}

static u64 hist_sum(const struct amk_lane *lane)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < AMK_HIST_BUCKETS; i++)
		sum += lane->hist_clean[i] + lane->hist_disturbed[i];
	return sum;
}

static const struct amk_value *throughput(void)
{
	assert_int_equal(result.nr_values, 1);
	assert_string_equal(result.value[0].metric, "throughput");
	return &result.value[0];
}

/* ---- what is timed ---- */

static void test_mean_and_sum(void **state)
{
	u32 threads, i;

	(void)state;
	for (threads = 1; threads <= 5; threads++) {
		const struct amk_lane *lane = &result.lane[0];
		u64 mean_op = OP_NS * (threads + 1); /* 2 OP_NS (1 + ... + threads) / threads */
		u64 rate = 0;

		prepare("pair", threads);
		ended(AMK_STATUS_OK, AMK_REASON_NONE);
		assert_int_equal(lane->slope, 0);
		assert_int_equal(lane->nr_iterations, 5);
		for (i = 0; i < 5; i++)
			assert_int_equal(lane->iteration[i].ticks_n,
					 lane->ops * mean_op + READING_NS);
		/* Around the region there is one reading more on either side. */
		for (i = 0; i < threads; i++)
			rate += lane->ops * 1000000000ULL /
				(lane->ops * 2 * OP_NS * (i + 1) + 3 * READING_NS);
		assert_in_range(throughput()->value, rate - threads, rate + threads);
	}
}

static void test_singles_of_all(void **state)
{
	u32 i;

	(void)state;
	prepare("pair", 3);
	ended(AMK_STATUS_OK, AMK_REASON_NONE);
	assert_int_equal(result.lane[0].each_ops, 3 * 64);
	assert_int_equal(hist_sum(&result.lane[0]), 3 * 64);
	for (i = 1; i <= 3; i++)
		assert_int_equal(
			result.lane[0].hist_clean[amk_hist_index(2 * OP_NS * i + READING_NS)], 64);
	/* Where one operation fills an iteration, the iterations are the sample: of all threads. */
	prepare("pair", 3);
	request.iteration_ticks = 200;
	ended(AMK_STATUS_OK, AMK_REASON_NONE);
	assert_int_equal(result.lane[0].ops, 1);
	assert_int_equal(result.lane[0].each_ops, 3 * 5);
}

static void test_together(void **state)
{
	static const char *const workloads[] = { "pair", "burst-fifo", "burst-shuffled" };
	u32 i;

	(void)state;
	for (i = 0; i < AMK_ARRAY_SIZE(workloads); i++) {
		prepare(workloads[i], 3);
		request.iteration_ticks = 20000;
		fake.waits = true;
		ended(AMK_STATUS_OK, AMK_REASON_NONE);
	}
}

static void test_remote(void **state)
{
	u32 threads, bulk;

	(void)state;
	for (bulk = 0; bulk < 2; bulk++) {
		for (threads = 1; threads <= 5; threads++) {
			prepare("remote", threads);
			block.impl = bulk ? &amk_user_team_bulk : &amk_user_team;
			ended(AMK_STATUS_OK, AMK_REASON_NONE);
			assert_int_equal(fake.foreign, 0);
			assert_int_equal(result.batch, 20);
			assert_int_equal(result.lane[0].ops % 20, 0);
			assert_int_equal(result.lane[1].ops, result.lane[0].ops);
			assert_string_equal(result.lane[1].metric, "lat_free_remote");
			assert_int_equal(hist_sum(&result.lane[0]), hist_sum(&result.lane[1]));
			assert_int_equal(result.lane[0].each_ops % (20 * threads), 0);
			assert_true(throughput()->value);
		}
	}
}

/* ---- what goes wrong ---- */

static void test_refused_midway(void **state)
{
	static const char *const workloads[] = { "pair", "burst-lifo", "remote" };
	u32 i, bulk;
	u64 at;

	(void)state;
	for (i = 0; i < AMK_ARRAY_SIZE(workloads); i++) {
		for (at = 2; at < 1000; at = at * 4 + 1) {
			for (bulk = 0; bulk < 2; bulk++) {
				prepare(workloads[i], 3);
				block.impl = bulk ? &amk_user_team_bulk : &amk_user_team;
				request.iterations = 3;
				fake.refuse_at = at;
				/* What comes after the last iteration may not be reached. */
				if (run() == AMK_STATUS_OK)
					assert_true(fake.allocs < at);
				else
					assert_int_equal(result.reason, AMK_REASON_REFUSED_MIDWAY);
			}
		}
	}
}

static void test_stopped(void **state)
{
	u64 at;

	(void)state;
	for (at = 1; at < 30; at += 4) {
		prepare("remote", 4);
		fake.stop_at = at;
		if (run() != AMK_STATUS_OK)
			assert_int_equal(result.reason, AMK_REASON_STOPPED);
		else
			assert_true(fake.stops < at);
	}
}

static void test_no_threads(void **state)
{
	(void)state;
	prepare("pair", 2);
	fake.team_error = -ENODEV;
	ended(AMK_STATUS_SKIP, AMK_REASON_CPU_ABSENT);
	prepare("pair", 2);
	fake.team_error = -EAGAIN;
	ended(AMK_STATUS_SETUP_FAILED, AMK_REASON_THREADS_FAILED);
	assert_int_equal(result.error, -EAGAIN);
}

static void test_what_takes_threads(void **state)
{
	static const struct amk_side alone = { .stop = side_stop };

	(void)state;
	prepare("remote", 0);
	ended(AMK_STATUS_SKIP, AMK_REASON_NO_THREADS);
	prepare("chase", 2);
	ended(AMK_STATUS_SKIP, AMK_REASON_NOT_SHARED);
	prepare("pair", 2);
	strategy.flags = AMK_STRATEGY_CALLER;
	ended(AMK_STATUS_SKIP, AMK_REASON_NOT_SHARED);
	prepare("pair", 1);
	block.side = &alone;
	ended(AMK_STATUS_SKIP, AMK_REASON_NOT_SHARED);
	prepare("remote", 2);
	strategy.flags = AMK_STRATEGY_PRIVATE;
	ended(AMK_STATUS_SKIP, AMK_REASON_KEPT_PRIVATE);
}

static void test_private(void **state)
{
	(void)state;
	prepare("burst-fifo", 3);
	ended(AMK_STATUS_OK, AMK_REASON_NONE);
	assert_int_equal(fake.setups, 1);
	prepare("burst-fifo", 3);
	strategy.flags = AMK_STRATEGY_PRIVATE;
	ended(AMK_STATUS_OK, AMK_REASON_NONE);
	assert_int_equal(fake.setups, 4);
}

/* A clock of instructions counts those of all CPUs: of one thread they say something, no rate. */
static void test_clock_of_instructions(void **state)
{
	(void)state;
	prepare("pair", 1);
	request.tick_khz = 0;
	ended(AMK_STATUS_OK, AMK_REASON_NONE);
	assert_int_equal(throughput()->status, AMK_STATUS_SKIP);
	assert_int_equal(throughput()->reason, AMK_REASON_NO_TIME);
	prepare("pair", 2);
	request.tick_khz = 0;
	ended(AMK_STATUS_SKIP, AMK_REASON_CLOCK_OF_ALL);
}

/* ---- bounds ---- */

static void test_memory_is_shared(void **state)
{
	(void)state;
	prepare("burst-fifo", 4);
	request.mem_max = 64 * 4 * 10;
	ended(AMK_STATUS_OK, AMK_REASON_NONE);
	assert_int_equal(result.batch, 10);
	/* Two batches are under way to each. */
	prepare("remote", 4);
	request.mem_max = 64 * 4 * 10;
	ended(AMK_STATUS_OK, AMK_REASON_NONE);
	assert_int_equal(result.batch, 5);
	prepare("pair", 4);
	request.mem_max = 64 * 3;
	ended(AMK_STATUS_SKIP, AMK_REASON_OVER_MEMORY);
}

static void test_tables_are_bounded(void **state)
{
	u32 threads;

	(void)state;
	for (threads = 1; threads <= AMK_THREADS_MAX; threads *= 2) {
		prepare("remote", threads);
		request.batch = AMK_BATCH_MAX;
		assert_in_range(amk_team_bytes(&request), threads * sizeof(struct amk_result),
				64U << 20);
		assert_in_range(amk_team_batch_max(&request, true), 512, AMK_BATCH_MAX);
		assert_int_equal(amk_team_batch_max(&request, false),
				 2 * amk_team_batch_max(&request, true));
	}
	prepare("pair", 0);
	assert_int_equal(amk_team_bytes(&request), 0);
}

static void test_rate(void **state)
{
	static const u64 ops[] = { 1, 3, 1000, 1U << 26, 1ULL << 40 };
	static const u64 ticks[] = { 1, 7, 400000, 1ULL << 32, (1ULL << 40) - 1 };
	static const u32 khz[] = { 1, 999, 1000000, 2500000, AMK_TICK_KHZ_MAX };
	u32 i, j, k;

	(void)state;
	for (i = 0; i < AMK_ARRAY_SIZE(ops); i++)
		for (j = 0; j < AMK_ARRAY_SIZE(ticks); j++)
			for (k = 0; k < AMK_ARRAY_SIZE(khz); k++) {
				unsigned __int128 want =
					(unsigned __int128)ops[i] * khz[k] * 1000 / ticks[j];

				if (want >> 63)
					continue;
				assert_int_equal(amk_team_rate(ops[i], ticks[j], khz[k]),
						 (u64)want);
			}
	assert_int_equal(amk_team_rate(5, 0, 1000), 0);
	/* Longer than ten minutes: near enough. */
	assert_in_range(amk_team_rate(1ULL << 30, 1ULL << 41, 1000000), 488000, 489000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mean_and_sum),
		cmocka_unit_test(test_singles_of_all),
		cmocka_unit_test(test_together),
		cmocka_unit_test(test_remote),
		cmocka_unit_test(test_refused_midway),
		cmocka_unit_test(test_stopped),
		cmocka_unit_test(test_no_threads),
		cmocka_unit_test(test_what_takes_threads),
		cmocka_unit_test(test_private),
		cmocka_unit_test(test_clock_of_instructions),
		cmocka_unit_test(test_memory_is_shared),
		cmocka_unit_test(test_tables_are_bounded),
		cmocka_unit_test(test_rate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
