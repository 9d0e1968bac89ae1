// SPDX-License-Identifier: GPL-2.0-only
/*
 * Claims about GFP flags: what the kernel's headers make of them, taken apart into modifiers in
 * bits of our own, and where memory that was asked for by zone came from.
 */
#include "bench/claim.h"
#include "lib/core/modifier.h"
#include "lib/user/size.h"

/* "__GFP_IO|__GFP_FS" */
static void bits_say(struct amk_finding *finding, u32 bits)
{
	const char *between = "";
	u32 i;

	for (i = 0; i < AMK_NR_MODIFIERS; i++) {
		if (!(bits & amk_modifiers[i].bit))
			continue;
		amk_finding_add(finding, "%s%s", between, amk_modifiers[i].name);
		between = "|";
	}
	if (!bits)
		amk_finding_add(finding, "no modifier");
}

bool amk_finding_bits(struct amk_finding *finding, const struct amk_evidence *evidence, int metric,
		      u32 *bits)
{
	const struct amk_point at = { .strategy = AMK_STRATEGY_ID_kernel_null,
				      .workload = AMK_WORKLOAD_ID_gfp,
				      .metric = (enum amk_metric_id)metric };
	struct amk_found f;

	if (!amk_finding_need(finding, evidence, &at, &f))
		return false;
	*bits = (u32)f.value;
	return true;
}

/* "GFP_KERNEL 0x1e = ..." */
static void flag_say(struct amk_finding *finding, const char *name, u32 bits)
{
	amk_finding_add(finding, "%s%s %#x = ", *finding->figures ? "; " : "", name, bits);
	bits_say(finding, bits);
}

static const char *flag_name(int metric)
{
	switch (metric) {
#define AMK_MODIFIER(id, bit)
#define AMK_GFP_SET(id, metric)   \
	case AMK_METRIC_##metric: \
		return "GFP_" #id;
#include "lib/core/modifier.def"
#undef AMK_MODIFIER
#undef AMK_GFP_SET
	default:
		return "known";
	}
}

/* What the text says the flag is made of. */
static u32 bits_claimed(int metric)
{
	switch (metric) {
	case AMK_METRIC_gfp_kernel:
		return AMK_MODIFIER_WAIT | AMK_MODIFIER_IO | AMK_MODIFIER_FS;
	case AMK_METRIC_gfp_atomic:
		return AMK_MODIFIER_HIGH;
	default:
		return AMK_MODIFIER_DMA;
	}
}

AMK_JUDGE(made_of)
{
	u32 bits, claimed = bits_claimed(claim->about);

	if (!amk_finding_bits(finding, evidence, claim->about, &bits))
		return;
	flag_say(finding, flag_name(claim->about), bits);
	if (bits == claimed)
		amk_finding_set(finding, AMK_CLAIM_HOLDS, "%s", "");
	else
		amk_finding_set(finding, AMK_CLAIM_OUTDATED, "made of other modifiers now");
}

AMK_JUDGE(no_zone)
{
	u32 bits;

	if (!amk_finding_bits(finding, evidence, claim->about, &bits))
		return;
	flag_say(finding, flag_name(claim->about), bits);
	amk_finding_set(finding, bits & AMK_CLAIM_ZONES ? AMK_CLAIM_FAILS : AMK_CLAIM_HOLDS, "%s",
			"");
}

/* The modifier itself: there, gone, and what does its job now. */
AMK_JUDGE(wait_modifier)
{
	u32 known, kernel;

	(void)claim;
	if (!amk_finding_bits(finding, evidence, AMK_METRIC_gfp_known, &known) ||
	    !amk_finding_bits(finding, evidence, AMK_METRIC_gfp_kernel, &kernel))
		return;
	amk_finding_add(finding, "__GFP_WAIT: %s",
			known & AMK_MODIFIER_WAIT ? "there" : "not in the headers");
	flag_say(finding, "GFP_KERNEL", kernel);
	if (known & AMK_MODIFIER_WAIT)
		amk_finding_set(finding, AMK_CLAIM_HOLDS, "%s", "");
	else
		amk_finding_set(finding, AMK_CLAIM_OUTDATED,
				"to sleep is __GFP_DIRECT_RECLAIM, a part of __GFP_RECLAIM");
}

/* A modifier that one flag has and its restricted sister has not. */
static void in_one_only(const struct amk_evidence *evidence, u32 modifier, int with, int without,
			struct amk_finding *finding)
{
	u32 has, lacks;

	if (!amk_finding_bits(finding, evidence, with, &has) ||
	    !amk_finding_bits(finding, evidence, without, &lacks))
		return;
	flag_say(finding, flag_name(with), has);
	flag_say(finding, flag_name(without), lacks);
	if (has & modifier && !(lacks & modifier))
		amk_finding_set(finding, AMK_CLAIM_HOLDS, "by the headers");
	else
		amk_finding_set(finding, AMK_CLAIM_FAILS, "%s", "");
}

AMK_JUDGE(starts_io)
{
	(void)claim;
	in_one_only(evidence, AMK_MODIFIER_IO, AMK_METRIC_gfp_kernel, AMK_METRIC_gfp_noio, finding);
}

AMK_JUDGE(starts_fs)
{
	(void)claim;
	in_one_only(evidence, AMK_MODIFIER_FS, AMK_METRIC_gfp_kernel, AMK_METRIC_gfp_nofs, finding);
}

AMK_JUDGE(high_in_atomic)
{
	(void)claim;
	in_one_only(evidence, AMK_MODIFIER_HIGH, AMK_METRIC_gfp_atomic, AMK_METRIC_gfp_kernel,
		    finding);
}

AMK_JUDGE(sleep_is_action)
{
	(void)claim;
	in_one_only(evidence, AMK_MODIFIER_DIRECT_RECLAIM, AMK_METRIC_gfp_kernel,
		    AMK_METRIC_gfp_atomic, finding);
}

/* Action modifiers, zone modifiers, and types, which are made of them. */
AMK_JUDGE(three_groups)
{
	u32 kernel, dma;

	(void)claim;
	if (!amk_finding_bits(finding, evidence, AMK_METRIC_gfp_kernel, &kernel) ||
	    !amk_finding_bits(finding, evidence, AMK_METRIC_gfp_dma, &dma))
		return;
	flag_say(finding, "GFP_KERNEL", kernel);
	flag_say(finding, "GFP_DMA", dma);
	if (kernel && !(kernel & AMK_CLAIM_ZONES) && dma & AMK_CLAIM_ZONES &&
	    !(dma & ~AMK_CLAIM_ZONES))
		amk_finding_set(finding, AMK_CLAIM_HOLDS, "%s", "");
	else
		amk_finding_set(finding, AMK_CLAIM_FAILS, "%s", "");
}

/* The page has them declared as int and as unsigned int; they have a type of their own. */
AMK_JUDGE(plain_int)
{
	struct amk_point at = { .strategy = AMK_STRATEGY_ID_kernel_null,
				.workload = AMK_WORKLOAD_ID_gfp,
				.metric = AMK_METRIC_gfp_type_bytes };
	struct amk_found bytes, is_int;

	(void)claim;
	if (!amk_finding_need(finding, evidence, &at, &bytes))
		return;
	at.metric = AMK_METRIC_gfp_type_signed;
	if (!amk_finding_need(finding, evidence, &at, &is_int))
		return;
	amk_finding_add(finding, "flags are a gfp_t: %.0f bytes, %s", bytes.value,
			is_int.value > 0 ? "an int" : "unsigned");
	if (is_int.value > 0)
		amk_finding_set(finding, AMK_CLAIM_HOLDS, "%s", "");
	else
		amk_finding_set(finding, AMK_CLAIM_OUTDATED, "flags have a type of their own");
}

/* GFP_NOWAIT is not in the text, but what it calls "does not sleep" and no more. */
AMK_JUDGE(nowait_only_wakes)
{
	u32 bits;

	(void)claim;
	if (!amk_finding_bits(finding, evidence, AMK_METRIC_gfp_nowait, &bits))
		return;
	flag_say(finding, "GFP_NOWAIT", bits);
	if (bits & (AMK_MODIFIER_DIRECT_RECLAIM | AMK_MODIFIER_HIGH))
		amk_finding_set(finding, AMK_CLAIM_FAILS, "%s", "");
	else
		amk_finding_set(finding, AMK_CLAIM_HOLDS, "%s", "");
}

/* Pages of a batch of all sizes, and those of them that @metric counts. */
static bool origin_sum(const struct amk_evidence *evidence, int strategy, enum amk_metric_id metric,
		       double *pages, double *of_them, struct amk_finding *finding)
{
	struct amk_point at = { .strategy = (enum amk_strategy_id)strategy,
				.workload = AMK_WORKLOAD_ID_origin,
				.metric = metric };
	u64 size[AMK_EVIDENCE_SIZES_MAX];
	const struct amk_costs *run;
	struct amk_found all, some;
	u32 i, n = amk_finding_sizes(finding, evidence, &at, &run, size);

	*pages = *of_them = 0;
	for (i = 0; i < n; i++) {
		at.size_bytes = size[i];
		at.metric = metric;
		if (!amk_finding_take(finding, run, &at, &some))
			continue;
		at.metric = AMK_METRIC_origin_pages;
		if (!amk_finding_take(finding, run, &at, &all))
			continue;
		*pages += all.value;
		*of_them += some.value;
	}
	return n && *pages > 0;
}

/* All pages below a bound, and not by chance: where another strategy's lie is said, too. */
static void below(const struct amk_evidence *evidence, int strategy, int other,
		  enum amk_metric_id metric, const char *bound, struct amk_finding *finding)
{
	double pages, low, other_pages, other_low;

	if (!origin_sum(evidence, strategy, metric, &pages, &low, finding))
		return;
	amk_finding_add(finding, "%s: %.0f of %.0f pages below %s", amk_strategies[strategy].name,
			low, pages, bound);
	if (low < pages) {
		amk_finding_set(finding, AMK_CLAIM_FAILS, "%s", "");
		return;
	}
	if (!origin_sum(evidence, other, metric, &other_pages, &other_low, finding)) {
		amk_finding_set(finding, AMK_CLAIM_HOLDS, "%s", "");
		return;
	}
	amk_finding_add(finding, "; %s: %.0f of %.0f", amk_strategies[other].name, other_low,
			other_pages);
	if (other_low < other_pages)
		amk_finding_set(finding, AMK_CLAIM_HOLDS, "%s", "");
	else
		amk_finding_set(finding, AMK_CLAIM_HOLDS_HERE, "no memory lies higher here");
}

/* What a device can reach is the architecture's: on x86 the first 16 MiB. */
AMK_JUDGE(dma_below)
{
	below(evidence, claim->about, AMK_STRATEGY_ID_kernel_kmalloc, AMK_METRIC_origin_below_16m,
	      "16 MiB", finding);
	if (finding->verdict == AMK_CLAIM_HOLDS)
		amk_finding_set(finding, AMK_CLAIM_HOLDS_HERE,
				"below 16 MiB, what ISA reaches; other machines draw other lines");
}

AMK_JUDGE(dma32_below)
{
	below(evidence, claim->about, AMK_STRATEGY_ID_kernel_alloc_pages,
	      AMK_METRIC_origin_below_4g, "4 GiB", finding);
}

/* The zone decides where the frames are from: they lie elsewhere with and without it. */
AMK_JUDGE(zone_decides)
{
	double with, with_low, without, without_low;
	const enum amk_metric_id metric = AMK_METRIC_origin_dma;

	if (!origin_sum(evidence, claim->about, metric, &with, &with_low, finding) ||
	    !origin_sum(evidence, AMK_STRATEGY_ID_kernel_kmalloc, metric, &without, &without_low,
			finding))
		return;
	amk_finding_add(finding,
			"pages from the DMA zone: kmalloc-dma %.0f of %.0f, kmalloc %.0f "
			"of %.0f",
			with_low, with, without_low, without);
	if (with_low == with && without_low < without)
		amk_finding_set(finding, AMK_CLAIM_HOLDS, "%s", "");
	else
		amk_finding_set(finding, AMK_CLAIM_FAILS, "%s", "");
}
