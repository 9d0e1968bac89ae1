// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a manifest says, for people to read: see manifest.h.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/user/manifest.h"

/* The readings of a state are a level further down. */
static json_t *place(const struct amk_run_data *data, const char *group)
{
	static const char state[] = "state.";

	if (group && !strncmp(group, state, sizeof(state) - 1))
		return json_object_get(json_object_get(data->manifest, "state"),
				       group + sizeof(state) - 1);
	return group ? json_object_get(data->manifest, group) : data->manifest;
}

static char *value_text(const json_t *value)
{
	char *text = NULL;
	size_t i;

	if (json_is_string(value))
		return strdup(json_string_value(value));
	if (json_is_boolean(value))
		return strdup(json_is_true(value) ? "yes" : "no");
	if (json_is_integer(value))
		return asprintf(&text, "%lld", (long long)json_integer_value(value)) < 0 ? NULL :
											   text;
	if (!json_is_array(value) || !json_array_size(value))
		return NULL;
	for (i = 0; i < json_array_size(value); i++) {
		const char *item = json_string_value(json_array_get(value, i));
		char *more;

		if (asprintf(&more, "%s%s%s", text ? text : "", text ? ", " : "",
			     item ? item : "?") < 0)
			break;
		free(text);
		text = more;
	}
	return text;
}

char *amk_manifest_text(const struct amk_run_data *data, const char *group, const char *key)
{
	return value_text(json_object_get(place(data, group), key));
}

bool amk_manifest_has(const struct amk_run_data *data, const char *group, const char *key)
{
	return json_object_get(place(data, group), key);
}

const char *amk_manifest_key(const struct amk_run_data *data, const char *group, size_t at)
{
	json_t *object = place(data, group);
	void *iter = json_object_iter(object);

	for (; iter && at; at--)
		iter = json_object_iter_next(object, iter);
	return iter ? json_object_iter_key(iter) : NULL;
}
