// SPDX-License-Identifier: GPL-2.0-only
/*
 * The plots of a page: drawn as allocmark plot draws them, into a directory that is gone
 * afterwards. A plot has room for a few runs, and for one unit: more runs are drawn in groups. Of a
 * sweep the first run stands for all, and matrices and curves have the others.
 */
#include <errno.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>

#include "bench/command.h"
#include "bench/page.h"
#include "bench/page_pictures.h"
#include "bench/plot_matrix.h"
#include "bench/plot_over.h"

/* Runs that share their plots. */
struct group {
	struct amk_plot_run run[AMK_PLOT_RUNS_MAX]; /* as those of the page, which they belong to */
	size_t number[AMK_PLOT_RUNS_MAX]; /* of them on the page */
	size_t nr;
};

struct figures {
	struct amk_page *page;
	char dir[PATH_MAX]; /* of all pictures */
	struct group *group;
	size_t nr_groups;
	struct amk_pictures pictures;
	bool no_memory, no_gnuplot;
	char absent[4096]; /* names of the plots that no run has anything of */
};

/* ---- groups ---- */

static struct group *group_for(struct figures *f, const struct amk_plot_run *run)
{
	struct group *g;
	size_t i;

	for (i = 0; i < f->nr_groups; i++) {
		g = &f->group[i];
		if (g->nr < AMK_PLOT_RUNS_MAX && !strcmp(g->run[0].data.unit, run->data.unit))
			return g;
	}
	return &f->group[f->nr_groups++];
}

/* 0 or -ENOMEM. */
static int groups_make(struct figures *f)
{
	const struct amk_page *page = f->page;
	struct group *g;
	size_t i;

	f->group = calloc(page->nr_runs + 1, sizeof(*f->group));
	if (!f->group)
		return -ENOMEM;
	for (i = 0; i < page->nr_runs; i++) {
		if (!amk_page_leads(page, i))
			continue;
		g = group_for(f, &page->run[i]);
		g->run[g->nr] = page->run[i];
		g->number[g->nr++] = i;
	}
	return 0;
}

/* ---- drawing ---- */

struct drawing {
	struct figures *figures;
	const struct amk_plot *plot;
	size_t group;
	char runs[64]; /* of its pictures */
};

/* Says in @text which @nr of the page's runs a picture has, unless it has all. */
static void runs_word(const struct amk_page *page, const size_t *run, size_t nr, char text[64])
{
	char numbers[48];

	*text = '\0';
	if (nr == page->nr_runs)
		return;
	amk_page_numbers(run, nr, numbers, sizeof(numbers));
	snprintf(text, 64, " (run%s %s)", nr > 1 ? "s" : "", numbers);
}

static void picture_note(void *arg, const char *name, const char *title)
{
	struct drawing *d = arg;
	struct figures *f = d->figures;
	struct amk_pictures *list = &f->pictures;
	struct amk_picture *grown = realloc(list->item, (list->nr + 1) * sizeof(*grown));
	struct amk_picture p = { .name = strdup(name), .title = strdup(title), .group = d->group };

	memcpy(p.runs, d->runs, sizeof(p.runs));
	if (grown)
		list->item = grown;
	if (!grown || !p.name || !p.title ||
	    asprintf(&p.path, "%s/%s.svg", d->plot->out, name) < 0) {
		free(p.name);
		free(p.title);
		f->no_memory = true;
		return;
	}
	grown[list->nr++] = p;
}

/* Legends call the runs as the rest of the page does. */
static void labels_word(const struct amk_page *page, struct group *g)
{
	size_t i;

	for (i = 0; i < g->nr; i++)
		amk_page_tag(page, g->number[i], g->run[i].label);
}

static int group_draw(struct figures *f, size_t nr)
{
	struct group *g = &f->group[nr];
	struct drawing drawing = { .figures = f, .group = nr };
	struct amk_plot plot = { .run = g->run,
				 .nr_runs = g->nr,
				 .formats = "svg",
				 .place = "TMPDIR",
				 .drawn = picture_note,
				 .drawn_arg = &drawing };
	struct amk_choice choice;
	char out[AMK_PLOT_OUT_LEN];
	int ret;

	drawing.plot = &plot;
	runs_word(f->page, g->number, g->nr, drawing.runs);
	snprintf(out, sizeof(out), "%.*s/%zu", (int)sizeof(out) - 32, f->dir, nr);
	amk_plot_word(&plot);
	labels_word(f->page, g);
	amk_choice_default(&choice);
	ret = amk_plot_places(&plot, out);
	if (!ret)
		ret = amk_plot_all(&plot, &choice);
	if (!ret && f->no_memory)
		ret = -ENOMEM;
	f->no_gnuplot = f->no_gnuplot || plot.no_gnuplot;
	if (!ret && f->nr_groups == 1)
		snprintf(f->absent, sizeof(f->absent), "%s", plot.absent);
	return ret;
}

/* Their runs are none of a group's: a matrix has all of its sweep. */
static int matrices_draw(struct figures *f)
{
	struct drawing drawing = { .figures = f, .group = f->nr_groups };
	struct amk_plot plot = {
		.formats = "svg", .place = "TMPDIR", .drawn = picture_note, .drawn_arg = &drawing
	};
	char out[AMK_PLOT_OUT_LEN];
	int ret;

	if (!amk_plot_is_sweep(f->page->run, f->page->nr_runs))
		return 0;
	drawing.plot = &plot;
	snprintf(out, sizeof(out), "%.*s/matrix", (int)sizeof(out) - 32, f->dir);
	ret = amk_plot_places(&plot, out);
	if (!ret)
		ret = amk_plot_matrix(&plot, f->page->run, f->page->nr_runs);
	return !ret && f->no_memory ? -ENOMEM : ret;
}

/* The curves of the sweep that run @first begins: each of its runs is a point of theirs. */
static int curves_draw(struct figures *f, size_t first)
{
	const struct amk_page *page = f->page;
	struct drawing drawing = { .figures = f, .group = f->nr_groups + 1 + first };
	struct amk_plot plot = {
		.formats = "svg", .place = "TMPDIR", .drawn = picture_note, .drawn_arg = &drawing
	};
	struct amk_plot_run *run = calloc(page->nr_runs, sizeof(*run));
	size_t *number = calloc(page->nr_runs, sizeof(*number)), r, nr = 0;
	char out[AMK_PLOT_OUT_LEN];
	int ret = run && number ? 0 : -ENOMEM;

	for (r = first; !ret && r < page->nr_runs; r++) {
		if (page->leader[r] != first)
			continue;
		number[nr] = r;
		run[nr++] = page->run[r];
	}
	drawing.plot = &plot;
	if (nr > 1) {
		runs_word(page, number, nr, drawing.runs);
		snprintf(out, sizeof(out), "%.*s/over-%zu", (int)sizeof(out) - 32, f->dir, first);
		ret = amk_plot_curves(&plot, page->axes[first], run, nr, out);
	}
	free(run);
	free(number);
	return !ret && f->no_memory ? -ENOMEM : ret;
}

/* ---- the section ---- */

/* What there is no picture of, and why. */
static void absent_write(struct figures *f)
{
	if (f->no_gnuplot) {
		amk_page_caution(f->page,
				 "Not drawn: there was no gnuplot. To draw the plots: apt-get "
				 "install gnuplot-nox, and make this page again.");
		amk_fail(
			"report: no gnuplot, so no plots on the page: apt-get install gnuplot-nox");
	} else if (*f->absent) {
		amk_page_text(f->page, "Not drawn, nothing of it in the records: %s.", f->absent);
	}
}

/* ---- the directory ---- */

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int directory_make(struct figures *f)
{
	const char *tmp = getenv("TMPDIR");
	int ret;

	if (snprintf(f->dir, sizeof(f->dir), "%s/allocmark-report-XXXXXX",
		     tmp && *tmp ? tmp : "/tmp") < (int)sizeof(f->dir) &&
	    mkdtemp(f->dir))
		return 0;
	ret = -errno;
	amk_fail("report: %s: cannot make a directory to draw in: %s; name another by TMPDIR",
		 f->dir, strerror(-ret));
	return ret;
}

static void figures_free(struct figures *f)
{
	amk_pictures_free(&f->pictures);
	free(f->group);
	nftw(f->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

int amk_page_figures(struct amk_page *page)
{
	struct figures f = { .page = page };
	size_t i;
	int ret = directory_make(&f);

	if (ret)
		return ret;
	ret = groups_make(&f);
	for (i = 0; !ret && i < f.nr_groups; i++)
		ret = group_draw(&f, i);
	if (!ret)
		ret = matrices_draw(&f);
	for (i = 0; !ret && i < page->nr_runs; i++)
		if (amk_page_leads(page, i))
			ret = curves_draw(&f, i);
	if (ret == -ENOMEM)
		amk_fail("out of memory");
	if (!ret)
		ret = amk_pictures_write(page, &f.pictures);
	if (!ret)
		absent_write(&f);
	figures_free(&f);
	return ret;
}
