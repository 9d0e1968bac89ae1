// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asks a side which events it can count: see events.h.
 *
 * What does not run beside the others of its group is tried in a group of its own, that is in a
 * pass of its own; what may not be counted with the kernel is tried without it. What is left over
 * is a skip, with the reason that the kernel gave.
 */
#include "lib/user/events.h"

#include <stdlib.h>

/* Group, then own kernel, then nothing else to try. */
#define TRIES 4
/* Groups of one event; beyond those of event.def. */
#define GROUP_ALONE 100U

static bool countable(const struct amk_event_side *s)
{
	return s->status != AMK_STATUS_SKIP;
}

void amk_events_fill(const struct amk_events *events, enum amk_side_id side,
		     struct amk_request *request)
{
	u32 i, at;

	memset(request->event, 0, sizeof(request->event));
	request->nr_events = 0;
	for (i = 0; i < events->nr_choices; i++) {
		const struct amk_event_side *s = &events->choice[i].side[side];

		if (!countable(s))
			continue;
		for (at = request->nr_events; at; at--) {
			if (request->event[at - 1].group <= s->group)
				break;
			request->event[at] = request->event[at - 1];
		}
		request->event[at] = events->choice[i].event;
		request->event[at].group = s->group;
		request->event[at].flags = s->flags;
		request->nr_events++;
	}
}

/* The empty strategy, set up and not measured. */
static void probe_request(u32 clock_kind, struct amk_request *request)
{
	memset(request, 0, sizeof(*request));
	request->size_of = sizeof(*request);
	request->version = AMK_ABI_VERSION;
	memcpy(request->strategy, "null", sizeof("null"));
	memcpy(request->workload, "pair", sizeof("pair"));
	request->size = 1;
	request->mem_max = 1ULL << 20;
	request->iteration_ticks = 1;
	request->clock_kind = clock_kind;
	request->iterations = 1;
	request->batch = 1;
	request->node = -1;
	request->flags = AMK_REQUEST_DRY;
}

static const struct amk_count *count_find(const struct amk_result *r, const char *name)
{
	u32 i;

	for (i = 0; i < r->nr_counts; i++)
		if (!strcmp(r->count[i].metric, name))
			return &r->count[i];
	return NULL;
}

/* Whether the event shares its pass with another that can be counted. */
static bool shares(const struct amk_events *events, u32 at, enum amk_side_id side)
{
	u32 i;

	for (i = 0; i < events->nr_choices; i++)
		if (i != at && countable(&events->choice[i].side[side]) &&
		    events->choice[i].side[side].group == events->choice[at].side[side].group)
			return true;
	return false;
}

static bool skip(struct amk_event_side *s, u32 reason)
{
	s->status = AMK_STATUS_SKIP;
	s->reason = reason;
	return false;
}

/* Takes the answer for one event; true: it is to be asked once more, in another way. */
static bool answer_take(struct amk_events *events, u32 at, enum amk_side_id side,
			const struct amk_count *count)
{
	struct amk_event_choice *c = &events->choice[at];
	struct amk_event_side *s = &c->side[side];

	if (!count)
		return skip(s, AMK_REASON_EVENT_FAILED);
	if (count->status == AMK_STATUS_OK) {
		s->status = AMK_STATUS_OK;
		s->overhead = count->pair[0].count_low;
		return false;
	}
	switch (count->reason) {
	case AMK_REASON_EVENT_DENIED:
		if (side != AMK_SIDE_user || s->flags & AMK_EVENT_USER_ONLY)
			return skip(s, count->reason);
		if (c->row->kernel_only)
			return skip(s, AMK_REASON_EVENT_KERNEL_ONLY);
		s->flags |= AMK_EVENT_USER_ONLY;
		return true;
	case AMK_REASON_EVENT_IDLE:
	case AMK_REASON_EVENT_INVALID:
	case AMK_REASON_EVENT_BUSY:
		if (!shares(events, at, side))
			return skip(s, count->reason);
		s->group = GROUP_ALONE + at;
		return true;
	default:
		return skip(s, count->reason);
	}
}

static bool answers_take(struct amk_events *events, enum amk_side_id side,
			 const struct amk_result *result)
{
	bool again = false;
	u32 i;

	events->overhead_ticks[side] = result->count_overhead_ticks;
	for (i = 0; i < events->nr_choices; i++) {
		struct amk_event_choice *c = &events->choice[i];

		if (countable(&c->side[side]))
			again |= answer_take(events, i, side, count_find(result, c->row->name));
	}
	return again;
}

int amk_events_probe(struct amk_events *events, enum amk_side_id side, u32 clock_kind,
		     amk_events_ask *ask, void *arg)
{
	struct amk_result *result = calloc(1, sizeof(*result));
	struct amk_request request;
	bool again = true;
	int failed = 0, try;

	if (!result)
		return -ENOMEM;
	for (try = 0; try < TRIES && again && !failed; try++) {
		probe_request(clock_kind, &request);
		amk_events_fill(events, side, &request);
		if (!request.nr_events)
			break;
		memset(result, 0, sizeof(*result));
		failed = ask(arg, &request, result);
		again = !failed && answers_take(events, side, result);
	}
	free(result);
	return failed;
}
