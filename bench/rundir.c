// SPDX-License-Identifier: GPL-2.0-only
/*
 * The directory of a run: see rundir.h.
 */
#include "bench/rundir.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

unsigned long long amk_random_seed(void)
{
	unsigned long long seed = 0;

	/* Where the kernel has no randomness yet, the time has to do. */
	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != sizeof(seed)) {
		struct timespec ts;

		clock_gettime(CLOCK_REALTIME, &ts);
		seed = (unsigned long long)ts.tv_sec << 32 ^ (unsigned long long)ts.tv_nsec;
	}
	return seed;
}

void amk_identity_make(struct amk_identity *identity)
{
	time_t now = time(NULL);
	struct tm utc;

	gmtime_r(&now, &utc);
	strftime(identity->created, AMK_CREATED_LEN, "%Y-%m-%dT%H:%M:%SZ", &utc);
	strftime(identity->stamp, AMK_STAMP_LEN, "%Y%m%dT%H%M%SZ", &utc);
	snprintf(identity->id, AMK_ID_LEN, "%06llx", amk_random_seed() & 0xffffff);
}

char *amk_rundir_name(const struct amk_identity *identity, const char *machine)
{
	size_t at;
	char *name;

	if (asprintf(&name, "results/%s-%s-%s", identity->stamp, machine, identity->id) < 0)
		return NULL;
	/* A machine may be called anything; a directory is better off without most of it. */
	for (at = strlen("results/"); name[at]; at++)
		if (!isalnum((unsigned char)name[at]) && !strchr("-_.", name[at]))
			name[at] = '_';
	return name;
}

int amk_directories_make(const char *path)
{
	char *copy = strdup(path), *slash;
	int error = 0;

	if (!copy)
		return -ENOMEM;
	for (slash = copy + 1; !error; slash++) {
		slash = strchrnul(slash, '/');
		if (*slash) {
			*slash = '\0';
			if (mkdir(copy, 0755) && errno != EEXIST)
				error = -errno;
			*slash = '/';
		} else {
			if (mkdir(copy, 0755) && errno != EEXIST)
				error = -errno;
			break;
		}
	}
	free(copy);
	return error;
}

int amk_rundir_make(const char *path, char error[AMK_RUNDIR_ERROR_LEN])
{
	char *name;
	int failed = *path ? amk_directories_make(path) : -ENOENT;

	if (!failed && access(path, W_OK | X_OK))
		failed = -errno;
	if (failed) {
		snprintf(error, AMK_RUNDIR_ERROR_LEN,
			 "%.300s: cannot write there: %s; give another directory with --out", path,
			 strerror(-failed));
		return failed;
	}
	if (asprintf(&name, "%s/manifest.json", path) < 0)
		return -ENOMEM;
	if (!access(name, F_OK)) {
		snprintf(error, AMK_RUNDIR_ERROR_LEN,
			 "%.200s: there is a run in it; go on with it by --resume=%.200s, or give "
			 "another --out",
			 path, path);
		failed = -EEXIST;
	}
	free(name);
	return failed;
}
