// SPDX-License-Identifier: GPL-2.0-only
/*
 * The plots of a page: drawn as allocmark plot draws them, into a directory that is gone
 * afterwards. A plot has room for a few runs, and for one unit: more runs are drawn in groups. Of a
 * sweep over NUMA nodes the first run stands for all, and the matrices have the others.
 */
#include <errno.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/command.h"
#include "bench/nodes.h"
#include "bench/page.h"
#include "bench/plot_matrix.h"
#include "bench/plot_over.h"

/* A picture that was drawn. */
struct picture {
	char *name;
	char *title;
	char *path;
	size_t group;
};

/* Runs that share their plots. */
struct group {
	struct amk_plot_run run[AMK_PLOT_RUNS_MAX]; /* as those of the page, which they belong to */
	size_t number[AMK_PLOT_RUNS_MAX]; /* of them on the page, from 1 */
	size_t nr;
};

struct figures {
	struct amk_page *page;
	char dir[PATH_MAX]; /* of all pictures */
	struct group *group;
	size_t nr_groups;
	struct picture *picture;
	size_t nr_pictures;
	bool no_memory;
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

/* Whether the matrices have @run, and its lines another run of its sweep. */
static bool is_of_sweep(const struct amk_plot_run *run, const struct amk_nodes *list, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (list[i].first == run)
			return false;
	return amk_nodes_asked(run);
}

/* 0 or -errno, said on stderr. */
static int groups_make(struct figures *f)
{
	const struct amk_page *page = f->page;
	struct amk_nodes *list;
	struct group *g;
	size_t i, nr;
	int ret = amk_nodes_collect("report", page->run, page->nr_runs, &list, &nr);

	if (ret)
		return ret;
	/* One more, which stays empty: of the matrices and of curves over a fact. */
	f->group = calloc(page->nr_runs + 1, sizeof(*f->group));
	if (!f->group)
		ret = -ENOMEM;
	for (i = 0; !ret && i < page->nr_runs; i++) {
		if (is_of_sweep(&page->run[i], list, nr))
			continue;
		g = group_for(f, &page->run[i]);
		g->run[g->nr] = page->run[i];
		g->number[g->nr++] = i + 1;
	}
	amk_nodes_free(list, nr);
	return ret;
}

/* ---- drawing ---- */

struct drawing {
	struct figures *figures;
	const struct amk_plot *plot;
	size_t group;
};

static void picture_note(void *arg, const char *name, const char *title)
{
	struct drawing *d = arg;
	struct figures *f = d->figures;
	struct picture *grown = realloc(f->picture, (f->nr_pictures + 1) * sizeof(*grown));
	struct picture p = { .name = strdup(name), .title = strdup(title), .group = d->group };

	if (grown)
		f->picture = grown;
	if (!grown || !p.name || !p.title ||
	    asprintf(&p.path, "%s/%s.svg", d->plot->out, name) < 0) {
		free(p.name);
		free(p.title);
		f->no_memory = true;
		return;
	}
	grown[f->nr_pictures++] = p;
}

static void absent_say(struct amk_page *page, const struct amk_plot *plot, const struct group *g)
{
	if (plot->no_gnuplot)
		amk_page_caution(page,
				 "Not drawn: there was no gnuplot. To draw the plots: apt-get "
				 "install gnuplot-nox, and make this page again.");
	else if (*plot->absent && g->nr == page->nr_runs)
		amk_page_text(page, "Not drawn, nothing of it in the records: %s.", plot->absent);
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
	snprintf(out, sizeof(out), "%.*s/%zu", (int)sizeof(out) - 32, f->dir, nr);
	amk_plot_word(&plot);
	amk_choice_default(&choice);
	ret = amk_plot_places(&plot, out);
	if (!ret)
		ret = amk_plot_all(&plot, &choice);
	if (!ret && f->no_memory)
		ret = -ENOMEM;
	if (!ret)
		absent_say(f->page, &plot, g);
	if (!ret && plot.no_gnuplot)
		amk_fail(
			"report: no gnuplot, so no plots on the page: apt-get install gnuplot-nox");
	return ret;
}

/* Their runs are none of a group's: a matrix has all of them. */
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

/* Nor do curves have runs of a group's: each run is a point of theirs. */
static int curves_draw(struct figures *f)
{
	struct drawing drawing = { .figures = f, .group = f->nr_groups };
	struct amk_plot plot = {
		.formats = "svg", .place = "TMPDIR", .drawn = picture_note, .drawn_arg = &drawing
	};
	char out[AMK_PLOT_OUT_LEN];
	int ret;

	drawing.plot = &plot;
	snprintf(out, sizeof(out), "%.*s/over", (int)sizeof(out) - 32, f->dir);
	ret = amk_plot_curves(&plot, f->page->run, f->page->nr_runs, out);
	return !ret && f->no_memory ? -ENOMEM : ret;
}

/* ---- writing ---- */

/* The whole file @path; the caller frees. NULL: cannot be read. */
static char *file_text(const char *path)
{
	char *text = NULL;
	size_t room = 0;
	FILE *file = fopen(path, "re");

	if (!file)
		return NULL;
	if (getdelim(&text, &room, '\0', file) < 0) {
		free(text);
		text = NULL;
	}
	fclose(file);
	return text;
}

/* "runs 1, 2 and so on": which a group has, where there are several groups. */
static void group_word(const struct figures *f, const struct group *g, char text[64])
{
	size_t i, len = 0;

	*text = '\0';
	for (i = 0; f->nr_groups > 1 && i < g->nr; i++)
		len += (size_t)snprintf(text + len, 64 - len, "%s%zu",
					i	  ? ", " :
					g->nr > 1 ? " (runs " :
						    " (run ",
					g->number[i]);
	if (len)
		snprintf(text + len, 64 - len, ")");
}

static int picture_write(struct figures *f, const struct picture *p)
{
	FILE *file = f->page->file;
	char *svg = file_text(p->path), *label;
	char prefix[128], runs[64];

	group_word(f, &f->group[p->group], runs);
	if (!svg || asprintf(&label, "%s%s", p->title, runs) < 0) {
		amk_fail("report: %s: cannot read what was drawn: is the disk full?", p->path);
		free(svg);
		return -EIO;
	}
	snprintf(prefix, sizeof(prefix), "%.80s-%zu-", p->name, p->group + 1);
	fprintf(file, "<figure id=\"plot-%s%zu\">\n", p->name, p->group + 1);
	amk_page_svg(file, svg, prefix, label);
	fputs("<figcaption>", file);
	amk_page_escape(file, label);
	fputs("</figcaption>\n</figure>\n", file);
	free(label);
	free(svg);
	return 0;
}

/* Whether a picture is of family @family; of none: AMK_NR_FAMILIES. */
static bool is_of(const struct picture *p, u32 family)
{
	size_t len;
	u32 i;

	for (i = 0; i < AMK_NR_FAMILIES; i++) {
		len = strlen(amk_families[i].name);
		if (!strncmp(p->name, amk_families[i].name, len) && p->name[len] == '-')
			return i == family;
	}
	return family == AMK_NR_FAMILIES;
}

/* Whether a picture of that name came before: then it stands there. */
static bool is_told(const struct figures *f, size_t at)
{
	size_t i;

	for (i = 0; i < at; i++)
		if (!strcmp(f->picture[i].name, f->picture[at].name))
			return true;
	return false;
}

/* The pictures of @family, those of one name together. */
static int family_write(struct figures *f, u32 family)
{
	char title[256];
	bool any = false;
	size_t i, k;
	int ret = 0;

	for (i = 0; !ret && i < f->nr_pictures; i++) {
		if (!is_of(&f->picture[i], family) || is_told(f, i))
			continue;
		if (!any && family < AMK_NR_FAMILIES)
			snprintf(title, sizeof(title), "Family %s: %s", amk_families[family].name,
				 amk_families[family].summary);
		else if (!any)
			snprintf(title, sizeof(title), "All ways side by side");
		if (!any)
			f->page->form->heading(f->page, title);
		any = true;
		for (k = i; !ret && k < f->nr_pictures; k++)
			if (!strcmp(f->picture[i].name, f->picture[k].name))
				ret = picture_write(f, &f->picture[k]);
	}
	return ret;
}

static int pictures_write(struct figures *f)
{
	u32 i;
	char *svg;
	int ret = 0;

	if (!f->nr_pictures)
		return 0;
	svg = file_text(f->picture[0].path);
	if (svg)
		amk_page_svg_points(f->page->file, svg);
	free(svg);
	amk_page_text(f->page,
		      "User space is drawn solid and the kernel dashed. The plots are light "
		      "in the dark, too; their numbers are in the table of every cell.");
	ret = family_write(f, AMK_NR_FAMILIES);
	for (i = 0; !ret && i < AMK_NR_FAMILIES; i++)
		ret = family_write(f, i);
	return ret;
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
	while (f->nr_pictures) {
		struct picture *p = &f->picture[--f->nr_pictures];

		free(p->name);
		free(p->title);
		free(p->path);
	}
	free(f->picture);
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
	if (!ret)
		ret = curves_draw(&f);
	if (ret == -ENOMEM)
		amk_fail("out of memory");
	if (!ret)
		ret = pictures_write(&f);
	figures_free(&f);
	return ret;
}
