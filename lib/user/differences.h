/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where two manifests say that their runs were not made in the same place and the same way, and
 * along which axes such runs may be compared nevertheless.
 */
#ifndef AMK_DIFFERENCES_H
#define AMK_DIFFERENCES_H

#include "lib/user/records.h"

/* One thing that differs. Group and texts are those of the manifests, which must stay. */
struct amk_difference {
	const char *group; /* "machine", "comparability", or "" for the manifest's own fields */
	const char *key;
	const char *base; /* NULL: not there */
	const char *head;
	u32 axes; /* of axis.h: each of them lets it differ; 0: nothing does */
};

struct amk_differences {
	struct amk_difference *item;
	size_t count;
	bool incomplete; /* there was no memory for all */
};

/*
 * Lists where @base and @head differ in environment, unit, machine and comparability. What the
 * kernel half alone knows counts only where both runs had one. The list is the caller's:
 * amk_differences_free().
 */
void amk_differences_find(const struct amk_run_data *base, const struct amk_run_data *head,
			  struct amk_differences *list);
void amk_differences_free(struct amk_differences *list);

/* How many of them none of @axes lets differ. */
size_t amk_differences_refused(const struct amk_differences *list, u32 axes);

/* "key 'head' was 'base'; ..." of as many as fit. */
void amk_differences_text(const struct amk_differences *list, char text[AMK_ERROR_LEN]);

/*
 * Whether bursts of the two runs were of different sizes, by the protocols in their manifests: then
 * their costs are of different work. What only one manifest tells counts as the same.
 */
bool amk_run_data_bursts_differ(const struct amk_run_data *base, const struct amk_run_data *head);

#endif
