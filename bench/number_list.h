/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A rising list of numbers on the command line, such as 0,2-3: of nodes, of counts of threads.
 */
#ifndef AMK_NUMBER_LIST_H
#define AMK_NUMBER_LIST_H

#include "lib/core/deps.h"

struct amk_number_list {
	u32 *number; /* the caller's */
	u32 max; /* that @number has room for */
	u32 count;
};

/* Puts @number at the end; false where there is no room, or where it is no larger than the last. */
bool amk_number_list_add(struct amk_number_list *list, u32 number);

/*
 * Reads the whole of @text into @list, which is empty: numbers and ranges of @least to @most,
 * rising. False if it is anything else; what @list holds then is of no use.
 */
bool amk_number_list_read(struct amk_number_list *list, const char *text, u32 least, u32 most);

#endif
