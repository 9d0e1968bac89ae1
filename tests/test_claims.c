// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each claim against recorded evidence: one scene that it holds in, and others in which a figure is
 * another and the verdict with it. No claim is without two verdicts, and none without evidence has
 * any but "not testable".
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include "bench/claim.h"
#include "lib/core/modifier.h"
#include "test_claims_scenes.h"

#include <cmocka.h>

struct made {
	struct amk_costs costs;
	struct amk_cost_cell cell[ROWS_MAX];
	double cost[ROWS_MAX];
};

static struct made made[RUNS];
static struct amk_evidence evidence;

static void run_set_up(struct made *m, bool real, const char *zeroing)
{
	memset(m, 0, sizeof(*m));
	m->costs.manifest = json_pack("{s:{s:s}, s:{s:s}}", "comparability", "init_on_alloc",
				      zeroing, "machine", "tlb", "l1=64x4:4k");
	assert_non_null(m->costs.manifest);
	m->costs.run.manifest = m->costs.manifest;
	m->costs.environment = m->costs.run.environment = real ? "host" : "guest-icount";
	m->costs.unit = m->costs.run.unit = real ? "ns" : "insn";
	m->costs.run.page_bytes = 4096;
	m->costs.cell = m->cell;
}

static void row_add(const struct row *row)
{
	struct made *m = &made[row->run];
	struct amk_cost_cell *c = &m->cell[m->costs.nr_cells];

	c->strategy_row = &amk_strategies[row->strategy];
	c->workload_row = &amk_workloads[row->workload];
	c->side = c->strategy_row->side;
	c->size_bytes = row->size_bytes;
	c->status = row->status;
	c->reason_code = row->reason;
	c->reason = amk_cost_reason(row->reason);
	if (row->status == AMK_STATUS_OK) {
		c->metric = &amk_metrics[row->metric];
		c->nr_rounds = 1;
		c->cost = &m->cost[m->costs.nr_cells];
		*c->cost = row->value;
	}
	m->costs.nr_cells++;
}

static int cell_compare(const void *a, const void *b)
{
	return amk_cost_cell_compare(a, b);
}

static void scene_set_up(const struct scene *scene)
{
	u32 i;

	evidence.nr_runs = 0;
	for (i = 0; i < RUNS; i++)
		run_set_up(&made[i], scene->real, i ? "1" : "0");
	/* A row without a strategy is user:null, which nothing is asked of here. */
	for (i = 0; i < ROWS_MAX && scene->row[i].strategy; i++)
		row_add(&scene->row[i]);
	for (i = 0; i < RUNS; i++) {
		struct amk_costs *costs = &made[i].costs;

		qsort(costs->cell, costs->nr_cells, sizeof(*costs->cell), cell_compare);
		if (costs->nr_cells)
			evidence.run[evidence.nr_runs++] = costs;
	}
}

static void scene_tear_down(void)
{
	u32 i;

	for (i = 0; i < RUNS; i++)
		json_decref(made[i].costs.manifest);
}

/* ---- tests ---- */

static void test_scenes(void **state)
{
	struct amk_finding finding;
	u32 i;

	(void)state;
	for (i = 0; i < AMK_ARRAY_SIZE(scenes); i++) {
		const struct amk_claim *claim = amk_claim_find(scenes[i].claim);

		assert_non_null(claim);
		scene_set_up(&scenes[i]);
		amk_claim_judge(claim, &evidence, &finding);
		if (finding.verdict != scenes[i].verdict)
			print_error("scene %u, %s: %s (%s) %s\n", i, claim->name,
				    amk_claim_verdict_name(finding.verdict), finding.why,
				    finding.figures);
		assert_int_equal(finding.verdict, scenes[i].verdict);
		/* A verdict shows its figures; where there is none it says why. */
		if (finding.verdict == AMK_CLAIM_UNTESTED)
			assert_true(*finding.why);
		else
			assert_true(*finding.figures && finding.nr_rounds);
		scene_tear_down();
	}
}

static void test_each_claim_has_two_verdicts(void **state)
{
	u32 i, k, seen;

	(void)state;
	for (i = 0; i < amk_nr_claims; i++) {
		for (seen = 0, k = 0; k < AMK_ARRAY_SIZE(scenes); k++)
			if (!strcmp(scenes[k].claim, amk_claims[i].name))
				seen |= 1U << scenes[k].verdict;
		if (!(seen & (seen - 1)))
			fail_msg("%s: only one verdict was tested", amk_claims[i].name);
	}
}

static void test_nothing_is_known_from_nothing(void **state)
{
	static const struct scene empty;
	struct amk_finding finding;
	u32 i;

	(void)state;
	scene_set_up(&empty);
	for (i = 0; i < amk_nr_claims; i++) {
		amk_claim_judge(&amk_claims[i], &evidence, &finding);
		assert_int_equal(finding.verdict, AMK_CLAIM_UNTESTED);
		assert_true(*finding.why);
		assert_int_equal(finding.nr_rounds, 0);
	}
	scene_tear_down();
}

/* A run that could not be asked says why, and that is what is shown. */
static void test_reason_is_the_records(void **state)
{
	static const struct scene scene = {
		.claim = "vmalloc-not-in-interrupt",
		.row = { SKIPPED(kernel_vmalloc, illegal, NO_SLEEP_CHECK) },
	};
	struct amk_finding finding;

	(void)state;
	scene_set_up(&scene);
	amk_claim_judge(amk_claim_find(scene.claim), &evidence, &finding);
	assert_string_equal(finding.why, amk_cost_reason(AMK_REASON_NO_SLEEP_CHECK));
	scene_tear_down();
}

/* The limit that the run itself set is no limit of the allocator's. */
static void test_capped_limit(void **state)
{
	static const struct scene scene = { .claim = "kmalloc-4m", .row = { LIMIT(kmalloc, M4) } };
	struct amk_finding finding;

	(void)state;
	scene_set_up(&scene);
	made[0].cell[0].reason_code = AMK_REASON_CAPPED;
	amk_claim_judge(amk_claim_find(scene.claim), &evidence, &finding);
	assert_int_equal(finding.verdict, AMK_CLAIM_UNTESTED);
	scene_tear_down();
}

/* What zeroing costs is said of each boot: run 0 has init_on_alloc=0, run 1 has 1. */
static void test_zeroing_costs_by_boot(void **state)
{
	static const struct scene scene = {
		.claim = "kzalloc-fast",
		.row = { PAIR(kmalloc, 64, 100), PAIR(kzalloc, 64, 150), PAIR(vmalloc, 64, 4000),
			 AT(1, kernel_kmalloc, pair, 64, lat_pair, 200),
			 AT(1, kernel_kzalloc, pair, 64, lat_pair, 200) },
	};
	struct amk_finding finding;

	(void)state;
	scene_set_up(&scene);
	amk_claim_judge(amk_claim_find(scene.claim), &evidence, &finding);
	assert_int_equal(finding.verdict, AMK_CLAIM_HOLDS_HERE);
	assert_non_null(strstr(finding.figures, "64 x1.5 (init_on_alloc=0)"));
	assert_non_null(strstr(finding.figures, "64 x1 (init_on_alloc=1)"));
	scene_tear_down();
}

static void test_pressure_says_what_a_call_took(void **state)
{
	static const struct scene scene = {
		.claim = "gfp-kernel-reclaims",
		.row = { PRESSURE(kmalloc, 64, 60, 0),
			 IN(kernel_kmalloc, pressure, 4096, lat_pressure, 4321) },
	};
	struct amk_finding finding;

	(void)state;
	scene_set_up(&scene);
	amk_claim_judge(amk_claim_find(scene.claim), &evidence, &finding);
	assert_non_null(strstr(finding.figures, "60 of 64 given, 60 direct reclaims"));
	assert_non_null(strstr(finding.figures, ", 4321 instructions a call"));
	scene_tear_down();
}

static void test_names_are_one_each(void **state)
{
	u32 i;

	(void)state;
	for (i = 0; i < amk_nr_claims; i++)
		assert_ptr_equal(amk_claim_find(amk_claims[i].name), &amk_claims[i]);
	assert_null(amk_claim_find("kmalloc-free"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scenes),
		cmocka_unit_test(test_each_claim_has_two_verdicts),
		cmocka_unit_test(test_nothing_is_known_from_nothing),
		cmocka_unit_test(test_reason_is_the_records),
		cmocka_unit_test(test_capped_limit),
		cmocka_unit_test(test_zeroing_costs_by_boot),
		cmocka_unit_test(test_pressure_says_what_a_call_took),
		cmocka_unit_test(test_names_are_one_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
