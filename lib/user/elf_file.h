/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an ELF file says of itself: whether this machine's programs can load it, and its build id,
 * which names the very binary.
 */
#ifndef AMK_ELF_FILE_H
#define AMK_ELF_FILE_H

#include <stddef.h>
#include <stdbool.h>

#define AMK_BUILD_ID_LEN (2 * 64 + 1)

/*
 * The build id in the @len bytes of ELF notes at @notes, as hexadecimal digits, into @hex; false:
 * there is none. Notes are little-endian or big-endian as this machine is.
 */
bool amk_elf_note_build_id(const char *notes, size_t len, char hex[AMK_BUILD_ID_LEN]);

/* The build id of the file at @path. 0, -ENOENT where it has none, -ENOEXEC: no ELF, or -errno. */
int amk_elf_build_id(const char *path, char hex[AMK_BUILD_ID_LEN]);

/* Whether the file at @path is another thing than ELF of this program's class and machine. */
bool amk_elf_foreign(const char *path);

#endif
