/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Named facts about where a run takes place, in the three groups of a manifest. Two runs can be
 * told apart by machine or by comparability; a reading that moves by itself is state.
 */
#ifndef AMK_FACTS_H
#define AMK_FACTS_H

#include "lib/core/deps.h"

enum amk_fact_group {
	AMK_FACT_MACHINE, /* what it is: processor, caches, memory */
	AMK_FACT_COMPARABILITY, /* how it is set: kernel, mitigations, huge pages, allocator */
	AMK_FACT_STATE, /* how it is just now: free memory, load */
	AMK_NR_FACT_GROUPS
};

struct amk_fact {
	enum amk_fact_group group;
	char *key;
	char *value;
};

struct amk_facts {
	struct amk_fact *fact;
	size_t nr_facts;
	bool incomplete; /* there was no memory for all */
};

/* The name of a group as it stands in the manifest. */
const char *amk_fact_group_name(enum amk_fact_group group);

/* Adds a fact; key and value are copied. Trailing white space of @value is dropped. */
void amk_facts_add(struct amk_facts *facts, enum amk_fact_group group, const char *key,
		   const char *value);
void amk_facts_addf(struct amk_facts *facts, enum amk_fact_group group, const char *key,
		    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The value of a fact, or NULL. */
const char *amk_facts_find(const struct amk_facts *facts, enum amk_fact_group group,
			   const char *key);
void amk_facts_free(struct amk_facts *facts);

#endif
