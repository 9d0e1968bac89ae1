// SPDX-License-Identifier: GPL-2.0-only
/*
 * The figures that people ask for first: a user way and a kernel way of the same job side by side,
 * of one run each, so from one environment. A job that a run did not measure is left out; nothing
 * is taken from another run.
 */
#include <math.h>
#include <string.h>

#include "bench/page.h"
#include "lib/core/workload.h"
#include "lib/user/size.h"

#define KIB 1024ULL
#define MIB (1024 * KIB)

struct job {
	const char *name;
	const char *workload;
	enum amk_metric_id metric;
	enum amk_strategy_id user, kernel;
	u64 size_bytes; /* 0: has none */
};

#define JOB(name, workload, metric, user, kernel, size)                           \
	{                                                                         \
		name, workload, AMK_METRIC_##metric, AMK_STRATEGY_ID_user_##user, \
			AMK_STRATEGY_ID_kernel_##kernel, size                     \
	}

static const struct job jobs[] = {
	JOB("a small object, allocated and freed at once", "pair", lat_pair, malloc, kmalloc, 64),
	JOB("a small object, allocated in bursts", "burst-fifo", lat_alloc, malloc, kmalloc, 64),
	JOB("an object from a cache of its own", "pair", lat_pair, pool, kmem_cache, 64),
	JOB("a page", "pair", lat_pair, aligned_alloc, alloc_pages, 4 * KIB),
	JOB("a page, mapped and there at once", "pair", lat_pair, mmap_populate, vmalloc, 4 * KIB),
	JOB("a large range, mapped and there at once", "pair", lat_pair, mmap_populate, vmalloc,
	    MIB),
	JOB("a large block, each page written to", "touch", lat_touch, malloc, kmalloc, MIB),
	JOB("a load from a page of its own, range mapped by 4 KiB", "chase", lat_load_page,
	    mmap_populate, vmalloc, 16 * MIB),
	JOB("the same where huge pages can be had", "chase", lat_load_page, mmap_thp, vmalloc_huge,
	    16 * MIB),
	JOB("runs of adjacent frames in a mapped range", "contig", runs, mmap_populate, vmalloc,
	    MIB),
	JOB("the largest size, general-purpose", "limit", limit, malloc, kmalloc, 0),
	JOB("the largest size, mapped", "limit", limit, mmap_populate, vmalloc, 0),
};

static const struct amk_summary *find(const struct amk_plot_run *run, const struct job *job,
				      enum amk_strategy_id id, u64 size)
{
	const struct amk_strategy *strategy = &amk_strategies[id];
	const struct amk_summary *s = amk_summary_find(run->summary, run->nr_summary,
						       strategy->side, strategy->name,
						       job->workload, size, job->metric);

	return s && s->status == AMK_STATUS_OK && !isnan(s->cost) ? s : NULL;
}

/* How far apart two sizes are: by factors. */
static double distance(u64 a, u64 b)
{
	return fabs(log((double)a / (double)b));
}

/* How far a size may be from the job's: beyond that it is another job. */
#define NEAR 4.0

/* The size nearest to the job's that @run has a number for: odd grids show something, too. */
static u64 size_choose(const struct amk_plot_run *run, const struct job *job)
{
	u64 best = 0;
	size_t i;

	for (i = 0; job->size_bytes && i < run->nr_summary; i++) {
		const struct amk_summary *s = &run->summary[i];

		if (s->metric != &amk_metrics[job->metric] || strcmp(s->workload, job->workload) ||
		    (s->strategy != &amk_strategies[job->user] &&
		     s->strategy != &amk_strategies[job->kernel]) ||
		    isnan(s->cost) || !s->size_bytes ||
		    distance(s->size_bytes, job->size_bytes) > log(NEAR) + 1e-9)
			continue;
		if (!best ||
		    distance(s->size_bytes, job->size_bytes) < distance(best, job->size_bytes))
			best = s->size_bytes;
	}
	return best;
}

/* A figure with its name: a limit is told to the byte. */
static void figure_cell(struct amk_page *page, enum amk_strategy_id id, const struct amk_summary *s)
{
	char size[AMK_SIZE_TEXT_LEN];

	if (!s)
		amk_page_cellf(page, "%s: –", amk_strategies[id].name);
	else if (s->metric->unit == AMK_UNIT_BYTES)
		amk_page_cellf(page, "%s: %s%s", s->strategy->name,
			       amk_summary_capped(s) ? "at least " : "",
			       amk_size_text((u64)s->cost, size));
	else
		amk_page_cellf(page, s->cost < 1000 ? "%s: %.4g" : "%s: %.0f", s->strategy->name,
			       s->cost);
}

/* Whether the user side puts off, for a later touch, pages that the kernel side brings at once. */
static bool puts_off(const struct amk_plot_run *run, const struct job *job, u64 size)
{
	return amk_strategies[job->user].flags & AMK_STRATEGY_LAZY &&
	       amk_strategies[job->kernel].flags & AMK_STRATEGY_POPULATED &&
	       size >= run->data.page_bytes &&
	       !(amk_workload_find(job->workload)->flags & AMK_WORKLOAD_TOUCHES);
}

static void ratio_cell(struct amk_page *page, const struct amk_plot_run *run, const struct job *job,
		       u64 size, const struct amk_summary *user, const struct amk_summary *kernel)
{
	double ratio = user && kernel ? kernel->cost / user->cost : NAN;

	/* Of a bound that the run set there is no ratio. */
	if (!isfinite(ratio) || amk_summary_capped(user) || amk_summary_capped(kernel))
		amk_page_cell(page, NULL);
	else if (puts_off(run, job, size))
		amk_page_cell(page, "lazy");
	else
		amk_page_cellf(page, "%.3g", ratio);
}

static void job_row(struct amk_page *page, size_t r, const struct job *job)
{
	const struct amk_plot_run *run = &page->run[r];
	u64 size = size_choose(run, job);
	const struct amk_summary *user = find(run, job, job->user, size);
	const struct amk_summary *kernel = find(run, job, job->kernel, size);
	char text[AMK_PAGE_TAG_LEN + AMK_PAGE_UNIT_LEN];

	if ((!user && !kernel) || (job->size_bytes && !size))
		return;
	page->form->row(page);
	amk_page_cell(page, job->name);
	amk_page_cell(page, amk_page_tag(page, r, text));
	amk_page_size(page, size);
	figure_cell(page, job->user, user);
	figure_cell(page, job->kernel, kernel);
	amk_page_cell(page, amk_page_unit(run, &amk_metrics[job->metric], text));
	ratio_cell(page, run, job, size, user, kernel);
	amk_page_cellf(page, "%u, %u", user ? user->rounds : 0, kernel ? kernel->rounds : 0);
	page->form->row_end(page);
}

static const struct amk_page_column columns[] = {
	{ .name = "what", .wide = true, .heads = true },
	{ .name = "run", .choice = true },
	{ .name = "size", .number = true },
	{ .name = "user space" },
	{ .name = "kernel" },
	{ .name = "unit" },
	{ .name = "kernel / user", .number = true },
	{ .name = "rounds (n)" },
};

int amk_page_headlines(struct amk_page *page)
{
	static const struct amk_page_table table = {
		.id = "headline-figures",
		.caption = "Measured in these runs: medians of n rounds",
		.column = columns,
		.nr_columns = AMK_ARRAY_SIZE(columns),
	};
	size_t i, r;

	page->form->table(page, &table);
	for (i = 0; i < AMK_ARRAY_SIZE(jobs); i++)
		for (r = 0; r < page->nr_runs; r++)
			if (amk_page_leads(page, r))
				job_row(page, r, &jobs[i]);
	page->form->table_end(page);
	amk_page_text(page,
		      "Where a run lacks the size, the nearest that it has is given, up to four "
		      "times as much or as little. \"lazy\": the user side takes its pages only "
		      "when they are touched, so the two did not do the same job.");
	return 0;
}
