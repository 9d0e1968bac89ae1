// SPDX-License-Identifier: GPL-2.0-only
/*
 * A history for the kernel's allocators: objects of 33 bytes to 32 KiB, as many of each power of
 * two, allocated and freed in an order that the seed gives. Three in four operations are on a
 * sixteenth of the places, so some objects live shortly and others long, and a page of a slab is
 * kept by the last of its objects. By number of operations, not by time: the same everywhere. The
 * lock is for whoever runs out of memory meanwhile: that task takes the objects away.
 */
#include "age.h"

#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "lib/core/random.h"
#include "hold.h"

#define PLACES (1U << 14)
#define BUSY_PLACES (PLACES / 16)
#define ORDER_MIN 5 /* 32 bytes */
#define ORDER_MAX 15 /* 32 KiB */
#define LOOK_OPERATIONS 64
/*
 * Nobody reclaims or takes reserves for them. Not even to wake kswapd would mean, since 6.18, that
 * the allocator may not wait for a lock: it would refuse now and then, and heed no node.
 */
#define OBJECT_GFP (GFP_NOWAIT | __GFP_NOMEMALLOC | __GFP_NOWARN)

struct object {
	void *p;
	u32 bytes;
};

static struct {
	spinlock_t lock;
	struct object *object; /* PLACES of them; NULL: there were no operations */
	u64 bytes;
	bool let_go; /* no more are to be made */
} age = { .lock = __SPIN_LOCK_UNLOCKED(age.lock) };

/* What it held. */
static u32 object_free(struct object *o)
{
	u32 bytes;
	void *p;

	spin_lock(&age.lock);
	p = o->p;
	bytes = o->bytes;
	o->p = NULL;
	o->bytes = 0;
	age.bytes -= bytes;
	spin_unlock(&age.lock);
	kfree(p);
	return bytes;
}

/* False: objects are not wanted any more. */
static bool object_keep(struct object *o, void *p, u32 bytes)
{
	bool wanted;

	spin_lock(&age.lock);
	wanted = !age.let_go;
	if (wanted) {
		o->p = p;
		o->bytes = bytes;
		age.bytes += bytes;
	}
	spin_unlock(&age.lock);
	return wanted;
}

static void object_make(struct object *o, struct amk_random *r, u64 most_bytes)
{
	u32 order = ORDER_MIN + amk_random_below(r, ORDER_MAX - ORDER_MIN);
	u32 bytes = (1U << order) + 1 + amk_random_below(r, 1U << order);
	void *p;

	if (READ_ONCE(age.bytes) + bytes > most_bytes)
		return;
	p = kmalloc(bytes, OBJECT_GFP);
	if (p && !object_keep(o, p, bytes))
		kfree(p);
}

static struct object *place_choose(struct amk_random *r)
{
	u32 places = amk_random_below(r, 4) ? BUSY_PLACES : PLACES;

	return &age.object[amk_random_below(r, places)];
}

static int operations_make(struct amk_hold *hold, struct amk_random *r)
{
	u64 i;

	for (i = 0; i < hold->operations; i++) {
		struct object *o = place_choose(r);

		if (i % LOOK_OPERATIONS == 0) {
			if (signal_pending(current))
				return -EINTR;
			cond_resched();
			if (READ_ONCE(age.let_go) || !amk_hold_room(hold->floor_bytes))
				break;
		}
		if (o->p)
			object_free(o);
		else
			object_make(o, r, hold->object_bytes);
	}
	hold->operations = i;
	return 0;
}

static int places_make(void)
{
	struct object *object;

	if (age.object)
		return 0;
	object = kvcalloc(PLACES, sizeof(*object), GFP_KERNEL);
	if (!object)
		return -ENOMEM;
	smp_store_release(&age.object, object);
	return 0;
}

static int age_more(struct amk_hold *hold)
{
	struct amk_random r = { hold->seed };
	int error = places_make();
	u32 i;

	if (error)
		return error;
	error = operations_make(hold, &r);
	for (i = 0; i < PLACES; i++)
		if (age.object[i].p && amk_random_below(&r, AMK_HOLD_KEEP_ALL) >= hold->keep)
			object_free(&age.object[i]);
	return error;
}

int amk_age_run(struct amk_hold *hold)
{
	int error = hold->operations ? age_more(hold) : 0;

	hold->object_bytes = READ_ONCE(age.bytes);
	return error;
}

static u64 objects_drop(void)
{
	struct object *object = smp_load_acquire(&age.object);
	u64 bytes = 0;
	u32 i;

	for (i = 0; object && i < PLACES; i++) {
		bytes += object_free(&object[i]);
		cond_resched();
	}
	return bytes;
}

static void let_go_set(bool let_go)
{
	spin_lock(&age.lock);
	age.let_go = let_go;
	spin_unlock(&age.lock);
}

void amk_age_start(void)
{
	let_go_set(false);
}

void amk_age_stop(void)
{
	let_go_set(true);
}

unsigned long amk_age_let_go(void)
{
	return DIV_ROUND_UP_ULL(objects_drop(), PAGE_SIZE);
}

void amk_age_release(void)
{
	objects_drop();
	kvfree(age.object);
	age.object = NULL;
}
