// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of claims, and what all functions that judge them have in common: see claim.h.
 */
#include "bench/claim.h"

#include <stdarg.h>
#include <stdio.h>

#include "bench/translation.h"

const struct amk_claim amk_claims[] = {
#define AMK_CLAIM(name, theme, lines, about, judge, statement, experiment, rule, since) \
	{ name,	     AMK_THEME_##theme, lines, about, amk_judge_##judge,                \
	  statement, experiment,	rule,  since },
#include "claim.def"
#undef AMK_CLAIM
};

const u32 amk_nr_claims = AMK_ARRAY_SIZE(amk_claims);

const struct amk_claim *amk_claim_find(const char *name)
{
	u32 i;

	for (i = 0; i < amk_nr_claims; i++)
		if (!strcmp(amk_claims[i].name, name))
			return &amk_claims[i];
	return NULL;
}

const char *amk_claim_theme_name(enum amk_claim_theme theme)
{
	static const char *const names[AMK_NR_THEMES] = {
		[AMK_THEME_memory] = "memory",		 [AMK_THEME_zeroing] = "zeroing",
		[AMK_THEME_limits] = "limits",		 [AMK_THEME_cost] = "cost",
		[AMK_THEME_translation] = "translation", [AMK_THEME_flags] = "flags",
		[AMK_THEME_context] = "context",
	};

	return names[theme];
}

const char *amk_claim_verdict_name(enum amk_claim_verdict verdict)
{
	static const char *const names[AMK_NR_CLAIM_VERDICTS] = {
		[AMK_CLAIM_HOLDS] = "holds",
		[AMK_CLAIM_HOLDS_HERE] = "holds here",
		[AMK_CLAIM_FAILS] = "does not hold",
		[AMK_CLAIM_OUTDATED] = "out of date",
		[AMK_CLAIM_UNTESTED] = "not testable here",
	};

	return names[verdict];
}

/* A verdict without a number would be an opinion. */
void amk_claim_judge(const struct amk_claim *claim, const struct amk_evidence *evidence,
		     struct amk_finding *finding)
{
	memset(finding, 0, sizeof(*finding));
	finding->verdict = AMK_CLAIM_UNTESTED;
	claim->judge(evidence, claim, finding);
	if (finding->verdict != AMK_CLAIM_UNTESTED && !finding->nr_rounds)
		amk_finding_set(finding, AMK_CLAIM_UNTESTED, "no number behind it");
}

void amk_finding_set(struct amk_finding *finding, enum amk_claim_verdict verdict, const char *why,
		     ...)
{
	va_list args;

	finding->verdict = verdict;
	va_start(args, why);
	vsnprintf(finding->why, sizeof(finding->why), why, args);
	va_end(args);
}

void amk_finding_add(struct amk_finding *finding, const char *format, ...)
{
	size_t len = strlen(finding->figures);
	va_list args;

	va_start(args, format);
	vsnprintf(finding->figures + len, sizeof(finding->figures) - len, format, args);
	va_end(args);
}

static void figure_count(struct amk_finding *finding, const struct amk_found *figure)
{
	if (!finding->nr_rounds || figure->nr_rounds < finding->nr_rounds)
		finding->nr_rounds = figure->nr_rounds;
}

bool amk_finding_need(struct amk_finding *finding, const struct amk_evidence *evidence,
		      const struct amk_point *point, struct amk_found *figure)
{
	char buffer[AMK_MISSING_LEN];

	if (amk_evidence_find(evidence, point, figure)) {
		figure_count(finding, figure);
		return true;
	}
	amk_finding_set(finding, AMK_CLAIM_UNTESTED, "%s",
			amk_evidence_missing(evidence, point, buffer));
	return false;
}

bool amk_finding_take(struct amk_finding *finding, const struct amk_costs *run,
		      const struct amk_point *point, struct amk_found *figure)
{
	if (!amk_evidence_in(run, point, figure))
		return false;
	figure_count(finding, figure);
	return true;
}

u32 amk_finding_sizes(struct amk_finding *finding, const struct amk_evidence *evidence,
		      const struct amk_point *like, const struct amk_costs **run,
		      u64 size[AMK_EVIDENCE_SIZES_MAX])
{
	char buffer[AMK_MISSING_LEN];

	*run = amk_evidence_run(evidence, like);
	if (*run)
		return amk_evidence_sizes(*run, like, size);
	amk_finding_set(finding, AMK_CLAIM_UNTESTED, "%s",
			amk_evidence_missing(evidence, like, buffer));
	return 0;
}

void amk_finding_cost(struct amk_finding *finding, const struct amk_costs *run)
{
	if (amk_translation_real(run->environment))
		amk_finding_set(finding, AMK_CLAIM_HOLDS, "%s", "");
	else if (!strcmp(run->unit, "insn"))
		amk_finding_set(finding, AMK_CLAIM_HOLDS_HERE,
				"instructions, emulated: caches and TLB cost nothing");
	else
		amk_finding_set(finding, AMK_CLAIM_HOLDS_HERE,
				"emulated: times say nothing of hardware");
}
