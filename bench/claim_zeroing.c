// SPDX-License-Identifier: GPL-2.0-only
/*
 * Claims about zeroing. Memory is filled with a poison, freed and allocated again: what still holds
 * the poison was not zeroed; what reads zero was, if memory came back at all. The kernel's setting
 * init_on_alloc, a distribution's default, changes the answer: each run says which one it had.
 */
#include "bench/claim.h"

/* What the zero workload of one run found, all sizes together. */
struct contents {
	double checked;
	double stale;
	double nonzero;
	double reused;
	int init_on_alloc;
};

static void contents_add(const struct amk_costs *run, struct amk_point *at, double *sum,
			 enum amk_metric_id metric, struct amk_finding *finding)
{
	struct amk_found f;

	at->metric = metric;
	if (amk_finding_take(finding, run, at, &f))
		*sum += f.most;
}

static bool contents_read(const struct amk_costs *run, int strategy, struct contents *c,
			  struct amk_finding *finding)
{
	struct amk_point at = { .strategy = (enum amk_strategy_id)strategy,
				.workload = AMK_WORKLOAD_ID_zero,
				.metric = AMK_METRIC_bytes_checked };
	u64 size[AMK_EVIDENCE_SIZES_MAX];
	u32 i, n = amk_evidence_sizes(run, &at, size);

	memset(c, 0, sizeof(*c));
	for (i = 0; i < n; i++) {
		at.size_bytes = size[i];
		contents_add(run, &at, &c->checked, AMK_METRIC_bytes_checked, finding);
		contents_add(run, &at, &c->stale, AMK_METRIC_bytes_stale, finding);
		contents_add(run, &at, &c->nonzero, AMK_METRIC_bytes_nonzero, finding);
		contents_add(run, &at, &c->reused, AMK_METRIC_reused, finding);
	}
	c->init_on_alloc = amk_evidence_setting(run, "init_on_alloc");
	return c->checked > 0;
}

static void contents_say(struct amk_finding *finding, const struct contents *c)
{
	amk_finding_add(finding, "%s", *finding->figures ? "; " : "");
	if (c->init_on_alloc >= 0)
		amk_finding_add(finding, "init_on_alloc=%d: ", c->init_on_alloc);
	amk_finding_add(finding,
			"of %.0f bytes %.0f not zero, %.0f as left (%.0f objects where one was)",
			c->checked, c->nonzero, c->stale, c->reused);
}

static void contents_missing(const struct amk_evidence *evidence, int strategy,
			     struct amk_finding *finding)
{
	const struct amk_point at = { .strategy = (enum amk_strategy_id)strategy,
				      .workload = AMK_WORKLOAD_ID_zero,
				      .metric = AMK_METRIC_bytes_checked };
	char buffer[AMK_MISSING_LEN];

	amk_finding_set(finding, AMK_CLAIM_UNTESTED, "%s",
			amk_evidence_missing(evidence, &at, buffer));
}

AMK_JUDGE(zeroed)
{
	double nonzero = 0, reused = 0, checked = 0;
	struct contents c;
	u32 i;

	for (i = 0; i < evidence->nr_runs; i++) {
		if (!contents_read(evidence->run[i], claim->about, &c, finding))
			continue;
		contents_say(finding, &c);
		nonzero += c.nonzero;
		reused += c.reused;
		checked += c.checked;
	}
	if (!checked)
		contents_missing(evidence, claim->about, finding);
	else if (nonzero > 0)
		amk_finding_set(finding, AMK_CLAIM_FAILS, "%s", "");
	else if (reused > 0)
		amk_finding_set(finding, AMK_CLAIM_HOLDS, "%s", "");
	else
		amk_finding_set(finding, AMK_CLAIM_UNTESTED, "no memory came back to be looked at");
}

/* Where memory is zeroed for everybody, that it reads zero is no promise of the function's. */
AMK_JUDGE(left_as_it_was)
{
	bool stale = false, zeroed = false, checked = false;
	struct contents c;
	u32 i;

	for (i = 0; i < evidence->nr_runs; i++) {
		if (!contents_read(evidence->run[i], claim->about, &c, finding))
			continue;
		contents_say(finding, &c);
		checked = true;
		stale |= c.stale > 0;
		zeroed |= !c.nonzero && c.init_on_alloc == 1;
	}
	if (!checked)
		contents_missing(evidence, claim->about, finding);
	else if (stale && zeroed)
		amk_finding_set(finding, AMK_CLAIM_HOLDS_HERE,
				"by init_on_alloc=0 only: with 1 it reads zero");
	else if (stale)
		amk_finding_set(finding, AMK_CLAIM_HOLDS, "%s", "");
	else if (zeroed)
		amk_finding_set(finding, AMK_CLAIM_FAILS, "init_on_alloc=1 zeroes it");
	else
		amk_finding_set(finding, AMK_CLAIM_UNTESTED,
				"nothing came back as it was left, which proves nothing");
}
