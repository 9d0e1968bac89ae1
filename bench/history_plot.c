// SPDX-License-Identifier: GPL-2.0-only
/*
 * A trend plot for each series shown: the runs' medians in the order of time, the level of each
 * stretch, and where it changes. plots/history.gp draws it.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/command.h"
#include "bench/history.h"
#include "bench/plot.h"
#include "bench/session.h"
#include "lib/user/cost.h"

#define TICKS_MAX 8
#define TICK_LEN 20
#define NAME_LEN 160

struct trend {
	struct amk_plot *plot;
	const struct amk_history_item *item;
	char name[NAME_LEN];
	double low, high; /* of the figures */
};

static double figure(const struct trend *t, size_t run)
{
	return amk_history_figure(&t->item->group->run[run], t->item->cell);
}

/* The level that run @run is in: that of the last change before it. */
static double level(const struct trend *t, size_t run)
{
	const struct amk_history_cell *cell = t->item->cell;
	size_t i = cell->nr_changes;

	while (i && cell->change[i - 1].at > run)
		i--;
	if (i)
		return cell->change[i - 1].after;
	return cell->nr_changes ? cell->change[0].before : NAN;
}

/* The median of all, of a series without a change. */
static double level_steady(const struct trend *t)
{
	size_t nr = t->item->group->nr_runs, i, n = 0;
	double *x = calloc(nr, sizeof(*x)), found = NAN;

	for (i = 0; x && i < nr; i++)
		if (!isnan(figure(t, i)))
			x[n++] = figure(t, i);
	if (n) {
		amk_cost_sort(x, n);
		found = amk_cost_quantile(x, n, 0.5);
	}
	free(x);
	return found;
}

/* ---- the table ---- */

static int tsv_save(struct trend *t)
{
	const struct amk_history_group *g = t->item->group;
	struct amk_tsv tsv;
	FILE *file;
	size_t i;

	if (amk_tsv_begin(&tsv))
		return -ENOMEM;
	file = tsv.file;
	fputs("place\trun\tcreated\tkernel\tmedian\tlevel\n", file);
	for (i = 0; i < g->nr_runs; i++) {
		if (isnan(figure(t, i)))
			continue;
		fprintf(file, "%zu\t", i + 1);
		amk_tsv_field(file, g->run[i].id);
		fputc('\t', file);
		amk_tsv_field(file, g->run[i].created);
		fputc('\t', file);
		amk_tsv_field(file, g->run[i].kernel);
		fprintf(file, "\t%.6g\t", figure(t, i));
		if (t->item->cell->nr_changes)
			fprintf(file, "%.6g", level(t, i));
		fputc('\n', file);
	}
	return amk_tsv_end(&tsv, t->plot, t->name);
}

/* ---- what the script is told ---- */

static void range_find(struct trend *t)
{
	size_t i;

	t->low = INFINITY;
	t->high = -INFINITY;
	for (i = 0; i < t->item->group->nr_runs; i++) {
		t->low = fmin(t->low, figure(t, i));
		t->high = fmax(t->high, figure(t, i));
	}
}

static void range_write(const struct trend *t, FILE *file)
{
	double room = 0.1 * (t->high - t->low);

	if (!(room > 0))
		room = t->high > 0 ? 0.1 * t->high : 1;
	fprintf(file, "value_min = %.6g\nvalue_max = %.6g\n",
		t->low >= 0 && t->low < room ? -0.2 * room : t->low - room, t->high + room);
}

/* Stretches of one level: from the first run's place to the last's. */
static void levels_write(const struct trend *t, FILE *file)
{
	const struct amk_history_cell *cell = t->item->cell;
	size_t n = cell->nr_changes + 1, i;

	fprintf(file, "nr_levels = %zu\narray level_from[%zu]\narray level_to[%zu]\n", n, n, n);
	fprintf(file, "array level_value[%zu]\n", n);
	for (i = 0; i < n; i++) {
		size_t from = i ? cell->change[i - 1].at : 0;
		size_t to = i + 1 < n ? cell->change[i].at : t->item->group->nr_runs;

		fprintf(file, "level_from[%zu] = %zu\nlevel_to[%zu] = %zu\n", i + 1, from + 1,
			i + 1, to);
		fprintf(file, "level_value[%zu] = %.17g\n", i + 1,
			cell->nr_changes ? level(t, from) : level_steady(t));
	}
}

static void change_word(const struct trend *t, const struct amk_change *c, char *text, size_t len)
{
	const struct amk_history_run *run = &t->item->group->run[c->at];
	size_t done;

	if (c->before > 0 && c->after > 0)
		done = (size_t)snprintf(text, len, "%+.1f %%", 100 * (c->after / c->before - 1));
	else
		done = (size_t)snprintf(text, len, c->after > 0 ? "from 0" : "to 0");
	done += (size_t)snprintf(text + done, len - done, ", run %.16s", run->id);
	if (c->at && strcmp(run->kernel, run[-1].kernel))
		snprintf(text + done, len - done, ", kernel %.40s", run->kernel);
}

static void changes_write(const struct trend *t, struct amk_script *script)
{
	const struct amk_history_cell *cell = t->item->cell;
	size_t n = cell->nr_changes, i;
	char text[AMK_PLOT_TEXT_LEN];

	fprintf(script->file, "nr_changes = %zu\narray change_at[%zu]\narray change_text[%zu]\n", n,
		n ? n : 1, n ? n : 1);
	for (i = 0; i < n; i++) {
		fprintf(script->file, "change_at[%zu] = %zu\n", i + 1, cell->change[i].at + 1);
		change_word(t, &cell->change[i], text, sizeof(text));
		amk_script_item(script, "change_text", i, text);
	}
}

/* The date of a run, or month, day and minute where dates alone would repeat. */
static void tick_word(const char *created, bool minutes, char text[TICK_LEN])
{
	if (!minutes) {
		snprintf(text, TICK_LEN, "%.10s", created);
		return;
	}
	snprintf(text, TICK_LEN, "%.11s", strlen(created) > 16 ? created + 5 : created);
	text[strcspn(text, "T")] = ' ';
}

static void ticks_write(const struct trend *t, struct amk_script *script)
{
	const struct amk_history_group *g = t->item->group;
	size_t n = g->nr_runs < TICKS_MAX ? g->nr_runs : TICKS_MAX, i;
	char text[TICKS_MAX][TICK_LEN];
	size_t at[TICKS_MAX];
	bool minutes = false;

	for (i = 0; i < n; i++) {
		at[i] = n > 1 ? i * (g->nr_runs - 1) / (n - 1) : 0;
		tick_word(g->run[at[i]].created, false, text[i]);
		minutes = minutes || (i && !strcmp(text[i], text[i - 1]));
	}
	fprintf(script->file, "nr_ticks = %zu\narray tick_at[%zu]\narray tick_text[%zu]\n", n, n,
		n);
	for (i = 0; i < n; i++) {
		tick_word(g->run[at[i]].created, minutes, text[i]);
		fprintf(script->file, "tick_at[%zu] = %zu\n", i + 1, at[i] + 1);
		amk_script_item(script, "tick_text", i, text[i]);
	}
}

static void legend_write(struct amk_script *script)
{
	static const char *const series[] = { "median of a run's rounds" };

	fputs("nr_series = 1\n", script->file);
	amk_script_texts(script, "series_label", series, 1);
}

/* ---- one picture ---- */

static void name_make(struct trend *t, size_t group, size_t nr_groups)
{
	const struct amk_cost_cell *key = &t->item->cell->key;
	char size[AMK_SIZE_TEXT_LEN], prefix[24] = "";

	if (nr_groups > 1)
		snprintf(prefix, sizeof(prefix), "%zu-", group + 1);
	snprintf(t->name, NAME_LEN, "%s%s-%s-%s-%s-%s", prefix, amk_side_names[key->side],
		 key->strategy, key->workload, amk_size_text(key->size_bytes, size),
		 key->metric->name);
}

static void place_word(const struct amk_history_group *g, struct amk_plot *plot, bool timed)
{
	const struct amk_history_run *last = &g->run[g->nr_runs - 1];

	snprintf(plot->source[timed], AMK_PLOT_TEXT_LEN,
		 "machine %.60s, environment %.20s, %zu runs, latest on Linux %.60s",
		 g->first.machine, g->first.environment, g->nr_runs, last->kernel);
	plot->caution[timed][0] = '\0';
	if (timed && !strcmp(g->first.environment, "guest-tcg"))
		snprintf(plot->caution[timed], AMK_PLOT_TEXT_LEN,
			 "emulated: ns are emulation time, not a property of hardware");
}

static int trend_draw(struct trend *t)
{
	const struct amk_cost_cell *key = &t->item->cell->key;
	char title[AMK_PLOT_TEXT_LEN], label[AMK_PLOT_TEXT_LEN], size[AMK_SIZE_TEXT_LEN];
	bool timed = key->metric->unit == AMK_UNIT_TICKS;
	struct amk_script script;
	int failed = tsv_save(t);

	if (failed)
		return failed;
	range_find(t);
	place_word(t->item->group, t->plot, timed);
	snprintf(title, sizeof(title), "%s %s, %s of %s: %s over time", amk_side_names[key->side],
		 key->strategy, key->workload, amk_size_text(key->size_bytes, size),
		 key->metric->name);
	snprintf(label, sizeof(label), "%s [%s]", key->metric->summary,
		 amk_metric_unit(key->metric, t->item->group->first.unit));
	failed = amk_script_begin(&script, t->plot, t->name, title,
				  "A point is a run, its median over rounds; a line the median of "
				  "a stretch; where the level changes is found by ranks (CUSUM).",
				  timed);
	if (failed)
		return failed;
	fprintf(script.file, "nr_runs = %zu\n", t->item->group->nr_runs);
	amk_script_text(&script, "value_label", label);
	range_write(t, script.file);
	levels_write(t, script.file);
	changes_write(t, &script);
	ticks_write(t, &script);
	legend_write(&script);
	return amk_script_draw(&script, "history.gp");
}

/* ---- all of them ---- */

static int group_draw(const struct amk_history_view *view, struct amk_plot *plot, size_t group)
{
	size_t i, nr;
	struct amk_history_item *item = amk_history_items(view, view->history.group[group], &nr);
	int failed = item ? 0 : -ENOMEM;

	if (view->limit && nr > view->limit)
		nr = view->limit;
	for (i = 0; i < nr && !failed; i++) {
		struct trend t = { .plot = plot, .item = &item[i] };

		name_make(&t, group, view->history.nr_groups);
		failed = trend_draw(&t);
	}
	free(item);
	return failed;
}

static int directory_make(const char *path)
{
	if (!(mkdir(path, 0777) && errno != EEXIST) && !access(path, W_OK | X_OK))
		return 0;
	return amk_fail("--plot: %s: %s: choose another directory", path, strerror(errno));
}

static int report(const struct amk_plot *plot)
{
	if (plot->no_gnuplot)
		return amk_fail("history: no gnuplot: the tables are in %s; to draw them: apt-get "
				"install gnuplot-nox, and again",
				plot->data_dir);
	fprintf(stderr, "allocmark: %u plots (%s) in %s\n", plot->nr_drawn, plot->formats,
		plot->out);
	return 0;
}

int amk_history_plot(const struct amk_history_view *view)
{
	struct amk_plot *plot = calloc(1, sizeof(*plot));
	int failed = 0;
	size_t g;

	if (!plot)
		return amk_fail("out of memory");
	amk_session_stop_catch();
	plot->out = view->plot;
	plot->place = "--plot";
	strcpy(plot->formats, "png svg");
	if (amk_scripts_find(plot->scripts_dir)) {
		failed = amk_fail("--plot: the gnuplot scripts are neither beside the program nor "
				  "in %s: make install",
				  plot->scripts_dir);
	} else if (snprintf(plot->data_dir, PATH_MAX, "%s/data", plot->out) > PATH_MAX - 256) {
		failed = amk_fail("--plot: the name of the directory is too long");
	} else {
		failed = directory_make(plot->out) || directory_make(plot->data_dir);
	}
	for (g = 0; g < view->history.nr_groups && !failed; g++)
		failed = group_draw(view, plot, g);
	if (!failed)
		failed = report(plot);
	free(plot);
	return failed ? 1 : 0;
}
