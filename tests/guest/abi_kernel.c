// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module's interface under callers that are wrong, hostile or killed: each bad field is
 * refused, random requests end in an answer, a second opener waits outside, and a caller that is
 * killed in the middle of a run leaves the device free.
 */
#include "kmod_client.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/core/random.h"

#define FUZZ_REQUESTS 4000
#define KILLS 20
#define DEATH_MS_MAX 10000 /* an emulated machine is slow; a block that does not look runs on */

static struct amk_result result;

static void expect(const struct amk_request *request, int wanted, const char *name)
{
	int error = kmod_run(request, &result);

	tap(error == wanted, "%s", name);
	if (error != wanted)
		tap_note("got %d, wanted %d", error, wanted);
}

/* ---- bad fields ---- */

#define BAD(field, value, name)                                               \
	do {                                                                  \
		struct amk_request bad = kmod_request("kmalloc", "pair", 64); \
                                                                              \
		bad.field = value;                                            \
		expect(&bad, -EINVAL, "refused: " name);                      \
	} while (0)

static void test_fields(void)
{
	struct amk_request good = kmod_request("kmalloc", "pair", 64);

	expect(&good, 0, "a good request passes");
	BAD(size_of, sizeof(good) - 1, "another size of the struct");
	BAD(version, AMK_ABI_VERSION + 1, "another version");
	BAD(event[0].pad, 1, "padding that is not zero");
	BAD(nr_events, AMK_EVENTS_MAX + 1, "too many events");
	BAD(flags, 1U << 31, "an unknown flag");
	BAD(clock_kind, 7, "an unknown clock");
	BAD(iterations, 0, "no iteration");
	BAD(iterations, AMK_ITERATIONS_MAX + 1, "too many iterations");
	BAD(warmup, AMK_WARMUP_MAX + 1, "too many warm-ups");
	BAD(batch, 0, "no batch");
	BAD(batch, AMK_BATCH_MAX + 1, "too large a batch");
	BAD(each_max, AMK_EACH_MAX + 1, "too many single operations");
	BAD(iteration_ticks, 0, "no time");
	BAD(node, -2, "a negative node");
	BAD(node, 0, "a node of a row that takes none");
	BAD(align, 3, "an alignment that is no power of two");
	BAD(align, 64, "an alignment, which no row takes");
	BAD(nr_threads, AMK_THREADS_MAX + 1, "too many threads");
	BAD(nr_threads, 2, "two threads on one CPU");
	BAD(cpu[0], 1, "a CPU of no thread");
	BAD(tick_khz, AMK_TICK_KHZ_MAX + 1, "a clock too fast");
	BAD(strategy[0], 0, "no strategy");
	memset(good.strategy, 'x', sizeof(good.strategy));
	expect(&good, -EINVAL, "refused: a name without an end");
}

static void test_names(void)
{
	struct amk_request request = kmod_request("no-such", "pair", 64);

	expect(&request, 0, "an unknown strategy is answered");
	tap(result.status == AMK_STATUS_SKIP && result.reason == AMK_REASON_UNKNOWN_STRATEGY,
	    "and skipped");
	request = kmod_request("kmalloc", "no-such", 64);
	expect(&request, 0, "an unknown workload is answered");
	tap(result.status == AMK_STATUS_SKIP && result.reason == AMK_REASON_UNKNOWN_WORKLOAD,
	    "and skipped too");
}

/* ---- bad calls ---- */

/* The error of an ioctl that must fail, 0 if it did not. */
static int refused(unsigned long cmd, void *arg)
{
	return ioctl(kmod_fd, cmd, arg) ? errno : 0;
}

static void test_calls(void)
{
	struct amk_run run = { .request = kmod_request("kmalloc", "pair", 64) };
	void *hole = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct {
		struct amk_info info;
		u64 more;
	} larger;
	u32 head[2] = { 0 };

	tap(refused(AMK_IOC_RUN, NULL) == EFAULT, "a request at no address");
	tap(refused(AMK_IOC_RUN, &run) == EFAULT, "a result that goes to no address");
	run.result_addr = (unsigned long)hole;
	tap(refused(AMK_IOC_RUN, &run) == EFAULT,
	    "a result that goes where nothing may be written");
	run.result_addr = ~0UL - 100;
	tap(refused(AMK_IOC_RUN, &run) == EFAULT, "a result that goes to the kernel");
	tap(refused(_IO(AMK_IOC_MAGIC, 99), NULL) == ENOTTY, "an unknown command");
	tap(refused(_IOW(AMK_IOC_MAGIC, 2, u64), &run) == ENOTTY, "RUN of another size");
	tap(refused(AMK_IOC_INFO, NULL) == EFAULT, "INFO to no address");
	tap(refused(_IOWR(AMK_IOC_MAGIC, 1, u32), head) == EINVAL,
	    "INFO without room for a version");
	tap(!ioctl(kmod_fd, _IOWR(AMK_IOC_MAGIC, 1, head), head) &&
		    head[0] == sizeof(struct amk_info) && head[1] == AMK_ABI_VERSION,
	    "INFO answers a caller with an older struct");
	memset(&larger, 0xff, sizeof(larger));
	tap(!ioctl(kmod_fd, _IOWR(AMK_IOC_MAGIC, 1, larger), &larger) && !larger.more,
	    "INFO answers a caller with a newer struct");
	tap(lseek(kmod_fd, 0, SEEK_SET) == -1 && errno == ESPIPE, "the device has no position");
	munmap(hole, 4096);
}

/* ---- who may open ---- */

static int try_open(void)
{
	int fd = open("/dev/" AMK_DEVICE_NAME, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

/* What @call answers in a process without rights. */
static int unprivileged(int (*call)(void))
{
	int status = 0;
	pid_t pid = fork();

	if (!pid)
		_exit(setgid(65534) || setuid(65534) ? 255 : call());
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

static int run_again(void)
{
	struct amk_request request = kmod_request("kmalloc", "pair", 64);

	return -kmod_run(&request, &result);
}

static void test_openers(void)
{
	tap(try_open() == EBUSY, "a second opener is told that the device is busy");
	tap(unprivileged(try_open) == EACCES, "an unprivileged opener is turned away");
	tap(unprivileged(run_again) == EPERM, "an inherited descriptor gives no right to run");
}

/* ---- random requests ---- */

static bool fuzz_one(struct amk_random *r, u32 at)
{
	static const char *const names[] = { "kmalloc", "vmalloc", "kmem_cache", "alloc_pages" };
	struct amk_request request = kmod_request(names[at % AMK_ARRAY_SIZE(names)], "pair", 64);
	u32 changes = 1 + amk_random_below(r, 4);
	int error;

	request.flags = AMK_REQUEST_DRY;
	request.size = amk_random_next(r) >> amk_random_below(r, 64);
	while (changes--)
		((u8 *)&request)[amk_random_below(r, sizeof(request))] = (u8)amk_random_next(r);
	error = kmod_run(&request, &result);
	return error ? error == -EINVAL : result.version == AMK_ABI_VERSION && result.status;
}

static void test_fuzz(void)
{
	struct amk_random r = { 1 };
	u32 i, wrong = 0;

	for (i = 0; i < FUZZ_REQUESTS; i++)
		wrong += !fuzz_one(&r, i);
	tap(!wrong, "%u random requests were answered or refused", FUZZ_REQUESTS);
}

/* ---- signals ---- */

/* A block that would run for a minute. */
static struct amk_request long_request(u32 at)
{
	static const char *const names[] = { "vmalloc", "kmem_cache-bulk", "alloc_pages",
					     "kmalloc" };
	static const char *const workloads[] = { "burst-shuffled", "touch", "zero", "pair",
						 "limit" };
	struct amk_request request = kmod_request(names[at % AMK_ARRAY_SIZE(names)],
						  workloads[at % AMK_ARRAY_SIZE(workloads)], 40000);

	request.iteration_ticks = AMK_ITERATION_TICKS_MAX;
	request.block_ticks = ~0ULL;
	request.iterations = AMK_ITERATIONS_MAX;
	request.warmup = AMK_WARMUP_MAX;
	request.batch = 2048;
	request.each_max = AMK_EACH_MAX;
	return request;
}

static u64 now_ms(void)
{
	return amk_clock_ns() / 1000000;
}

/* Runs blocks in a child until it is killed after @delay_us; how long its death took. */
static u64 kill_one(u32 at, u32 delay_us)
{
	struct amk_request request = long_request(at);
	u64 killed;
	pid_t pid = fork();

	if (!pid) {
		/* The child holds the device alone, so its death must free it. */
		kmod_fd = open("/dev/" AMK_DEVICE_NAME, O_RDWR | O_CLOEXEC);
		while (kmod_fd >= 0)
			kmod_run(&request, &result);
		_exit(1);
	}
	usleep(delay_us);
	killed = now_ms();
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return now_ms() - killed;
}

static void test_kill(void)
{
	struct amk_random r = { 2 };
	u64 longest = 0, took;
	u32 i, busy = 0;

	close(kmod_fd);
	for (i = 0; i < KILLS; i++) {
		took = kill_one(i, 1000 + amk_random_below(&r, 300000));
		longest = took > longest ? took : longest;
		busy += try_open() != 0;
	}
	tap(!busy, "the device is free after each of %d kills", KILLS);
	tap(longest < DEATH_MS_MAX, "a killed run ends at once");
	tap_note("longest: %llu ms", (unsigned long long)longest);
}

static void on_alarm(int number)
{
	(void)number;
}

static void test_interrupt(void)
{
	struct sigaction action = { .sa_handler = on_alarm };
	struct amk_request request = long_request(0);
	int error;

	sigaction(SIGALRM, &action, NULL);
	ualarm(100000, 0);
	error = kmod_run(&request, &result);
	tap(!error && result.status == AMK_STATUS_MEASURE_FAILED &&
		    result.reason == AMK_REASON_STOPPED,
	    "a signal stops a block, and its result says so");
}

/* Far more memory than there is, asked for in one request. */
static void test_greedy(void)
{
	struct amk_request request = kmod_request("vmalloc", "burst-fifo", 1 << 20);

	request.mem_max = ~0ULL;
	request.batch = AMK_BATCH_MAX;
	expect(&request, 0, "a request for more memory than there is, is answered");
	tap(result.status == AMK_STATUS_OK &&
		    (u64)result.batch * request.size <= kmod_info.mem_max + kmod_info.mem_max / 4,
	    "with a batch that the module's limit leaves");
}

int main(void)
{
	if (!kmod_open())
		return 1;
	test_fields();
	test_names();
	test_calls();
	test_openers();
	test_greedy();
	test_interrupt();
	test_fuzz();
	test_kill();
	return kmod_failed != 0;
}
