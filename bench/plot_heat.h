/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Heat maps of comparisons, for compare and gate.
 */
#ifndef AMK_PLOT_HEAT_H
#define AMK_PLOT_HEAT_H

#include "bench/plot.h"
#include "lib/user/comparison.h"

/*
 * Writes and draws a heat map for each side, workload and metric of which one way is better and
 * that has a change to show. @plot has base and head as its runs. 0 or -errno, said on stderr.
 */
int amk_plot_heat(struct amk_plot *plot, const struct amk_comparison *comparison);

/*
 * Draws the heat maps of @nr comparisons with one base below @dir, each in a directory of its
 * head's name if there are several; NULL: below the heads themselves. @said tells on stdout where
 * they are. 0, or -errno said on stderr.
 */
int amk_plot_comparisons(const struct amk_comparison *comparison, size_t nr, const char *dir,
			 bool said);

#endif
