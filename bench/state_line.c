// SPDX-License-Identifier: GPL-2.0-only
/*
 * The state of memory that a run was measured in, in two lines for the terminal: what was asked
 * for and what it was, and what the kernel had to do for memory while the rounds ran.
 */
#include <stdio.h>
#include <stdlib.h>

#include "bench/state.h"
#include "lib/user/manifest.h"

/* "WHAT VALUE" behind a comma, where the run has the key. */
static void part(FILE *file, const struct amk_run_data *data, const char *group, const char *key,
		 const char *format)
{
	char *text = amk_manifest_text(data, group, key);

	if (text)
		fprintf(file, format, text);
	free(text);
}

/* A number of bytes in MiB. */
static void part_mib(FILE *file, const struct amk_run_data *data, const char *key, const char *what)
{
	char *text = amk_manifest_text(data, "state.begin", key);

	if (text)
		fprintf(file, ", %.0f MiB %s", strtod(text, NULL) / (1 << 20), what);
	free(text);
}

void amk_state_print(FILE *file, const struct amk_run_data *data)
{
	if (!amk_manifest_has(data, "comparability", "state.kind"))
		return;
	part(file, data, "comparability", "state.kind", "state of memory: %s");
	part(file, data, "comparability", "state.index_wanted", ", index %s");
	part(file, data, "comparability", "state.order", " at order %s");
	part(file, data, "state.begin", "state.index_before", ", unusable index %s before");
	part(file, data, "state.begin", "state.index", ", then %s");
	part(file, data, "state.end", "state.index_least", ", rounds from %s");
	part(file, data, "state.end", "state.index_most", " to %s");
	part(file, data, "state.end", "state.drift_most", ", found %s off at most");
	part_mib(file, data, "state.held_bytes", "held");
	part(file, data, "comparability", "state.fragmenter", " by %s");
	part_mib(file, data, "state.free_bytes", "free");
	part_mib(file, data, "state.low_bytes", "low watermarks");
	part(file, data, "comparability", "state.prepared", "; prepared: %s");
	part(file, data, "state.begin", "state.prepared", "; prepared: %s");
	fputc('\n', file);
	part(file, data, "state.end", "state.rounds.pgsteal_kswapd",
	     "in its rounds: pages reclaimed by kswapd %s");
	part(file, data, "state.end", "state.rounds.pgsteal_direct", ", directly %s");
	part(file, data, "state.end", "state.rounds.compact_stall", "; compactions %s");
	part(file, data, "state.end", "state.rounds.oom_kill", "; killed for memory %s");
	part(file, data, "state.end", "state.rounds.stall_some_us",
	     "; stalled for memory: some %s us");
	part(file, data, "state.end", "state.rounds.stall_full_us", ", all %s us");
	if (amk_manifest_has(data, "state.end", "state.rounds.pgsteal_kswapd"))
		fputc('\n', file);
}
