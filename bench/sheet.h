/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rows of fields, as TSV or as CSV. In TSV a field has no tab and no line end, so both become a
 * space; in CSV a field that needs it is quoted, as RFC 4180 has it. A number that there is none
 * of is an empty field, never a 0.
 */
#ifndef AMK_SHEET_H
#define AMK_SHEET_H

#include <stdbool.h>
#include <stdio.h>

struct amk_sheet {
	FILE *file;
	bool csv; /* else TSV */
	unsigned int column; /* of the next field */
};

/* Each writes one field. */
void amk_sheet_text(struct amk_sheet *sheet, const char *text);
void amk_sheet_count(struct amk_sheet *sheet, unsigned long long count);
/* Six digits; NAN: an empty field. */
void amk_sheet_number(struct amk_sheet *sheet, double number);
/* As amk_sheet_number(), but a whole number is written whole. */
void amk_sheet_whole(struct amk_sheet *sheet, double number);

/* Ends the row. */
void amk_sheet_end(struct amk_sheet *sheet);

#endif
