// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel had to do for memory: see activity.h. Stalls are the totals of
 * /proc/pressure/memory, in us (Documentation/accounting/psi.rst); the rest are lines of
 * /proc/vmstat.
 */
#include "lib/user/activity.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/user/text.h"
#include "lib/user/vmstat.h"

#define ACTIVITY_NAMES(name, kernel) { #name, kernel },
static const struct {
	const char *name;
	const char *kernel;
} names[AMK_NR_ACTIVITIES] = { AMK_ACTIVITIES(ACTIVITY_NAMES) };

static void counted(struct amk_activity *a, u32 id, const char *number)
{
	a->have[id] = true;
	a->count[id] += strtoull(number, NULL, 10);
}

static void vmstat_line(struct amk_activity *a, const char *line)
{
	const char *number;
	u32 id;

	for (id = AMK_ACTIVITY_stall_full_us + 1; id < AMK_NR_ACTIVITIES; id++)
		if (amk_vmstat_is(line, names[id].kernel, &number))
			counted(a, id, number);
}

/* "some avg10=0.00 avg60=0.00 avg300=0.00 total=0" */
static void pressure_line(struct amk_activity *a, const char *line)
{
	static const char key[] = "total=";
	const char *number, *at;
	u32 id;

	for (id = 0; id <= AMK_ACTIVITY_stall_full_us; id++) {
		if (!amk_vmstat_is(line, names[id].kernel, &number))
			continue;
		at = strstr(number, key);
		if (at)
			counted(a, id, at + sizeof(key) - 1);
	}
}

static void lines_read(const char *text, struct amk_activity *a,
		       void (*line)(struct amk_activity *a, const char *line))
{
	while (text && *text) {
		line(a, text);
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
}

void amk_activity_parse(const char *vmstat, const char *pressure, struct amk_activity *activity)
{
	memset(activity, 0, sizeof(*activity));
	lines_read(vmstat, activity, vmstat_line);
	lines_read(pressure, activity, pressure_line);
}

void amk_activity_read(struct amk_activity *activity)
{
	static char vmstat[AMK_VMSTAT_LEN], pressure[256];

	amk_text_read(AMK_VMSTAT_PATH, vmstat, sizeof(vmstat));
	amk_text_read("/proc/pressure/memory", pressure, sizeof(pressure));
	amk_activity_parse(vmstat, pressure, activity);
}

void amk_activity_grow(struct amk_activity *sum, const struct amk_activity *from,
		       const struct amk_activity *to)
{
	u32 id;

	for (id = 0; id < AMK_NR_ACTIVITIES; id++) {
		if (!from->have[id] || !to->have[id] || to->count[id] < from->count[id])
			continue;
		sum->have[id] = true;
		sum->count[id] += to->count[id] - from->count[id];
	}
}

void amk_activity_facts(const struct amk_activity *activity, const char *prefix,
			struct amk_facts *facts)
{
	char key[64];
	u32 id;

	for (id = 0; id < AMK_NR_ACTIVITIES; id++) {
		snprintf(key, sizeof(key), "%s.%s", prefix, names[id].name);
		if (activity->have[id])
			amk_facts_addf(facts, AMK_FACT_STATE, key, "%" PRIu64,
				       (uint64_t)activity->count[id]);
	}
}
