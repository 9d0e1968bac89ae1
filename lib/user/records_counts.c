// SPDX-License-Identifier: GPL-2.0-only
/*
 * The counts of a record as JSON, and back: see results/README.md for the fields. A count names the
 * loop that it is of by the metric of the loop's first lane.
 */
#include "lib/user/records_json.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include "lib/core/metric.h"
#include "lib/core/workload.h"
#include "lib/user/events.h"

#define NUMBER_MAX ((u64)INT64_MAX)

/* The lists of a count, one entry a pair. */
static const struct {
	const char *key;
	size_t field;
} lists[] = {
	{ "count_low", offsetof(struct amk_count_pair, count_low) },
	{ "count_high", offsetof(struct amk_count_pair, count_high) },
	{ "enabled_ns", offsetof(struct amk_count_pair, enabled_ns) },
	{ "running_ns", offsetof(struct amk_count_pair, running_ns) },
};

static u64 *pair_field(const struct amk_count_pair *pair, size_t field)
{
	return (u64 *)((uintptr_t)pair + field);
}

__attribute__((format(printf, 2, 3))) static bool fail(char *error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(error, AMK_ERROR_LEN, format, args);
	va_end(args);
	return false;
}

/* ---- to JSON ---- */

static bool set_number(json_t *object, const char *key, u64 value)
{
	return value <= NUMBER_MAX &&
	       !json_object_set_new(object, key, json_integer((json_int_t)value));
}

static bool set_list(json_t *object, const char *key, const struct amk_count *c, size_t field)
{
	json_t *list = json_array();
	bool ok = true;
	u32 i;

	for (i = 0; i < c->nr_pairs; i++) {
		u64 value = *pair_field(&c->pair[i], field);

		ok = value <= NUMBER_MAX &&
		     !json_array_append_new(list, json_integer((json_int_t)value)) && ok;
	}
	return !json_object_set_new(object, key, list) && ok;
}

static bool set_pairs(json_t *object, const struct amk_count *c)
{
	bool ok = set_number(object, "ops_low", c->ops_low) &&
		  set_number(object, "ops_high", c->ops_high);
	u32 i;

	for (i = 0; i < AMK_ARRAY_SIZE(lists); i++)
		ok = ok && set_list(object, lists[i].key, c, lists[i].field);
	if (c->flags & AMK_EVENT_USER_ONLY)
		ok = ok && !json_object_set_new(object, "user_only", json_true());
	return ok;
}

static bool set_skip(json_t *object, const struct amk_count *c)
{
	char buffer[32];

	return !json_object_set_new(object, "status", json_string(amk_status_name(c->status))) &&
	       set_number(object, "reason_code", c->reason) &&
	       !json_object_set_new(object, "reason",
				    json_string(amk_reason_text(c->reason, buffer)));
}

static json_t *count_encode(const struct amk_count *c, const struct amk_workload *w)
{
	json_t *object;

	if (!w || c->lane >= AMK_LANES_MAX || w->lane[c->lane] == AMK_METRIC_none ||
	    c->nr_pairs > AMK_COUNT_PAIRS_MAX)
		return NULL;
	object = json_object();
	if (!json_object_set_new(object, "metric",
				 json_stringn(c->metric, strnlen(c->metric, AMK_NAME_LEN))) &&
	    !json_object_set_new(object, "of", json_string(amk_metrics[w->lane[c->lane]].name)) &&
	    (c->status == AMK_STATUS_OK ? set_pairs(object, c) : set_skip(object, c)))
		return object;
	json_decref(object);
	return NULL;
}

json_t *amk_counts_encode(const struct amk_record *record)
{
	const struct amk_workload *w = amk_workload_find(record->workload);
	const struct amk_count *count = amk_record_counts(record);
	json_t *list = json_array();
	u32 i;

	for (i = 0; i < record->result.nr_counts && i < AMK_COUNTS_MAX; i++)
		if (json_array_append_new(list, count_encode(&count[i], w)))
			break;
	if (i == record->result.nr_counts)
		return list;
	json_decref(list);
	return NULL;
}

/* ---- from JSON ---- */

static bool read_metric(const json_t *object, struct amk_count *c, char *error)
{
	const char *name = NULL;

	if (!amk_json_string(object, "metric", &name, error))
		return false;
	if (!amk_event_find(name))
		return fail(error, "metric: '%.40s' is no event that is known here", name);
	memcpy(c->metric, name, strlen(name) + 1);
	return true;
}

static bool read_lane(const json_t *object, const struct amk_workload *w, struct amk_count *c,
		      char *error)
{
	const char *name = NULL;

	if (!amk_json_string(object, "of", &name, error))
		return false;
	for (c->lane = 0; c->lane < AMK_LANES_MAX; c->lane++)
		if (w->lane[c->lane] != AMK_METRIC_none &&
		    !strcmp(amk_metrics[w->lane[c->lane]].name, name))
			return true;
	return fail(error, "of: '%.40s' is nothing that %s times", name, w->name);
}

static bool read_pair_list(const json_t *object, const char *key, size_t field, struct amk_count *c,
			   char *error)
{
	const json_t *list = json_object_get(object, key), *value;
	size_t i;

	if (!json_is_array(list))
		return fail(error, "%s: %s", key, list ? "not a list" : "missing");
	if (json_array_size(list) != c->nr_pairs)
		return fail(error, "%s: not as long as count_low", key);
	json_array_foreach(list, i, value) {
		if (!json_is_integer(value) || json_integer_value(value) < 0)
			return fail(error, "%s: not a number from 0 on", key);
		*pair_field(&c->pair[i], field) = (u64)json_integer_value(value);
	}
	return true;
}

/* A counter runs only while it is enabled, and one that never ran has counted nothing. */
static bool check_pairs(const struct amk_count *c, char *error)
{
	u32 i;

	if (c->ops_low >= c->ops_high)
		return fail(error, "ops_low: not below ops_high");
	for (i = 0; i < c->nr_pairs; i++)
		if (!c->pair[i].running_ns || c->pair[i].running_ns > c->pair[i].enabled_ns)
			return fail(error, "running_ns: not within 1 and enabled_ns");
	return true;
}

static bool read_pairs(const json_t *object, struct amk_count *c, char *error)
{
	const json_t *only = json_object_get(object, "user_only");
	size_t n = json_array_size(json_object_get(object, "count_low"));
	u32 i;

	if (!n || n > AMK_COUNT_PAIRS_MAX)
		return fail(error, "count_low: not a list of 1 to %d numbers", AMK_COUNT_PAIRS_MAX);
	if (only && !json_is_boolean(only))
		return fail(error, "user_only: neither true nor false");
	c->flags = json_is_true(only) ? AMK_EVENT_USER_ONLY : 0;
	c->nr_pairs = (u32)n;
	if (!amk_json_u64(object, "ops_low", NUMBER_MAX, &c->ops_low, error) ||
	    !amk_json_u64(object, "ops_high", NUMBER_MAX, &c->ops_high, error))
		return false;
	for (i = 0; i < AMK_ARRAY_SIZE(lists); i++)
		if (!read_pair_list(object, lists[i].key, lists[i].field, c, error))
			return false;
	return check_pairs(c, error);
}

static bool read_skip(const json_t *object, struct amk_count *c, char *error)
{
	const char *name = NULL;
	u64 reason;

	if (!amk_json_string(object, "status", &name, error) ||
	    !amk_json_u64(object, "reason_code", UINT32_MAX, &reason, error))
		return false;
	if (strcmp(name, amk_status_name(AMK_STATUS_SKIP)))
		return fail(error, "status: a count is there or it is a skip, not '%.40s'", name);
	c->status = AMK_STATUS_SKIP;
	c->reason = (u32)reason;
	return true;
}

static bool read_count(const json_t *object, const struct amk_workload *w, struct amk_count *c,
		       char *error)
{
	if (!json_is_object(object))
		return fail(error, "counts: not an object");
	if (!read_metric(object, c, error) || !read_lane(object, w, c, error))
		return false;
	if (json_object_get(object, "status"))
		return read_skip(object, c, error);
	c->status = AMK_STATUS_OK;
	return read_pairs(object, c, error);
}

/* An event is counted once for each loop. */
static bool check_twice(const struct amk_count *count, u32 n, char *error)
{
	u32 i, j;

	for (i = 0; i < n; i++)
		for (j = 0; j < i; j++)
			if (count[i].lane == count[j].lane &&
			    !strcmp(count[i].metric, count[j].metric))
				return fail(error, "counts: %s twice", count[i].metric);
	return true;
}

bool amk_counts_decode(const json_t *list, struct amk_record *record, char error[AMK_ERROR_LEN])
{
	const struct amk_workload *w = amk_workload_find(record->workload);
	size_t i, n = json_array_size(list);

	if (list && (!json_is_array(list) || n > AMK_COUNTS_MAX))
		return fail(error, "counts: not a list of at most %d", AMK_COUNTS_MAX);
	if (!n)
		return true;
	record->counts = calloc(n, sizeof(*record->counts));
	if (!record->counts)
		return fail(error, "out of memory");
	record->result.nr_counts = (u32)n;
	for (i = 0; i < n; i++)
		if (!read_count(json_array_get(list, i), w, &record->counts[i], error))
			return false;
	return check_twice(record->counts, (u32)n, error);
}
