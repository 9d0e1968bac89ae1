// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mappings straight from the kernel: mmap (lazy), mmap with MAP_POPULATE, memfd.
 *
 * "mmap" and "mmap-populate" are to be mapped by small pages whatever the machine's THP setting is.
 * A madvise(MADV_NOHUGEPAGE) a mapping would be a system call inside the timed region, so huge
 * pages are forbidden to the whole process once, in setup(), by prctl(). memfd keeps the machine's
 * setting for shared memory (shmem_enabled), and its operation is four system calls and an
 * munmap(): create, size, map and close, since a program that allocates so pays for all of them.
 */
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "lib/core/body.h"

/* A kernel without THP does not know the call: nothing is to be forbidden there. */
static int mmap_setup(struct amk_context *ctx)
{
	(void)ctx;
	if (prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) && errno != EINVAL)
		return -errno;
	return 0;
}

static __always_inline void *map_anonymous(u64 size, int flags)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1,
		       0);

	return p == MAP_FAILED ? NULL : p;
}

static __always_inline void *mmap_alloc(struct amk_context *ctx, u64 size)
{
	(void)ctx;
	return map_anonymous(size, 0);
}

static __always_inline void *mmap_populate_alloc(struct amk_context *ctx, u64 size)
{
	(void)ctx;
	return map_anonymous(size, MAP_POPULATE);
}

static __always_inline void *memfd_alloc(struct amk_context *ctx, u64 size)
{
	void *p = MAP_FAILED;
	int fd;

	(void)ctx;
	fd = memfd_create("allocmark", MFD_CLOEXEC);
	if (fd < 0)
		return NULL;
	if (!ftruncate(fd, (off_t)size))
		p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	return p == MAP_FAILED ? NULL : p;
}

static __always_inline void mmap_release(struct amk_context *ctx, void *p, u64 size)
{
	(void)ctx;
	munmap(p, size);
}

static u64 mmap_usable(struct amk_context *ctx, void *p, u64 size)
{
	u64 mask = (u64)sysconf(_SC_PAGESIZE) - 1;

	(void)ctx;
	(void)p;
	return (size + mask) & ~mask;
}

static const struct amk_ops mmap_ops = {
	.setup = mmap_setup,
	.alloc = mmap_alloc,
	.release = mmap_release,
	.usable = mmap_usable,
};

static const struct amk_ops mmap_populate_ops = {
	.setup = mmap_setup,
	.alloc = mmap_populate_alloc,
	.release = mmap_release,
	.usable = mmap_usable,
};

static const struct amk_ops memfd_ops = {
	.alloc = memfd_alloc,
	.release = mmap_release,
	.usable = mmap_usable,
};

AMK_DEFINE_IMPL(user, mmap, mmap_ops);
AMK_DEFINE_IMPL(user, mmap_populate, mmap_populate_ops);
AMK_DEFINE_IMPL(user, memfd, memfd_ops);
