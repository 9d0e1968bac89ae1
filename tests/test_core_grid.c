// SPDX-License-Identifier: GPL-2.0-only
/*
 * The size grid: sorted, each size once, and the edges where allocators change their ways in it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include "lib/core/grid.h"

#include <cmocka.h>

#define CANARY 0x5a5a5a5a5a5a5a5aULL

static u64 sizes[AMK_GRID_MAX + 1];
static u32 count;

static const struct {
	u64 page;
	u64 kmalloc_max;
} kernels[] = { { 4096, 4U << 20 }, { 16384, 32U << 20 }, { 65536, 512U << 20 }, { 4096, 0 } };

static void fill(enum amk_grid_kind kind, u32 kernel)
{
	u32 i;

	for (i = 0; i <= AMK_GRID_MAX; i++)
		sizes[i] = CANARY;
	count = amk_grid_fill(kind, kernels[kernel].page, kernels[kernel].kmalloc_max, sizes);
	assert_in_range(count, 1, AMK_GRID_MAX);
	for (i = count; i <= AMK_GRID_MAX; i++)
		assert_int_equal(sizes[i], CANARY);
}

static bool has(u64 size)
{
	u32 i;

	for (i = 0; i < count; i++)
		if (sizes[i] == size)
			return true;
	return false;
}

static void test_sorted_and_unique(void **state)
{
	u32 kernel, kind, i;

	(void)state;
	for (kernel = 0; kernel < AMK_ARRAY_SIZE(kernels); kernel++) {
		for (kind = AMK_GRID_QUICK; kind <= AMK_GRID_FULL; kind++) {
			fill(kind, kernel);
			assert_int_equal(sizes[0], 8);
			for (i = 1; i < count; i++)
				assert_true(sizes[i] > sizes[i - 1]);
		}
	}
}

static void test_full_has_every_edge(void **state)
{
	u32 kernel;
	u64 size;

	(void)state;
	for (kernel = 0; kernel < 3; kernel++) {
		u64 page = kernels[kernel].page, top = kernels[kernel].kmalloc_max;

		fill(AMK_GRID_FULL, kernel);
		for (size = 8; size <= 64U << 20; size *= 2)
			assert_true(has(size));
		for (size = 8; size < 64U << 20; size *= 2)
			assert_true(has(size + size / 2));
		assert_true(has(page - 1) && has(page) && has(page + 1));
		assert_true(has(2 * page) && has(2 * page + 1));
		assert_true(has(top - 1) && has(top) && has(top + 1));
	}
}

static void test_quick_has_the_edges_of_the_invariants(void **state)
{
	u32 kernel;
	u64 size;

	(void)state;
	for (kernel = 0; kernel < 3; kernel++) {
		fill(AMK_GRID_QUICK, kernel);
		for (size = 8; size <= 64U << 20; size *= 8)
			assert_true(has(size));
		assert_true(has(kernels[kernel].page));
		assert_true(has(2 * kernels[kernel].page + 1));
		assert_true(has(kernels[kernel].kmalloc_max));
		assert_true(has(kernels[kernel].kmalloc_max + 1));
		assert_true(has(64U << 20));
		assert_in_range(count, 8, 16);
	}
}

static void test_without_a_kmalloc_limit(void **state)
{
	(void)state;
	fill(AMK_GRID_FULL, 3);
	assert_int_equal(sizes[count - 1], 64U << 20);
	assert_false(has((4U << 20) + 1));
	fill(AMK_GRID_QUICK, 3);
	assert_int_equal(sizes[count - 1], 64U << 20);
}

static void test_evidence_has_the_edges(void **state)
{
	u32 kernel;

	(void)state;
	for (kernel = 0; kernel < 3; kernel++) {
		fill(AMK_GRID_EVIDENCE, kernel);
		assert_true(has(64) && has(kernels[kernel].page) && has(64 << 10));
		/* What is no class of the slab's: how much is set aside for it? */
		assert_true(has(100) && has(2 * kernels[kernel].page + 1));
		assert_true(has(kernels[kernel].kmalloc_max));
		assert_true(has(kernels[kernel].kmalloc_max + 1));
		assert_in_range(count, 7, 8);
	}
}

static void test_kinds_have_names(void **state)
{
	u32 kind;

	(void)state;
	for (kind = AMK_GRID_QUICK; kind <= AMK_GRID_EVIDENCE; kind++)
		assert_int_equal(amk_grid_find(amk_grid_name(kind)), kind);
	assert_string_equal(amk_grid_name(AMK_GRID_EVIDENCE), "evidence");
	assert_int_equal(amk_grid_find("other"), AMK_GRID_QUICK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sorted_and_unique),
		cmocka_unit_test(test_full_has_every_edge),
		cmocka_unit_test(test_quick_has_the_edges_of_the_invariants),
		cmocka_unit_test(test_without_a_kmalloc_limit),
		cmocka_unit_test(test_evidence_has_the_edges),
		cmocka_unit_test(test_kinds_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
