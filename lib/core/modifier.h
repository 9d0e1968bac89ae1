/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table of GFP modifiers: names, and the bits that stand for them in records.
 */
#ifndef AMK_MODIFIER_H
#define AMK_MODIFIER_H

#include "deps.h"

#define AMK_MODIFIER(id, bit) AMK_MODIFIER_##id = 1U << (bit),
#define AMK_GFP_SET(id, metric)
enum amk_modifier_bit {
#include "modifier.def"
	AMK_MODIFIER_OTHER = 1U << 31 /* bits that no row names */
};
#undef AMK_MODIFIER
#undef AMK_GFP_SET

#define AMK_MODIFIER(id, bit)
#define AMK_GFP_SET(id, metric) AMK_GFP_SET_##id,
enum amk_gfp_set {
#include "modifier.def"
	AMK_GFP_SET_ALL, /* every modifier that the kernel has */
	AMK_GFP_TYPE_BYTES, /* no set: what gfp_t is */
	AMK_GFP_TYPE_SIGNED,
};
#undef AMK_MODIFIER
#undef AMK_GFP_SET

struct amk_modifier {
	const char *name; /* as the kernel has it */
	u32 bit; /* AMK_MODIFIER_* */
};

#define AMK_MODIFIER(id, bit) AMK_MODIFIER_AT_##id,
#define AMK_GFP_SET(id, metric)
enum {
#include "modifier.def"
	AMK_MODIFIER_AT_OTHER,
	AMK_NR_MODIFIERS
};
#undef AMK_MODIFIER
#undef AMK_GFP_SET

/* All of them by rising bit; the last stands for bits that have no row. */
extern const struct amk_modifier amk_modifiers[AMK_NR_MODIFIERS];

#endif
