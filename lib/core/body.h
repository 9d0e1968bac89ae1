/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The timed loops over alloc and release, and the macro that compiles them for one strategy.
 *
 * They are always-inline templates over a const struct amk_ops, so the compiler folds the calls:
 * no indirect call (a retpoline is 10 to 30 cycles) stands in a timed region, and the null strategy
 * shows that the loop adds next to nothing. The price is one copy of each loop for each strategy.
 */
#ifndef AMK_BODY_H
#define AMK_BODY_H

#include "block.h"

_Static_assert(AMK_DISTURB_CHUNK <= AMK_BULK, "amk_block.sample must hold a chunk");

/* ---- pair: allocate and free at once; the hot path of per-CPU caches ---- */

static __always_inline void amk_pair_timed(const struct amk_ops *ops, struct amk_block *b, u64 n,
					   u64 *ticks)
{
	u64 size = b->ctx.size;
	u64 t0, t1;
	void *p;

	t0 = amk_clock_begin(b->clock);
	for (; n; n--) {
		p = ops->alloc(&b->ctx, size);
		if (unlikely(!p)) {
			b->refused = true;
			break;
		}
		amk_escape(p);
		ops->release(&b->ctx, p, size);
	}
	t1 = amk_clock_end(b->clock);
	ticks[0] += t1 - t0;
}

static __always_inline void amk_pair_each(const struct amk_ops *ops, struct amk_block *b, u64 n)
{
	struct amk_disturb before, after;
	u64 size = b->ctx.size;
	u64 t0, t1;
	void *p;
	u32 i;

	for (; n >= AMK_DISTURB_CHUNK; n -= AMK_DISTURB_CHUNK) {
		amk_disturb_read(&before);
		for (i = 0; i < AMK_DISTURB_CHUNK; i++) {
			t0 = amk_clock_begin(b->clock);
			p = ops->alloc(&b->ctx, size);
			if (unlikely(!p)) {
				b->refused = true;
				return;
			}
			amk_escape(p);
			ops->release(&b->ctx, p, size);
			t1 = amk_clock_end(b->clock);
			b->sample[i] = t1 - t0;
		}
		amk_disturb_read(&after);
		amk_block_sample(b, 0, b->sample, AMK_DISTURB_CHUNK,
				 amk_disturb_class(&before, &after));
	}
}

/* ---- touch: allocate, write one byte a page, free; laziness has to be paid for here ---- */

static __always_inline void *amk_touch_once(const struct amk_ops *ops, struct amk_block *b)
{
	u64 size = b->ctx.size;
	char *p = ops->alloc(&b->ctx, size);
	u64 at;

	if (unlikely(!p))
		return NULL;
	for (at = 0; at < size; at += AMK_PAGE_SIZE)
		*(volatile char *)(p + at) = 1;
	/* Memory that does not start on a page reaches into one page more. */
	*(volatile char *)(p + size - 1) = 1;
	ops->release(&b->ctx, p, size);
	return p;
}

static __always_inline void amk_touch_timed(const struct amk_ops *ops, struct amk_block *b, u64 n,
					    u64 *ticks)
{
	u64 t0, t1;

	t0 = amk_clock_begin(b->clock);
	for (; n; n--) {
		if (unlikely(!amk_touch_once(ops, b))) {
			b->refused = true;
			break;
		}
	}
	t1 = amk_clock_end(b->clock);
	ticks[0] += t1 - t0;
}

static __always_inline void amk_touch_each(const struct amk_ops *ops, struct amk_block *b, u64 n)
{
	struct amk_disturb before, after;
	u64 t0, t1;
	u32 i;

	for (; n >= AMK_DISTURB_CHUNK; n -= AMK_DISTURB_CHUNK) {
		amk_disturb_read(&before);
		for (i = 0; i < AMK_DISTURB_CHUNK; i++) {
			t0 = amk_clock_begin(b->clock);
			if (unlikely(!amk_touch_once(ops, b))) {
				b->refused = true;
				return;
			}
			t1 = amk_clock_end(b->clock);
			b->sample[i] = t1 - t0;
		}
		amk_disturb_read(&after);
		amk_block_sample(b, 0, b->sample, AMK_DISTURB_CHUNK,
				 amk_disturb_class(&before, &after));
	}
}

/* ---- burst: batch allocations, then as many releases in the block's order; lanes 0 and 1 ---- */

/* Allocates the whole batch; how many succeeded. */
static __always_inline u32 amk_burst_alloc(const struct amk_ops *ops, struct amk_block *b)
{
	u64 size = b->ctx.size;
	u32 batch = b->batch;
	u32 i, step;

	if (ops->alloc_bulk) {
		for (i = 0; i < batch; i += step) {
			step = batch - i < AMK_BULK ? batch - i : AMK_BULK;
			if (unlikely(!ops->alloc_bulk(&b->ctx, step, b->slots + i)))
				break;
		}
		return i;
	}
	for (i = 0; i < batch; i++) {
		void *p = ops->alloc(&b->ctx, size);

		if (unlikely(!p))
			break;
		amk_escape(p);
		b->slots[i] = p;
	}
	return i;
}

/*
 * Releases the first @n of the batch in the block's order. A bulk release takes them in the
 * order of allocation, a bulk at a time: that is what the call is for.
 */
static __always_inline void amk_burst_release(const struct amk_ops *ops, struct amk_block *b, u32 n)
{
	u64 size = b->ctx.size;
	u32 i, step;

	if (ops->release_bulk) {
		for (i = 0; i < n; i += step) {
			step = n - i < AMK_BULK ? n - i : AMK_BULK;
			ops->release_bulk(&b->ctx, step, b->slots + i);
		}
		return;
	}
	for (i = 0; i < n; i++)
		ops->release(&b->ctx, b->slots[b->order[i]], size);
}

/* Releases what a burst that was refused midway holds: its order knows only whole batches. */
static __always_inline void amk_burst_undo(const struct amk_ops *ops, struct amk_block *b, u32 n)
{
	b->refused = true;
	while (n)
		ops->release(&b->ctx, b->slots[--n], b->ctx.size);
}

static __always_inline void amk_burst_timed(const struct amk_ops *ops, struct amk_block *b, u64 n,
					    u64 *ticks)
{
	u64 t0, t1, t2;
	u32 done;

	for (; n; n--) {
		t0 = amk_clock_begin(b->clock);
		done = amk_burst_alloc(ops, b);
		t1 = amk_clock_end(b->clock);
		if (unlikely(done < b->batch)) {
			amk_burst_undo(ops, b, done);
			return;
		}
		ticks[0] += t1 - t0;
		t1 = amk_clock_begin(b->clock);
		amk_burst_release(ops, b, done);
		t2 = amk_clock_end(b->clock);
		ticks[1] += t2 - t1;
	}
}

/*
 * An object's share of a bulk call of @n that took @ticks. Each sample carries the clock's own time
 * once, as that of a single operation does: it is taken off once when the samples are shown.
 */
static __always_inline u64 amk_bulk_share(const struct amk_block *b, u64 ticks, u32 n)
{
	u64 clock = b->result->clock_overhead_ticks;

	return clock + div64_u64(ticks > clock ? ticks - clock : 0, n);
}

/* One allocation of a burst, timed; false: refused. A bulk counts as its share of the call. */
static __always_inline bool amk_burst_alloc_each(const struct amk_ops *ops, struct amk_block *b,
						 u32 at, u32 n, u64 *sample)
{
	u64 size = b->ctx.size;
	u64 t0, t1;
	u32 i;

	if (ops->alloc_bulk) {
		t0 = amk_clock_begin(b->clock);
		if (unlikely(!ops->alloc_bulk(&b->ctx, n, b->slots + at)))
			return false;
		t1 = amk_clock_end(b->clock);
		for (i = 0; i < n; i++)
			sample[i] = amk_bulk_share(b, t1 - t0, n);
		return true;
	}
	for (i = 0; i < n; i++) {
		t0 = amk_clock_begin(b->clock);
		b->slots[at + i] = ops->alloc(&b->ctx, size);
		t1 = amk_clock_end(b->clock);
		if (unlikely(!b->slots[at + i])) {
			while (i)
				ops->release(&b->ctx, b->slots[at + --i], size);
			return false;
		}
		sample[i] = t1 - t0;
	}
	return true;
}

static __always_inline void amk_burst_release_each(const struct amk_ops *ops, struct amk_block *b,
						   u32 at, u32 n, u64 *sample)
{
	u64 t0, t1;
	u32 i;

	if (ops->release_bulk) {
		t0 = amk_clock_begin(b->clock);
		ops->release_bulk(&b->ctx, n, b->slots + at);
		t1 = amk_clock_end(b->clock);
		for (i = 0; i < n; i++)
			sample[i] = amk_bulk_share(b, t1 - t0, n);
		return;
	}
	for (i = 0; i < n; i++) {
		t0 = amk_clock_begin(b->clock);
		ops->release(&b->ctx, b->slots[b->order[at + i]], b->ctx.size);
		t1 = amk_clock_end(b->clock);
		sample[i] = t1 - t0;
	}
}

/* How many operations of a burst are timed between two looks at what disturbed them. */
static __always_inline u32 amk_burst_step(const struct amk_ops *ops, u32 left)
{
	u32 step = ops->alloc_bulk ? AMK_BULK : AMK_DISTURB_CHUNK;

	return left < step ? left : step;
}

static __always_inline bool amk_burst_each_once(const struct amk_ops *ops, struct amk_block *b)
{
	struct amk_disturb before, after;
	u32 at, step;

	for (at = 0; at < b->batch; at += step) {
		step = amk_burst_step(ops, b->batch - at);
		amk_disturb_read(&before);
		if (unlikely(!amk_burst_alloc_each(ops, b, at, step, b->sample))) {
			amk_burst_undo(ops, b, at);
			return false;
		}
		amk_disturb_read(&after);
		amk_block_sample(b, 0, b->sample, step, amk_disturb_class(&before, &after));
	}
	for (at = 0; at < b->batch; at += step) {
		step = amk_burst_step(ops, b->batch - at);
		amk_disturb_read(&before);
		amk_burst_release_each(ops, b, at, step, b->sample);
		amk_disturb_read(&after);
		amk_block_sample(b, 1, b->sample, step, amk_disturb_class(&before, &after));
	}
	return true;
}

static __always_inline void amk_burst_each(const struct amk_ops *ops, struct amk_block *b, u64 n)
{
	for (; n; n--)
		if (!amk_burst_each_once(ops, b))
			return;
}

/* ---- remote: a batch of allocations, handed on, and another's batch freed; lanes 0 and 1 ---- */

/* What is refused midway is handed on all the same: the next thread waits for it. */
static __always_inline void amk_remote_timed(const struct amk_ops *ops, struct amk_block *b, u64 n,
					     u64 *ticks)
{
	u64 t0, t1;
	u32 done;

	for (; n; n--) {
		amk_relay_open(b);
		t0 = amk_clock_begin(b->clock);
		done = unlikely(b->refused) ? 0 : amk_burst_alloc(ops, b);
		t1 = amk_clock_end(b->clock);
		amk_relay_send(b, done);
		if (unlikely(done < b->batch))
			b->refused = true;
		ticks[0] += t1 - t0;
		done = amk_relay_take(b);
		t0 = amk_clock_begin(b->clock);
		amk_burst_release(ops, b, done);
		t1 = amk_clock_end(b->clock);
		ticks[1] += t1 - t0;
		amk_relay_close(b);
	}
}

/* Allocates a batch one by one; how many there are. */
static __always_inline u32 amk_remote_alloc_each(const struct amk_ops *ops, struct amk_block *b)
{
	struct amk_disturb before, after;
	u32 at, step;

	for (at = 0; at < b->batch && !b->refused; at += step) {
		step = amk_burst_step(ops, b->batch - at);
		amk_disturb_read(&before);
		if (unlikely(!amk_burst_alloc_each(ops, b, at, step, b->sample))) {
			b->refused = true;
			break;
		}
		amk_disturb_read(&after);
		amk_block_sample(b, 0, b->sample, step, amk_disturb_class(&before, &after));
	}
	return at;
}

static __always_inline void amk_remote_each(const struct amk_ops *ops, struct amk_block *b, u64 n)
{
	struct amk_disturb before, after;
	u32 at, count, step;

	for (; n; n--) {
		amk_relay_open(b);
		count = amk_remote_alloc_each(ops, b);
		amk_relay_send(b, count);
		count = amk_relay_take(b);
		for (at = 0; at < count; at += step) {
			step = amk_burst_step(ops, count - at);
			amk_disturb_read(&before);
			amk_burst_release_each(ops, b, at, step, b->sample);
			amk_disturb_read(&after);
			amk_block_sample(b, 1, b->sample, step, amk_disturb_class(&before, &after));
		}
		amk_relay_close(b);
	}
}

/* ---- one strategy's copies of the loops ---- */

#define AMK_DEFINE_BODY(symbol, ops, body)                                                   \
	static noinline void symbol##_##body##_timed(struct amk_block *b, u64 n, u64 *ticks) \
	{                                                                                    \
		amk_##body##_timed(&(ops), b, n, ticks);                                     \
	}                                                                                    \
	static noinline void symbol##_##body##_each(struct amk_block *b, u64 n)              \
	{                                                                                    \
		amk_##body##_each(&(ops), b, n);                                             \
	}

/* amk_<side>_<id>, made of @ops_ and of the loops that were compiled for <of>. */
#define AMK_DEFINE_TABLE(side, id, of, ops_)            \
	extern const struct amk_impl amk_##side##_##id; \
	const struct amk_impl amk_##side##_##id = {                                           \
		.ops = &(ops_),                                                               \
		.body = {                                                                     \
			[AMK_BODY_pair] = { side##_##of##_pair_timed, side##_##of##_pair_each }, \
			[AMK_BODY_burst] = { side##_##of##_burst_timed,                       \
					     side##_##of##_burst_each },                      \
			[AMK_BODY_touch] = { side##_##of##_touch_timed,                       \
					     side##_##of##_touch_each },                      \
			[AMK_BODY_remote] = { side##_##of##_remote_timed,                     \
					      side##_##of##_remote_each },                    \
		},                                                                            \
	}

/*
 * Defines amk_<side>_<id>, the implementation of a row of strategy.def, from @ops: a static const
 * struct amk_ops whose functions are in sight.
 */
#define AMK_DEFINE_IMPL(side, id, ops_)            \
	AMK_DEFINE_BODY(side##_##id, ops_, pair)   \
	AMK_DEFINE_BODY(side##_##id, ops_, burst)  \
	AMK_DEFINE_BODY(side##_##id, ops_, touch)  \
	AMK_DEFINE_BODY(side##_##id, ops_, remote) \
	AMK_DEFINE_TABLE(side, id, id, ops_)

/*
 * Defines amk_<side>_<id> as a second name of <of>, which AMK_DEFINE_IMPL defined in the same file
 * from @ops_. The two run the same instructions at the same addresses: a second copy could lie
 * otherwise in the cache and differ for that.
 */
#define AMK_DEFINE_ALIAS(side, id, of, ops_) AMK_DEFINE_TABLE(side, id, of, ops_)

#endif
