// SPDX-License-Identifier: GPL-2.0-only
/*
 * Huge pages: transparent ones asked for by madvise(), and hugetlb pages of 2 MiB and 1 GiB.
 *
 * A transparent huge page needs a 2 MiB aligned range. Before Linux 6.7 mmap() does not give one by
 * itself, and reserving more than needed costs two more munmap() calls. Here mmap() is given the
 * next aligned address of a stretch of address space found free in setup(): a hint, not MAP_FIXED,
 * so if something lies there already the kernel answers elsewhere, and only then the range is cut
 * out of a larger one. The operation is one mmap(), one madvise() and one munmap().
 */
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "lib/core/body.h"
#include "lib/user/text.h"

#define HUGE_SHIFT 21
#define HUGE_BYTES (1ULL << HUGE_SHIFT)
#define GIANT_SHIFT 30
/* Address space for hints; a smaller one does where it is limited. */
#define HINT_BYTES_MAX (1ULL << 40)
#define HINT_BYTES_MIN (1ULL << 32)
#define HUGETLB_DIR "/sys/kernel/mm/hugepages/"
#define SURPLUS "nr_overcommit_hugepages"
#define THP_DIR "/sys/kernel/mm/transparent_hugepage/"

static __always_inline u64 round_up(u64 size, u64 granule)
{
	return (size + granule - 1) & ~(granule - 1);
}

static __always_inline void *map(void *hint, u64 size, int flags)
{
	void *p = mmap(hint, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1,
		       0);

	return p == MAP_FAILED ? NULL : p;
}

/* Whether the setting in @path has @choice in brackets; @missing: what an absent file means. */
static bool chosen(const char *path, const char *choice, bool missing)
{
	char text[128];

	if (amk_text_read(path, text, sizeof(text)) < 0)
		return missing;
	return strstr(text, choice);
}

/* From Linux 6.8 each size has a setting of its own, which may defer to the general one. */
static bool thp_off(void)
{
	if (chosen(THP_DIR "hugepages-2048kB/enabled", "[never]", false))
		return true;
	if (!chosen(THP_DIR "hugepages-2048kB/enabled", "[inherit]", true))
		return false;
	return chosen(THP_DIR "enabled", "[never]", true);
}

/* Below the stretch found last: several threads have one each, that none is in another's. */
static char *below;

static void mmap_thp_teardown(struct amk_context *ctx)
{
	(void)ctx;
	below = NULL;
}

/* priv: the next hint; priv2: the first one; count: hints in the stretch. */
static int mmap_thp_setup(struct amk_context *ctx)
{
	u64 bytes = HINT_BYTES_MAX;
	char *p = MAP_FAILED;

	if (thp_off() || prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0) == 1)
		return -EOPNOTSUPP;
	for (; p == MAP_FAILED && bytes >= HINT_BYTES_MIN; bytes /= 2) {
		p = mmap(below, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
			 0);
		if (p == MAP_FAILED)
			continue;
		munmap(p, bytes);
		below = (unsigned long)p > bytes ? p - bytes : NULL;
		ctx->priv = ctx->priv2 = (void *)round_up((unsigned long)p, HUGE_BYTES);
		ctx->count = bytes / HUGE_BYTES - 1;
	}
	return 0;
}

/* Cuts an aligned range out of a larger one. */
static noinline void *thp_cut(u64 size)
{
	u64 len = round_up(size, AMK_PAGE_SIZE);
	char *p = map(NULL, len + HUGE_BYTES, 0);
	u64 head;

	if (!p)
		return NULL;
	head = -(unsigned long)p % HUGE_BYTES;
	if (head)
		munmap(p, head);
	munmap(p + head + len, HUGE_BYTES - head);
	return p + head;
}

/* Sets the next hint @to, or the first one if that is past the stretch. */
static __always_inline void thp_hint(struct amk_context *ctx, char *to)
{
	char *first = ctx->priv2;

	ctx->priv = to < first + ctx->count * HUGE_BYTES ? to : first;
}

static __always_inline void *mmap_thp_alloc(struct amk_context *ctx, u64 size)
{
	char *p = map(ctx->priv, size, 0);

	if (unlikely(!p || (unsigned long)p % HUGE_BYTES)) {
		if (p)
			munmap(p, size);
		p = thp_cut(size);
	}
	if (unlikely(!p))
		return NULL;
	if (unlikely(madvise(p, size, MADV_HUGEPAGE))) {
		munmap(p, size);
		return NULL;
	}
	thp_hint(ctx, p + round_up(size, HUGE_BYTES));
	return p;
}

/* What was handed out last is what the next hint names again. */
static __always_inline void mmap_thp_release(struct amk_context *ctx, void *p, u64 size)
{
	munmap(p, size);
	if ((char *)p + round_up(size, HUGE_BYTES) == ctx->priv)
		ctx->priv = p;
}

static u64 mmap_thp_usable(struct amk_context *ctx, void *p, u64 size)
{
	(void)ctx;
	(void)p;
	return round_up(size, (u64)sysconf(_SC_PAGESIZE));
}

/* Whether the kernel may add pages of this size on demand. */
static bool surplus_allowed(u32 shift)
{
	const char *path = shift == GIANT_SHIFT ? HUGETLB_DIR "hugepages-1048576kB/" SURPLUS :
						  HUGETLB_DIR "hugepages-2048kB/" SURPLUS;
	char text[32];

	amk_text_read(path, text, sizeof(text));
	return text[0] >= '1' && text[0] <= '9';
}

/*
 * One page must be there to be had, or be allowed to be made: that memory is too broken up for it
 * is no lack of pages, and shows in what is refused. How many more there are shows so, too.
 */
static int hugetlb_setup(struct amk_context *ctx, u32 shift)
{
	void *p;

	ctx->granule = 1ULL << shift;
	ctx->order = shift;
	p = map(NULL, ctx->granule, MAP_HUGETLB | (int)(shift << MAP_HUGE_SHIFT));
	if (!p)
		return surplus_allowed(shift) ? 0 : -EOPNOTSUPP;
	munmap(p, ctx->granule);
	return 0;
}

static int hugetlb_2m_setup(struct amk_context *ctx)
{
	return hugetlb_setup(ctx, HUGE_SHIFT);
}

static int hugetlb_1g_setup(struct amk_context *ctx)
{
	return hugetlb_setup(ctx, GIANT_SHIFT);
}

/* Lengths are whole huge pages: munmap() insists. */
static __always_inline void *hugetlb_alloc(u64 size, u32 shift)
{
	return map(NULL, round_up(size, 1ULL << shift),
		   MAP_HUGETLB | (int)(shift << MAP_HUGE_SHIFT));
}

static __always_inline void *hugetlb_2m_alloc(struct amk_context *ctx, u64 size)
{
	(void)ctx;
	return hugetlb_alloc(size, HUGE_SHIFT);
}

static __always_inline void *hugetlb_1g_alloc(struct amk_context *ctx, u64 size)
{
	(void)ctx;
	return hugetlb_alloc(size, GIANT_SHIFT);
}

static __always_inline void hugetlb_release(struct amk_context *ctx, void *p, u64 size)
{
	munmap(p, round_up(size, ctx->granule));
}

static u64 hugetlb_usable(struct amk_context *ctx, void *p, u64 size)
{
	(void)p;
	return round_up(size, ctx->granule);
}

static const struct amk_ops mmap_thp_ops = {
	.setup = mmap_thp_setup,
	.alloc = mmap_thp_alloc,
	.release = mmap_thp_release,
	.teardown = mmap_thp_teardown,
	.usable = mmap_thp_usable,
};

static const struct amk_ops hugetlb_2m_ops = {
	.setup = hugetlb_2m_setup,
	.alloc = hugetlb_2m_alloc,
	.release = hugetlb_release,
	.usable = hugetlb_usable,
};

static const struct amk_ops hugetlb_1g_ops = {
	.setup = hugetlb_1g_setup,
	.alloc = hugetlb_1g_alloc,
	.release = hugetlb_release,
	.usable = hugetlb_usable,
};

AMK_DEFINE_IMPL(user, mmap_thp, mmap_thp_ops);
AMK_DEFINE_IMPL(user, hugetlb_2m, hugetlb_2m_ops);
AMK_DEFINE_IMPL(user, hugetlb_1g, hugetlb_1g_ops);
