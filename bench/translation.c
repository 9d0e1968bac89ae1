// SPDX-License-Identifier: GPL-2.0-only
/*
 * The section on translation of allocmark show: see translation.h.
 *
 * The cost of a walk comes from alias, where nothing but the mapping differs: what a load costs
 * more over how many more of them walk. chase offers a bound only: with one line a page other cache
 * sets are used, too, than with lines packed densely.
 */
#include "bench/translation.h"

#include <math.h>
#include <stdio.h>

#include "lib/user/manifest.h"
#include "lib/user/size.h"

/* Below so many more walks a load, a quotient of two small differences is no cost of a walk. */
#define WALKS_MIN 0.5
#define COLUMNS_MAX 6

/* ---- one cell ---- */

static double number(const struct amk_summary *s, size_t n, const struct amk_translation *t,
		     const char *workload, enum amk_metric_id metric)
{
	const struct amk_summary *found = amk_summary_find(
		s, n, t->strategy->side, t->strategy->name, workload, t->size_bytes, metric);

	return found && found->status == AMK_STATUS_OK ? found->cost : NAN;
}

static void level_set(struct amk_translation *t, const double frames[4])
{
	static const char *const name[4] = { "4K", "64K", "2M", "1G" };
	double sum = 0;
	size_t i, most = 0;

	for (i = 0; i < 4; i++) {
		sum += frames[i];
		if (frames[i] > frames[most])
			most = i;
	}
	if (!(sum > 0))
		snprintf(t->level, sizeof(t->level), "?");
	else if (frames[most] < sum)
		snprintf(t->level, sizeof(t->level), "%s %.0f%%", name[most],
			 100 * frames[most] / sum);
	else
		snprintf(t->level, sizeof(t->level), "%s", name[most]);
}

bool amk_translation_find(const struct amk_summary *s, size_t n,
			  const struct amk_strategy *strategy, const char *workload, u64 size_bytes,
			  struct amk_translation *t)
{
	double frames[4];
	enum amk_metric_id id;

	*t = (struct amk_translation){ .strategy = strategy, .size_bytes = size_bytes };
	t->load = number(s, n, t, workload, AMK_METRIC_lat_load_page);
	t->dense = number(s, n, t, workload, AMK_METRIC_lat_load_dense);
	t->load_alias = number(s, n, t, workload, AMK_METRIC_lat_load_alias);
	t->model = number(s, n, t, workload, AMK_METRIC_dtlb_misses_model) / 1e6;
	t->model_alias = number(s, n, t, workload, AMK_METRIC_dtlb_misses_model_alias) / 1e6;
	t->measured = number(s, n, t, workload, AMK_METRIC_walks);
	if (isnan(t->measured))
		t->measured = number(s, n, t, workload, AMK_METRIC_dtlb_load_misses);
	for (id = AMK_METRIC_frames_4k; id <= AMK_METRIC_frames_1g; id++)
		frames[id - AMK_METRIC_frames_4k] = number(s, n, t, workload, id);
	level_set(t, frames);
	return !isnan(t->load);
}

bool amk_translation_real(const char *environment)
{
	return strcmp(environment, "guest-tcg") && strcmp(environment, "guest-icount");
}

const char *amk_translation_tlb(const struct amk_run_data *data, bool *given)
{
	const char *text = amk_run_data_fact(data, "options", "tlb");

	*given = text != NULL;
	return text ? text : amk_run_data_fact(data, "machine", "tlb");
}

/* ---- page walks a load ---- */

/* What is printed: the ways that differ by their mapping, and the sizes around a TLB's reach. */
static const enum amk_strategy_id rows[] = {
	AMK_STRATEGY_ID_user_malloc,	AMK_STRATEGY_ID_user_mmap,
	AMK_STRATEGY_ID_user_mmap_thp,	AMK_STRATEGY_ID_user_hugetlb_2m,
	AMK_STRATEGY_ID_kernel_kmalloc, AMK_STRATEGY_ID_kernel_alloc_pages,
	AMK_STRATEGY_ID_kernel_vmalloc, AMK_STRATEGY_ID_kernel_vmalloc_huge,
};
static const u64 columns[] = { 256 << 10, 2 << 20,	4 << 20,      16 << 20,
			       64 << 20,  256ULL << 20, 1024ULL << 20 };

struct section {
	const struct amk_run_data *data;
	const struct amk_summary *s;
	size_t n;
	u64 size[COLUMNS_MAX];
	size_t nr_sizes;
};

static bool cell(const struct section *c, size_t row, size_t column, struct amk_translation *t)
{
	return amk_translation_find(c->s, c->n, &amk_strategies[rows[row]], "chase",
				    c->size[column], t);
}

static bool has_size(const struct section *c, u64 size)
{
	struct amk_translation t;
	size_t i;

	for (i = 0; i < AMK_ARRAY_SIZE(rows); i++)
		if (amk_translation_find(c->s, c->n, &amk_strategies[rows[i]], "chase", size, &t) &&
		    !isnan(t.model))
			return true;
	return false;
}

static void sizes_choose(struct section *c)
{
	size_t i;

	for (i = 0; i < AMK_ARRAY_SIZE(columns) && c->nr_sizes < COLUMNS_MAX; i++)
		if (has_size(c, columns[i]))
			c->size[c->nr_sizes++] = columns[i];
	/* A run of other sizes shows its own. */
	for (i = 0; i < c->n && c->nr_sizes < 2; i++)
		if (c->s[i].size_bytes && (!c->nr_sizes || c->size[0] != c->s[i].size_bytes) &&
		    has_size(c, c->s[i].size_bytes))
			c->size[c->nr_sizes++] = c->s[i].size_bytes;
}

/* "model/measured mapped by" of a cell, as wide as the header; *@wide is set where they differ. */
static void cell_print(const struct amk_translation *t, bool *wide)
{
	char text[40];
	bool differs = fabs(t->model - t->measured) > AMK_TRANSLATION_WIDE;

	if (isnan(t->measured))
		snprintf(text, sizeof(text), "%.3f by %s", t->model, t->level);
	else
		snprintf(text, sizeof(text), "%.3f/%.3f%s %s", t->model, t->measured,
			 differs ? "!" : "", t->level);
	printf(" %17s", text);
	*wide = *wide || differs;
}

static bool row_print(const struct section *c, size_t row, bool *wide)
{
	const struct amk_strategy *s = &amk_strategies[rows[row]];
	struct amk_translation t;
	bool any = false, found[COLUMNS_MAX];
	size_t i;

	for (i = 0; i < c->nr_sizes; i++) {
		found[i] = cell(c, row, i, &t) && !isnan(t.model);
		any = any || found[i];
	}
	if (!any)
		return false;
	printf("%-6s %-13s", amk_side_names[s->side], s->name);
	for (i = 0; i < c->nr_sizes; i++) {
		if (found[i] && cell(c, row, i, &t))
			cell_print(&t, wide);
		else
			printf(" %17s", "-");
	}
	putchar('\n');
	return true;
}

static void walks_print(const struct section *c)
{
	char size[AMK_SIZE_TEXT_LEN];
	bool wide = false;
	size_t i;

	printf("%-6s %-13s", "side", "strategy");
	for (i = 0; i < c->nr_sizes; i++)
		printf(" %17s", amk_size_text(c->size[i], size));
	putchar('\n');
	for (i = 0; i < AMK_ARRAY_SIZE(rows); i++)
		row_print(c, i, &wide);
	if (wide)
		printf("!: model and measurement are more than %.2f walks a load apart: the TLB is "
		       "not as described, or others share it\n",
		       AMK_TRANSLATION_WIDE);
}

/* ---- what a walk costs ---- */

static void cost_line(const struct section *c, const struct amk_translation *t)
{
	double walks = t->model_alias - t->model, more = t->load_alias - t->load;
	char size[AMK_SIZE_TEXT_LEN];

	printf("  %-6s %-13s %5s  mapped by %-7s %.2f %s a load, by 4K %.2f",
	       amk_side_names[t->strategy->side], t->strategy->name,
	       amk_size_text(t->size_bytes, size), t->level, t->load, c->data->unit, t->load_alias);
	if (!(walks >= WALKS_MIN))
		printf("; hardly more walks by the model: no cost of one\n");
	else if (more <= 0)
		printf("; no dearer, though %.2f more of them walk by the model\n", walks);
	else
		printf("; %.2f more of them walk: %.1f %s a walk\n", walks, more / walks,
		       c->data->unit);
}

static bool is_alias(const struct section *c, size_t k, size_t row, struct amk_translation *t)
{
	return c->s[k].strategy == &amk_strategies[rows[row]] &&
	       c->s[k].metric == &amk_metrics[AMK_METRIC_lat_load_alias] &&
	       amk_translation_find(c->s, c->n, c->s[k].strategy, "alias", c->s[k].size_bytes, t);
}

/*
 * A walk is the dearer the more of the page tables has left the caches, so there is a line a size.
 * Of a strategy whose loads hardly walk more the largest is shown.
 */
static void costs_print(const struct section *c)
{
	struct amk_translation t, last;
	bool any = false, shown;
	size_t i, k;

	for (i = 0; i < AMK_ARRAY_SIZE(rows); i++) {
		for (last.strategy = NULL, shown = false, k = 0; k < c->n; k++) {
			if (!is_alias(c, k, i, &t))
				continue;
			if (!any)
				puts("what a page walk costs: the same frames, by the range's own "
				     "mapping and by 4 KiB entries (alias)");
			any = true;
			last = t;
			if (t.model_alias - t.model >= WALKS_MIN) {
				cost_line(c, &t);
				shown = true;
			}
		}
		if (last.strategy && !shown)
			cost_line(c, &last);
	}
}

void amk_translation_print(const struct amk_run_data *data, const struct amk_summary *s, size_t n)
{
	struct section c = { .data = data, .s = s, .n = n };
	bool given;
	const char *tlb = amk_translation_tlb(data, &given);

	sizes_choose(&c);
	if (!c.nr_sizes)
		return;
	puts("\ntranslation: page walks a load, one line a page (chase): model, or "
	     "model/measured, and what maps the range");
	printf("model: LRU, %s (%s)\n", tlb ? tlb : "?",
	       given ? "as given by --tlb" : "as the processor tells");
	walks_print(&c);
	if (amk_translation_real(data->environment))
		costs_print(&c);
	else
		puts("emulated: translation is 4K at a time, no finding: what a walk costs is not "
		     "to be seen here");
}
