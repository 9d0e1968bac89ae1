/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a command prints, held back until it is whole: bad input half-way then leaves nothing
 * half-written, neither on stdout nor in a file. A file is written aside and renamed.
 */
#ifndef AMK_OUTPUT_H
#define AMK_OUTPUT_H

#include <stddef.h>
#include <stdio.h>

struct amk_output {
	FILE *file; /* write here */
	const char *path; /* NULL: stdout */
	char *text;
	size_t len;
};

/* Begins what goes to @path, or to stdout if that is NULL. 0 or -errno, said on stderr. */
int amk_output_begin(struct amk_output *output, const char *path);

/* Puts everything in its place. 0 or -errno, said on stderr. Ends @output in any case. */
int amk_output_end(struct amk_output *output);

/* Ends @output; nothing of it was written. */
void amk_output_drop(struct amk_output *output);

/* At the end of the program, however it comes: status and a line if stdout did not take it all. */
void amk_output_watch(void);

#endif
