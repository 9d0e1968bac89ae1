/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One block, run in the kernel in the task of the caller.
 */
#ifndef AMK_RUN_H
#define AMK_RUN_H

#include "lib/core/abi.h"
#include "lib/core/deps.h"

/* Rate of AMK_CLOCK_CYCLE in kHz as the kernel knows it; 0: not known, or not a clock of its own.
 */
u64 amk_run_clock_khz(void);

/*
 * Runs the block that @request asks for, which is first brought within the module's bounds of
 * memory and time, and fills @result, which is zeroed. @request has passed amk_request_check().
 * Sleeps; ends soon after a signal for the caller is pending. Nothing that was allocated outlives
 * the call.
 */
void amk_run_block(struct amk_request *request, struct amk_result *result);

#endif
