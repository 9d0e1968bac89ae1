/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The same frames at a second address, mapped page by page.
 */
#ifndef AMK_ALIAS_H
#define AMK_ALIAS_H

#include "lib/core/deps.h"

/*
 * Maps the frames of the @size bytes at @p, of the direct map or of vmalloc, once more by the
 * smallest pages. NULL: no memory for it. Give back with amk_alias_unmap(), before the memory
 * itself. Sleeps.
 */
void *amk_alias_map(void *p, u64 size);
void amk_alias_unmap(void *alias);

#endif
