// SPDX-License-Identifier: GPL-2.0-only
/*
 * The end of a run at the terminal: see table.h.
 *
 * The paired table has three lines a family: the user strategy, the kernel strategy that does the
 * same job, and kernel over user. Both come from one run, so from one environment; runs are never
 * mixed.
 */
#include "bench/table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/events_text.h"
#include "bench/overhead.h"
#include "bench/state.h"
#include "bench/translation.h"
#include "lib/core/workload.h"
#include "lib/user/manifest.h"
#include "lib/user/size.h"

#define COLUMNS_MAX 7

struct table {
	struct amk_run_data data;
	struct amk_summary *summary;
	size_t nr_summary;
	const char *workload;
	enum amk_metric_id metric;
	u64 size[COLUMNS_MAX];
	u32 nr_sizes;
	bool lazy; /* a ratio was left out since one side is lazy */
};

#define KIB 1024ULL

/* The sizes worth a column, in the order of their worth: the first that a run has are taken. */
static const u64 column_sizes[] = {
	64,	  4 * KIB,    256 * KIB,   4096 * KIB, 65536 * KIB, 8,		512,
	32 * KIB, 2048 * KIB, 16384 * KIB, KIB,	       16 * KIB,    1024 * KIB,
};

void amk_table_place(FILE *file, const struct amk_run_data *data)
{
	const char *processor = amk_run_data_fact(data, "machine", "processor.model");

	fprintf(file, "machine %s (%s), kernel %s, environment %s, unit %s\n", data->machine,
		processor ? processor : "processor not known", data->kernel, data->environment,
		data->unit);
	if (amk_run_data_fact(data, "machine", "hypervisor"))
		fprintf(file, "a virtual machine (%s): its neighbours take part in every time\n",
			amk_run_data_fact(data, "machine", "hypervisor"));
	if (!strcmp(data->environment, "guest-tcg"))
		fputs("emulated: ns are emulation time and no property of any hardware; compare "
		      "only within this run\n",
		      file);
	else if (!strcmp(data->environment, "guest-icount"))
		fputs("emulated: insn are instructions executed, the same on every machine\n",
		      file);
}

/* ---- what to show ---- */

static const struct amk_summary *find(const struct table *t, const struct amk_strategy *s, u64 size)
{
	return amk_summary_find(t->summary, t->nr_summary, s->side, s->name, t->workload, size,
				t->metric);
}

static bool has_size(const struct table *t, u64 size)
{
	size_t i;

	for (i = 0; i < t->nr_summary; i++)
		if (t->summary[i].size_bytes == size &&
		    t->summary[i].metric == &amk_metrics[t->metric] &&
		    !strcmp(t->summary[i].workload, t->workload) &&
		    t->summary[i].strategy->family != AMK_FAMILY_control)
			return true;
	return false;
}

static void size_insert(struct table *t, u64 size)
{
	u32 at = 0, i;

	while (at < t->nr_sizes && t->size[at] < size)
		at++;
	if (t->nr_sizes == COLUMNS_MAX || (at < t->nr_sizes && t->size[at] == size))
		return;
	for (i = t->nr_sizes; i > at; i--)
		t->size[i] = t->size[i - 1];
	t->size[at] = size;
	t->nr_sizes++;
}

static void sizes_choose(struct table *t)
{
	size_t i;

	for (i = 0; i < AMK_ARRAY_SIZE(column_sizes) && t->nr_sizes < 5; i++)
		if (has_size(t, column_sizes[i]))
			size_insert(t, column_sizes[i]);
	/* A run of other sizes shows its own. */
	for (i = 0; i < t->nr_summary && t->nr_sizes < 3; i++)
		if (t->summary[i].size_bytes && has_size(t, t->summary[i].size_bytes))
			size_insert(t, t->summary[i].size_bytes);
}

/* The first timed metric of @workload, or of the first workload that has one. */
static bool metric_choose(struct table *t, const char *workload)
{
	u32 w;

	for (w = 0; w < AMK_NR_WORKLOADS; w++) {
		const struct amk_workload *row = &amk_workloads[w];
		size_t i;

		if (row->lane[0] == AMK_METRIC_none || (workload && strcmp(workload, row->name)))
			continue;
		for (i = 0; i < t->nr_summary; i++) {
			if (strcmp(t->summary[i].workload, row->name))
				continue;
			t->workload = row->name;
			t->metric = (enum amk_metric_id)row->lane[0];
			return true;
		}
	}
	return false;
}

static bool measured(const struct table *t, const struct amk_strategy *s)
{
	u32 i;

	for (i = 0; i < t->nr_sizes; i++)
		if (find(t, s, t->size[i]))
			return true;
	return false;
}

/*
 * The strategy that stands for @family on @side: the first that was measured; but beside one that
 * brings its pages at once (@like) the first that does so too, since a lazy one has not done the
 * job.
 */
static const struct amk_strategy *family_row(const struct table *t, u32 family,
					     enum amk_side_id side, const struct amk_strategy *like)
{
	const struct amk_strategy *first = NULL;
	u32 i;

	for (i = 0; i < AMK_NR_STRATEGIES; i++) {
		const struct amk_strategy *s = &amk_strategies[i];

		if (s->side != side || s->family != family || !measured(t, s))
			continue;
		if (!like || (like->flags & s->flags & AMK_STRATEGY_POPULATED))
			return s;
		if (!first)
			first = s;
	}
	return first;
}

/* ---- printing ---- */

/* Three digits or so, which is what a cost is good for. */
static void number_print(double x)
{
	if (isnan(x))
		printf(" %11s", "-");
	else if (x < 100)
		printf(" %11.1f", x);
	else if (x < 1e7)
		printf(" %11.0f", x);
	else
		printf(" %11.2e", x);
}

static double cost_of(const struct table *t, const struct amk_strategy *s, u64 size)
{
	const struct amk_summary *found = s ? find(t, s, size) : NULL;

	return found ? found->cost : NAN;
}

/* How a cell ended that has no number; NULL: it was not measured, or it has one. */
static const char *ending(const struct table *t, const struct amk_strategy *s, u64 size)
{
	size_t i;

	for (i = 0; i < t->nr_summary; i++)
		if (isnan(t->summary[i].cost) && t->summary[i].status != AMK_STATUS_OK &&
		    t->summary[i].strategy == s && t->summary[i].size_bytes == size &&
		    !strcmp(t->summary[i].workload, t->workload))
			return amk_status_name(t->summary[i].status);
	return NULL;
}

static void row_print(const struct table *t, const char *family, const struct amk_strategy *s)
{
	const char *ended;
	double cost;
	u32 i;

	printf("%-9s %-6s %-17s", family, amk_side_names[s->side], s->name);
	for (i = 0; i < t->nr_sizes; i++) {
		cost = cost_of(t, s, t->size[i]);
		/* Another metric of the cell may be a skip. */
		ended = isnan(cost) ? ending(t, s, t->size[i]) : NULL;
		if (ended)
			printf(" %11.11s", ended);
		else
			number_print(cost);
	}
	putchar('\n');
}

/* Whether @user puts off, for a later touch, pages that @kernel brings at once. */
static bool puts_off(const struct table *t, const struct amk_strategy *user,
		     const struct amk_strategy *kernel, u64 size)
{
	const struct amk_workload *w = amk_workload_find(t->workload);

	return user->flags & AMK_STRATEGY_LAZY && kernel->flags & AMK_STRATEGY_POPULATED &&
	       size >= t->data.page_bytes && !(w->flags & AMK_WORKLOAD_TOUCHES);
}

static void ratio_print(struct table *t, const struct amk_strategy *user,
			const struct amk_strategy *kernel)
{
	u32 i;

	printf("%-9s %-24s", "", "kernel / user");
	for (i = 0; i < t->nr_sizes; i++) {
		double ratio = cost_of(t, kernel, t->size[i]) / cost_of(t, user, t->size[i]);

		if (isfinite(ratio) && puts_off(t, user, kernel, t->size[i])) {
			printf(" %11s", "lazy");
			t->lazy = true;
		} else if (isfinite(ratio)) {
			printf(" %10.*fx", ratio < 10 ? 2 : 0, ratio);
		} else {
			printf(" %11s", "-");
		}
	}
	putchar('\n');
}

/* The members of a family that is nobody's counterpart stand beside each other. */
static void members_print(const struct table *t, u32 family)
{
	bool any = false;
	u32 i;

	for (i = 0; i < AMK_NR_STRATEGIES; i++) {
		const struct amk_strategy *s = &amk_strategies[i];

		if (s->family != family || !measured(t, s))
			continue;
		row_print(t, any ? "" : amk_families[family].name, s);
		any = true;
	}
}

static void family_print(struct table *t, u32 family)
{
	const struct amk_strategy *kernel = family_row(t, family, AMK_SIDE_kernel, NULL);
	const struct amk_strategy *user = family_row(t, family, AMK_SIDE_user, kernel);
	const char *name = amk_families[family].name;

	if (user)
		row_print(t, name, user);
	if (kernel)
		row_print(t, user ? "" : name, kernel);
	if (user && kernel)
		ratio_print(t, user, kernel);
}

static void cost_print(struct table *t)
{
	char text[AMK_SIZE_TEXT_LEN];
	u32 i;

	printf("\n%s: %s; %s, median of rounds\n", t->workload, amk_metrics[t->metric].summary,
	       t->data.unit);
	printf("%-9s %-6s %-17s", "family", "side", "strategy");
	for (i = 0; i < t->nr_sizes; i++)
		printf(" %11s", amk_size_text(t->size[i], text));
	putchar('\n');
	for (i = 0; i < AMK_NR_FAMILIES; i++)
		if (i == AMK_FAMILY_allocator)
			members_print(t, i);
		else if (i != AMK_FAMILY_control)
			family_print(t, i);
	if (t->lazy)
		puts("lazy: the user side takes its pages only when they are touched; like for "
		     "like by: allocmark show -w touch");
}

/* ---- what was not measured ---- */

/* Cells that ended the same way for the same reason are one line. */
struct outcome {
	u32 status;
	const char *reason;
	u32 cells;
	char who[160];
};

static void outcome_who(struct outcome *o, const struct amk_summary *s)
{
	char name[2 * AMK_NAME_LEN];
	size_t len = strlen(o->who);

	snprintf(name, sizeof(name), "%s:%s", amk_side_names[s->side], s->strategy->name);
	if (strstr(o->who, name) || (len > 3 && !strcmp(o->who + len - 3, "...")))
		return;
	if (len + strlen(name) + 6 < sizeof(o->who))
		sprintf(o->who + len, "%s%s", len ? ", " : "", name);
	else
		strcpy(o->who + len, "...");
}

static void outcomes_add(struct outcome *list, u32 *n, u32 room, const struct amk_summary *s)
{
	u32 i;

	for (i = 0; i < *n; i++)
		if (list[i].status == s->status && !strcmp(list[i].reason, s->reason))
			break;
	if (i == room)
		return;
	if (i == *n) {
		list[i] = (struct outcome){ .status = s->status, .reason = s->reason };
		(*n)++;
	}
	list[i].cells++;
	outcome_who(&list[i], s);
}

static void outcomes_print(const struct table *t)
{
	struct outcome list[32];
	u32 n = 0, i;
	size_t k;

	for (k = 0; k < t->nr_summary; k++)
		if (!t->summary[k].metric && t->summary[k].status != AMK_STATUS_OK)
			outcomes_add(list, &n, AMK_ARRAY_SIZE(list), &t->summary[k]);
	if (n)
		puts("\nwithout a number:");
	for (i = 0; i < n; i++)
		printf("  %-14s %4u cells%s%s (%s)\n", amk_status_name(list[i].status),
		       list[i].cells, *list[i].reason ? ": " : "", list[i].reason, list[i].who);
}

static int events_print(const struct amk_run_data *data, char error[AMK_ERROR_LEN])
{
	struct amk_events events;
	int failed = amk_manifest_events(data, &events, error);

	if (!failed)
		amk_events_print(&events, data->ticks_per_unit, data->unit);
	return failed;
}

static void progress_print(const struct amk_run_data *data)
{
	struct amk_progress p;

	amk_manifest_progress(data, &p);
	printf("\n%zu of %llu blocks", data->nr_records, (unsigned long long)p.blocks_planned);
	if (p.wall_ns)
		printf(", %.1f s, %.0f %% of it inside measured blocks", (double)p.wall_ns / 1e9,
		       100 * (double)p.measured_ns / (double)p.wall_ns);
	putchar('\n');
	if (data->nr_records < p.blocks_planned)
		printf("the run is not complete: allocmark run --resume=%s\n", data->path);
}

int amk_table_run(const char *path, const char *workload, char error[AMK_ERROR_LEN])
{
	struct table t = { 0 };
	ssize_t n;
	int failed = amk_run_data_read(path, &t.data, error);

	if (failed)
		return failed;
	n = amk_summarize(&t.data, &t.summary);
	if (n < 0) {
		snprintf(error, AMK_ERROR_LEN, "out of memory");
		amk_run_data_free(&t.data);
		return (int)n;
	}
	t.nr_summary = (size_t)n;
	amk_table_place(stdout, &t.data);
	amk_state_print(stdout, &t.data);
	if (metric_choose(&t, workload)) {
		sizes_choose(&t);
		cost_print(&t);
	} else if (workload) {
		printf("\nthe run has no times of workload %s\n", workload);
	}
	amk_overhead_print(t.summary, t.nr_summary);
	amk_translation_print(&t.data, t.summary, t.nr_summary);
	outcomes_print(&t);
	failed = events_print(&t.data, error);
	progress_print(&t.data);
	free(t.summary);
	amk_run_data_free(&t.data);
	return failed;
}
