// SPDX-License-Identifier: GPL-2.0-only
/*
 * One allocation with preemption off, and whether the kernel complained. The kernel's check
 * (CONFIG_DEBUG_ATOMIC_SLEEP, __might_resched() in kernel/sched/core.c) stands at the beginning of
 * what may sleep and prints, at most once a second: a line that says BUG, and a line with the
 * task's pid. Both are looked for in the kernel's own log, among what came after the call.
 *
 * It is a fault that is made here on purpose: memory that is short could really make the kernel
 * sleep. So it is done in a guest alone, and only when the module was loaded for it.
 */
#include "illegal.h"

#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/kmsg_dump.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/sched.h>

#include "hypervisor.h"

static bool illegal;
module_param(illegal, bool, 0400);
MODULE_PARM_DESC(illegal, "in a guest: allocate in atomic context, too, where it is forbidden, for "
			  "a kernel with CONFIG_DEBUG_ATOMIC_SLEEP to complain (default off)");

#if IS_ENABLED(CONFIG_DEBUG_ATOMIC_SLEEP) && IS_ENABLED(AMK_HAVE_KMSG_DUMP_ITER)

#define REPORT_GAP_MS 1010 /* the check is silent for a second after each complaint */
#define LINE_LEN 256

/* Reads the log from @log on to its end: whether the check complained of this task. */
static bool log_complains(struct kmsg_dump_iter *log)
{
	char line[LINE_LEN], pid[24];
	bool bug = false, ours = false;
	size_t len;

	snprintf(pid, sizeof(pid), " pid: %d,", current->pid);
	while (kmsg_dump_get_line(log, false, line, sizeof(line) - 1, &len)) {
		line[min(len, sizeof(line) - 1)] = 0;
		bug |= !!strstr(line, "BUG: sleeping function called from invalid context");
		ours |= bug && strstr(line, pid);
	}
	return ours;
}

int amk_illegal_call(struct amk_block *block, void **p, bool *reported)
{
	struct kmsg_dump_iter log;

	if (!illegal || !amk_hypervisor_present())
		return -EPERM;
	if (msleep_interruptible(REPORT_GAP_MS))
		return -EINTR;
	kmsg_dump_rewind(&log);
	log_complains(&log);
	preempt_disable();
	*p = block->impl->ops->alloc(&block->ctx, block->ctx.size);
	preempt_enable();
	*reported = log_complains(&log);
	return 0;
}

#else

int amk_illegal_call(struct amk_block *block, void **p, bool *reported)
{
	return -EOPNOTSUPP;
}

#endif
