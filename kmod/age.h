/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Objects of the kernel's allocators that come and go before a run, some of which stay.
 */
#ifndef AMK_AGE_H
#define AMK_AGE_H

#include "lib/core/abi.h"
#include "lib/core/deps.h"

/*
 * Makes hold->operations, gives back all but hold->keep thousandths of the objects, and writes how
 * many operations were made and what bytes are held. 0; -EINTR: a signal is pending; -ENOMEM.
 */
int amk_age_run(struct amk_hold *hold);

/*
 * Gives all objects back because memory has run out, and stops a run of operations that makes more:
 * from any task, but not while amk_age_release() is called. How many pages' worth they were.
 */
unsigned long amk_age_let_go(void);

/* Gives all objects back. */
void amk_age_release(void);

#endif
