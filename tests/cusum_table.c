// SPDX-License-Identifier: GPL-2.0-only
/*
 * Derives lib/user/cusum_table.def: the critical values of the rank CUSUM, by simulation.
 *
 * Without a change every order of n ranks is as likely as any other. So: shuffle 1 .. n, take the
 * largest |2 * sum of the first k - k (n + 1)|, which is a whole number, and count how often each
 * comes up. A critical value is the least number that is reached in at most alpha of the orders; 0
 * where the largest possible one is reached more often. The seed is fixed, so the table comes out
 * the same again:
 *
 *	tests/cusum_table 4000000 >lib/user/cusum_table.def
 *
 * With --check it simulates a few lengths with fewer orders and another seed, and holds the table
 * to them: each critical value must be reached in about alpha of the orders.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/core/random.h"
#include "lib/user/cusum.h"
#include "lib/user/cusum_table.h"

/* Lengths: each where the values are coarse, then fewer and fewer. */
static const u32 lengths[] = { 4,  5,  6,  7,  8,  9,	10,  11,  12,  13,  14,	 15,
			       16, 17, 18, 19, 20, 22,	24,  26,  28,  30,  35,	 40,
			       50, 60, 70, 80, 90, 100, 125, 150, 200, 300, 500, 1000 };

static long *counted(u32 n, long orders, struct amk_random *random)
{
	long *count = calloc((size_t)n * n, sizeof(*count));
	u32 *rank = malloc(n * sizeof(*rank));
	long i;
	u32 k;

	if (!count || !rank)
		exit(1);
	for (k = 0; k < n; k++)
		rank[k] = k + 1;
	for (i = 0; i < orders; i++) {
		long sum = 0, most = 0;

		for (k = n - 1; k; k--) {
			u32 other = (u32)amk_random_below(random, k + 1), swap = rank[k];

			rank[k] = rank[other];
			rank[other] = swap;
		}
		for (k = 0; k < n; k++) {
			sum += 2 * (long)rank[k] - (n + 1);
			if (labs(sum) > most)
				most = labs(sum);
		}
		count[most]++;
	}
	free(rank);
	return count;
}

/* The least value that at most @alpha of all reach; 0: none. */
static long critical(const long *count, u32 n, long orders, double alpha)
{
	long most = (long)n * n - 1, tail = 0;

	while (most && !count[most])
		most--;
	while (most && (double)(tail + count[most]) <= alpha * (double)orders)
		tail += count[most--];
	return tail ? most + 1 : 0;
}

static int table_print(long orders)
{
	struct amk_random random;
	size_t i;
	u32 level;

	random.state = 19790528;
	printf("/* SPDX-License-Identifier: GPL-2.0-only */\n"
	       "/*\n"
	       " * Critical values of the rank CUSUM for series of n numbers without a change, at "
	       "5 %%, 1 %%,\n"
	       " * 0.1 %% and 0.01 %%; 0: cannot be reached. Made by tests/cusum_table.c from %ld "
	       "orders each.\n"
	       " */\n",
	       orders);
	for (i = 0; i < AMK_ARRAY_SIZE(lengths); i++) {
		long *count = counted(lengths[i], orders, &random);

		printf("AMK_CUSUM(%u", lengths[i]);
		for (level = 0; level < AMK_NR_CUSUM_LEVELS; level++)
			printf(", %ld",
			       critical(count, lengths[i], orders, amk_cusum_alphas[level]));
		printf(")\n");
		free(count);
	}
	return 0;
}

/* How often @n ranks in a random order reach @value or more. */
static double share(const long *count, u32 n, long orders, long value)
{
	long i, tail = 0;

	for (i = value; i < (long)n * n; i++)
		tail += count[i];
	return (double)tail / (double)orders;
}

static int row_check(u32 row, long orders, struct amk_random *random)
{
	const struct amk_cusum_row *r = &amk_cusum_rows[row];
	long *count = counted(r->n, orders, random);
	int failed = 0;
	u32 level;

	for (level = 0; level < AMK_NR_CUSUM_LEVELS; level++) {
		double alpha = amk_cusum_alphas[level], reached, less;
		/* Six standard deviations of the share, of this simulation and of the table's. */
		double slack = 6 * sqrt(alpha / (double)orders);

		if (!r->critical[level])
			continue;
		reached = share(count, r->n, orders, r->critical[level]);
		less = share(count, r->n, orders, (long)r->critical[level] - 1);
		if (reached <= alpha + slack && less >= alpha - slack)
			continue;
		printf("n %u, alpha %g: the critical value %u is reached in %g, one less in %g\n",
		       r->n, alpha, r->critical[level], reached, less);
		failed = 1;
	}
	free(count);
	return failed;
}

static int table_check(void)
{
	struct amk_random random;
	int failed = 0;
	u32 row;

	random.state = 19870804;
	for (row = 0; row < amk_nr_cusum_rows; row += 4)
		if (amk_cusum_rows[row].n <= 150)
			failed |= row_check(row, 100000, &random);
	return failed;
}

int main(int argc, char **argv)
{
	long orders = argc == 2 ? strtol(argv[1], NULL, 10) : 0;

	if (argc == 1)
		return table_check();
	if (orders > 0)
		return table_print(orders);
	fprintf(stderr, "usage: %s [ORDERS]\n", argv[0]);
	return 1;
}
