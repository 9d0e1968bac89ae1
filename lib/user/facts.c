// SPDX-License-Identifier: GPL-2.0-only
/*
 * Named facts about where a run takes place: see facts.h.
 */
#include "lib/user/facts.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

const char *amk_fact_group_name(enum amk_fact_group group)
{
	static const char *const names[AMK_NR_FACT_GROUPS] = {
		[AMK_FACT_MACHINE] = "machine",
		[AMK_FACT_COMPARABILITY] = "comparability",
		[AMK_FACT_STATE] = "state",
	};

	return names[group];
}

static struct amk_fact *facts_grow(struct amk_facts *facts)
{
	struct amk_fact *grown;

	grown = reallocarray(facts->fact, facts->nr_facts + 1, sizeof(*grown));
	if (!grown) {
		facts->incomplete = true;
		return NULL;
	}
	facts->fact = grown;
	return &grown[facts->nr_facts];
}

void amk_facts_add(struct amk_facts *facts, enum amk_fact_group group, const char *key,
		   const char *value)
{
	struct amk_fact *fact = facts_grow(facts);
	size_t len = strlen(value);

	if (!fact)
		return;
	while (len && isspace((unsigned char)value[len - 1]))
		len--;
	fact->group = group;
	fact->key = strdup(key);
	fact->value = strndup(value, len);
	if (fact->key && fact->value) {
		facts->nr_facts++;
		return;
	}
	free(fact->key);
	free(fact->value);
	facts->incomplete = true;
}

void amk_facts_addf(struct amk_facts *facts, enum amk_fact_group group, const char *key,
		    const char *format, ...)
{
	va_list args;
	char *value;
	int len;

	va_start(args, format);
	len = vasprintf(&value, format, args);
	va_end(args);
	if (len < 0) {
		facts->incomplete = true;
		return;
	}
	amk_facts_add(facts, group, key, value);
	free(value);
}

const char *amk_facts_find(const struct amk_facts *facts, enum amk_fact_group group,
			   const char *key)
{
	size_t i;

	for (i = 0; i < facts->nr_facts; i++)
		if (facts->fact[i].group == group && !strcmp(facts->fact[i].key, key))
			return facts->fact[i].value;
	return NULL;
}

void amk_facts_free(struct amk_facts *facts)
{
	size_t i;

	for (i = 0; i < facts->nr_facts; i++) {
		free(facts->fact[i].key);
		free(facts->fact[i].value);
	}
	free(facts->fact);
	memset(facts, 0, sizeof(*facts));
}
