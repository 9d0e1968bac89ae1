/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading thresholds, between the file that knows lines and sections (thresholds_read.c) and the
 * one that knows what values mean (thresholds_value.c).
 */
#ifndef AMK_THRESHOLDS_PARSER_H
#define AMK_THRESHOLDS_PARSER_H

#include "lib/user/thresholds.h"

struct amk_thresholds_parser {
	const char *name;
	const char *at, *end; /* what is still to be handed out */
	u32 line;
	bool default_seen;
	struct amk_threshold_rule first; /* [default] */
	struct amk_threshold_rule *rule; /* the section under way */
	struct amk_thresholds *to;
	u32 error_line; /* 0: none */
	char *error;
};

/* Keeps the first error, of line @line. Returns 0, which a handler of inih says for "wrong". */
__attribute__((format(printf, 3, 4))) int amk_thresholds_fail_at(struct amk_thresholds_parser *p,
								 u32 line, const char *format, ...);

#define amk_thresholds_fail(p, ...) amk_thresholds_fail_at(p, (p)->line, __VA_ARGS__)

/* Reads the @text of a key that sets something into the section under way; 0: wrong. */
int amk_thresholds_setting(struct amk_thresholds_parser *p, enum amk_threshold_key key,
			   const char *text);

/* Reads the @text of a key that chooses cells into the section under way; 0: wrong. */
int amk_thresholds_condition(struct amk_thresholds_parser *p, enum amk_threshold_key key,
			     const char *text);

#endif
