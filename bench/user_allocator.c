// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whose malloc() this process has: see user_allocator.h. What the calls mean is in jemalloc(3) for
 * mallctl(), in gperftools' tcmalloc.h and malloc_extension_c.h, in mimalloc.h, and in
 * malloc_trim(3). All are looked up by name, since the program is linked with none of them.
 */
#include "bench/user_allocator.h"

#include <dlfcn.h>
#include <gnu/libc-version.h>
#include <malloc.h>
#include <stdio.h>
#include <sys/stat.h>

/* MALLCTL_ARENAS_ALL of jemalloc: its arenas, and what it calls them all by. */
#define ARENAS_ALL "4096"

typedef int mallctl_fn(const char *name, void *old, size_t *old_len, void *new, size_t new_len);
typedef const char *tc_version_fn(int *major, int *minor, const char **patch);
typedef int mi_version_fn(void);
typedef void mi_collect_fn(bool force);
typedef void release_fn(void);

struct known {
	enum amk_strategy_id strategy;
	const char *symbol;
	void (*version)(void *symbol, char *text);
	bool (*trim)(void *symbol);
};

/* ---- what each says and does ---- */

static void version_glibc(void *symbol, char *text)
{
	(void)symbol;
	snprintf(text, AMK_ALLOCATOR_VERSION_LEN, "%s", gnu_get_libc_version());
}

static bool trim_glibc(void *symbol)
{
	(void)symbol;
	malloc_trim(0);
	return true;
}

static void version_jemalloc(void *symbol, char *text)
{
	mallctl_fn *mallctl = (mallctl_fn *)symbol;
	const char *version;
	size_t len = sizeof(version);

	if (!mallctl("version", &version, &len, NULL, 0))
		snprintf(text, AMK_ALLOCATOR_VERSION_LEN, "%s", version);
}

static bool trim_jemalloc(void *symbol)
{
	mallctl_fn *mallctl = (mallctl_fn *)symbol;

	/* Built without caches of threads it has nothing to flush. */
	mallctl("thread.tcache.flush", NULL, NULL, NULL, 0);
	return !mallctl("arena." ARENAS_ALL ".purge", NULL, NULL, NULL, 0);
}

static void version_tcmalloc(void *symbol, char *text)
{
	tc_version_fn *tc_version = (tc_version_fn *)symbol;
	const char *patch = "";
	int major, minor;

	tc_version(&major, &minor, &patch);
	snprintf(text, AMK_ALLOCATOR_VERSION_LEN, "%d.%d%s", major, minor, patch);
}

static bool trim_tcmalloc(void *symbol)
{
	release_fn *release =
		(release_fn *)dlsym(RTLD_DEFAULT, "MallocExtension_ReleaseFreeMemory");

	(void)symbol;
	if (release)
		release();
	return release;
}

static void version_mimalloc(void *symbol, char *text)
{
	mi_version_fn *mi_version = (mi_version_fn *)symbol;
	int version = mi_version();

	/* One digit of each part up to 2.x, two of the last two from then on. */
	if (version < 1000)
		snprintf(text, AMK_ALLOCATOR_VERSION_LEN, "%d.%d.%d", version / 100,
			 version / 10 % 10, version % 10);
	else
		snprintf(text, AMK_ALLOCATOR_VERSION_LEN, "%d.%d.%d", version / 10000,
			 version / 100 % 100, version % 100);
}

static bool trim_mimalloc(void *symbol)
{
	mi_collect_fn *collect = (mi_collect_fn *)dlsym(RTLD_DEFAULT, "mi_collect");

	(void)symbol;
	if (collect)
		collect(true);
	return collect;
}

static const struct known known[] = {
#define AMK_ALLOCATOR(id, name, package, sonames, symbol) \
	{ AMK_STRATEGY_ID_user_malloc_##id, #symbol, version_##id, trim_##id },
#include "lib/user/allocator.def"
#undef AMK_ALLOCATOR
};

/* ---- which it is ---- */

static const struct known *taken;

/* The file that the function @name is of, as the dynamic linker has it; false: there is none. */
static bool home_of(const char *name, Dl_info *home)
{
	void *symbol = dlsym(RTLD_DEFAULT, name);

	return symbol && dladdr(symbol, home) && home->dli_fname;
}

/* Whether the three calls that are measured, and the known one's own, are of one library. */
static bool is_home(const struct known *k, Dl_info *home)
{
	static const char *const calls[] = { "free", "malloc_usable_size" };
	Dl_info other;
	size_t i;

	if (!home_of("malloc", home))
		return false;
	for (i = 0; i < AMK_ARRAY_SIZE(calls); i++)
		if (!home_of(calls[i], &other) || other.dli_fbase != home->dli_fbase)
			return false;
	return home_of(k->symbol, &other) && other.dli_fbase == home->dli_fbase;
}

static bool same_file(const char *a, const char *b)
{
	struct stat x, y;

	return !stat(a, &x) && !stat(b, &y) && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

bool amk_user_allocator_take(const struct amk_strategy *strategy, const char *path)
{
	Dl_info home;
	size_t i;

	for (i = 0; i < AMK_ARRAY_SIZE(known); i++)
		if (strategy == &amk_strategies[known[i].strategy])
			break;
	if (i == AMK_ARRAY_SIZE(known) || !is_home(&known[i], &home) ||
	    !same_file(home.dli_fname, path))
		return false;
	taken = &known[i];
	return true;
}

void amk_user_allocator_version(char text[AMK_ALLOCATOR_VERSION_LEN])
{
	text[0] = '\0';
	if (taken)
		taken->version(dlsym(RTLD_DEFAULT, taken->symbol), text);
}

bool amk_user_allocator_trim(void)
{
	const struct known *k = taken;
	Dl_info home;
	size_t i;

	for (i = 0; !k && i < AMK_ARRAY_SIZE(known); i++)
		if (is_home(&known[i], &home))
			k = &known[i];
	return k && k->trim(dlsym(RTLD_DEFAULT, k->symbol));
}
