/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The directory of a run: its name, and making it so that an older run is never written over.
 */
#ifndef AMK_RUNDIR_H
#define AMK_RUNDIR_H

#include <stddef.h>

#define AMK_ID_LEN 7 /* six hexadecimal digits */
#define AMK_CREATED_LEN 21 /* 2026-01-31T23:59:59Z */
#define AMK_STAMP_LEN 17 /* 20260131T235959Z */
#define AMK_RUNDIR_ERROR_LEN 512

/* Who a run is. */
struct amk_identity {
	char id[AMK_ID_LEN];
	char created[AMK_CREATED_LEN];
	char stamp[AMK_STAMP_LEN];
};

/* Fills @identity with the time and chance. */
void amk_identity_make(struct amk_identity *identity);

/* "results/20260131T235959Z-<machine>-<id>", to be freed; NULL: no memory. */
char *amk_rundir_name(const struct amk_identity *identity, const char *machine);

/* Makes directory @path and what is missing above it. 0 or -errno. */
int amk_directories_make(const char *path);

/* 64 random bits. */
unsigned long long amk_random_seed(void);

/*
 * Makes @path and what is missing above it, and tries whether it can be written. 0, or -errno with
 * a one-line text in @error; -EEXIST: there is a run in it.
 */
int amk_rundir_make(const char *path, char error[AMK_RUNDIR_ERROR_LEN]);

#endif
