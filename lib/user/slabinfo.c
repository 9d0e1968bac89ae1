// SPDX-License-Identifier: GPL-2.0-only
/*
 * The slabs of kmalloc(): see slabinfo.h. A line has name, objects in use, objects there is room
 * for, and the size of one (cache_show() in mm/slab_common.c). Objects of a CPU's own slab count
 * as used, which is a slab a cache and CPU at most; what is larger than any slab has none.
 */
#include "lib/user/slabinfo.h"

#include <errno.h>
#include <stdio.h>

void amk_slabinfo_line(const char *line, struct amk_slabinfo *info)
{
	unsigned long long used, room, bytes;

	if (sscanf(line, "kmalloc-%*s %llu %llu %llu", &used, &room, &bytes) != 3 || used > room)
		return;
	info->bytes += room * bytes;
	info->used_bytes += used * bytes;
}

int amk_slabinfo_read(struct amk_slabinfo *info)
{
	FILE *file = fopen(AMK_SLABINFO_PATH, "re");
	char line[512];

	*info = (struct amk_slabinfo){ 0 };
	if (!file)
		return -errno;
	while (fgets(line, sizeof(line), file))
		amk_slabinfo_line(line, info);
	fclose(file);
	return info->bytes ? 0 : -EINVAL;
}
