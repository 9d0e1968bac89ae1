// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where the heat maps of comparisons go, and the runs as the plots want them: see plot_heat.h.
 */
#include <errno.h>

#include "bench/command.h"
#include "bench/plot_heat.h"
#include "bench/rundir.h"
#include "bench/session.h"

/* The directory of the pictures of @head. 0 or -ENAMETOOLONG. */
static int place_word(const struct amk_plot_run run[2], const struct amk_comparison *c,
		      const char *dir, bool several, char out[AMK_PLOT_OUT_LEN])
{
	int len;

	if (!dir)
		len = snprintf(out, AMK_PLOT_OUT_LEN, "%s/plots/against-%s", c->head->path,
			       run[0].name);
	else if (several)
		len = snprintf(out, AMK_PLOT_OUT_LEN, "%s/%s", dir, run[1].name);
	else
		len = snprintf(out, AMK_PLOT_OUT_LEN, "%s", dir);
	return len < AMK_PLOT_OUT_LEN ? 0 : -ENAMETOOLONG;
}

static int report(const struct amk_plot *plot, bool said)
{
	if (plot->no_gnuplot) {
		amk_fail("plot: no gnuplot: the tables are in %s; to draw them: apt-get install "
			 "gnuplot-nox, and again",
			 plot->data_dir);
		return -ENOENT;
	}
	if (!plot->nr_drawn) {
		amk_fail("plot: %s: no cell has a change to draw", plot->run[1].data.path);
		return -ENODATA;
	}
	if (said)
		printf("%u heat map%s (%s) in %s\n", plot->nr_drawn, plot->nr_drawn > 1 ? "s" : "",
		       plot->formats, plot->out);
	return 0;
}

static int comparison_draw(const struct amk_comparison *c, const char *dir, bool several, bool said)
{
	struct amk_plot_run run[2] = { { .data = c->base->run }, { .data = c->head->run } };
	struct amk_plot plot = { .run = run, .nr_runs = 2, .formats = "png svg" };
	char out[AMK_PLOT_OUT_LEN];
	int ret;

	plot.place = "--plot";
	amk_plot_run_name(&run[0]);
	amk_plot_run_name(&run[1]);
	amk_plot_word(&plot);
	ret = place_word(run, c, dir, several, out);
	if (ret)
		amk_fail("plot: %s: the name is too long: give another place by --plot=DIR",
			 c->head->path);
	if (!ret)
		ret = amk_plot_places(&plot, out);
	if (!ret)
		ret = amk_plot_heat(&plot, c);
	return ret ? ret : report(&plot, said);
}

int amk_plot_comparisons(const struct amk_comparison *comparison, size_t nr, const char *dir,
			 bool said)
{
	size_t i;
	int ret = 0;

	amk_session_stop_catch();
	for (i = 0; !ret && i < nr; i++)
		ret = comparison_draw(&comparison[i], dir, nr > 1, said);
	return ret;
}
