// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads costs.tsv: see costs_digest.h. The file may have been through a repository, a merge and an
 * editor: what is not exactly what amk_costs_digest_write() writes is refused with line and field.
 */
#include "lib/user/costs_digest.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/core/workload.h"
#include "lib/user/costs_columns.h"
#include "lib/user/decimal.h"
#include "lib/user/plan.h"

#define MEND "make it anew with 'allocmark digest', or put it back as it was written"

struct text {
	const char *at;
	size_t len;
};

struct parser {
	const char *at; /* the rest of the file; it ends with a newline */
	const char *end;
	struct text line; /* the rest of the line under way */
	u32 number; /* of that line */
	bool fields_left; /* of it */
	char *error;
	struct amk_costs *costs;
	double *cost; /* where the next one goes */
};

__attribute__((format(printf, 2, 3))) static bool fail(const struct parser *p, const char *format,
						       ...)
{
	int len = snprintf(p->error, AMK_ERROR_LEN, "%u: ", p->number);
	va_list args;

	va_start(args, format);
	vsnprintf(p->error + len, AMK_ERROR_LEN - (size_t)len, format, args);
	va_end(args);
	return false;
}

/* ---- lines and fields ---- */

static bool line_next(struct parser *p)
{
	const char *newline = p->at;

	if (p->at == p->end)
		return false;
	newline = memchr(p->at, '\n', (size_t)(p->end - p->at));
	p->line.at = p->at;
	p->line.len = (size_t)(newline - p->at);
	p->at = newline + 1;
	p->number++;
	p->fields_left = true;
	return true;
}

static bool field_next(struct parser *p, struct text *field)
{
	const char *tab;

	if (!p->fields_left)
		return false;
	tab = memchr(p->line.at, '\t', p->line.len);
	field->at = p->line.at;
	field->len = tab ? (size_t)(tab - p->line.at) : p->line.len;
	p->line.at += field->len + (tab != NULL);
	p->line.len -= field->len + (tab != NULL);
	p->fields_left = tab != NULL;
	return true;
}

static bool text_is(const struct text *text, const char *word)
{
	return text->len == strlen(word) && !memcmp(text->at, word, text->len);
}

static bool field_is(struct parser *p, const char *what, const char *wanted)
{
	struct text field;

	if (field_next(p, &field) && text_is(&field, wanted))
		return true;
	return fail(p, "%s: not '%s'", what, wanted);
}

static bool field_u64(struct parser *p, const char *what, u64 max, u64 *out)
{
	struct text field;
	size_t i;

	*out = 0;
	if (!field_next(p, &field) || !field.len || field.len > 19)
		return fail(p, "%s: not a number", what);
	for (i = 0; i < field.len; i++) {
		if (field.at[i] < '0' || field.at[i] > '9')
			return fail(p, "%s: not a number", what);
		*out = *out * 10 + (u64)(field.at[i] - '0');
	}
	return *out <= max || fail(p, "%s: above %llu", what, (unsigned long long)max);
}

static bool field_u32(struct parser *p, const char *what, u64 max, u32 *out)
{
	u64 number;

	if (!field_u64(p, what, max, &number))
		return false;
	*out = (u32)number;
	return true;
}

static bool field_name(struct parser *p, const char *what, char name[AMK_NAME_LEN])
{
	struct text field;

	if (!field_next(p, &field) || !field.len || field.len >= AMK_NAME_LEN ||
	    memchr(field.at, '\0', field.len))
		return fail(p, "%s: a name has 1 to %d characters", what, AMK_NAME_LEN - 1);
	memcpy(name, field.at, field.len);
	name[field.len] = '\0';
	return true;
}

/* ---- costs ---- */

static bool costs_parse(struct parser *p, struct amk_cost_cell *cell)
{
	bool timed = cell->metric && cell->metric->unit == AMK_UNIT_TICKS;
	struct text field;

	cell->cost = p->cost;
	while (field_next(p, &field)) {
		if (!amk_decimal_read(field.at, field.len, p->cost) || (timed && !(*p->cost > 0)))
			return fail(p, "cost %u: not a number %s", cell->nr_rounds + 1,
				    timed ? "above 0" : "of 0 or more");
		p->cost++;
		cell->nr_rounds++;
	}
	if (cell->nr_rounds > AMK_ROUNDS_MAX)
		return fail(p, "cost: more than %d", AMK_ROUNDS_MAX);
	if (!cell->metric && cell->nr_rounds)
		return fail(p, "cost: a cell without a metric has none");
	if (cell->metric && (cell->nr_rounds != 0) != (cell->status == AMK_STATUS_OK))
		return fail(p, "cost: a metric has costs where its status is ok, and only there");
	return true;
}

/* ---- a row ---- */

/* Rows of one strategy follow each other: mostly it is the same as the last one's. */
static bool strategy_parse(struct parser *p, struct amk_cost_cell *cell)
{
	const struct amk_cost_cell *last = p->costs->nr_cells ? cell - 1 : NULL;
	struct text side;
	u32 s;

	if (!field_next(p, &side))
		return fail(p, "side: missing");
	for (s = 0; s < AMK_NR_SIDES && !text_is(&side, amk_side_names[s]); s++)
		;
	if (s == AMK_NR_SIDES)
		return fail(p, "side: neither user nor kernel");
	cell->side = s;
	if (!field_name(p, "strategy", cell->strategy))
		return false;
	if (last && last->side == cell->side && !strcmp(last->strategy, cell->strategy))
		cell->strategy_row = last->strategy_row;
	else
		cell->strategy_row = amk_strategy_find(cell->side, cell->strategy);
	return cell->strategy_row || fail(p, "strategy: '%s' is not known on the %s side",
					  cell->strategy, amk_side_names[s]);
}

static bool workload_parse(struct parser *p, struct amk_cost_cell *cell)
{
	const struct amk_cost_cell *last = p->costs->nr_cells ? cell - 1 : NULL;

	if (!field_name(p, "workload", cell->workload))
		return false;
	if (last && !strcmp(last->workload, cell->workload))
		cell->workload_row = last->workload_row;
	else
		cell->workload_row = amk_workload_find(cell->workload);
	return cell->workload_row || fail(p, "workload: '%s' is not known here", cell->workload);
}

static bool metric_parse(struct parser *p, struct amk_cost_cell *cell)
{
	char name[AMK_NAME_LEN];

	if (!field_name(p, "metric", name))
		return false;
	if (!strcmp(name, AMK_DIGEST_NONE))
		return field_is(p, "unit", AMK_DIGEST_NONE);
	cell->metric = amk_metric_find(name);
	if (!cell->metric)
		return fail(p, "metric: '%s' is not known here", name);
	return field_is(p, "unit", amk_metric_unit(cell->metric, p->costs->unit));
}

static bool outcome_parse(struct parser *p, struct amk_cost_cell *cell)
{
	char name[AMK_NAME_LEN];
	int status;

	if (!field_name(p, "status", name))
		return false;
	status = amk_status_find(name);
	if (status < 0)
		return fail(p, "status: '%s' is not known here", name);
	cell->status = (u32)status;
	if (!field_u32(p, "reason_code", UINT32_MAX, &cell->reason_code) ||
	    !field_u32(p, "rounds_refused", AMK_ROUNDS_MAX, &cell->rounds_refused) ||
	    !field_u32(p, "rounds_failed", AMK_ROUNDS_MAX, &cell->rounds_failed))
		return false;
	cell->reason = amk_cost_reason(cell->reason_code);
	return true;
}

static bool row_parse(struct parser *p)
{
	struct amk_cost_cell *cell = &p->costs->cell[p->costs->nr_cells];

	if (!strategy_parse(p, cell) || !workload_parse(p, cell) ||
	    !field_u64(p, "size_bytes", INT64_MAX, &cell->size_bytes) || !metric_parse(p, cell) ||
	    !outcome_parse(p, cell) || !costs_parse(p, cell))
		return false;
	if (p->costs->nr_cells && amk_cost_cell_compare(cell - 1, cell) >= 0)
		return fail(p, "not after the line before it: a cell is there twice, or rows were "
			       "moved");
	p->costs->nr_cells++;
	return true;
}

/* ---- the file ---- */

/* The first line: what the file is, of which run, and how much of it there must be. */
static bool head_parse(struct parser *p, u64 *blocks_bytes, u64 *rows)
{
	u64 schema;

	*blocks_bytes = *rows = 0;
	p->number = 1;
	if (p->at == p->end || p->end[-1] != '\n')
		return fail(p, "the file is empty or cut: its last line has no end");
	p->number = 0;
	line_next(p);
	if (!field_is(p, "format", AMK_DIGEST_FORMAT) ||
	    !field_u64(p, "schema", INT64_MAX, &schema))
		return false;
	if (schema != AMK_DIGEST_SCHEMA)
		return fail(p, "schema: version %llu, but this allocmark reads %d",
			    (unsigned long long)schema, AMK_DIGEST_SCHEMA);
	if (!field_is(p, "run (that of manifest.json)", p->costs->id) ||
	    !field_u64(p, "bytes of blocks.jsonl", INT64_MAX, blocks_bytes) ||
	    !field_u64(p, "rows", INT64_MAX, rows))
		return false;
	return !p->fields_left || fail(p, "more fields than there are");
}

static bool columns_parse(struct parser *p)
{
	const char *const wanted = AMK_DIGEST_COLUMNS;

	if (!line_next(p) || !text_is(&p->line, wanted))
		return fail(p, "not the names of the columns");
	return true;
}

/* Room for @rows rows, which the file must be long enough for, and all that may be numbers. */
static bool room_make(struct parser *p, u64 rows)
{
	size_t tabs = 0;
	const char *at;

	if (rows > (u64)(p->end - p->at) / AMK_DIGEST_FIELDS)
		return fail(p, "%llu rows were written: the file is cut", (unsigned long long)rows);
	for (at = p->at; at < p->end; at++)
		tabs += *at == '\t';
	p->costs->cell = calloc(rows + 1, sizeof(*p->costs->cell));
	p->costs->cost = calloc(tabs + 1, sizeof(*p->costs->cost));
	p->cost = p->costs->cost;
	return (p->costs->cell && p->cost) || fail(p, "out of memory");
}

int amk_costs_digest_parse(const char *bytes, size_t len, struct amk_costs *costs,
			   char error[AMK_ERROR_LEN])
{
	struct parser p = { .at = bytes, .end = bytes + len, .error = error, .costs = costs };
	u64 rows;

	if (!head_parse(&p, &costs->blocks_bytes, &rows) || !columns_parse(&p) ||
	    !room_make(&p, rows))
		return -EBADMSG;
	while (line_next(&p)) {
		if (costs->nr_cells == rows) {
			fail(&p, "only %llu rows were written", (unsigned long long)rows);
			return -EBADMSG;
		}
		if (!row_parse(&p))
			return -EBADMSG;
	}
	if (costs->nr_cells == rows)
		return 0;
	fail(&p, "%llu rows were written: the file is cut", (unsigned long long)rows);
	return -EBADMSG;
}

/* The whole file, to be freed; NULL with *@failed. */
static char *file_read(const char *name, size_t *len, int *failed)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	char *bytes = NULL;
	struct stat st;
	ssize_t got = 0;

	*failed = 0;
	*len = 0;
	if (fd < 0) {
		*failed = -errno;
		return NULL;
	}
	if (fstat(fd, &st))
		*failed = -errno;
	else if (!S_ISREG(st.st_mode))
		*failed = -EINVAL;
	else if (!(bytes = malloc((size_t)st.st_size + 1)))
		*failed = -ENOMEM;
	while (!*failed && *len < (size_t)st.st_size) {
		got = read(fd, bytes + *len, (size_t)st.st_size - *len);
		if (got <= 0)
			break;
		*len += (size_t)got;
	}
	if (got < 0)
		*failed = -errno;
	close(fd);
	if (!*failed)
		return bytes;
	free(bytes);
	return NULL;
}

/* Whether blocks.jsonl of @path is not there, or @bytes long. */
static bool blocks_are(const char *path, u64 bytes)
{
	struct stat st;
	char *name;
	bool same;

	if (asprintf(&name, "%s/blocks.jsonl", path) < 0)
		return false;
	same = stat(name, &st) ? errno == ENOENT : (u64)st.st_size == bytes;
	free(name);
	return same;
}

/* Whether the digest's first line says that it is as old as blocks.jsonl. */
static bool current(const char *bytes, size_t len, const struct amk_costs *costs)
{
	char what[AMK_ERROR_LEN];
	struct amk_costs head = { .id = costs->id };
	struct parser p = { .at = bytes, .end = bytes + len, .error = what, .costs = &head };
	u64 blocks_bytes, rows;

	/* What cannot be read is for the parser to report. */
	return !head_parse(&p, &blocks_bytes, &rows) || blocks_are(costs->path, blocks_bytes);
}

int amk_costs_digest_read(struct amk_costs *costs, char error[AMK_ERROR_LEN])
{
	char what[AMK_ERROR_LEN], *name, *bytes;
	int failed, done = 0;
	size_t len;

	if (asprintf(&name, "%s/" AMK_DIGEST_NAME, costs->path) < 0) {
		snprintf(error, AMK_ERROR_LEN, "out of memory");
		return -ENOMEM;
	}
	bytes = file_read(name, &len, &failed);
	if (bytes && current(bytes, len, costs)) {
		failed = amk_costs_digest_parse(bytes, len, costs, what);
		done = !failed;
		if (failed)
			snprintf(error, AMK_ERROR_LEN, "%.200s:%.160s; " MEND, name, what);
	} else if (failed == -ENOENT) {
		failed = 0;
	} else if (failed) {
		snprintf(error, AMK_ERROR_LEN, "%.300s: cannot read: %s", name, strerror(-failed));
	}
	free(bytes);
	free(name);
	return failed ? failed : done;
}
