// SPDX-License-Identifier: GPL-2.0-only
/*
 * The directories of plots: the pictures', the tables' in it, and the scripts'. They are made for
 * the first table: what draws nothing leaves no directory behind.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "bench/command.h"
#include "bench/plot.h"
#include "bench/rundir.h"

static int directory_make(const struct amk_plot *plot, const char *path)
{
	int ret = amk_directories_make(path);

	if (!ret && access(path, W_OK | X_OK))
		ret = -errno;
	if (ret)
		amk_fail("plot: %s: %s: choose another place with %s", path, strerror(-ret),
			 plot->place);
	return ret;
}

int amk_plot_places(struct amk_plot *plot, const char *out)
{
	int ret = amk_scripts_find(plot->scripts_dir);

	if (ret) {
		amk_fail("plot: the gnuplot scripts are neither beside the program nor in %s: make "
			 "install",
			 plot->scripts_dir);
		return ret;
	}
	plot->out = out;
	snprintf(plot->data_dir, PATH_MAX, "%s/data", out);
	return 0;
}

int amk_plot_places_make(const struct amk_plot *plot)
{
	int ret = directory_make(plot, plot->out);

	return ret ? ret : directory_make(plot, plot->data_dir);
}
