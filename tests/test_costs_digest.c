// SPDX-License-Identifier: GPL-2.0-only
/*
 * The digest of a run: what is written reads back the same to the last bit, and whatever is not
 * just what was written is refused by line and field.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/core/workload.h"
#include "lib/user/costs_digest.h"

#include <cmocka.h>

static char error[AMK_ERROR_LEN];
static struct amk_costs costs;

static const char good[] = "allocmark-costs\t1\tabcdef\t99\t4\n"
			   "side\tstrategy\tworkload\tsize_bytes\tmetric\tunit\tstatus\t"
			   "reason_code\trounds_refused\trounds_failed\tcost...\n"
			   "user\tmalloc\tpair\t64\tlat_pair\tns\tok\t0\t1\t2\t12.5\t1e3\t0.1\n"
			   "user\tmalloc\tpair\t128\t-\t-\tskip\t8\t0\t0\n"
			   "user\tmalloc\tcontig\t4096\tframes\tpages\tok\t0\t0\t0\t0\t1\n"
			   "kernel\tkmalloc\tpair\t64\tlat_pair\tns\trefused\t0\t3\t0\n";

static int set_up(void **state)
{
	(void)state;
	memset(&costs, 0, sizeof(costs));
	costs.id = "abcdef";
	costs.unit = "ns";
	error[0] = '\0';
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	amk_costs_free(&costs);
	return 0;
}

static void every_field(void **state)
{
	const struct amk_cost_cell *c;

	(void)state;
	if (amk_costs_digest_parse(good, strlen(good), &costs, error))
		fail_msg("%s", error);
	assert_int_equal(costs.nr_cells, 4);
	assert_int_equal(costs.blocks_bytes, 99);
	c = costs.cell;
	assert_string_equal(c->strategy, "malloc");
	assert_ptr_equal(c->strategy_row, amk_strategy_find(AMK_SIDE_user, "malloc"));
	assert_ptr_equal(c->workload_row, amk_workload_find("pair"));
	assert_int_equal(c->size_bytes, 64);
	assert_string_equal(c->metric->name, "lat_pair");
	assert_int_equal(c->rounds_refused, 1);
	assert_int_equal(c->rounds_failed, 2);
	assert_int_equal(c->nr_rounds, 3);
	assert_true(c->cost[0] == 12.5 && c->cost[1] == 1000 && c->cost[2] == 0.1);
	assert_null(c[1].metric);
	assert_int_equal(c[1].status, AMK_STATUS_SKIP);
	assert_int_equal(c[1].reason_code, 8);
	assert_true(c[2].cost[0] == 0 && c[2].cost[1] == 1);
	assert_int_equal(c[3].side, AMK_SIDE_kernel);
	assert_int_equal(c[3].nr_rounds, 0);
}

/* Parses the good digest with the first @from in it replaced by @to. */
static int parse_with(const char *from, const char *to)
{
	const char *at = strstr(good, from);
	char *changed;
	int failed, len;

	assert_non_null(at);
	amk_costs_free(&costs);
	set_up(NULL);
	len = asprintf(&changed, "%.*s%s%s", (int)(at - good), good, to, at + strlen(from));
	assert_true(len > 0);
	failed = amk_costs_digest_parse(changed, (size_t)len, &costs, error);
	free(changed);
	return failed;
}

static void bad_fields(void **state)
{
	static const struct {
		const char *from, *to, *error;
	} bad[] = {
		{ "allocmark-costs", "allocmark-run", "1: format:" },
		{ "costs\t1", "costs\t2", "1: schema: version 2, but this allocmark reads 1" },
		{ "abcdef", "abcdee", "1: run (that of manifest.json): not 'abcdef'" },
		{ "\t99\t", "\t-9\t", "1: bytes of blocks.jsonl: not a number" },
		{ "\t4\n", "\t5\n", "6: 5 rows were written: the file is cut" },
		{ "\t4\n", "\t3\n", "6: only 3 rows were written" },
		{ "\t4\n", "\t4\t4\n", "1: more fields" },
		{ "reason_code\t", "", "2: not the names of the columns" },
		{ "user\tmalloc\tpair\t64", "usr\tmalloc\tpair\t64", "3: side: neither" },
		{ "malloc", "mallock", "3: strategy: 'mallock' is not known on the user side" },
		{ "pair\t", "pear\t", "3: workload: 'pear' is not known" },
		{ "\t64\t", "\t0x40\t", "3: size_bytes: not a number" },
		{ "\t64\t", "\t18446744073709551616\t", "3: size_bytes: not a number" },
		{ "lat_pair", "lat_pear", "3: metric: 'lat_pear' is not known" },
		{ "\tns\t", "\tinsn\t", "3: unit: not 'ns'" },
		{ "\tok\t", "\tfine\t", "3: status: 'fine' is not known" },
		{ "\t12.5", "\tnan", "3: cost 1: not a number above 0" },
		{ "\t12.5", "\t-12.5", "3: cost 1: not a number above 0" },
		{ "\t12.5", "\tinf", "3: cost 1: not a number above 0" },
		{ "\t12.5", "\t1e999", "3: cost 1: not a number above 0" },
		{ "\t12.5", "\t0x10", "3: cost 1: not a number above 0" },
		{ "\t12.5", "\t 12.5", "3: cost 1: not a number above 0" },
		{ "\t12.5", "\t12.5.1", "3: cost 1: not a number above 0" },
		{ "\t12.5", "\t", "3: cost 1: not a number above 0" },
		{ "\t12.5", "\t0", "3: cost 1: not a number above 0" },
		{ "\t0.1\n", "\t0.1\t\n", "3: cost 4: not a number above 0" },
		{ "\tok\t", "\tskip\t", "3: cost: a metric has costs where its status is ok" },
		{ "\t0\t0\n", "\t0\t0\t5\n", "4: cost: a cell without a metric has none" },
		{ "\t-\t-\t", "\t-\tns\t", "4: unit: not '-'" },
		{ "\t128\t", "\t64\t", "4: not after the line before it" },
		{ "\t0\t1\n", "\t-0\t1\n", "5: cost 1: not a number of 0 or more" },
		{ "kernel\tkmalloc", "user\tmalloc", "6: not after the line before it" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < AMK_ARRAY_SIZE(bad); i++) {
		if (parse_with(bad[i].from, bad[i].to) != -EBADMSG)
			fail_msg("'%s' for '%s' was read", bad[i].to, bad[i].from);
		if (strncmp(error, bad[i].error, strlen(bad[i].error)))
			fail_msg("'%s' is not '%s...'", error, bad[i].error);
	}
	/* Rows that the file is too short for are not made room for. */
	assert_int_equal(parse_with("\t4\n", "\t99999999999\n"), -EBADMSG);
	assert_non_null(strstr(error, "99999999999 rows were written: the file is cut"));
}

/* However much of it is missing at the end, it is no digest. */
static void cut_anywhere(void **state)
{
	size_t len;

	(void)state;
	for (len = 0; len < strlen(good); len++) {
		char *part = malloc(len + 1); /* of its own, so that reading past it is seen */

		assert_non_null(part);
		memcpy(part, good, len);
		if (!amk_costs_digest_parse(part, len, &costs, error))
			fail_msg("%zu bytes of it were read", len);
		free(part);
		amk_costs_free(&costs);
		set_up(NULL);
	}
}

/* ---- written and read ---- */

static char directory[] = "/tmp/amk-digest-XXXXXX";

static void file_copy(const char *from, const char *name)
{
	char *command;

	assert_true(asprintf(&command, "cp '%s/%s' '%s/%s' && chmod u+w '%s/%s'", from, name,
			     directory, name, directory, name) > 0);
	assert_int_equal(system(command), 0);
	free(command);
}

static int run_set_up(void **state)
{
	const char *srcdir = getenv("AMK_SRCDIR");
	char *from;

	(void)state;
	if (!mkdtemp(directory) ||
	    asprintf(&from, "%s/tests/data/run-small", srcdir ? srcdir : ".") < 0)
		return -1;
	file_copy(from, "manifest.json");
	file_copy(from, "blocks.jsonl");
	free(from);
	return set_up(state);
}

static int run_tear_down(void **state)
{
	char *command;
	int failed;

	tear_down(state);
	if (asprintf(&command, "rm -r '%s'", directory) < 0)
		return -1;
	failed = system(command);
	free(command);
	strcpy(directory + strlen(directory) - 6, "XXXXXX");
	return failed;
}

static void appended(const char *name, const char *text)
{
	char *path;
	FILE *file;

	assert_true(asprintf(&path, "%s/%s", directory, name) > 0);
	file = fopen(path, "a");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
	free(path);
}

static void costs_same(const struct amk_costs *a, const struct amk_costs *b)
{
	size_t i;

	assert_int_equal(a->nr_cells, b->nr_cells);
	assert_int_equal(a->blocks_bytes, b->blocks_bytes);
	for (i = 0; i < a->nr_cells; i++) {
		const struct amk_cost_cell *x = &a->cell[i], *y = &b->cell[i];

		assert_int_equal(amk_cost_cell_compare(x, y), 0);
		assert_int_equal(x->status, y->status);
		assert_int_equal(x->reason_code, y->reason_code);
		assert_string_equal(x->reason, y->reason);
		assert_int_equal(x->rounds_refused, y->rounds_refused);
		assert_int_equal(x->rounds_failed, y->rounds_failed);
		assert_int_equal(x->nr_rounds, y->nr_rounds);
		assert_memory_equal(x->cost, y->cost, x->nr_rounds * sizeof(*x->cost));
	}
}

static void same_to_the_last_bit(void **state)
{
	struct amk_costs digest;

	(void)state;
	assert_int_equal(amk_costs_read_blocks(directory, &costs, error), 0);
	assert_int_equal(amk_costs_digest_write(&costs, directory, error), 0);
	memset(&digest, 0, sizeof(digest));
	digest.id = costs.id;
	digest.unit = costs.unit;
	digest.path = directory;
	assert_int_equal(amk_costs_digest_read(&digest, error), 1);
	costs_same(&costs, &digest);
	amk_costs_free(&digest);
}

/* Something in the digest that the blocks do not say shows which of the two is read. */
static void stale_is_not_used(void **state)
{
	(void)state;
	assert_int_equal(amk_costs_read(directory, &costs, error), 0);
	costs.cell[0].cost[0] = 4711;
	assert_int_equal(amk_costs_digest_write(&costs, directory, error), 0);
	amk_costs_free(&costs);
	assert_int_equal(amk_costs_read(directory, &costs, error), 0);
	assert_true(costs.cell[0].cost[0] == 4711);
	amk_costs_free(&costs);
	appended("blocks.jsonl", "{\"half a line");
	assert_int_equal(amk_costs_read(directory, &costs, error), 0);
	assert_true(costs.cell[0].cost[0] != 4711);
}

static void broken_is_no_fallback(void **state)
{
	(void)state;
	assert_int_equal(amk_costs_read(directory, &costs, error), 0);
	assert_int_equal(amk_costs_digest_write(&costs, directory, error), 0);
	amk_costs_free(&costs);
	appended("costs.tsv", "user\n");
	assert_int_equal(amk_costs_read(directory, &costs, error), -EBADMSG);
	assert_non_null(strstr(error, "costs.tsv:457: only 454 rows"));
	assert_non_null(strstr(error, "allocmark digest"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define RUN_TEST(name) cmocka_unit_test_setup_teardown(name, run_set_up, run_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_field),	     TEST(bad_fields),
		TEST(cut_anywhere),	     RUN_TEST(same_to_the_last_bit),
		RUN_TEST(stale_is_not_used), RUN_TEST(broken_is_no_fallback),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
