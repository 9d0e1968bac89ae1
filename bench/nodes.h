/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What memory costs by NUMA node: the runs of a sweep (allocmark run --nodes), one for each pair of
 * the node whose CPU asked and the node whose memory was asked for, as a matrix of every metric
 * that is timed. Only strategies that are given the node are in it. What a pair lacks is said to be
 * missing, with the reason.
 */
#ifndef AMK_NODES_H
#define AMK_NODES_H

#include "bench/plot.h"
#include "lib/user/cell.h"
#include "lib/user/distances.h"

/* One metric of one cell, a matrix by itself. */
struct amk_nodes_row {
	struct amk_cell cell;
	const struct amk_metric *metric;
};

/* A sweep. Its runs differ in nothing but their nodes. */
struct amk_nodes {
	const struct amk_plot_run *first;
	u32 *node; /* rising: those of the runs, and those of the machine */
	u32 nr_nodes;
	const struct amk_plot_run **run; /* by CPU's node, then memory's; NULL: no such run */
	size_t nr_runs;
	struct amk_nodes_row *row; /* in the order of the tables, sizes rising */
	size_t nr_rows;
	struct amk_distances distances;
};

/* A field of a matrix. */
struct amk_nodes_field {
	double cost; /* median of rounds; NAN: none, and status and reason say why */
	double cost_min, cost_max;
	u32 rounds;
	double times_local; /* of the cost of the CPU's own node; NAN: that has none */
	double there; /* share of pages that lay where they were asked to; NAN: not looked at */
	const char *status; /* "ok", or in a word or two why there is no cost */
	const char *reason; /* the whole of it, "" if none */
};

/*
 * Puts those of the @nr runs that asked for a node into sweeps, *@list of them, which point into
 * @run. 0, or -errno said on stderr after @command. The list is the caller's: amk_nodes_free().
 */
int amk_nodes_collect(const char *command, const struct amk_plot_run *run, size_t nr,
		      struct amk_nodes **list, size_t *nr_lists);
void amk_nodes_free(struct amk_nodes *list, size_t nr_lists);

/* Whether the run asked for memory of a node. */
bool amk_nodes_asked(const struct amk_plot_run *run);

/* The field of @row at the places @from and @to in nodes->node. */
void amk_nodes_field(const struct amk_nodes *nodes, const struct amk_nodes_row *row, u32 from,
		     u32 to, struct amk_nodes_field *field);

/*
 * Why nothing is asked from the CPUs (@cpus) or of the memory of the node at @place of nodes->node;
 * NULL: no reason is known.
 */
const char *amk_nodes_lack(const struct amk_nodes *nodes, u32 place, bool cpus);

/*
 * What the firmware tells between two places of nodes->node; NAN: nothing. Of the HMAT nothing is
 * from a node without CPUs, whatever nodes its neighbours' are told to be of.
 */
double amk_nodes_distance(const struct amk_nodes *nodes, enum amk_distance_kind kind, u32 from,
			  u32 to);

/* "distance (10: local)" and so on: what values of @kind are. */
const char *amk_nodes_distance_name(enum amk_distance_kind kind);

/* Whether any field of @row has a cost. */
bool amk_nodes_row_has(const struct amk_nodes *nodes, const struct amk_nodes_row *row);

/* Three digits or so, which is what a cost is good for. Returns @text. */
#define AMK_NODES_NUMBER_LEN 32
const char *amk_nodes_number(double x, char text[AMK_NODES_NUMBER_LEN]);

#endif
