// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fragments memory for a test: takes MB mebibytes of single pages, gives every other one back, says
 * so on stdout, and holds the rest until it is ended. Every free frame it leaves has a neighbour in
 * use, as far as the kernel handed them out in order, so a vmalloc of several pages cannot be one
 * run. With a second word they are locked, and compaction leaves them where they are if
 * vm.compact_unevictable_allowed is 0.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE_BYTES 4096UL

int main(int argc, char **argv)
{
	unsigned long mb = argc > 1 ? strtoul(argv[1], NULL, 10) : 64;
	unsigned long len = mb << 20;
	unsigned long at;
	char *p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (!mb || p == MAP_FAILED || madvise(p, len, MADV_NOHUGEPAGE)) {
		fprintf(stderr, "fragment: cannot map %lu MiB\n", mb);
		return 1;
	}
	for (at = 0; at < len; at += PAGE_BYTES)
		p[at] = 1;
	for (at = 0; at < len; at += 2 * PAGE_BYTES)
		if (madvise(p + at, PAGE_BYTES, MADV_DONTNEED))
			return 1;
	if (argc > 2 && mlock2(p, len, MLOCK_ONFAULT)) {
		fputs("fragment: cannot lock what is held\n", stderr);
		return 1;
	}
	puts("fragmented");
	fflush(stdout);
	pause();
	return 0;
}
