/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Matrices of NUMA nodes as text, and which of their rows are wanted.
 */
#ifndef AMK_NODES_TABLE_H
#define AMK_NODES_TABLE_H

#include "bench/nodes.h"
#include "lib/user/select.h"

struct amk_nodes_view {
	const struct amk_nodes *list;
	size_t nr_lists;
	const struct amk_selection *chosen; /* rows that are shown */
	bool all_sizes; /* whatever @chosen says of sizes */
};

bool amk_nodes_shown(const struct amk_nodes_view *view, const struct amk_nodes_row *row);

typedef void amk_nodes_write(FILE *file, const struct amk_nodes_view *view);

/* A matrix for each row, two lines a field. */
amk_nodes_write amk_nodes_table;
/* A line for each row and CPU's node. */
amk_nodes_write amk_nodes_markdown;
/* A line for each field. */
amk_nodes_write amk_nodes_tsv;

#endif
