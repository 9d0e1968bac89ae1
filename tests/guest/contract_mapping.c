// SPDX-License-Identifier: GPL-2.0-only
/*
 * How memory is mapped: by which entries, what the model of the TLB makes of them, and that a
 * second mapping has the same frames.
 */
#include "contract_kernel.h"

#include <stdio.h>

#ifdef __aarch64__

static bool cmdline_has(const char *word)
{
	char line[4096] = "";
	FILE *file = fopen("/proc/cmdline", "r");

	if (!file)
		return false;
	if (!fgets(line, sizeof(line), file))
		line[0] = 0;
	fclose(file);
	return strstr(line, word);
}

/*
 * Whether the kernel's map of all memory is made of single pages: arm64 makes it so unless told
 * not to, to be able to protect each page by itself (rodata= in its kernel-parameters.txt).
 */
static bool direct_map_is_paged(void)
{
	return !cmdline_has("rodata=on") && !cmdline_has("rodata=off");
}

#else

static bool direct_map_is_paged(void)
{
	return false;
}

#endif

static void test_vmalloc_mapping(void)
{
	bool paged = direct_map_is_paged();

	runs(amk_strategy_find(AMK_SIDE_kernel, "vmalloc"), "contig", 4 * MIB);
	tap(kmod_value(&result, "frames_4k") == 1024, "vmalloc is mapped page by page");
	runs(amk_strategy_find(AMK_SIDE_kernel, "kmalloc"), "contig", 4 * MIB);
	tap((kmod_value(&result, "frames_4k") < 1024) == !paged, "kmalloc is mapped %s",
	    paged ? "page by page too" : "by larger entries");
}

#define LARGE (1 << 21 | 1 << 30)

/* 64 entries for 4 KiB, 48 for larger ones, and 512 for all. */
static const struct amk_tlb test_tlb = {
	.nr_units = 3,
	.unit = { { .entries = 64, .ways = 4, .shifts = 1 << 12, .level = 1 },
		  { .entries = 48, .ways = 48, .shifts = LARGE, .level = 1 },
		  { .entries = 512, .ways = 4, .shifts = LARGE | 1 << 12, .level = 2 } },
};

static bool runs_modelled(const char *strategy, const char *workload, u64 size)
{
	struct amk_request request = kmod_request(strategy, workload, size);

	request.tlb = test_tlb;
	return !kmod_run(&request, &result) && result.status == AMK_STATUS_OK;
}

static bool kmalloc_is_huge(void)
{
	return kmod_value(&result, "dtlb_misses_model") < 10000 &&
	       kmod_value(&result, "frames_2m") + kmod_value(&result, "frames_1g") > 1000;
}

static bool kmalloc_is_paged(void)
{
	return kmod_value(&result, "dtlb_misses_model") == 1000000 &&
	       kmod_value(&result, "frames_4k") == 1024;
}

/* 1024 pages, twice the entries of the TLB: by 4 KiB each load misses, by larger ones none. */
static void test_model(void)
{
	tap(runs_modelled("vmalloc", "chase", 4 * MIB) &&
		    kmod_value(&result, "dtlb_misses_model") == 1000000 &&
		    kmod_value(&result, "dtlb_misses_model_dense") == 0 &&
		    kmod_value(&result, "frames_4k") == 1024,
	    "vmalloc past the reach: a miss for each load");
	tap(runs_modelled("vmalloc", "chase", 1 * MIB) &&
		    kmod_value(&result, "dtlb_misses_model") == 0,
	    "vmalloc within the reach: none");
	tap(runs_modelled("kmalloc", "chase", 4 * MIB) &&
		    (direct_map_is_paged() ? kmalloc_is_paged() : kmalloc_is_huge()),
	    "kmalloc, of the same size: %s", direct_map_is_paged() ? "no better" : "next to none");
	tap_note("kmalloc: %lld of a million loads miss, %lld frames by 4K, %lld by 2M, %lld by 1G",
		 (long long)kmod_value(&result, "dtlb_misses_model"),
		 (long long)kmod_value(&result, "frames_4k"),
		 (long long)kmod_value(&result, "frames_2m"),
		 (long long)kmod_value(&result, "frames_1g"));
}

static void test_alias(const char *strategy)
{
	if (direct_map_is_paged()) {
		runs_modelled(strategy, "alias", 4 * MIB);
		tap(result.status == AMK_STATUS_SKIP && result.reason == AMK_REASON_ALIAS_SMALL,
		    "%s: mapped by 4 KiB entries, so a second mapping is no other", strategy);
		return;
	}
	tap(runs_modelled(strategy, "alias", 4 * MIB) &&
		    kmod_value(&result, "frames_same") == 1024 &&
		    kmod_value(&result, "dtlb_misses_model") < 10000 &&
		    kmod_value(&result, "dtlb_misses_model_alias") == 1000000,
	    "%s: the same frames by 4 KiB entries, a miss for each load", strategy);
	tap_note("%s alias: status %u, reason %u, %lld frames the same", strategy, result.status,
		 result.reason, (long long)kmod_value(&result, "frames_same"));
}

void test_mapping(void)
{
	test_vmalloc_mapping();
	test_model();
	test_alias("kmalloc");
	test_alias("alloc_pages");
}
