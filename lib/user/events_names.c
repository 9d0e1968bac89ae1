// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names of events by libpfm4, which knows the processors; the only file that knows libpfm4. Without
 * it there are the kernel's generic events and raw codes.
 */
#include "lib/user/events.h"

#include <stdio.h>

#include "config.h"

#ifdef HAVE_PFM

#include <perfmon/pfmlib.h>
#include <perfmon/pfmlib_perf_event.h>

int amk_event_encode(const char *name, struct amk_event *event)
{
	struct perf_event_attr attr = { .size = sizeof(attr) };
	pfm_perf_encode_arg_t arg = { .attr = &attr, .size = sizeof(arg) };

	if (pfm_initialize() != PFM_SUCCESS)
		return -ENOENT;
	if (pfm_get_os_event_encoding(name, PFM_PLM0 | PFM_PLM3, PFM_OS_PERF_EVENT_EXT, &arg) !=
	    PFM_SUCCESS)
		return -ENOENT;
	event->type = attr.type;
	event->config = attr.config;
	event->config1 = attr.config1;
	event->config2 = attr.config2;
	return 0;
}

const char *amk_event_library(char text[16])
{
	int version = pfm_get_version();

	snprintf(text, 16, "%d.%d", PFM_MAJ_VERSION(version), PFM_MIN_VERSION(version));
	return text;
}

#else

int amk_event_encode(const char *name, struct amk_event *event)
{
	(void)name;
	(void)event;
	return -ENOSYS;
}

const char *amk_event_library(char text[16])
{
	(void)text;
	return "none";
}

#endif
