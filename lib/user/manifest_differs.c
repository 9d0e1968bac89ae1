// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where two manifests differ: see differences.h and manifest.h.
 */
#include "lib/user/differences.h"

#include <stdlib.h>

#include "lib/user/axis.h"
#include "lib/user/manifest.h"

static void list_add(struct amk_differences *list, const char *group, const char *key,
		     const char *base, const char *head)
{
	struct amk_difference *grown;

	grown = reallocarray(list->item, list->count + 1, sizeof(*grown));
	if (!grown) {
		list->incomplete = true;
		return;
	}
	list->item = grown;
	grown[list->count++] = (struct amk_difference){
		.group = group,
		.key = key,
		.base = base,
		.head = head,
		.axes = amk_axes_of(group, key, !base || !head),
	};
}

static void text_compare(struct amk_differences *list, const char *group, const char *key,
			 const char *base, const char *head)
{
	if (strcmp(base ? base : "", head ? head : ""))
		list_add(list, group, key, base, head);
}

/* What the kernel half alone knows is compared only where both had one. */
static bool from_kernel_half(const char *key)
{
	return !strncmp(key, "init_on_", 8) || !strcmp(key, "preempt_rt") ||
	       !strcmp(key, "kmalloc_max_bytes");
}

static void group_compare(struct amk_differences *list, enum amk_fact_group group, json_t *base,
			  json_t *head)
{
	const char *name = amk_fact_group_name(group), *key;
	json_t *value;

	json_object_foreach(base, key, value) {
		const char *other = json_string_value(json_object_get(head, key));

		if (other || !from_kernel_half(key))
			text_compare(list, name, key, json_string_value(value), other);
	}
	json_object_foreach(head, key, value)
		if (!json_object_get(base, key) && !from_kernel_half(key))
			list_add(list, name, key, NULL, json_string_value(value));
}

static json_t *group_of(const struct amk_run_data *data, enum amk_fact_group group)
{
	return json_object_get(data->manifest, amk_fact_group_name(group));
}

void amk_differences_find(const struct amk_run_data *base, const struct amk_run_data *head,
			  struct amk_differences *list)
{
	enum amk_fact_group group;

	memset(list, 0, sizeof(*list));
	text_compare(list, "", "environment", base->environment, head->environment);
	text_compare(list, "", "unit", base->unit, head->unit);
	for (group = AMK_FACT_MACHINE; group <= AMK_FACT_COMPARABILITY; group++)
		group_compare(list, group, group_of(base, group), group_of(head, group));
}

void amk_differences_free(struct amk_differences *list)
{
	free(list->item);
	memset(list, 0, sizeof(*list));
}

size_t amk_differences_refused(const struct amk_differences *list, u32 axes)
{
	size_t i, refused = 0;

	for (i = 0; i < list->count; i++)
		refused += !(list->item[i].axes & axes);
	return refused;
}

void amk_differences_text(const struct amk_differences *list, char text[AMK_ERROR_LEN])
{
	size_t len = 0, i;

	text[0] = '\0';
	for (i = 0; i < list->count; i++) {
		const struct amk_difference *d = &list->item[i];
		int more = snprintf(text + len, AMK_ERROR_LEN - len, "%s%s '%.60s' was '%.60s'",
				    len ? "; " : "", d->key, d->head ? d->head : "(none)",
				    d->base ? d->base : "(none)");

		if (more > 0 && (size_t)more < AMK_ERROR_LEN - len)
			len += (size_t)more;
		else
			text[len] = '\0';
	}
}

u32 amk_run_data_differs(const struct amk_run_data *a, const struct amk_run_data *b,
			 char text[AMK_ERROR_LEN])
{
	struct amk_differences list;
	u32 count;

	amk_differences_find(a, b, &list);
	amk_differences_text(&list, text);
	count = (u32)list.count;
	amk_differences_free(&list);
	return count;
}

static const json_t *protocol_field(const struct amk_run_data *data, const char *key)
{
	const json_t *options = json_object_get(data->manifest, "options");

	return json_object_get(json_object_get(options, "protocol"), key);
}

bool amk_run_data_bursts_differ(const struct amk_run_data *base, const struct amk_run_data *head)
{
	static const char *const keys[] = { "batch", "batch_bytes", "mem_max_bytes" };
	size_t i;

	for (i = 0; i < AMK_ARRAY_SIZE(keys); i++) {
		const json_t *x = protocol_field(base, keys[i]);
		const json_t *y = protocol_field(head, keys[i]);

		if (json_is_integer(x) && json_is_integer(y) &&
		    json_integer_value(x) != json_integer_value(y))
			return true;
	}
	return false;
}

static json_t *facts_object(const struct amk_facts *facts, enum amk_fact_group group)
{
	json_t *object = json_object();
	size_t i;

	for (i = 0; i < facts->nr_facts; i++)
		if (facts->fact[i].group == group)
			json_object_set_new(object, facts->fact[i].key,
					    json_string(facts->fact[i].value));
	return object;
}

u32 amk_manifest_differs(const struct amk_run_data *data, const struct amk_manifest *here,
			 char text[AMK_ERROR_LEN])
{
	json_t *now = json_object();
	struct amk_run_data run = {
		.manifest = now,
		.environment = here->environment,
		.unit = here->unit,
	};
	enum amk_fact_group group;
	u32 count;

	for (group = AMK_FACT_MACHINE; group <= AMK_FACT_COMPARABILITY; group++)
		json_object_set_new(now, amk_fact_group_name(group),
				    facts_object(here->facts, group));
	count = amk_run_data_differs(data, &run, text);
	json_decref(now);
	return count;
}
