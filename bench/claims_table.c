// SPDX-License-Identifier: GPL-2.0-only
/*
 * Claims as a table for people, as Markdown for a page and as TSV for programs: see claims_table.h.
 */
#include "bench/claims_table.h"

#include "bench/sheet.h"

struct amk_evidence *amk_claims_column(struct amk_claims_view *view, const struct amk_costs *costs)
{
	u32 i;

	for (i = 0; i < view->nr_columns; i++) {
		const struct amk_costs *first = view->column[i].run[0];

		if (!strcmp(first->kernel, costs->kernel) &&
		    !strcmp(first->environment, costs->environment) &&
		    !strcmp(first->machine, costs->machine))
			return &view->column[i];
	}
	return &view->column[view->nr_columns++];
}

static bool is_shown(const struct amk_claims_view *view, u32 claim)
{
	return !view->some || view->chosen[claim];
}

/* What runs the same kernel may differ in, so that it is said which boots a column is made of. */
static void column_head(FILE *file, const struct amk_evidence *column)
{
	const struct amk_costs *first = column->run[0];
	const char *between = " ";
	u32 i;

	fprintf(file, "%s, %s:", first->kernel, first->environment);
	for (i = 0; i < column->nr_runs; i++) {
		int zeroing = amk_evidence_setting(column->run[i], "init_on_alloc");

		fprintf(file, "%srun %s of %.10s", between, column->run[i]->id,
			column->run[i]->created);
		if (zeroing >= 0)
			fprintf(file, " (init_on_alloc=%d)", zeroing);
		between = ", ";
	}
}

/* How many claims came to each verdict. */
static void counts_write(FILE *file, const struct amk_claims_view *view,
			 const struct amk_evidence *column)
{
	u32 count[AMK_NR_CLAIM_VERDICTS] = { 0 };
	struct amk_finding finding;
	const char *between = "";
	u32 i;

	for (i = 0; i < amk_nr_claims; i++) {
		if (!is_shown(view, i))
			continue;
		amk_claim_judge(&amk_claims[i], column, &finding);
		count[finding.verdict]++;
	}
	for (i = 0; i < AMK_NR_CLAIM_VERDICTS; i++) {
		if (!count[i])
			continue;
		fprintf(file, "%s%u %s", between, count[i], amk_claim_verdict_name(i));
		between = ", ";
	}
}

/* ---- for people ---- */

static void finding_write(FILE *file, const struct amk_claims_view *view,
			  const struct amk_evidence *column, const struct amk_finding *finding)
{
	fputs("    ", file);
	if (view->nr_columns > 1)
		fprintf(file, "%s: ", column->run[0]->kernel);
	fputs(amk_claim_verdict_name(finding->verdict), file);
	if (*finding->why)
		fprintf(file, " (%s)", finding->why);
	fputc('\n', file);
	if (*finding->figures)
		fprintf(file, "        %s (n=%u)\n", finding->figures, finding->nr_rounds);
}

static void claim_list(FILE *file, const struct amk_claim *claim)
{
	fprintf(file, "    held to: %s\n    verdict: %s\n", claim->experiment, claim->rule);
}

static void claim_write(FILE *file, const struct amk_claims_view *view,
			const struct amk_claim *claim)
{
	struct amk_finding finding;
	u32 i;

	fprintf(file, "%s (line%s %s): %s\n", claim->name, strchr(claim->lines, ' ') ? "s" : "",
		claim->lines, claim->statement);
	if (!view->nr_columns)
		claim_list(file, claim);
	for (i = 0; i < view->nr_columns; i++) {
		amk_claim_judge(claim, &view->column[i], &finding);
		finding_write(file, view, &view->column[i], &finding);
	}
	if (*claim->since)
		fprintf(file, "    note: %s\n", claim->since);
}

void amk_claims_table(FILE *file, const struct amk_claims_view *view)
{
	u32 i;

	for (i = 0; i < view->nr_columns; i++) {
		column_head(file, &view->column[i]);
		fputs("\n    ", file);
		counts_write(file, view, &view->column[i]);
		fputc('\n', file);
	}
	for (i = 0; i < amk_nr_claims; i++) {
		if (!is_shown(view, i))
			continue;
		fputc('\n', file);
		claim_write(file, view, &amk_claims[i]);
	}
	if (!view->some)
		amk_claims_flags_table(file, view);
}

/* ---- Markdown ---- */

/* So that it is shown as it is: what means something to Markdown is escaped. */
static void plain(FILE *file, const char *text)
{
	for (; *text; text++) {
		if (strchr("\\`*_{}[]<>#|~", *text))
			fputc('\\', file);
		fputc(*text, file);
	}
}

static void finding_cell(FILE *file, const struct amk_finding *finding)
{
	fprintf(file, "**%s**", amk_claim_verdict_name(finding->verdict));
	if (*finding->why) {
		fputs(" (", file);
		plain(file, finding->why);
		fputc(')', file);
	}
	if (*finding->figures) {
		fputs("<br>", file);
		plain(file, finding->figures);
		fprintf(file, " (n=%u)", finding->nr_rounds);
	}
}

static void claim_row(FILE *file, const struct amk_claims_view *view, const struct amk_claim *claim)
{
	struct amk_finding finding;
	u32 i;

	fprintf(file, "| `%s` | %s | ", claim->name, claim->lines);
	plain(file, claim->statement);
	fputs(" |", file);
	for (i = 0; i < view->nr_columns; i++) {
		amk_claim_judge(claim, &view->column[i], &finding);
		fputc(' ', file);
		finding_cell(file, &finding);
		fputs(" |", file);
	}
	fputc(' ', file);
	plain(file, claim->since);
	fputs(" |\n", file);
}

static void rule_row(FILE *file, const struct amk_claim *claim)
{
	fprintf(file, "| `%s` | ", claim->name);
	plain(file, claim->experiment);
	fputs(" | ", file);
	plain(file, claim->rule);
	fputs(" |\n", file);
}

static void head_row(FILE *file, const struct amk_claims_view *view)
{
	u32 i;

	fputs("| claim | lines | what it says |", file);
	for (i = 0; i < view->nr_columns; i++)
		fprintf(file, " %s |", view->column[i].run[0]->kernel);
	fputs(" changed |\n|---|---|---|", file);
	for (i = 0; i < view->nr_columns; i++)
		fputs("---|", file);
	fputs("---|\n", file);
}

void amk_claims_markdown(FILE *file, const struct amk_claims_view *view)
{
	u32 i;

	for (i = 0; i < view->nr_columns; i++) {
		fputs("- ", file);
		column_head(file, &view->column[i]);
		fputs(": ", file);
		counts_write(file, view, &view->column[i]);
		fputc('\n', file);
	}
	fputc('\n', file);
	head_row(file, view);
	for (i = 0; i < amk_nr_claims; i++)
		if (is_shown(view, i))
			claim_row(file, view, &amk_claims[i]);
	if (!view->some)
		amk_claims_flags_markdown(file, view);
	fputs("\n| claim | held to | how the verdict follows |\n|---|---|---|\n", file);
	for (i = 0; i < amk_nr_claims; i++)
		if (is_shown(view, i))
			rule_row(file, &amk_claims[i]);
}

/* ---- TSV ---- */

static void claim_fields(struct amk_sheet *sheet, const struct amk_claim *claim)
{
	amk_sheet_text(sheet, claim->name);
	amk_sheet_text(sheet, amk_claim_theme_name(claim->theme));
	amk_sheet_text(sheet, claim->lines);
	amk_sheet_text(sheet, claim->statement);
}

static void claim_line(struct amk_sheet *sheet, const struct amk_claim *claim,
		       const struct amk_evidence *column)
{
	struct amk_finding finding;

	amk_claim_judge(claim, column, &finding);
	claim_fields(sheet, claim);
	amk_sheet_text(sheet, column->run[0]->kernel);
	amk_sheet_text(sheet, column->run[0]->environment);
	amk_sheet_text(sheet, amk_claim_verdict_name(finding.verdict));
	amk_sheet_text(sheet, finding.why);
	amk_sheet_text(sheet, finding.figures);
	amk_sheet_count(sheet, finding.nr_rounds);
	amk_sheet_text(sheet, claim->since);
	amk_sheet_end(sheet);
}

void amk_claims_tsv(FILE *file, const struct amk_claims_view *view)
{
	struct amk_sheet sheet = { .file = file };
	u32 i, k;

	fputs("claim\ttheme\tlines\tstatement\t", file);
	fputs(view->nr_columns ? "kernel\tenvironment\tverdict\twhy\tfigures\tn\tchanged\n" :
				 "experiment\trule\tchanged\n",
	      file);
	for (i = 0; i < amk_nr_claims; i++) {
		if (!is_shown(view, i))
			continue;
		for (k = 0; k < view->nr_columns; k++)
			claim_line(&sheet, &amk_claims[i], &view->column[k]);
		if (view->nr_columns)
			continue;
		claim_fields(&sheet, &amk_claims[i]);
		amk_sheet_text(&sheet, amk_claims[i].experiment);
		amk_sheet_text(&sheet, amk_claims[i].rule);
		amk_sheet_text(&sheet, amk_claims[i].since);
		amk_sheet_end(&sheet);
	}
}
