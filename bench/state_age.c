// SPDX-License-Identifier: GPL-2.0-only
/*
 * --state=aged: objects of mixed sizes and lifetimes come and go, in a process and, where the
 * module is loaded, in the kernel, and a quarter of them stays. How much and how many is by the
 * machine's memory and by number, not by time.
 */
#include <inttypes.h>
#include <stdio.h>

#include "bench/holder_memory.h"
#include "bench/state.h"

#define OPERATIONS_MIN (AMK_HOLDER_AGE_PLACES_MIN * AMK_HOLDER_AGE_VISITS) /* 4 MiB of a process */
#define USER_OPERATIONS_MAX (1ULL << 17) /* on a large machine fewer, but larger objects */
#define KERNEL_OPERATIONS 200000
#define USER_SHARE 2 /* one part in so many of all memory may be held at once */
#define KERNEL_SHARE 16
#define KEEP 250 /* thousandths that stay */

static int side(struct amk_state *state, u64 most_bytes, amk_state_hold_fn *hold, u64 operations,
		u64 *held_bytes)
{
	struct amk_hold h = { .order = 1,
			      .floor_bytes = state->fragmenter.floor_bytes,
			      .operations = operations,
			      .seed = state->wish.seed,
			      .object_bytes = most_bytes,
			      .keep = KEEP };
	int error = hold(state, &h);

	*held_bytes = h.object_bytes;
	state->fragmenter.let_go = state->fragmenter.let_go || h.let_go;
	if (!error && h.operations < operations)
		return -ENOMEM;
	return error;
}

/* What of all that may be held is the kernel's half. */
static u64 kernel_most(const struct amk_state *state, u64 most)
{
	u64 kernel = amk_state_memory_bytes() / KERNEL_SHARE;

	if (state->holder == AMK_HOLDER_USER)
		return 0;
	return kernel < most / 2 ? kernel : most / 2;
}

static u64 all_most(const struct amk_state *state)
{
	u64 most = amk_state_memory_bytes() / USER_SHARE;

	return most < state->wish.bytes ? most : state->wish.bytes;
}

static int age_kernel(struct amk_state *state)
{
	u64 most = kernel_most(state, all_most(state));

	return most ? side(state, most, amk_state_hold_by_module, KERNEL_OPERATIONS,
			   &state->kernel_bytes) :
		      0;
}

int amk_state_age(struct amk_state *state, char error[AMK_ERROR_LEN])
{
	u64 most = all_most(state), user = most - kernel_most(state, most);
	u64 operations = user / AMK_HOLDER_AGE_PLACE_BYTES * 2 * AMK_HOLDER_AGE_VISITS;
	int code;

	if (operations < OPERATIONS_MIN) {
		snprintf(error, AMK_ERROR_LEN,
			 "--state-bytes: %" PRIu64 " KiB are too little to age memory by; give "
			 "at least 8M, or 4M to --fragmenter=user",
			 (uint64_t)(most >> 10));
		return -EINVAL;
	}
	if (operations > USER_OPERATIONS_MAX)
		operations = USER_OPERATIONS_MAX;
	code = side(state, user, amk_state_hold_by_process, operations, &state->user_bytes);
	return code ? code : age_kernel(state);
}

/*
 * A process keeps what it has or is gone; the module was told to let go if memory ran out, and
 * makes its objects anew.
 */
int amk_state_age_check(struct amk_state *state)
{
	struct amk_hold h = { .order = 1 };
	int code = amk_state_hold_by_process(state, &h);

	if (code || !state->kernel_bytes)
		return code;
	h = (struct amk_hold){ .order = 1 };
	code = amk_state_hold_by_module(state, &h);
	state->fragmenter.let_go = state->fragmenter.let_go || h.let_go;
	if (code || h.object_bytes == state->kernel_bytes)
		return code;
	state->restored++;
	return age_kernel(state);
}
