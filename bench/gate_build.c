// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs the allocmark of another build and waits for it: see gate.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/gate.h"
#include "bench/session.h"

extern char **environ;

/* The last line of @log that is not empty, in @text. */
static void last_line(const char *log, char text[AMK_ERROR_LEN])
{
	char line[AMK_ERROR_LEN];
	FILE *file = fopen(log, "re");

	strcpy(text, "it said nothing");
	while (file && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		if (*line)
			strcpy(text, line);
	}
	if (file)
		fclose(file);
}

static int child_start(char *const *argv, const char *log, pid_t *child)
{
	posix_spawn_file_actions_t actions;
	int failed = posix_spawn_file_actions_init(&actions);

	if (failed)
		return -failed;
	failed = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (!failed)
		failed = posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log,
							  O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (!failed)
		failed = posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
	if (!failed)
		failed = posix_spawn(child, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return -failed;
}

int amk_build_run(char *const *argv, const char *log, char error[AMK_ERROR_LEN])
{
	char text[AMK_ERROR_LEN];
	pid_t child;
	int status = child_start(argv, log, &child);

	if (!status)
		status = amk_session_wait(child);
	if (amk_session_stop) {
		snprintf(error, AMK_ERROR_LEN, "stopped");
		return -EINTR;
	}
	if (status < 0) {
		snprintf(error, AMK_ERROR_LEN, "%.300s: cannot be run: %s", argv[0],
			 strerror(-status));
		return status;
	}
	if (!status)
		return 0;
	last_line(log, text);
	snprintf(error, AMK_ERROR_LEN, "%.200s run failed: %.250s", argv[0], text);
	return -EIO;
}
