/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How far the NUMA nodes of a machine are from each other, as its firmware says: read from the
 * topology.xml of a run, in which hwloc kept what the kernel told it. Nothing of it is measured.
 */
#ifndef AMK_DISTANCES_H
#define AMK_DISTANCES_H

#include <stdbool.h>

#include "lib/core/deps.h"

#define AMK_DISTANCES_ERROR_LEN 512

enum amk_distance_kind {
	AMK_DISTANCE_RELATIVE, /* of the ACPI SLIT or a device tree: 10 is local */
	AMK_DISTANCE_LATENCY, /* of the ACPI HMAT, ns */
	AMK_DISTANCE_BANDWIDTH, /* of the ACPI HMAT, MiB/s */
	AMK_NR_DISTANCE_KINDS
};

struct amk_distances_node {
	u32 number; /* as the kernel numbers it */
	u64 memory_bytes;
	bool has_cpus; /* or is near some: see amk_distances_share() */
};

struct amk_distances {
	struct amk_distances_node *node; /* rising */
	u32 nr_nodes;
	double *value[AMK_NR_DISTANCE_KINDS]; /* nr_nodes squared; amk_distance() reads them */
	bool *share; /* likewise; amk_distances_share() */
};

/*
 * Reads topology.xml of run directory @path. A run without one, such as a baseline, has no nodes. 0
 * or -errno with a one-line text in @error. Its content is the caller's: amk_distances_free().
 */
int amk_distances_read(const char *path, struct amk_distances *distances,
		       char error[AMK_DISTANCES_ERROR_LEN]);
void amk_distances_free(struct amk_distances *distances);

/* Node @number, or NULL. */
const struct amk_distances_node *amk_distances_node(const struct amk_distances *distances,
						    u32 number);

/* From the CPUs of node @from to the memory of node @to; NAN: not told. */
double amk_distance(const struct amk_distances *distances, enum amk_distance_kind kind, u32 from,
		    u32 to);

/*
 * Whether two nodes are told to have CPUs in common. A CPU is of one node; hwloc gives those of its
 * nearest neighbours to a node that has none of its own.
 */
bool amk_distances_share(const struct amk_distances *distances, u32 a, u32 b);

/* Whether any value of @kind is told. */
bool amk_distances_has(const struct amk_distances *distances, enum amk_distance_kind kind);

#endif
