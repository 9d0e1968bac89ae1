/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which clock blocks are timed with, and what one of its ticks is worth.
 *
 * A block records ticks; how many make a nanosecond (or, in a guest whose clock counts
 * instructions, an instruction) is found out once a run, here.
 */
#ifndef AMK_CLOCK_H
#define AMK_CLOCK_H

#include "lib/core/deps.h"

struct amk_clock {
	enum amk_clock_kind kind;
	const char *source; /* why this one; static text, for the manifest */
	double ticks_per_ns; /* 1 for AMK_CLOCK_NS */
	double ticks_per_insn; /* of a known loop: 1 where the clock counts them */
};

/* The clock that can be trusted here, without calibrating it. */
enum amk_clock_kind amk_clock_choose(const char **source);

/*
 * Chooses and calibrates: two bracketed readings against CLOCK_MONOTONIC_RAW 60 ms apart, then a
 * loop of known length. Takes about 0.1 s. 0, or -EIO when the clock stands still or runs back.
 */
int amk_clock_calibrate(struct amk_clock *clock);

/* Whether the clock counts instructions (QEMU's -icount): a tick an instruction within 0.1 %. */
bool amk_clock_counts_insn(const struct amk_clock *clock);

/*
 * Of a clock that counts instructions: a tick is one, and a nanosecond too. What the calibration
 * found beside that is its own instructions, and would give each build another rate.
 */
void amk_clock_exact(struct amk_clock *clock);

#endif
