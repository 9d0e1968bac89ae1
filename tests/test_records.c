// SPDX-License-Identifier: GPL-2.0-only
/*
 * Records: what is written reads back the same; a line cut short is dropped, and any other line
 * that does not hold to the schema is refused with the name of the field.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/user/records_json.h"

#include <cmocka.h>

static char directory[] = "/tmp/amk-records-XXXXXX";
static char error[AMK_ERROR_LEN];

static char *in_directory(const char *name)
{
	char *path;

	assert_true(asprintf(&path, "%s/%s", directory, name) > 0);
	return path;
}

/* A block with something in every field. */
static void counts_make(struct amk_record *r)
{
	struct amk_count *c = r->result.count;

	r->result.nr_counts = 2;
	strcpy(c[0].metric, "page_faults");
	c[0].status = AMK_STATUS_OK;
	c[0].flags = AMK_EVENT_USER_ONLY;
	c[0].ops_low = 160;
	c[0].ops_high = 320;
	c[0].nr_pairs = 2;
	c[0].pair[0] = (struct amk_count_pair){ 11, 21, 4000, 4000 };
	c[0].pair[1] = (struct amk_count_pair){ 12, 22, 4100, 1025 };
	strcpy(c[1].metric, "cycles");
	c[1].lane = 1;
	c[1].status = AMK_STATUS_SKIP;
	c[1].reason = AMK_REASON_EVENT_BUSY;
}

static struct amk_record *record_make(void)
{
	struct amk_record *r = calloc(1, sizeof(*r));
	struct amk_lane *lane;
	u32 i;

	assert_non_null(r);
	r->round = 2;
	r->position = 17;
	r->side = AMK_SIDE_kernel;
	strcpy(r->strategy, "kmalloc");
	strcpy(r->workload, "burst-fifo");
	r->size_bytes = (4 << 20) + 1;
	r->wall_ns = 123456789;
	r->reason = strdup("");
	r->result.status = AMK_STATUS_OK;
	r->result.batch = 16;
	r->result.measured_ticks = 1ULL << 40;
	r->result.total_ticks = (1ULL << 40) + 5;
	r->result.clock_overhead_ticks = 40;
	r->result.clock_resolution_ticks = 2;
	r->result.nr_lanes = 2;
	for (i = 0; i < 2; i++) {
		lane = &r->result.lane[i];
		strcpy(lane->metric, i ? "lat_free" : "lat_alloc");
		lane->ops = 160;
		lane->slope = i;
		lane->nr_iterations = 3;
		lane->iteration[1].ticks_n = 7000;
		lane->iteration[2].ticks_2n = i ? 15000 : 0;
		lane->iteration[2].class_bits = AMK_CLASS_PREEMPTED;
		lane->each_ops = 30;
		lane->each_class[1] = 10;
		lane->hist_clean[0] = 15;
		lane->hist_clean[AMK_HIST_BUCKETS - 1] = 5;
		lane->hist_disturbed[300] = 10;
	}
	r->result.nr_values = 2;
	strcpy(r->result.value[0].metric, "frames");
	r->result.value[0].status = AMK_STATUS_OK;
	r->result.value[0].value = 99;
	strcpy(r->result.value[1].metric, "frames_2m");
	r->result.value[1].status = AMK_STATUS_SKIP;
	r->result.value[1].reason = AMK_REASON_NO_LEVEL;
	r->result.run_order[9] = 4;
	counts_make(r);
	return r;
}

static void same_is_read_back(void **state)
{
	struct amk_record *a = record_make(), *b;
	char *line = amk_record_encode(a);
	struct amk_record plain_a, plain_b;

	(void)state;
	assert_non_null(line);
	assert_int_equal(line[strlen(line) - 1], '\n');
	assert_null(memchr(line, '\n', strlen(line) - 1));
	b = amk_record_decode(line, strlen(line) - 1, error);
	assert_non_null(b);
	assert_string_equal(a->reason, b->reason);
	plain_a = *a;
	memcpy(&plain_b, b, offsetof(struct amk_record, result.count));
	plain_a.reason = plain_b.reason = NULL;
	plain_a.counts = plain_b.counts = NULL;
	assert_memory_equal(a->result.count, b->counts, 2 * sizeof(*b->counts));
	assert_memory_equal(&plain_a, &plain_b, offsetof(struct amk_record, result.count));
	free(line);
	amk_record_free(a);
	amk_record_free(b);
}

/* Replaces the first @from in the line of record_make() by @to and decodes it. */
static bool decodes_with(const char *from, const char *to)
{
	struct amk_record *a = record_make(), *b;
	char *line = amk_record_encode(a), *changed, *at;

	assert_non_null(line);
	line[strlen(line) - 1] = '\0';
	at = strstr(line, from);
	assert_non_null(at);
	assert_true(asprintf(&changed, "%.*s%s%s", (int)(at - line), line, to, at + strlen(from)) >
		    0);
	error[0] = '\0';
	b = amk_record_decode(changed, strlen(changed), error);
	free(changed);
	free(line);
	amk_record_free(a);
	amk_record_free(b);
	return b != NULL;
}

static void bad_fields_are_refused(void **state)
{
	static const struct {
		const char *from, *to, *names;
	} bad[] = {
		{ "\"round\":2", "\"round\":-1", "round" },
		{ "\"round\":2", "\"round\":\"2\"", "round" },
		{ "\"round\":2", "\"round\":2.5", "round" },
		{ "\"round\":2,", "", "round" },
		{ "\"round\":2", "\"round\":2,\"round\":3", "duplicate" },
		{ "\"round\":2", "\"round\":4294967296", "round" },
		{ "\"side\":\"kernel\"", "\"side\":\"left\"", "side" },
		{ "\"kmalloc\"", "\"nomalloc\"", "strategy" },
		{ "\"kmalloc\"", "\"malloc\"", "strategy" },
		{ "\"kmalloc\"", "\"\"", "strategy" },
		{ "\"kmalloc\"", "\"kmalloc-with-a-name-of-more-than-31\"", "strategy" },
		{ "\"burst-fifo\"", "\"burst\"", "workload" },
		{ "\"status\":\"ok\"", "\"status\":\"fine\"", "status" },
		{ "\"status\":\"ok\"", "\"status\":1", "status" },
		{ "\"error\":0", "\"error\":1", "error" },
		{ "\"error\":0", "\"error\":-5000", "error" },
		{ "\"batch\":16", "\"batch\":65537", "batch" },
		{ "\"metric\":\"lat_alloc\"", "\"metric\":\"lat_none\"", "metric" },
		{ "\"ops\":160", "\"ops\":0", "ops" },
		{ "\"ticks_n\":[0,7000,0]", "\"ticks_n\":[0,7000,-1]", "ticks_n" },
		{ "\"ticks_n\":[0,7000,0]", "\"ticks_n\":[0,7000]", "length" },
		{ "\"ticks_n\":[0,7000,0]", "\"ticks_n\":{}", "ticks_n" },
		{ "\"class_bits\":[0,0,2]", "\"class_bits\":[0,0,16]", "class_bits" },
		{ "\"each_ops\":30", "\"each_ops\":31", "each_ops" },
		{ "\"each_class\":[0,10,0,0]", "\"each_class\":[0,31,0,0]", "each_class" },
		{ "\"hist_clean\":[0,15,", "\"hist_clean\":[4608,15,", "hist_clean" },
		{ "\"hist_clean\":[0,15,", "\"hist_clean\":[0,-15,", "hist_clean" },
		{ "\"hist_clean\":[0,15,", "\"hist_clean\":[15,", "hist_clean" },
		{ "\"hist_clean\":[0,15,", "\"hist_clean\":[4607,15,", "hist_clean" },
		{ "\"value\":99", "\"value\":\"99\"", "value" },
		{ "\"value\":99", "\"value\":-99", "value" },
		{ "\"value\":99", "\"worth\":99", "status" },
		{ "\"reason_code\":11", "\"reason_code\":-1", "reason_code" },
		{ "\"metric\":\"page_faults\"", "\"metric\":\"lat_alloc\"", "metric" },
		{ "\"of\":\"lat_alloc\"", "\"of\":\"lat_pair\"", "of" },
		{ "\"of\":\"lat_free\"", "\"of\":7", "of" },
		{ "\"ops_low\":160", "\"ops_low\":320", "ops_low" },
		{ "\"ops_high\":320,", "", "ops_high" },
		{ "\"count_low\":[11,12]", "\"count_low\":[]", "count_low" },
		{ "\"count_low\":[11,12]", "\"count_low\":[1,2,3,4,5]", "count_low" },
		{ "\"count_high\":[21,22]", "\"count_high\":[21]", "count_high" },
		{ "\"count_high\":[21,22]", "\"count_high\":[21,-1]", "count_high" },
		{ "\"enabled_ns\":[4000,", "\"enabled_ns\":[3999,", "running_ns" },
		{ "\"running_ns\":[4000,1025]", "\"running_ns\":[4000,0]", "running_ns" },
		{ "\"user_only\":true", "\"user_only\":1", "user_only" },
		{ "\"status\":\"skip\",\"reason_code\":31",
		  "\"status\":\"none\",\"reason_code\":31", "status" },
		{ "\"counts\":[", "\"counts\":[7,", "counts" },
		{ "\"metric\":\"cycles\",\"of\":\"lat_free\"",
		  "\"metric\":\"page_faults\",\"of\":\"lat_alloc\"", "twice" },
		{ "\"run_order\":[", "\"run_order\":[-1,", "run_order" },
		{ "\"run_order\":[", "\"run_order\":[1,", "run_order" },
		{ "{\"round\"", "[{\"round\"", "JSON" },
		{ "\"wall_ns\":123456789", "\"wall_ns\":123456789012345678901", "JSON" },
	};
	size_t i;

	(void)state;
	assert_true(decodes_with("\"round\":2", "\"round\":3"));
	for (i = 0; i < AMK_ARRAY_SIZE(bad); i++) {
		if (decodes_with(bad[i].from, bad[i].to))
			fail_msg("accepted: %s", bad[i].to);
		if (!strstr(error, bad[i].names))
			fail_msg("%s: '%s' does not name %s", bad[i].to, error, bad[i].names);
	}
}

/* What lanes and counts took is given back; what a summary points to stays. */
static void slim_keeps_the_rest(void **state)
{
	struct amk_record *a = record_make(), *b;
	char *line;

	(void)state;
	free(a->reason);
	a->reason = strdup("why");
	line = amk_record_encode(a);
	b = amk_record_decode(line, strlen(line) - 1, error);
	assert_non_null(b);
	free(a->reason);
	a->reason = b->reason;
	b = amk_record_slim(b);
	assert_int_equal(b->result.nr_lanes, 0);
	assert_int_equal(b->result.nr_counts, 0);
	assert_null(b->counts);
	assert_ptr_equal(b->reason, a->reason);
	assert_string_equal(b->strategy, a->strategy);
	assert_int_equal(b->result.nr_values, 2);
	assert_memory_equal(b->result.value, a->result.value, sizeof(a->result.value));
	amk_record_free(b);
	free(line);
	free(a);
}

static void no_number_past_63_bits(void **state)
{
	struct amk_record *r = record_make();

	(void)state;
	r->result.lane[0].iteration[0].ticks_n = 1ULL << 63;
	assert_null(amk_record_encode(r));
	amk_record_free(r);
}

static long size_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return (long)st.st_size;
}

static void half_line_is_cut_before_appending(void **state)
{
	struct amk_record *r = record_make();
	char *name = in_directory("blocks.jsonl");
	struct amk_record_writer *w;
	FILE *file;
	long whole;

	(void)state;
	w = amk_record_writer_open(directory, NULL, error);
	assert_non_null(w);
	assert_int_equal(amk_record_write(w, r), 0);
	assert_int_equal(amk_record_writer_sync(w), 0);
	assert_int_equal(amk_record_writer_close(w), 0);
	whole = size_of(name);
	file = fopen(name, "a");
	assert_non_null(file);
	fputs("{\"round\":2,\"posi", file);
	fclose(file);
	w = amk_record_writer_open(directory, NULL, error);
	assert_non_null(w);
	assert_int_equal(size_of(name), whole);
	assert_int_equal(amk_record_write(w, r), 0);
	amk_record_writer_close(w);
	assert_int_equal(size_of(name), 2 * whole);
	free(name);
	amk_record_free(r);
}

static void full_disk_leaves_whole_lines(void **state)
{
	struct amk_record *r = record_make();
	struct amk_record_writer *w = amk_record_writer_open(directory, "/dev/full", error);

	(void)state;
	assert_non_null(w);
	assert_int_equal(amk_record_write(w, r), -ENOSPC);
	amk_record_writer_close(w);
	amk_record_free(r);
	assert_null(amk_record_writer_open("/proc/self/nowhere", NULL, error));
	assert_non_null(strstr(error, "/proc/self/nowhere"));
}

static void replaced_file_is_whole_or_old(void **state)
{
	char *name = in_directory("x.txt"), *aside = in_directory(".x.txt.new");
	char text[8] = "";
	FILE *file;

	(void)state;
	assert_int_equal(amk_file_replace(directory, "x.txt", "old", 3), 0);
	/* What cannot be written aside leaves the old one. */
	assert_int_equal(mkdir(aside, 0700), 0);
	assert_true(amk_file_replace(directory, "x.txt", "new", 3) < 0);
	file = fopen(name, "r");
	assert_non_null(file);
	assert_int_equal(fread(text, 1, 7, file), 3);
	fclose(file);
	assert_string_equal(text, "old");
	rmdir(aside);
	unlink(name);
	free(name);
	free(aside);
}

static int set_up(void **state)
{
	(void)state;
	return mkdtemp(directory) ? 0 : -1;
}

static int tear_down(void **state)
{
	char *name = in_directory("blocks.jsonl");

	(void)state;
	unlink(name);
	free(name);
	return rmdir(directory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_is_read_back),
		cmocka_unit_test(bad_fields_are_refused),
		cmocka_unit_test(slim_keeps_the_rest),
		cmocka_unit_test(no_number_past_63_bits),
		cmocka_unit_test(half_line_is_cut_before_appending),
		cmocka_unit_test(full_disk_leaves_whole_lines),
		cmocka_unit_test(replaced_file_is_whole_or_old),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
