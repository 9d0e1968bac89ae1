// SPDX-License-Identifier: GPL-2.0-only
/*
 * From what to what a value axis goes.
 */
#include <math.h>

#include "bench/plot.h"

/* The nearest of 1, 2, 5 times a power of ten at or below @v, or at or above it. */
static double round_down(double v)
{
	double decade = pow(10, floor(log10(v) + 1e-9));
	double m = v / decade;

	return decade * (m >= 5 ? 5 : m >= 2 ? 2 : 1);
}

static double round_up(double v)
{
	double decade = pow(10, floor(log10(v) + 1e-9));
	double m = v / decade;

	return decade * (m <= 1 ? 1 : m <= 2 ? 2 : m <= 5 ? 5 : 10);
}

struct amk_range amk_range_log(struct amk_range values)
{
	struct amk_range axis;

	if (!(values.high > 0))
		return (struct amk_range){ 0.1, 10 };
	axis = (struct amk_range){ round_down(values.low / 1.3), round_up(values.high * 1.3) };
	if (axis.high / axis.low < 100)
		axis.high = axis.low * 100;
	return axis;
}

struct amk_range amk_range_linear(struct amk_range values)
{
	struct amk_range axis = { 0, 1 };

	if (values.high > 0)
		axis.high = round_up(values.high * 1.02);
	if (values.low < 0)
		axis.low = -round_up(-values.low * 1.02);
	return axis;
}
