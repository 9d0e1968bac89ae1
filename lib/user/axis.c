// SPDX-License-Identifier: GPL-2.0-only
/*
 * The axes along which runs may be compared: see axis.h.
 *
 * A pattern is "group:key", and a * at its end stands for anything. A key that follows from another
 * belongs to the axis of the cause, too: a new kernel tells of mitigations that the old one did not
 * know, and the command line switches them off.
 */
#include "lib/user/axis.h"

#define NODES "comparability:place.cpu_node comparability:place.memory_node"

/* From narrow to wide: the first that will do is the one that is suggested. */
const struct amk_axis amk_axes[] = {
	{ "thp", "comparability:thp.*", .summary = "transparent huge pages" },
	{ "hugetlb", "comparability:hugetlb.*", .summary = "reserved huge pages" },
	{ "init", "comparability:init_on_*",
	  .summary = "whether the kernel zeroes what it hands out" },
	{ "threads", "comparability:place.threads*",
	  .summary = "how many threads measure, and where", .along = "comparability:place.threads",
	  .over = "threads" },
	{ "nodes", NODES, .summary = "NUMA nodes: which CPU's asked, and which one's memory for",
	  .along = NODES },
	{ "state", "comparability:state.*",
	  .summary =
		  "the state that memory was brought to: fresh, aged, fragmented, under pressure",
	  .along = "comparability:state.index_wanted", .over = "index" },
	{ "mitigations", "comparability:mitigation.*",
	  .summary = "mitigations of processor faults" },
	{ "microcode", "comparability:cpu.microcode comparability:mitigation.*",
	  .summary = "microcode, and mitigations that need it" },
	{ "governor",
	  "comparability:cpu.governor comparability:cpu.freq_driver comparability:cpu.no_turbo"
	  " comparability:cpu.boost",
	  .summary = "how the clock rate is chosen" },
	{ "allocator", "comparability:libc.* comparability:allocator.* comparability:env.*",
	  .summary = "C library, allocator and their variables" },
	{ "tuning",
	  "comparability:thp.* comparability:hugetlb.* comparability:ksm.* comparability:vm.*"
	  " comparability:numa.* comparability:memcg.*",
	  .summary = "memory settings of a running system" },
	{ "command-line",
	  "comparability:kernel.cmdline comparability:kernel.randomize_va_space"
	  " comparability:kernel.clocksource comparability:mitigation.* comparability:slab.merging"
	  " comparability:init_on_* comparability:thp.* comparability:hugetlb.*"
	  " comparability:cpu.smt machine:threads machine:memory_bytes",
	  .summary = "the kernel's command line, and what it can set" },
	{ "kernel",
	  "comparability:kernel.* comparability:mitigation.* comparability:slab.merging"
	  " comparability:kmalloc_max_bytes comparability:preempt_rt comparability:init_on_*"
	  " machine:memory_bytes",
	  .summary = "the kernel, and what follows from it" },
	{ "machine",
	  "machine:* comparability:cpu.* comparability:mitigation.* comparability:hypervisor"
	  " comparability:kernel.clocksource comparability:hugetlb.* comparability:memcg.*",
	  .summary = "processor and memory, and what follows from them" },
	{ "environment",
	  ":environment comparability:hypervisor comparability:kernel.clocksource"
	  " comparability:kernel.cmdline comparability:block.* machine:*",
	  .summary = "host or guest, and the machine that it shows" },
	/* What is counted in another unit is no comparison at all. */
	{ "all", ":environment machine:* comparability:*", .summary = "everything but the unit" },
	{ 0 },
};

/* Whether the @len bytes at @pattern cover @group and @key. */
static bool pattern_covers(const char *pattern, size_t len, const char *group, const char *key)
{
	size_t group_len = strlen(group);

	if (len <= group_len || strncmp(pattern, group, group_len) || pattern[group_len] != ':')
		return false;
	pattern += group_len + 1;
	len -= group_len + 1;
	if (len && pattern[len - 1] == '*')
		return !strncmp(pattern, key, len - 1);
	return strlen(key) == len && !strncmp(pattern, key, len);
}

/* Whether one of the patterns at @at covers them. */
static bool patterns_cover(const char *at, const char *group, const char *key)
{
	while (*at) {
		size_t len = strcspn(at, " ");

		if (pattern_covers(at, len, group, key))
			return true;
		at += len;
		at += strspn(at, " ");
	}
	return false;
}

/* Whether a file of the kernel is behind the fact: which there are depends on the kernel. */
static bool from_kernel(const char *group, const char *key)
{
	static const char *const others[] = {
		"env.", "memcg.", "libc.", "block.", "hypervisor", "allocator.", "place.", "state.",
	};
	size_t i;

	for (i = 0; i < AMK_ARRAY_SIZE(others); i++)
		if (!strncmp(key, others[i], strlen(others[i])))
			return false;
	return !strcmp(group, "comparability");
}

u32 amk_axes_of(const char *group, const char *key, bool one_sided)
{
	u32 axes = 0, i;

	for (i = 0; amk_axes[i].name; i++)
		if (patterns_cover(amk_axes[i].keys, group, key) ||
		    (one_sided && from_kernel(group, key) && !strcmp(amk_axes[i].name, "kernel")))
			axes |= 1U << i;
	return axes;
}

u32 amk_axes_sweep(const char *group, const char *key)
{
	u32 axes = 0, i;

	for (i = 0; amk_axes[i].name; i++)
		if (amk_axes[i].along && patterns_cover(amk_axes[i].along, group, key))
			axes |= 1U << i;
	return axes;
}

static bool axis_add(const char *name, size_t len, u32 *axes)
{
	u32 i;

	for (i = 0; amk_axes[i].name; i++) {
		if (strlen(amk_axes[i].name) == len && !strncmp(amk_axes[i].name, name, len)) {
			*axes |= 1U << i;
			return true;
		}
	}
	return false;
}

bool amk_axes_parse(const char *text, u32 *axes, char unknown[32])
{
	size_t len;

	*axes = 0;
	for (;; text += len + 1) {
		len = strcspn(text, ",");
		if (!axis_add(text, len, axes)) {
			size_t shown = len < 31 ? len : 31;

			memcpy(unknown, text, shown);
			unknown[shown] = '\0';
			return false;
		}
		if (!text[len])
			return true;
	}
}
