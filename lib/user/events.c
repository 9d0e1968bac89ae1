// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which events a run counts: see events.h.
 */
#include "lib/user/events.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define RAW_PREFIX "raw:"
#define NR_RAW 4U /* rows raw_1 to raw_4 */

#define TYPE_HARDWARE AMK_EVENT_HARDWARE
#define TYPE_SOFTWARE AMK_EVENT_SOFTWARE
#define TYPE_CACHE AMK_EVENT_CACHE
#define TYPE_NONE AMK_EVENT_NONE
#define KIND_ANY false
#define KIND_KERNEL true

const struct amk_event_row amk_event_rows[AMK_NR_EVENTS] = {
#define AMK_EVENT(id, type, config, group, kind, better, names, summary)                           \
	[AMK_EVENT_ID_##                                                                           \
		id] = { #id,                                                                       \
			{ &amk_metrics[AMK_METRIC_##id], &amk_metrics[AMK_METRIC_##id##_second] }, \
			TYPE_##type,                                                               \
			config,                                                                    \
			group,                                                                     \
			KIND_##kind,                                                               \
			names,                                                                     \
			summary },
#include "lib/core/event.def"
#undef AMK_EVENT
};

_Static_assert(AMK_NR_EVENTS <= AMK_EVENTS_MAX, "a request must hold every event");

static bool is_raw(const struct amk_event_row *row)
{
	return row >= &amk_event_rows[AMK_EVENT_ID_raw_1] &&
	       row < &amk_event_rows[AMK_EVENT_ID_raw_1 + NR_RAW];
}

const struct amk_event_row *amk_event_find(const char *name)
{
	u32 i;

	for (i = 0; i < AMK_NR_EVENTS; i++)
		if (!strcmp(amk_event_rows[i].name, name))
			return &amk_event_rows[i];
	return NULL;
}

const struct amk_metric *amk_event_metric(const char *name, u32 lane)
{
	const struct amk_event_row *row = amk_event_find(name);

	return row && lane < AMK_LANES_MAX ? row->metric[lane] : NULL;
}

__attribute__((format(printf, 2, 3))) static int fail(char *error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(error, AMK_EVENTS_ERROR_LEN, format, args);
	va_end(args);
	return -EINVAL;
}

/* ---- choice ---- */

/* The row's first name that this processor has, or its generic encoding; false: neither. */
static bool row_encode(const struct amk_event_row *row, struct amk_event_choice *c)
{
	char *names = strdup(row->names), *rest = names, *name;
	bool found = false;

	while (names && !found && (name = strsep(&rest, " ")) != NULL) {
		if (!*name || amk_event_encode(name, &c->event))
			continue;
		snprintf(c->name, sizeof(c->name), "%s", name);
		found = true;
	}
	free(names);
	if (found)
		return true;
	snprintf(c->name, sizeof(c->name), "generic");
	c->event.type = row->type;
	c->event.config = row->config;
	return row->type != AMK_EVENT_NONE;
}

static struct amk_event_choice *choice_add(struct amk_events *events,
					   const struct amk_event_row *row)
{
	struct amk_event_choice *c = &events->choice[events->nr_choices++];
	u32 s;

	memset(c, 0, sizeof(*c));
	c->row = row;
	memcpy(c->event.metric, row->name, strlen(row->name) + 1);
	for (s = 0; s < AMK_NR_SIDES; s++)
		c->side[s].group = row->group;
	return c;
}

/* What has no encoding here is known to be a skip before any side is asked. */
static void choice_unnamed(struct amk_event_choice *c)
{
	u32 s;

	c->name[0] = '\0';
	c->event.type = 0;
	for (s = 0; s < AMK_NR_SIDES; s++) {
		c->side[s].status = AMK_STATUS_SKIP;
		c->side[s].reason = AMK_REASON_EVENT_UNNAMED;
	}
}

static void row_choose(struct amk_events *events, const struct amk_event_row *row)
{
	struct amk_event_choice *c = choice_add(events, row);

	if (!row_encode(row, c))
		choice_unnamed(c);
}

static bool chosen(const struct amk_events *events, const struct amk_event_row *row)
{
	u32 i;

	for (i = 0; i < events->nr_choices; i++)
		if (events->choice[i].row == row)
			return true;
	return false;
}

static int raw_encode(const char *word, struct amk_event *event, char *error)
{
	const char *name = word + strlen(RAW_PREFIX);
	int failed = amk_event_encode(name, event);

	if (failed == -ENOSYS)
		return fail(error,
			    "--events: '%s': this allocmark is built without libpfm4; give the "
			    "code as rHEX",
			    word);
	if (failed)
		return fail(error,
			    "--events: libpfm4 knows no event '%s' of this processor; give the "
			    "code as rHEX",
			    name);
	return 0;
}

/* rHEX: the code as the processor's manual has it. */
static bool code_read(const char *word, u64 *config)
{
	char *end;

	if (word[0] != 'r' || !isxdigit((unsigned char)word[1]))
		return false;
	errno = 0;
	*config = strtoull(word + 1, &end, 16);
	return !errno && !*end;
}

static int raw_choose(struct amk_events *events, const char *word, char *error)
{
	struct amk_event event = { .type = AMK_EVENT_RAW };
	struct amk_event_choice *c;
	u32 i;

	for (i = 0; i < NR_RAW; i++)
		if (!chosen(events, &amk_event_rows[AMK_EVENT_ID_raw_1 + i]))
			break;
	if (i == NR_RAW)
		return fail(error, "--events: '%s': more than %u raw events; leave some out", word,
			    NR_RAW);
	if (strlen(word) >= AMK_EVENT_NAME_LEN)
		return fail(error, "--events: '%.40s...' is too long for an event", word);
	if (!strncmp(word, RAW_PREFIX, strlen(RAW_PREFIX))) {
		if (raw_encode(word, &event, error))
			return -EINVAL;
	} else if (!code_read(word, &event.config)) {
		return fail(error,
			    "--events: no event '%s'; 'allocmark list events' names them, or give "
			    "raw:NAME or rHEX",
			    word);
	}
	c = choice_add(events, &amk_event_rows[AMK_EVENT_ID_raw_1 + i]);
	snprintf(c->name, sizeof(c->name), "%s", word);
	c->event.type = event.type;
	c->event.config = event.config;
	c->event.config1 = event.config1;
	c->event.config2 = event.config2;
	return 0;
}

static int word_choose(struct amk_events *events, const char *word, char *error)
{
	const struct amk_event_row *row = amk_event_find(word);

	if (!row || is_raw(row))
		return raw_choose(events, word, error);
	if (!chosen(events, row))
		row_choose(events, row);
	return 0;
}

static void all_choose(struct amk_events *events)
{
	u32 i;

	for (i = 0; i < AMK_NR_EVENTS; i++)
		if (!is_raw(&amk_event_rows[i]))
			row_choose(events, &amk_event_rows[i]);
}

int amk_events_choose(const char *list, struct amk_events *events, char error[AMK_EVENTS_ERROR_LEN])
{
	char *copy, *rest, *word;
	int failed = 0;

	memset(events, 0, sizeof(*events));
	if (list && !strcmp(list, "none"))
		return 0;
	if (!list || !strcmp(list, "auto")) {
		all_choose(events);
		return 0;
	}
	copy = strdup(list);
	if (!copy)
		return fail(error, "out of memory");
	rest = copy;
	while (!failed && (word = strsep(&rest, ",")) != NULL)
		failed = *word ? word_choose(events, word, error) :
				 fail(error, "--events: an empty word in '%s'", list);
	free(copy);
	return failed;
}
