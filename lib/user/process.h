/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One user-side block in a fresh process.
 *
 * An allocator remembers: what ran before decides which lists are filled and where the heap ends.
 * So each block runs in a program of its own, allocmark-block, which allocates nothing before the
 * strategy under test does. Request and result go through a shared memfd, as the structs that the
 * module's ioctl takes too.
 */
#ifndef AMK_PROCESS_H
#define AMK_PROCESS_H

#include <signal.h>

#include "lib/core/abi.h"
#include "lib/core/deps.h"

/* The descriptor under which allocmark-block finds the memfd. */
#define AMK_SHARE_FD 3

#define AMK_ALLOCATOR_PATH_LEN 4096
#define AMK_ALLOCATOR_VERSION_LEN 64

/* What lies in the memfd. Both programs come from one build; size_of tells when they do not. */
struct amk_share {
	u32 size_of; /* sizeof(struct amk_share) */
	s32 parent; /* process id of the runner: without it the block ends */
	s32 cpu; /* the CPU to run on; -1: as inherited */
	u32 begun; /* set when the measuring code takes over */
	char allocator[AMK_ALLOCATOR_PATH_LEN]; /* whose malloc() it is to be; "": not said */
	char allocator_version[AMK_ALLOCATOR_VERSION_LEN]; /* the answer of a dry request to that */
	struct amk_request request;
	struct amk_result result;
};

/* Exit codes of allocmark-block; with 0 the result is whole. */
#define AMK_EXIT_USAGE 2 /* not started by a runner */
#define AMK_EXIT_SHARE 3 /* the shared memory is not that of this build */
#define AMK_EXIT_CPU 4 /* may not run on that CPU */
#define AMK_EXIT_ORPHAN 5 /* the runner is gone */

#define AMK_PROCESS_TIMEOUT_MS 60000U

/* How a block is to be run. All zero but cpu (-1) is a good start. */
struct amk_process {
	const char *helper; /* path of allocmark-block; NULL: amk_process_helper() */
	int cpu; /* the CPU to run on; -1: as inherited */
	u32 timeout_ms; /* then it is killed; 0: AMK_PROCESS_TIMEOUT_MS */
	char *const *environment; /* of the new process; NULL: this one's */
	const char *allocator; /* library that malloc() is to be of: for strategies that ask */
	char *allocator_version; /* room for AMK_ALLOCATOR_VERSION_LEN, or NULL: see above */
	bool silent; /* what it writes to stderr is not wanted */
	const volatile sig_atomic_t *stop; /* non-zero: end the block early; may be NULL */
};

/*
 * Path of allocmark-block: beside this program if it is there, else in AMK_PKGLIBEXECDIR. Points to
 * static storage; NULL if it is in neither place (errno ENOENT).
 */
const char *amk_process_helper(void);

/*
 * Runs @req in a fresh process and waits for it. Returns 0 when @res is filled; a process that
 * died, hung or was stopped is a result too: AMK_STATUS_NONE with AMK_REASON_DIED if it ended
 * before the measuring code took over, else AMK_STATUS_MEASURE_FAILED with AMK_REASON_DIED (error
 * -EFAULT for a bad access, -EINTR for another signal, -ECHILD for an exit), _TIMED_OUT or
 * _STOPPED. Returns -errno when no process could be started or the CPU is not to be had (-EINVAL),
 * -EPROTO when the helper is of another build; @res then holds AMK_STATUS_NONE. The process dies
 * with the calling thread. @res is the caller's.
 */
int amk_process_run(const struct amk_process *p, const struct amk_request *req,
		    struct amk_result *res);

#endif
