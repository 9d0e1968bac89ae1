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
#include "lib/user/topology.h"

static const struct argp argp = {
	.doc = "Prints what a run would note about this machine: what it is, how it is set, and "
	       "how it is "
	       "just now.",
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
	clock_print();
	facts_print(&facts, AMK_FACT_COMPARABILITY);
	facts_print(&facts, AMK_FACT_STATE);
	amk_facts_free(&facts);
	if (loaded)
		amk_module_close(&module);
	return 0;
}
