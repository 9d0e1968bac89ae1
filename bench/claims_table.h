/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Claims and verdicts as tables, a column for each kernel.
 */
#ifndef AMK_CLAIMS_TABLE_H
#define AMK_CLAIMS_TABLE_H

#include <stdio.h>

#include "bench/claim.h"

struct amk_claims_view {
	struct amk_evidence *column; /* one a kernel; none: the claims are listed */
	u32 nr_columns;
	bool *chosen; /* by claim; with none chosen, all are shown */
	bool some; /* any is chosen */
};

/*
 * The column of runs of the kernel, machine and environment of @costs; a new one, for which there
 * must be room, if there is none.
 */
struct amk_evidence *amk_claims_column(struct amk_claims_view *view, const struct amk_costs *costs);

typedef void amk_claims_write(FILE *file, const struct amk_claims_view *view);

amk_claims_write amk_claims_table;
amk_claims_write amk_claims_markdown;
/* A line for each claim and column. */
amk_claims_write amk_claims_tsv;

/* The table of flags by modifiers; nothing where no run has taken them apart. */
amk_claims_write amk_claims_flags_table;
amk_claims_write amk_claims_flags_markdown;

#endif
