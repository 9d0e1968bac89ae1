// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the runs of a page say of the claims that are commonly made of allocators. There are none to
 * judge by yet: whoever adds them renders their verdicts here.
 */
#include "bench/page.h"

bool amk_page_has_claims(const struct amk_page *page)
{
	(void)page;
	return false;
}

int amk_page_claims(struct amk_page *page)
{
	(void)page;
	return 0;
}
