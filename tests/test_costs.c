// SPDX-License-Identifier: GPL-2.0-only
/*
 * Costs of a run: the same figures as amk_summarize() makes of the same records, each round's by
 * itself and in order, whatever the order of the file; cells without a number, rounds that were
 * refused or failed, and a cell that is in a round twice.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/user/cost.h"
#include "lib/user/costs.h"
#include "lib/user/records_json.h"
#include "lib/user/summary.h"

#include <cmocka.h>

static char directory[] = "/tmp/amk-costs-XXXXXX";
static char error[AMK_ERROR_LEN];
static struct amk_costs costs;

static char *in_directory(const char *name)
{
	char *path;

	assert_true(asprintf(&path, "%s/%s", directory, name) > 0);
	return path;
}

static void file_write(const char *name, const char *text)
{
	char *path = in_directory(name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
	free(path);
}

static int group_set_up(void **state)
{
	(void)state;
	return mkdtemp(directory) ? 0 : -1;
}

static int group_tear_down(void **state)
{
	char *blocks = in_directory("blocks.jsonl"), *manifest = in_directory("manifest.json");

	(void)state;
	unlink(blocks);
	unlink(manifest);
	free(blocks);
	free(manifest);
	return rmdir(directory);
}

/* A run of two ticks a nanosecond without a block. */
static int set_up(void **state)
{
	(void)state;
	file_write("manifest.json",
		   "{\"format\":\"allocmark-run\",\"schema\":1,\"id\":\"abcdef\","
		   "\"created\":\"2026-01-31T23:59:59Z\",\"machine_name\":\"box\","
		   "\"kernel\":\"6.1\",\"environment\":\"host\",\"clock\":{\"unit\":\"ns\","
		   "\"ticks_per_unit\":2.0},\"options\":{\"page_bytes\":4096,"
		   "\"kmalloc_max_bytes\":0},\"machine\":{},\"comparability\":{},"
		   "\"progress\":{}}\n");
	file_write("blocks.jsonl", "");
	memset(&costs, 0, sizeof(costs));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	amk_costs_free(&costs);
	return 0;
}

static struct amk_record *record_make(u32 round, const char *strategy, u64 size)
{
	struct amk_record *r = calloc(1, sizeof(*r));

	assert_non_null(r);
	r->round = round;
	strcpy(r->strategy, strategy);
	strcpy(r->workload, "pair");
	r->size_bytes = size;
	r->reason = strdup("");
	r->result.status = AMK_STATUS_OK;
	return r;
}

/* Writes @r and frees it. */
static void record_append(struct amk_record *r)
{
	char *path = in_directory("blocks.jsonl"), *line = amk_record_encode(r);
	FILE *file = fopen(path, "a");

	assert_non_null(line);
	assert_non_null(file);
	fputs(line, file);
	assert_int_equal(fclose(file), 0);
	free(line);
	free(path);
	amk_record_free(r);
}

static void ended(u32 round, u64 size, u32 status, u32 reason)
{
	struct amk_record *r = record_make(round, "malloc", size);

	r->result.status = status;
	r->result.reason = reason;
	record_append(r);
}

/* A block of @ticks an operation; 0: one that noise ate. */
static void timed(u32 round, u64 size, u64 ticks)
{
	struct amk_record *r = record_make(round, "malloc", size);
	struct amk_lane *lane = &r->result.lane[0];

	r->result.nr_lanes = 1;
	strcpy(lane->metric, "lat_pair");
	lane->ops = 10;
	lane->slope = 1;
	lane->nr_iterations = 1;
	lane->iteration[0].ticks_n = 1000;
	lane->iteration[0].ticks_2n = 1000 + 10 * ticks;
	record_append(r);
}

static void costs_read(void)
{
	if (amk_costs_read(directory, &costs, error))
		fail_msg("%s", error);
}

static void rounds_in_order(void **state)
{
	const struct amk_cost_cell *cell = costs.cell;

	(void)state;
	timed(2, 64, 30);
	timed(0, 64, 10);
	timed(1, 64, 50);
	timed(0, 8, 2);
	costs_read();
	cell = costs.cell;
	assert_int_equal(costs.nr_cells, 2);
	assert_int_equal(cell[0].size_bytes, 8);
	assert_int_equal(cell[1].nr_rounds, 3);
	assert_true(cell[1].cost[0] == 5 && cell[1].cost[1] == 25 && cell[1].cost[2] == 15);
	assert_string_equal(cell[1].strategy, "malloc");
	assert_string_equal(cell[1].workload, "pair");
	assert_string_equal(cell[1].metric->name, "lat_pair");
	assert_int_equal(cell[1].status, AMK_STATUS_OK);
	assert_ptr_equal(amk_costs_find(&costs, &cell[1]), &cell[1]);
	assert_string_equal(costs.id, "abcdef");
	assert_string_equal(costs.unit, "ns");
}

static void partly_refused_and_failed(void **state)
{
	(void)state;
	timed(0, 64, 10);
	ended(1, 64, AMK_STATUS_REFUSED, AMK_REASON_NONE);
	ended(2, 64, AMK_STATUS_MEASURE_FAILED, AMK_REASON_CORRUPT);
	ended(3, 64, AMK_STATUS_NONE, AMK_REASON_DIED);
	costs_read();
	assert_int_equal(costs.nr_cells, 1);
	assert_int_equal(costs.cell->nr_rounds, 1);
	assert_int_equal(costs.cell->rounds_refused, 1);
	assert_int_equal(costs.cell->rounds_failed, 2);
	assert_int_equal(costs.cell->status, AMK_STATUS_OK);
}

static void cell_without_number(void **state)
{
	(void)state;
	ended(0, 64, AMK_STATUS_SKIP, AMK_REASON_NO_THP);
	ended(1, 64, AMK_STATUS_SKIP, AMK_REASON_NO_THP);
	ended(2, 64, AMK_STATUS_REFUSED, AMK_REASON_NONE);
	costs_read();
	assert_int_equal(costs.nr_cells, 1);
	assert_null(costs.cell->metric);
	assert_int_equal(costs.cell->nr_rounds, 0);
	assert_int_equal(costs.cell->status, AMK_STATUS_SKIP);
	assert_int_equal(costs.cell->reason_code, AMK_REASON_NO_THP);
	assert_non_null(strstr(costs.cell->reason, "transparent huge pages are off"));
}

static void noise_leaves_no_cost(void **state)
{
	(void)state;
	timed(0, 64, 0);
	costs_read();
	assert_int_equal(costs.nr_cells, 1);
	assert_non_null(costs.cell->metric);
	assert_int_equal(costs.cell->nr_rounds, 0);
	assert_int_equal(costs.cell->status, AMK_STATUS_MEASURE_FAILED);
	assert_int_equal(costs.cell->reason_code, AMK_REASON_NOTHING_LEFT);
}

static void twice_in_a_round(void **state)
{
	(void)state;
	timed(0, 64, 10);
	timed(1, 64, 10);
	timed(0, 64, 11);
	assert_int_equal(amk_costs_read(directory, &costs, error), -EBADMSG);
	assert_non_null(strstr(error, "blocks.jsonl:3: the same cell and round as line 1;"));
}

static void half_a_last_line_is_dropped(void **state)
{
	char *path = in_directory("blocks.jsonl");
	FILE *file;

	(void)state;
	timed(0, 64, 10);
	file = fopen(path, "a");
	assert_non_null(file);
	fputs("{\"round\":1", file);
	assert_int_equal(fclose(file), 0);
	free(path);
	costs_read();
	assert_int_equal(costs.nr_cells, 1);
	assert_true(costs.run.truncated);
}

/* Of a real run: every entry of amk_summarize() has its cell, in the same place. */
static void agrees_with_the_summary(void **state)
{
	const char *srcdir = getenv("AMK_SRCDIR");
	struct amk_summary *summary;
	struct amk_run_data run;
	char *path;
	ssize_t n, i;

	(void)state;
	assert_true(asprintf(&path, "%s/tests/data/run-small", srcdir ? srcdir : ".") > 0);
	assert_int_equal(amk_run_data_read(path, &run, error), 0);
	assert_int_equal(amk_costs_read(path, &costs, error), 0);
	n = amk_summarize(&run, &summary);
	assert_true(n > 100);
	assert_int_equal(n, costs.nr_cells);
	for (i = 0; i < n; i++) {
		const struct amk_summary *s = &summary[i];
		struct amk_cost_cell *c = &costs.cell[i];

		assert_string_equal(s->strategy->name, c->strategy);
		assert_string_equal(s->workload, c->workload);
		assert_int_equal(s->size_bytes, c->size_bytes);
		assert_ptr_equal(s->metric, c->metric);
		assert_int_equal(s->status, c->status);
		assert_string_equal(s->reason, c->reason);
		if (isnan(s->cost)) {
			assert_int_equal(c->nr_rounds, 0);
			continue;
		}
		assert_int_equal(s->rounds, c->nr_rounds);
		qsort(c->cost, c->nr_rounds, sizeof(*c->cost), amk_cost_compare);
		assert_true(s->cost == amk_cost_quantile(c->cost, c->nr_rounds, 0.5));
	}
	free(summary);
	amk_run_data_free(&run);
	free(path);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(rounds_in_order),	       TEST(partly_refused_and_failed),
		TEST(cell_without_number),     TEST(noise_leaves_no_cost),
		TEST(twice_in_a_round),	       TEST(half_a_last_line_is_dropped),
		TEST(agrees_with_the_summary),
	};

	return cmocka_run_group_tests(tests, group_set_up, group_tear_down);
}
