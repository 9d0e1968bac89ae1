// SPDX-License-Identifier: GPL-2.0-only
/*
 * Distances of NUMA nodes out of a run's topology.xml: see distances.h. What hwloc exports it reads
 * back the same way on any machine, so a guest's nodes are told where the records are looked at.
 * Linux tells values of the HMAT only from the nodes nearest to a memory; the others stay unknown.
 */
#include "lib/user/distances.h"

#include <hwloc.h>
#include <hwloc/distances.h>
#include <hwloc/memattrs.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int fail(char *error, int code, const char *file)
{
	snprintf(error, AMK_DISTANCES_ERROR_LEN,
		 "%.400s: hwloc cannot read it: %s; without it the run is read, too", file,
		 strerror(-code));
	return code;
}

static int by_number(const void *a, const void *b)
{
	u32 x = ((const struct amk_distances_node *)a)->number;
	u32 y = ((const struct amk_distances_node *)b)->number;

	return (x > y) - (x < y);
}

static long place_of(const struct amk_distances *d, u32 number)
{
	u32 i;

	for (i = 0; i < d->nr_nodes; i++)
		if (d->node[i].number == number)
			return (long)i;
	return -1;
}

/* Room for all; nothing is known yet. */
static int room_make(struct amk_distances *d, u32 nr)
{
	size_t i, fields = (size_t)nr * nr;
	int kind;

	d->node = calloc(nr + 1, sizeof(*d->node));
	d->share = calloc(fields + 1, sizeof(*d->share));
	if (!d->node || !d->share)
		return -ENOMEM;
	d->nr_nodes = nr;
	for (kind = 0; kind < AMK_NR_DISTANCE_KINDS; kind++) {
		d->value[kind] = malloc((fields + 1) * sizeof(double));
		if (!d->value[kind])
			return -ENOMEM;
		for (i = 0; i < fields; i++)
			d->value[kind][i] = NAN;
	}
	return 0;
}

static void nodes_read(hwloc_topology_t hw, struct amk_distances *d)
{
	hwloc_obj_t node = NULL;
	u32 n = 0;

	while (n < d->nr_nodes && (node = hwloc_get_next_obj_by_type(hw, HWLOC_OBJ_NUMANODE, node)))
		d->node[n++] = (struct amk_distances_node){
			.number = node->os_index,
			.memory_bytes = node->attr ? node->attr->numanode.local_memory : 0,
			.has_cpus = node->cpuset && !hwloc_bitmap_iszero(node->cpuset),
		};
	qsort(d->node, d->nr_nodes, sizeof(*d->node), by_number);
}

static void relative_read(hwloc_topology_t hw, struct amk_distances *d)
{
	struct hwloc_distances_s *matrix;
	unsigned int nr = 1, i, k;

	if (hwloc_distances_get_by_name(hw, "NUMALatency", &nr, &matrix, 0) || !nr)
		return;
	for (i = 0; i < matrix->nbobjs; i++)
		for (k = 0; k < matrix->nbobjs; k++) {
			long from = place_of(d, matrix->objs[i]->os_index);
			long to = place_of(d, matrix->objs[k]->os_index);

			if (from >= 0 && to >= 0)
				d->value[AMK_DISTANCE_RELATIVE][from * d->nr_nodes + to] =
					(double)matrix->values[i * matrix->nbobjs + k];
		}
	hwloc_distances_release(hw, matrix);
}

/* What @attribute says of @to, asked for from the CPUs of @from. */
static void attribute_read(hwloc_topology_t hw, hwloc_memattr_id_t attribute, hwloc_obj_t from,
			   hwloc_obj_t to, double *value)
{
	struct hwloc_location initiator = { .type = HWLOC_LOCATION_TYPE_CPUSET,
					    .location.cpuset = from->cpuset };
	hwloc_uint64_t read;

	if (from->cpuset && !hwloc_bitmap_iszero(from->cpuset) &&
	    !hwloc_memattr_get_value(hw, attribute, to, &initiator, 0, &read))
		*value = (double)read;
}

/* What is told of a pair of nodes by itself. */
static void pairs_read(hwloc_topology_t hw, struct amk_distances *d)
{
	hwloc_obj_t from = NULL, to;

	while ((from = hwloc_get_next_obj_by_type(hw, HWLOC_OBJ_NUMANODE, from)))
		for (to = NULL; (to = hwloc_get_next_obj_by_type(hw, HWLOC_OBJ_NUMANODE, to));) {
			long at = place_of(d, from->os_index) * (long)d->nr_nodes +
				  place_of(d, to->os_index);

			d->share[at] = from->cpuset && to->cpuset &&
				       hwloc_bitmap_intersects(from->cpuset, to->cpuset);
			attribute_read(hw, HWLOC_MEMATTR_ID_LATENCY, from, to,
				       &d->value[AMK_DISTANCE_LATENCY][at]);
			attribute_read(hw, HWLOC_MEMATTR_ID_BANDWIDTH, from, to,
				       &d->value[AMK_DISTANCE_BANDWIDTH][at]);
		}
}

static int all_read(hwloc_topology_t hw, struct amk_distances *d)
{
	int nr = hwloc_get_nbobjs_by_type(hw, HWLOC_OBJ_NUMANODE);
	int error;

	/* There is no machine without a node: the file is cut. */
	if (nr <= 0)
		return -EINVAL;
	error = room_make(d, (u32)nr);
	if (error)
		return error;
	nodes_read(hw, d);
	relative_read(hw, d);
	pairs_read(hw, d);
	return 0;
}

/* What is cut or no XML makes the libraries below talk; one line of ours is enough. */
static int file_load(hwloc_topology_t hw, const char *file)
{
	if (hwloc_topology_set_xml(hw, file) || hwloc_topology_load(hw))
		return errno > 0 ? -errno : -EINVAL;
	return 0;
}

int amk_distances_read(const char *path, struct amk_distances *distances,
		       char error[AMK_DISTANCES_ERROR_LEN])
{
	hwloc_topology_t hw;
	char file[PATH_MAX];
	int failed;

	memset(distances, 0, sizeof(*distances));
	if (snprintf(file, sizeof(file), "%s/topology.xml", path) >= (int)sizeof(file) ||
	    access(file, F_OK))
		return 0;
	if (hwloc_topology_init(&hw))
		return fail(error, -ENOMEM, file);
	failed = file_load(hw, file);
	if (!failed)
		failed = all_read(hw, distances);
	hwloc_topology_destroy(hw);
	if (!failed)
		return 0;
	amk_distances_free(distances);
	return fail(error, failed, file);
}

void amk_distances_free(struct amk_distances *distances)
{
	int kind;

	for (kind = 0; kind < AMK_NR_DISTANCE_KINDS; kind++)
		free(distances->value[kind]);
	free(distances->node);
	free(distances->share);
	memset(distances, 0, sizeof(*distances));
}

const struct amk_distances_node *amk_distances_node(const struct amk_distances *distances,
						    u32 number)
{
	long at = place_of(distances, number);

	return at < 0 ? NULL : &distances->node[at];
}

double amk_distance(const struct amk_distances *distances, enum amk_distance_kind kind, u32 from,
		    u32 to)
{
	long row = place_of(distances, from), column = place_of(distances, to);

	if (row < 0 || column < 0)
		return NAN;
	return distances->value[kind][row * (long)distances->nr_nodes + column];
}

bool amk_distances_share(const struct amk_distances *distances, u32 a, u32 b)
{
	long row = place_of(distances, a), column = place_of(distances, b);

	return row >= 0 && column >= 0 &&
	       distances->share[row * (long)distances->nr_nodes + column];
}

bool amk_distances_has(const struct amk_distances *distances, enum amk_distance_kind kind)
{
	size_t i, fields = (size_t)distances->nr_nodes * distances->nr_nodes;

	for (i = 0; i < fields; i++)
		if (!isnan(distances->value[kind][i]))
			return true;
	return false;
}
