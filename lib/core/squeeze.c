// SPDX-License-Identifier: GPL-2.0-only
/*
 * How the workloads that take the last pages begin and fail. Most machines are none to do that on:
 * then they are a skip that says so.
 */
#include "squeeze.h"

#include "workload.h"

int amk_squeeze_open(struct amk_block *b, bool reclaimable)
{
	int error = b->side->squeeze ? b->side->squeeze->open(b, reclaimable) : -EOPNOTSUPP;

	switch (error) {
	case 0:
		return 0;
	case -EOPNOTSUPP:
		amk_block_end(b, AMK_STATUS_SKIP, AMK_REASON_KERNEL_ONLY, 0);
		return error;
	case -EPERM:
		amk_block_end(b, AMK_STATUS_SKIP, AMK_REASON_PRESSURE_OFF, 0);
		return error;
	case -EFBIG:
		amk_block_end(b, AMK_STATUS_SKIP, AMK_REASON_OVER_MEMORY, 0);
		return error;
	case -EINTR:
		amk_block_broken(b);
		return error;
	default:
		amk_block_end(b, AMK_STATUS_SETUP_FAILED, AMK_REASON_SETUP, error);
		return error;
	}
}

enum amk_status amk_squeeze_broken(struct amk_block *b, int error)
{
	if (error == -ENOMEM)
		return amk_block_end(b, AMK_STATUS_MEASURE_FAILED, AMK_REASON_LET_GO, error);
	return amk_block_broken(b);
}
