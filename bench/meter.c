// SPDX-License-Identifier: GPL-2.0-only
/*
 * The progress line: see meter.h. Cells come in random order, so the time left follows from the
 * share done.
 */
#include "bench/meter.h"

#include <stdio.h>
#include <unistd.h>

#define SECOND_NS 1000000000ULL
#define REDRAW_NS (SECOND_NS / 5)
#define LINE_NS (5 * SECOND_NS)

u64 amk_meter_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (u64)ts.tv_sec * SECOND_NS + (u64)ts.tv_nsec;
}

void amk_meter_start(struct amk_meter *meter, u64 total, bool quiet)
{
	memset(meter, 0, sizeof(*meter));
	meter->total = total;
	meter->started_ns = amk_meter_now_ns();
	meter->shown_ns = meter->started_ns;
	meter->terminal = isatty(STDERR_FILENO);
	meter->quiet = quiet;
}

static void meter_show(struct amk_meter *m, u64 now, const char *what)
{
	u64 left_ns = (u64)((double)(now - m->started_ns) / (double)m->done *
			    (double)(m->total - m->done));
	u64 left_s = (left_ns + SECOND_NS / 2) / SECOND_NS;

	fprintf(stderr, "%s%5.1f %%, %llu of %llu blocks, about %llu:%02llu left  %s%s",
		m->terminal ? "\r" : "", 100.0 * (double)m->done / (double)m->total,
		(unsigned long long)m->done, (unsigned long long)m->total,
		(unsigned long long)(left_s / 60), (unsigned long long)(left_s % 60),
		m->terminal ? what : "", m->terminal ? "\033[K" : "\n");
	m->drawn = m->terminal;
	m->shown_ns = now;
}

void amk_meter_step(struct amk_meter *meter, const char *what)
{
	u64 now = amk_meter_now_ns();

	meter->done++;
	if (meter->quiet || now - meter->shown_ns < (meter->terminal ? REDRAW_NS : LINE_NS))
		return;
	meter_show(meter, now, what);
}

void amk_meter_end(struct amk_meter *meter)
{
	if (meter->drawn)
		fputs("\r\033[K", stderr);
	meter->drawn = false;
}
