// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs one user-side block in a fresh process: see process.h.
 *
 * posix_spawn() shares the runner's memory until exec (CLONE_VFORK), so a large runner costs no
 * copied page tables. The wait is on a pidfd: no signal handler, no other child of the caller is
 * touched. Where there is none (some sandboxes, valgrind) the child is asked after now and then.
 */
#include "lib/user/process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define HELPER_NAME "allocmark-block"
/* The caller's stop flag is looked at this often at least; a signal ends the wait at once. */
#define SLICE_MS 250
/* Between two questions after a child without a pidfd. */
#define NAP_US 1000
/* A block that was asked to end gets so long, then it is killed. */
#define GRACE_MS 2000

/* A running block. */
struct child {
	pid_t pid;
	int pidfd; /* -1: not to be had */
	int status; /* as of waitpid() */
	enum amk_reason reason; /* why it was killed; NONE: it was not */
};

static const char *helper_beside(char path[PATH_MAX])
{
	ssize_t len = readlink("/proc/self/exe", path, PATH_MAX - sizeof(HELPER_NAME));
	char *slash;

	if (len <= 0 || len >= (ssize_t)(PATH_MAX - sizeof(HELPER_NAME)))
		return NULL;
	path[len] = '\0';
	slash = strrchr(path, '/');
	if (!slash)
		return NULL;
	memcpy(slash + 1, HELPER_NAME, sizeof(HELPER_NAME));
	return access(path, X_OK) ? NULL : path;
}

const char *amk_process_helper(void)
{
	static const char installed[] = AMK_PKGLIBEXECDIR "/" HELPER_NAME;
	static char path[PATH_MAX];
	const char *beside = helper_beside(path);

	if (beside)
		return beside;
	return access(installed, X_OK) ? NULL : installed;
}

static u64 now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (u64)ts.tv_sec * 1000 + (u64)ts.tv_nsec / 1000000;
}

/* A memfd with the request in it, mapped; NULL with errno set on failure. */
static struct amk_share *share_open(const struct amk_process *p, const struct amk_request *req,
				    int *fd)
{
	struct amk_share *share;

	*fd = memfd_create(AMK_DEVICE_NAME, MFD_CLOEXEC);
	if (*fd < 0)
		return NULL;
	share = MAP_FAILED;
	if (!ftruncate(*fd, sizeof(*share)))
		share = mmap(NULL, sizeof(*share), PROT_READ | PROT_WRITE, MAP_SHARED, *fd, 0);
	if (share == MAP_FAILED) {
		int error = errno;

		close(*fd);
		errno = error;
		return NULL;
	}
	share->size_of = sizeof(*share);
	share->parent = getpid();
	share->cpu = p->cpu;
	share->request = *req;
	if (p->allocator)
		snprintf(share->allocator, sizeof(share->allocator), "%s", p->allocator);
	return share;
}

static void share_close(struct amk_share *share, int fd)
{
	munmap(share, sizeof(*share));
	close(fd);
}

/* The block starts with no signal blocked, whatever the runner's mask is. */
static int spawn_prepare(posix_spawnattr_t *attr, posix_spawn_file_actions_t *actions, int fd,
			 bool silent)
{
	sigset_t none;
	int error;

	sigemptyset(&none);
	error = posix_spawnattr_setsigmask(attr, &none);
	if (!error)
		error = posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGMASK);
	/* Onto itself, dup2() here means: keep it open in the new process. */
	if (!error)
		error = posix_spawn_file_actions_adddup2(actions, fd, AMK_SHARE_FD);
	if (!error && silent)
		error = posix_spawn_file_actions_addopen(actions, STDERR_FILENO, "/dev/null",
							 O_WRONLY, 0);
	return error;
}

/* 0 or a positive errno. */
static int spawn_helper(const struct amk_process *p, const char *helper, int fd, pid_t *pid)
{
	char *const argv[] = { (char *)(uintptr_t)HELPER_NAME, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	int error;

	error = posix_spawnattr_init(&attr);
	if (error)
		return error;
	error = posix_spawn_file_actions_init(&actions);
	if (error)
		goto destroy_attr;
	error = spawn_prepare(&attr, &actions, fd, p->silent);
	if (!error)
		error = posix_spawn(pid, helper, &actions, &attr, argv,
				    p->environment ? p->environment : environ);
	posix_spawn_file_actions_destroy(&actions);
destroy_attr:
	posix_spawnattr_destroy(&attr);
	return error;
}

/* Collects the child; it has ended or was killed, so this does not wait for long. */
static void child_reap(struct child *c)
{
	while (waitpid(c->pid, &c->status, 0) < 0 && errno == EINTR)
		continue;
	if (c->pidfd >= 0)
		close(c->pidfd);
}

static void child_kill(struct child *c, enum amk_reason reason)
{
	c->reason = reason;
	kill(c->pid, SIGKILL);
}

/* Waits till the child has ended or a while is over; false: it has not ended. */
static bool child_ended(const struct child *c, u64 until_ms)
{
	struct pollfd ready = { .fd = c->pidfd, .events = POLLIN };
	siginfo_t info = { 0 };
	u64 now = now_ms();
	u64 left = until_ms > now ? until_ms - now : 0;

	if (c->pidfd >= 0)
		return poll(&ready, 1, left < SLICE_MS ? (int)left : SLICE_MS) > 0;
	if (waitid(P_PID, (id_t)c->pid, &info, WEXITED | WNOWAIT | WNOHANG))
		return true;
	if (!info.si_pid)
		usleep(NAP_US);
	return info.si_pid;
}

/* Waits for the end; asks for it when the caller wants to stop, and sees to it when time is up. */
static void child_wait(const struct amk_process *p, struct child *c)
{
	u64 until = now_ms() + (p->timeout_ms ? p->timeout_ms : AMK_PROCESS_TIMEOUT_MS);
	bool asked = false;

	while (!child_ended(c, until)) {
		if (!asked && p->stop && *p->stop) {
			asked = true;
			kill(c->pid, SIGTERM);
			if (until > now_ms() + GRACE_MS)
				until = now_ms() + GRACE_MS;
		}
		if (now_ms() >= until) {
			child_kill(c, asked ? AMK_REASON_STOPPED : AMK_REASON_TIMED_OUT);
			break;
		}
	}
	child_reap(c);
}

static int result_end(struct amk_result *res, enum amk_status status, enum amk_reason reason,
		      int error)
{
	memset(res, 0, sizeof(*res));
	res->size_of = sizeof(*res);
	res->version = AMK_ABI_VERSION;
	res->status = status;
	res->reason = reason;
	res->error = error;
	return 0;
}

static bool result_whole(const struct amk_result *res)
{
	return res->size_of == sizeof(*res) && res->version == AMK_ABI_VERSION &&
	       res->status > AMK_STATUS_NONE && res->status <= AMK_STATUS_MEASURE_FAILED &&
	       res->nr_lanes <= AMK_LANES_MAX && res->nr_values <= AMK_VALUES_MAX &&
	       res->nr_counts <= AMK_COUNTS_MAX;
}

/* What ended a block that gave no answer. */
static int result_died(struct amk_result *res, bool begun, int status)
{
	int error = -ECHILD;

	if (WIFSIGNALED(status))
		error = WTERMSIG(status) == SIGSEGV || WTERMSIG(status) == SIGBUS ? -EFAULT :
										    -EINTR;
	return result_end(res, begun ? AMK_STATUS_MEASURE_FAILED : AMK_STATUS_NONE, AMK_REASON_DIED,
			  error);
}

static int result_take(const struct child *c, const struct amk_share *share, struct amk_result *res)
{
	int code = WIFEXITED(c->status) ? WEXITSTATUS(c->status) : -1;

	if (c->reason)
		return result_end(res, AMK_STATUS_MEASURE_FAILED, c->reason, -ETIME);
	if (code == AMK_EXIT_SHARE || code == AMK_EXIT_USAGE)
		return -EPROTO;
	if (code == AMK_EXIT_CPU)
		return -EINVAL;
	if (code != 0 || !result_whole(&share->result))
		return result_died(res, share->begun, c->status);
	*res = share->result;
	return 0;
}

int amk_process_run(const struct amk_process *p, const struct amk_request *req,
		    struct amk_result *res)
{
	const char *helper = p->helper ? p->helper : amk_process_helper();
	struct child child = { 0 };
	struct amk_share *share;
	int error, fd;

	result_end(res, AMK_STATUS_NONE, AMK_REASON_NONE, 0);
	if (!helper)
		return -ENOENT;
	share = share_open(p, req, &fd);
	if (!share)
		return -errno;
	error = -spawn_helper(p, helper, fd, &child.pid);
	if (error)
		goto close_share;
	child.pidfd = (int)syscall(SYS_pidfd_open, child.pid, 0);
	child_wait(p, &child);
	error = result_take(&child, share, res);
	if (p->allocator_version)
		snprintf(p->allocator_version, AMK_ALLOCATOR_VERSION_LEN, "%.*s",
			 AMK_ALLOCATOR_VERSION_LEN - 1, share->allocator_version);
close_share:
	share_close(share, fd);
	return error;
}
