/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * costs.tsv, the digest of a run: its costs as a table, a few hundredths of blocks.jsonl in size,
 * and read in place of it. results/README.md describes it. It says how long the blocks.jsonl was
 * that it was made from: where that has grown since, the digest is stale and is not used.
 */
#ifndef AMK_COSTS_DIGEST_H
#define AMK_COSTS_DIGEST_H

#include "lib/user/costs.h"

#define AMK_DIGEST_NAME "costs.tsv"
#define AMK_DIGEST_SCHEMA 1

/*
 * Writes the digest of @costs to directory @path, aside and renamed. 0, or -errno with a one-line
 * text.
 */
int amk_costs_digest_write(const struct amk_costs *costs, const char *path,
			   char error[AMK_ERROR_LEN]);

/*
 * Reads the @len bytes of a digest into @costs, whose id and unit are set. Every field is checked.
 * 0, or -errno with the text "LINE: what is wrong".
 */
int amk_costs_digest_parse(const char *bytes, size_t len, struct amk_costs *costs,
			   char error[AMK_ERROR_LEN]);

/*
 * Reads the digest of the run that @costs has the manifest of. 1 when that was done; 0 where there
 * is none or it is stale, and blocks.jsonl has to be read; -errno with a one-line text.
 */
int amk_costs_digest_read(struct amk_costs *costs, char error[AMK_ERROR_LEN]);

#endif
