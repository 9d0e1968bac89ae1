// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events in lines for a terminal: see events_text.h. Those that share their reason share a line.
 */
#include "bench/events_text.h"

#include <stdio.h>

#include "lib/user/records.h"

static bool is_asked(const struct amk_events *events, enum amk_side_id side)
{
	u32 i;

	for (i = 0; i < events->nr_choices; i++)
		if (events->choice[i].side[side].status != AMK_STATUS_NONE)
			return true;
	return false;
}

/* Prints the events of @side that ended as the one at @first, and notes them in @said. */
static void names_print(const struct amk_events *events, enum amk_side_id side, u32 first,
			bool *said)
{
	const struct amk_event_side *like = &events->choice[first].side[side];
	u32 i;

	for (i = first; i < events->nr_choices; i++) {
		const struct amk_event_side *s = &events->choice[i].side[side];

		if (s->status != like->status || s->reason != like->reason ||
		    s->flags != like->flags)
			continue;
		printf("%s%s", i == first ? "" : ", ", events->choice[i].row->name);
		if (events->choice[i].name[0] && strcmp(events->choice[i].name, "generic"))
			printf(" (%s)", events->choice[i].name);
		said[i] = true;
	}
}

static void line_print(const struct amk_events *events, enum amk_side_id side, u32 first,
		       bool *said)
{
	const struct amk_event_side *s = &events->choice[first].side[side];
	char buffer[32];

	printf("  %-6s  ", amk_side_names[side]);
	names_print(events, side, first, said);
	if (s->status == AMK_STATUS_SKIP)
		printf(": skip: %s", amk_reason_text(s->reason, buffer));
	else if (s->flags & AMK_EVENT_USER_ONLY)
		printf(" (without the kernel, which kernel.perf_event_paranoid forbids)");
	putchar('\n');
}

static void side_print(const struct amk_events *events, enum amk_side_id side,
		       double ticks_per_unit, const char *unit)
{
	bool said[AMK_EVENTS_MAX] = { false };
	u32 i;

	for (i = 0; i < events->nr_choices; i++)
		if (!said[i])
			line_print(events, side, i, said);
	if (events->overhead_ticks[side])
		printf("  %-6s  %.0f %s to start, stop and read a group, outside every timed "
		       "region\n",
		       amk_side_names[side], (double)events->overhead_ticks[side] / ticks_per_unit,
		       unit);
}

void amk_events_print(const struct amk_events *events, double ticks_per_unit, const char *unit)
{
	u32 side;

	if (!events->nr_choices)
		return;
	puts("\nevents counted around the timed loops, in passes of their own:");
	for (side = 0; side < AMK_NR_SIDES; side++)
		if (is_asked(events, side))
			side_print(events, side, ticks_per_unit, unit);
}
