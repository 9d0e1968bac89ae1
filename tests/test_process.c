// SPDX-License-Identifier: GPL-2.0-only
/*
 * The runner of user blocks against helpers that do their work and helpers that do not: what it
 * makes of a crash, a hang, a lie, a missing program, a bad request, a stop, and its own death.
 *
 * The bad helpers are this program itself: called under the helper's name it acts as AMK_TEST_ACT
 * in its environment says. Times here are bounds of a hang, never of speed.
 */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/user/process.h"
#include "tests/block.h"

#define HANG_SECONDS 60

static struct amk_result res;

/* ---- the bad helpers ---- */

static void act_answer(struct amk_share *share)
{
	share->result.size_of = sizeof(share->result);
	share->result.version = AMK_ABI_VERSION;
	share->result.status = AMK_STATUS_OK;
}

static int act(const char *name)
{
	struct amk_share *share =
		mmap(NULL, sizeof(*share), PROT_READ | PROT_WRITE, MAP_SHARED, AMK_SHARE_FD, 0);

	if (share == MAP_FAILED)
		return 9;
	share->begun = strcmp(name, "crash-early") != 0;
	signal(SIGTERM, SIG_IGN);
	if (!strncmp(name, "crash", 5)) {
		signal(SIGSEGV, SIG_DFL);
		raise(SIGSEGV);
	}
	if (!strcmp(name, "hang"))
		sleep(HANG_SECONDS);
	if (!strcmp(name, "killed"))
		raise(SIGKILL);
	if (!strncmp(name, "lie", 3))
		act_answer(share);
	if (!strcmp(name, "lie-status"))
		share->result.status = 77;
	if (!strcmp(name, "lie-lanes"))
		share->result.nr_lanes = AMK_LANES_MAX + 1;
	if (!strcmp(name, "lie-version"))
		share->result.version++;
	return strcmp(name, "other-build") ? 0 : AMK_EXIT_SHARE;
}

/* Runs a block with this program as the helper that acts as @name. */
static int run_act(const char *name, u32 timeout_ms, const volatile sig_atomic_t *stop)
{
	struct amk_process p = { .cpu = -1, .timeout_ms = timeout_ms, .stop = stop };
	char setting[64], self[] = "/proc/self/exe";
	char *environment[] = { setting, NULL };
	static char path[4096];
	struct amk_request req;
	ssize_t len = readlink(self, path, sizeof(path) - 1);

	path[len > 0 ? len : 0] = '\0';
	snprintf(setting, sizeof(setting), "AMK_TEST_ACT=%s", name);
	p.helper = path;
	p.environment = environment;
	block_request(&req, "null", "pair", 64);
	return amk_process_run(&p, &req, &res);
}

static void is(const char *what, int code, u32 status, u32 reason, int error)
{
	check(code == 0, "%s: returned %d", what, code);
	check(res.status == status, "%s: status %u, not %u", what, res.status, status);
	check(res.reason == reason, "%s: reason %s, not %s", what, block_reason(res.reason),
	      block_reason(reason));
	check(res.error == error, "%s: error %d, not %d", what, res.error, error);
	check(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD, "%s: left a child", what);
}

static void test_bad_helpers(void)
{
	static const char *const lies[] = { "idle", "lie-status", "lie-lanes", "lie-version" };
	volatile sig_atomic_t stop = 1;
	u32 i;

	is("crash", run_act("crash", 0, NULL), AMK_STATUS_MEASURE_FAILED, AMK_REASON_DIED, -EFAULT);
	is("crash-early", run_act("crash-early", 0, NULL), AMK_STATUS_NONE, AMK_REASON_DIED,
	   -EFAULT);
	is("killed", run_act("killed", 0, NULL), AMK_STATUS_MEASURE_FAILED, AMK_REASON_DIED,
	   -EINTR);
	is("hang", run_act("hang", 200, NULL), AMK_STATUS_MEASURE_FAILED, AMK_REASON_TIMED_OUT,
	   -ETIME);
	is("stop", run_act("hang", 0, &stop), AMK_STATUS_MEASURE_FAILED, AMK_REASON_STOPPED,
	   -ETIME);
	is("lie", run_act("lie", 0, NULL), AMK_STATUS_OK, AMK_REASON_NONE, 0);
	for (i = 0; i < AMK_ARRAY_SIZE(lies); i++)
		is(lies[i], run_act(lies[i], 0, NULL), AMK_STATUS_MEASURE_FAILED, AMK_REASON_DIED,
		   -ECHILD);
	check(run_act("other-build", 0, NULL) == -EPROTO, "a helper of another build is taken");
	check(res.status == AMK_STATUS_NONE, "another build: status %u", res.status);
}

/* ---- the real helper ---- */

static int run_real(const char *strategy, const char *workload)
{
	struct amk_process p = { .helper = block_helper(), .cpu = -1 };
	struct amk_request req;

	block_request(&req, strategy, workload, 64);
	return amk_process_run(&p, &req, &res);
}

static void test_names(void)
{
	is("malloc", run_real("malloc", "pair"), AMK_STATUS_OK, AMK_REASON_NONE, 0);
	check(res.nr_lanes == 1 && res.lane[0].nr_iterations == 3, "malloc: no full block");
	check(!strcmp(res.lane[0].metric, "lat_pair"), "malloc: times %s", res.lane[0].metric);
	is("no strategy", run_real("nosuch", "pair"), AMK_STATUS_SKIP, AMK_REASON_UNKNOWN_STRATEGY,
	   0);
	is("kernel's strategy", run_real("kmalloc", "pair"), AMK_STATUS_SKIP,
	   AMK_REASON_UNKNOWN_STRATEGY, 0);
	is("no workload", run_real("malloc", "nosuch"), AMK_STATUS_SKIP,
	   AMK_REASON_UNKNOWN_WORKLOAD, 0);
}

static void bad_request(const char *what, const struct amk_request *req)
{
	struct amk_process p = { .helper = block_helper(), .cpu = -1 };

	is(what, amk_process_run(&p, req, &res), AMK_STATUS_SETUP_FAILED, AMK_REASON_BAD_REQUEST,
	   -EINVAL);
}

static void test_bad_requests(void)
{
	struct amk_request good, req;

	block_request(&good, "malloc", "pair", 64);
	req = good;
	req.version++;
	bad_request("version", &req);
	req = good;
	req.nr_events = AMK_EVENTS_MAX + 1;
	bad_request("padding", &req);
	req = good;
	req.iterations = 0;
	bad_request("iterations", &req);
	req = good;
	req.batch = AMK_BATCH_MAX + 1;
	bad_request("batch", &req);
	req = good;
	memset(req.strategy, 'x', sizeof(req.strategy));
	bad_request("unended name", &req);
	req = good;
	req.strategy[0] = '\0';
	bad_request("empty name", &req);
}

static void test_no_helper(void)
{
	struct amk_process p = { .helper = "/nosuch/allocmark-block", .cpu = -1 };
	struct amk_request req;

	block_request(&req, "malloc", "pair", 64);
	check(amk_process_run(&p, &req, &res) == -ENOENT, "a missing helper is not -ENOENT");
	p.helper = "/dev/null";
	check(amk_process_run(&p, &req, &res) == -EACCES, "no program is not -EACCES");
	check(res.status == AMK_STATUS_NONE, "no helper: status %u", res.status);
	check(!p.environment && access("/nosuch", F_OK), "no helper: something was made");
}

static void test_cpu(void)
{
	struct amk_process p = { .helper = block_helper() };
	struct amk_request req;
	cpu_set_t set;

	block_request(&req, "malloc", "pair", 64);
	p.cpu = 1 << 20;
	check(amk_process_run(&p, &req, &res) == -EINVAL, "an absurd CPU is not -EINVAL");
	sched_getaffinity(0, sizeof(set), &set);
	for (p.cpu = 0; !CPU_ISSET(p.cpu, &set);)
		p.cpu++;
	is("pinned", amk_process_run(&p, &req, &res), AMK_STATUS_OK, AMK_REASON_NONE, 0);
}

/* A block of minutes: only an end from outside makes it short. */
static void long_request(struct amk_request *req)
{
	block_request(req, "malloc", "pair", 64);
	req->iterations = AMK_ITERATIONS_MAX;
	req->iteration_ticks = AMK_ITERATION_TICKS_MAX / 4;
	req->block_ticks = ~0ULL;
}

static volatile sig_atomic_t stop_now;

static void on_alarm(int number)
{
	(void)number;
	stop_now = 1;
}

/* The helper answers a stop by itself. */
static void test_stop(void)
{
	struct amk_process p = { .helper = block_helper(), .cpu = -1, .stop = &stop_now };
	struct amk_request req;

	long_request(&req);
	signal(SIGALRM, on_alarm);
	alarm(1);
	check(amk_process_run(&p, &req, &res) == 0, "stop: returned an error");
	check(res.status == AMK_STATUS_MEASURE_FAILED && res.reason == AMK_REASON_STOPPED,
	      "stop: status %u, reason %s", res.status, block_reason(res.reason));
	/* Killed if an iteration under way outlasted the grace. */
	check(res.error == -EINTR || res.error == -ETIME, "stop: error %d", res.error);
}

static bool has_child(pid_t pid)
{
	char path[64], text[8];
	FILE *f;
	bool has;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid, (int)pid);
	f = fopen(path, "r");
	if (!f)
		return false;
	has = fgets(text, sizeof(text), f);
	fclose(f);
	return has;
}

/* With the runner killed, its block ends too: we inherit it as its reaper and see how it went. */
static void test_orphan(void)
{
	struct amk_process p = { .helper = block_helper(), .cpu = -1 };
	struct amk_request req;
	pid_t runner;
	int tries, status = 0;

	long_request(&req);
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	runner = fork();
	if (!runner)
		_exit(amk_process_run(&p, &req, &res) ? 1 : 0);
	for (tries = 0; tries < 1000 && !has_child(runner); tries++)
		usleep(10000);
	usleep(50000);
	kill(runner, SIGKILL);
	check(waitpid(runner, NULL, 0) == runner, "the runner is not to be had");
	check(tries < 1000, "the runner had no block");
	alarm(HANG_SECONDS); /* a block that lives on ends the test */
	signal(SIGALRM, SIG_DFL);
	check(waitpid(-1, &status, 0) > 0, "no block was left to reap");
	alarm(0);
	check((WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) ||
		      (WIFEXITED(status) && WEXITSTATUS(status) == AMK_EXIT_ORPHAN),
	      "the block ended with status %x", (unsigned int)status);
	prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0);
}

static int open_files(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static void test_no_leak(void)
{
	int before = open_files();
	int i;

	for (i = 0; i < 20; i++)
		run_real("null", i % 2 ? "pair" : "nosuch");
	check(open_files() == before, "%d files open, %d before", open_files(), before);
}

int main(int argc, char **argv)
{
	const char *name = getenv("AMK_TEST_ACT");

	if (argc == 1 && name && !strcmp(argv[0], "allocmark-block"))
		return act(name);
	setvbuf(stdout, NULL, _IOLBF, 0);
	test_bad_helpers();
	test_names();
	test_bad_requests();
	test_no_helper();
	test_cpu();
	test_no_leak();
	test_stop();
	test_orphan();
	return check_done();
}
