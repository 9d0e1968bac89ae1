/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The figures of a compared cell in words, the same in every form for people.
 */
#ifndef AMK_COMPARE_TEXT_H
#define AMK_COMPARE_TEXT_H

#include "lib/user/comparison.h"

#define AMK_FIGURE_LEN 64

/* Each writes @text and returns it; "-" where there is no figure. */

/* Four digits or so, which is more than a cost is good for; counts are whole. No unit. */
const char *amk_cost_text(const struct amk_comparison_cell *cell, double cost,
			  char text[AMK_FIGURE_LEN]);
/* A ratio as what it adds: "+3.1 %"; from ten times on as "x12"; "none" if it is infinite. */
const char *amk_change_text(double ratio, char text[AMK_FIGURE_LEN]);
/*
 * "+1.0 % .. +4.2 %", or "exact". With few rounds it covers less than @comparison asks for, and
 * says what; NULL: does not.
 */
const char *amk_interval_text(const struct amk_comparison *comparison,
			      const struct amk_comparison_cell *cell, char text[AMK_FIGURE_LEN]);
/* After Benjamini-Hochberg. */
const char *amk_p_text(const struct amk_comparison_cell *cell, char text[AMK_FIGURE_LEN]);
/* The least change that could have been shown, in the direction that would be worse. */
const char *amk_mde_text(const struct amk_comparison_cell *cell, char text[AMK_FIGURE_LEN]);

/* All of it in one line: what was found and what it rests on, "" if nothing was compared. */
#define AMK_FINDING_LEN 640
const char *amk_finding_text(const struct amk_comparison_cell *cell, char text[AMK_FINDING_LEN]);

#endif
