/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The unprivileged half of a state of memory: a process that holds what the module would, in
 * user space. Its pages can be moved: compaction may undo what it did, which is why a run looks
 * before each round.
 */
#ifndef AMK_HOLDER_H
#define AMK_HOLDER_H

#include <sys/types.h>

#include "lib/core/abi.h"
#include "lib/core/deps.h"

struct amk_holder {
	pid_t pid; /* 0: none */
	int fd; /* it is told by, and answers */
	/* Asked several times a second while it works: all but 0 ends that. May be NULL. */
	int (*busy)(void *who, u64 held_bytes);
	void *who;
};

/*
 * Starts the process of @holder, whose busy() is set or NULL. It ends with the caller, however that
 * ends, and is the first that the kernel would kill for memory. 0 or -errno.
 */
int amk_holder_open(struct amk_holder *holder);

/*
 * Has it hold what @hold asks for: see amk_module_hold(); the order of blocks is that of a huge
 * page whatever @hold says. 0; -ECHILD: it is gone, and what it held with it; -EINTR: a signal came
 * first; what busy() said; else -errno. After an error it is only good for being closed.
 */
int amk_holder_hold(struct amk_holder *holder, struct amk_hold *hold);

/* Ends it; what it held is free when this returns. */
void amk_holder_close(struct amk_holder *holder);

/* Whether it takes all blocks anew to add some, as it does where there are no huge pages. */
bool amk_holder_dear(void);

/* The order of the blocks that it breaks: what one page of a page table maps. */
u32 amk_holder_order(void);

#endif
