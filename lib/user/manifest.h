/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * manifest.json: what a run was asked for and where it took place. Written when a run begins and
 * again when it ends, each time aside and renamed; results/README.md describes the fields.
 */
#ifndef AMK_MANIFEST_H
#define AMK_MANIFEST_H

#include "lib/user/clock.h"
#include "lib/user/events.h"
#include "lib/user/facts.h"
#include "lib/user/plan.h"
#include "lib/user/records.h"

/* How far a run came. */
struct amk_progress {
	u64 blocks_planned;
	u64 blocks_done;
	u64 wall_ns; /* of the run, over all its sessions */
	u64 measured_ns; /* of it, inside measured blocks */
	bool finished;
};

/* Everything that a manifest is written from. Strings are the caller's. */
struct amk_manifest {
	const char *id;
	const char *created; /* UTC, ISO 8601 */
	const char *machine_name;
	const char *environment;
	const char *unit; /* "ns" or "insn" */
	double ticks_per_unit;
	struct amk_clock clock;
	int cpu;
	bool kernel_side;
	const struct amk_options *options;
	const struct amk_events *events; /* what was counted, or why not */
	const struct amk_facts *facts; /* machine and comparability */
	const struct amk_facts *state_begin;
	const struct amk_facts *state_end; /* NULL: not there yet */
	struct amk_progress progress;
};

/* Writes @path/manifest.json. 0 or -errno. */
int amk_manifest_write(const char *path, const struct amk_manifest *manifest);

/* Writes to @path/manifest.json what comparisons need of that of @data. 0 or -errno. */
int amk_manifest_write_baseline(const char *path, const struct amk_run_data *data);

/* Reads and checks @path/manifest.json into @data. 0 or -errno with a one-line text. */
int amk_manifest_read(const char *path, struct amk_run_data *data, char error[AMK_ERROR_LEN]);

/* The options that the run of @data was started with, for amk_options_free(). 0 or -errno, text. */
int amk_manifest_options(const struct amk_run_data *data, struct amk_options *options,
			 char error[AMK_ERROR_LEN]);

/*
 * The events that the run of @data counted, or could not. A run that counted none has none. 0 or
 * -errno, text.
 */
int amk_manifest_events(const struct amk_run_data *data, struct amk_events *events,
			char error[AMK_ERROR_LEN]);
/* The field "events" of a manifest; NULL: no memory. */
json_t *amk_manifest_events_encode(const struct amk_events *events);

/*
 * What the manifest of @data has at @group (NULL: at the top; "state.begin" and "state.end": the
 * readings of then), @key in words, lists with commas, for free(). NULL: not there, or no memory.
 */
char *amk_manifest_text(const struct amk_run_data *data, const char *group, const char *key);
bool amk_manifest_has(const struct amk_run_data *data, const char *group, const char *key);
/* The key at place @at, from 0, of @group; it is the manifest's. NULL: there are no more. */
const char *amk_manifest_key(const struct amk_run_data *data, const char *group, size_t at);

/* The CPU that the run of @data measured on; -1: it does not say. */
int amk_manifest_cpu(const struct amk_run_data *data);

/* What the run of @data had reached. */
void amk_manifest_progress(const struct amk_run_data *data, struct amk_progress *progress);

/*
 * Lists in @text where the run of @data differs from here: environment, unit, machine,
 * comparability. Returns how many differences there are; the text names as many as fit.
 */
u32 amk_manifest_differs(const struct amk_run_data *data, const struct amk_manifest *here,
			 char text[AMK_ERROR_LEN]);

/* The same between two runs that were read. */
u32 amk_run_data_differs(const struct amk_run_data *a, const struct amk_run_data *b,
			 char text[AMK_ERROR_LEN]);

/*
 * The number that the manifest of @data has for @name: a key, or the last part of one ("threads"
 * for "place.threads"), of comparability, the state when it began, the options or the machine, in
 * that order. 0; -ENOENT: no such key; -EINVAL: what is there is no number (a unit may follow it).
 */
int amk_manifest_number(const struct amk_run_data *data, const char *name, double *number);

/* Text of the manifest's field @key of object @group ("machine", "comparability"), or NULL. */
const char *amk_run_data_fact(const struct amk_run_data *data, const char *group, const char *key);

#endif
