// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random orders: the shuffle of a burst's releases and the single cycle that a chase follows.
 */
#include "random.h"

/* The two differ in one thing: Sattolo never leaves a place where it is, which makes one cycle. */
static void random_permute(struct amk_random *r, u32 *order, u32 n, u32 may_stay)
{
	u32 i, j, t;

	for (i = 0; i < n; i++)
		order[i] = i;
	for (i = n; i > 1; i--) {
		j = amk_random_below(r, i - 1 + may_stay);
		t = order[i - 1];
		order[i - 1] = order[j];
		order[j] = t;
	}
}

void amk_random_shuffle(struct amk_random *r, u32 *order, u32 n)
{
	random_permute(r, order, n, 1);
}

void amk_random_cycle(struct amk_random *r, u32 *next, u32 n)
{
	random_permute(r, next, n, 0);
}
