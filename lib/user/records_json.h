/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One record as one line of JSON, and back. The only place that knows the names of a block's
 * fields; results/README.md describes them.
 */
#ifndef AMK_RECORDS_JSON_H
#define AMK_RECORDS_JSON_H

#include "lib/user/records.h"

/* The line for @record with its newline, to be freed; NULL: no memory, or a number past 2^63. */
char *amk_record_encode(const struct amk_record *record);

/*
 * Reads the @len bytes at @line (no newline). A record to be freed with amk_record_free(), or NULL
 * with what is wrong in @error (no file, no line number).
 */
struct amk_record *amk_record_decode(const char *line, size_t len, char error[AMK_ERROR_LEN]);

void amk_record_free(struct amk_record *record);

/* @record without lanes and counts; it may have moved. */
struct amk_record *amk_record_slim(struct amk_record *record);

/* The field "counts" of a record, to be owned by the caller; NULL: no memory, or a bad record. */
json_t *amk_counts_encode(const struct amk_record *record);
/* Reads @list, which may be NULL, into record->counts. False: text in @error. */
bool amk_counts_decode(const json_t *list, struct amk_record *record, char error[AMK_ERROR_LEN]);

/* ---- reading checked fields of a JSON object; false: text in @error ---- */

bool amk_json_u64(const json_t *object, const char *key, u64 max, u64 *out,
		  char error[AMK_ERROR_LEN]);
bool amk_json_number(const json_t *object, const char *key, double *out, char error[AMK_ERROR_LEN]);
bool amk_json_string(const json_t *object, const char *key, const char **out,
		     char error[AMK_ERROR_LEN]);
bool amk_json_object(const json_t *object, const char *key, json_t **out,
		     char error[AMK_ERROR_LEN]);

#endif
