/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * SplitMix64: every random choice of a run derives from its seed through this one generator.
 * Constants: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
 */
#ifndef AMK_RANDOM_H
#define AMK_RANDOM_H

#include "deps.h"

struct amk_random {
	u64 state;
};

static inline u64 amk_random_next(struct amk_random *r)
{
	u64 z = (r->state += 0x9e3779b97f4a7c15ULL);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

/*
 * A number in [0, bound). Multiply and shift of 32 random bits (Lemire, "Fast random integer
 * generation in an interval", 2019) without the rejection step: the bias is below bound / 2^32.
 */
static inline u32 amk_random_below(struct amk_random *r, u32 bound)
{
	return (u32)(((amk_random_next(r) >> 32) * bound) >> 32);
}

/* Fills @order with 0..n-1 in a random order (Fisher and Yates). */
void amk_random_shuffle(struct amk_random *r, u32 *order, u32 n);

/*
 * Fills @next with a random permutation that is one single cycle (Sattolo, 1986): following it from
 * anywhere visits each of the @n places exactly once before it comes back.
 */
void amk_random_cycle(struct amk_random *r, u32 *next, u32 n);

#endif
