// SPDX-License-Identifier: GPL-2.0-only
/*
 * ELF files: see elf_file.h. The layout is elf(5)'s; a build id is a note of type NT_GNU_BUILD_ID
 * whose owner is "GNU". Every offset is the file's word and is checked by reading at it.
 */
#include "lib/user/elf_file.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NOTES_LEN 4096
#define SEGMENTS_MAX 64

bool amk_elf_note_build_id(const char *notes, size_t len, char hex[AMK_BUILD_ID_LEN])
{
	ElfW(Nhdr) note;
	size_t at = 0, i;

	while (at + sizeof(note) <= len) {
		size_t name = at + sizeof(note), desc;

		memcpy(&note, notes + at, sizeof(note));
		desc = name + ((note.n_namesz + 3UL) & ~3UL);
		at = desc + ((note.n_descsz + 3UL) & ~3UL);
		if (at > len || note.n_type != NT_GNU_BUILD_ID || note.n_namesz != 4 ||
		    note.n_descsz > 64 || memcmp(notes + name, "GNU", 4))
			continue;
		for (i = 0; i < note.n_descsz; i++)
			snprintf(hex + 2 * i, 3, "%02x", (unsigned char)notes[desc + i]);
		return true;
	}
	return false;
}

/* The whole of @len bytes at @offset. */
static bool read_at(int fd, void *to, size_t len, off_t offset)
{
	return pread(fd, to, len, offset) == (ssize_t)len;
}

/* The header of an ELF file of this program's class and byte order. */
static bool header_read(int fd, ElfW(Ehdr) * header)
{
	static const unsigned int endian = 1;
	unsigned char data = *(const unsigned char *)&endian ? ELFDATA2LSB : ELFDATA2MSB;

	return read_at(fd, header, sizeof(*header), 0) &&
	       !memcmp(header->e_ident, ELFMAG, SELFMAG) &&
	       header->e_ident[EI_CLASS] == (sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32) &&
	       header->e_ident[EI_DATA] == data;
}

static bool segment_build_id(int fd, const ElfW(Phdr) * segment, char hex[AMK_BUILD_ID_LEN])
{
	char notes[NOTES_LEN];
	size_t len = segment->p_filesz < sizeof(notes) ? segment->p_filesz : sizeof(notes);

	return segment->p_type == PT_NOTE && read_at(fd, notes, len, (off_t)segment->p_offset) &&
	       amk_elf_note_build_id(notes, len, hex);
}

int amk_elf_build_id(const char *path, char hex[AMK_BUILD_ID_LEN])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), error = -ENOENT, i;
	ElfW(Ehdr) header;
	ElfW(Phdr) segment;

	if (fd < 0)
		return -errno;
	if (!header_read(fd, &header) || header.e_phentsize != sizeof(segment))
		error = -ENOEXEC;
	for (i = 0; error == -ENOENT && i < header.e_phnum && i < SEGMENTS_MAX; i++) {
		if (!read_at(fd, &segment, sizeof(segment),
			     (off_t)(header.e_phoff + (size_t)i * sizeof(segment))))
			error = -ENOEXEC;
		else if (segment_build_id(fd, &segment, hex))
			error = 0;
	}
	close(fd);
	return error;
}

/* The machine that the file at @path is for; EM_NONE: not of this class, or no ELF. */
static unsigned int machine_of(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ElfW(Ehdr) header;
	bool is_elf;

	if (fd < 0)
		return EM_NONE;
	is_elf = header_read(fd, &header);
	close(fd);
	return is_elf ? header.e_machine : EM_NONE;
}

bool amk_elf_foreign(const char *path)
{
	unsigned int machine = machine_of(path);

	return machine == EM_NONE || machine != machine_of("/proc/self/exe");
}
