// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counts events of this thread by perf_event_open(2), as one group: the kernel starts and stops its
 * events together, so all of them count the same stretch. The group is pinned: where it finds no
 * room on the PMU it does not run at all, instead of for a part of the time. Allocates nothing.
 */
#include "bench/user_perf.h"

#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

_Static_assert(AMK_EVENT_HARDWARE == PERF_TYPE_HARDWARE &&
		       AMK_EVENT_SOFTWARE == PERF_TYPE_SOFTWARE &&
		       AMK_EVENT_CACHE == PERF_TYPE_HW_CACHE && AMK_EVENT_RAW == PERF_TYPE_RAW,
	       "types of events are perf's");
_Static_assert(AMK_EVENT_PMU_MIN == PERF_TYPE_MAX, "PMUs are numbered from there");

/* What a read of a group gives. */
struct group_values {
	u64 nr;
	u64 enabled_ns;
	u64 running_ns;
	u64 count[AMK_EVENTS_MAX];
};

/* A descriptor or -errno. */
static int event_open(const struct amk_event *event, int leader)
{
	struct perf_event_attr attr = {
		.type = event->type,
		.size = sizeof(attr),
		.config = event->config,
		.config1 = event->config1,
		.config2 = event->config2,
		.read_format = PERF_FORMAT_GROUP | PERF_FORMAT_TOTAL_TIME_ENABLED |
			       PERF_FORMAT_TOTAL_TIME_RUNNING,
		.disabled = leader < 0,
		.pinned = leader < 0,
		.exclude_kernel = event->flags & AMK_EVENT_USER_ONLY ? 1 : 0,
		.exclude_hv = 1,
	};
	long fd = syscall(SYS_perf_event_open, &attr, 0, -1, leader, PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : (int)fd;
}

u32 amk_user_perf_open(struct amk_block *block, const struct amk_event *event, u32 n, int *error)
{
	struct amk_user_perf *perf = block->counters;
	u32 i;

	perf->nr_events = 0;
	for (i = 0; i < n; i++) {
		int fd = event_open(&event[i], perf->nr_events ? perf->fd[0] : -1);

		error[i] = fd < 0 ? fd : 0;
		if (fd >= 0)
			perf->fd[perf->nr_events++] = fd;
	}
	return perf->nr_events;
}

/* Neither call can fail on a group that is open. */
void amk_user_perf_start(struct amk_block *block)
{
	struct amk_user_perf *perf = block->counters;

	ioctl(perf->fd[0], PERF_EVENT_IOC_ENABLE, 0);
}

void amk_user_perf_stop(struct amk_block *block)
{
	struct amk_user_perf *perf = block->counters;

	ioctl(perf->fd[0], PERF_EVENT_IOC_DISABLE, 0);
}

/* A pinned group that found no place on the PMU reads as an end of file: then it did not run. */
void amk_user_perf_read(struct amk_block *block, struct amk_reading *reading)
{
	struct amk_user_perf *perf = block->counters;
	struct group_values values;
	u32 i;

	if (read(perf->fd[0], &values, sizeof(values)) <= 0 || values.nr != perf->nr_events)
		return;
	for (i = 0; i < perf->nr_events; i++) {
		reading[i].count = values.count[i];
		reading[i].enabled_ns = values.enabled_ns;
		reading[i].running_ns = values.running_ns;
	}
}

void amk_user_perf_close(struct amk_block *block)
{
	struct amk_user_perf *perf = block->counters;

	while (perf->nr_events)
		close(perf->fd[--perf->nr_events]);
}
