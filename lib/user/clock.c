// SPDX-License-Identifier: GPL-2.0-only
/*
 * Chooses the clock and finds out what a tick is worth: see clock.h.
 *
 * The time stamp counter is trusted when CPUID says that it is invariant (leaf 0x80000007, EDX bit
 * 8), and under QEMU's TCG, whose counter is computed from the host's clock or from the instruction
 * count and so is constant by construction, though it does not say so. arm64's generic timer is
 * constant by architecture. Everything else is timed by CLOCK_MONOTONIC_RAW.
 */
#include "lib/user/clock.h"

#include <stdlib.h>
#ifdef __x86_64__
#include <cpuid.h>
#endif

#define READINGS 9
#define APART_NS 60000000L
#define LOOP_COUNT 100000ULL
#define LOOP_TRIES 5
#define LOOP_INSNS 2 /* a turn */

#if defined(__x86_64__)
static bool tsc_invariant(void)
{
	u32 a, b, c, d;

	return __get_cpuid(0x80000007, &a, &b, &c, &d) && d & 1U << 8;
}

/* QEMU names its emulator in the hypervisor leaf. */
static bool under_tcg(void)
{
	static const char name[12] = { 'T', 'C', 'G', 'T', 'C', 'G', 'T', 'C', 'G', 'T', 'C', 'G' };
	u32 a, b, c, d, word[3];

	if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & 1U << 31))
		return false;
	__cpuid(0x40000000, a, word[0], word[1], word[2]);
	return !memcmp(word, name, sizeof(name));
}

/* The end of a timed region is read by RDTSCP, which old processor models lack. */
static bool has_rdtscp(void)
{
	u32 a, b, c, d;

	return __get_cpuid(0x80000001, &a, &b, &c, &d) && d & 1U << 27;
}

enum amk_clock_kind amk_clock_choose(const char **source)
{
	if (!has_rdtscp()) {
		*source = "CLOCK_MONOTONIC_RAW: the processor has no RDTSCP";
		return AMK_CLOCK_NS;
	}
	if (under_tcg()) {
		*source = "TSC of an emulated processor";
		return AMK_CLOCK_CYCLE;
	}
	if (tsc_invariant()) {
		*source = "invariant TSC";
		return AMK_CLOCK_CYCLE;
	}
	*source = "CLOCK_MONOTONIC_RAW: the TSC is not said to be invariant";
	return AMK_CLOCK_NS;
}
#elif defined(__aarch64__)
enum amk_clock_kind amk_clock_choose(const char **source)
{
	*source = "generic timer (CNTVCT_EL0)";
	return AMK_CLOCK_CYCLE;
}
#else
enum amk_clock_kind amk_clock_choose(const char **source)
{
	*source = "CLOCK_MONOTONIC_RAW";
	return AMK_CLOCK_NS;
}
#endif

/* The same moment on both clocks. */
struct moment {
	u64 ticks;
	u64 ns;
};

/* Of several readings the one with the narrowest bracket: nothing came between. */
static struct moment moment_read(enum amk_clock_kind kind)
{
	struct moment best = { 0, 0 };
	u64 before, after, ns, width, least = ~0ULL;
	int i;

	for (i = 0; i < READINGS; i++) {
		before = amk_clock_begin(kind);
		ns = amk_clock_ns();
		after = amk_clock_end(kind);
		width = after - before;
		if (width < least) {
			least = width;
			best.ticks = before + width / 2;
			best.ns = ns;
		}
	}
	return best;
}

/* LOOP_COUNT turns of two instructions each, and nothing the compiler may change. */
static u64 loop_ticks(enum amk_clock_kind kind)
{
	u64 n = LOOP_COUNT;
	u64 before, after;

	before = amk_clock_begin(kind);
#if defined(__x86_64__)
	__asm__ volatile("1:\tdec %0\n\tjnz 1b" : "+r"(n) : : "cc");
#elif defined(__aarch64__)
	__asm__ volatile("1:\tsubs %0, %0, #1\n\tb.ne 1b" : "+r"(n) : : "cc");
#else
	for (; n; n--)
		amk_escape(&n);
#endif
	after = amk_clock_end(kind);
	return after - before;
}

/* The least of some tries: an interrupt in one adds more to it than the question can bear. */
static double insn_ticks(enum amk_clock_kind kind)
{
	u64 ticks, least = ~0ULL;
	int i;

	for (i = 0; i < LOOP_TRIES; i++) {
		ticks = loop_ticks(kind);
		if (ticks < least)
			least = ticks;
	}
	return (double)least / (LOOP_COUNT * LOOP_INSNS);
}

int amk_clock_calibrate(struct amk_clock *clock)
{
	const struct timespec apart = { .tv_nsec = APART_NS };
	struct moment first, second;

	clock->kind = amk_clock_choose(&clock->source);
	first = moment_read(clock->kind);
	nanosleep(&apart, NULL);
	second = moment_read(clock->kind);
	if (second.ns <= first.ns || second.ticks <= first.ticks)
		return -EIO;
	clock->ticks_per_ns = 1;
	if (clock->kind == AMK_CLOCK_CYCLE)
		clock->ticks_per_ns =
			(double)(second.ticks - first.ticks) / (double)(second.ns - first.ns);
	clock->ticks_per_insn = insn_ticks(clock->kind);
	return 0;
}

bool amk_clock_counts_insn(const struct amk_clock *clock)
{
	return clock->ticks_per_insn > 0.999 && clock->ticks_per_insn < 1.001;
}

void amk_clock_exact(struct amk_clock *clock)
{
	clock->ticks_per_ns = 1;
	clock->ticks_per_insn = 1;
}
