// SPDX-License-Identifier: GPL-2.0-only
/*
 * One run at a time brings the memory of a machine to a state: two would undo each other's work.
 * Who has the turn is who has a name in the abstract name space of sockets: it needs neither
 * privilege nor a file, and goes with its process, however that ends (unix(7)).
 */
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "bench/state.h"

static const char name[] = "allocmark state of memory";

int amk_state_turn_take(struct amk_state *state, char error[AMK_ERROR_LEN])
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), code;

	memcpy(address.sun_path + 1, name, sizeof(name) - 1);
	if (fd >= 0 && !bind(fd, (struct sockaddr *)&address,
			     (socklen_t)(offsetof(struct sockaddr_un, sun_path) + sizeof(name)))) {
		state->turn = fd + 1;
		return 0;
	}
	code = -errno;
	if (fd >= 0)
		close(fd);
	if (code == -EADDRINUSE)
		snprintf(error, AMK_ERROR_LEN,
			 "--state=%s: another run holds this machine's memory in a state of its "
			 "own; wait until it has ended",
			 amk_state_name(state->wish.kind));
	else
		snprintf(error, AMK_ERROR_LEN, "--state=%s: no socket: %s",
			 amk_state_name(state->wish.kind), strerror(-code));
	return code;
}

void amk_state_turn_end(struct amk_state *state)
{
	if (state->turn)
		close(state->turn - 1);
	state->turn = 0;
}
