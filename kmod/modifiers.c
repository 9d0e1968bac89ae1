// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's GFP flags taken apart by the headers that this module was compiled with. A modifier
 * that these headers lack has no bit here; which of them may be lacking, probe.sh knows.
 */
#include "modifiers.h"

#include <linux/gfp.h>
#include <linux/kernel.h>

#include "lib/core/deps.h"

#if !IS_ENABLED(AMK_HAVE_GFP_ATOMIC)
#define __GFP_ATOMIC ((__force gfp_t)0)
#endif
#if !IS_ENABLED(AMK_HAVE_GFP_WAIT)
#define __GFP_WAIT ((__force gfp_t)0)
#endif

/* @bits in our numbering. */
static u32 modifiers_of(gfp_t bits)
{
	u32 ours = 0;

#define AMK_MODIFIER(id, bit)              \
	if (bits & __GFP_##id) {           \
		ours |= AMK_MODIFIER_##id; \
		bits &= ~__GFP_##id;       \
	}
#define AMK_GFP_SET(id, metric)
#include "lib/core/modifier.def"
#undef AMK_MODIFIER
#undef AMK_GFP_SET
	return bits ? ours | AMK_MODIFIER_OTHER : ours;
}

static u32 modifiers_all(void)
{
	gfp_t all = 0;

#define AMK_MODIFIER(id, bit) all |= __GFP_##id;
#define AMK_GFP_SET(id, metric)
#include "lib/core/modifier.def"
#undef AMK_MODIFIER
#undef AMK_GFP_SET
	return modifiers_of(all);
}

u32 amk_modifiers_read(enum amk_gfp_set set)
{
	switch (set) {
#define AMK_MODIFIER(id, bit)
#define AMK_GFP_SET(id, metric) \
	case AMK_GFP_SET_##id:  \
		return modifiers_of(GFP_##id);
#include "lib/core/modifier.def"
#undef AMK_MODIFIER
#undef AMK_GFP_SET
	case AMK_GFP_TYPE_BYTES:
		return sizeof(gfp_t);
	case AMK_GFP_TYPE_SIGNED:
		return __builtin_types_compatible_p(gfp_t, int);
	default:
		return modifiers_all();
	}
}
