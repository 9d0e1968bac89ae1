// SPDX-License-Identifier: GPL-2.0-only
/*
 * A history for the page allocator, made from user space: mappings from a page to 1 MiB, as many of
 * each power of two, made and given back in an order that the seed gives. Three in four operations
 * are on a sixteenth of the places, so some live shortly and others long. Every page is written to.
 * By number of operations, not by time: the same everywhere.
 */
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/holder_memory.h"
#include "lib/core/random.h"

#define PLACES 4096U
#define BUSY_PLACES (PLACES / 16)
#define PAGES_ORDERS 8U /* 2^0 to 2^8 pages */
#define LOOK_OPERATIONS 16

static struct mapping {
	char *p;
	size_t bytes;
} place[PLACES];
static u64 held_bytes;

static void place_clear(struct mapping *m)
{
	munmap(m->p, m->bytes);
	held_bytes -= m->bytes;
	*m = (struct mapping){ 0 };
}

static void place_fill(struct mapping *m, struct amk_random *r, u64 most_bytes)
{
	u32 order = amk_random_below(r, PAGES_ORDERS);
	size_t page = (size_t)sysconf(_SC_PAGESIZE), at;
	size_t bytes = ((1U << order) + amk_random_below(r, 1U << order)) * page;
	char *p;

	if (held_bytes + bytes > most_bytes)
		return;
	p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return;
	for (at = 0; at < bytes; at += page)
		p[at] = 1;
	*m = (struct mapping){ .p = p, .bytes = bytes };
	held_bytes += bytes;
}

static void operations_make(struct amk_hold *hold, struct amk_random *r)
{
	u64 i;

	for (i = 0; i < hold->operations; i++) {
		u32 places = amk_random_below(r, 4) ? BUSY_PLACES : PLACES;
		struct mapping *m = &place[amk_random_below(r, places)];

		if (i % LOOK_OPERATIONS == 0 && !amk_holder_room(hold->floor_bytes))
			break;
		if (m->p)
			place_clear(m);
		else
			place_fill(m, r, hold->object_bytes);
	}
	hold->operations = i;
}

int amk_holder_age(struct amk_hold *hold)
{
	struct amk_random r = { hold->seed };
	u32 i;

	if (hold->operations) {
		operations_make(hold, &r);
		for (i = 0; i < PLACES; i++)
			if (place[i].p && amk_random_below(&r, AMK_HOLD_KEEP_ALL) >= hold->keep)
				place_clear(&place[i]);
	}
	hold->object_bytes = held_bytes;
	return 0;
}

void amk_holder_age_release(void)
{
	u32 i;

	for (i = 0; i < PLACES; i++)
		if (place[i].p)
			place_clear(&place[i]);
}
