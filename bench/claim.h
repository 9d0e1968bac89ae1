/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Claims about the kernel's allocators, each a row of claim.def: what is claimed, what it is held
 * to, and the function that says from recorded evidence alone whether it is so. A verdict comes
 * with the numbers behind it, or says why there are none.
 */
#ifndef AMK_CLAIM_H
#define AMK_CLAIM_H

#include "bench/evidence.h"

enum amk_claim_verdict {
	AMK_CLAIM_HOLDS, /* wherever this was measured */
	AMK_CLAIM_HOLDS_HERE, /* by how this kernel or machine is set, or as far as this shows */
	AMK_CLAIM_FAILS, /* does not hold */
	AMK_CLAIM_OUTDATED, /* was so in another kernel, or is called otherwise now */
	AMK_CLAIM_UNTESTED, /* not testable here */
	AMK_NR_CLAIM_VERDICTS
};

enum amk_claim_theme {
	AMK_THEME_memory,
	AMK_THEME_zeroing,
	AMK_THEME_limits,
	AMK_THEME_cost,
	AMK_THEME_translation,
	AMK_THEME_flags,
	AMK_THEME_context,
	AMK_NR_THEMES
};

/* The modifiers that say where memory is to come from; the others say how. */
#define AMK_CLAIM_ZONES \
	((u32)(AMK_MODIFIER_DMA | AMK_MODIFIER_DMA32 | AMK_MODIFIER_HIGHMEM | AMK_MODIFIER_MOVABLE))

#define AMK_FINDING_MAX 1024

struct amk_finding {
	enum amk_claim_verdict verdict;
	char why[192]; /* what the verdict rests on, or why there is none; "" if nothing */
	char figures[AMK_FINDING_MAX]; /* the numbers, with units */
	u32 nr_rounds; /* the fewest behind any of them; 0: no number */
};

struct amk_claim {
	const char *name;
	enum amk_claim_theme theme;
	const char *lines; /* of the text; "-": not in it */
	int about; /* what the function is asked about: a strategy's id, a metric's */
	void (*judge)(const struct amk_evidence *evidence, const struct amk_claim *claim,
		      struct amk_finding *finding);
	const char *statement; /* in our words */
	const char *experiment; /* the cells that it is held to */
	const char *rule; /* how the verdict follows */
	const char *since; /* what changed when, with its source; "" if nothing did */
};

extern const struct amk_claim amk_claims[];
extern const u32 amk_nr_claims;

/* The claim called @name, or NULL. */
const struct amk_claim *amk_claim_find(const char *name);
const char *amk_claim_theme_name(enum amk_claim_theme theme);
const char *amk_claim_verdict_name(enum amk_claim_verdict verdict);

/* What @evidence says of @claim. */
void amk_claim_judge(const struct amk_claim *claim, const struct amk_evidence *evidence,
		     struct amk_finding *finding);

/* ---- for the functions that judge ---- */

/* The verdict, and why. */
void amk_finding_set(struct amk_finding *finding, enum amk_claim_verdict verdict, const char *why,
		     ...) __attribute__((format(printf, 3, 4)));
/* More numbers, behind those that are there. */
void amk_finding_add(struct amk_finding *finding, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * The figure of @point, which becomes one of those behind the verdict; where there is none the
 * verdict says so and false is returned.
 */
bool amk_finding_need(struct amk_finding *finding, const struct amk_evidence *evidence,
		      const struct amk_point *point, struct amk_found *figure);
/* The same in one run; nothing is said where there is none. */
bool amk_finding_take(struct amk_finding *finding, const struct amk_costs *run,
		      const struct amk_point *point, struct amk_found *figure);

/*
 * The run and the sizes at which it has figures of @like; 0, and the verdict says why, where there
 * are none.
 */
u32 amk_finding_sizes(struct amk_finding *finding, const struct amk_evidence *evidence,
		      const struct amk_point *like, const struct amk_costs **run,
		      u64 size[AMK_EVIDENCE_SIZES_MAX]);

/* As amk_finding_need(): the modifiers of the flag that @metric of gfp is about, AMK_MODIFIER_*. */
bool amk_finding_bits(struct amk_finding *finding, const struct amk_evidence *evidence, int metric,
		      u32 *bits);

/* HOLDS on hardware; where costs of @run are emulated it holds as far as they tell. */
void amk_finding_cost(struct amk_finding *finding, const struct amk_costs *run);

/* Functions that judge: one for each rule, in claim_THEME.c. */
#define AMK_JUDGE(name)                                                                           \
	void amk_judge_##name(const struct amk_evidence *evidence, const struct amk_claim *claim, \
			      struct amk_finding *finding)

#define AMK_CLAIM(name, theme, lines, about, judge, statement, experiment, rule, since) \
	AMK_JUDGE(judge);
#include "claim.def"
#undef AMK_CLAIM

#endif
