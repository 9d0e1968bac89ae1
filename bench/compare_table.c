// SPDX-License-Identifier: GPL-2.0-only
/*
 * A comparison at the terminal: where the runs took place, the cells worst first, how many there
 * are of each verdict.
 */
#include <math.h>
#include <stdlib.h>

#include "bench/compare.h"
#include "bench/compare_text.h"
#include "lib/user/axis.h"
#include "lib/user/manifest.h"
#include "lib/user/size.h"

/* ---- header ---- */

static void run_print(FILE *out, const char *role, const struct amk_costs *run)
{
	const char *processor = amk_run_data_fact(&run->run, "machine", "processor.model");

	fprintf(out, "%s %s: %s, machine %s (%s), kernel %s, environment %s, unit %s\n", role,
		run->path, run->created, run->machine,
		processor ? processor : "processor not known", run->kernel, run->environment,
		run->unit);
}

static void environment_print(FILE *out, const struct amk_comparison *c)
{
	if (!strcmp(c->base->environment, "guest-tcg") ||
	    !strcmp(c->head->environment, "guest-tcg"))
		fputs("emulated: ns are emulation time and no property of any hardware\n", out);
	else if (!strcmp(c->base->unit, "insn"))
		fputs("emulated: insn are instructions executed, the same on every machine\n", out);
}

/* The names of the axes in @axes. */
static void axes_print(FILE *out, u32 axes)
{
	const char *between = "";
	u32 i;

	for (i = 0; amk_axes[i].name; i++) {
		if (!(axes & 1U << i))
			continue;
		fprintf(out, "%s%s", between, amk_axes[i].name);
		between = "|";
	}
	if (!axes)
		fputs("nothing", out);
}

static void difference_print(FILE *out, const struct amk_difference *d, bool refused)
{
	fprintf(out, "  %-34s %.60s -> %.60s", d->key, d->base ? d->base : "(none)",
		d->head ? d->head : "(none)");
	if (refused) {
		fputs("  (allowed by ", out);
		axes_print(out, d->axes);
		fputc(')', out);
	}
	fputc('\n', out);
}

void amk_compare_differences(FILE *out, const struct amk_differences *differences, u32 across)
{
	bool refused = true;
	size_t i;

	do {
		for (i = 0; i < differences->count; i++) {
			const struct amk_difference *d = &differences->item[i];

			if (!(d->axes & across) == refused)
				difference_print(out, d, refused);
		}
		refused = !refused;
	} while (!refused);
}

static void header_print(FILE *out, const struct amk_comparison *c)
{
	run_print(out, "base", c->base);
	run_print(out, "head", c->head);
	environment_print(out, c);
	if (c->differences.count) {
		fputs("compared although these differ:\n", out);
		amk_compare_differences(out, &c->differences, c->options.across);
	}
}

/* ---- cells ---- */

static void columns_print(FILE *out)
{
	fprintf(out, "\n%-12s %-24s %-14s %7s %-15s %11s %11s %-5s %8s %24s %7s %6s %8s\n",
		"verdict", "strategy", "workload", "size", "metric", "base", "head", "unit",
		"change", "95 % interval", "n", "p", "least");
}

static void cell_print(FILE *out, const struct amk_comparison *c,
		       const struct amk_comparison_cell *cell)
{
	char name[2 * AMK_NAME_LEN], size[AMK_SIZE_TEXT_LEN], rounds[AMK_FIGURE_LEN];
	char base[AMK_FIGURE_LEN], head[AMK_FIGURE_LEN], change[AMK_FIGURE_LEN], p[AMK_FIGURE_LEN];
	char mde[AMK_FIGURE_LEN], interval[AMK_FIGURE_LEN];

	snprintf(name, sizeof(name), "%s:%s", amk_side_names[cell->side], cell->strategy);
	snprintf(rounds, sizeof(rounds), "%u:%u", cell->base_rounds, cell->head_rounds);
	fprintf(out, "%-12s %-24s %-14s %7s %-15s %11s %11s %-5s %8s %24s %7s %6s %8s",
		amk_verdict_name(cell->verdict), name, cell->workload,
		cell->size_bytes ? amk_size_text(cell->size_bytes, size) : "-",
		cell->metric ? cell->metric->name : "-", amk_cost_text(cell, cell->base_cost, base),
		amk_cost_text(cell, cell->head_cost, head), cell->unit,
		amk_change_text(cell->ratio, change), amk_interval_text(c, cell, interval), rounds,
		amk_p_text(cell, p), amk_mde_text(cell, mde));
	fprintf(out, "%s%s\n", *cell->why ? "  " : "", cell->why);
}

bool amk_compare_shows(const struct amk_compare_view *view, const struct amk_comparison_cell *cell)
{
	if (view->only)
		return view->only & 1U << cell->verdict;
	if (view->all)
		return true;
	switch (cell->verdict) {
	case AMK_VERDICT_REGRESSED:
	case AMK_VERDICT_IMPROVED:
	case AMK_VERDICT_CHANGED:
		return true;
	case AMK_VERDICT_ONLY_BASE:
		/* To have lost its number is news; not to have been asked for is none. */
		return cell->head != NULL;
	default:
		return false;
	}
}

static int cells_print(FILE *out, const struct amk_comparison *c,
		       const struct amk_compare_view *view)
{
	const struct amk_comparison_cell **worst = amk_comparison_worst(c);
	size_t shown = 0, hidden = 0, i;

	if (!worst)
		return -ENOMEM;
	for (i = 0; i < c->nr_cells; i++) {
		if (!amk_compare_shows(view, worst[i]))
			continue;
		if (view->limit && shown == view->limit) {
			hidden++;
			continue;
		}
		if (!shown++)
			columns_print(out);
		cell_print(out, c, worst[i]);
	}
	if (hidden)
		fprintf(out, "... and %zu more: --limit=0 shows them\n", hidden);
	free(worst);
	return 0;
}

/* ---- summary ---- */

/* Whether a cell is shown that no change could have been seen in. */
static bool has_blind(const struct amk_comparison *c)
{
	size_t i;

	for (i = 0; i < c->nr_cells; i++)
		if (!isnan(c->cell[i].p_rise) && isinf(c->cell[i].mde))
			return true;
	return false;
}

static void summary_print(FILE *out, const struct amk_comparison *c)
{
	const char *between = ": ";
	int v;

	fprintf(out, "\n%zu cells", c->nr_cells);
	for (v = 0; v < AMK_NR_VERDICTS; v++) {
		if (!c->count[v])
			continue;
		fprintf(out, "%s%zu %s", between, c->count[v], amk_verdict_name(v));
		between = ", ";
	}
	fprintf(out,
		"\nmargin %g %%, tolerance %g %%, false discovery rate %g over the "
		"%zu compared by ranks\n",
		100 * c->options.margin, 100 * c->options.tolerance, c->options.q, c->nr_tested);
	if (c->rounds_needed)
		fprintf(out, "some cells have too few rounds: a verdict needs %u in each run\n",
			c->rounds_needed);
	if (has_blind(c))
		fprintf(out,
			"least 'none': to find a change in one cell alone takes %u rounds in each "
			"run\n",
			c->rounds_single);
}

int amk_compare_table(FILE *out, const struct amk_comparison *comparison,
		      const struct amk_compare_view *view, char error[AMK_ERROR_LEN])
{
	header_print(out, comparison);
	if (cells_print(out, comparison, view)) {
		snprintf(error, AMK_ERROR_LEN, "out of memory");
		return -ENOMEM;
	}
	if (view->percentiles && amk_compare_percentiles(out, comparison, view, error))
		return -EIO;
	summary_print(out, comparison);
	return 0;
}
