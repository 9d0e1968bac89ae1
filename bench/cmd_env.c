// SPDX-License-Identifier: GPL-2.0-only
/*
 * allocmark env: what is known of this machine and how it is set, as it would stand in a manifest.
 */
#include <argp.h>
#include <stdio.h>

#include "bench/command.h"
#include "lib/user/clock.h"
#include "lib/user/environment.h"
#include "lib/user/module.h"
#include "lib/user/size.h"
#include "lib/user/tlb_geometry.h"
#include "lib/user/topology.h"

static const struct argp argp = {
	.doc = "Prints what a run would note about this machine: what it is, how it is set, and "
	       "how it is just now.",
};

static void facts_print(const struct amk_facts *facts, enum amk_fact_group group)
{
	size_t i;
	const char *c;

	printf("%s\n", amk_fact_group_name(group));
	for (i = 0; i < facts->nr_facts; i++) {
		if (facts->fact[i].group != group)
			continue;
		printf("  %-32s ", facts->fact[i].key);
		for (c = facts->fact[i].value; *c; c++)
			if (*c == '\n')
				printf("\n  %-32s ", "");
			else
				putchar(*c);
		putchar('\n');
	}
}

static void clock_print(void)
{
	struct amk_clock clock;

	if (amk_clock_calibrate(&clock))
		return;
	printf("  %-32s %s, %.6g ticks a ns\n", "clock", clock.source, clock.ticks_per_ns);
}

static const char *reach_text(const struct amk_tlb *tlb, u32 level, u32 shift,
			      char text[AMK_SIZE_TEXT_LEN])
{
	u64 bytes = amk_tlb_reach(tlb, level, shift);

	return bytes ? amk_size_text(bytes, text) : "none";
}

/* How much memory the TLB's entries cover, by page size and level. */
static void reach_print(const struct amk_facts *facts)
{
	static const struct {
		const char *name;
		u32 shift;
	} page[] = { { "4 KiB pages", 12 }, { "2 MiB pages", 21 }, { "1 GiB pages", 30 } };
	const char *text = amk_facts_find(facts, AMK_FACT_MACHINE, "tlb");
	char error[AMK_TLB_ERROR_LEN], first[AMK_SIZE_TEXT_LEN], second[AMK_SIZE_TEXT_LEN];
	struct amk_tlb tlb;
	size_t i;

	if (!text || amk_tlb_parse(text, &tlb, error)) {
		printf("  %-32s %s\n", "tlb", "not known: the processor does not tell");
		return;
	}
	for (i = 0; i < AMK_ARRAY_SIZE(page); i++)
		printf("  tlb reach, %s %9s level 1 %s, level 2 %s\n", page[i].name, "",
		       reach_text(&tlb, 1, page[i].shift, first),
		       reach_text(&tlb, 2, page[i].shift, second));
}

int amk_cmd_env(int argc, char **argv)
{
	char error[AMK_MODULE_ERROR_LEN];
	struct amk_topology *topology;
	struct amk_module module;
	struct amk_facts facts = { 0 };
	bool loaded;

	argp_parse(&argp, argc, argv, 0, NULL, NULL);
	if (amk_topology_open(&topology, error))
		return amk_fail("%s", error);
	amk_topology_facts(topology, &facts);
	amk_topology_close(topology);
	loaded = !amk_module_open(&module, error);
	amk_environment_read(&facts, loaded ? &module.info : NULL);
	amk_environment_state(&facts);
	printf("environment %s\n", amk_environment_guess());
	printf("kernel half %s\n", loaded ? "loaded" : error);
	facts_print(&facts, AMK_FACT_MACHINE);
	reach_print(&facts);
	clock_print();
	facts_print(&facts, AMK_FACT_COMPARABILITY);
	facts_print(&facts, AMK_FACT_STATE);
	amk_facts_free(&facts);
	if (loaded)
		amk_module_close(&module);
	return 0;
}
