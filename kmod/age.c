// SPDX-License-Identifier: GPL-2.0-only
/*
 * A history for the kernel's allocators: objects from 32 bytes to 32 KiB, as many of each power of
 * two, allocated and freed in an order that the seed gives. Three in four operations are on a
 * sixteenth of the places, so some objects live shortly and others long, and a page of a slab is
 * kept by the last of its objects. By number of operations, not by time: the same everywhere.
 */
#include "age.h"

#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "lib/core/random.h"
#include "hold.h"

#define PLACES (1U << 14)
#define BUSY_PLACES (PLACES / 16)
#define ORDER_MIN 5 /* 32 bytes */
#define ORDER_MAX 15 /* 32 KiB */
#define LOOK_OPERATIONS 64
#define OBJECT_GFP (__GFP_NOMEMALLOC | __GFP_NOWARN)

struct object {
	void *p;
	u32 bytes;
};

static struct {
	struct object *object; /* PLACES of them; NULL: there were no operations */
	u64 bytes;
} age;

static void object_free(struct object *o)
{
	kfree(o->p);
	age.bytes -= o->bytes;
	o->p = NULL;
	o->bytes = 0;
}

static void object_make(struct object *o, struct amk_random *r, u64 most_bytes)
{
	u32 order = ORDER_MIN + amk_random_below(r, ORDER_MAX - ORDER_MIN);
	u32 bytes = (1U << order) + 1 + amk_random_below(r, 1U << order);

	if (age.bytes + bytes > most_bytes)
		return;
	o->p = kmalloc(bytes, OBJECT_GFP);
	o->bytes = o->p ? bytes : 0;
	age.bytes += o->bytes;
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
			if (!amk_hold_room(hold->floor_bytes))
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

int amk_age_run(struct amk_hold *hold)
{
	struct amk_random r = { hold->seed };
	int error = 0;
	u32 i;

	if (hold->operations && !age.object) {
		age.object = kvcalloc(PLACES, sizeof(*age.object), GFP_KERNEL);
		if (!age.object)
			return -ENOMEM;
	}
	if (hold->operations) {
		error = operations_make(hold, &r);
		for (i = 0; i < PLACES; i++)
			if (age.object[i].p &&
			    amk_random_below(&r, AMK_HOLD_KEEP_ALL) >= hold->keep)
				object_free(&age.object[i]);
	}
	hold->object_bytes = age.bytes;
	return error;
}

void amk_age_release(void)
{
	u32 i;

	for (i = 0; age.object && i < PLACES; i++)
		if (age.object[i].p)
			object_free(&age.object[i]);
	kvfree(age.object);
	age.object = NULL;
}
