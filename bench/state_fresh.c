// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes free memory whole, as far as one is allowed to: what can be read again is dropped, and what
 * can be moved is moved together (Documentation/admin-guide/sysctl/vm.rst).
 */
#include <fcntl.h>
#include <unistd.h>

#include "bench/state.h"

static bool file_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	size_t len = strlen(text);
	bool written = fd >= 0 && write(fd, text, len) == (ssize_t)len;

	if (fd >= 0)
		close(fd);
	return written;
}

void amk_state_prepare(struct amk_state *state)
{
	bool dropped, compacted;

	sync();
	dropped = file_write("/proc/sys/vm/drop_caches", "3");
	compacted = file_write("/proc/sys/vm/compact_memory", "1");
	state->whole = dropped && compacted;
	if (state->whole)
		state->prepared = "drop_caches compact_memory";
	else if (dropped)
		state->prepared = "drop_caches; no compaction here";
	else
		state->prepared = "nothing: root alone may drop caches and compact";
}
