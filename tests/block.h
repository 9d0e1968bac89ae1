/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tests of user blocks share: a request with small figures, checks that count, and the
 * place of the helper. A failed check is printed and the test goes on; check_done() is main's
 * result.
 */
#ifndef TESTS_BLOCK_H
#define TESTS_BLOCK_H

#include "lib/core/abi.h"
#include "lib/core/deps.h"

/* Checks of this process that did not hold. */
extern unsigned int checks_failed;

/* Notes a check; prints what was expected when it does not hold. Returns @good. */
bool check(bool good, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Says how many checks were made; the exit status: 0 if all held and there was one at all. */
int check_done(void);

/* The id of a reason in reason.def. */
const char *block_reason(u32 reason);
/* A short block: 3 iterations of 20000 ticks, 128 MiB at most. */
void block_request(struct amk_request *req, const char *strategy, const char *workload, u64 size);
/* allocmark-block of this build; without it the test is skipped. */
const char *block_helper(void);
/* Whether this build's malloc() is a sanitizer's. */
bool block_sanitized(void);

#endif
