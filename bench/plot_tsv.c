// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tables of plots: made in memory and put in place whole, or not at all.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/command.h"
#include "bench/plot.h"

int amk_tsv_begin(struct amk_tsv *tsv)
{
	tsv->text = NULL;
	tsv->file = open_memstream(&tsv->text, &tsv->len);
	return tsv->file ? 0 : -ENOMEM;
}

void amk_tsv_drop(struct amk_tsv *tsv)
{
	fclose(tsv->file);
	free(tsv->text);
}

static int table_put(struct amk_plot *plot, const char *file, const struct amk_tsv *tsv)
{
	int ret = amk_file_replace(plot->data_dir, file, tsv->text, tsv->len);

	if (ret)
		amk_fail("plot: %s/%s: %s: choose another place with %s", plot->data_dir, file,
			 strerror(-ret), plot->place);
	else
		plot->nr_tables++;
	return ret;
}

int amk_tsv_end(struct amk_tsv *tsv, struct amk_plot *plot, const char *name)
{
	char file[NAME_MAX];
	int ret;

	if (fclose(tsv->file)) {
		free(tsv->text);
		return -ENOMEM;
	}
	snprintf(file, sizeof(file), "%s.tsv", name);
	ret = plot->nr_tables ? 0 : amk_plot_places_make(plot);
	if (!ret)
		ret = table_put(plot, file, tsv);
	free(tsv->text);
	return ret;
}

void amk_tsv_field(FILE *file, const char *text)
{
	for (; *text; text++)
		fputc((unsigned char)*text < ' ' ? '?' : *text, file);
}

void amk_tsv_number(FILE *file, double x)
{
	if (isnan(x))
		fputs("\tNaN", file);
	else
		fprintf(file, "\t%.6g", x);
}

void amk_tsv_cell(FILE *file, const struct amk_plot_run *run, const struct amk_strategy *strategy,
		  u64 size_bytes)
{
	const char *id[] = { run->name,
			     run->data.machine,
			     run->data.kernel,
			     run->data.environment,
			     amk_side_names[strategy->side],
			     amk_families[strategy->family].name,
			     strategy->name };
	size_t i;

	for (i = 0; i < AMK_ARRAY_SIZE(id); i++) {
		amk_tsv_field(file, id[i]);
		fputc('\t', file);
	}
	fprintf(file, "%llu", (unsigned long long)size_bytes);
}
