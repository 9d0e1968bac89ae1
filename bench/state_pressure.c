// SPDX-License-Identifier: GPL-2.0-only
/*
 * --state=pressure: single pages are held until what is free lies just above the low watermarks,
 * where the kernel wakes kswapd. The margin above them is for the run itself, whose blocks hold at
 * most a quarter of what is available. Watermarks: the lines "low" of /proc/zoneinfo.
 */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "bench/state.h"

#define STEPS 16

/* Pages free, and low watermarks, summed over the zones. */
int amk_state_pages(u64 *free_pages, u64 *low_pages)
{
	FILE *file = fopen("/proc/zoneinfo", "re");
	unsigned long long number;
	char line[256];

	*free_pages = *low_pages = 0;
	if (!file)
		return -errno;
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, " pages free %llu", &number) == 1)
			*free_pages += number;
		else if (sscanf(line, " low %llu", &number) == 1)
			*low_pages += number;
	}
	fclose(file);
	return *free_pages ? 0 : -ENODATA;
}

static void free_note(struct amk_state *state, u64 free_bytes)
{
	if (free_bytes < state->free_least_bytes)
		state->free_least_bytes = free_bytes;
	if (free_bytes > state->free_most_bytes)
		state->free_most_bytes = free_bytes;
}

/* One step towards @wanted free pages; *@near: it is there. */
static int step(struct amk_state *state, u64 margin, bool *near)
{
	struct amk_fragmenter *f = &state->fragmenter;
	struct amk_hold hold = { .order = 1, .floor_bytes = f->floor_bytes };
	u64 free_pages, low, wanted;
	int error = amk_state_pages(&free_pages, &low);

	if (error)
		return error;
	wanted = low + margin;
	*near = free_pages <= wanted + margin / 16 && free_pages + margin / 16 >= wanted;
	if (*near)
		return 0;
	hold.pages = f->held.pages + free_pages;
	hold.pages = hold.pages > wanted ? hold.pages - wanted : 0;
	if (hold.pages > f->limit_pages)
		hold.pages = f->limit_pages;
	error = f->hold(f->who, &hold);
	f->held.pages = hold.pages;
	f->let_go = f->let_go || hold.let_go;
	return error;
}

int amk_state_squeeze(struct amk_state *state, char error[AMK_ERROR_LEN])
{
	u64 page = (u64)sysconf(_SC_PAGESIZE), margin = AMK_STATE_MARGIN_BYTES / page;
	u64 free_pages = 0, low = 0;
	bool near = false;
	int failed = 0, i;

	for (i = 0; i < STEPS && !near && !failed; i++)
		failed = step(state, margin, &near);
	if (!failed)
		failed = amk_state_pages(&free_pages, &low);
	if (failed)
		return failed;
	/* Less than wanted may be reclaimed meanwhile; much more is no pressure. */
	if (free_pages <= low + margin + margin / 4)
		return 0;
	snprintf(error, AMK_ERROR_LEN,
		 "--state=pressure: %" PRIu64 " MiB are free with %" PRIu64
		 " MiB held, and %" PRIu64 " MiB were to be left; %s",
		 (uint64_t)(free_pages * page >> 20),
		 (uint64_t)(state->fragmenter.held.pages * page >> 20),
		 (uint64_t)((low + margin) * page >> 20),
		 state->wish.bytes == ~0ULL ? "something else gives memory back meanwhile" :
					      "give a larger --state-bytes");
	return -ERANGE;
}

int amk_state_squeeze_check(struct amk_state *state, char error[AMK_ERROR_LEN])
{
	u64 page = (u64)sysconf(_SC_PAGESIZE), held = state->fragmenter.held.pages;
	u64 free_pages, low;
	int failed = amk_state_pages(&free_pages, &low);

	if (failed)
		return failed;
	free_note(state, free_pages * page);
	failed = amk_state_squeeze(state, error);
	state->restored += !failed && state->fragmenter.held.pages != held;
	return failed;
}
