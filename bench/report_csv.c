// SPDX-License-Identifier: GPL-2.0-only
/*
 * A comparison as CSV: a row a cell and head, every cell of the verdicts asked for. What there is
 * no number of is an empty field; "inf" as the least change says that none could have been shown.
 */
#include "bench/report.h"
#include "bench/sheet.h"
#include "lib/user/summary.h"

static const char *const names[] = {
	"base",	    "head",	  "environment", "unit",	"side",	       "strategy",
	"workload", "size_bytes", "metric",	 "metric_unit", "better",      "verdict",
	"failure",  "method",	  "base_cost",	 "head_cost",	"base_rounds", "head_rounds",
	"ratio",    "ratio_low",  "ratio_high",	 "level",	"p",	       "p_adjusted",
	"least",    "margin",	  "tolerance",	 "why",		"note",
};

const char *amk_method_name(enum amk_method method)
{
	static const char *const methods[] = {
		[AMK_METHOD_NONE] = "none", [AMK_METHOD_RANK] = "rank", [AMK_METHOD_EXACT] = "exact"
	};

	return methods[method];
}

static void cell_write(struct amk_sheet *sheet, const struct amk_comparison *c,
		       const struct amk_comparison_cell *cell)
{
	amk_sheet_text(sheet, c->base->path);
	amk_sheet_text(sheet, c->head->path);
	amk_sheet_text(sheet, c->head->environment);
	amk_sheet_text(sheet, c->head->unit);
	amk_sheet_text(sheet, amk_side_names[cell->side]);
	amk_sheet_text(sheet, cell->strategy);
	amk_sheet_text(sheet, cell->workload);
	amk_sheet_count(sheet, cell->size_bytes);
	amk_sheet_text(sheet, cell->metric ? cell->metric->name : "");
	amk_sheet_text(sheet, cell->metric ? cell->unit : "");
	amk_sheet_text(sheet, amk_metric_better_name(cell->metric));
	amk_sheet_text(sheet, amk_verdict_name(cell->verdict));
	amk_sheet_count(sheet, cell->failure);
	amk_sheet_text(sheet, amk_method_name(cell->method));
	amk_sheet_number(sheet, cell->base_cost);
	amk_sheet_number(sheet, cell->head_cost);
	amk_sheet_count(sheet, cell->base_rounds);
	amk_sheet_count(sheet, cell->head_rounds);
	amk_sheet_number(sheet, cell->ratio);
	amk_sheet_number(sheet, cell->ratio_low);
	amk_sheet_number(sheet, cell->ratio_high);
	amk_sheet_number(sheet, cell->level);
	amk_sheet_number(sheet, cell->p);
	amk_sheet_number(sheet, cell->p_adjusted);
	amk_sheet_number(sheet, cell->mde);
	amk_sheet_number(sheet, cell->limits.margin);
	amk_sheet_number(sheet, cell->limits.tolerance);
	amk_sheet_text(sheet, cell->why);
	amk_sheet_text(sheet, cell->note ? cell->note : "");
	amk_sheet_end(sheet);
}

int amk_report_csv(FILE *file, const struct amk_report *report, char error[AMK_ERROR_LEN])
{
	struct amk_sheet sheet = { .file = file, .csv = true };
	size_t i, k;

	(void)error;
	for (i = 0; i < AMK_ARRAY_SIZE(names); i++)
		amk_sheet_text(&sheet, names[i]);
	amk_sheet_end(&sheet);
	for (i = 0; i < report->nr_comparisons; i++) {
		const struct amk_comparison *c = &report->comparison[i];

		for (k = 0; k < c->nr_cells; k++)
			if (amk_report_has(report, &c->cell[k]))
				cell_write(&sheet, c, &c->cell[k]);
	}
	return 0;
}
