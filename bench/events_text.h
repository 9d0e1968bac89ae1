/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What was counted, and what could not be, in lines for a terminal.
 */
#ifndef AMK_EVENTS_TEXT_H
#define AMK_EVENTS_TEXT_H

#include "lib/user/events.h"

/*
 * Prints what each side that was asked counts, what it cannot and why, and the time that a group
 * takes to start, stop and read. @ticks_per_unit: ticks in a @unit, of overhead_ticks. Nothing is
 * printed where nothing was chosen.
 */
void amk_events_print(const struct amk_events *events, double ticks_per_unit, const char *unit);

#endif
