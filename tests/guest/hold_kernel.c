// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the module holds for a state of memory: as much as was asked for and never what others need.
 * Wrong and random requests are refused, memory that runs out gets all of it back before anybody is
 * killed, and so does the machine when the caller is killed in the middle.
 */
#include "kmod_client.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/core/random.h"

#define FUZZ_HOLDS 500
#define KILLS 8
#define HOG_BYTES (8ULL << 30)
#define HOG_ENOUGH_KB (256ULL << 10)

static struct amk_hold hold_good(void)
{
	return (struct amk_hold){ .size_of = sizeof(struct amk_hold),
				  .version = AMK_ABI_VERSION,
				  .order = 4 };
}

static int hold(struct amk_hold *hold)
{
	return ioctl(kmod_fd, AMK_IOC_HOLD, hold) ? -errno : 0;
}

#define BAD_HOLD(field, value, name)                                  \
	do {                                                          \
		struct amk_hold bad = hold_good();                    \
                                                                      \
		bad.field = value;                                    \
		tap(hold(&bad) == -EINVAL, "HOLD refused: %s", name); \
	} while (0)

static void test_hold_fields(void)
{
	BAD_HOLD(size_of, 71, "another size of the struct");
	BAD_HOLD(version, AMK_ABI_VERSION + 1, "another version");
	BAD_HOLD(flags, 1U << 31, "an unknown flag");
	BAD_HOLD(order, 0, "blocks of one page");
	BAD_HOLD(order, AMK_HOLD_ORDER_MAX + 1, "too large a block");
	BAD_HOLD(operations, AMK_HOLD_OPERATIONS_MAX + 1, "too many operations");
	BAD_HOLD(keep, AMK_HOLD_KEEP_ALL + 1, "more kept than there is");
	BAD_HOLD(let_go, 1, "an answer in the question");
	tap(ioctl(kmod_fd, AMK_IOC_HOLD, NULL) && errno == EFAULT, "HOLD at no address");
	tap(ioctl(kmod_fd, _IOWR(AMK_IOC_MAGIC, 3, u64), NULL) && errno == ENOTTY,
	    "HOLD of another size");
}

/* What HOLD answers in a process without rights that has the device open. */
static int hold_unprivileged(void)
{
	struct amk_hold h = hold_good();
	int status = 0;
	pid_t pid = fork();

	if (!pid)
		_exit(setgid(65534) || setuid(65534) ? 255 : -hold(&h));
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

/* ---- when memory runs out ---- */

static u64 free_kb(void)
{
	static const char key[] = "MemFree:";
	char text[1024] = "", *at;
	int fd = open("/proc/meminfo", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		return 0;
	close(fd);
	at = strstr(text, key);
	return at ? strtoull(at + sizeof(key) - 1, NULL, 10) : 0;
}

static void first_to_go(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "1000", 4) < 0)
		_exit(2);
	close(fd);
}

/*
 * Takes memory until there is suddenly more of it: the module's. If it is not given any, it is the
 * one that is killed.
 */
static void hog(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), most = HOG_BYTES, at;
	char *p = mmap(NULL, most, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	first_to_go();
	madvise(p, most, MADV_NOHUGEPAGE);
	for (at = 0; p != MAP_FAILED && at < most; at += page) {
		p[at] = 1;
		if (at % (64 * page) == 0 && free_kb() > HOG_ENOUGH_KB)
			_exit(0);
	}
	_exit(1);
}

/* With all that may be held in the hands of the module. */
static void test_hold_oom(void)
{
	struct amk_hold h = hold_good();
	int status = 0;
	pid_t pid;

	tap(free_kb() < HOG_ENOUGH_KB, "the module holds nearly all memory");
	pid = fork();
	if (!pid)
		hog();
	waitpid(pid, &status, 0);
	tap(WIFEXITED(status) && !WEXITSTATUS(status),
	    "when memory runs out the module gives back, and nobody is killed");
	tap(!hold(&h) && h.let_go && !h.blocks && !h.pages && !h.object_bytes,
	    "the next HOLD says so, and that neither pages nor objects are left");
	h = hold_good();
	tap(!hold(&h) && !h.let_go, "and the one after that says nothing of it any more");
}

static void test_hold(void)
{
	struct amk_hold h = hold_good();

	h.blocks = 100;
	h.pages = 1000;
	tap(!hold(&h) && h.blocks == 100 && h.pages == 1000, "HOLD holds as much as was asked for");
	h.blocks = 10;
	h.pages = 0;
	tap(!hold(&h) && h.blocks == 10 && h.pages == 0, "and gives the rest back");
	h.operations = 20000;
	h.object_bytes = 4 << 20;
	h.keep = 500;
	tap(!hold(&h) && h.operations == 20000 && h.object_bytes > 0 && h.object_bytes <= 4 << 20 &&
		    h.blocks == 10,
	    "objects come and go, and some stay within their bound");
	h = hold_good();
	h.floor_bytes = ~0ULL;
	h.pages = 1000;
	tap(!hold(&h) && h.pages == 0, "nothing is taken below the floor that was given");
	h = hold_good();
	h.blocks = h.pages = ~0ULL;
	tap(!hold(&h) && h.pages > 0 && h.pages < ~0ULL && !h.let_go,
	    "more than there is ends at the module's own floor");
	tap(h.object_bytes > 0, "and what is held of objects stays");
	test_hold_oom();
	h = hold_good();
	h.operations = 20000;
	h.object_bytes = 4 << 20;
	h.keep = 500;
	tap(!hold(&h) && h.object_bytes > 0, "objects may be held again after that");
	h = hold_good();
	h.flags = AMK_HOLD_RELEASE;
	tap(!hold(&h) && !h.blocks && !h.pages && !h.object_bytes, "all is given back");
	tap(hold_unprivileged() == EPERM, "an inherited descriptor gives no right to hold");
}

static void test_hold_fuzz(void)
{
	struct amk_random r = { 3 };
	u32 i, wrong = 0;

	for (i = 0; i < FUZZ_HOLDS; i++) {
		struct amk_hold h = hold_good();
		u32 changes = 1 + amk_random_below(&r, 3);
		int error;

		while (changes--)
			((u8 *)&h)[amk_random_below(&r, sizeof(h))] = (u8)amk_random_next(&r);
		h.operations %= 4096;
		h.pages %= 1 << 16;
		h.blocks %= 1 << 8;
		error = hold(&h);
		wrong += error && error != -EINVAL;
	}
	tap(!wrong, "%u random HOLDs were answered or refused", FUZZ_HOLDS);
	/* What they hold goes with the device: the job looks at the memory when all is over. */
}

/* Takes all it can get, again and again, until it is killed after @delay_us. */
static void kill_one(u32 delay_us)
{
	struct amk_hold h;
	pid_t pid = fork();

	if (!pid) {
		/* The child holds the device alone, so its death must free it. */
		kmod_fd = open("/dev/" AMK_DEVICE_NAME, O_RDWR | O_CLOEXEC);
		while (kmod_fd >= 0) {
			h = hold_good();
			h.flags = AMK_HOLD_RELEASE;
			h.blocks = h.pages = ~0ULL;
			h.operations = AMK_HOLD_OPERATIONS_MAX;
			h.object_bytes = 8 << 20;
			hold(&h);
		}
		_exit(1);
	}
	usleep(delay_us);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void test_hold_kill(void)
{
	struct amk_random r = { 4 };
	u32 i, busy = 0, short_of = 0;
	u64 before;

	close(kmod_fd);
	before = free_kb();
	for (i = 0; i < KILLS; i++) {
		kill_one(1000 + amk_random_below(&r, 300000));
		kmod_fd = open("/dev/" AMK_DEVICE_NAME, O_RDWR | O_CLOEXEC);
		busy += kmod_fd < 0;
		short_of += free_kb() < before * 9 / 10;
		close(kmod_fd);
	}
	tap(!busy, "the device is free after each of %d kills while memory is taken", KILLS);
	tap(!short_of, "and so is what was taken");
}

int main(void)
{
	if (!kmod_open())
		return 1;
	test_hold_fields();
	test_hold();
	test_hold_fuzz();
	test_hold_kill();
	return kmod_failed != 0;
}
