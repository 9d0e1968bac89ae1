// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reclaim and compaction from /proc/vmstat: see vmstat.h. allocstall_* are allocations that had to
 * reclaim by themselves, a counter for each zone (one for all before Linux 4.10), compact_stall
 * those that had to compact, pgscan_direct the pages looked at.
 */
#include "lib/user/vmstat.h"

#include <errno.h>
#include <stdlib.h>

#include "lib/user/text.h"

bool amk_vmstat_is(const char *line, const char *name, const char **number)
{
	size_t len = strlen(name), word = strcspn(line, " \n");

	if (strncmp(line, name, len) || (word != len && name[len - 1] != '_'))
		return false;
	*number = line + word;
	return **number == ' ';
}

/* Whether it is the counter of reclaim. */
static bool line_read(const char *line, struct amk_reclaimed *reclaimed)
{
	const char *number;

	if (amk_vmstat_is(line, "allocstall_", &number) ||
	    amk_vmstat_is(line, "allocstall", &number)) {
		reclaimed->stalls += strtoull(number, NULL, 10);
		return true;
	}
	if (amk_vmstat_is(line, "compact_stall", &number))
		reclaimed->compactions = strtoull(number, NULL, 10);
	else if (amk_vmstat_is(line, "pgscan_direct", &number))
		reclaimed->scanned = strtoull(number, NULL, 10);
	return false;
}

int amk_vmstat_reclaimed(int fd, struct amk_reclaimed *reclaimed)
{
	static char text[AMK_VMSTAT_LEN];
	ssize_t len = amk_text_read_fd(fd, text, sizeof(text));
	const char *line;
	bool found = false;

	if (len < 0)
		return (int)len;
	memset(reclaimed, 0, sizeof(*reclaimed));
	for (line = text; *line; line += line[0] == '\n') {
		found |= line_read(line, reclaimed);
		line += strcspn(line, "\n");
	}
	return found ? 0 : -EINVAL;
}
