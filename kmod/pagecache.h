/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Something to reclaim: the pages of a file that can be read again.
 */
#ifndef AMK_PAGECACHE_H
#define AMK_PAGECACHE_H

#include "lib/core/block.h"

/*
 * Reads the file that the module was loaded with into the page cache and keeps it open, since the
 * pages of a block device go with its last user. 0, also when there is no such file to read, or
 * -errno. Sleeps. amk_pagecache_close() follows.
 */
int amk_pagecache_fill(struct amk_block *block);
void amk_pagecache_close(void);

#endif
