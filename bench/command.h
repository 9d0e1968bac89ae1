/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The subcommands of allocmark: a file each, and a row in the table of main.c.
 */
#ifndef AMK_COMMAND_H
#define AMK_COMMAND_H

struct amk_command {
	const char *name;
	const char *summary;
	/* argv[0] is "allocmark NAME"; returns the exit status. */
	int (*run)(int argc, char **argv);
};

int amk_cmd_baseline(int argc, char **argv);
int amk_cmd_claims(int argc, char **argv);
int amk_cmd_compare(int argc, char **argv);
int amk_cmd_digest(int argc, char **argv);
int amk_cmd_env(int argc, char **argv);
int amk_cmd_export(int argc, char **argv);
int amk_cmd_gate(int argc, char **argv);
int amk_cmd_history(int argc, char **argv);
int amk_cmd_list(int argc, char **argv);
int amk_cmd_nodes(int argc, char **argv);
int amk_cmd_plot(int argc, char **argv);
int amk_cmd_report(int argc, char **argv);
int amk_cmd_run(int argc, char **argv);
int amk_cmd_show(int argc, char **argv);

/* Prints "allocmark: TEXT" on stderr in one line; returns 1, the exit status of all that fails. */
int amk_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
