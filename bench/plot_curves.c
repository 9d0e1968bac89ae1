// SPDX-License-Identifier: GPL-2.0-only
/*
 * The curves that are made for a workload, in the order in which they are drawn: shares and the
 * like, which one metric alone does not tell.
 */
#include "bench/plot_over.h"

const struct amk_curve amk_curves[] = {
	{ 0 },
};
