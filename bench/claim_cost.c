// SPDX-License-Identifier: GPL-2.0-only
/*
 * Claims about cost: ratios of two ways at the same size, in the same run. A ratio counted in
 * instructions or taken in an emulator leaves out what caches and the TLB cost, and is labelled so.
 */
#include "bench/claim.h"
#include "lib/user/size.h"

static const char *run_unit(const struct amk_costs *run)
{
	return strcmp(run->unit, "insn") ? run->unit : "instructions";
}

/* The ratio of two strategies over the sizes that both have. */
struct ratios {
	const struct amk_costs *run;
	u32 nr;
	u32 nr_above; /* sizes at which the first costs more */
	double first; /* at the least size */
	double last; /* at the largest */
};

static void ratio_add(struct ratios *r, double ratio, u64 size, struct amk_finding *finding)
{
	char text[AMK_SIZE_TEXT_LEN];

	amk_finding_add(finding, "%s%s x%.3g", r->nr ? ", " : "", amk_size_text(size, text), ratio);
	if (!r->nr)
		r->first = ratio;
	r->last = ratio;
	r->nr++;
	r->nr_above += ratio > 1;
}

/* Adds the ratios of @a over @b to the finding; false, and why is said there: no size has both. */
static bool ratios_say(const struct amk_evidence *evidence, struct amk_point a, int b,
		       struct ratios *r, struct amk_finding *finding)
{
	u64 size[AMK_EVIDENCE_SIZES_MAX];
	struct amk_found over, under;
	u32 i, n;

	memset(r, 0, sizeof(*r));
	n = amk_finding_sizes(finding, evidence, &a, &r->run, size);
	if (!n)
		return false;
	amk_finding_add(finding, "%s%s/%s, %s, %s: ", *finding->figures ? "; " : "",
			amk_strategies[a.strategy].name, amk_strategies[b].name,
			a.workload == AMK_WORKLOAD_ID_pair ? "hot" : "past the caches",
			run_unit(r->run));
	for (i = 0; i < n; i++) {
		struct amk_point at = a;

		at.size_bytes = size[i];
		if (!amk_finding_take(finding, r->run, &at, &over))
			continue;
		at.strategy = (enum amk_strategy_id)b;
		if (amk_finding_take(finding, r->run, &at, &under) && under.value > 0)
			ratio_add(r, over.value / under.value, size[i], finding);
	}
	if (!r->nr)
		amk_finding_set(finding, AMK_CLAIM_UNTESTED, "no size at which both were measured");
	return r->nr;
}

static struct amk_point hot(int strategy)
{
	return (struct amk_point){ .strategy = (enum amk_strategy_id)strategy,
				   .workload = AMK_WORKLOAD_ID_pair,
				   .metric = AMK_METRIC_lat_pair };
}

static struct amk_point cold(int strategy)
{
	return (struct amk_point){ .strategy = (enum amk_strategy_id)strategy,
				   .workload = AMK_WORKLOAD_ID_burst_fifo,
				   .metric = AMK_METRIC_lat_alloc };
}

/* What zeroing costs beside kmalloc, in each boot: where kmalloc zeroes, too, nothing. */
static void beside_kmalloc(const struct amk_evidence *evidence, int strategy,
			   struct amk_finding *finding)
{
	struct amk_point at = hot(strategy);
	u64 size[AMK_EVIDENCE_SIZES_MAX];
	struct ratios r;
	u32 i;

	for (i = 0; i < evidence->nr_runs; i++) {
		const struct amk_evidence one = { .run = { evidence->run[i] }, .nr_runs = 1 };
		int zeroing = amk_evidence_setting(evidence->run[i], "init_on_alloc");

		if (!amk_evidence_sizes(evidence->run[i], &at, size) ||
		    !ratios_say(&one, at, AMK_STRATEGY_ID_kernel_kmalloc, &r, finding))
			continue;
		if (zeroing >= 0)
			amk_finding_add(finding, " (init_on_alloc=%d)", zeroing);
	}
}

/* Faster than vmalloc wherever it can be had; beside kmalloc it is only said what it costs. */
AMK_JUDGE(fast)
{
	struct ratios r;

	if (!ratios_say(evidence, hot(AMK_STRATEGY_ID_kernel_vmalloc), claim->about, &r, finding))
		return;
	if (claim->about != AMK_STRATEGY_ID_kernel_kmalloc)
		beside_kmalloc(evidence, claim->about, finding);
	if (r.nr_above == r.nr)
		amk_finding_cost(finding, r.run);
	else
		amk_finding_set(finding, AMK_CLAIM_FAILS, "vmalloc costs less at %u of %u sizes",
				r.nr - r.nr_above, r.nr);
}

/* Slower at every size that both can do; past kmalloc's limit there is nothing to compare with. */
AMK_JUDGE(slower)
{
	u64 size[AMK_EVIDENCE_SIZES_MAX];
	struct amk_point at = cold(claim->about);
	struct ratios r, past = { 0 };

	if (!ratios_say(evidence, hot(claim->about), AMK_STRATEGY_ID_kernel_kmalloc, &r, finding))
		return;
	if (amk_evidence_sizes(r.run, &at, size))
		ratios_say(evidence, at, AMK_STRATEGY_ID_kernel_kmalloc, &past, finding);
	if (r.nr_above + past.nr_above == r.nr + past.nr)
		amk_finding_cost(finding, r.run);
	else
		amk_finding_set(finding, AMK_CLAIM_FAILS, "faster at %u of %u sizes",
				r.nr + past.nr - r.nr_above - past.nr_above, r.nr + past.nr);
}

/* Dearer, compared with kmalloc, for a small request than for a large one. */
AMK_JUDGE(worst_when_small)
{
	struct ratios r;

	if (!ratios_say(evidence, hot(claim->about), AMK_STRATEGY_ID_kernel_kmalloc, &r, finding))
		return;
	if (r.nr < 2)
		amk_finding_set(finding, AMK_CLAIM_UNTESTED, "only one size to compare");
	else if (r.first > 1 && r.first > r.last)
		amk_finding_cost(finding, r.run);
	else
		amk_finding_set(finding, AMK_CLAIM_FAILS, "x%.3g when small, x%.3g when large",
				r.first, r.last);
}

static bool cost_at(const struct amk_costs *run, int strategy, u64 size, double *cost,
		    struct amk_finding *finding)
{
	struct amk_point at = hot(strategy);
	struct amk_found f;

	at.size_bytes = size;
	if (!amk_finding_take(finding, run, &at, &f))
		return false;
	*cost = f.value;
	return true;
}

/*
 * vmalloc apart: its pages, taken in bulk as it takes them, and their mapping, of pages that were
 * there before. What vmalloc costs beyond its pages is the mapping's if that is half of it or more.
 */
AMK_JUDGE(page_tables)
{
	struct amk_point like = hot(AMK_STRATEGY_ID_kernel_vmap);
	u64 size[AMK_EVIDENCE_SIZES_MAX];
	u32 i, shown = 0, nr_mapping = 0, nr_whole = 0, n;
	const struct amk_costs *run;

	n = amk_finding_sizes(finding, evidence, &like, &run, size);
	for (i = 0; i < n; i++) {
		char text[AMK_SIZE_TEXT_LEN];
		double all, pages, mapping;

		if (!cost_at(run, claim->about, size[i], &all, finding) ||
		    !cost_at(run, AMK_STRATEGY_ID_kernel_alloc_pages_bulk, size[i], &pages,
			     finding) ||
		    !cost_at(run, AMK_STRATEGY_ID_kernel_vmap, size[i], &mapping, finding))
			continue;
		amk_finding_add(finding, "%s%s: %.4g, its pages %.4g, mapping them %.4g",
				shown ? "; " : "", amk_size_text(size[i], text), all, pages,
				mapping);
		/* Less than its pages one by one: it took them in larger pieces. */
		nr_whole += all <= pages;
		nr_mapping += all > pages && 2 * mapping >= all - pages;
		shown++;
	}
	if (n && !shown)
		amk_finding_set(finding, AMK_CLAIM_UNTESTED, "no size at which all were measured");
	if (!shown)
		return;
	amk_finding_add(finding, " %s", run_unit(run));
	if (nr_whole == shown)
		amk_finding_set(finding, AMK_CLAIM_UNTESTED,
				"it took its pages in larger pieces: not to be taken apart so");
	else if (nr_mapping + nr_whole == shown)
		amk_finding_cost(finding, run);
	else
		amk_finding_set(finding, AMK_CLAIM_FAILS,
				"mapping is not most of what it adds at %u of %u sizes",
				shown - nr_mapping - nr_whole, shown);
}
