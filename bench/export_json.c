// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the forms in JSON share. Numbers have 15 digits: all that a double keeps of a text.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/export.h"
#include "lib/user/cost.h"

int amk_export_json(FILE *file, const json_t *whole)
{
	if (!whole || json_dumpf(whole, file, JSON_INDENT(1) | JSON_REAL_PRECISION(15)))
		return -ENOMEM;
	fputc('\n', file);
	return 0;
}

int amk_export_median(const double *cost, size_t n, double *median)
{
	double *sorted = malloc(n * sizeof(*sorted));

	if (!sorted)
		return -ENOMEM;
	memcpy(sorted, cost, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), amk_cost_compare);
	*median = amk_cost_quantile(sorted, n, 0.5);
	free(sorted);
	return 0;
}
