/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a run says of the memory that a heap takes beyond what was asked for.
 */
#ifndef AMK_OVERHEAD_H
#define AMK_OVERHEAD_H

#include "lib/user/summary.h"

/* Prints the section; nothing where the run has no cell of overhead. */
void amk_overhead_print(const struct amk_summary *s, size_t n);

#endif
