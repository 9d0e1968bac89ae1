// SPDX-License-Identifier: GPL-2.0-only
/*
 * The words of --state, --fragmentation, --fragmenter and --state-bytes.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/state.h"

#define INDEX_DEFAULT 0.75
#define ORDER_DEFAULT 9U /* a pageblock of x86 */

static const char *const names[AMK_NR_STATES] = { "", "fresh", "aged", "fragmented", "pressure" };

const char *amk_state_name(enum amk_state_kind kind)
{
	return names[kind];
}

static bool kind_find(const char *name, enum amk_state_kind *kind)
{
	for (*kind = AMK_STATE_FRESH; *kind < AMK_NR_STATES; (*kind)++)
		if (!strcmp(names[*kind], name))
			return true;
	return false;
}

/* A decimal number from 0 to 1 at *@at, which moves past it. */
static bool index_read(const char **at, double *index)
{
	char *end;

	if (**at < '0' || **at > '9')
		return false;
	*index = strtod(*at, &end);
	*at = end;
	return isfinite(*index) && *index >= 0 && *index <= 1;
}

static bool order_read(const char *at, u32 *order)
{
	unsigned long number;
	char *end;

	if (*at < '0' || *at > '9')
		return false;
	number = strtoul(at, &end, 10);
	*order = (u32)number;
	return !*end && number >= 1 && number <= AMK_HOLD_ORDER_MAX;
}

int amk_state_indices(const char *text, double *index, int most, u32 *order)
{
	int n;

	*order = ORDER_DEFAULT;
	for (n = 0; n < most; text++) {
		if (!index_read(&text, &index[n++]))
			return -EINVAL;
		if (*text == ':')
			return order_read(text + 1, order) ? n : -EINVAL;
		if (!*text)
			return n;
		if (*text != ',')
			return -EINVAL;
	}
	return -EINVAL;
}

static int fail(char *error, const char *format, const char *word)
{
	snprintf(error, AMK_ERROR_LEN, format, word);
	return -EINVAL;
}

static int fragmentation_parse(const struct amk_options *o, struct amk_state_wish *wish,
			       char *error)
{
	wish->index = INDEX_DEFAULT;
	wish->order = ORDER_DEFAULT;
	if (!o->fragmentation)
		return 0;
	if (o->state && wish->kind != AMK_STATE_FRAGMENTED)
		return fail(error, "--fragmentation is of --state=fragmented, not of --state=%s",
			    o->state);
	wish->kind = AMK_STATE_FRAGMENTED;
	if (amk_state_indices(o->fragmentation, &wish->index, 1, &wish->order) != 1)
		return fail(
			error,
			"--fragmentation: '%s' is no index from 0 to 1, with an order from 1 to "
			"10 behind a colon if need be, such as 0.75 or 0.9:4",
			o->fragmentation);
	return 0;
}

static int holder_parse(const struct amk_options *o, struct amk_state_wish *wish, char *error)
{
	if (!o->fragmenter)
		return 0;
	if (!strcmp(o->fragmenter, "module"))
		wish->holder = AMK_HOLDER_MODULE;
	else if (!strcmp(o->fragmenter, "user"))
		wish->holder = AMK_HOLDER_USER;
	else
		return fail(error, "--fragmenter: '%s' is neither module nor user", o->fragmenter);
	return 0;
}

int amk_state_parse(const struct amk_options *o, struct amk_state_wish *wish,
		    char error[AMK_ERROR_LEN])
{
	*wish = (struct amk_state_wish){ .seed = o->seed, .bytes = ~0ULL };
	if (o->state && !kind_find(o->state, &wish->kind))
		return fail(error, "--state: '%s' is none of fresh, aged, fragmented and pressure",
			    o->state);
	if (fragmentation_parse(o, wish, error) || holder_parse(o, wish, error))
		return -EINVAL;
	if (o->state_bytes)
		wish->bytes = o->state_bytes;
	if ((o->fragmenter || o->state_bytes) &&
	    (wish->kind == AMK_STATE_NONE || wish->kind == AMK_STATE_FRESH))
		return fail(error,
			    "%s is of a state that holds memory: give --state=aged, "
			    "fragmented or pressure",
			    o->fragmenter ? "--fragmenter" : "--state-bytes");
	return 0;
}
