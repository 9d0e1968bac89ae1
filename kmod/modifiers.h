/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What this kernel's GFP flags are made of.
 */
#ifndef AMK_MODIFIERS_H
#define AMK_MODIFIERS_H

#include "lib/core/modifier.h"

/* The modifiers in @set as AMK_MODIFIER_* bits. */
u32 amk_modifiers_read(enum amk_gfp_set set);

#endif
