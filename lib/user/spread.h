/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How the threads of a run are placed, by name; topology.h finds the CPUs.
 */
#ifndef AMK_SPREAD_H
#define AMK_SPREAD_H

/* How threads are spread over the CPUs. */
enum amk_spread {
	AMK_SPREAD_compact, /* by turns as the CPUs lie: all of a core, then the next */
	AMK_SPREAD_scatter, /* as far from each other as there is room for */
	AMK_SPREAD_core, /* one a core */
	AMK_SPREAD_l3, /* one a third-level cache */
	AMK_SPREAD_node, /* one a NUMA node */
	AMK_NR_SPREADS
};

/* "compact" and so on. */
extern const char *const amk_spread_names[AMK_NR_SPREADS];

/* The one called @name; AMK_NR_SPREADS: none. */
enum amk_spread amk_spread_find(const char *name);

#endif
