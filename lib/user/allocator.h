/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The allocators that may stand in malloc()'s place, and where they lie on this machine.
 *
 * Each has a strategy of its own, whose blocks run in a fresh process that the dynamic linker gives
 * the library before any other (LD_PRELOAD). The tool itself never loads one. Before it measures,
 * the process looks whether malloc() is really that library's: see bench/user_allocator.h.
 */
#ifndef AMK_ALLOCATOR_H
#define AMK_ALLOCATOR_H

#include <limits.h>

#include "lib/core/abi.h"
#include "lib/core/strategy.h"
#include "lib/user/facts.h"
#include "lib/user/process.h"

enum amk_allocator_id {
#define AMK_ALLOCATOR(id, ...) AMK_ALLOCATOR_##id,
#include "lib/user/allocator.def"
#undef AMK_ALLOCATOR
	AMK_NR_ALLOCATORS
};

struct amk_allocator {
	const char *name;
	enum amk_strategy_id strategy;
	const char *package; /* Debian's name */
	const char *sonames; /* file names, separated by spaces */
};

extern const struct amk_allocator amk_allocators[AMK_NR_ALLOCATORS];

/* In a list of names: every one that is installed. */
#define AMK_ALLOCATORS_AUTO "auto"

/* The allocator called by the @len bytes at @name, or NULL. */
const struct amk_allocator *amk_allocator_named(const char *name, size_t len);

/* The allocator that @strategy measures, or NULL: it is none of those. */
const struct amk_allocator *amk_allocator_of(const struct amk_strategy *strategy);

/* Whether @list, names separated by commas, has the name of @allocator itself in it. */
bool amk_allocator_listed(const struct amk_allocator *allocator, const char *list);

/* Directories to look in instead of the system's, separated by colons. */
#define AMK_ALLOCATOR_PATH "ALLOCMARK_ALLOCATOR_PATH"

/* One allocator on this machine. */
struct amk_allocator_place {
	enum amk_reason reason; /* AMK_REASON_NONE: it is to be had; else why not */
	char path[PATH_MAX]; /* of the library; of a foreign one too */
	char version[AMK_ALLOCATOR_VERSION_LEN]; /* as it calls itself; "": not known */
	char **environment; /* of a process that has it in malloc()'s place */
};

/*
 * Looks for @allocator: the C library where this program has it from; the others in the
 * directories of AMK_ALLOCATOR_PATH, else beside the C library and in /usr/local/lib. Fills @place.
 * 0, also where it is not to be had (reason), or -ENOMEM. The caller frees.
 */
int amk_allocator_locate(const struct amk_allocator *allocator, struct amk_allocator_place *place);

/*
 * Starts a fresh process that has the library of @place in malloc()'s place, and asks it for its
 * version; @process says how to start one. Sets the place's reason where that fails. 0 or -errno.
 */
int amk_allocator_probe(const struct amk_allocator *allocator, const struct amk_process *process,
			struct amk_allocator_place *place);

/* Has @process start with the library of @place. The place must outlive the process. */
void amk_allocator_use(const struct amk_allocator_place *place, struct amk_process *process);

/* Adds what identifies the library: path, build id, version, and the package it is of. */
void amk_allocator_facts(const struct amk_allocator *allocator,
			 const struct amk_allocator_place *place, struct amk_facts *facts);

void amk_allocator_place_free(struct amk_allocator_place *place);

#endif
