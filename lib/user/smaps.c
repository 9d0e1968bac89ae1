// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mapping levels from smaps: see smaps.h. Fields: Documentation/filesystems/proc.rst.
 * AnonHugePages, ShmemPmdMapped and FilePmdMapped count what is mapped by a PMD, not what merely
 * lies in a huge page. Read without stdio, which would allocate.
 */
#include "lib/user/smaps.h"

#include <fcntl.h>
#include <unistd.h>

#include "lib/user/text.h"

#define PAGE_SHIFT_BASE 12
#define PMD_SHIFT 21
#define LINE_LEN 512

/* Lines of a file, one at a time; a longer one is cut off. */
struct lines {
	int fd;
	char buffer[4096];
	size_t at, len;
	char line[LINE_LEN];
};

/* 1: a line; 0: the end; else -errno. */
static int line_next(struct lines *l)
{
	size_t n = 0;

	for (;;) {
		if (l->at == l->len) {
			ssize_t got = read(l->fd, l->buffer, sizeof(l->buffer));

			if (got < 0)
				return -errno;
			if (!got)
				return 0;
			l->at = 0;
			l->len = (size_t)got;
		}
		if (l->buffer[l->at] == '\n')
			break;
		if (n < LINE_LEN - 1)
			l->line[n++] = l->buffer[l->at];
		l->at++;
	}
	l->at++;
	l->line[n] = '\0';
	return 1;
}

/* Digits of @base at *@at, which moves past them; false: there are none. */
static bool number_read(const char **at, u64 base, u64 *number)
{
	const char *from = *at;
	u64 digit;

	for (*number = 0;; (*at)++) {
		char c = **at;

		if (c >= '0' && c <= '9')
			digit = (u64)(c - '0');
		else if (base == 16 && c >= 'a' && c <= 'f')
			digit = (u64)(c - 'a') + 10;
		else
			return *at > from;
		*number = *number * base + digit;
	}
}

/* The head of an area: "START-END perms ..."; a field's name has no such beginning. */
static bool head_read(const char *line, u64 *start, u64 *end)
{
	if (!number_read(&line, 16, start) || *line != '-')
		return false;
	line++;
	return number_read(&line, 16, end) && *line == ' ';
}

/* Adds the value of "NAME: N kB" to @bytes if that is what @line is. */
static void field_add(const char *line, const char *name, u64 *bytes)
{
	size_t len = strlen(name);
	u64 kib;

	if (strncmp(line, name, len) || line[len] != ':')
		return;
	line += len + 1;
	while (*line == ' ')
		line++;
	if (number_read(&line, 10, &kib))
		*bytes += kib << 10;
}

int amk_smaps_read(int fd, u64 addr, struct amk_smaps *smaps)
{
	struct lines l = { .fd = fd };
	bool inside = false;
	u64 start, end;
	int got;

	while ((got = line_next(&l)) > 0) {
		if (head_read(l.line, &start, &end)) {
			if (inside)
				return 0;
			inside = addr >= start && addr < end;
			if (inside)
				*smaps = (struct amk_smaps){ .start = start, .end = end };
		} else if (inside) {
			field_add(l.line, "KernelPageSize", &smaps->page_bytes);
			field_add(l.line, "AnonHugePages", &smaps->pmd_bytes);
			field_add(l.line, "ShmemPmdMapped", &smaps->pmd_bytes);
			field_add(l.line, "FilePmdMapped", &smaps->pmd_bytes);
		}
	}
	if (got < 0)
		return got;
	return inside ? 0 : -ENOENT;
}

/* Small pages of arm64 may stand in contiguous runs of 64 KiB, which smaps does not tell. */
static bool small_is_smallest(void)
{
#if defined(__aarch64__)
	char text[128];

	return amk_text_read("/sys/kernel/mm/transparent_hugepage/hugepages-64kB/enabled", text,
			     sizeof(text)) < 0 ||
	       strstr(text, "[never]");
#else
	return true;
#endif
}

u32 amk_smaps_area_shift(const struct amk_smaps *s, u64 addr)
{
	u64 first = (s->start + AMK_SMAPS_PMD_BYTES - 1) & ~(AMK_SMAPS_PMD_BYTES - 1);
	u64 last = s->end & ~(AMK_SMAPS_PMD_BYTES - 1);
	u64 most = last > first ? last - first : 0;
	u32 small = (u32)fls64(s->page_bytes) - 1;

	if (!s->page_bytes)
		return 0;
	/* hugetlb, or a kernel of larger pages, whose huge ones are of another size. */
	if (small != PAGE_SHIFT_BASE)
		return s->pmd_bytes ? 0 : small;
	if (!s->pmd_bytes)
		return small_is_smallest() ? small : 0;
	if (s->pmd_bytes != most)
		return 0;
	return addr >= first && addr < last ? PMD_SHIFT : small;
}

int amk_smaps_shift(struct amk_smaps *smaps, const void *addr, u32 *shift)
{
	u64 at = (u64)(unsigned long)addr;
	int fd, error = 0;

	*shift = 0;
	if (at <= smaps->last || at < smaps->start || at >= smaps->end) {
		fd = open("/proc/self/smaps", O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return -errno;
		error = amk_smaps_read(fd, at, smaps);
		close(fd);
	}
	if (error) {
		memset(smaps, 0, sizeof(*smaps));
		return error;
	}
	smaps->last = at;
	*shift = amk_smaps_area_shift(smaps, at);
	return 0;
}

/* Adds up @name and Private_Hugetlb of the text at @fd; the former must be there. */
static int sum_read(int fd, const char *name, u64 *bytes)
{
	struct lines l = { .fd = fd };
	size_t len = strlen(name);
	bool found = false;
	int got;

	*bytes = 0;
	while ((got = line_next(&l)) > 0) {
		found = found || (!strncmp(l.line, name, len) && l.line[len] == ':');
		field_add(l.line, name, bytes);
		field_add(l.line, "Private_Hugetlb", bytes);
	}
	if (got < 0)
		return got;
	return found ? 0 : -ENOENT;
}

static int rollup_read(const char *name, u64 *bytes)
{
	int fd = open("/proc/self/smaps_rollup", O_RDONLY | O_CLOEXEC);
	int error;

	if (fd < 0)
		return -errno;
	error = sum_read(fd, name, bytes);
	close(fd);
	return error;
}

int amk_smaps_private_read(int fd, u64 *bytes)
{
	return sum_read(fd, "Private_Dirty", bytes);
}

int amk_smaps_private(u64 *bytes)
{
	return rollup_read("Private_Dirty", bytes);
}

int amk_smaps_huge_read(int fd, u64 *bytes)
{
	return sum_read(fd, "AnonHugePages", bytes);
}

int amk_smaps_huge(u64 *bytes)
{
	return rollup_read("AnonHugePages", bytes);
}
