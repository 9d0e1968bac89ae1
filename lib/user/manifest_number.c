// SPDX-License-Identifier: GPL-2.0-only
/*
 * A number that a manifest tells of its run, found by the name that people call it: "threads" for
 * what stands there as comparability "place.threads". What the run was set to comes before what was
 * read when it began, and that before what the machine is.
 */
#include <ctype.h>
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/user/manifest.h"

/* Whether @key is called @name: whole, or by what stands behind a dot. */
static bool key_called(const char *key, const char *name)
{
	size_t key_len = strlen(key), len = strlen(name);

	if (key_len < len || strcmp(key + key_len - len, name))
		return false;
	return key_len == len || key[key_len - len - 1] == '.';
}

/* The value in @group called @name, whole names first; NULL. */
static const json_t *value_find(json_t *group, const char *name)
{
	const json_t *value = json_object_get(group, name);
	const char *key;
	json_t *each;

	if (value)
		return value;
	json_object_foreach(group, key, each)
		if (key_called(key, name))
			return each;
	return NULL;
}

/* A number, and at most one word behind it, which is its unit. 0 or -EINVAL. */
static int text_number(const char *text, double *number)
{
	char *end;

	*number = strtod(text, &end);
	if (end == text || !isfinite(*number))
		return -EINVAL;
	while (*end == ' ')
		end++;
	while (isalpha((unsigned char)*end) || *end == '%')
		end++;
	return *end ? -EINVAL : 0;
}

int amk_manifest_number(const struct amk_run_data *data, const char *name, double *number)
{
	json_t *top = data->manifest;
	json_t *const group[] = {
		json_object_get(top, "comparability"),
		json_object_get(json_object_get(top, "state"), "begin"),
		json_object_get(top, "options"),
		json_object_get(top, "machine"),
	};
	const json_t *value = NULL;
	size_t i;

	for (i = 0; !value && i < AMK_ARRAY_SIZE(group); i++)
		value = value_find(group[i], name);
	if (!value)
		return -ENOENT;
	if (json_is_string(value))
		return text_number(json_string_value(value), number);
	if (!json_is_number(value))
		return -EINVAL;
	*number = json_number_value(value);
	return 0;
}
