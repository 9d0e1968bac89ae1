// SPDX-License-Identifier: GPL-2.0-only
/*
 * Something to reclaim: pages of a file in the page cache, clean, so the kernel can drop them at
 * once. A guest that runs from its initial archive has none, and reclaim would find nothing.
 */
#include "pagecache.h"

#include <linux/err.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "gfp.h"

#define READ_BYTES (64UL << 10)

static char *pressure_file;
module_param(pressure_file, charp, 0400);
MODULE_PARM_DESC(pressure_file,
		 "a file, such as /dev/ram0, that the workload pressure reads first, "
		 "for the kernel to have something to reclaim (default none)");

static struct file *file; /* one run at a time */

static int file_read(struct amk_block *block, void *buffer)
{
	loff_t at = 0;
	ssize_t len;

	do {
		if (block->side->stop(block))
			return -EINTR;
		len = kernel_read(file, buffer, READ_BYTES, &at);
	} while (len > 0);
	return (int)len;
}

int amk_pagecache_fill(struct amk_block *block)
{
	void *buffer;
	int error;

	if (!pressure_file)
		return 0;
	buffer = kmalloc(READ_BYTES, AMK_GFP);
	if (!buffer)
		return -ENOMEM;
	file = filp_open(pressure_file, O_RDONLY | O_LARGEFILE, 0);
	error = IS_ERR(file) ? PTR_ERR(file) : file_read(block, buffer);
	kfree(buffer);
	if (error)
		amk_pagecache_close();
	return error;
}

void amk_pagecache_close(void)
{
	if (!IS_ERR_OR_NULL(file))
		filp_close(file, NULL);
	file = NULL;
}
