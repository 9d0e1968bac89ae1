// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads a run directory: the manifest, then each line of blocks.jsonl, by itself or all of them.
 */
#include "lib/user/records.h"

#include <stdlib.h>
#include <unistd.h>

#include "lib/user/manifest.h"
#include "lib/user/records_json.h"

/* What to do about a line that is no record. */
#define MEND "delete the line and measure it anew with --resume"

static int data_add(struct amk_run_data *data, struct amk_record *record)
{
	size_t room = data->nr_records;

	if (!(room & (room - 1))) {
		struct amk_record **grown;

		grown = realloc(data->record, (room ? 2 * room : 1) * sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		data->record = grown;
	}
	data->record[data->nr_records++] = record;
	return 0;
}

static int line_read(struct amk_record_reader *reader, const char *name, u64 number,
		     const char *line, size_t len, char error[AMK_ERROR_LEN])
{
	char what[AMK_ERROR_LEN];
	struct amk_record *record = amk_record_decode(line, len, what);
	int failed;

	if (!record) {
		snprintf(error, AMK_ERROR_LEN, "%.200s:%llu: %.180s; " MEND, name,
			 (unsigned long long)number, what);
		return -EBADMSG;
	}
	failed = reader->take(reader->arg, record, number);
	if (failed)
		snprintf(error, AMK_ERROR_LEN, "%.200s:%llu: %s", name, (unsigned long long)number,
			 failed == -ENOMEM ? "out of memory" : strerror(-failed));
	return failed;
}

static int lines_read(struct amk_record_reader *reader, const char *name, FILE *file,
		      char error[AMK_ERROR_LEN])
{
	char *line = NULL;
	size_t room = 0;
	ssize_t len;
	u64 number = 0;
	int failed = 0;

	while (!failed && (len = getline(&line, &room, file)) > 0) {
		number++;
		reader->bytes += (u64)len;
		if (line[len - 1] != '\n') {
			reader->truncated = true;
			break;
		}
		if (!reader->wanted || reader->wanted(reader->arg, line, (size_t)len - 1))
			failed = line_read(reader, name, number, line, (size_t)len - 1, error);
	}
	if (!failed && ferror(file)) {
		failed = -EIO;
		snprintf(error, AMK_ERROR_LEN, "%s: cannot read: %s", name, strerror(errno));
	}
	free(line);
	return failed;
}

int amk_records_each(const char *path, struct amk_record_reader *reader, char error[AMK_ERROR_LEN])
{
	char *name;
	FILE *file;
	int failed;

	if (asprintf(&name, "%s/blocks.jsonl", path) < 0) {
		snprintf(error, AMK_ERROR_LEN, "out of memory");
		return -ENOMEM;
	}
	file = fopen(name, "re");
	if (file) {
		failed = lines_read(reader, name, file, error);
		fclose(file);
	} else {
		failed = -errno;
		snprintf(error, AMK_ERROR_LEN,
			 "%s: cannot read: %s; give the directory of a run that was started", name,
			 strerror(errno));
	}
	free(name);
	return failed;
}

/* Orders records by what they are of, and the same by their place in the file. */
static int record_compare(const void *a, const void *b, void *all)
{
	struct amk_record *const *record = all;
	size_t i = *(const size_t *)a, j = *(const size_t *)b;
	const struct amk_record *x = record[i], *y = record[j];
	int order = (x->round > y->round) - (x->round < y->round);

	order = order ? order : (int)x->side - (int)y->side;
	order = order ? order : strcmp(x->strategy, y->strategy);
	order = order ? order : strcmp(x->workload, y->workload);
	order = order ? order : (x->size_bytes > y->size_bytes) - (x->size_bytes < y->size_bytes);
	return order ? order : (i > j) - (i < j);
}

static bool record_same(const struct amk_record *x, const struct amk_record *y)
{
	return x->round == y->round && x->side == y->side && x->size_bytes == y->size_bytes &&
	       !strcmp(x->strategy, y->strategy) && !strcmp(x->workload, y->workload);
}

/* A round visits a cell once: a second record of it would count twice in every figure. */
static int twice_refuse(const struct amk_run_data *data, char error[AMK_ERROR_LEN])
{
	size_t *at = calloc(data->nr_records + 1, sizeof(*at));
	size_t i;
	int failed = 0;

	if (!at) {
		snprintf(error, AMK_ERROR_LEN, "%.200s: out of memory", data->path);
		return -ENOMEM;
	}
	for (i = 0; i < data->nr_records; i++)
		at[i] = i;
	qsort_r(at, data->nr_records, sizeof(*at), record_compare, data->record);
	for (i = 1; i < data->nr_records && !failed; i++) {
		if (!record_same(data->record[at[i - 1]], data->record[at[i]]))
			continue;
		snprintf(error, AMK_ERROR_LEN,
			 "%.200s/blocks.jsonl:%zu: the same cell and round as line %zu; delete one "
			 "of them",
			 data->path, at[i] + 1, at[i - 1] + 1);
		failed = -EBADMSG;
	}
	free(at);
	return failed;
}

static int record_take(void *arg, struct amk_record *record, u64 line)
{
	int failed = data_add(arg, record);

	(void)line;
	if (failed)
		amk_record_free(record);
	return failed;
}

static int blocks_read(struct amk_run_data *data, char error[AMK_ERROR_LEN])
{
	struct amk_record_reader reader = { .take = record_take, .arg = data };
	int failed = amk_records_each(data->path, &reader, error);

	data->truncated = reader.truncated;
	return failed ? failed : twice_refuse(data, error);
}

int amk_run_data_read(const char *path, struct amk_run_data *data, char error[AMK_ERROR_LEN])
{
	int failed;

	memset(data, 0, sizeof(*data));
	data->path = strdup(path);
	if (!data->path) {
		snprintf(error, AMK_ERROR_LEN, "out of memory");
		return -ENOMEM;
	}
	failed = amk_manifest_read(path, data, error);
	if (!failed)
		failed = blocks_read(data, error);
	if (failed)
		amk_run_data_free(data);
	return failed;
}

void amk_run_data_slim(struct amk_run_data *data)
{
	size_t i;

	for (i = 0; i < data->nr_records; i++)
		data->record[i] = amk_record_slim(data->record[i]);
}

void amk_run_data_free(struct amk_run_data *data)
{
	size_t i;

	for (i = 0; i < data->nr_records; i++)
		amk_record_free(data->record[i]);
	free(data->record);
	free(data->path);
	json_decref(data->manifest);
	memset(data, 0, sizeof(*data));
}
