/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which rows of the tables and which sizes the words of --strategies, --workloads and --sizes mean.
 */
#ifndef AMK_SELECT_H
#define AMK_SELECT_H

#include "lib/user/plan.h"

struct amk_selection {
	bool strategy[AMK_NR_STRATEGIES];
	bool workload[AMK_NR_WORKLOADS];
	u64 size[AMK_GRID_MAX]; /* rising */
	u32 nr_sizes;
};

/*
 * Reads the three lists of @options. 0, or -EINVAL with a one-line text in @error that names the
 * word that is wrong and the mend.
 */
int amk_select(const struct amk_options *options, struct amk_selection *selection,
	       char error[AMK_PLAN_ERROR_LEN]);

#endif
