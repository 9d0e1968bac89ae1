/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pictures of the runs of several NUMA nodes, for plot and report.
 */
#ifndef AMK_PLOT_MATRIX_H
#define AMK_PLOT_MATRIX_H

#include "bench/plot.h"

/*
 * Writes and draws the matrices of the sweeps over NUMA nodes among the @nr runs, which may be more
 * than share the other plots; those of @plot are not looked at. 0 or -errno, said on stderr.
 */
int amk_plot_matrix(struct amk_plot *plot, const struct amk_plot_run *run, size_t nr);

/* Whether more than one of the @nr runs asked for a node. */
bool amk_plot_is_sweep(const struct amk_plot_run *run, size_t nr);

#endif
