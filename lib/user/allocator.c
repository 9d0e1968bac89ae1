// SPDX-License-Identifier: GPL-2.0-only
/*
 * Allocators in malloc()'s place: see allocator.h. ld.so ignores a library that it cannot load,
 * with a line of its own, and goes on with the C library's malloc(): so the file's header is looked
 * at before, and the fresh process after.
 */
#include "lib/user/allocator.h"

#include <dlfcn.h>
#include <gnu/libc-version.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/core/workload.h"
#include "lib/user/elf_file.h"
#include "lib/user/package.h"
#include "lib/user/sanitized.h"

#define PRELOAD "LD_PRELOAD="
#define LOCAL_DIR "/usr/local/lib"

const struct amk_allocator amk_allocators[AMK_NR_ALLOCATORS] = {
#define AMK_ALLOCATOR(id, name, package, sonames, symbol) \
	[AMK_ALLOCATOR_##id] = { name, AMK_STRATEGY_ID_user_malloc_##id, package, sonames },
#include "lib/user/allocator.def"
#undef AMK_ALLOCATOR
};

const struct amk_allocator *amk_allocator_named(const char *name, size_t len)
{
	u32 i;

	for (i = 0; i < AMK_NR_ALLOCATORS; i++)
		if (strlen(amk_allocators[i].name) == len &&
		    !strncmp(amk_allocators[i].name, name, len))
			return &amk_allocators[i];
	return NULL;
}

const struct amk_allocator *amk_allocator_of(const struct amk_strategy *strategy)
{
	u32 i;

	for (i = 0; i < AMK_NR_ALLOCATORS; i++)
		if (strategy == &amk_strategies[amk_allocators[i].strategy])
			return &amk_allocators[i];
	return NULL;
}

bool amk_allocator_listed(const struct amk_allocator *allocator, const char *list)
{
	for (;;) {
		size_t len = strcspn(list, ",");

		if (amk_allocator_named(list, len) == allocator)
			return true;
		if (!list[len])
			return false;
		list += len + 1;
	}
}

/* ---- where it lies ---- */

static bool is_libc(const struct amk_allocator *allocator)
{
	return allocator == &amk_allocators[AMK_ALLOCATOR_glibc];
}

/* The file that this program's C library was loaded from. */
static bool libc_path(char path[PATH_MAX])
{
	Dl_info info;

	return dladdr((const void *)(unsigned long)gnu_get_libc_version, &info) && info.dli_fname &&
	       snprintf(path, PATH_MAX, "%s", info.dli_fname) < PATH_MAX;
}

/* Looks in the @len bytes at @dir for a library of @allocator; false: there is none. */
static bool look_in(const char *dir, size_t len, const struct amk_allocator *allocator,
		    char path[PATH_MAX])
{
	const char *name = allocator->sonames;

	while (*name) {
		size_t name_len = strcspn(name, " ");
		int n = snprintf(path, PATH_MAX, "%.*s/%.*s", (int)len, dir, (int)name_len, name);

		if (len && n < PATH_MAX && !access(path, F_OK))
			return true;
		name += name_len;
		name += strspn(name, " ");
	}
	return false;
}

/* Looks in each of the directories, separated by colons. */
static bool look_along(const char *dirs, const struct amk_allocator *allocator, char path[PATH_MAX])
{
	for (;;) {
		size_t len = strcspn(dirs, ":");

		if (look_in(dirs, len, allocator, path))
			return true;
		if (!dirs[len])
			return false;
		dirs += len + 1;
	}
}

/* A distribution's libraries lie beside its C library, or below /usr where that lies in /lib. */
static bool look_beside_libc(const struct amk_allocator *allocator, char path[PATH_MAX])
{
	char libc[PATH_MAX], dirs[2 * PATH_MAX + sizeof(LOCAL_DIR) + 8];
	char *slash;

	if (!libc_path(libc))
		return look_along(LOCAL_DIR, allocator, path);
	slash = strrchr(libc, '/');
	if (slash)
		*slash = '\0';
	snprintf(dirs, sizeof(dirs), "/usr%s:%s:" LOCAL_DIR, libc, libc);
	return look_along(dirs, allocator, path);
}

static bool find(const struct amk_allocator *allocator, char path[PATH_MAX])
{
	const char *dirs = getenv(AMK_ALLOCATOR_PATH);

	if (is_libc(allocator))
		return libc_path(path);
	return dirs ? look_along(dirs, allocator, path) : look_beside_libc(allocator, path);
}

/* ---- the environment of its process ---- */

/* This program's, with another LD_PRELOAD or none. One piece of memory but for that string. */
static char **environment_make(const char *preload)
{
	size_t n = 0, to = 0, i;
	char **list;

	while (environ[n])
		n++;
	list = calloc(n + 2, sizeof(*list));
	if (!list)
		return NULL;
	for (i = 0; i < n; i++)
		if (strncmp(environ[i], PRELOAD, sizeof(PRELOAD) - 1))
			list[1 + to++] = environ[i];
	/* First, so that it can be told from those that are not ours to free. */
	if (preload && asprintf(&list[0], PRELOAD "%s", preload) < 0) {
		free(list);
		return NULL;
	}
	return list;
}

int amk_allocator_locate(const struct amk_allocator *allocator, struct amk_allocator_place *place)
{
	memset(place, 0, sizeof(*place));
	if (AMK_SANITIZED) {
		place->reason = AMK_REASON_ALLOCATOR_SANITIZED;
		return 0;
	}
	if (!find(allocator, place->path)) {
		place->path[0] = '\0';
		place->reason = AMK_REASON_NO_ALLOCATOR;
		return 0;
	}
	if (amk_elf_foreign(place->path)) {
		place->reason = AMK_REASON_ALLOCATOR_FOREIGN;
		return 0;
	}
	place->environment = environment_make(is_libc(allocator) ? NULL : place->path);
	return place->environment ? 0 : -ENOMEM;
}

void amk_allocator_use(const struct amk_allocator_place *place, struct amk_process *process)
{
	process->allocator = place->path;
	process->environment = place->environment[0] ? place->environment : place->environment + 1;
}

void amk_allocator_place_free(struct amk_allocator_place *place)
{
	if (place->environment)
		free(place->environment[0]);
	free(place->environment);
	memset(place, 0, sizeof(*place));
}

/* ---- whether it takes malloc()'s place, and what it is ---- */

static void request_fill(const struct amk_strategy *strategy, struct amk_request *request)
{
	memset(request, 0, sizeof(*request));
	request->size_of = sizeof(*request);
	request->version = AMK_ABI_VERSION;
	memcpy(request->strategy, strategy->name, strlen(strategy->name) + 1);
	memcpy(request->workload, "pair", sizeof("pair"));
	request->size = strategy->granule_bytes;
	request->mem_max = 1ULL << 20;
	request->iteration_ticks = 1;
	request->iterations = 1;
	request->batch = 1;
	request->flags = AMK_REQUEST_DRY;
	request->node = -1;
}

int amk_allocator_probe(const struct amk_allocator *allocator, const struct amk_process *process,
			struct amk_allocator_place *place)
{
	struct amk_result *result = malloc(sizeof(*result));
	struct amk_process fresh = *process;
	struct amk_request request;
	int error;

	if (!result)
		return -ENOMEM;
	amk_allocator_use(place, &fresh);
	/* What ld.so has to say is said in the reason. */
	fresh.silent = true;
	fresh.allocator_version = place->version;
	request_fill(&amk_strategies[allocator->strategy], &request);
	error = amk_process_run(&fresh, &request, result);
	if (!error && result->status != AMK_STATUS_OK)
		place->reason = AMK_REASON_NOT_PRELOADED;
	free(result);
	return error;
}

void amk_allocator_facts(const struct amk_allocator *allocator,
			 const struct amk_allocator_place *place, struct amk_facts *facts)
{
	char key[64], build_id[AMK_BUILD_ID_LEN], package[AMK_PACKAGE_LEN];
	const char *name = allocator->name;

	snprintf(key, sizeof(key), "allocator.%s.path", name);
	amk_facts_add(facts, AMK_FACT_COMPARABILITY, key, place->path);
	snprintf(key, sizeof(key), "allocator.%s.version", name);
	if (place->version[0])
		amk_facts_add(facts, AMK_FACT_COMPARABILITY, key, place->version);
	snprintf(key, sizeof(key), "allocator.%s.build_id", name);
	if (!amk_elf_build_id(place->path, build_id))
		amk_facts_add(facts, AMK_FACT_COMPARABILITY, key, build_id);
	snprintf(key, sizeof(key), "allocator.%s.package", name);
	if (!amk_package_of(place->path, package))
		amk_facts_add(facts, AMK_FACT_COMPARABILITY, key, package);
}
