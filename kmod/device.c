// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/allocmark: who may ask the module for what. Root alone may open it, one at a time; a run
 * lives no longer than the call that asked for it, and what is held no longer than the device is
 * open, so a killed caller leaves nothing behind.
 *
 * What is wrong with a request is told apart: ENOTTY is a command this module does not have (so
 * also RUN with a struct of another size: the size is part of the number), EINVAL a field out of
 * its bounds, an unknown flag, a version that is not ours, or padding that is not zero. Unknown
 * names and what this kernel cannot do are no errors of the call but outcomes of the block, in its
 * result.
 */
#include <linux/atomic.h>
#include <linux/capability.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/nodemask.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "lib/core/block.h"
#include "hold.h"
#include "memory.h"
#include "run.h"

static atomic_t session_count = ATOMIC_INIT(0);
/* Two threads may share the open device; their runs may not overlap. */
static DEFINE_MUTEX(session_lock);

static int session_open(struct inode *inode, struct file *file)
{
	int error;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (atomic_cmpxchg(&session_count, 0, 1))
		return -EBUSY;
	error = nonseekable_open(inode, file);
	if (error)
		atomic_set(&session_count, 0);
	return error;
}

static int session_release(struct inode *inode, struct file *file)
{
	amk_hold_release();
	atomic_set(&session_count, 0);
	return 0;
}

static void info_fill(struct amk_info *info)
{
	info->size_of = sizeof(*info);
	info->version = AMK_ABI_VERSION;
	info->page_size = PAGE_SIZE;
	info->kmalloc_max = KMALLOC_MAX_SIZE;
	info->mem_max = amk_memory_max(0);
	info->tick_khz = amk_run_clock_khz();
	info->init_on_alloc = want_init_on_alloc(0);
	info->init_on_free = want_init_on_free();
	info->nr_nodes = num_online_nodes();
	info->preempt_rt = IS_ENABLED(CONFIG_PREEMPT_RT);
}

/*
 * INFO answers callers of every version: as much of the struct as their own has room for, zero
 * beyond ours. Its first two fields say what the module speaks, so they must fit.
 */
static long session_info(void __user *to, size_t room)
{
	struct amk_info info = { 0 };
	size_t len = min(room, sizeof(info));

	if (room < offsetofend(struct amk_info, version))
		return -EINVAL;
	info_fill(&info);
	if (copy_to_user(to, &info, len) || clear_user(to + len, room - len))
		return -EFAULT;
	return 0;
}

/* A name that is not known is for the block to report. */
static bool takes_node(const struct amk_request *request)
{
	const struct amk_strategy *s = amk_strategy_find(AMK_SIDE_kernel, request->strategy);

	return !s || s->flags & AMK_STRATEGY_PLACED;
}

/*
 * No row of the kernel's side takes an alignment: asking for one is not to be ignored, nor a node
 * of a row that takes none. Nor is a clock that this processor does not have.
 */
static int request_check(const struct amk_request *request)
{
	int error = amk_request_check(request);

	if (error)
		return error;
	if (request->clock_kind == AMK_CLOCK_CYCLE && !amk_run_clock_khz())
		return -EINVAL;
	return request->align || (request->node != -1 && !takes_node(request)) ? -EINVAL : 0;
}

static int run_locked(struct amk_request *request, struct amk_result *result)
{
	if (mutex_lock_interruptible(&session_lock))
		return -EINTR;
	amk_run_block(request, result);
	mutex_unlock(&session_lock);
	return 0;
}

static long run_answer(struct amk_run *run)
{
	struct amk_result *result;
	void __user *to = u64_to_user_ptr(run->result_addr);
	long error;

	if (!access_ok(to, sizeof(*result)))
		return -EFAULT;
	result = kvzalloc(sizeof(*result), GFP_KERNEL_ACCOUNT);
	if (!result)
		return -ENOMEM;
	error = run_locked(&run->request, result);
	if (!error && copy_to_user(to, result, sizeof(*result)))
		error = -EFAULT;
	kvfree(result);
	return error;
}

/* With its events a request is more than should lie on the kernel's stack. */
static long session_run(const void __user *from)
{
	struct amk_run *run;
	long error;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	run = memdup_user(from, sizeof(*run));
	if (IS_ERR(run))
		return PTR_ERR(run);
	error = request_check(&run->request);
	if (!error)
		error = run_answer(run);
	kfree(run);
	return error;
}

static int hold_check(const struct amk_hold *hold)
{
	if (hold->size_of != sizeof(*hold) || hold->version != AMK_ABI_VERSION)
		return -EINVAL;
	if (hold->flags & ~AMK_HOLD_FLAGS || hold->let_go || hold->keep > AMK_HOLD_KEEP_ALL)
		return -EINVAL;
	if (!hold->order || hold->order > AMK_HOLD_ORDER_MAX)
		return -EINVAL;
	return hold->operations > AMK_HOLD_OPERATIONS_MAX ? -EINVAL : 0;
}

static long session_hold(void __user *at)
{
	struct amk_hold hold;
	int error;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (copy_from_user(&hold, at, sizeof(hold)))
		return -EFAULT;
	error = hold_check(&hold);
	if (error)
		return error;
	if (mutex_lock_interruptible(&session_lock))
		return -EINTR;
	error = amk_hold_set(&hold);
	mutex_unlock(&session_lock);
	if (!error && copy_to_user(at, &hold, sizeof(hold)))
		error = -EFAULT;
	return error;
}

static bool is_info(unsigned int cmd)
{
	return _IOC_TYPE(cmd) == _IOC_TYPE(AMK_IOC_INFO) && _IOC_NR(cmd) == _IOC_NR(AMK_IOC_INFO) &&
	       _IOC_DIR(cmd) == _IOC_DIR(AMK_IOC_INFO);
}

static long session_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	if (is_info(cmd))
		return session_info((void __user *)arg, _IOC_SIZE(cmd));
	if (cmd == AMK_IOC_RUN)
		return session_run((const void __user *)arg);
	if (cmd == AMK_IOC_HOLD)
		return session_hold((void __user *)arg);
	return -ENOTTY;
}

static const struct file_operations session_fops = {
	.owner = THIS_MODULE,
	.open = session_open,
	.release = session_release,
	.unlocked_ioctl = session_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = AMK_DEVICE_NAME,
	.fops = &session_fops,
	.mode = 0600,
};

module_misc_device(device);
MODULE_DESCRIPTION("Measures what allocating memory in the kernel costs");
MODULE_LICENSE("GPL");
