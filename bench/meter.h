/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The progress line: share done and time left. On a terminal it is redrawn in place; elsewhere it
 * is a plain line, at most one every five seconds.
 */
#ifndef AMK_METER_H
#define AMK_METER_H

#include "lib/core/deps.h"

struct amk_meter {
	u64 total;
	u64 done;
	u64 started_ns;
	u64 shown_ns;
	bool terminal;
	bool drawn; /* a line without its end is on the terminal */
	bool quiet;
};

void amk_meter_start(struct amk_meter *meter, u64 total, bool quiet);
/* Another step is done; @what names what is measured now. */
void amk_meter_step(struct amk_meter *meter, const char *what);
/* Leaves the terminal at the start of a line. */
void amk_meter_end(struct amk_meter *meter);

/* CLOCK_MONOTONIC in ns. */
u64 amk_meter_now_ns(void);

#endif
