// SPDX-License-Identifier: GPL-2.0-only
/*
 * allocmark: finds the subcommand and hands over. The table of subcommands is also the list that
 * --help prints and that the manual page is made from.
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/command.h"
#include "bench/output.h"
#include "config.h"

const char *argp_program_version = PACKAGE_NAME " " PACKAGE_VERSION;

static const struct amk_command commands[] = {
	{ "run", "measure, and keep what was measured in a run directory", amk_cmd_run },
	{ "show", "the paired table of a run, and what was skipped", amk_cmd_show },
	{ "export", "every figure of a run as tab-separated values", amk_cmd_export },
	{ "digest", "make a run's digest, which comparisons read", amk_cmd_digest },
	{ "baseline", "keep of a run what a later one is compared with", amk_cmd_baseline },
	{ "gate", "hold a run against a baseline: its exit status says whether it may pass",
	  amk_cmd_gate },
	{ "history", "where the costs of many runs changed their level", amk_cmd_history },
	{ "plot", "draw runs by gnuplot", amk_cmd_plot },
	{ "report", "a page about runs: figures, plots, verdicts, every cell", amk_cmd_report },
	{ "compare", "what differs between runs, more than chance would have it", amk_cmd_compare },
	{ "nodes", "what memory costs by NUMA node, of the runs of a sweep", amk_cmd_nodes },
	{ "claims", "what an old page says of the kernel's allocators, held against runs",
	  amk_cmd_claims },
	{ "list", "strategies, workloads, metrics, families and events, needs met or not",
	  amk_cmd_list },
	{ "env", "what is known of this machine and how it is set", amk_cmd_env },
};

#define NR_COMMANDS (sizeof(commands) / sizeof(commands[0]))

struct choice {
	const struct amk_command *command;
	int argc;
	char **argv;
};

static const struct amk_command *command_find(const char *name)
{
	size_t i;

	for (i = 0; i < NR_COMMANDS; i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct choice *choice = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		choice->command = command_find(arg);
		if (!choice->command)
			exit(amk_fail("no command '%s'; see allocmark --help", arg));
		choice->argc = state->argc - state->next + 1;
		choice->argv = state->argv + state->next - 1;
		state->next = state->argc;
		return 0;
	case ARGP_KEY_NO_ARGS:
		exit(amk_fail("no command given; see allocmark --help"));
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* The table as the text after the options of --help. */
static char *help_commands(int key, const char *text, void *input)
{
	char *out = NULL;
	size_t len, i;
	FILE *file;

	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC)
		return (char *)text;
	file = open_memstream(&out, &len);
	if (!file)
		return (char *)text;
	fputs("Commands:\n", file);
	for (i = 0; i < NR_COMMANDS; i++)
		fprintf(file, "  %-24s %s\n", commands[i].name, commands[i].summary);
	fprintf(file, "\n%s", text ? text : "");
	fclose(file);
	return out;
}

static const struct argp argp = {
	.parser = parse,
	.args_doc = "COMMAND [ARGUMENT...]",
	.doc = "Measures what each way of allocating memory costs, in user space and in the "
	       "kernel, and what kind of memory it gives."
	       "\v'allocmark COMMAND --help' tells about a command. The exit status is 0 when all "
	       "went well and 1 when not: bad usage, bad input, or a measurement that could not be "
	       "made; one line on stderr then says why and what to do.",
	.help_filter = help_commands,
};

int main(int argc, char **argv)
{
	struct choice choice = { 0 };
	char *name;

	argp_err_exit_status = 1;
	amk_output_watch();
	if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &choice) || !choice.command)
		return 1;
	if (asprintf(&name, "allocmark %s", choice.command->name) < 0)
		return amk_fail("out of memory");
	choice.argv[0] = name;
	return choice.command->run(choice.argc, choice.argv);
}
