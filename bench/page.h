/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The report: one page about one run or several, whole before any of it is written.
 *
 * What is said stands in the page_*.c of its section, in terms of headings, paragraphs and tables;
 * how that becomes HTML or Markdown stands in the two forms. Every number is read from the records:
 * what a run lacks is said to be missing.
 */
#ifndef AMK_PAGE_H
#define AMK_PAGE_H

#include <stdio.h>

#include "bench/plot.h"
#include "lib/user/comparison.h"
#include "lib/user/costs.h"

struct amk_page;

#define AMK_PAGE_TAG_LEN 128 /* of what a run is called: amk_page_tag() */

/* A column of a table. */
struct amk_page_column {
	const char *name;
	bool number; /* set to the right, sorted by value */
	bool wide; /* sentences, that take several lines */
	bool choice; /* few values: the reader may choose one of them */
	bool heads; /* its cells name their rows */
};

#define AMK_PAGE_COLUMNS_MAX 96

struct amk_page_table {
	const char *id; /* unique on the page; of the HTML element */
	const char *caption;
	const struct amk_page_column *column;
	size_t nr_columns;
	bool handled; /* may be sorted and filtered */
	bool large; /* thousands of rows, of which a browser is to make those that it shows */
};

/* How a page is written. Texts are given as they are; the form escapes them. */
struct amk_page_form {
	const char *name;
	bool pictures; /* can hold figures, and the table of all cells */
	void (*begin)(struct amk_page *page, const char *title);
	void (*end)(struct amk_page *page);
	/* Ends the section before, if there is one. */
	void (*section)(struct amk_page *page, const char *id, const char *title);
	void (*heading)(struct amk_page *page, const char *title);
	void (*text)(struct amk_page *page, const char *text);
	/* A text that the reader must not miss. */
	void (*caution)(struct amk_page *page, const char *text);
	/* What is folded until it is asked for; no form folds on paper. */
	void (*fold)(struct amk_page *page, const char *title);
	void (*unfold)(struct amk_page *page);
	void (*table)(struct amk_page *page, const struct amk_page_table *table);
	void (*row)(struct amk_page *page);
	/* @sort: what a number is sorted by where that is not its text, else NAN. */
	void (*cell)(struct amk_page *page, const char *text, double sort);
	/* A cell that leads to the file @target, a path. */
	void (*link)(struct amk_page *page, const char *target, const char *text);
	void (*row_end)(struct amk_page *page);
	void (*table_end)(struct amk_page *page);
};

extern const struct amk_page_form amk_page_html;
extern const struct amk_page_form amk_page_markdown;

/* A part of the page, of those that make it up in this order. */
struct amk_page_section {
	const char *id; /* on the page */
	const char *title;
	/* Whether the page has it; NULL: each has. */
	bool (*wanted)(const struct amk_page *page);
	/* 0 or -errno, said on stderr. */
	int (*write)(struct amk_page *page);
	bool detail; /* pages of text have it folded: they are read in a comment */
};

/* Ended by one without an id. */
extern const struct amk_page_section amk_page_sections[];

/* A table of facts under way: amk_page_facts_begin(). */
struct amk_page_facts {
	struct amk_page_table table;
	struct amk_page_column column[AMK_PAGE_COLUMNS_MAX];
	char tag[AMK_PAGE_COLUMNS_MAX][AMK_PAGE_TAG_LEN];
};

/* A page under way. */
struct amk_page {
	const struct amk_page_form *form;
	FILE *file;
	const char *output; /* where it will lie; NULL: stdout */
	struct amk_plot_run *run;
	struct amk_costs *costs; /* by run, those that were asked for: amk_page_costs() */
	size_t nr_runs;
	size_t *leader; /* by run: the first of its sweep, itself if it is of none */
	u32 *axes; /* of axis.h, by the first of a sweep: what it goes along */
	struct amk_page_pair *pair; /* by run: its comparison; NULL: not made yet */
	struct amk_comparison_options comparison; /* of the verdicts */
	bool figures; /* are wanted */
	char assets_dir[PATH_MAX]; /* of style and script, and of the gnuplot scripts */
	struct amk_page_facts facts;
	/* of the form */
	const struct amk_page_table *table;
	size_t column;
	unsigned int nr_sections;
};

/*
 * "run 1 (guest-tcg threads4)": a run in the head of a column, with its kernel where the page has
 * several. Returns @text.
 */
const char *amk_page_tag(const struct amk_page *page, size_t run, char text[AMK_PAGE_TAG_LEN]);
/* "threads 4, compact": what the run was set to that is no property of the place; or "". */
#define AMK_PAGE_SETTINGS_LEN 256
const char *amk_page_settings(const struct amk_plot_run *run, char text[AMK_PAGE_SETTINGS_LEN]);
/* "1, 3–7": the @nr runs of @run (from 0, rising) as they are called (from 1). */
#define AMK_PAGE_NUMBERS_LEN 400
void amk_page_numbers(const size_t *run, size_t nr, char *text, size_t len);

/*
 * Finds the sweeps among the runs: page->leader and page->axes, for amk_page_sweeps_free() in any
 * case. 0 or -errno, said on stderr.
 */
int amk_page_sweeps_find(struct amk_page *page);
void amk_page_sweeps_free(struct amk_page *page);
/* Whether @run is of no sweep, or the first of one, which stands for it. */
bool amk_page_leads(const struct amk_page *page, size_t run);
/* The runs that another one stands for. */
size_t amk_page_sweep_others(const struct amk_page *page);

/* A text of the form, worded by @format. */
void amk_page_text(struct amk_page *page, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void amk_page_caution(struct amk_page *page, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* A cell of text; NULL: "–". */
void amk_page_cell(struct amk_page *page, const char *text);
void amk_page_cellf(struct amk_page *page, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* A cell with a cost: four digits, which is more than it is good for; NAN: "–". */
void amk_page_number(struct amk_page *page, double value);
/* A cell with a size in bytes; 0: "–". */
void amk_page_size(struct amk_page *page, u64 bytes);

/* Writes the file @name of the assets. 0 or -errno, said on stderr. */
int amk_page_asset(const struct amk_page *page, const char *name);

/*
 * Reads the runs of @paths, baselines too. 0 or -errno, said on stderr after @command. They are the
 * caller's: amk_plot_run_free() each of the *@nr_read.
 */
int amk_page_runs_read(const char *command, struct amk_plot_run *run, char *const *paths, size_t nr,
		       size_t *nr_read);

/* The costs of run @run, read when they are first asked for. NULL: said on stderr. */
const struct amk_costs *amk_page_costs(struct amk_page *page, size_t run);
void amk_page_costs_free(struct amk_page *page);

/* "ns (emulated)", "bytes" ...: what @metric is counted in, in @run. Returns @text. */
#define AMK_PAGE_UNIT_LEN 64
const char *amk_page_unit(const struct amk_plot_run *run, const struct amk_metric *metric,
			  char text[AMK_PAGE_UNIT_LEN]);

/*
 * A table of facts of the runs, a row each: @group ("": at the top) and @key of their manifests.
 * @axes: it tells the axes, too, which each row then gives; else it can be sorted and filtered.
 */
void amk_page_facts_begin(struct amk_page *page, const char *id, const char *caption, bool axes);
void amk_page_facts_row(struct amk_page *page, const char *group, const char *key, const u32 *axes);
void amk_page_facts_end(struct amk_page *page);

/* Run @head of a page, as it was compared with a run before it. */
struct amk_page_pair {
	size_t base;
	bool made; /* else it may be compared with no run before it, and why says so of the first */
	struct amk_comparison comparison;
	char why[AMK_ERROR_LEN];
};

/* Compares the runs: page->pair. 0 or -errno, said on stderr; amk_page_pairs_free() in any case. */
int amk_page_pairs_make(struct amk_page *page);
void amk_page_pairs_free(struct amk_page *page);

/* Writes the whole page, called @title, to page->file. 0 or -errno, said on stderr. */
int amk_page_write(struct amk_page *page, const char *title);

/* Whether @section is on the page. */
bool amk_page_has(const struct amk_page *page, const struct amk_page_section *section);

/* The sections. Each 0 or -errno, said on stderr. */
int amk_page_summary(struct amk_page *page);
int amk_page_environments(struct amk_page *page);
int amk_page_headlines(struct amk_page *page);
int amk_page_figures(struct amk_page *page);
int amk_page_verdicts(struct amk_page *page);
/* Whether a run has a kernel half, which the claims are about. */
bool amk_page_has_claims(const struct amk_page *page);
int amk_page_claims(struct amk_page *page);
/* Whether several runs asked for memory of a node. */
bool amk_page_has_nodes(const struct amk_page *page);
int amk_page_nodes(struct amk_page *page);
int amk_page_missing(struct amk_page *page);
int amk_page_cells(struct amk_page *page);
int amk_page_raw(struct amk_page *page);

/*
 * Writes gnuplot's picture @svg into the page, without what is the same in all of them and with ids
 * of its own, which begin with @prefix. amk_page_svg_points() writes the points that they share, of
 * any of them, once a page.
 */
void amk_page_svg(FILE *file, const char *svg, const char *prefix);
void amk_page_svg_points(FILE *file, const char *svg);

/* Writes @text with what HTML reads as marks escaped, in attributes too. */
void amk_page_escape(FILE *file, const char *text);

#endif
