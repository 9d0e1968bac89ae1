// SPDX-License-Identifier: GPL-2.0-only
/*
 * Thresholds: what is built in, which rule holds for which cell, that what is printed reads back
 * the same, and that each kind of bad line is named by its number.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include "lib/core/workload.h"
#include "lib/user/thresholds.h"

#include <cmocka.h>

static char error[AMK_ERROR_LEN];
static struct amk_thresholds thresholds;

static int parse(const char *text)
{
	error[0] = '\0';
	return amk_thresholds_parse("t.ini", text, strlen(text), &thresholds, error);
}

static void good(const char *text)
{
	if (parse(text))
		fail_msg("%s", error);
}

/* What holds for a cell; the rule's name or "default" is returned. */
static const char *find(enum amk_strategy_id strategy, enum amk_metric_id metric,
			enum amk_workload_id workload, u64 size, const char *environment,
			struct amk_threshold *t)
{
	const struct amk_cost_cell cell = {
		.side = amk_strategies[strategy].side,
		.strategy_row = &amk_strategies[strategy],
		.workload_row = &amk_workloads[workload],
		.metric = &amk_metrics[metric],
		.size_bytes = size,
	};
	const struct amk_threshold_rule *rule =
		amk_thresholds_find(&thresholds, &cell, environment, t);

	return rule ? rule->name : "default";
}

#define FIND(strategy, metric, workload, size, environment, t)                                  \
	find(AMK_STRATEGY_ID_##strategy, AMK_METRIC_##metric, AMK_WORKLOAD_ID_##workload, size, \
	     environment, t)

static void what_is_built_in(void **state)
{
	struct amk_threshold t;

	(void)state;
	assert_int_equal(amk_thresholds_read(NULL, &thresholds, error), 0);
	assert_float_equal(thresholds.q, 0.05, 1e-12);
	assert_string_equal(FIND(user_malloc, lat_pair, pair, 64, "host", &t), "default");
	assert_float_equal(t.margin, 0.03, 1e-12);
	assert_float_equal(t.tolerance, 0, 0);
	assert_int_equal(t.min_rounds, 5);
	assert_int_equal(t.action, AMK_ACTION_GATE);
	assert_false(t.inconclusive_fails);
	assert_string_equal(FIND(user_malloc, lat_pair, pair, 64, "guest-tcg", &t), "emulated");
	assert_float_equal(t.margin, 0.10, 1e-12);
	FIND(kernel_kmalloc, lat_pair, pair, 64, "guest-icount", &t);
	assert_float_equal(t.tolerance, 0.005, 1e-12);
	FIND(kernel_kmalloc, limit, limit, 0, "guest-icount", &t);
	assert_float_equal(t.tolerance, 0, 0);
	FIND(user_malloc, run_largest, contig, 4096, "host", &t);
	assert_int_equal(t.action, AMK_ACTION_WARN);
	FIND(user_null, lat_pair, pair, 1, "host", &t);
	assert_int_equal(t.action, AMK_ACTION_WARN);
	FIND(user_null, lat_pair, pair, 1, "guest-icount", &t);
	assert_int_equal(t.action, AMK_ACTION_GATE);
	amk_thresholds_free(&thresholds);
}

static void later_rules_win(void **state)
{
	struct amk_threshold t;

	(void)state;
	good("[default]\nmargin = 4%\n"
	     "[rule a]\nstrategy = user:*\nmargin = 5\ntolerance=1\n"
	     "[rule b]\nstrategy = malloc, kernel:pages\nsize = 64-4K,1M\nmargin = 6\n"
	     "[rule c]\nworkload = burst-*\nenvironment = guest-*\naction = ignore\n");
	assert_string_equal(FIND(user_malloc, lat_pair, pair, 63, "host", &t), "a");
	assert_float_equal(t.margin, 0.05, 1e-12);
	assert_string_equal(FIND(user_malloc, lat_pair, pair, 64, "host", &t), "b");
	assert_float_equal(t.margin, 0.06, 1e-12);
	assert_float_equal(t.tolerance, 0.01, 1e-12); /* of a, which b says nothing about */
	assert_string_equal(FIND(user_malloc, lat_pair, pair, 4096, "host", &t), "b");
	assert_string_equal(FIND(user_malloc, lat_pair, pair, 4097, "host", &t), "a");
	assert_string_equal(FIND(user_malloc, lat_pair, pair, 1 << 20, "host", &t), "b");
	assert_string_equal(FIND(kernel_alloc_pages, lat_pair, pair, 4096, "host", &t), "b");
	assert_string_equal(FIND(kernel_kmalloc, lat_pair, pair, 4096, "host", &t), "default");
	assert_float_equal(t.margin, 0.04, 1e-12);
	assert_string_equal(FIND(kernel_kmalloc, lat_free, burst_lifo, 64, "guest-kvm", &t), "c");
	assert_int_equal(t.action, AMK_ACTION_IGNORE);
	assert_string_equal(FIND(kernel_kmalloc, lat_free, burst_lifo, 64, "host", &t), "default");
	amk_thresholds_free(&thresholds);
}

static void a_cell_without_a_number_has_no_metric(void **state)
{
	struct amk_cost_cell cell = { .strategy_row = amk_strategies,
				      .workload_row = amk_workloads };
	struct amk_threshold t;

	(void)state;
	good("[rule a]\nmetric = *\naction = warn\n");
	assert_null(amk_thresholds_find(&thresholds, &cell, "host", &t));
	assert_int_equal(t.action, AMK_ACTION_GATE);
	amk_thresholds_free(&thresholds);
}

static char *printed(void)
{
	char *text = NULL;
	size_t len;
	FILE *file = open_memstream(&text, &len);

	amk_thresholds_print(file, &thresholds);
	fclose(file);
	return text;
}

static void what_is_printed_reads_back(void **state)
{
	static const char *const texts[] = {
		"",
		"\xef\xbb\xbf[default]\r\nmargin = 0.25 % ; a comment\r\n",
		"[default]\nq=0.01\nmin-rounds=8\ninconclusive=fail\naction=warn\ntolerance=12.5\n"
		"# a comment\n[rule x.y-z_1] ; another\nmetric = lat_*,limit\n"
		"strategy=user:default\n"
		"workload=touch\nsize=1-1T\nenvironment=host\nmargin=1000\nmin-rounds=1\n",
	};
	char *first, *second;
	size_t i;

	(void)state;
	for (i = 0; i < AMK_ARRAY_SIZE(texts); i++) {
		good(texts[i]);
		first = printed();
		amk_thresholds_free(&thresholds);
		good(first);
		second = printed();
		amk_thresholds_free(&thresholds);
		assert_string_equal(first, second);
		free(first);
		free(second);
	}
}

static void bad_lines_are_named(void **state)
{
	static const struct {
		const char *text, *says;
	} bad[] = {
		{ "[default]\nmargin = 3x\n", "t.ini:2: margin: '3x' is no number" },
		{ "[default]\nmargin =\n", "t.ini:2: margin: '' is no number" },
		{ "[default]\nmargin = nan\n", "t.ini:2: margin: 'nan' is no number" },
		{ "[default]\nmargin = 1e3\n", "t.ini:2: margin: '1e3' is no number" },
		{ "[default]\nmargin = -1\n", "t.ini:2: margin: '-1' is no number" },
		{ "[default]\n\nmargin = 1001\n",
		  "t.ini:3: margin: 1001 is not within 0 and 1000" },
		{ "[default]\nmargin = 3\nmargin = 3\n", "t.ini:3: margin is there twice" },
		{ "[default]\nmargins = 3\n", "t.ini:2: 'margins' is no key" },
		{ "[default]\nmetric = lat_pair\n", "t.ini:2: metric is a condition" },
		{ "[default]\nmin-rounds = 0\n", "t.ini:2: min-rounds: 0 is not within" },
		{ "[default]\nmin-rounds = 2.5\n", "t.ini:2: min-rounds: '2.5' is no whole" },
		{ "[default]\nq = 1\n", "t.ini:2: q: 1 is not between" },
		{ "[default]\naction = stop\n", "t.ini:2: action: 'stop' is none of" },
		{ "[default]\ninconclusive = no\n", "t.ini:2: inconclusive: 'no' is neither" },
		{ "[default]\nmargin 3\n", "t.ini:2: neither [SECTION] nor KEY = VALUE" },
		{ "[default]\nmargin 3\nx = 1\n", "t.ini:2: neither [SECTION] nor KEY = VALUE" },
		{ "[default]\n margin = 3\n", "t.ini:2: begins with a blank" },
		{ "[default]\nq = .1\n[default]\n", "t.ini:3: [default] is there twice" },
		{ "[defaults]\n", "t.ini:1: [defaults] is neither" },
		{ "[default\n", "t.ini:1: [ without its ]" },
		{ "[default] margin = 3\n", "t.ini:1: text after the section's name" },
		{ "margin = 3\n", "t.ini:1: a key before the first section" },
		{ "[rule]\nmargin = 3\n", "t.ini:1: [rule] is neither" },
		{ "[rule a b]\nmargin = 3\n", "t.ini:1: a rule's name is made of" },
		{ "[rule a]\nmargin = 3\n[rule a]\n", "t.ini:3: rule a is there twice" },
		{ "[rule a]\nsize = 64\n[rule b]\nmargin = 1\n", "t.ini:1: rule a sets nothing" },
		{ "\n[rule a]\n", "t.ini:2: rule a sets nothing" },
		{ "[rule a]\nq = 0.1\n", "t.ini:2: q is of all cells together" },
		{ "[rule a]\nmetric = lat\n",
		  "t.ini:2: metric: there is no 'lat'; 'allocmark list metrics'" },
		{ "[rule a]\nstrategy = left:malloc\n",
		  "t.ini:2: strategy: there is no 'left:malloc'" },
		{ "[rule a]\nstrategy = malloc,,mmap\n", "t.ini:2: strategy: an empty word" },
		{ "[rule a]\nworkload = pear\n", "t.ini:2: workload: there is no 'pear'" },
		{ "[rule a]\nsize = 64Q\n", "t.ini:2: size: '64Q' is neither" },
		{ "[rule a]\nenvironment = moon\n", "t.ini:2: environment: 'moon' is none of" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < AMK_ARRAY_SIZE(bad); i++) {
		if (!parse(bad[i].text))
			fail_msg("'%s' is taken", bad[i].text);
		if (strncmp(error, bad[i].says, strlen(bad[i].says)) || strchr(error, '\n'))
			fail_msg("'%s' does not say: %s", error, bad[i].says);
		assert_int_equal(thresholds.nr_rules, 0);
	}
}

static void long_and_binary_lines_are_refused(void **state)
{
	static const char zero[] = "[default]\nq = 0.1\0x\n";
	char text[512];

	(void)state;
	assert_int_not_equal(
		amk_thresholds_parse("t.ini", zero, sizeof(zero) - 1, &thresholds, error), 0);
	assert_string_equal(error, "t.ini:2: a zero byte: this is no text file");
	snprintf(text, sizeof(text), "[default]\nmargin = 3\n#%0300d\n", 0);
	assert_int_not_equal(parse(text), 0);
	assert_non_null(strstr(error, "t.ini:3: longer than"));
	snprintf(text, sizeof(text), "[default]\nmargin = %0180d\n", 3);
	assert_int_not_equal(parse(text), 0);
	assert_non_null(strstr(error, "t.ini:2: margin"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_built_in),
		cmocka_unit_test(later_rules_win),
		cmocka_unit_test(a_cell_without_a_number_has_no_metric),
		cmocka_unit_test(what_is_printed_reads_back),
		cmocka_unit_test(bad_lines_are_named),
		cmocka_unit_test(long_and_binary_lines_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
