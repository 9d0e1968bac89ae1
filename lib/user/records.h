/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A run directory: the only reader and writer of manifest.json and blocks.jsonl.
 *
 * blocks.jsonl is append-only, one line a block, so a run that is killed loses at most the block
 * under way; every other file is written aside and renamed. The schema is in results/README.md and
 * is checked on reading: a line that does not hold to it is an error naming file and line, except a
 * last line without its newline, which is what a kill leaves and is dropped.
 */
#ifndef AMK_RECORDS_H
#define AMK_RECORDS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "lib/core/abi.h"
#include "lib/core/deps.h"
#include "lib/core/strategy.h"

#define AMK_SCHEMA_VERSION 1
#define AMK_ERROR_LEN 512

/* One block as it stands in blocks.jsonl. */
struct amk_record {
	u32 round; /* from 0 */
	u32 position; /* within the round */
	enum amk_side_id side;
	char strategy[AMK_NAME_LEN];
	char workload[AMK_NAME_LEN];
	u64 size_bytes;
	u64 wall_ns; /* the whole visit, process start and all */
	char *reason; /* text; owned by the record */
	/* In a record that was read: result.nr_counts of them, owned, in place of result.count. */
	struct amk_count *counts;
	struct amk_result result;
};

/* The result.nr_counts counts of a record, wherever they are. */
static inline const struct amk_count *amk_record_counts(const struct amk_record *record)
{
	return record->counts ? record->counts : record->result.count;
}

/* What the records of a run are read into. Strings point into the manifest. */
struct amk_run_data {
	char *path; /* run directory */
	json_t *manifest;
	const char *machine; /* name */
	const char *kernel; /* release */
	const char *environment; /* host, guest-kvm, guest-tcg, guest-icount */
	const char *unit; /* what a tick is shown as: "ns" or "insn" */
	double ticks_per_unit; /* of AMK_CLOCK_CYCLE: ticks an ns (or an instruction) */
	u64 page_bytes;
	u64 kmalloc_max_bytes; /* 0: the run has no kernel side */
	struct amk_record **record; /* each by itself, and only with the lanes that it uses */
	size_t nr_records;
	bool truncated; /* a last line without its newline was dropped */
};

/*
 * Reads the run in directory @path whole. 0, or -errno with a one-line text in @error that names
 * file, line and the mend. The data is the caller's: amk_run_data_free().
 */
int amk_run_data_read(const char *path, struct amk_run_data *data, char error[AMK_ERROR_LEN]);
void amk_run_data_free(struct amk_run_data *data);
/*
 * Gives back the lanes and counts of the records, most of their room, for who has summarised the
 * run: what each is of, its values, status and reason stay.
 */
void amk_run_data_slim(struct amk_run_data *data);

/* What amk_records_each() does with a run's records. */
struct amk_record_reader {
	/* Whether a line (no newline) is to be decoded and taken; NULL: each is. */
	bool (*wanted)(void *arg, const char *line, size_t len);
	/* Owns @record from then on. 0 to go on, or -errno, which ends the reading. */
	int (*take)(void *arg, struct amk_record *record, u64 line);
	void *arg;
	bool truncated; /* out: a last line without its newline was dropped */
	u64 bytes; /* out: how long the file was, such a line and all */
};

/*
 * Reads blocks.jsonl of run directory @path a record at a time. Does not look for cells that are in
 * a round twice. 0, or -errno with a one-line text in @error.
 */
int amk_records_each(const char *path, struct amk_record_reader *reader, char error[AMK_ERROR_LEN]);

/* A blocks.jsonl opened for appending. */
struct amk_record_writer;

/*
 * Opens blocks.jsonl of run directory @path for appending (a half line left by a kill is cut off
 * first); @mirror is a second file that gets every line too, or NULL. NULL on error, text in
 * @error.
 */
struct amk_record_writer *amk_record_writer_open(const char *path, const char *mirror,
						 char error[AMK_ERROR_LEN]);
/* Appends one block with a single write(). 0 or -errno (-ENOSPC: nothing of it stays). */
int amk_record_write(struct amk_record_writer *writer, const struct amk_record *record);
/*
 * The mirror, if it was what the last amk_record_write() could not write, else NULL: the block is
 * then in blocks.jsonl all the same.
 */
const char *amk_record_writer_mirror_failed(const struct amk_record_writer *writer);
/* Flushes to the disk. 0 or -errno. */
int amk_record_writer_sync(struct amk_record_writer *writer);
int amk_record_writer_close(struct amk_record_writer *writer);

/* Writes @len bytes to @path/@name: aside, synced, renamed. 0 or -errno. */
int amk_file_replace(const char *path, const char *name, const void *bytes, size_t len);

/* Text of a reason, never NULL; a number from a newer half reads "reason N". */
const char *amk_reason_text(u32 reason, char buffer[32]);
/* "ok", "refused", "skip", "setup-failed", "measure-failed", "none". */
const char *amk_status_name(u32 status);
/* The enum amk_status called @name, or -1. */
int amk_status_find(const char *name);

#endif
