/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Plots of one run or several: tables in TSV, and a gnuplot file for each that draws it.
 *
 * A plot is a table first: RUN/plots/data/NAME.tsv holds every number that is drawn, NAME.gp says
 * how it is drawn (and can be run by hand), NAME.png, NAME.svg or NAME.pdf come out of it. What is
 * not in the records is not drawn, and the command says so.
 */
#ifndef AMK_PLOT_H
#define AMK_PLOT_H

#include <limits.h>
#include <stdio.h>

#include "lib/core/strategy.h"
#include "lib/user/summary.h"

#define AMK_PLOT_TEXT_LEN 640
#define AMK_PLOT_RUNS_MAX 4 /* more weights and fills than these cannot be told apart */
/* Of the directory of the pictures: leaves room for the names below it. */
#define AMK_PLOT_OUT_LEN (PATH_MAX - NAME_MAX)

struct amk_plot_run {
	struct amk_run_data data;
	struct amk_summary *summary;
	size_t nr_summary;
	char name[NAME_MAX + 1]; /* of its directory */
	char label[AMK_PLOT_TEXT_LEN]; /* in a legend of several runs */
};

/* One call of the command. */
struct amk_plot {
	struct amk_plot_run *run;
	size_t nr_runs;
	const char *out; /* directory of the pictures */
	const char *place; /* the option that names another, "--out" */
	char data_dir[PATH_MAX]; /* out/data */
	char scripts_dir[PATH_MAX];
	char formats[32]; /* words, such as "png svg pdf" */
	/* Machine, kernel, environment, and for plots of times the unit. */
	char source[2][AMK_PLOT_TEXT_LEN];
	/* That environments differ, and for plots of times that they are emulated; or "". */
	char caution[2][AMK_PLOT_TEXT_LEN];
	bool units_differ; /* ns and insn share no axis */
	bool no_gnuplot; /* tables only */
	bool text; /* curves are printed to stdout and nothing is drawn */
	/* The fact that the runs differ in, which is an axis of the plots: no caution; or NULL. */
	const char *over;
	unsigned int nr_tables;
	unsigned int nr_drawn;
	/* Is told the name of each plot that was drawn, and its title; NULL: nobody is. */
	void (*drawn)(void *arg, const char *name, const char *title);
	void *drawn_arg;
	char absent[4096]; /* names of the plots without data, as words */
};

/* A line of a plot: one strategy in one run. */
struct amk_series {
	const struct amk_plot_run *run;
	const struct amk_strategy *strategy;
	char label[AMK_PLOT_TEXT_LEN];
	u32 colour; /* 0xRRGGBB */
	u32 point; /* of gnuplot */
	bool dashed;
	bool thin;
};

/*
 * Reads run directory @path and summarises it. 0, or -errno with a one-line text in @error. The
 * run is the caller's: amk_plot_run_free().
 */
int amk_plot_run_read(const char *path, struct amk_plot_run *run, char error[AMK_ERROR_LEN]);
void amk_plot_run_free(struct amk_plot_run *run);
/* Names @run by its directory. */
void amk_plot_run_name(struct amk_plot_run *run);
/* Words the source and the caution of @plot, and the labels of its runs. */
void amk_plot_word(struct amk_plot *plot);

/* How a metric of a cell becomes a number; NaN where there is none. */
enum amk_pick {
	AMK_PICK_LINE, /* p50 of single operations, or the cost where they are below the clock */
	AMK_PICK_COST,
	AMK_PICK_COST_MIN,
	AMK_PICK_COST_MAX,
	AMK_PICK_P5,
	AMK_PICK_P50,
	AMK_PICK_P95,
	AMK_PICK_ROUNDS,
	AMK_PICK_EACH_OPS,
	AMK_PICK_REFUSED_NEXT, /* 1: the next larger size of the run was refused */
};

/* A column of numbers of a plot's table, by cell, or computed from the columns before it. */
struct amk_column {
	const char *name;
	bool timed; /* in the run's unit, which is added to the name */
	const char *workload; /* NULL: computed */
	enum amk_metric_id metric;
	enum amk_pick pick;
	double (*compute)(const double *row);
};

enum amk_scale { AMK_SCALE_LOG, AMK_SCALE_LINEAR, AMK_SCALE_SHARE };

/* The range of an axis. */
struct amk_range {
	double low, high;
};

/*
 * The axis that shows @values: on a log scale with room below and above and never less than two
 * decades, so that a factor looks like a factor (0, 0: there are none); on a linear one from 0, or
 * from below what is below 0. Both end at round numbers.
 */
struct amk_range amk_range_log(struct amk_range values);
struct amk_range amk_range_linear(struct amk_range values);

/* One pair of axes. Columns are indices into the plot's; -1: none. */
struct amk_panel {
	const char *title;
	const char *label; /* of the value axis */
	enum amk_scale scale;
	bool timed; /* its values are in the run's unit */
	int low, line, high, point, end;
};

#define AMK_PANELS_MAX 3
#define AMK_COLUMNS_MAX 32

/* What is drawn: lines against size. */
struct amk_plot_figure {
	char name[64]; /* of its files */
	char title[192];
	const char *note; /* what line, band and points mean */
	bool timed; /* draws times: the unit and what it means under emulation are told */
	bool mapped; /* the legend says what a strategy's memory is mapped by */
	const struct amk_column *column;
	size_t nr_columns;
	const struct amk_panel *panel;
	size_t nr_panels;
	const struct amk_strategy *strategy[AMK_NR_STRATEGIES];
	size_t nr_strategies;
};

/* The rows of one series, in rising size. */
struct amk_block_rows {
	struct amk_series series;
	size_t nr;
	u64 *size_bytes;
	double *value; /* nr times nr_columns, row by row; NaN: no number */
};

/* The table of a figure. */
struct amk_table {
	const struct amk_plot_figure *figure;
	struct amk_block_rows *block;
	size_t nr;
};

/*
 * Fills @table with the blocks of @figure that have a point in at least one panel. 0, or -ENODATA
 * if there is none, or -ENOMEM. The table is the caller's: amk_table_free().
 */
int amk_table_collect(const struct amk_plot *plot, const struct amk_plot_figure *figure,
		      struct amk_table *table);
void amk_table_free(struct amk_table *table);
/* Labels each series of @table and gives it colour, point and dash, distinct within the plot. */
void amk_series_style(const struct amk_plot *plot, struct amk_table *table);
/* Whether block @b has a value in @column (-1: no column) that an axis of @scale can show. */
bool amk_table_has(const struct amk_table *table, size_t b, int column, enum amk_scale scale);
/* Widens [*low, *high] (0, 0: nothing yet) by the values above 0 of @column; -1: no column. */
void amk_table_range(const struct amk_table *table, int column, double *low, double *high);
/* Writes the table as NAME.tsv. 0 or -errno, said on stderr. */
int amk_table_save(struct amk_plot *plot, const struct amk_table *table);

/*
 * Writes and draws @figure. 0; -ENODATA if the records hold nothing to draw; else -errno, said on
 * stderr.
 */
int amk_figure_draw(struct amk_plot *plot, const struct amk_plot_figure *figure);

/* What --families and the rest of the command line choose of the line figures. */
struct amk_choice {
	bool family[AMK_NR_FAMILIES];
	bool all_families; /* none named: the headline plots are drawn too */
};

/* Draws all that is chosen; notes what is absent. 0, or -errno of the first that failed. */
int amk_plot_all(struct amk_plot *plot, const struct amk_choice *choice);
/* Every family that does real work, and the headline plots. */
void amk_choice_default(struct amk_choice *choice);

/* Draws every chosen line figure; notes what is absent. 0, or -errno of the first that failed. */
int amk_plot_lines(struct amk_plot *plot, const struct amk_choice *choice);
/* Draws @figure; notes it as absent if there is nothing to draw. 0 or -errno. */
int amk_plot_note(struct amk_plot *plot, const char *name, int ret);

/* Writes and draws the largest size by strategy, and success by size: as amk_figure_draw(). */
int amk_plot_limit(struct amk_plot *plot);
int amk_plot_success(struct amk_plot *plot);

/* Writes and draws page walks and cost of a load by size, and mapping levels: likewise. */
int amk_plot_translation(struct amk_plot *plot);
int amk_plot_levels(struct amk_plot *plot);

/* A gnuplot file under way, in memory. */
struct amk_script {
	struct amk_plot *plot;
	const char *name;
	const char *title;
	FILE *file;
	char *text;
	size_t len;
};

/* Begins the file that draws plot @name, called @title, of times or not. 0 or -ENOMEM. */
int amk_script_begin(struct amk_script *script, struct amk_plot *plot, const char *name,
		     const char *title, const char *footer, bool timed);
/* Writes: @key = '@value', whatever is in the value. */
void amk_script_text(struct amk_script *script, const char *key, const char *value);
/* Writes the item @index (from 0) of the array @key. */
void amk_script_item(struct amk_script *script, const char *key, size_t index, const char *value);
/* Writes an array of texts or of numbers called @key. */
void amk_script_texts(struct amk_script *script, const char *key, const char *const *value,
		      size_t nr);
void amk_script_numbers(struct amk_script *script, const char *key, const double *value, size_t nr);
/* Writes the sizes with a meaning (page, KMALLOC_MAX_SIZE) of the plot's runs. */
void amk_script_marks(struct amk_script *script);
/* Ends the file with the drawing of @template in each format, puts it in place, runs it. */
int amk_script_draw(struct amk_script *script, const char *template);

/* The table of a plot under way, in memory. */
struct amk_tsv {
	FILE *file;
	char *text;
	size_t len;
};

/* Begins a table. 0 or -ENOMEM; then amk_tsv_end() or amk_tsv_drop(). */
int amk_tsv_begin(struct amk_tsv *tsv);
/* Puts the table in place as NAME.tsv. 0; -ENOMEM; or -errno, said on stderr. */
int amk_tsv_end(struct amk_tsv *tsv, struct amk_plot *plot, const char *name);
void amk_tsv_drop(struct amk_tsv *tsv);
/* Writes @text as a field: a control character would end it. */
void amk_tsv_field(FILE *file, const char *text);
/* Writes a tab and @x, of six digits; NaN as such, never 0. */
void amk_tsv_number(FILE *file, double x);
/* The first fields of a row, which cell of which run it is of: the names, the last is the size. */
#define AMK_TSV_CELL "run\tmachine\tkernel\tenvironment\tside\tfamily\tstrategy\tsize_bytes"
#define AMK_TSV_CELL_COLUMNS 8
void amk_tsv_cell(FILE *file, const struct amk_plot_run *run, const struct amk_strategy *strategy,
		  u64 size_bytes);

/*
 * Says that pictures go to @out, which must stay, and tables below it, and finds the scripts. 0 or
 * -errno, said on stderr.
 */
int amk_plot_places(struct amk_plot *plot, const char *out);
/* Makes those directories, as the first table does. 0 or -errno, said on stderr. */
int amk_plot_places_make(const struct amk_plot *plot);

/* Finds the directory of the .gp files: beside the program in a build tree, else installed. */
int amk_scripts_find(char path[PATH_MAX]);

#endif
