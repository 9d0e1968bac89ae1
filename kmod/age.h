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

/* From here on objects may be made. */
void amk_age_start(void);

/* Stops a run of operations that makes more, because memory has run out; from any task. */
void amk_age_stop(void);

/*
 * Gives all objects back, of which no more are made any more: from any task, but not while
 * amk_age_release() is called. How many pages' worth they were.
 */
unsigned long amk_age_let_go(void);

/* Gives all objects back. */
void amk_age_release(void);

#endif
