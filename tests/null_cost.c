// SPDX-License-Identifier: GPL-2.0-only
/*
 * null_cost N: runs the pair loop of the null strategy N times and nothing else of note, for
 * null_cost.sh, which counts instructions at N and 2N.
 */
#include <stdlib.h>

#include "bench/user_impl.h"

int main(int argc, char **argv)
{
	const struct amk_strategy *null = amk_strategy_find(AMK_SIDE_user, "null");
	struct amk_block block = { .clock = AMK_CLOCK_NS, .ctx.size = 64 };
	u64 ticks[AMK_LANES_MAX] = { 0 };

	if (argc != 2)
		return 2;
	amk_user_impl(null)->body[AMK_BODY_pair].timed(&block, strtoull(argv[1], NULL, 10), ticks);
	return block.refused;
}
