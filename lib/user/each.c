// SPDX-License-Identifier: GPL-2.0-only
/*
 * Histograms of single operations, a round at a time: see each.h.
 */
#include "lib/user/each.h"

#include <stdlib.h>

#include "lib/user/records_json.h"

/* Where in a line its cell is named; see line_wanted(). */
#define HEAD_LEN 512

int amk_each_add(struct amk_each *each, const struct amk_lane *lane, u64 overhead_ticks)
{
	struct amk_each_round *round;
	u32 i;

	round = reallocarray(each->round, each->nr_rounds + 1, sizeof(*round));
	if (!round)
		return -ENOMEM;
	each->round = round;
	round += each->nr_rounds;
	round->hist = calloc(AMK_HIST_BUCKETS, sizeof(*round->hist));
	if (!round->hist)
		return -ENOMEM;
	for (i = 0; i < AMK_HIST_BUCKETS; i++)
		round->hist[i] = lane->hist_clean[i] + lane->hist_disturbed[i];
	round->ops = lane->each_ops;
	round->overhead_ticks = overhead_ticks;
	each->nr_rounds++;
	return 0;
}

void amk_each_free(struct amk_each *each)
{
	u32 i;

	for (i = 0; i < each->nr_rounds; i++)
		free(each->round[i].hist);
	free(each->round);
	memset(each, 0, sizeof(*each));
}

/* ---- reading ---- */

struct reading {
	struct amk_each_wanted *wanted;
	size_t nr_wanted;
};

/* Whether @name stands in quotes in the first bytes of @line. */
static bool head_has(const char *line, size_t len, const char *name)
{
	char quoted[AMK_NAME_LEN + 3];
	int quoted_len = snprintf(quoted, sizeof(quoted), "\"%s\"", name);

	return memmem(line, len, quoted, (size_t)quoted_len) != NULL;
}

/*
 * Whether a line may be of a cell that is wanted: looks for the names only, so that the lines of
 * others, nearly all of them, need not be decoded. A line that does not name its cell at its
 * beginning, as ours do, is let through.
 */
static bool line_wanted(void *arg, const char *line, size_t len)
{
	const struct reading *reading = arg;
	size_t i;

	len = len < HEAD_LEN ? len : HEAD_LEN;
	if (!memmem(line, len, "\"size_bytes\"", 12))
		return true;
	for (i = 0; i < reading->nr_wanted; i++)
		if (head_has(line, len, reading->wanted[i].strategy) &&
		    head_has(line, len, reading->wanted[i].workload))
			return true;
	return false;
}

static bool is_cell(const struct amk_each_wanted *w, const struct amk_record *r)
{
	return w->side == r->side && w->size_bytes == r->size_bytes &&
	       !strcmp(w->strategy, r->strategy) && !strcmp(w->workload, r->workload);
}

/* Adds the lane of @result that is wanted, if it has one. */
static int lane_add(struct amk_each_wanted *wanted, const struct amk_result *result)
{
	u32 i;

	for (i = 0; i < result->nr_lanes; i++) {
		const struct amk_lane *lane = &result->lane[i];

		if (lane->each_ops && !strcmp(lane->metric, wanted->metric))
			return amk_each_add(&wanted->each, lane, result->clock_overhead_ticks);
	}
	return 0;
}

static int record_take(void *arg, struct amk_record *record, u64 line)
{
	struct reading *reading = arg;
	int failed = 0;
	size_t i;

	(void)line;
	for (i = 0; i < reading->nr_wanted && !failed; i++)
		if (record->result.status == AMK_STATUS_OK && is_cell(&reading->wanted[i], record))
			failed = lane_add(&reading->wanted[i], &record->result);
	amk_record_free(record);
	return failed;
}

int amk_each_read(const char *path, double ticks_per_unit, struct amk_each_wanted *wanted, size_t n,
		  char error[AMK_ERROR_LEN])
{
	struct reading reading = { .wanted = wanted, .nr_wanted = n };
	struct amk_record_reader reader = {
		.wanted = line_wanted,
		.take = record_take,
		.arg = &reading,
	};
	size_t i;

	for (i = 0; i < n; i++)
		wanted[i].each = (struct amk_each){ .ticks_per_unit = ticks_per_unit };
	return amk_records_each(path, &reader, error);
}
