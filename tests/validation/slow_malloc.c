// SPDX-License-Identifier: GPL-2.0-only
/*
 * A malloc() that is slower by so many per cent, to be loaded before the C library's (LD_PRELOAD).
 *
 * AMK_SLOW_MALLOC=64:7:10,4096:8:20 makes malloc(64) count down 7 steps before it goes on to glibc,
 * and calloc(1, 64) 10. AMK_SLOW_MALLOC=calibrate:10:64,4096 finds and prints such numbers, and
 * ends the process: the least that make a pair of allocation and release dearer by 10 per cent.
 * Pairs with and without are timed here by turns, microseconds apart, and the median of the ratios
 * decides, which the speed of the machine drops out of. A step is a cycle or so; where a pair costs
 * 12 ns, one is 3 % of it. What a run with 10 per cent is compared with is one with 0 steps: all
 * else is done.
 *
 * AMK_QUIET=NS makes each allocmark-block wait, for two seconds at most, until the processor counts
 * to 20,000 in NS or little more: on a core whose other thread is busy that takes twice as long.
 * AMK_QUIET=find prints the least of some seconds. Calibration waits so, too, where it is set.
 */
#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SIZES_MAX 8
#define STEPS_MAX 4096
#define PAIRS 200 /* timed at once: some microseconds, which are seldom interrupted */
#define TRIALS 101

/* Exported by glibc for those who stand in front of it. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);

enum call { CALL_MALLOC, CALL_CALLOC, NR_CALLS };

static struct {
	size_t size;
	unsigned int steps[NR_CALLS];
} slowed[SIZES_MAX];

static unsigned int nr_slowed;

/* Not inlined: it is to be the same code in what is calibrated and in what is measured. */
static __attribute__((noinline)) void delay(size_t size, enum call call)
{
	unsigned int i, steps = 0;

	for (i = 0; i < nr_slowed; i++)
		if (slowed[i].size == size)
			steps = slowed[i].steps[call];
	for (; steps; steps--)
		__asm__ volatile("" : "+r"(steps));
}

void *malloc(size_t size)
{
	delay(size, CALL_MALLOC);
	return __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	delay(n * size, CALL_CALLOC);
	return __libc_calloc(n, size);
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static uint64_t pairs_ns(size_t size, enum call call)
{
	uint64_t begin = now_ns();
	unsigned int i;
	void *p;

	for (i = 0; i < PAIRS; i++) {
		p = call == CALL_MALLOC ? malloc(size) : calloc(1, size);
		__asm__ volatile("" : "+r"(p) : : "memory");
		free(p);
	}
	return now_ns() - begin;
}

static int less(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static uint64_t count_ns(void)
{
	uint64_t begin = now_ns();
	unsigned int n;

	for (n = 20000; n; n--)
		__asm__ volatile("" : "+r"(n));
	return now_ns() - begin;
}

/* On the CPU that allocmark measures on by default. */
static void pin_last(void)
{
	cpu_set_t set;
	int cpu = CPU_SETSIZE;

	if (sched_getaffinity(0, sizeof(set), &set))
		return;
	while (--cpu > 0 && !CPU_ISSET(cpu, &set))
		;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static uint64_t quiet_ns; /* 0: do not wait */

/* A tenth more than the least is quiet still: so much the clock's own calls may take. */
static void quiet_wait(void)
{
	static const struct timespec nap = { .tv_nsec = 1000000 };
	uint64_t end = now_ns() + 2000000000ULL;

	while (quiet_ns && count_ns() * 10 > quiet_ns * 11 && now_ns() < end)
		nanosleep(&nap, NULL);
}

static void quiet_find(void)
{
	uint64_t end = now_ns() + 5000000000ULL, least = UINT64_MAX, ns;
	char line[32];
	int len;

	while (now_ns() < end) {
		ns = count_ns();
		if (ns < least)
			least = ns;
	}
	len = snprintf(line, sizeof(line), "%llu\n", (unsigned long long)least);
	_exit(write(STDOUT_FILENO, line, (size_t)len) != len);
}

/* Whether @steps make a pair of the first size dearer by @percent at least. */
static bool is_enough(enum call call, unsigned int steps, unsigned int percent)
{
	double ratio[TRIALS];
	uint64_t plain;
	unsigned int i;

	for (i = 0; i < TRIALS; i++) {
		quiet_wait();
		slowed[0].steps[call] = 0;
		plain = pairs_ns(slowed[0].size, call);
		slowed[0].steps[call] = steps;
		ratio[i] = (double)pairs_ns(slowed[0].size, call) / (double)plain;
	}
	qsort(ratio, TRIALS, sizeof(*ratio), less);
	return ratio[TRIALS / 2] >= 1 + percent / 100.0;
}

static void calibrate(enum call call, unsigned int percent)
{
	unsigned int low = 0, high = 1, middle;

	while (high < STEPS_MAX && !is_enough(call, high, percent)) {
		low = high;
		high *= 2;
	}
	while (high - low > 1) {
		middle = (low + high) / 2;
		if (is_enough(call, middle, percent))
			high = middle;
		else
			low = middle;
	}
	slowed[0].steps[call] = high;
}

static void calibrate_all(const char *text)
{
	char *at, line[64];
	unsigned int percent = (unsigned int)strtoul(text, &at, 10), *steps;
	int len;

	nr_slowed = 1;
	while (*at) {
		slowed[0].size = strtoul(at + 1, &at, 10);
		calibrate(CALL_MALLOC, percent);
		calibrate(CALL_CALLOC, percent);
		steps = slowed[0].steps;
		len = snprintf(line, sizeof(line), "%zu:%u:%u%s", slowed[0].size,
			       steps[CALL_MALLOC], steps[CALL_CALLOC], *at ? "," : "\n");
		if (write(STDOUT_FILENO, line, (size_t)len) != len)
			_exit(1);
	}
	_exit(0);
}

static void steps_read(const char *text)
{
	char *at;

	while (nr_slowed < SIZES_MAX) {
		slowed[nr_slowed].size = strtoul(text, &at, 10);
		if (*at == ':')
			slowed[nr_slowed].steps[CALL_MALLOC] =
				(unsigned int)strtoul(at + 1, &at, 10);
		if (*at == ':')
			slowed[nr_slowed].steps[CALL_CALLOC] =
				(unsigned int)strtoul(at + 1, &at, 10);
		nr_slowed++;
		if (*at != ',')
			break;
		text = at + 1;
	}
}

static __attribute__((constructor)) void begin(void)
{
	static const char word[] = "calibrate:";
	const char *knob = getenv("AMK_SLOW_MALLOC"), *quiet = getenv("AMK_QUIET");
	bool calibrates = knob && !strncmp(knob, word, strlen(word));
	bool measures = !strcmp(program_invocation_short_name, "allocmark-block");

	if (quiet && (calibrates || measures || !strcmp(quiet, "find")))
		pin_last();
	if (quiet && !strcmp(quiet, "find"))
		quiet_find();
	if (quiet)
		quiet_ns = strtoull(quiet, NULL, 10);
	if (measures)
		quiet_wait();

	if (calibrates)
		calibrate_all(knob + strlen(word));
	else if (knob)
		steps_read(knob);
}
