// SPDX-License-Identifier: GPL-2.0-only
/*
 * Claims about what happens when memory is short: how far into the last pages each flag gets, and
 * whether its caller reclaims or sleeps. Measured in a small guest whose memory is all used.
 */
#include "bench/claim.h"

static bool reserve_read(const struct amk_evidence *evidence, enum amk_metric_id metric,
			 double *value, struct amk_finding *finding)
{
	const struct amk_point at = { .strategy = AMK_STRATEGY_ID_kernel_null,
				      .workload = AMK_WORKLOAD_ID_reserves,
				      .metric = metric };
	struct amk_found f;

	if (!amk_finding_need(finding, evidence, &at, &f))
		return false;
	*value = f.value;
	return true;
}

/* What one flag got after those before it were refused, and where the zone then stood. */
struct reserve {
	double pages;
	double free;
	double min;
};

#define RESERVE_READ(flag, reserve)                                                             \
	(reserve_read(evidence, AMK_METRIC_reserve_##flag, &(reserve)->pages, finding) &&       \
	 reserve_read(evidence, AMK_METRIC_reserve_##flag##_free, &(reserve)->free, finding) && \
	 reserve_read(evidence, AMK_METRIC_reserve_##flag##_min, &(reserve)->min, finding))

static void reserve_say(struct amk_finding *finding, const char *flag, const struct reserve *r)
{
	amk_finding_add(finding, "%s%s: %.0f pages, refused at %.0f free (min %.0f)",
			*finding->figures ? "; then " : "", flag, r->pages, r->free, r->min);
}

/*
 * Pages came where GFP_NOWAIT, which has no such right, got none, and not by reclaim alone: fewer
 * are free after it. Pages that are kept for atomic requests of more than one page count as free
 * but are for neither of the two, so that both may be refused above the watermark.
 */
AMK_JUDGE(high_uses_reserves)
{
	struct reserve nowait, high;

	(void)claim;
	if (!RESERVE_READ(nowait, &nowait) || !RESERVE_READ(high, &high))
		return;
	reserve_say(finding, "GFP_NOWAIT", &nowait);
	reserve_say(finding, "GFP_KERNEL|__GFP_HIGH", &high);
	if (high.pages > 0 && high.free < nowait.free)
		amk_finding_set(finding, AMK_CLAIM_HOLDS, "%s", "");
	else
		amk_finding_set(finding, AMK_CLAIM_FAILS, "%s", "");
}

AMK_JUDGE(atomic_goes_furthest)
{
	struct reserve nowait, high, atomic;

	(void)claim;
	if (!RESERVE_READ(nowait, &nowait) || !RESERVE_READ(high, &high) ||
	    !RESERVE_READ(atomic, &atomic))
		return;
	reserve_say(finding, "GFP_NOWAIT", &nowait);
	reserve_say(finding, "GFP_KERNEL|__GFP_HIGH", &high);
	reserve_say(finding, "GFP_ATOMIC", &atomic);
	if (high.pages + atomic.pages > 0 && atomic.free < nowait.free)
		amk_finding_set(finding, AMK_CLAIM_HOLDS, "%s", "");
	else
		amk_finding_set(finding, AMK_CLAIM_FAILS, "%s", "");
}

/* It reclaims in place of using reserves: it stops no lower than GFP_ATOMIC did. */
AMK_JUDGE(kernel_stops_first)
{
	struct reserve atomic, noretry;
	double stalls;

	(void)claim;
	if (!RESERVE_READ(atomic, &atomic) || !RESERVE_READ(noretry, &noretry) ||
	    !reserve_read(evidence, AMK_METRIC_reserve_stalls, &stalls, finding))
		return;
	reserve_say(finding, "GFP_ATOMIC", &atomic);
	reserve_say(finding, "GFP_KERNEL|__GFP_NORETRY", &noretry);
	amk_finding_add(finding, ", after %.0f direct reclaims", stalls);
	if (noretry.free >= atomic.free && stalls > 0)
		amk_finding_set(finding, AMK_CLAIM_HOLDS, "%s", "");
	else
		amk_finding_set(finding, AMK_CLAIM_FAILS, "%s", "");
}

/* What a strategy's calls did when a page could only be had by reclaim. */
struct squeeze {
	double tried;
	double given;
	double slept;
	double stalls;
	double scanned;
	double oom;
	double cost; /* of a call at the largest size, given or refused; 0: not known */
	const char *unit;
};

static void pressure_add(struct amk_finding *finding, const struct amk_costs *run,
			 struct amk_point at, enum amk_metric_id metric, double *sum)
{
	struct amk_found f;

	at.metric = metric;
	if (amk_finding_take(finding, run, &at, &f))
		*sum += f.value;
}

/* All sizes together: of the small ones the slab has some in store and asks for no page. */
static bool squeeze_read(const struct amk_evidence *evidence, int strategy, struct squeeze *s,
			 struct amk_finding *finding)
{
	struct amk_point at = { .strategy = (enum amk_strategy_id)strategy,
				.workload = AMK_WORKLOAD_ID_pressure,
				.metric = AMK_METRIC_pressure_tried };
	u64 size[AMK_EVIDENCE_SIZES_MAX];
	const struct amk_costs *run;
	u32 i, n = amk_finding_sizes(finding, evidence, &at, &run, size);

	memset(s, 0, sizeof(*s));
	for (i = 0; i < n; i++) {
		at.size_bytes = size[i];
		pressure_add(finding, run, at, AMK_METRIC_pressure_tried, &s->tried);
		pressure_add(finding, run, at, AMK_METRIC_pressure_given, &s->given);
		pressure_add(finding, run, at, AMK_METRIC_pressure_slept, &s->slept);
		pressure_add(finding, run, at, AMK_METRIC_pressure_stalls, &s->stalls);
		pressure_add(finding, run, at, AMK_METRIC_pressure_scanned, &s->scanned);
		pressure_add(finding, run, at, AMK_METRIC_pressure_oom, &s->oom);
		s->cost = 0;
		pressure_add(finding, run, at, AMK_METRIC_lat_pressure, &s->cost);
	}
	if (n)
		s->unit = strcmp(run->unit, "insn") ? run->unit : "instructions";
	return n;
}

static void squeeze_say(struct amk_finding *finding, int strategy, const struct squeeze *s)
{
	amk_finding_add(finding,
			"%s%s, memory short: %.0f of %.0f given, %.0f direct reclaims, %.0f pages "
			"scanned, slept %.0f times%s",
			*finding->figures ? "; " : "", amk_strategies[strategy].name, s->given,
			s->tried, s->stalls, s->scanned, s->slept,
			s->oom > 0 ? ", let go before a kill" : "");
	if (s->cost > 0)
		amk_finding_add(finding, ", %.4g %s a call", s->cost, s->unit);
}

/* Where the page has to be made free first, its caller does that, and may sleep over it. */
/* Whether the claim's subject stalled or slept while memory was short, against what was said. */
static void stalls_judge(const struct amk_evidence *evidence, const struct amk_claim *claim,
			 struct amk_finding *finding, bool said)
{
	struct squeeze s;

	if (!squeeze_read(evidence, claim->about, &s, finding))
		return;
	squeeze_say(finding, claim->about, &s);
	if (!s.tried)
		amk_finding_set(finding, AMK_CLAIM_UNTESTED, "memory did not run short");
	else
		amk_finding_set(finding,
				(s.stalls + s.slept > 0) == said ? AMK_CLAIM_HOLDS :
								   AMK_CLAIM_FAILS,
				"%s", "");
}

AMK_JUDGE(reclaims_itself)
{
	stalls_judge(evidence, claim, finding, true);
}

AMK_JUDGE(never_reclaims)
{
	stalls_judge(evidence, claim, finding, false);
}

/* It says no where GFP_KERNEL alone would go on, up to killing somebody. */
AMK_JUDGE(gives_up)
{
	double stalls;
	struct reserve noretry;

	(void)claim;
	if (!RESERVE_READ(noretry, &noretry) ||
	    !reserve_read(evidence, AMK_METRIC_reserve_stalls, &stalls, finding))
		return;
	reserve_say(finding, "GFP_KERNEL|__GFP_NORETRY", &noretry);
	amk_finding_add(finding, ", after %.0f direct reclaims", stalls);
	amk_finding_set(finding, stalls > 0 ? AMK_CLAIM_HOLDS : AMK_CLAIM_FAILS, "%s", "");
}
