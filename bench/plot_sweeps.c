// SPDX-License-Identifier: GPL-2.0-only
/*
 * Curves over what the runs of a page differ in, where that is a number that a sweep goes along.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/plot_over.h"
#include "lib/user/axis.h"
#include "lib/user/manifest.h"

/* The runs that have the number @fact, in the unit of the first of them, into @to. */
static size_t runs_choose(const struct amk_plot_run *run, size_t nr_runs, const char *fact,
			  struct amk_plot_run *to)
{
	size_t i, nr = 0;
	double x;

	for (i = 0; i < nr_runs && nr < AMK_OVER_RUNS_MAX; i++)
		if (!amk_manifest_number(&run[i].data, fact, &x) &&
		    (!nr || !strcmp(run[i].data.unit, to[0].data.unit)))
			to[nr++] = run[i];
	return nr;
}

/* Draws the curves of @plot over its fact, if its runs differ in it. */
static int curves_draw(struct amk_plot *plot, const char *out)
{
	struct amk_over over = { .plot = plot, .fact = plot->over };
	char error[AMK_ERROR_LEN];
	int ret = amk_over_find(&over, error);

	if (ret)
		return ret == -ENOMEM ? ret : 0;
	memset(over.strategy, true, sizeof(over.strategy));
	amk_plot_word(plot);
	ret = amk_plot_places(plot, out);
	if (!ret)
		ret = amk_over_draw_all(&over, NULL, -1);
	free(over.x);
	return ret;
}

int amk_plot_curves(struct amk_plot *plot, u32 axes, const struct amk_plot_run *run, size_t nr_runs,
		    const char *out)
{
	size_t i;
	int ret = 0;

	plot->run = calloc(nr_runs + 1, sizeof(*plot->run));
	if (!plot->run)
		return -ENOMEM;
	for (i = 0; amk_axes[i].name && !ret; i++) {
		if (!amk_axes[i].over || !(axes & 1U << i))
			continue;
		plot->over = amk_axes[i].over;
		plot->nr_runs = runs_choose(run, nr_runs, plot->over, plot->run);
		if (plot->nr_runs > 1)
			ret = curves_draw(plot, out);
	}
	free(plot->run);
	plot->run = NULL;
	plot->nr_runs = 0;
	plot->over = NULL;
	return ret;
}
