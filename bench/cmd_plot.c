// SPDX-License-Identifier: GPL-2.0-only
/*
 * allocmark plot RUN...: tables and plots of one run, or of several on the same axes. The records
 * are read whole before anything is written, so a bad run leaves nothing behind.
 */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/command.h"
#include "bench/page.h"
#include "bench/plot_matrix.h"
#include "bench/plot_over.h"
#include "bench/session.h"
#include "lib/user/select.h"

struct options {
	char *path[AMK_OVER_RUNS_MAX];
	size_t nr_paths;
	const char *over; /* fact; NULL: against size */
	const char *of; /* what is drawn over it; NULL: all there is */
	char *strategies, *sizes;
	const char *out;
	char formats[32];
	bool text; /* no picture: curves on stdout */
	struct amk_choice choice;
};

static const struct argp_option options_table[] = {
	{ "out", 'o', "DIR", 0,
	  "Where the pictures go (default: RUN/plots, or RUN/plots/compared of the "
	  "first run if there are several)",
	  0 },
	{ "format", 'f', "LIST", 0,
	  "png, svg, pdf or some of them (default: png,svg); with --over also text: tables on "
	  "stdout and no picture",
	  0 },
	{ "families", 'F', "LIST", 0,
	  "Only the plots of these families (default: every family that "
	  "does real work, and the headline plots)",
	  0 },
	{ "over", 'O', "FACT", 0,
	  "Curves over a number that differs from run to run, such as threads or index, with a "
	  "line for each strategy",
	  1 },
	{ "of", 'y', "LIST", 0,
	  "With --over: WORKLOAD or WORKLOAD/METRIC (default: all that is better in one direction)",
	  1 },
	{ "strategies", 's', "LIST", 0, "With --over: only these, named as for run", 1 },
	{ "sizes", 'S', "LIST", 0, "With --over: only these", 1 },
	{ 0 },
};

/* Bad usage ends in one line, without argp's advice. */
#define fail(...) exit(amk_fail("plot: " __VA_ARGS__))

static void parse_formats(struct options *o, const char *list)
{
	static const char *const known[] = { "png", "svg", "pdf" };
	char copy[32], *word, *rest = copy;
	bool asked[AMK_ARRAY_SIZE(known)] = { false };
	size_t i, len = 0;

	if (snprintf(copy, sizeof(copy), "%s", list) >= (int)sizeof(copy))
		fail("--format=%s: too long: png, svg, pdf or some of them with commas", list);
	while ((word = strsep(&rest, ","))) {
		for (i = 0; i < AMK_ARRAY_SIZE(known) && strcmp(known[i], word);)
			i++;
		if (i == AMK_ARRAY_SIZE(known))
			fail("--format=%s: no format '%s': png, svg, pdf or some of them", list,
			     word);
		asked[i] = true;
	}
	for (i = 0; i < AMK_ARRAY_SIZE(known); i++)
		if (asked[i])
			len += (size_t)snprintf(o->formats + len, sizeof(o->formats) - len, "%s%s",
						len ? " " : "", known[i]);
}

static void family_names(char *text, size_t len)
{
	size_t i, at = 0;

	for (i = 0; i < AMK_NR_FAMILIES; i++)
		at += (size_t)snprintf(text + at, len - at, "%s%s", i ? ", " : "",
				       amk_families[i].name);
}

static void parse_family(struct options *o, const char *word)
{
	char names[512];
	size_t i;

	for (i = 0; i < AMK_NR_FAMILIES; i++) {
		if (strcmp(amk_families[i].name, word))
			continue;
		o->choice.family[i] = true;
		return;
	}
	family_names(names, sizeof(names));
	fail("--families: no family '%s': one of %s", word, names);
}

static void parse_families(struct options *o, const char *list)
{
	char *copy = strdup(list), *word, *rest = copy;

	if (!copy)
		fail("out of memory");
	memset(&o->choice, 0, sizeof(o->choice));
	while ((word = strsep(&rest, ",")))
		parse_family(o, word);
	free(copy);
}

static void options_check(const struct options *o)
{
	const char *option = o->of	   ? "--of" :
			     o->strategies ? "--strategies" :
			     o->sizes	   ? "--sizes" :
					     NULL;

	if (!o->over && option)
		fail("%s goes with --over=FACT", option);
	if (!o->over && o->text)
		fail("--format=text goes with --over=FACT: allocmark show prints a run");
	if (o->over && o->nr_paths == 1)
		fail("--over=%s: one run is no curve: give two or more", o->over);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'o':
		o->out = arg;
		return 0;
	case 'f':
		o->text = !strcmp(arg, "text");
		if (!o->text)
			parse_formats(o, arg);
		return 0;
	case 'F':
		parse_families(o, arg);
		return 0;
	case 'O':
		o->over = arg;
		return 0;
	case 'y':
		o->of = arg;
		return 0;
	case 's':
		o->strategies = arg;
		return 0;
	case 'S':
		o->sizes = arg;
		return 0;
	case ARGP_KEY_END:
		options_check(o);
		return 0;
	case ARGP_KEY_ARG:
		if (o->nr_paths == AMK_OVER_RUNS_MAX)
			fail("%s: at most %d runs share a plot", arg, AMK_OVER_RUNS_MAX);
		o->path[o->nr_paths++] = arg;
		return 0;
	case ARGP_KEY_NO_ARGS:
		fail("no run directory given, such as results/*");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	options_table,
	parse,
	"RUN...",
	"Draw one run, or several on the same axes: latency against size by family, contiguity, "
	"the cost of a load, limits and success.\v"
	"Each plot NAME is a table DIR/data/NAME.tsv, the gnuplot file DIR/data/NAME.gp that draws "
	"it, and the pictures. User space is drawn solid, the kernel dashed. What is not in the "
	"records is not drawn, and said. With --over each run gives a point of every line, and the "
	"names are over-FACT-WORKLOAD-METRIC. Runs of several NUMA nodes (run --nodes) become a "
	"matrix for each strategy, numa-matrix-SIDE-STRATEGY; of more than four of them nothing "
	"else is drawn.",
	NULL,
	NULL,
	NULL
};

static void options_default(struct options *o)
{
	memset(o, 0, sizeof(*o));
	snprintf(o->formats, sizeof(o->formats), "png svg");
	amk_choice_default(&o->choice);
}

/* Where the pictures go. 0, or -ENAMETOOLONG said on stderr. */
static int place_word(const struct amk_plot *plot, const struct options *o,
		      char out[AMK_PLOT_OUT_LEN])
{
	int len = o->out ? snprintf(out, AMK_PLOT_OUT_LEN, "%s", o->out) :
			   snprintf(out, AMK_PLOT_OUT_LEN, "%s/plots%s", o->path[0],
				    o->over	      ? "/over" :
				    plot->nr_runs > 1 ? "/compared" :
							"");

	if (len < AMK_PLOT_OUT_LEN)
		return 0;
	amk_fail("plot: the name of the output directory is too long: see --out");
	return -ENAMETOOLONG;
}

static int report(const struct amk_plot *plot)
{
	if (plot->units_differ)
		amk_fail("plot: the runs are in ns and in insn, which share no axis: their times "
			 "are not drawn");
	if (*plot->absent)
		amk_fail("plot: not drawn, for lack of records: %s", plot->absent);
	if (plot->no_gnuplot)
		return amk_fail(
			"plot: no gnuplot: the tables are in %s; to draw them: apt-get install "
			"gnuplot-nox, and again",
			plot->data_dir);
	if (!plot->nr_drawn)
		return amk_fail("plot: %s: no record that could be drawn: allocmark run makes them",
				plot->run[0].data.path);
	printf("%u plots (%s) in %s\n", plot->nr_drawn, plot->formats, plot->out);
	return EXIT_SUCCESS;
}

/* ---- over a fact ---- */

/* Which cells --strategies and --sizes take. 0 or -EINVAL, said on stderr. */
static int cells_choose(const struct options *o, struct amk_over *over,
			struct amk_selection *selection)
{
	struct amk_options options;
	char error[AMK_PLAN_ERROR_LEN];
	int ret;

	amk_options_default(&options, AMK_GRID_FULL, "host");
	options.side[AMK_SIDE_user] = options.side[AMK_SIDE_kernel] = true;
	options.page_bytes = over->plot->run[0].data.page_bytes;
	options.kmalloc_max_bytes = over->plot->run[0].data.kmalloc_max_bytes;
	options.strategies = o->strategies;
	options.sizes = o->sizes;
	ret = amk_select(&options, selection, error);
	if (ret) {
		amk_fail("plot: %s", error);
		return ret;
	}
	memcpy(over->strategy, selection->strategy, sizeof(over->strategy));
	if (!o->strategies)
		memset(over->strategy, true, sizeof(over->strategy));
	over->size = selection->size;
	over->nr_sizes = o->sizes ? selection->nr_sizes : 0;
	return 0;
}

/* Draws one word of --of, or checks it alone. 0, or -errno said on stderr. */
static int word_draw(const struct amk_over *over, const char *word, bool check)
{
	const char *slash = strchr(word, '/');
	const struct amk_workload *workload;
	const struct amk_metric *metric = NULL;
	char name[64];

	snprintf(name, sizeof(name), "%.*s", slash && slash - word < 60 ? (int)(slash - word) : 60,
		 word);
	workload = amk_workload_find(name);
	if (slash)
		metric = amk_metric_find(slash + 1);
	if (!workload || (slash && !metric)) {
		amk_fail("plot: --of: no %s '%s': allocmark list %s names them",
			 workload ? "metric" : "workload", workload ? slash + 1 : name,
			 workload ? "metrics" : "workloads");
		return -EINVAL;
	}
	return check ? 0 :
		       amk_over_draw_all(over, workload, metric ? (int)(metric - amk_metrics) : -1);
}

/* Draws the words of --of, or checks them alone. */
static int words_draw(const struct amk_over *over, const char *list, bool check)
{
	char *copy = strdup(list), *rest = copy, *word;
	int ret = copy ? 0 : -ENOMEM;

	while (!ret && (word = strsep(&rest, ",")))
		ret = word_draw(over, word, check);
	free(copy);
	return ret;
}

/* What of the command line can be wrong, before anything is written. */
static int over_check(struct amk_over *over, const struct options *o,
		      struct amk_selection *selection)
{
	char error[AMK_ERROR_LEN];
	int ret = cells_choose(o, over, selection);

	if (!ret && o->of)
		ret = words_draw(over, o->of, true);
	if (ret)
		return ret;
	ret = amk_over_find(over, error);
	if (ret)
		amk_fail("plot: %s", error);
	return ret;
}

static int over_draw(struct amk_plot *plot, const struct options *o, const char *out)
{
	struct amk_over over = { .plot = plot, .fact = o->over };
	struct amk_selection selection;
	int ret = over_check(&over, o, &selection);

	if (ret)
		return ret;
	/* Where it is from, and what emulated time is worth: as in a picture. */
	if (o->text)
		printf("%s\n%s%s", plot->source[1], plot->caution[1],
		       *plot->caution[1] ? "\n" : "");
	ret = o->text ? 0 : amk_plot_places(plot, out);
	if (!ret)
		ret = o->of ? words_draw(&over, o->of, false) : amk_over_draw_all(&over, NULL, -1);
	if (!ret && !plot->nr_tables)
		ret = -ENODATA;
	if (ret == -ENODATA)
		amk_fail("plot: --over=%s: no cell has a number in two runs that differ in it",
			 o->over);
	free(over.x);
	return ret;
}

/* ---- against size ---- */

/* Lines of more runs than these nobody can tell apart; a sweep over nodes has its matrices. */
static int runs_check(const struct amk_plot *plot)
{
	if (plot->nr_runs <= AMK_PLOT_RUNS_MAX || amk_plot_is_sweep(plot->run, plot->nr_runs))
		return 0;
	return amk_fail("plot: %s: at most %d runs share a plot; with --over=FACT any number do",
			plot->run[AMK_PLOT_RUNS_MAX].data.path, AMK_PLOT_RUNS_MAX);
}

/* What the choice has of the plots, in the places of @plot. */
static int plots_draw(struct amk_plot *plot, const struct options *o)
{
	int ret = 0;

	if (plot->nr_runs <= AMK_PLOT_RUNS_MAX)
		ret = amk_plot_all(plot, &o->choice);
	if (!ret && o->choice.family[AMK_FAMILY_numa] &&
	    amk_plot_is_sweep(plot->run, plot->nr_runs))
		ret = amk_plot_matrix(plot, plot->run, plot->nr_runs);
	return ret;
}

static int plot_all(struct amk_plot *plot, const struct options *o)
{
	char out[AMK_PLOT_OUT_LEN];
	int ret;

	if (!o->over && runs_check(plot))
		return EXIT_FAILURE;
	plot->over = o->over;
	amk_plot_word(plot);
	memcpy(plot->formats, o->formats, sizeof(plot->formats));
	plot->place = "--out";
	plot->text = o->text;
	/* What is half-drawn is cleared away; text is printed at once. */
	if (!o->text)
		amk_session_stop_catch();
	ret = place_word(plot, o, out);
	if (!ret && o->over)
		return over_draw(plot, o, out) ? EXIT_FAILURE : o->text ? 0 : report(plot);
	if (!ret)
		ret = amk_plot_places(plot, out);
	if (!ret)
		ret = plots_draw(plot, o);
	return ret ? EXIT_FAILURE : report(plot);
}

int amk_cmd_plot(int argc, char **argv)
{
	struct amk_plot plot = { .run = NULL };
	struct options o;
	int ret = EXIT_FAILURE;

	options_default(&o);
	if (argp_parse(&argp, argc, argv, 0, NULL, &o))
		return EXIT_FAILURE;
	plot.run = calloc(o.nr_paths, sizeof(*plot.run));
	if (!plot.run)
		return amk_fail("out of memory");
	if (!amk_page_runs_read("plot", plot.run, o.path, o.nr_paths, &plot.nr_runs))
		ret = plot_all(&plot, &o);
	while (plot.nr_runs)
		amk_plot_run_free(&plot.run[--plot.nr_runs]);
	free(plot.run);
	return ret;
}
