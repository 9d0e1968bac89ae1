/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Huge mappings of this process split into small ones, the frames left where they are.
 */
#ifndef AMK_USER_ALIAS_H
#define AMK_USER_ALIAS_H

#include "lib/core/deps.h"

/* Whether every huge mapping in the @size bytes at @p was asked to split; errno says why not. */
bool amk_user_alias(void *p, u64 size);

#endif
