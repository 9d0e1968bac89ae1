/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The axes along which runs may be compared although they were not made in the same place: which
 * facts of a manifest each of them lets differ. The table in axis.c is the only list of them.
 */
#ifndef AMK_AXIS_H
#define AMK_AXIS_H

#include "lib/core/deps.h"

struct amk_axis {
	const char *name;
	const char *keys; /* patterns, see axis.c */
	const char *summary;
	const char *along; /* patterns: what runs of one sweep differ in; NULL: no sweep */
	const char *over; /* the number that its curves go over; NULL: none */
};

/* The axes, ended by one without a name. An axis is bit i of a set, i its place here. */
extern const struct amk_axis amk_axes[];

/*
 * The axes that cover @key of @group ("" for a field of the manifest itself); @one_sided: only one
 * of the runs has it, as it is with a file that only one of two kernels has.
 */
u32 amk_axes_of(const char *group, const char *key, bool one_sided);

/*
 * The axes along which a sweep may go whose runs differ in @key of @group. A sweep goes along one:
 * it is one that is here for everything its runs differ in.
 */
u32 amk_axes_sweep(const char *group, const char *key);

/* Reads names separated by commas; the set in @axes. False: @unknown is the name that is none. */
bool amk_axes_parse(const char *text, u32 *axes, char unknown[32]);

#endif
