// SPDX-License-Identifier: GPL-2.0-only
/*
 * The runs of a plot, and the words that say where their numbers come from. A reader of the picture
 * alone must be able to tell emulated time from time, and one environment from another.
 */
#include <stdlib.h>
#include <string.h>

#include "bench/plot.h"
#include "lib/user/differences.h"
#include "lib/user/manifest.h"

void amk_plot_run_name(struct amk_plot_run *run)
{
	const char *path = run->data.path;
	size_t end = strlen(path), start;

	/* The last component, without the slashes at its end. */
	while (end > 1 && path[end - 1] == '/')
		end--;
	start = end;
	while (start && path[start - 1] != '/')
		start--;
	if (end - start > NAME_MAX)
		end = start + NAME_MAX;
	memcpy(run->name, path + start, end - start);
	run->name[end - start] = '\0';
}

int amk_plot_run_read(const char *path, struct amk_plot_run *run, char error[AMK_ERROR_LEN])
{
	ssize_t nr;
	int ret;

	memset(run, 0, sizeof(*run));
	ret = amk_run_data_read(path, &run->data, error);
	if (ret)
		return ret;
	nr = amk_summarize(&run->data, &run->summary);
	if (nr < 0) {
		snprintf(error, AMK_ERROR_LEN, "%s: %s", path, strerror((int)-nr));
		amk_run_data_free(&run->data);
		return (int)nr;
	}
	run->nr_summary = (size_t)nr;
	amk_run_data_slim(&run->data);
	amk_plot_run_name(run);
	return 0;
}

void amk_plot_run_free(struct amk_plot_run *run)
{
	free(run->summary);
	amk_run_data_free(&run->data);
}

/* What of a run one may ask for, to see where runs differ. */
enum trait { TRAIT_ENVIRONMENT, TRAIT_MACHINE, TRAIT_KERNEL, TRAIT_UNIT, NR_TRAITS };

static const char *trait_of(const struct amk_plot_run *run, enum trait trait)
{
	switch (trait) {
	case TRAIT_ENVIRONMENT:
		return run->data.environment;
	case TRAIT_MACHINE:
		return run->data.machine;
	case TRAIT_KERNEL:
		return run->data.kernel;
	default:
		return run->data.unit;
	}
}

static bool trait_differs(const struct amk_plot *plot, enum trait trait)
{
	size_t i;

	for (i = 1; i < plot->nr_runs; i++)
		if (strcmp(trait_of(&plot->run[0], trait), trait_of(&plot->run[i], trait)))
			return true;
	return false;
}

static void text_add(char text[AMK_PLOT_TEXT_LEN], const char *between, const char *more)
{
	size_t len = strlen(text);

	snprintf(text + len, AMK_PLOT_TEXT_LEN - len, "%s%s", len ? between : "", more);
}

/* A run in a legend: by environment and by whatever else differs. */
static void label_word(const struct amk_plot *plot, struct amk_plot_run *run)
{
	static const enum trait more[] = { TRAIT_MACHINE, TRAIT_KERNEL };
	size_t i;

	run->label[0] = '\0';
	text_add(run->label, "", run->data.environment);
	for (i = 0; i < AMK_ARRAY_SIZE(more); i++)
		if (trait_differs(plot, more[i]))
			text_add(run->label, " ", trait_of(run, more[i]));
}

/* Whether another run of the plot has the label of @run. */
static bool label_shared(const struct amk_plot *plot, const struct amk_plot_run *run)
{
	size_t i;

	for (i = 0; i < plot->nr_runs; i++)
		if (&plot->run[i] != run && !strcmp(plot->run[i].label, run->label))
			return true;
	return false;
}

/* Adds to the labels that are not one run's alone what @word says of the run. */
static void labels_part(struct amk_plot *plot,
			void (*word)(const struct amk_plot *, struct amk_plot_run *))
{
	bool shared[AMK_PLOT_RUNS_MAX];
	size_t i;

	for (i = 0; i < plot->nr_runs; i++)
		shared[i] = label_shared(plot, &plot->run[i]);
	for (i = 0; i < plot->nr_runs; i++)
		if (shared[i])
			word(plot, &plot->run[i]);
}

static void label_add_name(const struct amk_plot *plot, struct amk_plot_run *run)
{
	(void)plot;
	text_add(run->label, " ", run->name);
}

/* Directories of one name: by their place on the command line. */
static void label_add_place(const struct amk_plot *plot, struct amk_plot_run *run)
{
	char place[32];

	snprintf(place, sizeof(place), "#%zu", (size_t)(run - plot->run) + 1);
	text_add(run->label, " ", place);
}

static void labels_word(struct amk_plot *plot)
{
	size_t i;

	for (i = 0; i < plot->nr_runs; i++)
		label_word(plot, &plot->run[i]);
	labels_part(plot, label_add_name);
	labels_part(plot, label_add_place);
}

static bool emulated(const struct amk_plot_run *run)
{
	return !strcmp(run->data.environment, "guest-tcg");
}

static void source_word(struct amk_plot *plot, bool timed)
{
	const struct amk_plot_run *run = plot->run;
	char *source = plot->source[timed];
	char part[AMK_PLOT_TEXT_LEN];
	size_t i;

	source[0] = '\0';
	for (i = 0; i < plot->nr_runs; i++) {
		snprintf(part, sizeof(part), "machine %s, Linux %s, environment %s%s%s",
			 run[i].data.machine, run[i].data.kernel, run[i].data.environment,
			 timed ? ", unit " : "", timed ? run[i].data.unit : "");
		if (!strstr(source, part))
			text_add(source, "  |  ", part);
	}
}

static void unfinished_word(const struct amk_plot *plot, char caution[AMK_PLOT_TEXT_LEN])
{
	struct amk_progress progress;
	char part[128];
	u64 blocks;
	size_t i;

	for (i = 0; i < plot->nr_runs; i++) {
		amk_manifest_progress(&plot->run[i].data, &progress);
		if (progress.finished)
			continue;
		/* A digest has no records: the manifest knows then. */
		blocks = plot->run[i].data.nr_records;
		snprintf(part, sizeof(part), "unfinished run: %llu of %llu blocks",
			 (unsigned long long)(blocks ? blocks : progress.blocks_done),
			 (unsigned long long)progress.blocks_planned);
		text_add(caution, "; ", part);
	}
}

/* How many settings a caution names; the others are counted. */
#define KEYS_MAX 4

/* Whether @key is among the @nr of @keys. */
static bool key_known(const char *const *keys, size_t nr, const char *key)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (!strcmp(keys[i], key))
			return true;
	return false;
}

/* Whether @key is the fact that the plot goes along, or what of it was wanted. */
static bool is_over(const struct amk_plot *plot, const char *key)
{
	const char *dot = strrchr(key, '.');
	size_t len = plot->over ? strlen(plot->over) : 0;

	key = dot ? dot + 1 : key;
	return plot->over && !strncmp(key, plot->over, len) &&
	       (!key[len] || !strcmp(key + len, "_wanted"));
}

/*
 * Adds how machine and settings of the runs differ: the environment, which is the first thing to
 * know, is told apart. A setting that two runs do not share with the first counts once.
 */
static void settings_word(const struct amk_plot *plot, char caution[AMK_PLOT_TEXT_LEN])
{
	const char *key[256];
	char text[AMK_PLOT_TEXT_LEN] = "the runs differ in ", more[32];
	size_t nr = 0, i, k;

	for (i = 1; i < plot->nr_runs; i++) {
		struct amk_differences list;

		amk_differences_find(&plot->run[0].data, &plot->run[i].data, &list);
		for (k = 0; k < list.count && nr < AMK_ARRAY_SIZE(key); k++)
			if (*list.item[k].group && !is_over(plot, list.item[k].key) &&
			    !key_known(key, nr, list.item[k].key))
				key[nr++] = list.item[k].key;
		amk_differences_free(&list);
	}
	for (i = 0; i < nr && i < KEYS_MAX; i++)
		text_add(text, i ? ", " : "", key[i]);
	snprintf(more, sizeof(more), "and %zu more", nr > KEYS_MAX ? nr - KEYS_MAX : 0);
	if (nr > KEYS_MAX)
		text_add(text, " ", more);
	if (nr)
		text_add(caution, "; ", text);
}

static void caution_word(struct amk_plot *plot, bool timed)
{
	char *caution = plot->caution[timed];
	bool any = false, all = true;
	size_t i;

	for (i = 0; i < plot->nr_runs; i++) {
		any |= emulated(&plot->run[i]);
		all &= emulated(&plot->run[i]);
	}
	caution[0] = '\0';
	unfinished_word(plot, caution);
	if (trait_differs(plot, TRAIT_ENVIRONMENT))
		text_add(caution, "; ",
			 "the environments differ: a distance between runs is none of allocators");
	settings_word(plot, caution);
	if (any && timed)
		text_add(caution, "; ",
			 all ? "emulated: ns are emulation time, not a property of hardware" :
			       "ns under guest-tcg are emulation time, not a property of hardware");
}

void amk_plot_word(struct amk_plot *plot)
{
	size_t i;

	/* Along a fact no line is one run's alone; more runs than share a legend have none. */
	if (!plot->over && plot->nr_runs <= AMK_PLOT_RUNS_MAX)
		labels_word(plot);
	for (i = 0; i < 2; i++) {
		source_word(plot, i);
		caution_word(plot, i);
	}
	plot->units_differ = trait_differs(plot, TRAIT_UNIT);
}
