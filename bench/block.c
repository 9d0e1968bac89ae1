// SPDX-License-Identifier: GPL-2.0-only
/*
 * allocmark-block: the fresh process that runs one user-side block.
 *
 * Started by amk_process_run() with a memfd that holds the request and takes the result. Until the
 * strategy under test is called nothing here calls malloc() or anything that might: no stdio,
 * tables by mmap() and written to beforehand. It links the C library alone, so that an allocator
 * loaded in its place (LD_PRELOAD) finds the same virgin state.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/user_alias.h"
#include "bench/user_allocator.h"
#include "bench/user_impl.h"
#include "bench/user_node.h"
#include "bench/user_perf.h"
#include "bench/user_room.h"
#include "bench/user_team.h"
#include "lib/core/team.h"
#include "lib/core/tlb.h"
#include "lib/user/pagemap.h"
#include "lib/user/process.h"
#include "lib/user/sanitized.h"
#include "lib/user/smaps.h"
#include "lib/user/vmstat.h"

#define SLOTS_MIN 128U /* what the core wants at least */

static volatile sig_atomic_t stopped;

static void on_signal(int number)
{
	(void)number;
	stopped = 1;
}

static int block_stop(struct amk_block *block)
{
	(void)block;
	return stopped;
}

/* What this process knows of its own memory. */
struct sight {
	struct amk_pagemap pagemap;
	struct amk_smaps smaps;
	int vmstat; /* open, or -1 */
};

static int block_level(struct amk_block *block, const void *addr, u32 *shift)
{
	struct sight *sight = block->priv;

	return amk_smaps_shift(&sight->smaps, addr, shift);
}

static int block_frame(struct amk_block *block, const void *addr, u64 *pfn, u32 *shift)
{
	struct sight *sight = block->priv;
	int error = amk_pagemap_frame(&sight->pagemap, addr, pfn, shift);

	/* A level that is not to be had is no error: the frame is known. */
	if (!error && block_level(block, addr, shift))
		*shift = 0;
	return error;
}

static void *block_alias(struct amk_block *block, void *p, u64 size)
{
	(void)block;
	return amk_user_alias(p, size) ? p : NULL;
}

/* The range goes away as it is. */
static void block_unalias(struct amk_block *block, void *alias, void *p, u64 size)
{
	(void)block;
	(void)alias;
	(void)p;
	(void)size;
}

static int block_resident(struct amk_block *block, u64 *bytes)
{
	(void)block;
	return amk_smaps_private(bytes);
}

static int block_reclaimed(struct amk_block *block, struct amk_reclaimed *reclaimed)
{
	const struct sight *sight = block->priv;

	return sight->vmstat < 0 ? -ENOENT : amk_vmstat_reclaimed(sight->vmstat, reclaimed);
}

static int block_huge(struct amk_block *block, u64 *bytes)
{
	(void)block;
	return amk_smaps_huge(bytes);
}

static const struct amk_side user_side = {
	.stop = block_stop,
	.frame = block_frame,
	.count_open = amk_user_perf_open,
	.count_start = amk_user_perf_start,
	.count_stop = amk_user_perf_stop,
	.count_read = amk_user_perf_read,
	.count_close = amk_user_perf_close,
	.counters_bytes = sizeof(struct amk_user_perf),
	.level = block_level,
	.alias = block_alias,
	.unalias = block_unalias,
	.resident = block_resident,
	.place = amk_user_node_place,
	.node = amk_user_node_find,
	.reclaimed = block_reclaimed,
	.huge = block_huge,
	.team = amk_user_team_run,
};

static void say(const char *text)
{
	if (write(STDERR_FILENO, text, strlen(text)) < 0)
		return; /* nobody reads it: the exit code says it too */
}

/* The runner's memory, or NULL with the exit code. */
static struct amk_share *share_map(int *code)
{
	struct amk_share *share;
	struct stat st;

	*code = AMK_EXIT_USAGE;
	if (fstat(AMK_SHARE_FD, &st) || !S_ISREG(st.st_mode)) {
		say("allocmark-block: runs one block for allocmark: use allocmark run\n");
		return NULL;
	}
	*code = AMK_EXIT_SHARE;
	if (st.st_size != (off_t)sizeof(*share))
		return NULL;
	share = mmap(NULL, sizeof(*share), PROT_READ | PROT_WRITE, MAP_SHARED, AMK_SHARE_FD, 0);
	if (share == MAP_FAILED || share->size_of != sizeof(*share))
		return NULL;
	close(AMK_SHARE_FD);
	return share;
}

/* Dies with the runner; false: the runner was gone before that took hold. */
static bool follow_parent(const struct amk_share *share)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	return getppid() == share->parent;
}

/* A block that takes too much is the one to go, and leaves no core file. */
static void be_expendable(void)
{
	static const char score[] = "1000";
	const struct rlimit no_core = { 0, 0 };
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd >= 0) {
		if (write(fd, score, sizeof(score) - 1) < 0)
			errno = 0; /* not allowed: a wish, no need */
		close(fd);
	}
	setrlimit(RLIMIT_CORE, &no_core);
}

/* Counters are a file each, of each thread. */
static void files_allow(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files))
		return;
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
}

static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };

	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
}

static bool pin(int cpu)
{
	cpu_set_t set;

	if (cpu < 0)
		return true;
	if (cpu >= CPU_SETSIZE)
		return false;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return !sched_setaffinity(0, sizeof(set), &set);
}

/* Slots for the batch, and one for each line of a chase. */
static u32 slots_wanted(const struct amk_request *req)
{
	u64 lines = req->size / AMK_PAGE_SIZE + 2;
	u64 want = req->batch > SLOTS_MIN ? req->batch : SLOTS_MIN;

	if (lines > want)
		want = lines;
	return want < AMK_SLOTS_MAX ? (u32)want : AMK_SLOTS_MAX;
}

/* Tables for @n slots and the model's entries, present before the block starts. */
static bool tables_map(struct amk_block *block, u32 n)
{
	u32 entries = amk_tlb_entries(&block->request->tlb);
	u64 len = (u64)n * (sizeof(*block->slots) + sizeof(*block->order)) +
		  entries * sizeof(*block->tlb_entry);

	block->slots = mmap(NULL, len, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (block->slots == MAP_FAILED)
		return false;
	if (entries)
		block->tlb_entry = (struct amk_tlb_entry *)(block->slots + n);
	block->order = (u32 *)((struct amk_tlb_entry *)(block->slots + n) + entries);
	block->slots_max = n;
	memset(block->slots, 0, len);
	return true;
}

/* What the threads need, if the request asks for any. */
static bool team_map(struct amk_block *block)
{
	u64 bytes = amk_team_bytes(block->request);

	if (!bytes)
		return true;
	block->team = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (block->team == MAP_FAILED)
		return false;
	memset(block->team, 0, bytes);
	return true;
}

/*
 * Whether malloc() is of the library that this strategy is about; nothing is measured under a name
 * that is not its own. The version is told where nothing is measured: to ask may allocate.
 */
static bool allocator_holds(struct amk_share *share, const struct amk_strategy *strategy)
{
	if (!(strategy->flags & AMK_STRATEGY_PRELOADED))
		return true;
	if (!amk_user_allocator_take(strategy, share->allocator))
		return false;
	if (share->request.flags & AMK_REQUEST_DRY)
		amk_user_allocator_version(share->allocator_version);
	return true;
}

/* Answers a request that is in bounds and names a strategy we have. */
static void block_measure(struct amk_block *block)
{
	static struct amk_user_perf perf[AMK_THREADS_MAX];
	static struct sight sight;
	struct amk_request request = *block->request;
	u64 room = ~0ULL;

	request.mem_max = amk_user_room(block->strategy, request.mem_max);
	if (block->strategy->flags & AMK_STRATEGY_BOUND)
		room = amk_user_node_room(request.node);
	if (request.mem_max > room)
		request.mem_max = room;
	block->request = &request;
	if (!tables_map(block, slots_wanted(block->request)) || !team_map(block)) {
		amk_block_end(block, AMK_STATUS_SETUP_FAILED, AMK_REASON_NO_MEMORY, -ENOMEM);
		return;
	}
	amk_pagemap_open(&sight.pagemap);
	sight.vmstat = open(AMK_VMSTAT_PATH, O_RDONLY | O_CLOEXEC);
	if (request.nr_threads && request.nr_events)
		files_allow();
	block->priv = &sight;
	block->counters = perf;
	block->impl = amk_user_impl(block->strategy);
	amk_block_run(block);
	if (sight.vmstat >= 0)
		close(sight.vmstat);
	amk_pagemap_close(&sight.pagemap);
}

static void block_answer(struct amk_share *share)
{
	static struct amk_block block;

	memset(&share->result, 0, sizeof(share->result));
	share->result.size_of = sizeof(share->result);
	share->result.version = AMK_ABI_VERSION;
	block.request = &share->request;
	block.result = &share->result;
	block.side = &user_side;
	share->begun = 1;
	if (amk_request_check(block.request)) {
		amk_block_end(&block, AMK_STATUS_SETUP_FAILED, AMK_REASON_BAD_REQUEST, -EINVAL);
		return;
	}
	block.strategy = amk_strategy_find(AMK_SIDE_user, block.request->strategy);
	if (!block.strategy) {
		amk_block_end(&block, AMK_STATUS_SKIP, AMK_REASON_UNKNOWN_STRATEGY, 0);
		return;
	}
	if (!allocator_holds(share, block.strategy)) {
		amk_block_end(&block, AMK_STATUS_SETUP_FAILED, AMK_REASON_NOT_PRELOADED, -ENOENT);
		return;
	}
	block_measure(&block);
}

#if AMK_SANITIZED
/* A refused allocation is a result, not a bug; and no shadow for tens of GiB is to be written. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1:max_allocation_size_mb=128";
}
#endif

int main(void)
{
	struct amk_share *share;
	int code;

	share = share_map(&code);
	if (!share)
		return code;
	if (!follow_parent(share))
		return AMK_EXIT_ORPHAN;
	be_expendable();
	catch_signals();
	if (!pin(share->cpu))
		return AMK_EXIT_CPU;
	block_answer(share);
	return 0;
}
