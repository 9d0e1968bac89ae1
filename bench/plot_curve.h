/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One picture of curves, between what chooses its lines and what writes it down.
 */
#ifndef AMK_PLOT_CURVE_H
#define AMK_PLOT_CURVE_H

#include "bench/plot_over.h"

#define AMK_CURVE_LINES_MAX 12

/* What is drawn at a place: a line or a panel. */
struct amk_curve_item {
	const struct amk_strategy *strategy; /* NULL: of the other */
	u64 size_bytes;
};

struct amk_curve_block {
	size_t panel, line;
	struct amk_curve_point *point;
	size_t nr;
};

struct amk_curve_picture {
	const struct amk_over *over;
	const struct amk_curve *curve;
	char name[128];
	struct amk_curve_item line[AMK_CURVE_LINES_MAX];
	size_t nr_lines;
	struct amk_curve_item panel[AMK_PANELS_MAX];
	size_t nr_panels;
	struct amk_curve_block block[AMK_CURVE_LINES_MAX * AMK_PANELS_MAX];
	size_t nr_blocks;
};

/* The cell that a block is of. */
const struct amk_strategy *amk_curve_strategy(const struct amk_curve_picture *p,
					      const struct amk_curve_block *b);
u64 amk_curve_size(const struct amk_curve_picture *p, const struct amk_curve_block *b);

/*
 * Prints @curve of the cells in @set to stdout, for people. 0 or -ENOMEM.
 */
int amk_curve_print(const struct amk_over *over, const struct amk_curve *curve,
		    const struct amk_curve_set *set);

/* Writes the table of @p and draws it. 0 or -errno, said on stderr. */
int amk_curve_table(const struct amk_curve_picture *p);
int amk_curve_script(const struct amk_curve_picture *p);

#endif
