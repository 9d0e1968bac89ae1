// SPDX-License-Identifier: GPL-2.0-only
/*
 * One record as one line of JSON: see results/README.md for the fields.
 *
 * A histogram is thousands of buckets of which few are used, so it is written as pairs "index,
 * count" in one flat list; what is zero everywhere is left out.
 */
#include "lib/user/records_json.h"

#include <stdlib.h>

/* An integer of JSON has 63 bits here; a larger one cannot come from a measurement. */
static json_t *number(u64 value)
{
	return value >> 63 ? NULL : json_integer((json_int_t)value);
}

/* Sets @key; a NULL @value makes the whole line fail. */
static bool set(json_t *object, const char *key, json_t *value)
{
	return !json_object_set_new(object, key, value);
}

static bool set_number(json_t *object, const char *key, u64 value)
{
	return set(object, key, number(value));
}

static bool set_string(json_t *object, const char *key, const char *text)
{
	return set(object, key, json_string(text));
}

/* A name of the result, which a foreign half may have left without its end. */
static bool set_name(json_t *object, const char *key, const char name[AMK_NAME_LEN])
{
	return set(object, key, json_stringn(name, strnlen(name, AMK_NAME_LEN)));
}

static bool set_hist(json_t *object, const char *key, const u32 *hist)
{
	json_t *list = json_array();
	u32 i;

	for (i = 0; i < AMK_HIST_BUCKETS; i++) {
		if (!hist[i])
			continue;
		json_array_append_new(list, json_integer(i));
		json_array_append_new(list, json_integer(hist[i]));
	}
	return set(object, key, list);
}

/* Sets @key to @list unless @drop, which frees it; false when @whole is, or on no memory. */
static bool set_list(json_t *object, const char *key, json_t *list, bool whole, bool drop)
{
	if (whole && !drop)
		return set(object, key, list);
	json_decref(list);
	return whole;
}

static bool append(json_t *list, u64 value)
{
	return !json_array_append_new(list, number(value));
}

static bool set_ticks(json_t *object, const char *key, const struct amk_lane *lane, bool second)
{
	json_t *list = json_array();
	bool ok = true;
	u32 i;

	for (i = 0; i < lane->nr_iterations && i < AMK_ITERATIONS_MAX; i++)
		ok = append(list,
			    second ? lane->iteration[i].ticks_2n : lane->iteration[i].ticks_n) &&
		     ok;
	return set_list(object, key, list, ok, false);
}

static bool set_class_bits(json_t *object, const struct amk_lane *lane)
{
	json_t *list = json_array();
	bool ok = true;
	u32 i, any = 0;

	for (i = 0; i < lane->nr_iterations && i < AMK_ITERATIONS_MAX; i++) {
		ok = append(list, lane->iteration[i].class_bits) && ok;
		any |= lane->iteration[i].class_bits;
	}
	return set_list(object, "class_bits", list, ok, !any);
}

static bool set_iterations(json_t *object, const struct amk_lane *lane)
{
	return set_ticks(object, "ticks_n", lane, false) &&
	       (!lane->slope || set_ticks(object, "ticks_2n", lane, true)) &&
	       set_class_bits(object, lane);
}

/* Counts of @n kinds, left out where all are 0. */
static bool set_counts(json_t *object, const char *key, const u64 *count, u32 n)
{
	json_t *list = json_array();
	bool ok = true;
	u64 any = 0;
	u32 i;

	for (i = 0; i < n; i++) {
		ok = append(list, count[i]) && ok;
		any |= count[i];
	}
	return set_list(object, key, list, ok, !any);
}

static bool hist_any(const u32 *hist)
{
	u32 i, any = 0;

	for (i = 0; i < AMK_HIST_BUCKETS; i++)
		any |= hist[i];
	return any != 0;
}

static bool set_each(json_t *object, const struct amk_lane *lane)
{
	return set_counts(object, "each_class", lane->each_class, AMK_NR_CLASSES) &&
	       set_hist(object, "hist_clean", lane->hist_clean) &&
	       (!hist_any(lane->hist_disturbed) ||
		set_hist(object, "hist_disturbed", lane->hist_disturbed));
}

static json_t *encode_lane(const struct amk_lane *lane)
{
	json_t *object = json_object();

	if (set_name(object, "metric", lane->metric) && set_number(object, "ops", lane->ops) &&
	    set_iterations(object, lane) && set_number(object, "each_ops", lane->each_ops) &&
	    (!lane->each_ops || set_each(object, lane)))
		return object;
	json_decref(object);
	return NULL;
}

static json_t *encode_value(const struct amk_value *value)
{
	json_t *object = json_object();
	char buffer[32];
	bool ok = set_name(object, "metric", value->metric);

	if (value->status == AMK_STATUS_OK)
		ok = set_number(object, "value", value->value) && ok;
	else
		ok = set_string(object, "status", amk_status_name(value->status)) &&
		     set_number(object, "reason_code", value->reason) &&
		     set_string(object, "reason", amk_reason_text(value->reason, buffer)) && ok;
	if (ok)
		return object;
	json_decref(object);
	return NULL;
}

static bool set_lanes(json_t *object, const struct amk_result *result)
{
	json_t *list = json_array();
	u32 i;

	for (i = 0; i < result->nr_lanes && i < AMK_LANES_MAX; i++)
		if (result->lane[i].nr_iterations || result->lane[i].each_ops)
			if (json_array_append_new(list, encode_lane(&result->lane[i])))
				break;
	if (i < result->nr_lanes) {
		json_decref(list);
		return false;
	}
	if (json_array_size(list))
		return set(object, "lanes", list);
	json_decref(list);
	return true;
}

static bool set_values(json_t *object, const struct amk_result *result)
{
	json_t *list;
	u32 i;

	if (!result->nr_values)
		return true;
	list = json_array();
	for (i = 0; i < result->nr_values && i < AMK_VALUES_MAX; i++)
		if (json_array_append_new(list, encode_value(&result->value[i])))
			break;
	if (i == result->nr_values)
		return set(object, "values", list);
	json_decref(list);
	return false;
}

static bool set_counted(json_t *object, const struct amk_record *record)
{
	return !record->result.nr_counts || set(object, "counts", amk_counts_encode(record));
}

static bool set_cell(json_t *object, const struct amk_record *record)
{
	return set_number(object, "round", record->round) &&
	       set_number(object, "position", record->position) &&
	       set_string(object, "side", amk_side_names[record->side]) &&
	       set_name(object, "strategy", record->strategy) &&
	       set_name(object, "workload", record->workload) &&
	       set_number(object, "size_bytes", record->size_bytes);
}

static bool set_outcome(json_t *object, const struct amk_record *record)
{
	const struct amk_result *result = &record->result;

	return set_string(object, "status", amk_status_name(result->status)) &&
	       set_number(object, "reason_code", result->reason) &&
	       set_string(object, "reason", record->reason ? record->reason : "") &&
	       set(object, "error", json_integer(result->error)) &&
	       set_number(object, "batch", result->batch) &&
	       set_number(object, "wall_ns", record->wall_ns) &&
	       set_number(object, "measured_ticks", result->measured_ticks) &&
	       set_number(object, "total_ticks", result->total_ticks) &&
	       set_number(object, "clock_overhead_ticks", result->clock_overhead_ticks) &&
	       set_number(object, "clock_resolution_ticks", result->clock_resolution_ticks);
}

char *amk_record_encode(const struct amk_record *record)
{
	json_t *object = json_object();
	char *text = NULL, *line = NULL;

	if (set_cell(object, record) && set_outcome(object, record) &&
	    set_lanes(object, &record->result) && set_values(object, &record->result) &&
	    set_counted(object, record) &&
	    set_counts(object, "run_order", record->result.run_order, AMK_RUN_ORDERS))
		text = json_dumps(object, JSON_COMPACT);
	json_decref(object);
	if (text && asprintf(&line, "%s\n", text) < 0)
		line = NULL;
	free(text);
	return line;
}
