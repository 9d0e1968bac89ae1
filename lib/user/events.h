/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The events that a run counts: which were chosen, how this processor calls them, and on which side
 * they can be had.
 *
 * Whether an event can be counted is asked of the half that would count it, once a run, by a dry
 * request: an event that is not to be had costs its blocks nothing.
 */
#ifndef AMK_EVENTS_H
#define AMK_EVENTS_H

#include "lib/core/abi.h"
#include "lib/core/metric.h"
#include "lib/core/strategy.h"

#define AMK_EVENTS_ERROR_LEN 512
#define AMK_EVENT_NAME_LEN 128
#define AMK_EVENT_NONE ~0U /* amk_event_row.type: only names */

enum amk_event_id {
#define AMK_EVENT(id, ...) AMK_EVENT_ID_##id,
#include "lib/core/event.def"
#undef AMK_EVENT
	AMK_NR_EVENTS
};

struct amk_event_row {
	const char *name; /* also of its metric */
	const struct amk_metric *metric[AMK_LANES_MAX]; /* by the loop's first lane */
	u32 type; /* AMK_EVENT_HARDWARE ..., or AMK_EVENT_NONE */
	u64 config;
	u32 group;
	bool kernel_only; /* happens in the kernel alone */
	const char *names; /* of libpfm4, separated by spaces */
	const char *summary;
};

extern const struct amk_event_row amk_event_rows[AMK_NR_EVENTS];

/* The row called @name, or NULL. */
const struct amk_event_row *amk_event_find(const char *name);

/* The metric of counts of event @name around the loop whose first lane is @lane; NULL: none. */
const struct amk_metric *amk_event_metric(const char *name, u32 lane);

/* What became of an event on one side. */
struct amk_event_side {
	u32 status; /* enum amk_status: NONE not asked, OK or SKIP */
	u32 reason;
	u32 flags; /* AMK_EVENT_USER_ONLY ... */
	u32 group;
	u64 overhead; /* counted in an empty region: it is not in any figure */
};

struct amk_event_choice {
	const struct amk_event_row *row;
	char name[AMK_EVENT_NAME_LEN]; /* "generic", or what libpfm4 or the user calls it */
	struct amk_event event; /* as it is opened, but for flags and group */
	struct amk_event_side side[AMK_NR_SIDES];
};

struct amk_events {
	struct amk_event_choice choice[AMK_EVENTS_MAX];
	u32 nr_choices;
	u64 overhead_ticks[AMK_NR_SIDES]; /* of starting, stopping and reading a group */
};

/*
 * Chooses the events that @list names: "auto" or NULL all rows, "none" no event, else words
 * separated by commas: a row, raw:NAME of libpfm4, or rCODE, the hexadecimal code of a raw event. 0
 * or -EINVAL with a one-line text. Encodes them for this processor.
 */
int amk_events_choose(const char *list, struct amk_events *events,
		      char error[AMK_EVENTS_ERROR_LEN]);

/* How a dry request is put to a side: 0 when the result is filled, else -errno. */
typedef int amk_events_ask(void *arg, const struct amk_request *request, struct amk_result *result);

/*
 * Asks @side which of the events it can count, and how: alone where a group does not fit, without
 * the kernel where that is not allowed. 0 or what @ask returned.
 */
int amk_events_probe(struct amk_events *events, enum amk_side_id side, u32 clock_kind,
		     amk_events_ask *ask, void *arg);

/* Puts the events that @side can count into @request. */
void amk_events_fill(const struct amk_events *events, enum amk_side_id side,
		     struct amk_request *request);

/*
 * Encodes @name, as libpfm4 knows it, for this processor. 0; -ENOENT: no processor here has it;
 * -ENOSYS: there is no libpfm4 in this build.
 */
int amk_event_encode(const char *name, struct amk_event *event);
/* Version of libpfm4, or "none". @text is room for it. */
const char *amk_event_library(char text[16]);

#endif
