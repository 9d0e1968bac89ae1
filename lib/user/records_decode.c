// SPDX-License-Identifier: GPL-2.0-only
/*
 * One line of JSON as a record: every field is checked, since a record file may have been cut
 * short, mended by hand or written by another version. What is not a record of this schema is
 * refused with the name of the field that is wrong.
 */
#include "lib/user/records_json.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include "lib/core/metric.h"
#include "lib/core/workload.h"

#define NUMBER_MAX ((u64)INT64_MAX)

__attribute__((format(printf, 2, 3))) static bool fail(char *error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(error, AMK_ERROR_LEN, format, args);
	va_end(args);
	return false;
}

/* @value as a number from 0 to @max; @key names it in an error. */
static bool read_u64(const json_t *value, const char *key, u64 max, u64 *out, char *error)
{
	if (!json_is_integer(value))
		return fail(error, "%s: %s", key, value ? "not an integer" : "missing");
	if (json_integer_value(value) < 0 || (u64)json_integer_value(value) > max)
		return fail(error, "%s: %" JSON_INTEGER_FORMAT " is not within 0 to %llu", key,
			    json_integer_value(value), (unsigned long long)max);
	*out = (u64)json_integer_value(value);
	return true;
}

bool amk_json_u64(const json_t *object, const char *key, u64 max, u64 *out,
		  char error[AMK_ERROR_LEN])
{
	return read_u64(json_object_get(object, key), key, max, out, error);
}

bool amk_json_number(const json_t *object, const char *key, double *out, char error[AMK_ERROR_LEN])
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_number(value))
		return fail(error, "%s: %s", key, value ? "not a number" : "missing");
	*out = json_number_value(value);
	return true;
}

bool amk_json_string(const json_t *object, const char *key, const char **out,
		     char error[AMK_ERROR_LEN])
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_string(value))
		return fail(error, "%s: %s", key, value ? "not a string" : "missing");
	*out = json_string_value(value);
	return true;
}

bool amk_json_object(const json_t *object, const char *key, json_t **out, char error[AMK_ERROR_LEN])
{
	*out = json_object_get(object, key);
	if (!json_is_object(*out))
		return fail(error, "%s: %s", key, *out ? "not an object" : "missing");
	return true;
}

static bool read_u32(const json_t *object, const char *key, u64 max, u32 *out, char *error)
{
	u64 number;

	if (!amk_json_u64(object, key, max, &number, error))
		return false;
	*out = (u32)number;
	return true;
}

static bool read_name(const json_t *object, const char *key, char name[AMK_NAME_LEN], char *error)
{
	const char *text = NULL;

	if (!amk_json_string(object, key, &text, error))
		return false;
	if (!*text || strlen(text) >= AMK_NAME_LEN)
		return fail(error, "%s: a name has 1 to %d characters", key, AMK_NAME_LEN - 1);
	memcpy(name, text, strlen(text) + 1);
	return true;
}

static bool read_metric(const json_t *object, char name[AMK_NAME_LEN], char *error)
{
	if (!read_name(object, "metric", name, error))
		return false;
	return amk_metric_find(name) || fail(error, "metric: '%s' is not known here", name);
}

/* The list at @key; NULL with *@ok true: there is none, which @may_miss allows. */
static const json_t *read_list(const json_t *object, const char *key, size_t max, bool may_miss,
			       bool *ok, char *error)
{
	const json_t *list = json_object_get(object, key);

	*ok = true;
	if (!list && may_miss)
		return NULL;
	if (!json_is_array(list))
		*ok = fail(error, "%s: %s", key, list ? "not a list" : "missing");
	else if (json_array_size(list) > max)
		*ok = fail(error, "%s: more than %zu entries", key, max);
	return *ok ? list : NULL;
}

/* Pairs "bucket, count" in rising order of buckets. */
static bool read_hist(const json_t *object, const char *key, u32 *hist, char *error)
{
	u64 index, count, least = 0;
	const json_t *list;
	size_t i;
	bool ok;

	list = read_list(object, key, 2 * AMK_HIST_BUCKETS, true, &ok, error);
	if (!ok)
		return false;
	if (json_array_size(list) % 2)
		return fail(error, "%s: a bucket without its count", key);
	for (i = 0; i < json_array_size(list); i += 2) {
		if (!read_u64(json_array_get(list, i), key, AMK_HIST_BUCKETS - 1, &index, error) ||
		    !read_u64(json_array_get(list, i + 1), key, UINT32_MAX, &count, error))
			return false;
		if (index < least)
			return fail(error, "%s: buckets do not rise", key);
		hist[index] = (u32)count;
		least = index + 1;
	}
	return true;
}

static bool read_iteration_list(const json_t *lane, struct amk_lane *to, char *error)
{
	const json_t *n, *n2, *bits;
	struct amk_iteration *it;
	bool ok, ok2, ok3;
	u64 class_bits;
	u32 i;

	n = read_list(lane, "ticks_n", AMK_ITERATIONS_MAX, false, &ok, error);
	n2 = ok ? read_list(lane, "ticks_2n", AMK_ITERATIONS_MAX, true, &ok2, error) : NULL;
	bits = ok && ok2 ? read_list(lane, "class_bits", AMK_ITERATIONS_MAX, true, &ok3, error) :
			   NULL;
	if (!ok || !ok2 || !ok3)
		return false;
	to->nr_iterations = (u32)json_array_size(n);
	to->slope = n2 != NULL;
	if ((n2 && json_array_size(n2) != to->nr_iterations) ||
	    (bits && json_array_size(bits) != to->nr_iterations))
		return fail(error, "ticks_n, ticks_2n and class_bits differ in length");
	for (i = 0; i < to->nr_iterations; i++) {
		it = &to->iteration[i];
		class_bits = 0;
		if (!read_u64(json_array_get(n, i), "ticks_n", NUMBER_MAX, &it->ticks_n, error) ||
		    (n2 && !read_u64(json_array_get(n2, i), "ticks_2n", NUMBER_MAX, &it->ticks_2n,
				     error)) ||
		    (bits && !read_u64(json_array_get(bits, i), "class_bits",
				       (1U << AMK_NR_CLASSES) - 1, &class_bits, error)))
			return false;
		it->class_bits = (u32)class_bits;
	}
	return true;
}

static bool read_each_class(const json_t *lane, struct amk_lane *to, char *error)
{
	const json_t *list;
	size_t i;
	bool ok;

	list = read_list(lane, "each_class", AMK_NR_CLASSES, true, &ok, error);
	if (!ok)
		return false;
	for (i = 0; i < json_array_size(list); i++)
		if (!read_u64(json_array_get(list, i), "each_class", to->each_ops,
			      &to->each_class[i], error))
			return false;
	return true;
}

/* What was counted one by one must be what the histograms hold. */
static bool check_each(const struct amk_lane *lane, char *error)
{
	u64 count = 0;
	u32 i;

	for (i = 0; i < AMK_HIST_BUCKETS; i++)
		count += (u64)lane->hist_clean[i] + lane->hist_disturbed[i];
	if (count == lane->each_ops)
		return true;
	return fail(error, "each_ops: %llu, but the histograms hold %llu",
		    (unsigned long long)lane->each_ops, (unsigned long long)count);
}

static bool read_lane(const json_t *lane, struct amk_lane *to, char *error)
{
	if (!json_is_object(lane))
		return fail(error, "lanes: not an object");
	if (!read_metric(lane, to->metric, error) ||
	    !amk_json_u64(lane, "ops", NUMBER_MAX, &to->ops, error) ||
	    !amk_json_u64(lane, "each_ops", NUMBER_MAX, &to->each_ops, error) ||
	    !read_iteration_list(lane, to, error) || !read_each_class(lane, to, error) ||
	    !read_hist(lane, "hist_clean", to->hist_clean, error) ||
	    !read_hist(lane, "hist_disturbed", to->hist_disturbed, error))
		return false;
	if (!to->ops)
		return fail(error, "ops: must be at least 1");
	return check_each(to, error);
}

static bool read_status(const json_t *object, u32 *status, char *error)
{
	const char *name = NULL;
	int number;

	if (!amk_json_string(object, "status", &name, error))
		return false;
	number = amk_status_find(name);
	if (number < 0)
		return fail(error, "status: '%s' is not known here", name);
	*status = (u32)number;
	return true;
}

static bool read_value(const json_t *value, struct amk_value *to, char *error)
{
	if (!json_is_object(value))
		return fail(error, "values: not an object");
	if (!read_metric(value, to->metric, error))
		return false;
	if (json_object_get(value, "value")) {
		to->status = AMK_STATUS_OK;
		return amk_json_u64(value, "value", NUMBER_MAX, &to->value, error);
	}
	if (!read_status(value, &to->status, error) ||
	    !read_u32(value, "reason_code", UINT32_MAX, &to->reason, error))
		return false;
	return to->status != AMK_STATUS_OK || fail(error, "value: missing");
}

static bool read_lists(const json_t *object, struct amk_result *to, char *error)
{
	const json_t *list;
	size_t i;
	bool ok;

	list = read_list(object, "lanes", AMK_LANES_MAX, true, &ok, error);
	to->nr_lanes = (u32)json_array_size(list);
	for (i = 0; ok && i < to->nr_lanes; i++)
		ok = read_lane(json_array_get(list, i), &to->lane[i], error);
	if (!ok)
		return false;
	list = read_list(object, "values", AMK_VALUES_MAX, true, &ok, error);
	to->nr_values = (u32)json_array_size(list);
	for (i = 0; ok && i < to->nr_values; i++)
		ok = read_value(json_array_get(list, i), &to->value[i], error);
	if (!ok)
		return false;
	list = read_list(object, "run_order", AMK_RUN_ORDERS, true, &ok, error);
	for (i = 0; ok && i < json_array_size(list); i++)
		ok = read_u64(json_array_get(list, i), "run_order", NUMBER_MAX, &to->run_order[i],
			      error);
	return ok;
}

static bool read_side(const json_t *object, enum amk_side_id *side, char *error)
{
	const char *name = NULL;
	u32 i;

	if (!amk_json_string(object, "side", &name, error))
		return false;
	for (i = 0; i < AMK_NR_SIDES; i++) {
		if (!strcmp(amk_side_names[i], name)) {
			*side = i;
			return true;
		}
	}
	return fail(error, "side: '%s' is neither user nor kernel", name);
}

static bool read_cell(const json_t *object, struct amk_record *to, char *error)
{
	if (!read_u32(object, "round", UINT32_MAX, &to->round, error) ||
	    !read_u32(object, "position", UINT32_MAX, &to->position, error) ||
	    !read_side(object, &to->side, error) ||
	    !read_name(object, "strategy", to->strategy, error) ||
	    !read_name(object, "workload", to->workload, error) ||
	    !amk_json_u64(object, "size_bytes", NUMBER_MAX, &to->size_bytes, error))
		return false;
	if (!amk_strategy_find(to->side, to->strategy))
		return fail(error, "strategy: '%s' is not known on the %s side", to->strategy,
			    amk_side_names[to->side]);
	if (!amk_workload_find(to->workload))
		return fail(error, "workload: '%s' is not known here", to->workload);
	return true;
}

static bool read_error(const json_t *object, s32 *to, char *error)
{
	const json_t *value = json_object_get(object, "error");

	if (!json_is_integer(value))
		return fail(error, "error: %s", value ? "not an integer" : "missing");
	if (json_integer_value(value) > 0 || json_integer_value(value) < -4095)
		return fail(error, "error: not within -4095 to 0");
	*to = (s32)json_integer_value(value);
	return true;
}

static bool read_outcome(const json_t *object, struct amk_record *to, char *error)
{
	struct amk_result *r = &to->result;
	const char *reason = NULL;

	if (!read_status(object, &r->status, error) ||
	    !read_u32(object, "reason_code", UINT32_MAX, &r->reason, error) ||
	    !amk_json_string(object, "reason", &reason, error) ||
	    !read_error(object, &r->error, error) ||
	    !read_u32(object, "batch", AMK_BATCH_MAX, &r->batch, error) ||
	    !amk_json_u64(object, "wall_ns", NUMBER_MAX, &to->wall_ns, error) ||
	    !amk_json_u64(object, "measured_ticks", NUMBER_MAX, &r->measured_ticks, error) ||
	    !amk_json_u64(object, "total_ticks", NUMBER_MAX, &r->total_ticks, error) ||
	    !amk_json_u64(object, "clock_overhead_ticks", NUMBER_MAX, &r->clock_overhead_ticks,
			  error) ||
	    !amk_json_u64(object, "clock_resolution_ticks", NUMBER_MAX, &r->clock_resolution_ticks,
			  error))
		return false;
	to->reason = strdup(reason);
	return to->reason || fail(error, "out of memory");
}

/*
 * Lanes take most of a record's room: those that are not used, and what is past the lanes, is given
 * back, since a long run has a hundred thousand records.
 */
static struct amk_record *record_trim(struct amk_record *record)
{
	size_t len = offsetof(struct amk_record, result.lane) +
		     record->result.nr_lanes * sizeof(record->result.lane[0]);
	struct amk_record *trimmed = realloc(record, len);

	return trimmed ? trimmed : record;
}

struct amk_record *amk_record_decode(const char *line, size_t len, char error[AMK_ERROR_LEN])
{
	struct amk_record *record = calloc(1, sizeof(*record));
	json_error_t at;
	json_t *object;

	if (!record) {
		fail(error, "out of memory");
		return NULL;
	}
	object = json_loadb(line, len, JSON_REJECT_DUPLICATES, &at);
	if (!object)
		fail(error, "no JSON (%s, column %d)", at.text, at.column);
	else if (!json_is_object(object))
		fail(error, "not an object");
	else if (read_cell(object, record, error) && read_outcome(object, record, error) &&
		 read_lists(object, &record->result, error) &&
		 amk_counts_decode(json_object_get(object, "counts"), record, error)) {
		json_decref(object);
		return record_trim(record);
	}
	json_decref(object);
	amk_record_free(record);
	return NULL;
}

/* A copy, not the record cut short: a hole behind each could not take another record. */
struct amk_record *amk_record_slim(struct amk_record *record)
{
	size_t len = offsetof(struct amk_record, result.lane);
	struct amk_record *slim = malloc(len);

	free(record->counts);
	record->counts = NULL;
	record->result.nr_counts = 0;
	record->result.nr_lanes = 0;
	if (!slim)
		return record;
	memcpy(slim, record, len);
	free(record);
	return slim;
}

void amk_record_free(struct amk_record *record)
{
	if (record) {
		free(record->reason);
		free(record->counts);
	}
	free(record);
}
