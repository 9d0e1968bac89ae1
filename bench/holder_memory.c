// SPDX-License-Identifier: GPL-2.0-only
/*
 * Breaks free memory up from user space. Where there are huge pages, a transparent one is a block
 * of 2^order frames, and taken apart it is that many pages side by side: when every other one is
 * given back, those have no free neighbour. MADV_COLD of a part takes it apart at once
 * (madvise_cold_or_pageout_pte_range() in mm/madvise.c; giving a part back alone would leave it
 * whole until memory is short). Each page that stays is written to: since 6.12 a page of zeroes is
 * dropped when its huge page is split.
 */
#include "bench/holder_memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/holder.h"
#include "bench/user_room.h"
#include "lib/user/text.h"

#define THP "/sys/kernel/mm/transparent_hugepage/"
#define CGROUP_FLOOR_BYTES (64ULL << 20) /* that a limit of the cgroup leaves to the run */
#define BRIEF_FLOOR_BYTES (20ULL << 20)
#define BRIEF_FLOOR_SHARE 64 /* one part in so many of all memory, if that is more */
#define UNSEEN_BYTES (64ULL << 20)
#define LOOK_PAGES 64 /* single pages between two looks at what is available */

/* Address space for as much as the machine has, of which ever more is opened. */
static struct {
	char *blocks; /* aligned to a block */
	char *pages;
	size_t arena_bytes; /* of either */
	size_t block_bytes;
	size_t page_bytes;
	u64 nr_blocks;
	u64 nr_pages;
	bool small; /* there are no huge pages to be had */
} memory;

u32 amk_holder_order(void)
{
	/* A page of page table entries, of 8 bytes each. */
	return (u32)fls64((u64)sysconf(_SC_PAGESIZE)) - 1 - 3;
}

static bool huge_pages_on(void)
{
	char text[AMK_TEXT_LEN];

	return amk_text_read(THP "enabled", text, sizeof(text)) > 0 && !strstr(text, "[never]");
}

bool amk_holder_dear(void)
{
	return !huge_pages_on();
}

static u64 above(u64 what, u64 floor)
{
	return what > floor ? what - floor : 0;
}

/* That may be taken before the next look: at most half of what there is above the floors. */
static u64 unseen_bytes;

void amk_holder_room_forget(void)
{
	unseen_bytes = 0;
}

bool amk_holder_room(u64 floor_bytes, u64 bytes)
{
	u64 left, cgroup;

	amk_holder_tell();
	if (bytes <= unseen_bytes) {
		unseen_bytes -= bytes;
		return true;
	}
	left = above(amk_user_room_available("/proc/meminfo"), floor_bytes);
	cgroup = above(amk_user_room_cgroup("/proc/self/cgroup", "/sys/fs/cgroup"),
		       CGROUP_FLOOR_BYTES);
	left = cgroup < left ? cgroup : left;
	unseen_bytes = left / 2 < UNSEEN_BYTES ? left / 2 : UNSEEN_BYTES;
	return left > 0;
}

static char *reserve(size_t bytes)
{
	char *p = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

static int memory_open(void)
{
	size_t round;

	if (memory.pages)
		return 0;
	memory.page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	memory.block_bytes = memory.page_bytes << amk_holder_order();
	memory.small = !huge_pages_on();
	/* A block holds half of what it covers. */
	memory.arena_bytes = 2 * (size_t)sysconf(_SC_PHYS_PAGES) * memory.page_bytes;
	memory.blocks = reserve(memory.arena_bytes + memory.block_bytes);
	if (!memory.blocks)
		return -ENOMEM;
	round = (size_t)(uintptr_t)memory.blocks % memory.block_bytes;
	memory.blocks += round ? memory.block_bytes - round : 0;
	memory.pages = reserve(memory.arena_bytes);
	if (!memory.pages)
		return -ENOMEM;
	madvise(memory.pages, memory.arena_bytes, MADV_NOHUGEPAGE);
	return 0;
}

/* What is to stay available while blocks are filled, which are about to give half of it back. */
static u64 memory_brief_floor(u64 floor_bytes)
{
	u64 share = memory.arena_bytes / 2 / BRIEF_FLOOR_SHARE;
	u64 brief = share > BRIEF_FLOOR_BYTES ? share : BRIEF_FLOOR_BYTES;

	return brief < floor_bytes ? brief : floor_bytes;
}

/* Writes to each page, by one call where the kernel has it (5.14). */
static void touch(char *p, size_t bytes)
{
	size_t at;

	if (!madvise(p, bytes, MADV_POPULATE_WRITE))
		return;
	for (at = 0; at < bytes; at += memory.page_bytes)
		p[at] = 1;
}

/* ---- blocks ---- */

/* Whether a touch of its first page brought all of the block. */
static bool block_is_huge(char *block)
{
	size_t n = memory.block_bytes / memory.page_bytes, i;
	unsigned char *resident = malloc(n);
	bool huge = resident && !mincore(block, memory.block_bytes, resident);

	for (i = 0; huge && i < n; i++)
		huge = resident[i] & 1;
	free(resident);
	return huge;
}

static void block_thin(char *block)
{
	size_t at, step = 2 * memory.page_bytes;

	for (at = 0; at < memory.block_bytes; at += step)
		block[at] = 1;
	madvise(block + memory.page_bytes, memory.page_bytes, MADV_COLD);
	for (at = memory.page_bytes; at < memory.block_bytes; at += step)
		madvise(block + at, memory.page_bytes, MADV_DONTNEED);
}

/*
 * Mapped anew, so that its page table goes, too: where there is one, no huge page is given. The
 * kernel may lack what that takes; then the pages go, and the table stays.
 */
static void block_drop(char *block)
{
	if (mmap(block, memory.block_bytes, PROT_NONE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) == MAP_FAILED)
		madvise(block, memory.block_bytes, MADV_DONTNEED);
}

/* 0; -EAGAIN: no block of the order is free; or -errno. */
static int block_take(u64 at)
{
	char *block = memory.blocks + at * memory.block_bytes;

	if ((at + 1) * memory.block_bytes > memory.arena_bytes)
		return -EAGAIN;
	if (mprotect(block, memory.block_bytes, PROT_READ | PROT_WRITE))
		return -errno;
	madvise(block, memory.block_bytes, MADV_HUGEPAGE);
	amk_holder_node_next(amk_holder_order());
	block[0] = 1;
	if (!block_is_huge(block)) {
		block_drop(block);
		return -EAGAIN;
	}
	/* Or khugepaged puts it together again. */
	madvise(block, memory.block_bytes, MADV_NOHUGEPAGE);
	block_thin(block);
	return 0;
}

static void blocks_drop(u64 left)
{
	while (memory.nr_blocks > left)
		block_drop(memory.blocks + --memory.nr_blocks * memory.block_bytes);
}

static int blocks_take_huge(u64 wanted, u64 floor_bytes)
{
	int error = 0;

	while (!error && memory.nr_blocks < wanted &&
	       amk_holder_room(floor_bytes, memory.block_bytes)) {
		error = block_take(memory.nr_blocks);
		memory.nr_blocks += !error;
	}
	return error == -EAGAIN ? 0 : error;
}

/*
 * Without huge pages: pages come in the order in which the kernel takes its free blocks apart, so
 * they are side by side as long as no single page is free. Hence all blocks are filled before the
 * first is thinned, which takes twice the memory for that moment; more blocks than there were
 * begin from nothing.
 */
static int blocks_take_small(u64 wanted, u64 floor_bytes)
{
	u64 brief = memory_brief_floor(floor_bytes), n,
	    most = memory.arena_bytes / memory.block_bytes;

	blocks_drop(0);
	if (wanted > most)
		wanted = most;
	if (mprotect(memory.blocks, wanted * memory.block_bytes, PROT_READ | PROT_WRITE))
		return -errno;
	madvise(memory.blocks, wanted * memory.block_bytes, MADV_NOHUGEPAGE);
	for (n = 0; n < wanted && amk_holder_room(brief, memory.block_bytes); n++) {
		amk_holder_node_next(0);
		touch(memory.blocks + n * memory.block_bytes, memory.block_bytes);
	}
	for (; memory.nr_blocks < n; memory.nr_blocks++)
		block_thin(memory.blocks + memory.nr_blocks * memory.block_bytes);
	for (; memory.nr_blocks; blocks_drop(memory.nr_blocks - 1)) {
		amk_holder_room_forget();
		if (amk_holder_room(floor_bytes, 0))
			break;
	}
	return 0;
}

static int blocks_set(u64 wanted, u64 floor_bytes)
{
	int error = 0;

	blocks_drop(wanted);
	if (wanted <= memory.nr_blocks)
		return 0;
	if (!memory.small)
		error = blocks_take_huge(wanted, floor_bytes);
	/* Switched off, or forbidden to this process. */
	memory.small = memory.small || (!error && !memory.nr_blocks);
	if (memory.small)
		error = blocks_take_small(wanted, floor_bytes);
	return error;
}

/* ---- single pages ---- */

static int pages_set(u64 wanted, u64 floor_bytes)
{
	size_t page = memory.page_bytes;

	if (wanted < memory.nr_pages) {
		madvise(memory.pages + wanted * page, (memory.nr_pages - wanted) * page,
			MADV_DONTNEED);
		memory.nr_pages = wanted;
	}
	if (wanted > memory.arena_bytes / page)
		wanted = memory.arena_bytes / page;
	if (wanted && mprotect(memory.pages, wanted * page, PROT_READ | PROT_WRITE))
		return -errno;
	for (; memory.nr_pages < wanted; memory.nr_pages++) {
		if (memory.nr_pages % LOOK_PAGES == 0) {
			if (!amk_holder_room(floor_bytes, LOOK_PAGES * page))
				break;
			amk_holder_node_next(0);
		}
		memory.pages[memory.nr_pages * page] = 1;
	}
	return 0;
}

u64 amk_holder_bytes(void)
{
	return memory.nr_blocks * memory.block_bytes / 2 + memory.nr_pages * memory.page_bytes +
	       amk_holder_age_bytes();
}

int amk_holder_memory_set(struct amk_hold *hold)
{
	int error = memory_open();

	amk_holder_room_forget();
	if (!error && hold->flags & AMK_HOLD_RELEASE) {
		blocks_set(0, 0);
		pages_set(0, 0);
		amk_holder_age_release();
	}
	if (!error)
		error = blocks_set(hold->blocks, hold->floor_bytes);
	if (!error)
		error = pages_set(hold->pages, hold->floor_bytes);
	if (!error)
		error = amk_holder_age(hold);
	hold->blocks = memory.nr_blocks;
	hold->pages = memory.nr_pages;
	return error;
}
