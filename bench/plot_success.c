// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which sizes each strategy could give: a row a strategy, a sign a size, one picture a run. A
 * cell sums up the workloads that visited it; refused by some only, or in some rounds only, is a
 * sign of its own, since a batch can run out of memory where a single allocation does not.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/plot.h"
#include "lib/user/size.h"

/* What of a cell is drawn; the numbers are those of plots/success.gp. */
enum sign { SIGN_OK = 1, SIGN_PARTLY, SIGN_REFUSED, SIGN_FAILED, SIGN_SKIPPED };

static const char *const sign_names[] = { "", "ok", "partly", "refused", "failed", "skipped" };

/* How many workloads ended how, and in how many rounds those that are ok were not. */
struct tally {
	u32 ok, refused, failed, skipped;
	u32 rounds_refused, rounds_failed;
	const char *reason;
};

/* Adds the workload whose entries begin at @s[0] (@nr left); returns how many entries it has. */
static size_t tally_workload(struct tally *tally, const struct amk_summary *s, size_t nr)
{
	u32 status = s->status;
	size_t i;

	for (i = 0; i < nr && s[i].strategy == s->strategy && s[i].size_bytes == s->size_bytes &&
		    !strcmp(s[i].workload, s->workload);
	     i++)
		if (s[i].status == AMK_STATUS_OK)
			status = AMK_STATUS_OK;
	tally->ok += status == AMK_STATUS_OK;
	tally->refused += status == AMK_STATUS_REFUSED;
	tally->skipped += status == AMK_STATUS_SKIP;
	if (status == AMK_STATUS_OK) {
		tally->rounds_refused += s->rounds_refused;
		tally->rounds_failed += s->rounds_failed;
	}
	tally->failed += status == AMK_STATUS_NONE || status >= AMK_STATUS_SETUP_FAILED;
	if (status != AMK_STATUS_OK && (!*tally->reason || status >= AMK_STATUS_SETUP_FAILED))
		tally->reason = s->reason;
	return i;
}

static void tally_cell(struct tally *tally, const struct amk_plot_run *run,
		       const struct amk_strategy *strategy, u64 size)
{
	size_t i = 0;

	memset(tally, 0, sizeof(*tally));
	tally->reason = "";
	while (i < run->nr_summary) {
		if (run->summary[i].strategy == strategy && run->summary[i].size_bytes == size)
			i += tally_workload(tally, &run->summary[i], run->nr_summary - i);
		else
			i++;
	}
}

static enum sign tally_sign(const struct tally *tally)
{
	if (tally->failed)
		return SIGN_FAILED;
	if (tally->ok)
		return tally->refused + tally->rounds_refused + tally->rounds_failed ? SIGN_PARTLY :
										       SIGN_OK;
	return tally->refused ? SIGN_REFUSED : SIGN_SKIPPED;
}

/* Every size of the run in rising order, each once; the caller frees. NULL without memory. */
static u64 *run_sizes(const struct amk_plot_run *run, size_t *nr)
{
	u64 *sizes = malloc((run->nr_summary + 1) * sizeof(*sizes));
	size_t i, n = 0;

	*nr = 0;
	if (!sizes)
		return NULL;
	for (i = 0; i < run->nr_summary; i++)
		if (run->summary[i].size_bytes)
			sizes[n++] = run->summary[i].size_bytes;
	*nr = amk_sizes_sort(sizes, n);
	return sizes;
}

struct success {
	const struct amk_plot_run *run;
	u64 *sizes;
	size_t nr_sizes;
	const struct amk_strategy *row[AMK_NR_STRATEGIES];
	size_t nr_rows;
};

/* Writes the cells of @strategy; returns how many there are. */
static size_t cells_write(FILE *f, const struct success *success,
			  const struct amk_strategy *strategy)
{
	struct tally tally;
	enum sign sign;
	size_t i, nr = 0;

	for (i = 0; i < success->nr_sizes; i++) {
		tally_cell(&tally, success->run, strategy, success->sizes[i]);
		if (!(tally.ok + tally.refused + tally.failed + tally.skipped))
			continue;
		sign = tally_sign(&tally);
		fprintf(f, "%zu\t%zu\t%s\t%s\t%s\t%llu\t%s\t%d\t%u\t%u\t%u\t%u\t%u\t%u\t",
			success->nr_rows + 1, i + 1, amk_side_names[strategy->side],
			amk_families[strategy->family].name, strategy->name,
			(unsigned long long)success->sizes[i], sign_names[sign], sign, tally.ok,
			tally.refused, tally.failed, tally.skipped, tally.rounds_refused,
			tally.rounds_failed);
		amk_tsv_field(f, tally.reason);
		fputc('\n', f);
		nr++;
	}
	return nr;
}

static void table_fill(FILE *f, struct success *success)
{
	size_t s;

	fputs("row\tcolumn\tside\tfamily\tstrategy\tsize_bytes\tsuccess\tsign\tworkloads_ok\t"
	      "workloads_refused\tworkloads_failed\tworkloads_skipped\t"
	      "rounds_refused\trounds_failed\treason\n",
	      f);
	for (s = 0; s < AMK_NR_STRATEGIES; s++)
		if (amk_strategies[s].family != AMK_FAMILY_control &&
		    cells_write(f, success, &amk_strategies[s]))
			success->row[success->nr_rows++] = &amk_strategies[s];
}

/* Writes the table and sees which strategies have a row. */
static int table_write(struct amk_plot *plot, struct success *success, const char *name)
{
	struct amk_tsv tsv;

	if (amk_tsv_begin(&tsv))
		return -ENOMEM;
	table_fill(tsv.file, success);
	if (success->nr_rows)
		return amk_tsv_end(&tsv, plot, name);
	amk_tsv_drop(&tsv);
	return -ENODATA;
}

static void script_rows(struct amk_script *script, const struct success *success)
{
	char label[AMK_PLOT_TEXT_LEN], size_label[AMK_SIZE_TEXT_LEN];
	size_t i;

	fprintf(script->file, "nr_rows = %zu\narray row_label[%zu]\n", success->nr_rows,
		success->nr_rows);
	for (i = 0; i < success->nr_rows; i++) {
		snprintf(label, sizeof(label), "%s (%s)", success->row[i]->name,
			 amk_side_names[success->row[i]->side]);
		amk_script_item(script, "row_label", i, label);
	}
	fprintf(script->file, "nr_columns = %zu\narray column_label[%zu]\n", success->nr_sizes,
		success->nr_sizes);
	for (i = 0; i < success->nr_sizes; i++)
		amk_script_item(script, "column_label", i,
				amk_size_text(success->sizes[i], size_label));
}

/* A mark stands behind the last size that is not above it. */
static double mark_column(const struct success *success, u64 bytes)
{
	size_t i = 0;

	while (i < success->nr_sizes && success->sizes[i] <= bytes)
		i++;
	return (double)i + 0.5;
}

static void script_marks(struct amk_script *script, const struct success *success)
{
	const struct amk_run_data *data = &success->run->data;
	const char *text[] = { "up to a page", "up to KMALLOC_MAX_SIZE" };
	double at[] = { mark_column(success, data->page_bytes),
			mark_column(success, data->kmalloc_max_bytes) };
	size_t nr = data->kmalloc_max_bytes ? 2 : 1;

	fprintf(script->file, "nr_marks = %zu\n", nr);
	amk_script_numbers(script, "mark_at", at, nr);
	amk_script_texts(script, "mark_text", text, nr);
}

static int success_draw(struct amk_plot *plot, struct success *success, const char *name)
{
	char title[AMK_PLOT_TEXT_LEN];
	struct amk_script script;
	int ret = table_write(plot, success, name);

	if (ret)
		return ret;
	snprintf(title, sizeof(title), "Success: which sizes each strategy could give%s%.400s",
		 plot->nr_runs > 1 ? ", in " : "", plot->nr_runs > 1 ? success->run->label : "");
	ret = amk_script_begin(
		&script, plot, name, title,
		"a sign sums up the workloads that visited the cell, in part: not every workload "
		"or round was ok; counts and reasons are in the table beside the plot",
		false);
	if (ret)
		return ret;
	script_marks(&script, success);
	script_rows(&script, success);
	return amk_script_draw(&script, "success.gp");
}

int amk_plot_success(struct amk_plot *plot)
{
	struct success success;
	char name[32];
	size_t r;
	int ret = 0;

	for (r = 0; !ret && r < plot->nr_runs; r++) {
		memset(&success, 0, sizeof(success));
		success.run = &plot->run[r];
		success.sizes = run_sizes(success.run, &success.nr_sizes);
		if (!success.sizes)
			return -ENOMEM;
		snprintf(name, sizeof(name), plot->nr_runs > 1 ? "success-%zu" : "success", r + 1);
		ret = amk_plot_note(plot, name, success_draw(plot, &success, name));
		free(success.sizes);
	}
	return ret;
}
