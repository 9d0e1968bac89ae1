/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the guest's test programs share: bare calls to the module, without the tool's own client in
 * between, and TAP lines whose plan the script prints that adds them up.
 */
#ifndef AMK_KMOD_CLIENT_H
#define AMK_KMOD_CLIENT_H

#include "lib/core/abi.h"
#include "lib/core/deps.h"

extern int kmod_fd; /* of /dev/allocmark */
extern struct amk_info kmod_info;
extern int kmod_failed; /* tests that failed so far */

/* Opens the device and asks for its INFO; false with a failed test when that does not work. */
bool kmod_open(void);

/* A well-formed request of short iterations, by names. */
struct amk_request kmod_request(const char *strategy, const char *workload, u64 size);

/* RUN: 0 or -errno; the result is zeroed before. */
int kmod_run(const struct amk_request *request, struct amk_result *result);

/* The value of a metric that the result holds with status OK, or -1. */
s64 kmod_value(const struct amk_result *result, const char *metric);

/* One test; the format is its name. */
void tap(bool passed, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A comment below a test. */
void tap_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
void tap_skip(const char *name, const char *reason);

#endif
