/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a run says of translation: by what its ranges were mapped, how often the model and the
 * counters see a load walk the page tables, and what a walk costs.
 */
#ifndef AMK_TRANSLATION_H
#define AMK_TRANSLATION_H

#include "lib/user/summary.h"

/* Model and measurement further apart than this, in page walks a load, are said to be. */
#define AMK_TRANSLATION_WIDE 0.25

/* A cell of chase or alias. Numbers are NAN where there is none. */
struct amk_translation {
	const struct amk_strategy *strategy;
	u64 size_bytes;
	double model; /* page walks a load, one line a page */
	double measured; /* the same, counted */
	double load; /* a load, one line a page, in the run's unit */
	double dense; /* the same, packed densely (chase) */
	double model_alias; /* page walks a load from the same frames by 4 KiB (alias) */
	double load_alias; /* such a load (alias) */
	char level[16]; /* what maps most of it, such as "2M" or "2M 67%"; "?": not known */
};

/* What the run's cells of @workload ("chase" or "alias") say; false: there is no such cell. */
bool amk_translation_find(const struct amk_summary *s, size_t n,
			  const struct amk_strategy *strategy, const char *workload, u64 size_bytes,
			  struct amk_translation *t);

/* Whether times in @environment tell what hardware does when it translates. */
bool amk_translation_real(const char *environment);

/* The geometry that the model of the run worked with, as text; NULL: none. */
const char *amk_translation_tlb(const struct amk_run_data *data, bool *given);

/* Prints the section; nothing where the run has no chase. */
void amk_translation_print(const struct amk_run_data *data, const struct amk_summary *s, size_t n);

#endif
