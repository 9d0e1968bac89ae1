// SPDX-License-Identifier: GPL-2.0-only
/*
 * Claims about page tables and the TLB: by which entries memory is mapped, how many page walks
 * loads from it take by the model of the TLB and, where there is a PMU, as counted, and what that
 * costs. An emulator charges nothing for a walk, so costs need hardware.
 */
#include "bench/claim.h"
#include "bench/translation.h"
#include "lib/user/size.h"

/* What a load may cost more without anybody calling performance affected. */
#define AFFECTED 1.05

static bool level_take(struct amk_finding *finding, const struct amk_costs *run,
		       struct amk_point at, double *share)
{
	struct amk_found all, small;

	at.metric = AMK_METRIC_frames;
	if (!amk_finding_take(finding, run, &at, &all) || all.value <= 0)
		return false;
	at.metric = AMK_METRIC_frames_4k;
	if (!amk_finding_take(finding, run, &at, &small))
		return false;
	*share = small.least / all.value;
	return true;
}

/* Of how many frames at the largest size entries of 4 KiB map; false: not known. */
static bool mapped_small(const struct amk_evidence *evidence, int strategy, double *share,
			 struct amk_finding *finding)
{
	struct amk_point at = { .strategy = (enum amk_strategy_id)strategy,
				.workload = AMK_WORKLOAD_ID_contig,
				.metric = AMK_METRIC_frames_4k };
	u64 size[AMK_EVIDENCE_SIZES_MAX];
	char text[AMK_SIZE_TEXT_LEN];
	const struct amk_costs *run;
	u32 n = amk_finding_sizes(finding, evidence, &at, &run, size);

	if (!n)
		return false;
	at.size_bytes = size[n - 1];
	if (!level_take(finding, run, at, share))
		return false;
	amk_finding_add(finding, "%s%s of %s: %.0f %% of the frames by 4 KiB entries",
			*finding->figures ? "; " : "", amk_strategies[strategy].name,
			amk_size_text(at.size_bytes, text), 100 * *share);
	return true;
}

AMK_JUDGE(page_by_page)
{
	double share, huge;

	if (!mapped_small(evidence, claim->about, &share, finding))
		return;
	if (share < 1) {
		amk_finding_set(finding, AMK_CLAIM_FAILS, "%s", "");
		return;
	}
	/* That another function maps large is no fault of this one, but worth saying. */
	if (mapped_small(evidence, AMK_STRATEGY_ID_kernel_vmalloc_huge, &huge, finding) && huge < 1)
		amk_finding_set(finding, AMK_CLAIM_HOLDS, "vmalloc_huge() maps larger");
	else
		amk_finding_set(finding, AMK_CLAIM_HOLDS, "%s", "");
}

/* Page walks of a million loads, at the size where two strategies differ most. */
struct walks {
	const struct amk_costs *run;
	u64 size;
	double more;
	double less;
	u32 nr;
};

static void walks_compare(struct walks *w, struct amk_point at, int other, u64 size,
			  struct amk_finding *finding)
{
	struct amk_found more, less;

	at.size_bytes = size;
	if (!amk_finding_take(finding, w->run, &at, &more))
		return;
	at.strategy = (enum amk_strategy_id)other;
	if (!amk_finding_take(finding, w->run, &at, &less))
		return;
	if (!w->nr++ || more.value - less.value >= w->more - w->less) {
		w->more = more.value;
		w->less = less.value;
		w->size = size;
	}
}

static bool walks_find(const struct amk_evidence *evidence, struct amk_point at, int other,
		       struct walks *w, struct amk_finding *finding)
{
	u64 size[AMK_EVIDENCE_SIZES_MAX];
	u32 i, n;

	memset(w, 0, sizeof(*w));
	n = amk_finding_sizes(finding, evidence, &at, &w->run, size);
	for (i = 0; i < n; i++)
		walks_compare(w, at, other, size[i], finding);
	return w->nr;
}

static void walks_say(struct amk_finding *finding, const struct walks *w, const char *how,
		      double scale)
{
	char text[AMK_SIZE_TEXT_LEN];

	amk_finding_add(finding, "%spage walks a load at %s, %s: vmalloc %.3g, kmalloc %.3g",
			*finding->figures ? "; " : "", amk_size_text(w->size, text), how,
			w->more / scale, w->less / scale);
}

static void modelled_for(struct amk_finding *finding, const struct amk_costs *run)
{
	bool given;
	const char *tlb = amk_translation_tlb(&run->run, &given);

	if (tlb)
		amk_finding_add(finding, " (TLB %s)", tlb);
}

AMK_JUDGE(more_walks)
{
	struct amk_point at = { .strategy = (enum amk_strategy_id)claim->about,
				.workload = AMK_WORKLOAD_ID_chase,
				.metric = AMK_METRIC_dtlb_load_misses };
	const int other = AMK_STRATEGY_ID_kernel_kmalloc;
	struct walks counted, model;
	bool measured = amk_evidence_run(evidence, &at) &&
			walks_find(evidence, at, other, &counted, finding);
	bool more;

	at.metric = AMK_METRIC_dtlb_misses_model;
	if (measured)
		walks_say(finding, &counted, "counted", 1);
	if (walks_find(evidence, at, other, &model, finding)) {
		walks_say(finding, &model, "model", 1e6);
		modelled_for(finding, model.run);
	} else if (!measured) {
		return;
	}
	more = measured ? counted.more > counted.less : model.more > model.less;
	if (!more)
		amk_finding_set(finding, AMK_CLAIM_FAILS, "%s", "");
	else if (measured)
		amk_finding_set(finding, AMK_CLAIM_HOLDS, "%s", "");
	else
		amk_finding_set(finding, AMK_CLAIM_HOLDS_HERE,
				"as the mappings found and the model of the TLB have it");
}

AMK_JUDGE(walks_cost)
{
	struct amk_point at = { .strategy = (enum amk_strategy_id)claim->about,
				.workload = AMK_WORKLOAD_ID_chase,
				.metric = AMK_METRIC_lat_load_page };
	char text[AMK_SIZE_TEXT_LEN];
	struct walks w;

	if (!walks_find(evidence, at, AMK_STRATEGY_ID_kernel_kmalloc, &w, finding))
		return;
	amk_finding_add(finding, "a load at %s, one line a page: vmalloc %.3g, kmalloc %.3g %s",
			amk_size_text(w.size, text), w.more, w.less, w.run->unit);
	if (!amk_translation_real(w.run->environment))
		amk_finding_set(finding, AMK_CLAIM_UNTESTED,
				"an emulator charges nothing for a page walk: needs hardware or "
				"KVM");
	else
		amk_finding_set(finding,
				w.more > AFFECTED * w.less ? AMK_CLAIM_HOLDS : AMK_CLAIM_FAILS,
				"%s", "");
}
