// SPDX-License-Identifier: GPL-2.0-only
/*
 * Takes the machine's last pages and holds them: each page's first word points to the page taken
 * before it, so that holding takes no memory. None of the flags lets the allocator have a task
 * killed. While pages are held another task could: the kernel asks a chain of notifiers for memory
 * first (out_of_memory() in mm/oom_kill.c), and the one here lets all pages go. It is for guests
 * alone, whose kernel was told so when the module was loaded; a signal ends it within a few pages.
 */
#include "squeeze.h"

#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/oom.h>
#include <linux/spinlock.h>
#include <linux/topology.h>
#include <linux/vmstat.h>

#include "lib/core/block.h"
#include "gfp.h"
#include "hypervisor.h"
#include "pagecache.h"

#define MACHINE_MAX_BYTES (4ULL << 30) /* taking more than that would take long */
/*
 * One page in so many is given back and taken again. Since 6.7 the list of free pages of a CPU is
 * refilled by ever more at once until one is freed (nr_pcp_alloc() in mm/page_alloc.c): one refill
 * would go past all the watermarks.
 */
#define BACK_PAGES 16
#define LOOK_PAGES 64 /* between two looks at signals */

static bool pressure;
module_param(pressure, bool, 0400);
MODULE_PARM_DESC(pressure, "in a guest: take all of its memory for moments, for the workloads "
			   "pressure and reserves (default off)");

/* Pages held, and whether the kernel asked for them. */
static struct {
	spinlock_t lock;
	void *top;
	bool let_go;
} held = { .lock = __SPIN_LOCK_UNLOCKED(held.lock) };

static unsigned long held_drop(bool for_good)
{
	unsigned long n = 0;
	void *page, *next;

	spin_lock(&held.lock);
	page = held.top;
	held.top = NULL;
	held.let_go |= for_good;
	spin_unlock(&held.lock);
	for (; page; page = next, n++) {
		next = *(void **)page;
		free_page((unsigned long)page);
		if (n % LOOK_PAGES == 0)
			cond_resched();
	}
	return n;
}

static bool held_add(void *page)
{
	bool wanted;

	spin_lock(&held.lock);
	wanted = !held.let_go;
	if (wanted) {
		*(void **)page = held.top;
		held.top = page;
	}
	spin_unlock(&held.lock);
	if (!wanted)
		free_page((unsigned long)page);
	return wanted;
}

static int squeeze_oom(struct notifier_block *nb, unsigned long action, void *nr_freed)
{
	*(unsigned long *)nr_freed += held_drop(true);
	return NOTIFY_OK;
}

static struct notifier_block oom_notifier = { .notifier_call = squeeze_oom };

static int squeeze_open(struct amk_block *block, bool reclaimable)
{
	int error = 0;

	if (!pressure || !amk_hypervisor_present())
		return -EPERM;
	if ((u64)totalram_pages() << PAGE_SHIFT > MACHINE_MAX_BYTES)
		return -EFBIG;
	if (reclaimable)
		error = amk_pagecache_fill(block);
	if (error)
		return error;
	held.let_go = false;
	error = register_oom_notifier(&oom_notifier);
	if (error)
		amk_pagecache_close();
	return error;
}

static void squeeze_close(struct amk_block *block)
{
	unregister_oom_notifier(&oom_notifier);
	held_drop(false);
	amk_pagecache_close();
}

static bool squeeze_let_go(struct amk_block *block)
{
	return READ_ONCE(held.let_go);
}

static gfp_t squeeze_gfp(enum amk_squeeze_how how)
{
	switch (how) {
	case AMK_SQUEEZE_NOWAIT:
		return GFP_NOWAIT | __GFP_NOWARN;
	case AMK_SQUEEZE_HIGH:
		return AMK_GFP | __GFP_HIGH;
	case AMK_SQUEEZE_ATOMIC:
		return GFP_ATOMIC | __GFP_NOWARN;
	case AMK_SQUEEZE_NORETRY:
		return AMK_GFP;
	default:
		return __GFP_NOWARN;
	}
}

/* The zone of this node that GFP_KERNEL takes from first. */
static struct zone *first_zone(void)
{
	struct zone *zones = NODE_DATA(numa_node_id())->node_zones;
	int type = ZONE_NORMAL;

	while (type && !managed_zone(&zones[type]))
		type--;
	return &zones[type];
}

static int squeeze_take(struct amk_block *block, enum amk_squeeze_how how, struct amk_squeezed *got)
{
	gfp_t gfp = squeeze_gfp(how);
	struct zone *zone = first_zone();
	void *page;

	for (got->pages = 0;; got->pages++) {
		if (got->pages % LOOK_PAGES == 0 && block->side->stop(block))
			return -EINTR;
		page = (void *)__get_free_page(gfp);
		if (page && got->pages % BACK_PAGES == 0) {
			free_page((unsigned long)page);
			page = (void *)__get_free_page(gfp);
		}
		if (!page)
			break;
		if (!held_add(page))
			return -ENOMEM;
	}
	got->free_pages = zone_page_state_snapshot(zone, NR_FREE_PAGES);
	got->min_pages = min_wmark_pages(zone);
	return squeeze_let_go(block) ? -ENOMEM : 0;
}

#if IS_ENABLED(AMK_HAVE_VM_EVENT_PGSCAN_DIRECT)
static u64 scanned(const unsigned long *event)
{
	return event[PGSCAN_DIRECT];
}
#else
/* What each CPU has not yet added to its nodes' counts may be all that there is to see. */
static u64 scanned(const unsigned long *event)
{
	u64 n = global_node_page_state(PGSCAN_DIRECT);
	int node, cpu;

	for_each_online_node(node)
		for_each_online_cpu(cpu)
			n += per_cpu_ptr(NODE_DATA(node)->per_cpu_nodestats, cpu)
				     ->vm_node_stat_diff[PGSCAN_DIRECT];
	return n;
}
#endif

int amk_squeeze_reclaimed(struct amk_block *block, struct amk_reclaimed *reclaimed)
{
	static unsigned long event[NR_VM_EVENT_ITEMS]; /* one run at a time */
	int i;

	all_vm_events(event);
	memset(reclaimed, 0, sizeof(*reclaimed));
	for (i = ALLOCSTALL_NORMAL - ZONE_NORMAL; i <= ALLOCSTALL_MOVABLE; i++)
		reclaimed->stalls += event[i];
	reclaimed->scanned = scanned(event);
#ifdef CONFIG_COMPACTION
	reclaimed->compactions = event[COMPACTSTALL];
#endif
	return 0;
}

const struct amk_squeeze amk_squeeze_ops = {
	.open = squeeze_open,
	.take = squeeze_take,
	.let_go = squeeze_let_go,
	.close = squeeze_close,
	.reclaimed = amk_squeeze_reclaimed,
};
