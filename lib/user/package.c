// SPDX-License-Identifier: GPL-2.0-only
/*
 * The package of a file: see package.h. dpkg-query(1) is asked, without a shell, so that no
 * character of a path means anything.
 */
#include "lib/user/package.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define QUERY "dpkg-query"

/* Starts @argv with its output to @to and its complaints nowhere. 0 or a positive errno. */
static int query_start(char *const *argv, int to, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	int error = posix_spawn_file_actions_init(&actions);

	if (error)
		return error;
	error = posix_spawn_file_actions_adddup2(&actions, to, STDOUT_FILENO);
	if (!error)
		error = posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null",
							 O_WRONLY, 0);
	if (!error)
		error = posix_spawnp(pid, QUERY, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

/* All that comes from @fd, as far as it fits. */
static void text_take(int fd, char text[AMK_PACKAGE_LEN])
{
	char rest[256];
	size_t len = 0;
	ssize_t got;

	for (;;) {
		bool full = len == AMK_PACKAGE_LEN - 1;

		got = full ? read(fd, rest, sizeof(rest)) :
			     read(fd, text + len, AMK_PACKAGE_LEN - 1 - len);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		if (!full)
			len += (size_t)got;
	}
	text[len] = '\0';
}

/* The output of dpkg-query with two arguments. 0, -ENOENT where it does not know, or -errno. */
static int query(const char *option, const char *format, const char *what,
		 char text[AMK_PACKAGE_LEN])
{
	const char *const argv[] = { QUERY, option, format, what, NULL };
	int ends[2], status, error;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	error = query_start((char *const *)(uintptr_t)argv, ends[1], &pid);
	close(ends[1]);
	if (!error)
		text_take(ends[0], text);
	close(ends[0]);
	if (error)
		return -error;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) && !WEXITSTATUS(status) && text[0] ? 0 : -ENOENT;
}

/* "NAME: PATH", or "NAME, NAME: PATH" for a file of several: the first. */
static int owner_of(const char *path, char name[AMK_PACKAGE_LEN])
{
	int error = query("--search", "--", path, name);
	char *end;

	if (error)
		return error;
	end = strstr(name, ": ");
	if (!end)
		return -ENOENT;
	*end = '\0';
	name[strcspn(name, ",")] = '\0';
	return 0;
}

int amk_package_of(const char *path, char text[AMK_PACKAGE_LEN])
{
	char name[AMK_PACKAGE_LEN], *real = realpath(path, NULL);
	int error;

	if (!real)
		return -errno;
	error = owner_of(real, name);
	if (error == -ENOENT && !strncmp(real, "/usr/", 5))
		error = owner_of(real + 4, name);
	free(real);
	if (error)
		return error;
	return query("--show", "--showformat=${binary:Package} ${Version}", name, text);
}
