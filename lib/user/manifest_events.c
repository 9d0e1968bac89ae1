// SPDX-License-Identifier: GPL-2.0-only
/*
 * The events of a run in its manifest: how each was encoded, and on which side it was counted.
 * Codes are text in hexadecimal, as manuals have them; a number of JSON has 63 bits at best.
 */
#include "lib/user/manifest.h"

#include <stdlib.h>

#include "lib/user/records_json.h"

/* ---- to JSON ---- */

static json_t *side_encode(const struct amk_event_side *s)
{
	char buffer[32];

	if (s->status == AMK_STATUS_OK)
		return json_pack("{s:s, s:b, s:I, s:I}", "status", "ok", "user_only",
				 (s->flags & AMK_EVENT_USER_ONLY) != 0, "group",
				 (json_int_t)s->group, "overhead", (json_int_t)s->overhead);
	return json_pack("{s:s, s:I, s:s}", "status", amk_status_name(s->status), "reason_code",
			 (json_int_t)s->reason, "reason", amk_reason_text(s->reason, buffer));
}

static json_t *hex(u64 code)
{
	return json_sprintf("0x%llx", (unsigned long long)code);
}

static json_t *choice_encode(const struct amk_event_choice *c)
{
	json_t *object = json_pack("{s:s, s:s, s:I, s:o, s:o, s:o}", "metric", c->row->name, "name",
				   c->name, "type", (json_int_t)c->event.type, "config",
				   hex(c->event.config), "config1", hex(c->event.config1),
				   "config2", hex(c->event.config2));
	u32 s;

	for (s = 0; s < AMK_NR_SIDES; s++)
		if (c->side[s].status != AMK_STATUS_NONE)
			json_object_set_new(object, amk_side_names[s], side_encode(&c->side[s]));
	return object;
}

json_t *amk_manifest_events_encode(const struct amk_events *events)
{
	json_t *object = json_object(), *list = json_array(), *overhead = json_object();
	u32 i;

	for (i = 0; i < events->nr_choices; i++)
		json_array_append_new(list, choice_encode(&events->choice[i]));
	for (i = 0; i < AMK_NR_SIDES; i++)
		json_object_set_new(overhead, amk_side_names[i],
				    json_integer((json_int_t)events->overhead_ticks[i]));
	json_object_set_new(object, "overhead_ticks", overhead);
	json_object_set_new(object, "list", list);
	return object;
}

/* ---- from JSON ---- */

static bool code_read(const json_t *object, const char *key, u64 *code, char *error)
{
	const char *text = NULL;
	char *end;

	if (!amk_json_string(object, key, &text, error))
		return false;
	errno = 0;
	*code = strtoull(text, &end, 16);
	if (!errno && !strncmp(text, "0x", 2) && end > text + 2 && !*end)
		return true;
	snprintf(error, AMK_ERROR_LEN, "%s: '%.40s' is no hexadecimal code", key, text);
	return false;
}

static bool small(const json_t *object, const char *key, u32 *out, char *error)
{
	u64 number;

	if (!amk_json_u64(object, key, ~0U, &number, error))
		return false;
	*out = (u32)number;
	return true;
}

static bool side_read(const json_t *object, struct amk_event_side *s, char *error)
{
	const char *name = NULL;
	int status;

	if (!amk_json_string(object, "status", &name, error))
		return false;
	status = amk_status_find(name);
	s->status = (u32)status;
	if (status == AMK_STATUS_SKIP)
		return small(object, "reason_code", &s->reason, error);
	if (status != AMK_STATUS_OK) {
		snprintf(error, AMK_ERROR_LEN, "status: '%.40s' is neither ok nor skip", name);
		return false;
	}
	if (json_is_true(json_object_get(object, "user_only")))
		s->flags = AMK_EVENT_USER_ONLY;
	return small(object, "group", &s->group, error) &&
	       amk_json_u64(object, "overhead", ~0ULL >> 1, &s->overhead, error);
}

static bool choice_read(const json_t *object, struct amk_event_choice *c, char *error)
{
	const char *metric = NULL, *name = NULL;
	const json_t *side;
	u32 s;

	if (!amk_json_string(object, "metric", &metric, error) ||
	    !amk_json_string(object, "name", &name, error) ||
	    !small(object, "type", &c->event.type, error) ||
	    !code_read(object, "config", &c->event.config, error) ||
	    !code_read(object, "config1", &c->event.config1, error) ||
	    !code_read(object, "config2", &c->event.config2, error))
		return false;
	c->row = amk_event_find(metric);
	if (!c->row) {
		snprintf(error, AMK_ERROR_LEN, "metric: '%.40s' is no event that is known here",
			 metric);
		return false;
	}
	memcpy(c->event.metric, c->row->name, strlen(c->row->name) + 1);
	snprintf(c->name, sizeof(c->name), "%s", name);
	for (s = 0; s < AMK_NR_SIDES; s++) {
		side = json_object_get(object, amk_side_names[s]);
		if (side && !side_read(side, &c->side[s], error))
			return false;
	}
	return true;
}

static bool events_read(const json_t *object, struct amk_events *events, char *error)
{
	const json_t *list = json_object_get(object, "list");
	json_t *overhead;
	u32 i;

	if (!amk_json_object(object, "overhead_ticks", &overhead, error))
		return false;
	if (!json_is_array(list) || json_array_size(list) > AMK_EVENTS_MAX) {
		snprintf(error, AMK_ERROR_LEN, "list: not a list of at most %d", AMK_EVENTS_MAX);
		return false;
	}
	for (i = 0; i < AMK_NR_SIDES; i++)
		if (!amk_json_u64(overhead, amk_side_names[i], ~0ULL >> 1,
				  &events->overhead_ticks[i], error))
			return false;
	for (i = 0; i < json_array_size(list); i++)
		if (!choice_read(json_array_get(list, i), &events->choice[i], error))
			return false;
	events->nr_choices = i;
	return true;
}

int amk_manifest_events(const struct amk_run_data *data, struct amk_events *events,
			char error[AMK_ERROR_LEN])
{
	const json_t *object = json_object_get(data->manifest, "events");
	char what[AMK_ERROR_LEN];

	memset(events, 0, sizeof(*events));
	if (!object || events_read(object, events, what))
		return 0;
	memset(events, 0, sizeof(*events));
	snprintf(error, AMK_ERROR_LEN, "%.200s/manifest.json: events: %.220s", data->path, what);
	return -EBADMSG;
}
