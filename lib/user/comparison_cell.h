/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One cell of a comparison, before and after the others are known. For comparison.c.
 */
#ifndef AMK_COMPARISON_CELL_H
#define AMK_COMPARISON_CELL_H

#include "lib/user/comparison.h"

/*
 * Fills what follows from the two cells alone: method, costs, ratio, interval, and the two one-
 * sided probabilities. 0, -EBADMSG with a text, or -ENOMEM.
 */
int amk_comparison_cell_measure(const struct amk_comparison *comparison,
				struct amk_comparison_cell *cell, char error[AMK_ERROR_LEN]);

/*
 * Fills verdict and p_adjusted, with the adjusted probabilities of a rise and of a fall; NANs where
 * the cell is not compared by ranks.
 */
void amk_comparison_cell_judge(const struct amk_comparison *comparison,
			       struct amk_comparison_cell *cell, double rise, double fall);

/*
 * Fills mde; the levels are what the probability of a rise and of a fall would have to come down
 * to. 0 or -ENOMEM.
 */
int amk_comparison_cell_sense(struct amk_comparison_cell *cell, double rise_level,
			      double fall_level);

#endif
