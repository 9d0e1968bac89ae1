// SPDX-License-Identifier: GPL-2.0-only
/*
 * Holds memory so that what is free has the form that was asked for. Of a block of 2^order pages
 * every other one is given back: those have no free neighbour and cannot become a larger block
 * while the run lasts, as pages of the kernel are not moved by compaction. What is held is linked
 * through its own first words. Unlike the workloads that take a guest's last page, this is for any
 * machine: it stops at a floor of available memory, and when the kernel is about to kill a task for
 * memory, the notifier lets all pages go first (out_of_memory() in mm/oom_kill.c).
 */
#include "hold.h"

#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/nodemask.h>
#include <linux/notifier.h>
#include <linux/oom.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>
#include <linux/vmstat.h>

#include "age.h"

/* Nobody may ask for less than this to stay available. */
#define FLOOR_BYTES (32ULL << 20)
/* Nothing is reclaimed, nobody is woken, and no reserve is touched. */
#define HOLD_GFP (__GFP_NOMEMALLOC | __GFP_NOWARN)
#define LOOK_PAGES 64 /* between two looks at signals and at what is available */

/* At the first page of what is held. */
struct held {
	struct held *next;
	unsigned int order; /* of the block; 0: one page */
};

/* Blocks and single pages. */
enum held_kind { HELD_BLOCKS, HELD_PAGES, NR_HELD };

static struct {
	spinlock_t lock;
	struct held *top[NR_HELD];
	u64 count[NR_HELD];
	bool let_go;
	bool notified; /* the notifier is registered */
} held = { .lock = __SPIN_LOCK_UNLOCKED(held.lock) };

bool amk_hold_room(u64 floor_bytes)
{
	long available = si_mem_available();
	u64 floor = max_t(u64, floor_bytes, FLOOR_BYTES);

	return available > 0 && ((u64)available << PAGE_SHIFT) > floor;
}

/* Every other page of a block, or the single page: how many. */
static unsigned long held_free(struct held *h)
{
	struct page *page = virt_to_page(h);
	unsigned long i, pages = 1UL << h->order, n = 0;

	for (i = 0; i < pages; i += 2, n++)
		__free_page(page + i);
	return n;
}

static void held_push(enum held_kind kind, struct page *page, unsigned int order)
{
	struct held *h = page_address(page);
	bool wanted;

	h->order = order;
	spin_lock(&held.lock);
	wanted = !held.let_go;
	if (wanted) {
		h->next = held.top[kind];
		held.top[kind] = h;
		held.count[kind]++;
	}
	spin_unlock(&held.lock);
	if (!wanted)
		held_free(h);
}

static struct held *held_pop(enum held_kind kind)
{
	struct held *h;

	spin_lock(&held.lock);
	h = held.top[kind];
	if (h) {
		held.top[kind] = h->next;
		held.count[kind]--;
	}
	spin_unlock(&held.lock);
	return h;
}

static unsigned long held_drop(enum held_kind kind, u64 left)
{
	unsigned long n = 0;
	struct held *h;

	while (READ_ONCE(held.count[kind]) > left && (h = held_pop(kind)) != NULL) {
		n += held_free(h);
		cond_resched();
	}
	return n;
}

static int hold_oom(struct notifier_block *nb, unsigned long action, void *nr_freed)
{
	spin_lock(&held.lock);
	held.let_go = true;
	spin_unlock(&held.lock);
	/* Before a page is free, or a HOLD under way would make objects of it. */
	amk_age_stop();
	*(unsigned long *)nr_freed +=
		held_drop(HELD_BLOCKS, 0) + held_drop(HELD_PAGES, 0) + amk_age_let_go();
	return NOTIFY_OK;
}

static struct notifier_block oom_notifier = { .notifier_call = hold_oom };

/* ---- where from ---- */

#define ZONE_MIN_PAGES (64UL << 20 >> PAGE_SHIFT) /* a smaller one is somebody's reserve */

/* The flags that ask for memory of a zone first. */
static gfp_t zone_gfp(enum zone_type type)
{
#ifdef CONFIG_ZONE_DMA32
	if (type == ZONE_DMA32)
		return __GFP_DMA32;
#endif
#ifdef CONFIG_ZONE_DMA
	if (type == ZONE_DMA)
		return __GFP_DMA;
#endif
	return 0;
}

static u64 whole_pages(struct zone *zone, unsigned int order)
{
	u64 n = 0;

	for (; order < ARRAY_SIZE(zone->free_area); order++)
		n += (u64)READ_ONCE(zone->free_area[order].nr_free) << order;
	return n;
}

/*
 * How much of a zone is left to take, in parts of 2^16: of its free pages those in blocks, or of
 * all its pages the free ones.
 */
static u64 zone_share(struct zone *zone, unsigned int order)
{
	u64 free_pages = zone_page_state(zone, NR_FREE_PAGES), all = zone_managed_pages(zone);

	if (all < ZONE_MIN_PAGES || !free_pages)
		return 0;
	return order ? div64_u64(whole_pages(zone, order) << 16, free_pages) :
		       div64_u64(free_pages << 16, all);
}

/* As alloc_pages_node(), but nothing of a zone that is somebody's reserve. */
static struct page *unreserved_alloc(int node, gfp_t gfp, unsigned int order)
{
	struct page *page = alloc_pages_node(node, gfp, order);

	if (page && zone_managed_pages(page_zone(page)) < ZONE_MIN_PAGES) {
		__free_pages(page, order);
		return NULL;
	}
	return page;
}

/*
 * Takes from the zone, of whatever node, that has most left. By itself the allocator would empty
 * the caller's node first, and of it the uppermost zone: half of a machine broken up altogether,
 * and the other not at all, is another machine than one that is half broken up everywhere.
 */
static struct page *evenly_alloc(unsigned int order)
{
	u64 share, most = 0;
	enum zone_type type;
	int node, from = NUMA_NO_NODE;
	gfp_t gfp = HOLD_GFP;
	struct page *page = NULL;

	for_each_node_state(node, N_MEMORY)
	{
		for (type = 0; type <= ZONE_NORMAL; type++) {
			share = zone_share(&NODE_DATA(node)->node_zones[type], order);
			if (share <= most)
				continue;
			most = share;
			from = node;
			gfp = HOLD_GFP | zone_gfp(type);
		}
	}
	if (from != NUMA_NO_NODE)
		page = unreserved_alloc(from, gfp | __GFP_THISNODE, order);
	return page ? page : unreserved_alloc(numa_node_id(), HOLD_GFP, order);
}

static void block_break(struct page *page, unsigned int order)
{
	unsigned long i;

	split_page(page, order);
	for (i = 1; i < 1UL << order; i += 2)
		__free_page(page + i);
}

/* False: there is none, or none may be taken. */
static bool take(enum held_kind kind, unsigned int order, u64 floor_bytes)
{
	struct page *page;

	if (kind == HELD_PAGES)
		order = 0;
	if (READ_ONCE(held.let_go) || !amk_hold_room(floor_bytes))
		return false;
	page = evenly_alloc(order);
	if (!page)
		return false;
	if (order)
		block_break(page, order);
	held_push(kind, page, order);
	return true;
}

/* Brings the count of @kind to @wanted, as far as it goes. */
static int held_set(enum held_kind kind, const struct amk_hold *hold, u64 wanted)
{
	u64 n = 0;

	held_drop(kind, wanted);
	while (READ_ONCE(held.count[kind]) < wanted && take(kind, hold->order, hold->floor_bytes)) {
		if (n++ % LOOK_PAGES == 0 && signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	return 0;
}

static int notifier_add(void)
{
	int error = held.notified ? 0 : register_oom_notifier(&oom_notifier);

	held.notified = !error;
	return error;
}

/* Without the notifier first: the table of objects goes with them. */
void amk_hold_release(void)
{
	if (held.notified)
		unregister_oom_notifier(&oom_notifier);
	held.notified = false;
	held_drop(HELD_BLOCKS, 0);
	held_drop(HELD_PAGES, 0);
	amk_age_release();
}

/* Whether memory ran out since this was last asked. */
static bool let_go_taken(void)
{
	bool let_go;

	spin_lock(&held.lock);
	let_go = held.let_go;
	held.let_go = false;
	spin_unlock(&held.lock);
	return let_go;
}

int amk_hold_set(struct amk_hold *hold)
{
	bool let_go = let_go_taken();
	int error;

	amk_age_start();
	if (hold->flags & AMK_HOLD_RELEASE)
		amk_hold_release();
	error = notifier_add();
	if (!error)
		error = held_set(HELD_BLOCKS, hold, hold->blocks);
	if (!error)
		error = held_set(HELD_PAGES, hold, hold->pages);
	if (!error)
		error = amk_age_run(hold);
	hold->blocks = READ_ONCE(held.count[HELD_BLOCKS]);
	hold->pages = READ_ONCE(held.count[HELD_PAGES]);
	let_go |= let_go_taken();
	hold->let_go = let_go;
	return error;
}
