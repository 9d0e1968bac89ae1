/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The columns of costs.tsv, which its reader and its writer share.
 */
#ifndef AMK_COSTS_COLUMNS_H
#define AMK_COSTS_COLUMNS_H

#define AMK_DIGEST_FORMAT "allocmark-costs"
#define AMK_DIGEST_NONE "-" /* metric and unit of a cell that has no number */
#define AMK_DIGEST_FIELDS 10 /* before the costs */
#define AMK_DIGEST_COLUMNS                                     \
	"side\tstrategy\tworkload\tsize_bytes\tmetric\tunit\t" \
	"status\treason_code\trounds_refused\trounds_failed\t" \
	"cost..."

#endif
