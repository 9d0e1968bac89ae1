// SPDX-License-Identifier: GPL-2.0-only
/*
 * The figures of a compared cell in words: see compare_text.h.
 */
#include "bench/compare_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *amk_cost_text(const struct amk_comparison_cell *cell, double cost,
			  char text[AMK_FIGURE_LEN])
{
	if (isnan(cost))
		return strcpy(text, "-");
	if (cost == floor(cost) && cost < 1e12 && cell->metric->unit != AMK_UNIT_TICKS)
		snprintf(text, AMK_FIGURE_LEN, "%.0f", cost);
	else if (cost < 1000)
		snprintf(text, AMK_FIGURE_LEN, "%.4g", cost);
	else
		snprintf(text, AMK_FIGURE_LEN, "%.0f", cost);
	return text;
}

const char *amk_change_text(double ratio, char text[AMK_FIGURE_LEN])
{
	double percent = 100 * (ratio - 1);

	if (isnan(ratio))
		return strcpy(text, "-");
	if (isinf(ratio))
		return strcpy(text, "none");
	if (ratio >= 10)
		snprintf(text, AMK_FIGURE_LEN, "x%.3g", ratio);
	else if (fabs(percent) < 0.05 && percent != 0)
		snprintf(text, AMK_FIGURE_LEN, "%+.2g %%", percent);
	else
		snprintf(text, AMK_FIGURE_LEN, "%+.1f %%", percent == 0 ? 0 : percent);
	return text;
}

const char *amk_interval_text(const struct amk_comparison *comparison,
			      const struct amk_comparison_cell *cell, char text[AMK_FIGURE_LEN])
{
	char low[AMK_FIGURE_LEN], high[AMK_FIGURE_LEN], level[16] = "";

	if (cell->method == AMK_METHOD_EXACT)
		return strcpy(text, "exact");
	if (isnan(cell->ratio_low))
		return strcpy(text, "-");
	if (comparison && cell->level < comparison->options.level)
		snprintf(level, sizeof(level), " (%.0f %%)", 100 * cell->level);
	snprintf(text, AMK_FIGURE_LEN, "%.20s .. %.20s%s", amk_change_text(cell->ratio_low, low),
		 amk_change_text(cell->ratio_high, high), level);
	return text;
}

const char *amk_p_text(const struct amk_comparison_cell *cell, char text[AMK_FIGURE_LEN])
{
	if (isnan(cell->p_adjusted))
		return strcpy(text, "-");
	snprintf(text, AMK_FIGURE_LEN, cell->p_adjusted < 0.001 ? "%.0e" : "%.3f",
		 cell->p_adjusted);
	return text;
}

const char *amk_mde_text(const struct amk_comparison_cell *cell, char text[AMK_FIGURE_LEN])
{
	bool falls = cell->metric && cell->metric->better == AMK_BETTER_HIGHER;

	if (isnan(cell->mde) || isinf(cell->mde))
		return amk_change_text(cell->mde, text);
	return amk_change_text(falls ? 1 - cell->mde : 1 + cell->mde, text);
}

/* What is to be said beside the figures. */
static void remarks_add(const struct amk_comparison_cell *cell, char text[AMK_FINDING_LEN])
{
	const char *remark[] = { cell->why, cell->note };
	size_t i, len;

	for (i = 0; i < AMK_ARRAY_SIZE(remark); i++) {
		len = strlen(text);
		if (remark[i] && *remark[i])
			snprintf(text + len, AMK_FINDING_LEN - len, "%s%s", len ? "; " : "",
				 remark[i]);
	}
}

const char *amk_finding_text(const struct amk_comparison_cell *cell, char text[AMK_FINDING_LEN])
{
	char base[AMK_FIGURE_LEN], head[AMK_FIGURE_LEN], change[AMK_FIGURE_LEN];
	char interval[AMK_FIGURE_LEN], p[AMK_FIGURE_LEN];
	int len;

	text[0] = '\0';
	if (cell->method != AMK_METHOD_NONE) {
		len = snprintf(text, AMK_FINDING_LEN, "%s: %s -> %s %s",
			       amk_change_text(cell->ratio, change),
			       amk_cost_text(cell, cell->base_cost, base),
			       amk_cost_text(cell, cell->head_cost, head), cell->unit);
		if (cell->method == AMK_METHOD_EXACT)
			snprintf(text + len, AMK_FINDING_LEN - (size_t)len, ", exact");
		else
			snprintf(text + len, AMK_FINDING_LEN - (size_t)len,
				 ", %g %% interval %s, p %s, rounds %u and %u", 100 * cell->level,
				 amk_interval_text(NULL, cell, interval), amk_p_text(cell, p),
				 cell->base_rounds, cell->head_rounds);
	}
	remarks_add(cell, text);
	return text;
}
