// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fake of test_core_fake.h. clock_gettime(), getrusage() and sched_getcpu() stand here under
 * their own names: the core is linked statically, so it calls these.
 */
#include "test_core_fake.h"

#include "lib/core/body.h"
#include "lib/core/histogram.h"

#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LIVE 0x4c495645U
#define DEAD 0x44454144U
#define REAL_MAX (4U << 20) /* bytes that an object really has */

struct fake fake;

/* Stands before each object. */
struct header {
	u32 magic;
	u32 id;
	u64 size;
};

int clock_gettime(clockid_t clock, struct timespec *ts)
{
	u64 shown;

	if (clock != CLOCK_MONOTONIC_RAW)
		return (int)syscall(SYS_clock_gettime, clock, ts);
	fake.now_ns += fake.clock_ns;
	if (fake.readings > FAKE_DESCRIBED)
		fake.now_ns += (fake.readings - FAKE_DESCRIBED) * fake.ramp_ns;
	if (++fake.readings == fake.jump_at)
		fake.now_ns += fake.jump_ns;
	shown = fake.now_ns - fake.now_ns % fake.clock_step_ns;
	ts->tv_sec = (time_t)(shown / 1000000000U);
	ts->tv_nsec = (long)(shown % 1000000000U);
	return 0;
}

static bool reached(u64 at)
{
	return at && fake.disturb_readings >= at;
}

int getrusage(__rusage_who_t who, struct rusage *ru)
{
	(void)who;
	memset(ru, 0, sizeof(*ru));
	fake.disturb_readings++;
	ru->ru_nvcsw = 7 + reached(fake.slept_at);
	ru->ru_nivcsw = 9 + reached(fake.preempted_at);
	return 0;
}

int sched_getcpu(void)
{
	return reached(fake.migrated_at);
}

static bool refused(u64 size)
{
	fake.allocs++;
	if (size > fake.size_max)
		fake.size_max = size;
	if (fake.limit_bytes && size > fake.limit_bytes)
		return true;
	return fake.refuse_on ? fake.refuse_at && fake.allocs >= fake.refuse_at :
				fake.allocs == fake.refuse_at;
}

static int fake_setup(struct amk_context *ctx)
{
	if (fake.setup_error)
		return fake.setup_error;
	if (fake.setup_limit_bytes && ctx->size > fake.setup_limit_bytes)
		return -EINVAL;
	fake.bad_order |= fake.setups != fake.teardowns;
	fake.setups++;
	fake.setup_size = ctx->size;
	return 0;
}

static void fake_teardown(struct amk_context *ctx)
{
	fake.bad_order |= ctx->size != fake.setup_size;
	fake.teardowns++;
}

static void *fake_alloc(struct amk_context *ctx, u64 size)
{
	struct header *header;
	void *raw;

	fake.now_ns += fake.alloc_ns;
	fake.bad_order |= fake.setups != fake.teardowns + 1 || size != ctx->size ||
			  size != fake.setup_size;
	if (refused(size))
		return NULL;
	/* What the core never touches, as in `limit`, need not be there. */
	if (posix_memalign(&raw, fake.align_bytes,
			   fake.align_bytes + fake.skew_bytes + (size > REAL_MAX ? 1 : size)))
		abort();
	header = raw;
	*header = (struct header){ LIVE, (u32)fake.given++, size };
	if (fake.given - fake.released > fake.live_max)
		fake.live_max = fake.given - fake.released;
	fake.last = (char *)raw + fake.align_bytes + fake.skew_bytes;
	fake.last_size = size;
	if (size <= REAL_MAX)
		memset(fake.last, 0, size);
	return fake.last;
}

static void fake_release(struct amk_context *ctx, void *p, u64 size)
{
	struct header *header = (struct header *)((char *)p - fake.align_bytes - fake.skew_bytes);

	(void)ctx;
	fake.now_ns += fake.release_ns;
	assert_int_equal(header->magic, LIVE);
	assert_int_equal(header->size, size);
	header->magic = DEAD;
	if (fake.at_release)
		fake.at_release(p, size);
	fake.released_id[fake.released++ % FAKE_LOG] = header->id;
	free(header);
}

static u64 fake_usable(struct amk_context *ctx, void *p, u64 size)
{
	(void)ctx;
	(void)p;
	(void)size;
	return fake.usable_bytes;
}

static bool fake_trim(struct amk_context *ctx)
{
	(void)ctx;
	fake.trimmed = !fake.no_trim;
	return fake.trimmed;
}

static bool fake_alloc_bulk(struct amk_context *ctx, u32 n, void **slots)
{
	u32 i;

	fake.bulk_calls++;
	for (i = 0; i < n; i++) {
		slots[i] = fake_alloc(ctx, ctx->size);
		if (!slots[i])
			break;
	}
	if (i == n)
		return true;
	while (i)
		fake_release(ctx, slots[--i], ctx->size);
	return false;
}

static void fake_release_bulk(struct amk_context *ctx, u32 n, void **slots)
{
	u32 i;

	fake.bulk_calls++;
	for (i = 0; i < n; i++)
		fake_release(ctx, slots[i], ctx->size);
}

static const struct amk_ops fake_ops = {
	.setup = fake_setup,
	.alloc = fake_alloc,
	.release = fake_release,
	.teardown = fake_teardown,
	.usable = fake_usable,
	.trim = fake_trim,
};

static const struct amk_ops fake_bulk_ops = {
	.setup = fake_setup,
	.alloc = fake_alloc,
	.release = fake_release,
	.teardown = fake_teardown,
	.usable = fake_usable,
	.trim = fake_trim,
	.alloc_bulk = fake_alloc_bulk,
	.release_bulk = fake_release_bulk,
};

AMK_DEFINE_IMPL(user, fake, fake_ops);
AMK_DEFINE_IMPL(user, fake_bulk, fake_bulk_ops);

static int fake_stop(struct amk_block *block)
{
	fake.stops++;
	if (fake.at_stop)
		fake.at_stop(block);
	return fake.stop_at && fake.stops >= fake.stop_at;
}

static int fake_frame(struct amk_block *block, const void *addr, u64 *pfn, u32 *shift)
{
	const char *first = (const char *)((uintptr_t)fake.last & ~(uintptr_t)4095);
	size_t at = (size_t)((const char *)addr - first);

	(void)block;
	assert_int_equal(at % 4096, 0);
	assert_in_range(at / 4096, 0, fake.nr_frames - 1);
	if (fake.frames_by_touch && !fake_touched(addr))
		return -ENOENT;
	*pfn = fake.frames[at / 4096].pfn;
	*shift = fake.frames[at / 4096].shift;
	return fake.frames[at / 4096].error;
}

/* By the script of frames, or else all by entries of fake.shift. */
static int fake_level(struct amk_block *block, const void *addr, u32 *shift)
{
	const char *page = (const char *)((uintptr_t)addr & ~(uintptr_t)4095);
	u64 pfn;
	int error;

	if (fake.nr_frames) {
		error = fake_frame(block, page, &pfn, shift);
		/* A frame's number may be hidden where its level is not. */
		return error == -EPERM ? 0 : error;
	}
	*shift = fake.aliased ? 12 : fake.shift;
	return 0;
}

static void *fake_alias(struct amk_block *block, void *p, u64 size)
{
	(void)block;
	assert_ptr_equal(p, fake.last);
	assert_int_equal(size, fake.last_size);
	assert_false(fake.aliased);
	if (fake.alias_refused)
		return NULL;
	fake.aliased = true;
	if (fake.aliased_frames)
		fake.frames = fake.aliased_frames;
	return p;
}

static void fake_unalias(struct amk_block *block, void *alias, void *p, u64 size)
{
	(void)block;
	assert_ptr_equal(p, fake.last);
	assert_ptr_equal(alias, p);
	assert_int_equal(size, fake.last_size);
	assert_true(fake.aliased);
	fake.aliased = false;
	fake.unaliases++;
}

/* What the live objects have, and what is kept for those that were. */
static int fake_resident(struct amk_block *block, u64 *bytes)
{
	(void)block;
	if (++fake.residents == fake.resident_error_at)
		return -EACCES;
	*bytes = fake.held_bytes + (fake.given - fake.released) * fake.last_size +
		 (fake.trimmed ? 0 : fake.given * fake.kept_bytes);
	return 0;
}

const struct amk_side fake_side = {
	.stop = fake_stop,
	.frame = fake_frame,
	.level = fake_level,
	.alias = fake_alias,
	.unalias = fake_unalias,
	.resident = fake_resident,
};

void fake_block_reset(struct fake_block *fb, const char *workload, u64 size)
{
	memset(fb, 0, sizeof(*fb));
	memset(&fake, 0, sizeof(fake));
	fake.clock_ns = 20;
	fake.clock_step_ns = 1;
	fake.alloc_ns = 50;
	fake.release_ns = 30;
	fake.align_bytes = 64;
	fake.shift = 12;
	fb->strategy = (struct amk_strategy){ .name = "fake", .min_bytes = 1, .granule_bytes = 1 };
	fb->request = (struct amk_request){
		.size_of = sizeof(fb->request),
		.version = AMK_ABI_VERSION,
		.strategy = "fake",
		.size = size,
		.seed = 42,
		.mem_max = 1ULL << 40,
		.iteration_ticks = 400000,
		.block_ticks = 1000000000,
		.clock_kind = AMK_CLOCK_NS,
		.iterations = 15,
		.warmup = 2,
		.batch = 8,
		.each_max = 256,
		.node = -1,
	};
	strcpy(fb->request.workload, workload);
	fb->block.request = &fb->request;
	fb->block.result = &fb->result;
	fb->block.strategy = &fb->strategy;
	fb->block.impl = &amk_user_fake;
	fb->block.side = &fake_side;
	fb->block.slots = fb->slots;
	fb->block.order = fb->order;
	fb->block.slots_max = FAKE_SLOTS;
	fb->block.tlb_entry = fb->tlb_entry;
}

enum amk_status fake_block_run(struct fake_block *fb)
{
	enum amk_status status = amk_block_run(&fb->block);

	assert_int_equal(status, fb->result.status);
	assert_int_not_equal(status, AMK_STATUS_NONE);
	assert_int_equal(fake.given, fake.released);
	assert_int_equal(fake.setups, fake.teardowns);
	assert_false(fake.bad_order);
	assert_false(fake.aliased);
	assert_int_equal(fb->result.size_of, sizeof(fb->result));
	assert_int_equal(fb->result.version, AMK_ABI_VERSION);
	return status;
}

void fake_block_ended(const struct fake_block *fb, enum amk_status status, enum amk_reason reason,
		      int error)
{
	assert_int_equal(fb->result.status, status);
	assert_int_equal(fb->result.reason, reason);
	assert_int_equal(fb->result.error, error);
}

const struct amk_value *fake_value(const struct fake_block *fb, enum amk_metric_id metric)
{
	u32 i;

	for (i = 0; i < fb->result.nr_values; i++)
		if (!strcmp(fb->result.value[i].metric, amk_metrics[metric].name))
			return &fb->result.value[i];
	fail_msg("no value of %s", amk_metrics[metric].name);
	return NULL;
}

void fake_value_is(const struct fake_block *fb, enum amk_metric_id metric, u64 value)
{
	const struct amk_value *v = fake_value(fb, metric);

	if (v->value != value)
		print_error("%s\n", v->metric);
	assert_int_equal(v->value, value);
	assert_int_equal(v->status, AMK_STATUS_OK);
	assert_int_equal(v->reason, AMK_REASON_NONE);
}

bool fake_touched(const char *page)
{
	const char *p = page < fake.last ? fake.last : page;
	const char *end = page + 4096;

	if (end > fake.last + fake.last_size)
		end = fake.last + fake.last_size;
	for (; p < end; p++)
		if (*p)
			return true;
	return false;
}

u64 fake_lane_count(const struct amk_lane *lane)
{
	u64 count = 0;
	u32 i;

	for (i = 0; i < AMK_HIST_BUCKETS; i++)
		count += (u64)lane->hist_clean[i] + lane->hist_disturbed[i];
	return count;
}

u32 fake_released(u64 back)
{
	assert_in_range(back + 1, 1, fake.released);
	assert_in_range(back + 1, 1, FAKE_LOG);
	return fake.released_id[(fake.released - 1 - back) % FAKE_LOG];
}
