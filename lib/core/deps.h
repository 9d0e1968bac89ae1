/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every outside need of the measured core, for both sides.
 *
 * The core is compiled into the module and into user space from the same files. What it needs from
 * its surroundings (types, memory functions, 64-bit division, a clock, the signs of a disturbed
 * sample) is named here and nowhere else; this is the only file that asks which side it is on.
 */
#ifndef AMK_DEPS_H
#define AMK_DEPS_H

#ifdef __KERNEL__

#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/kernel_stat.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/types.h>
#ifdef CONFIG_X86
#include <linux/timex.h>
#include <asm/hardirq.h>
#include <asm/msr.h>
#include <asm/tsc.h>
#endif

/* Samples are classed one by one: reading the counters is a few loads. */
#define AMK_DISTURB_CHUNK 1

/* Counts how many threads have come to a point. */
struct amk_counter {
	atomic_t n;
};

/* What was written before counting up is seen by who reads the count. */
static inline void amk_counter_up(struct amk_counter *counter)
{
	atomic_inc_return(&counter->n);
}

static inline u32 amk_counter_read(const struct amk_counter *counter)
{
	return (u32)atomic_read_acquire(&counter->n);
}

/* Gives way to what else is to run on this CPU. */
static inline void amk_yield(void)
{
	cond_resched();
}

#else /* user space */

#include <errno.h>
#include <linux/types.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __s32 s32;
typedef __u64 u64;
typedef __s64 s64;

#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif
#ifndef noinline
#define noinline __attribute__((noinline))
#endif
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define READ_ONCE(x) (*(const volatile __typeof__(x) *)&(x))
#define smp_load_acquire(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define smp_store_release(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)

static inline u64 div64_u64(u64 dividend, u64 divisor)
{
	return dividend / divisor;
}

static inline u64 div64_u64_rem(u64 dividend, u64 divisor, u64 *remainder)
{
	*remainder = dividend % divisor;
	return dividend / divisor;
}

static inline int fls64(u64 x)
{
	return x ? 64 - __builtin_clzll(x) : 0;
}

/* Samples are classed in chunks: reading the counters is a system call. */
#define AMK_DISTURB_CHUNK 16

struct amk_counter {
	u32 n;
};

static inline void amk_counter_up(struct amk_counter *counter)
{
	__atomic_add_fetch(&counter->n, 1, __ATOMIC_ACQ_REL);
}

static inline u32 amk_counter_read(const struct amk_counter *counter)
{
	return __atomic_load_n(&counter->n, __ATOMIC_ACQUIRE);
}

static inline void amk_yield(void)
{
	sched_yield();
}

#endif

#define AMK_ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* The page the core reckons with: offsets of touches and of chased lines. */
#define AMK_PAGE_SHIFT 12
#define AMK_PAGE_SIZE (1UL << AMK_PAGE_SHIFT)
#define AMK_LINE_SIZE 64U

/*
 * Makes the compiler believe that @p is used and that memory may have changed, at no cost: an
 * allocation whose result escapes here can be neither dropped nor merged with its release.
 */
static __always_inline void amk_escape(const void *p)
{
	__asm__ volatile("" : : "r"(p) : "memory");
}

/* Tells the processor that this loop waits; an emulator lets another CPU have its turn. */
static __always_inline void amk_pause(void)
{
#if defined(__x86_64__)
	__asm__ volatile("pause" : : : "memory");
#elif defined(__aarch64__)
	__asm__ volatile("yield" : : : "memory");
#else
	__asm__ volatile("" : : : "memory");
#endif
}

/* Which clock a block reads; chosen by the caller, who knows whether the TSC can be trusted. */
enum amk_clock_kind {
	AMK_CLOCK_NS = 0, /* ktime_get_raw_fast_ns() or CLOCK_MONOTONIC_RAW: a tick is 1 ns */
	AMK_CLOCK_CYCLE = 1, /* TSC or CNTVCT_EL0: the tick rate is calibrated by user space */
};

static __always_inline u64 amk_clock_ns(void)
{
#ifdef __KERNEL__
	return ktime_get_raw_fast_ns();
#else
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC_RAW, &ts);
	return (u64)ts.tv_sec * 1000000000ULL + (u64)ts.tv_nsec;
#endif
}

/* The clocks read alike at both ends of a region: CNTVCT_EL0 between two ISBs, or nanoseconds. */
static __always_inline u64 amk_clock_same(enum amk_clock_kind kind)
{
#if defined(__aarch64__)
	if (likely(kind == AMK_CLOCK_CYCLE)) {
		u64 ticks;

		__asm__ volatile("isb\n\tmrs %0, cntvct_el0\n\tisb" : "=r"(ticks) : : "memory");
		return ticks;
	}
#endif
	(void)kind;
	return amk_clock_ns();
}

/*
 * Start of a timed region. LFENCE; RDTSC; LFENCE: nothing before is counted, nothing after starts
 * early (Intel SDM vol. 2B, RDTSC; a CPUID would be a VM exit in a guest).
 */
static __always_inline u64 amk_clock_begin(enum amk_clock_kind kind)
{
#if defined(__x86_64__)
	if (likely(kind == AMK_CLOCK_CYCLE)) {
		u32 lo, hi;

		__asm__ volatile("lfence\n\trdtsc\n\tlfence" : "=a"(lo), "=d"(hi) : : "memory");
		return (u64)hi << 32 | lo;
	}
#endif
	return amk_clock_same(kind);
}

/* End of a timed region: RDTSCP waits for what was before, LFENCE holds back what comes after. */
static __always_inline u64 amk_clock_end(enum amk_clock_kind kind)
{
#if defined(__x86_64__)
	if (likely(kind == AMK_CLOCK_CYCLE)) {
		u32 lo, hi, aux;

		__asm__ volatile("rdtscp\n\tlfence" : "=a"(lo), "=d"(hi), "=c"(aux) : : "memory");
		return (u64)hi << 32 | lo;
	}
#endif
	return amk_clock_same(kind);
}

/* What may have disturbed a sample: read before and after it, compared by amk_disturb_class(). */
struct amk_disturb {
	u64 slept; /* voluntary context switches of this thread */
	u64 preempted; /* involuntary ones */
	u64 interrupts; /* taken by this CPU; always 0 in user space, which cannot know */
	u32 cpu;
};

static __always_inline void amk_disturb_read(struct amk_disturb *d)
{
#ifdef __KERNEL__
	d->slept = current->nvcsw;
	d->preempted = current->nivcsw;
	d->interrupts = raw_cpu_read(kstat.irqs_sum);
	/* irqs_sum leaves the local APIC's timer out, which kernels count in one of two places. */
#if defined(AMK_HAVE_APIC_TIMER_IRQS)
	d->interrupts += raw_cpu_read(irq_stat.apic_timer_irqs);
#elif defined(AMK_HAVE_IRQ_COUNT_APIC_TIMER)
	d->interrupts += raw_cpu_read(irq_stat.counts[IRQ_COUNT_APIC_TIMER]);
#endif
	d->cpu = raw_smp_processor_id();
#else
	struct rusage ru;

	getrusage(RUSAGE_THREAD, &ru);
	d->slept = (u64)ru.ru_nvcsw;
	d->preempted = (u64)ru.ru_nivcsw;
	d->interrupts = 0;
	d->cpu = (u32)sched_getcpu();
#endif
}

#endif
