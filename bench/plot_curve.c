// SPDX-License-Identifier: GPL-2.0-only
/*
 * Curves over a fact as pictures: lines in one to three panels, of strategies with a panel a size
 * or of sizes with a panel a strategy. A picture holds as many lines as can be told apart; what is
 * more goes into the next, by family. The table has a block a line and panel, a row a run.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/plot_curve.h"

/* ---- the points ---- */

const struct amk_strategy *amk_curve_strategy(const struct amk_curve_picture *p,
					      const struct amk_curve_block *b)
{
	const struct amk_strategy *strategy = p->line[b->line].strategy;

	return strategy ? strategy : p->panel[b->panel].strategy;
}

u64 amk_curve_size(const struct amk_curve_picture *p, const struct amk_curve_block *b)
{
	return p->line[b->line].strategy ? p->panel[b->panel].size_bytes :
					   p->line[b->line].size_bytes;
}

static void blocks_free(struct amk_curve_picture *p)
{
	while (p->nr_blocks)
		free(p->block[--p->nr_blocks].point);
}

/* Reads the points of a line in a panel. 0 or -ENOMEM. */
static int block_add(struct amk_curve_picture *p, size_t panel, size_t line)
{
	struct amk_curve_block *b = &p->block[p->nr_blocks];

	*b = (struct amk_curve_block){ .panel = panel, .line = line };
	b->point = calloc(p->over->plot->nr_runs, sizeof(*b->point));
	if (!b->point)
		return -ENOMEM;
	b->nr = amk_curve_points(p->over, p->curve, amk_curve_strategy(p, b), amk_curve_size(p, b),
				 b->point);
	if (b->nr)
		p->nr_blocks++;
	else
		free(b->point);
	return 0;
}

static int blocks_fill(struct amk_curve_picture *p)
{
	size_t panel, line;
	int ret = 0;

	p->nr_blocks = 0;
	for (panel = 0; panel < p->nr_panels && !ret; panel++)
		for (line = 0; line < p->nr_lines && !ret; line++)
			ret = block_add(p, panel, line);
	if (ret)
		blocks_free(p);
	else if (!p->nr_blocks)
		ret = -ENODATA;
	return ret;
}

/* ---- the picture ---- */

static int picture_draw(struct amk_curve_picture *p)
{
	int ret = blocks_fill(p);

	if (ret)
		return ret == -ENODATA ? 0 : ret;
	ret = amk_curve_table(p);
	if (!ret)
		ret = amk_curve_script(p);
	blocks_free(p);
	return ret;
}

/* ---- all pictures of a curve ---- */

/* Names a picture; what is no letter of a file name becomes one. */
static void name_word(struct amk_curve_picture *p, const char *part, size_t number)
{
	char *at;

	snprintf(p->name, sizeof(p->name), "over-%.30s-%.40s%s%.20s", p->over->fact, p->curve->name,
		 *part ? "-" : "", part);
	if (number)
		snprintf(p->name + strlen(p->name), sizeof(p->name) - strlen(p->name), "-%zu",
			 number + 1);
	for (at = p->name; *at; at++)
		if (!isalnum((unsigned char)*at) && !strchr("._-", *at))
			*at = '_';
}

/*
 * Draws @nr items @panel against the lines that @p has, up to three panels a picture: as many in
 * each as there can be, not one left over for the last.
 */
static int panels_draw(struct amk_curve_picture *p, const struct amk_curve_item *panel, size_t nr,
		       const char *part)
{
	size_t pictures = (nr + AMK_PANELS_MAX - 1) / AMK_PANELS_MAX, number = 0, at;
	int ret = 0;

	for (at = 0; at < nr && !ret; at += p->nr_panels) {
		p->nr_panels = (nr - at + pictures - 1) / pictures;
		pictures--;
		memcpy(p->panel, panel + at, p->nr_panels * sizeof(*panel));
		name_word(p, part, number++);
		ret = picture_draw(p);
	}
	return ret;
}

/* Draws @nr items @line, twelve a picture at the most. */
static int lines_draw(struct amk_curve_picture *p, const struct amk_curve_item *line, size_t nr,
		      const struct amk_curve_item *panel, size_t nr_panels, const char *part)
{
	char name[64];
	size_t at;
	int ret = 0;

	for (at = 0; at < nr && !ret; at += AMK_CURVE_LINES_MAX) {
		p->nr_lines = nr - at < AMK_CURVE_LINES_MAX ? nr - at : AMK_CURVE_LINES_MAX;
		memcpy(p->line, line + at, p->nr_lines * sizeof(*line));
		snprintf(name, sizeof(name), at ? "%s%c" : "%s", part,
			 (int)('a' + at / AMK_CURVE_LINES_MAX % 26));
		ret = panels_draw(p, panel, nr_panels, name);
	}
	return ret;
}

/* Where there are too many for one picture: a picture a family. */
static int families_draw(struct amk_curve_picture *p, const struct amk_curve_item *strategy,
			 size_t nr, const struct amk_curve_item *size, size_t nr_sizes)
{
	struct amk_curve_item member[AMK_NR_STRATEGIES];
	size_t i, n;
	u32 f;
	int ret = 0;

	for (f = 0; f < AMK_NR_FAMILIES && !ret; f++) {
		for (i = n = 0; i < nr; i++)
			if (strategy[i].strategy->family == f)
				member[n++] = strategy[i];
		ret = lines_draw(p, member, n, size, nr_sizes, amk_families[f].name);
	}
	return ret;
}

static int set_draw(struct amk_curve_picture *p, const struct amk_curve_set *set)
{
	struct amk_curve_item strategy[AMK_NR_STRATEGIES] = { { NULL, 0 } };
	struct amk_curve_item *size = calloc(set->nr_sizes, sizeof(*size));
	size_t i, nr = set->nr_strategies;
	int ret;

	if (!size)
		return -ENOMEM;
	for (i = 0; i < nr; i++)
		strategy[i].strategy = set->strategy[i];
	for (i = 0; i < set->nr_sizes; i++)
		size[i].size_bytes = set->size[i];
	if (p->curve->line == AMK_CURVE_LINE_SIZE)
		ret = lines_draw(p, size, set->nr_sizes, strategy, nr, "");
	else if (nr > AMK_CURVE_LINES_MAX)
		ret = families_draw(p, strategy, nr, size, set->nr_sizes);
	else
		ret = lines_draw(p, strategy, nr, size, set->nr_sizes, "");
	free(size);
	return ret;
}

int amk_over_draw(const struct amk_over *over, const struct amk_curve *curve)
{
	struct amk_curve_set set;
	struct amk_curve_picture *p;
	int ret = amk_curve_cells(over, curve, &set);

	if (!ret && over->plot->text) {
		ret = amk_curve_print(over, curve, &set);
		free(set.size);
		return ret;
	}
	p = ret ? NULL : calloc(1, sizeof(*p));
	if (!ret && !p)
		ret = -ENOMEM;
	if (!ret) {
		p->over = over;
		p->curve = curve;
		ret = set_draw(p, &set);
	}
	free(p);
	free(set.size);
	return ret;
}
