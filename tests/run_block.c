// SPDX-License-Identifier: GPL-2.0-only
/*
 * run_block HELPER STRATEGY WORKLOAD SIZE: one user block, as shell tests and a curious developer
 * want it: its outcome, costs in ticks, and values, one a line.
 */
#include <stdio.h>
#include <stdlib.h>

#include "lib/user/process.h"
#include "tests/block.h"

static void print_lanes(const struct amk_result *res)
{
	u32 i, j;

	for (i = 0; i < res->nr_lanes; i++) {
		const struct amk_lane *lane = &res->lane[i];
		double best = -1;

		for (j = 0; j < lane->nr_iterations; j++) {
			u64 ticks = lane->slope ? lane->iteration[j].ticks_2n -
							  lane->iteration[j].ticks_n :
						  lane->iteration[j].ticks_n;
			double cost = (double)ticks / (double)lane->ops;

			if (best < 0 || cost < best)
				best = cost;
		}
		printf("%s %.3f ticks, %u iterations of %llu, %llu single\n", lane->metric, best,
		       lane->nr_iterations, lane->ops, lane->each_ops);
	}
}

int main(int argc, char **argv)
{
	static struct amk_result res;
	struct amk_process p = { .cpu = -1 };
	struct amk_request req;
	int error;
	u32 i;

	if (argc != 5) {
		fprintf(stderr, "usage: run_block HELPER STRATEGY WORKLOAD SIZE\n");
		return 2;
	}
	p.helper = argv[1];
	block_request(&req, argv[2], argv[3], strtoull(argv[4], NULL, 0));
	error = amk_process_run(&p, &req, &res);
	if (error) {
		fprintf(stderr, "run_block: %s: %s\n", argv[1], strerror(-error));
		return 1;
	}
	printf("status %u reason %s error %d batch %u\n", res.status, block_reason(res.reason),
	       res.error, res.batch);
	print_lanes(&res);
	for (i = 0; i < res.nr_values; i++)
		printf("%s %llu %s\n", res.value[i].metric, res.value[i].value,
		       block_reason(res.value[i].reason));
	return res.status == AMK_STATUS_OK ? 0 : 3;
}
