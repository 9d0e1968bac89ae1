// SPDX-License-Identifier: GPL-2.0-only
/*
 * The runs of a sweep: see run_sweep.h. Cells are keyed by strategy, workload and size everywhere,
 * so each value of anything else is a run of its own: all that reads, shows and compares runs takes
 * it as it is. The order of the cells follows from the seed, which is that of all.
 */
#include "bench/run_sweep.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/command.h"

/* The run under way, for the handler; 0: none. */
static volatile sig_atomic_t child;

/* Whoever stops the sweep stops the run under way, whether or not that was signalled too. */
static void stop_handler(int number)
{
	(void)number;
	amk_session_stop = 1;
	if (child)
		kill((pid_t)child, SIGTERM);
}

static void stop_catch(void)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = stop_handler };
	struct sigaction old;
	size_t i;

	sigemptyset(&action.sa_mask);
	for (i = 0; i < AMK_ARRAY_SIZE(numbers); i++)
		if (!sigaction(numbers[i], NULL, &old) && old.sa_handler != SIG_IGN)
			sigaction(numbers[i], &action, NULL);
}

int amk_run_sweep_check(const struct amk_run_line *line, const char *option)
{
	const char *other = line->resume ? "--resume" : line->mirror ? "--mirror" : NULL;

	if (!other)
		return 0;
	return amk_fail("%s and %s exclude each other: %s makes several runs", option, other,
			option);
}

static int base_make(const struct amk_run_line *line, char **base)
{
	struct amk_identity identity;
	char hostname[65] = "";

	if (line->out) {
		*base = strdup(line->out);
	} else {
		if (gethostname(hostname, sizeof(hostname) - 1) || !hostname[0])
			strcpy(hostname, "unknown");
		amk_identity_make(&identity);
		*base = amk_rundir_name(&identity, line->machine ? line->machine : hostname);
	}
	return *base ? 0 : amk_fail("out of memory");
}

/* In the child; it is told to stop when the one that waits for it is gone. */
static void step_measure(const struct amk_run_line *line, const struct amk_run_step *step,
			 const char *base, amk_run_fn *run)
{
	struct amk_run_line own = *line;
	char *out;

	prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
	if (asprintf(&out, "%s/%s", base, step->name) < 0)
		exit(amk_fail("out of memory"));
	fprintf(stderr, "allocmark: %s: %s\n", step->says, out);
	own.out = out;
	own.then = NULL;
	step->set(&own, step);
	exit(run(&own));
}

/* The status of the child that is gone; it is not reaped while the handler may yet signal it. */
static int step_wait(pid_t pid)
{
	siginfo_t info;
	int status = -1;

	while (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) && errno == EINTR)
		continue;
	child = 0;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	return status;
}

/*
 * Hands the run of @step to line->then, between two runs, when nothing is measured that this could
 * disturb. 0, or 1 after one line; a run that failed has records, too.
 */
static int step_hand_on(const struct amk_run_line *line, const struct amk_run_step *step,
			const char *base)
{
	char *path, *argv[3] = { (char *)line->then, NULL, NULL };
	int status = -1, error;
	pid_t pid;

	if (!line->then)
		return 0;
	if (asprintf(&path, "%s/%s", base, step->name) < 0)
		return amk_fail("out of memory");
	argv[1] = path;
	error = posix_spawnp(&pid, line->then, NULL, NULL, argv, environ);
	if (!error)
		status = step_wait(pid);
	if (error)
		error = amk_fail("--then: %s cannot be started: %s", line->then, strerror(error));
	else if (status)
		error = amk_fail("--then: %s %s failed", line->then, path);
	free(path);
	return error;
}

/* The exit status of one run; -EINTR: it was ended, and no other is to follow. */
static int step_run(const struct amk_run_line *line, const struct amk_run_step *step,
		    const char *base, amk_run_fn *run)
{
	int status, handed;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		return amk_fail("cannot start a process: %s", strerror(errno));
	if (!pid)
		step_measure(line, step, base, run);
	child = pid;
	/* Before that the handler did not know whom to tell. */
	if (amk_session_stop)
		kill(pid, SIGTERM);
	status = step_wait(pid);
	if (amk_session_stop || !WIFEXITED(status))
		return -EINTR;
	handed = step_hand_on(line, step, base);
	if (amk_session_stop)
		return -EINTR;
	return WEXITSTATUS(status) ? WEXITSTATUS(status) : handed;
}

/* What one run asks for is what each of them asks for. */
static int sweep_check(const struct amk_run_line *line, const struct amk_run_step *step,
		       amk_run_fn *run)
{
	struct amk_run_line own = *line;

	own.then = NULL;
	step->set(&own, step);
	return run(&own);
}

int amk_run_sweep(struct amk_run_line *line, const struct amk_run_step *step, size_t nr_steps,
		  amk_run_fn *run)
{
	int failed = 0, status = 0;
	char *base = NULL;
	size_t i;

	if (line->check)
		return sweep_check(line, step, run);
	if (base_make(line, &base))
		return 1;
	if (!line->seed_given)
		line->seed = amk_random_seed();
	line->seed_given = true;
	stop_catch();
	for (i = 0; i < nr_steps && status >= 0; i++) {
		status = step_run(line, &step[i], base, run);
		if (status < 0)
			failed = amk_fail("stopped; what was measured is in %s", base);
		else if (!failed)
			failed = status;
	}
	free(base);
	return failed;
}
