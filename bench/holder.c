// SPDX-License-Identifier: GPL-2.0-only
/*
 * The holder process: see holder.h. It is forked, not a program of its own: what it needs is a
 * socket to be told by. Its death gives everything back, so it is tied to the run by
 * PR_SET_PDEATHSIG and by the socket, and signals that ask the run to stop are left to the run.
 */
#include "bench/holder.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/holder_memory.h"
#include "bench/meter.h"

#define BUSY 1
#define TELL_NS 250000000ULL

struct answer {
	s32 error; /* 0 or -errno; BUSY: it is not done yet */
	u64 held_bytes; /* so far */
	struct amk_hold hold;
};

/* In the process itself: the run, and when it was last told. */
static int run_fd;
static u64 told_ns;

/* Only its socket stays: an open device of the module would outlive a killed run by a moment. */
static void files_close(int keep)
{
	if (keep > STDERR_FILENO + 1)
		close_range(STDERR_FILENO + 1, (unsigned int)keep - 1, 0);
	close_range((unsigned int)keep + 1, ~0U, 0);
}

static void first_to_go(void)
{
	static const char most[] = "1000";
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	/* Not allowed in some sandboxes: then it is as likely as any to be killed. */
	if (write(fd, most, sizeof(most) - 1) < 0)
		errno = 0;
	close(fd);
}

void amk_holder_tell(void)
{
	struct answer answer = { .error = BUSY };
	u64 now = amk_meter_now_ns();

	if (now - told_ns < TELL_NS)
		return;
	told_ns = now;
	answer.held_bytes = amk_holder_bytes();
	/* A run that is gone is the end; one that does not listen is not waited for. */
	if (send(run_fd, &answer, sizeof(answer), MSG_NOSIGNAL | MSG_DONTWAIT) < 0 &&
	    (errno == EPIPE || errno == ECONNRESET))
		_exit(0);
}

static void serve(int fd, pid_t parent)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	struct answer answer = { 0 };
	size_t i;

	run_fd = fd;
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (getppid() != parent)
		_exit(0);
	for (i = 0; i < AMK_ARRAY_SIZE(numbers); i++)
		signal(numbers[i], SIG_IGN);
	files_close(fd);
	first_to_go();
	while (recv(fd, &answer.hold, sizeof(answer.hold), 0) == (ssize_t)sizeof(answer.hold)) {
		told_ns = amk_meter_now_ns();
		answer.error = amk_holder_memory_set(&answer.hold);
		if (send(fd, &answer, sizeof(answer), MSG_NOSIGNAL) < 0)
			break;
	}
	_exit(0);
}

int amk_holder_open(struct amk_holder *holder)
{
	pid_t parent = getpid();
	int fd[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd))
		return -errno;
	holder->pid = fork();
	if (!holder->pid)
		serve(fd[1], parent);
	close(fd[1]);
	if (holder->pid < 0) {
		int error = -errno;

		holder->pid = 0;
		close(fd[0]);
		return error;
	}
	holder->fd = fd[0];
	return 0;
}

static int answer_wait(struct amk_holder *holder, struct answer *answer)
{
	ssize_t got = recv(holder->fd, answer, sizeof(*answer), 0);

	if (got < 0)
		return errno == ECONNRESET ? -ECHILD : -errno;
	return got == (ssize_t)sizeof(*answer) ? 0 : -ECHILD;
}

int amk_holder_hold(struct amk_holder *holder, struct amk_hold *hold)
{
	struct answer answer;
	int error = 0;

	if (send(holder->fd, hold, sizeof(*hold), MSG_NOSIGNAL) < 0)
		return errno == EPIPE || errno == ECONNRESET ? -ECHILD : -errno;
	do {
		error = answer_wait(holder, &answer);
		if (!error && answer.error == BUSY && holder->busy)
			error = holder->busy(holder->who, answer.held_bytes);
	} while (!error && answer.error == BUSY);
	if (error)
		return error;
	*hold = answer.hold;
	return answer.error;
}

void amk_holder_close(struct amk_holder *holder)
{
	if (!holder->pid)
		return;
	close(holder->fd);
	kill(holder->pid, SIGKILL);
	while (waitpid(holder->pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	holder->pid = 0;
}
