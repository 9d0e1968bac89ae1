// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calibration of the clock: what is true of any machine, and with the argument "insn", in a guest
 * under -icount, that a tick is an instruction. Rates are compared with each other, not with a
 * machine.
 */
#include <stdio.h>

#include "lib/user/clock.h"
#include "tests/block.h"

/* A stretch of time on the clock, as nanoseconds, against the system's own. */
static void tells_time(const struct amk_clock *clock)
{
	const struct timespec nap = { .tv_nsec = 20000000 };
	u64 ns = amk_clock_ns(), ticks = amk_clock_begin(clock->kind);
	double told;

	nanosleep(&nap, NULL);
	ticks = amk_clock_end(clock->kind) - ticks;
	ns = amk_clock_ns() - ns;
	told = (double)ticks / clock->ticks_per_ns;
	check(told > 0.5 * (double)ns && told < 1.5 * (double)ns, "%.0f ns are told as %.0f",
	      (double)ns, told);
}

int main(int argc, char **argv)
{
	struct amk_clock clock, again;

	check(!amk_clock_calibrate(&clock) && !amk_clock_calibrate(&again), "no calibration");
	printf("%s: %.6f ticks an ns, %.4f an instruction\n", clock.source, clock.ticks_per_ns,
	       clock.ticks_per_insn);
	check(clock.source && *clock.source, "no source");
	check(clock.kind == again.kind, "the choice changes");
	check(clock.kind == AMK_CLOCK_CYCLE || clock.ticks_per_ns == 1, "a tick of ns is not 1 ns");
	check(clock.ticks_per_ns > 0.9 * again.ticks_per_ns &&
		      clock.ticks_per_ns < 1.1 * again.ticks_per_ns,
	      "%f and then %f ticks an ns", clock.ticks_per_ns, again.ticks_per_ns);
	check(clock.ticks_per_insn > 0, "a loop takes no time");
	tells_time(&clock);
	if (argc == 2 && !strcmp(argv[1], "insn")) {
		check(clock.kind == AMK_CLOCK_CYCLE, "the emulated counter is not trusted");
		check(amk_clock_counts_insn(&clock), "%f ticks an instruction",
		      clock.ticks_per_insn);
	}
	return check_done();
}
