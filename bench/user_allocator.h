/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whose malloc() this process has. A library that was to take the C library's place may not have
 * been loaded, or not be what its file name says: then nothing may be measured in its name.
 */
#ifndef AMK_USER_ALLOCATOR_H
#define AMK_USER_ALLOCATOR_H

#include "lib/core/strategy.h"
#include "lib/user/process.h"

/*
 * Whether malloc(), free() and malloc_usable_size() are all of the library at @path, and that
 * library is the one that @strategy is about, told by a function that no other one has. Allocates
 * nothing where they are.
 */
bool amk_user_allocator_take(const struct amk_strategy *strategy, const char *path);

/* What the library that was taken calls its version, into @text. It may allocate. */
void amk_user_allocator_version(char text[AMK_ALLOCATOR_VERSION_LEN]);

/*
 * Asks the allocator whose malloc() this is, taken or not, to give back the memory that it holds
 * and does not need. False: it is none that is known, or has no way to be asked.
 */
bool amk_user_allocator_trim(void);

#endif
