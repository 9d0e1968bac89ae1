/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two runs made by hand, in memory, and their comparison, for the tests of comparisons.
 */
#ifndef AMK_COMPARISON_MADE_H
#define AMK_COMPARISON_MADE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include "lib/user/comparison.h"

#include <cmocka.h>

#define MADE_CELLS_MAX 16
#define MADE_ROUNDS 10

struct made {
	struct amk_costs costs;
	struct amk_cost_cell cell[MADE_CELLS_MAX];
	double cost[MADE_CELLS_MAX][MADE_ROUNDS];
};

extern struct made base, head;
extern struct amk_comparison_options options;
extern struct amk_comparison comparison;
extern char error[AMK_ERROR_LEN];

/* Ten rounds that spread by some 2 %, none twice. */
extern const double made_rounds[MADE_ROUNDS];

/* Set-up and tear-down of a test: runs without cells, of one place. */
int made_begin(void **state);
int made_end(void **state);

/* Adds a cell of user:malloc with @n rounds of @factor times the numbers at @cost. */
void made_add(struct made *made, const char *workload, u64 size, enum amk_metric_id metric,
	      const double *cost, u32 n, double factor);

/* Adds a cell to both runs, of which the head's costs @factor as much. */
void made_add_pair(u64 size, double factor);

#endif
