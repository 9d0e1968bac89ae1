// SPDX-License-Identifier: GPL-2.0-only
/*
 * Allocators by name and by strategy, where they are looked for, which environment their processes
 * get, which cells they have in a plan; and build ids of good notes and of damaged ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/core/workload.h"
#include "lib/user/allocator.h"
#include "lib/user/axis.h"
#include "lib/user/elf_file.h"
#include "lib/user/plan.h"
#include "lib/user/sanitized.h"

#include <cmocka.h>

static const struct amk_allocator *const glibc = &amk_allocators[AMK_ALLOCATOR_glibc];
static const struct amk_allocator *const jemalloc = &amk_allocators[AMK_ALLOCATOR_jemalloc];

static void by_name(void **state)
{
	u32 i;

	(void)state;
	for (i = 0; i < AMK_NR_ALLOCATORS; i++) {
		const struct amk_allocator *a = &amk_allocators[i];
		const struct amk_strategy *s = &amk_strategies[a->strategy];

		assert_ptr_equal(amk_allocator_named(a->name, strlen(a->name)), a);
		assert_ptr_equal(amk_allocator_of(s), a);
		assert_true(s->flags & AMK_STRATEGY_PRELOADED);
		/* The name of the strategy says which it is. */
		assert_memory_equal(s->name, "malloc-", 7);
		assert_string_equal(s->name + 7, a->name);
	}
	assert_null(amk_allocator_named("jemallo", 7));
	assert_null(amk_allocator_named("auto", 4));
	assert_null(amk_allocator_of(&amk_strategies[AMK_STRATEGY_ID_user_malloc]));
}

static void in_a_list(void **state)
{
	(void)state;
	assert_true(amk_allocator_listed(jemalloc, "jemalloc"));
	assert_true(amk_allocator_listed(jemalloc, "auto,glibc,jemalloc"));
	assert_false(amk_allocator_listed(jemalloc, "auto"));
	assert_false(amk_allocator_listed(jemalloc, "glibc,jemallo"));
}

/* The variable of an environment, or NULL; there must not be two. */
static const char *variable(char *const *environment, const char *name)
{
	const char *found = NULL;
	size_t len = strlen(name);

	for (; *environment; environment++) {
		if (strncmp(*environment, name, len) || (*environment)[len] != '=')
			continue;
		assert_null(found);
		found = *environment + len + 1;
	}
	return found;
}

static void environment_of_its_process(void **state)
{
	struct amk_process process = { .cpu = -1 };
	struct amk_allocator_place place;
	char dir[] = "/tmp/allocmark-XXXXXX", path[128];

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/libjemalloc.so.2", dir);
	assert_int_equal(symlink("/proc/self/exe", path), 0);
	assert_int_equal(setenv("LD_PRELOAD", "", 1), 0);
	assert_int_equal(setenv(AMK_ALLOCATOR_PATH, dir, 1), 0);
	assert_int_equal(amk_allocator_locate(jemalloc, &place), 0);
	if (!AMK_SANITIZED) {
		assert_int_equal(place.reason, AMK_REASON_NONE);
		amk_allocator_use(&place, &process);
		assert_string_equal(process.allocator, path);
		assert_string_equal(variable(process.environment, "LD_PRELOAD"), path);
		assert_string_equal(variable(process.environment, AMK_ALLOCATOR_PATH), dir);
	}
	amk_allocator_place_free(&place);
	assert_int_equal(amk_allocator_locate(glibc, &place), 0);
	if (!AMK_SANITIZED) {
		amk_allocator_use(&place, &process);
		assert_null(variable(process.environment, "LD_PRELOAD"));
	}
	amk_allocator_place_free(&place);
	unlink(path);
	rmdir(dir);
	unsetenv("LD_PRELOAD");
	unsetenv(AMK_ALLOCATOR_PATH);
}

/* How many cells of the plan are of allocators, of what they are asked, and of overhead besides. */
struct count {
	u32 cells;
	u32 asked;
	u32 others_overhead;
};

static struct count counted(enum amk_grid_kind grid, const char *strategies, const char *allocators)
{
	struct amk_options o = { 0 };
	struct count count = { 0 };
	char error[AMK_PLAN_ERROR_LEN];
	struct amk_plan plan;
	u32 i;

	amk_options_default(&o, grid, "host");
	o.side[AMK_SIDE_user] = o.side[AMK_SIDE_kernel] = true;
	o.page_bytes = 4096;
	o.kmalloc_max_bytes = 4 << 20;
	o.strategies = strategies ? strdup(strategies) : NULL;
	o.allocators = allocators ? strdup(allocators) : NULL;
	assert_int_equal(amk_plan_make(&o, &plan, error), 0);
	for (i = 0; i < plan.nr_cells; i++) {
		const struct amk_cell *c = &plan.cell[i];
		bool overhead = c->workload == &amk_workloads[AMK_WORKLOAD_ID_overhead];

		if (amk_allocator_of(c->strategy)) {
			count.cells++;
			count.asked += overhead ||
				       c->workload == &amk_workloads[AMK_WORKLOAD_ID_pair] ||
				       c->workload == &amk_workloads[AMK_WORKLOAD_ID_burst_fifo] ||
				       c->workload == &amk_workloads[AMK_WORKLOAD_ID_touch];
			assert_true(
				!allocators || !strcmp(allocators, AMK_ALLOCATORS_AUTO) ||
				amk_allocator_listed(amk_allocator_of(c->strategy), allocators));
		} else {
			count.others_overhead += overhead;
			assert_false(overhead && c->strategy->side == AMK_SIDE_kernel);
		}
	}
	amk_plan_free(&plan);
	amk_options_free(&o);
	return count;
}

static void cells_of_a_plan(void **state)
{
	struct count none = counted(AMK_GRID_QUICK, NULL, NULL);
	struct count all = counted(AMK_GRID_QUICK, NULL, AMK_ALLOCATORS_AUTO);
	struct count one = counted(AMK_GRID_QUICK, NULL, "jemalloc");

	(void)state;
	assert_int_equal(none.cells, 0);
	assert_int_equal(none.others_overhead, 0);
	/* A quick run asks them what they are compared by, and no others the more for it. */
	assert_int_equal(all.cells, all.asked);
	assert_int_equal(all.others_overhead, 0);
	assert_int_equal(all.cells, AMK_NR_ALLOCATORS * one.cells);
	assert_true(one.cells > 20);
	/* By the name of their family, too, and in a full run only where they are asked for. */
	assert_int_equal(counted(AMK_GRID_QUICK, "allocator", NULL).cells, all.cells);
	assert_int_equal(counted(AMK_GRID_FULL, NULL, NULL).cells, 0);
	assert_true(counted(AMK_GRID_FULL, NULL, NULL).others_overhead > 0);
	assert_true(counted(AMK_GRID_FULL, NULL, "jemalloc").cells > one.cells);
	assert_int_equal(counted(AMK_GRID_EVIDENCE, NULL, NULL).cells, 0);
}

static void axis(void **state)
{
	u32 allocator, all;
	char unknown[32];

	(void)state;
	assert_true(amk_axes_parse("allocator", &allocator, unknown));
	assert_true(amk_axes_parse("all", &all, unknown));
	/* One that only one of two runs had is none of the kernel's doing. */
	assert_int_equal(amk_axes_of("comparability", "allocator.jemalloc.build_id", true),
			 allocator | all);
}

static void build_ids(void **state)
{
	/* A note of another owner, then a build id of 3 bytes. */
	static const u32 notes[] = { 4, 5, 1, 0x00786e4c, 0x11111111, 0x22222222,
				     4, 3, 3, 0x00554e47, 0x00cdab10 };
	u32 damaged[AMK_ARRAY_SIZE(notes)];
	char hex[AMK_BUILD_ID_LEN];
	size_t len;

	(void)state;
	assert_true(amk_elf_note_build_id((const char *)notes, sizeof(notes), hex));
	assert_string_equal(hex, "10abcd");
	for (len = 0; len < sizeof(notes); len++)
		assert_false(amk_elf_note_build_id((const char *)notes, len, hex));
	memcpy(damaged, notes, sizeof(notes));
	damaged[7] = 0xffffffff;
	assert_false(amk_elf_note_build_id((const char *)damaged, sizeof(damaged), hex));
	memcpy(damaged, notes, sizeof(notes));
	damaged[0] = 0xfffffffd;
	assert_false(amk_elf_note_build_id((const char *)damaged, sizeof(damaged), hex));
}

static void files(void **state)
{
	char hex[AMK_BUILD_ID_LEN];

	(void)state;
	assert_false(amk_elf_foreign("/proc/self/exe"));
	assert_true(amk_elf_foreign("/proc/self/status"));
	assert_true(amk_elf_foreign("/nowhere"));
	assert_int_equal(amk_elf_build_id("/nowhere", hex), -ENOENT);
	assert_int_equal(amk_elf_build_id("/proc/self/status", hex), -ENOEXEC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_name),
		cmocka_unit_test(in_a_list),
		cmocka_unit_test(environment_of_its_process),
		cmocka_unit_test(cells_of_a_plan),
		cmocka_unit_test(axis),
		cmocka_unit_test(build_ids),
		cmocka_unit_test(files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
