// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every plot there is of some runs, in one order, for the command that draws and for the report.
 */
#include <string.h>

#include "bench/plot.h"

void amk_choice_default(struct amk_choice *choice)
{
	size_t i;

	memset(choice, 0, sizeof(*choice));
	choice->all_families = true;
	for (i = 0; i < AMK_NR_FAMILIES; i++)
		choice->family[i] = i != AMK_FAMILY_control;
}

int amk_plot_all(struct amk_plot *plot, const struct amk_choice *choice)
{
	int ret = amk_plot_lines(plot, choice);

	if (!ret && choice->all_families)
		ret = amk_plot_note(plot, "translation", amk_plot_translation(plot));
	if (!ret && choice->all_families)
		ret = amk_plot_note(plot, "levels", amk_plot_levels(plot));
	if (!ret && choice->all_families)
		ret = amk_plot_note(plot, "limit", amk_plot_limit(plot));
	if (!ret && choice->all_families)
		ret = amk_plot_success(plot);
	return ret;
}
