// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes costs.tsv: see costs_digest.h. Costs are written with as many digits as it takes to read
 * the same number back.
 */
#include <stdio.h>
#include <stdlib.h>

#include "lib/user/costs_columns.h"
#include "lib/user/costs_digest.h"

/* The shortest decimal that reads back as @number: 17 digits always do, and mostly 15 or 16. */
static void number_write(FILE *file, double number)
{
	char text[32];
	int digits;

	for (digits = 15; digits < 18; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, number);
		if (strtod(text, NULL) == number)
			break;
	}
	fputs(text, file);
}

static void row_write(FILE *file, const struct amk_cost_cell *cell, const char *unit)
{
	u32 i;

	fprintf(file, "%s\t%s\t%s\t%llu\t%s\t%s\t%s\t%u\t%u\t%u", amk_side_names[cell->side],
		cell->strategy, cell->workload, (unsigned long long)cell->size_bytes,
		cell->metric ? cell->metric->name : AMK_DIGEST_NONE,
		cell->metric ? amk_metric_unit(cell->metric, unit) : AMK_DIGEST_NONE,
		amk_status_name(cell->status), cell->reason_code, cell->rounds_refused,
		cell->rounds_failed);
	for (i = 0; i < cell->nr_rounds; i++) {
		fputc('\t', file);
		number_write(file, cell->cost[i]);
	}
	fputc('\n', file);
}

int amk_costs_digest_write(const struct amk_costs *costs, const char *path,
			   char error[AMK_ERROR_LEN])
{
	char *bytes = NULL;
	size_t len, i;
	FILE *file = open_memstream(&bytes, &len);
	int failed = -ENOMEM;

	if (file) {
		fprintf(file, AMK_DIGEST_FORMAT "\t%d\t%s\t%llu\t%zu\n", AMK_DIGEST_SCHEMA,
			costs->id, (unsigned long long)costs->blocks_bytes, costs->nr_cells);
		fputs(AMK_DIGEST_COLUMNS "\n", file);
		for (i = 0; i < costs->nr_cells; i++)
			row_write(file, &costs->cell[i], costs->unit);
		failed = fclose(file) ? -ENOMEM : 0;
	}
	if (!failed)
		failed = amk_file_replace(path, AMK_DIGEST_NAME, bytes, len);
	if (failed)
		snprintf(error, AMK_ERROR_LEN, "%.300s/" AMK_DIGEST_NAME ": cannot write: %s", path,
			 strerror(-failed));
	free(bytes);
	return failed;
}
