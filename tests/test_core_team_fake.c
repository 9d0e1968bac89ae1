// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fake of test_core_team_fake.h. clock_gettime() and getrusage() stand here under their own
 * names: the core is linked statically, so it calls these.
 */
#include "test_core_team_fake.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/core/body.h"

#define SLOTS 1024
/* Turns that a thread waits before the others are said to stand still. */
#define PATIENCE 1000000U

struct object {
	u32 thread; /* that allocated it */
	bool live;
};

struct fake_team fake;
struct amk_strategy fake_strategy;
struct amk_request fake_request;
struct amk_result fake_result;
struct amk_block fake_block;
static void *slots[SLOTS];
static u32 order[SLOTS];

static __thread u32 self; /* 0 in the caller, too */
static __thread u64 now_ns;
static u64 caller_now_ns;

int clock_gettime(clockid_t clock, struct timespec *ts)
{
	if (clock != CLOCK_MONOTONIC_RAW)
		return (int)syscall(SYS_clock_gettime, clock, ts);
	now_ns += FAKE_READING_NS;
	ts->tv_sec = (time_t)(now_ns / 1000000000U);
	ts->tv_nsec = (long)(now_ns % 1000000000U);
	return 0;
}

/* Read right before what is timed, when all threads have begun this run. */
int getrusage(__rusage_who_t who, struct rusage *ru)
{
	const struct amk_team *t = fake_block.team;

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
	u64 before[FAKE_THREADS_MOST];
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
	now_ns += FAKE_OP_NS * (self + 1);
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
	now_ns += FAKE_OP_NS * (self + 1);
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

u32 fake_self(void)
{
	return self;
}

int fake_stop(struct amk_block *b)
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

int fake_start(struct amk_block *b, u32 n, const u16 *cpu, void (*work)(void *arg, u32 i),
	       void *arg)
{
	struct seat seat[FAKE_THREADS_MOST];
	pthread_t thread[FAKE_THREADS_MOST];
	u32 i;

	assert_ptr_equal(b, &fake_block);
	assert_ptr_equal(cpu, fake_request.cpu);
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

static const struct amk_side side = { .stop = fake_stop, .team = fake_start };

/* ---- a block of n threads ---- */

void fake_prepare(const char *workload, u32 threads)
{
	u32 i;

	memset(&fake, 0, sizeof(fake));
	memset(&fake_result, 0, sizeof(fake_result));
	memset(&fake_block, 0, sizeof(fake_block));
	fake_strategy = (struct amk_strategy){ .name = "team", .min_bytes = 1, .granule_bytes = 1 };
	fake_request = (struct amk_request){
		.size_of = sizeof(fake_request),
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
	strcpy(fake_request.workload, workload);
	for (i = 0; i < threads; i++)
		fake_request.cpu[i] = (u16)(7 * i);
	fake_block.request = &fake_request;
	fake_block.result = &fake_result;
	fake_block.strategy = &fake_strategy;
	fake_block.impl = &amk_user_team;
	fake_block.side = &side;
	fake_block.slots = slots;
	fake_block.order = order;
	fake_block.slots_max = SLOTS;
}

enum amk_status fake_run(void)
{
	u64 bytes = amk_team_bytes(&fake_request);
	enum amk_status status;

	fake_block.team = NULL;
	if (bytes)
		fake_block.team = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
				       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(fake_block.team, MAP_FAILED);
	status = amk_block_run(&fake_block);
	if (bytes)
		munmap(fake_block.team, bytes);
	assert_int_equal(fake.live, 0);
	assert_int_equal(fake.wrong, 0);
	assert_int_equal(fake.setups, fake.teardowns);
	assert_false(fake.stalled);
	assert_false(fake.early);
	return status;
}

void fake_ended(enum amk_status status, enum amk_reason reason)
{
	assert_int_equal(fake_run(), status);
	assert_int_equal(fake_result.reason, reason);
}

u64 fake_hist_sum(const struct amk_lane *lane)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < AMK_HIST_BUCKETS; i++)
		sum += lane->hist_clean[i] + lane->hist_disturbed[i];
	return sum;
}

const struct amk_value *fake_throughput(void)
{
	assert_int_equal(fake_result.nr_values, 1);
	assert_string_equal(fake_result.value[0].metric, "throughput");
	return &fake_result.value[0];
}
