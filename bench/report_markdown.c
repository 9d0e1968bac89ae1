// SPDX-License-Identifier: GPL-2.0-only
/*
 * A comparison as Markdown, for a comment or for the summary of a CI job: the counts, the cells
 * that the view shows, worst first, and where the runs took place.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/cell_name.h"
#include "bench/compare_text.h"
#include "bench/report.h"
#include "lib/user/size.h"

/* Writes @text so that it is shown as it is: names from records may hold any mark. */
static void plain(FILE *file, const char *text)
{
	for (; *text; text++) {
		if (strchr("\\`*_{}[]<>()#+!|~&", *text))
			fputc('\\', file);
		fputc((unsigned char)*text < ' ' ? ' ' : *text, file);
	}
}

static const char *sign_of(const struct amk_comparison_cell *cell)
{
	if (cell->verdict == AMK_VERDICT_IMPROVED)
		return "🔵";
	switch (amk_report_grade(cell)) {
	case AMK_GRADE_FAILURE:
		return "🔴";
	case AMK_GRADE_WARNING:
		return "🟡";
	case AMK_GRADE_SKIP:
		return "⚪";
	default:
		return "🟢";
	}
}

static void counts_write(FILE *file, const struct amk_comparison *c)
{
	const char *between = "";
	int v;

	for (v = 0; v < AMK_NR_VERDICTS; v++) {
		if (!c->count[v])
			continue;
		fprintf(file, "%s%zu %s", between, c->count[v], amk_verdict_name(v));
		between = ", ";
	}
	fputc('\n', file);
}

static void cell_write(FILE *file, const struct amk_comparison *c,
		       const struct amk_comparison_cell *cell)
{
	char name[AMK_CELL_NAME_LEN], size[AMK_SIZE_TEXT_LEN], figure[AMK_FIGURE_LEN];
	const char *remark = *cell->why || !cell->note ? cell->why : cell->note;

	snprintf(name, sizeof(name), "%s:%s", amk_side_names[cell->side], cell->strategy);
	fprintf(file, "| %s %s | `%s` | %s | %s | %s |", sign_of(cell),
		amk_verdict_name(cell->verdict), name, cell->workload,
		cell->size_bytes ? amk_size_text(cell->size_bytes, size) : "–",
		cell->metric ? cell->metric->name : "–");
	fprintf(file, " %s |", amk_cost_text(cell, cell->base_cost, figure));
	fprintf(file, " %s %s |", amk_cost_text(cell, cell->head_cost, figure),
		cell->metric ? cell->unit : "");
	fprintf(file, " %s |", amk_change_text(cell->ratio, figure));
	fprintf(file, " %s |", amk_interval_text(c, cell, figure));
	fprintf(file, " %s |", amk_p_text(cell, figure));
	fprintf(file, " %u, %u |", cell->base_rounds, cell->head_rounds);
	fprintf(file, " %s | ", amk_mde_text(cell, figure));
	plain(file, remark);
	fputs(" |\n", file);
}

static int cells_write(FILE *file, const struct amk_report *report, const struct amk_comparison *c)
{
	const struct amk_comparison_cell **worst = amk_comparison_worst(c);
	size_t shown = 0, hidden = 0, i;

	if (!worst)
		return -ENOMEM;
	for (i = 0; i < c->nr_cells; i++) {
		if (!amk_compare_shows(report->view, worst[i]))
			continue;
		if (report->view->limit && shown == report->view->limit) {
			hidden++;
			continue;
		}
		if (!shown++)
			fputs("\n| verdict | strategy | workload | size | metric | base | head | "
			      "change | interval | p | rounds | least | |\n"
			      "|---|---|---|--:|---|--:|--:|--:|--:|--:|--:|--:|---|\n",
			      file);
		cell_write(file, c, worst[i]);
	}
	if (hidden)
		fprintf(file, "\n… and %zu more\n", hidden);
	free(worst);
	return 0;
}

static void run_write(FILE *file, const char *role, const struct amk_costs *run)
{
	fprintf(file, "| %s | ", role);
	plain(file, run->path);
	fprintf(file, " | %s | ", run->created);
	plain(file, run->machine);
	fputs(" | ", file);
	plain(file, run->kernel);
	fprintf(file, " | %s | %s |\n", run->environment, run->unit);
}

static void emulation_write(FILE *file, const struct amk_comparison *c)
{
	if (!strcmp(c->base->environment, "guest-tcg") ||
	    !strcmp(c->head->environment, "guest-tcg"))
		fputs("\nEmulated: ns are emulation time and no property of any hardware.\n", file);
	else if (!strcmp(c->base->unit, "insn"))
		fputs("\nEmulated: insn are instructions executed, the same on every machine.\n",
		      file);
}

static void differences_write(FILE *file, const struct amk_comparison *c)
{
	size_t i;

	if (!c->differences.count)
		return;
	fputs("\nCompared although these differ:\n\n", file);
	for (i = 0; i < c->differences.count; i++) {
		const struct amk_difference *d = &c->differences.item[i];

		fputs("- ", file);
		plain(file, d->key);
		fputs(": ", file);
		plain(file, d->base ? d->base : "(none)");
		fputs(" → ", file);
		plain(file, d->head ? d->head : "(none)");
		fputc('\n', file);
	}
}

static int comparison_write(FILE *file, const struct amk_report *report,
			    const struct amk_comparison *c)
{
	int ret;

	fprintf(file, "\n%zu cells: ", c->nr_cells);
	counts_write(file, c);
	ret = cells_write(file, report, c);
	fputs("\n| | run | created | machine | kernel | environment | unit |\n"
	      "|---|---|---|---|---|---|---|\n",
	      file);
	run_write(file, "base", c->base);
	run_write(file, "head", c->head);
	emulation_write(file, c);
	differences_write(file, c);
	fprintf(file,
		"\nMargin %g %%, tolerance %g %% of exact ones, false discovery rate %g over the "
		"%zu compared by ranks; a sample is a round.\n",
		100 * c->options.margin, 100 * c->options.tolerance, c->options.q, c->nr_tested);
	return ret;
}

int amk_report_markdown(FILE *file, const struct amk_report *report, char error[AMK_ERROR_LEN])
{
	size_t i;
	int ret = 0;

	fprintf(file, "### allocmark %s\n", report->command);
	if (report->conclusion) {
		fputs("\n**", file);
		plain(file, report->conclusion);
		fputs("**\n", file);
	}
	for (i = 0; !ret && i < report->nr_comparisons; i++)
		ret = comparison_write(file, report, &report->comparison[i]);
	if (ret)
		snprintf(error, AMK_ERROR_LEN, "out of memory");
	return ret;
}
