// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rows of fields: see sheet.h.
 */
#include "bench/sheet.h"

#include <math.h>
#include <string.h>

static void field_begin(struct amk_sheet *sheet)
{
	if (sheet->column++)
		fputc(sheet->csv ? ',' : '\t', sheet->file);
}

static void text_quoted(FILE *file, const char *text)
{
	fputc('"', file);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', file);
		fputc(*text, file);
	}
	fputc('"', file);
}

void amk_sheet_text(struct amk_sheet *sheet, const char *text)
{
	field_begin(sheet);
	if (sheet->csv && strpbrk(text, ",\"\r\n")) {
		text_quoted(sheet->file, text);
		return;
	}
	for (; *text; text++)
		fputc(!sheet->csv && strchr("\t\r\n", *text) ? ' ' : *text, sheet->file);
}

void amk_sheet_count(struct amk_sheet *sheet, unsigned long long count)
{
	field_begin(sheet);
	fprintf(sheet->file, "%llu", count);
}

void amk_sheet_number(struct amk_sheet *sheet, double number)
{
	field_begin(sheet);
	if (!isnan(number))
		fprintf(sheet->file, "%.6g", number);
}

void amk_sheet_whole(struct amk_sheet *sheet, double number)
{
	if (isnan(number) || number != floor(number)) {
		amk_sheet_number(sheet, number);
		return;
	}
	field_begin(sheet);
	fprintf(sheet->file, "%.0f", number);
}

void amk_sheet_end(struct amk_sheet *sheet)
{
	fputc('\n', sheet->file);
	sheet->column = 0;
}
