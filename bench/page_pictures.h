/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The pictures of a page between drawing (page_figures.c) and writing (page_pictures.c): files that
 * are gone when the page is there.
 */
#ifndef AMK_PAGE_PICTURES_H
#define AMK_PAGE_PICTURES_H

#include "bench/page.h"

struct amk_picture {
	char *name;
	char *title;
	char *path;
	char runs[64]; /* " (runs 1, 2)", or "" where it has all of them */
	size_t group; /* its ids are its own by name and group */
};

/* In the order they were drawn. */
struct amk_pictures {
	struct amk_picture *item;
	size_t nr;
};

/* Writes all of them, with headings. 0 or -errno, said on stderr. */
int amk_pictures_write(struct amk_page *page, const struct amk_pictures *list);
void amk_pictures_free(struct amk_pictures *list);

#endif
