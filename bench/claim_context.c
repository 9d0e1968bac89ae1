// SPDX-License-Identifier: GPL-2.0-only
/*
 * Claims about sleeping and about contexts: what a flag permits, by its modifiers, and what was
 * seen where it was used. To permit a sleep is not to sleep: without pressure nothing does.
 */
#include "bench/claim.h"
#include "lib/core/modifier.h"

static bool may_sleep(u32 bits)
{
	return bits & (AMK_MODIFIER_DIRECT_RECLAIM | AMK_MODIFIER_WAIT);
}

static const char *allows(u32 bits)
{
	return may_sleep(bits) ? "may reclaim itself" : "may not reclaim itself";
}

/* The function takes a flag, and of two flags one permits what the other does not. */
AMK_JUDGE(sleep_by_flag)
{
	struct amk_point at = { .strategy = (enum amk_strategy_id)claim->about,
				.workload = AMK_WORKLOAD_ID_pair,
				.metric = AMK_METRIC_lat_pair };
	u64 size[AMK_EVIDENCE_SIZES_MAX];
	const struct amk_costs *run;
	u32 kernel, atomic;

	if (!amk_finding_sizes(finding, evidence, &at, &run, size) ||
	    !amk_finding_bits(finding, evidence, AMK_METRIC_gfp_kernel, &kernel) ||
	    !amk_finding_bits(finding, evidence, AMK_METRIC_gfp_atomic, &atomic))
		return;
	amk_finding_add(finding, "GFP_KERNEL %#x %s, GFP_ATOMIC %#x %s", kernel, allows(kernel),
			atomic, allows(atomic));
	amk_finding_set(finding,
			may_sleep(kernel) && !may_sleep(atomic) ? AMK_CLAIM_HOLDS : AMK_CLAIM_FAILS,
			"%s", "");
}

/* What the kernel's own check said of a strategy's calls with preemption off. */
struct complaints {
	double calls;
	double reports;
	double given;
};

static bool complaints_read(const struct amk_evidence *evidence, int strategy, struct complaints *c,
			    struct amk_finding *finding)
{
	struct amk_point at = { .strategy = (enum amk_strategy_id)strategy,
				.workload = AMK_WORKLOAD_ID_illegal,
				.metric = AMK_METRIC_illegal_calls };
	struct amk_found f;

	if (!amk_finding_need(finding, evidence, &at, &f))
		return false;
	c->calls = f.value;
	at.metric = AMK_METRIC_illegal_reports;
	if (!amk_finding_need(finding, evidence, &at, &f))
		return false;
	c->reports = f.value;
	at.metric = AMK_METRIC_illegal_given;
	if (!amk_finding_need(finding, evidence, &at, &f))
		return false;
	c->given = f.value;
	amk_finding_add(finding,
			"%s%s with preemption off: %.0f complaints for %.0f calls, memory came "
			"from %.0f",
			*finding->figures ? "; " : "", amk_strategies[strategy].name, c->reports,
			c->calls, c->given);
	return true;
}

/*
 * The kernel takes it for a fault where nothing may sleep, and GFP_ATOMIC, the control, for none:
 * it is the call and not the place that it complains of.
 */
AMK_JUDGE(complained_of)
{
	struct complaints c, control;

	if (!complaints_read(evidence, claim->about, &c, finding) ||
	    !complaints_read(evidence, AMK_STRATEGY_ID_kernel_kmalloc_atomic, &control, finding))
		return;
	if (control.reports > 0)
		amk_finding_set(finding, AMK_CLAIM_UNTESTED,
				"the kernel complains of GFP_ATOMIC, too: it is the place");
	else if (c.calls > 0 && c.reports == c.calls)
		amk_finding_set(finding, AMK_CLAIM_HOLDS,
				"\"sleeping function called from invalid context\"");
	else
		amk_finding_set(finding, AMK_CLAIM_FAILS, "%s", "");
}

/* By its modifiers, and where the kernel checks for it, by its silence. */
AMK_JUDGE(never_sleeps)
{
	struct complaints c = { 0 };
	u32 bits;

	if (!amk_finding_bits(finding, evidence, AMK_METRIC_gfp_atomic, &bits))
		return;
	amk_finding_add(finding, "GFP_ATOMIC %#x %s", bits, allows(bits));
	if (may_sleep(bits)) {
		amk_finding_set(finding, AMK_CLAIM_FAILS, "%s", "");
		return;
	}
	if (!complaints_read(evidence, claim->about, &c, finding))
		amk_finding_set(finding, AMK_CLAIM_HOLDS, "by its modifiers");
	else if (c.reports > 0)
		amk_finding_set(finding, AMK_CLAIM_FAILS, "%s", "");
	else
		amk_finding_set(finding, AMK_CLAIM_HOLDS, "%s", "");
}

/* In a task, which may sleep: measured there, at how many sizes. */
AMK_JUDGE(in_a_task)
{
	struct amk_point at = { .strategy = (enum amk_strategy_id)claim->about,
				.workload = AMK_WORKLOAD_ID_pair,
				.metric = AMK_METRIC_lat_pair };
	u64 size[AMK_EVIDENCE_SIZES_MAX];
	const struct amk_costs *run;
	struct amk_found f;
	u32 kernel, n = amk_finding_sizes(finding, evidence, &at, &run, size);

	if (!n || !amk_finding_bits(finding, evidence, AMK_METRIC_gfp_kernel, &kernel))
		return;
	at.size_bytes = size[0];
	amk_finding_take(finding, run, &at, &f);
	amk_finding_add(finding, "allocated in a task at %u sizes; GFP_KERNEL %#x %s", n, kernel,
			allows(kernel));
	amk_finding_set(finding, may_sleep(kernel) ? AMK_CLAIM_HOLDS : AMK_CLAIM_FAILS, "%s", "");
}

/* How many slices of a timed loop ran in the context, which the code there looked up itself. */
static bool context_read(const struct amk_evidence *evidence, int strategy,
			 enum amk_workload_id workload, enum amk_metric_id within, double *slices,
			 double *real, struct amk_finding *finding)
{
	struct amk_point at = { .strategy = (enum amk_strategy_id)strategy,
				.workload = workload,
				.metric = AMK_METRIC_context_slices };
	u64 size[AMK_EVIDENCE_SIZES_MAX];
	const struct amk_costs *run;
	struct amk_found all, there;
	u32 n = amk_finding_sizes(finding, evidence, &at, &run, size);

	if (!n)
		return false;
	at.size_bytes = size[0];
	if (!amk_finding_need(finding, evidence, &at, &all))
		return false;
	at.metric = within;
	if (!amk_finding_need(finding, evidence, &at, &there))
		return false;
	*slices = all.value;
	*real = there.value;
	return true;
}

AMK_JUDGE(in_interrupts)
{
	double hard, hard_real, soft, soft_real;

	if (!context_read(evidence, claim->about, AMK_WORKLOAD_ID_pair_hardirq,
			  AMK_METRIC_context_hardirq, &hard, &hard_real, finding) ||
	    !context_read(evidence, claim->about, AMK_WORKLOAD_ID_pair_softirq,
			  AMK_METRIC_context_softirq, &soft, &soft_real, finding))
		return;
	amk_finding_add(finding,
			"%s: every call gave memory in %.0f of %.0f slices in a hard interrupt, "
			"%.0f of %.0f in a soft one",
			amk_strategies[claim->about].name, hard_real, hard, soft_real, soft);
	if (hard > 0 && hard_real == hard && soft > 0 && soft_real == soft)
		amk_finding_set(finding, AMK_CLAIM_HOLDS, "%s", "");
	else
		amk_finding_set(finding, AMK_CLAIM_FAILS, "it ran elsewhere");
}
