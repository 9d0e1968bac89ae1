// SPDX-License-Identifier: GPL-2.0-only
/*
 * A history for the page allocator, made from user space: mappings from a page to 1 MiB, as many of
 * each power of two (larger ones where all of them would be little of the memory), made and given
 * back in an order that the seed gives. Three in four operations are on a sixteenth of the places,
 * so some live shortly and others long. Every page is there, and there are two operations a place.
 * By number of operations, not by time: the same everywhere.
 */
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/holder_memory.h"
#include "lib/core/random.h"

#define PLACES_MAX 65536U /* a process may have 65530 mappings, and half of the places are empty */
#define BUSY_SHARE 16
#define PAGES_ORDERS 8U /* 2^0 to 2^8 pages */
#define PAGES_ORDERS_MAX 11U

static struct mapping {
	char *p;
	size_t bytes;
} place[PLACES_MAX];
static u64 held_bytes;

/* What the mappings are chosen from. */
struct choice {
	struct amk_random random;
	u64 most_bytes;
	u32 places;
	u32 orders;
};

static void place_clear(struct mapping *m)
{
	munmap(m->p, m->bytes);
	held_bytes -= m->bytes;
	*m = (struct mapping){ 0 };
}

static u64 place_most(const struct choice *c)
{
	return (u64)sysconf(_SC_PAGESIZE) << c->orders;
}

static void place_fill(struct mapping *m, struct choice *c)
{
	u32 order = amk_random_below(&c->random, c->orders);
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t bytes = ((1U << order) + amk_random_below(&c->random, 1U << order)) * page;
	char *p;

	if (held_bytes + bytes > c->most_bytes)
		return;
	p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE,
		 -1, 0);
	if (p == MAP_FAILED)
		return;
	*m = (struct mapping){ .p = p, .bytes = bytes };
	held_bytes += bytes;
}

static void operations_make(struct amk_hold *hold, struct choice *c)
{
	u64 i;

	for (i = 0; i < hold->operations; i++) {
		u32 places = amk_random_below(&c->random, 4) ? c->places / BUSY_SHARE : c->places;
		struct mapping *m = &place[amk_random_below(&c->random, places)];

		if (m->p) {
			place_clear(m);
			continue;
		}
		if (!amk_holder_room(hold->floor_bytes, place_most(c)))
			break;
		place_fill(m, c);
	}
	hold->operations = i;
}

/* As many places as make half of the operations, and mappings so large that those are enough. */
static struct choice choice_make(const struct amk_hold *hold)
{
	struct choice c = { .random = { hold->seed },
			    .most_bytes = hold->object_bytes,
			    .orders = PAGES_ORDERS };
	u64 places = hold->operations / AMK_HOLDER_AGE_VISITS, bytes;

	c.places = (u32)(places < PLACES_MAX ? places : PLACES_MAX);
	if (c.places < AMK_HOLDER_AGE_PLACES_MIN)
		c.places = AMK_HOLDER_AGE_PLACES_MIN;
	bytes = c.places * (u64)AMK_HOLDER_AGE_PLACE_BYTES;
	while (c.orders < PAGES_ORDERS_MAX && bytes < c.most_bytes) {
		c.orders++;
		bytes *= 2;
	}
	return c;
}

int amk_holder_age(struct amk_hold *hold)
{
	struct choice c = choice_make(hold);
	u32 i;

	if (hold->operations) {
		operations_make(hold, &c);
		for (i = 0; i < PLACES_MAX; i++)
			if (place[i].p &&
			    amk_random_below(&c.random, AMK_HOLD_KEEP_ALL) >= hold->keep)
				place_clear(&place[i]);
	}
	hold->object_bytes = held_bytes;
	return 0;
}

u64 amk_holder_age_bytes(void)
{
	return held_bytes;
}

void amk_holder_age_release(void)
{
	u32 i;

	for (i = 0; i < PLACES_MAX; i++)
		if (place[i].p)
			place_clear(&place[i]);
}
