// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reclaim and compaction from /proc/vmstat: see vmstat.h. allocstall_* are allocations that had to
 * reclaim by themselves, a counter for each zone (one for all before Linux 4.10), compact_stall
 * those that had to compact, pgscan_direct the pages looked at. Read without stdio, which would
 * allocate.
 */
#include "lib/user/vmstat.h"

#include <errno.h>
#include <unistd.h>

/* The counters and their names, some 6 KiB. */
#define TEXT_LEN 32768

static bool line_starts(const char *line, const char *with, const char **rest)
{
	size_t len = strlen(with);

	*rest = line + len;
	return !strncmp(line, with, len);
}

/* The number behind the first blank of @line. */
static u64 line_number(const char *line)
{
	u64 n = 0;

	while (*line && *line != ' ' && *line != '\n')
		line++;
	for (line += *line == ' '; *line >= '0' && *line <= '9'; line++)
		n = n * 10 + (u64)(*line - '0');
	return n;
}

/* Whether it is the counter of reclaim. */
static bool line_read(const char *line, struct amk_reclaimed *reclaimed)
{
	const char *rest;

	if (line_starts(line, "allocstall", &rest) && (*rest == '_' || *rest == ' ')) {
		reclaimed->stalls += line_number(line);
		return true;
	}
	if (line_starts(line, "compact_stall ", &rest))
		reclaimed->compactions = line_number(line);
	else if (line_starts(line, "pgscan_direct ", &rest))
		reclaimed->scanned = line_number(line);
	return false;
}

int amk_vmstat_reclaimed(int fd, struct amk_reclaimed *reclaimed)
{
	static char text[TEXT_LEN];
	ssize_t got, len = 0;
	const char *line;
	bool found = false;

	do {
		got = pread(fd, text + len, (size_t)(TEXT_LEN - 1 - len), len);
		if (got < 0)
			return -errno;
		len += got;
	} while (got && len < TEXT_LEN - 1);
	text[len] = '\0';
	memset(reclaimed, 0, sizeof(*reclaimed));
	for (line = text; *line; line += line[0] == '\n') {
		found |= line_read(line, reclaimed);
		line += strcspn(line, "\n");
	}
	return found ? 0 : -EINVAL;
}
