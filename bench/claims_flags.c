// SPDX-License-Identifier: GPL-2.0-only
/*
 * Flags by action and zone modifiers, as the page tabulates them, and as the kernels' headers have
 * them. What the page does not name has no entry of its own there.
 */
#include "bench/claims_table.h"
#include "lib/core/modifier.h"

static const struct flag {
	const char *name;
	enum amk_metric_id metric;
	const char *action; /* of the page; NULL: it does not name the flag */
	const char *zone;
} flags[] = {
	{ "GFP_KERNEL", AMK_METRIC_gfp_kernel, "__GFP_WAIT, __GFP_IO, __GFP_FS", "" },
	{ "GFP_ATOMIC", AMK_METRIC_gfp_atomic, "__GFP_HIGH", "" },
	{ "GFP_DMA", AMK_METRIC_gfp_dma, "", "__GFP_DMA" },
	{ "GFP_DMA32", AMK_METRIC_gfp_dma32, NULL, NULL },
	{ "GFP_NOWAIT", AMK_METRIC_gfp_nowait, NULL, NULL },
	{ "GFP_NOIO", AMK_METRIC_gfp_noio, NULL, NULL },
	{ "GFP_NOFS", AMK_METRIC_gfp_nofs, NULL, NULL },
	{ "GFP_USER", AMK_METRIC_gfp_user, NULL, NULL },
};

static bool flag_bits(const struct amk_evidence *column, const struct flag *flag, u32 *bits)
{
	const struct amk_point at = { .strategy = AMK_STRATEGY_ID_kernel_null,
				      .workload = AMK_WORKLOAD_ID_gfp,
				      .metric = flag->metric };
	struct amk_found found;

	if (!amk_evidence_find(column, &at, &found))
		return false;
	*bits = (u32)found.value;
	return true;
}

static bool any_known(const struct amk_claims_view *view)
{
	u32 i, bits;

	for (i = 0; i < view->nr_columns; i++)
		if (flag_bits(&view->column[i], &flags[0], &bits))
			return true;
	return false;
}

/* The modifiers in @bits, "-" if there are none; @quote stands on both sides of each. */
static void names_write(FILE *file, u32 bits, const char *quote)
{
	const char *between = "";
	u32 i;

	if (!bits)
		fputc('-', file);
	for (i = 0; i < AMK_NR_MODIFIERS; i++) {
		if (!(bits & amk_modifiers[i].bit))
			continue;
		fprintf(file, "%s%s%s%s", between, quote, amk_modifiers[i].name, quote);
		between = ", ";
	}
}

static const char *text_or_dash(const char *text)
{
	return *text ? text : "-";
}

static void flag_lines(FILE *file, const struct amk_claims_view *view, const struct flag *flag)
{
	u32 i, bits;

	fprintf(file, "    %s\n", flag->name);
	if (flag->action)
		fprintf(file, "        the page: action %s; zone %s\n", text_or_dash(flag->action),
			text_or_dash(flag->zone));
	for (i = 0; i < view->nr_columns; i++) {
		if (!flag_bits(&view->column[i], flag, &bits))
			continue;
		fprintf(file, "        %s: action ", view->column[i].run[0]->kernel);
		names_write(file, bits & ~AMK_CLAIM_ZONES, "");
		fputs("; zone ", file);
		names_write(file, bits & AMK_CLAIM_ZONES, "");
		fputc('\n', file);
	}
}

void amk_claims_flags_table(FILE *file, const struct amk_claims_view *view)
{
	u32 i;

	if (!any_known(view))
		return;
	fputs("\nflags by action and zone modifiers\n", file);
	for (i = 0; i < AMK_ARRAY_SIZE(flags); i++)
		flag_lines(file, view, &flags[i]);
}

static void flag_row(FILE *file, const struct amk_claims_view *view, const struct flag *flag)
{
	u32 i, bits;

	fprintf(file, "| `%s` |", flag->name);
	if (flag->action)
		fprintf(file, " action: `%s`; zone: `%s` |", text_or_dash(flag->action),
			text_or_dash(flag->zone));
	else
		fputs(" not named |", file);
	for (i = 0; i < view->nr_columns; i++) {
		if (!flag_bits(&view->column[i], flag, &bits)) {
			fputs(" not recorded |", file);
			continue;
		}
		fputs(" action: ", file);
		names_write(file, bits & ~AMK_CLAIM_ZONES, "`");
		fputs("; zone: ", file);
		names_write(file, bits & AMK_CLAIM_ZONES, "`");
		fputs(" |", file);
	}
	fputc('\n', file);
}

void amk_claims_flags_markdown(FILE *file, const struct amk_claims_view *view)
{
	u32 i;

	if (!any_known(view))
		return;
	fputs("\n| flag | the page |", file);
	for (i = 0; i < view->nr_columns; i++)
		fprintf(file, " %s |", view->column[i].run[0]->kernel);
	fputs("\n|---|---|", file);
	for (i = 0; i < view->nr_columns; i++)
		fputs("---|", file);
	fputc('\n', file);
	for (i = 0; i < AMK_ARRAY_SIZE(flags); i++)
		flag_row(file, view, &flags[i]);
}
