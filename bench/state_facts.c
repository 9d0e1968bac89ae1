// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a manifest says of the state that a run asked for: what was wanted tells runs apart, what
 * was measured does not.
 */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "bench/state.h"
#include "lib/user/environment.h"

static const char *holder_name(const struct amk_state *state)
{
	if (state->holder != AMK_HOLDER_MODULE)
		return "user";
	return state->wish.kind == AMK_STATE_AGED ? "user module" : "module";
}

void amk_state_facts(const struct amk_state *state, struct amk_facts *facts)
{
	const struct amk_state_wish *wish = &state->wish;

	if (wish->kind == AMK_STATE_NONE)
		return;
	amk_facts_add(facts, AMK_FACT_COMPARABILITY, "state.kind", amk_state_name(wish->kind));
	amk_environment_limits(facts);
	if (wish->kind == AMK_STATE_FRESH)
		return;
	amk_facts_add(facts, AMK_FACT_COMPARABILITY, "state.fragmenter", holder_name(state));
	if (wish->bytes != ~0ULL)
		amk_facts_addf(facts, AMK_FACT_COMPARABILITY, "state.bytes_most", "%" PRIu64,
			       (uint64_t)wish->bytes);
	if (wish->kind == AMK_STATE_PRESSURE)
		amk_facts_addf(facts, AMK_FACT_COMPARABILITY, "state.margin_bytes", "%llu",
			       (unsigned long long)AMK_STATE_MARGIN_BYTES);
	if (wish->kind != AMK_STATE_FRAGMENTED)
		return;
	amk_facts_addf(facts, AMK_FACT_COMPARABILITY, "state.order", "%u", wish->order);
	amk_facts_addf(facts, AMK_FACT_COMPARABILITY, "state.index_wanted", "%g", wish->index);
}

static void held_add(const struct amk_state *state, struct amk_facts *facts)
{
	u64 page = (u64)sysconf(_SC_PAGESIZE);
	u64 held = amk_held_pages(&state->fragmenter.held, state->fragmenter.order) * page;

	held += state->user_bytes + state->kernel_bytes;
	amk_facts_addf(facts, AMK_FACT_STATE, "state.held_bytes", "%" PRIu64, (uint64_t)held);
	if (state->wish.kind == AMK_STATE_AGED) {
		amk_facts_addf(facts, AMK_FACT_STATE, "state.user_bytes", "%" PRIu64,
			       (uint64_t)state->user_bytes);
		amk_facts_addf(facts, AMK_FACT_STATE, "state.kernel_bytes", "%" PRIu64,
			       (uint64_t)state->kernel_bytes);
	}
}

static void now_add(const struct amk_state *state, struct amk_facts *facts)
{
	u64 page = (u64)sysconf(_SC_PAGESIZE), free_pages, low;
	static struct amk_buddy buddy;

	if (!amk_buddy_read(&buddy))
		amk_facts_addf(facts, AMK_FACT_STATE, "state.index", "%.3f",
			       amk_buddy_unusable(&buddy, state->wish.order));
	if (!amk_state_pages(&free_pages, &low)) {
		amk_facts_addf(facts, AMK_FACT_STATE, "state.free_bytes", "%" PRIu64,
			       (uint64_t)(free_pages * page));
		amk_facts_addf(facts, AMK_FACT_STATE, "state.low_bytes", "%" PRIu64,
			       (uint64_t)(low * page));
	}
}

static void begin_add(const struct amk_state *state, struct amk_facts *facts)
{
	char key[96];
	size_t i;

	if (state->prepared)
		amk_facts_add(facts, AMK_FACT_STATE, "state.prepared", state->prepared);
	for (i = 0; i < state->before.nr_facts; i++) {
		snprintf(key, sizeof(key), "state.before.%s", state->before.fact[i].key);
		amk_facts_add(facts, AMK_FACT_STATE, key, state->before.fact[i].value);
	}
}

void amk_state_measured(const struct amk_state *state, struct amk_facts *facts, bool begin)
{
	if (state->wish.kind == AMK_STATE_NONE)
		return;
	now_add(state, facts);
	if (state->wish.kind != AMK_STATE_FRESH)
		held_add(state, facts);
	if (begin) {
		begin_add(state, facts);
	} else if (state->rounds) {
		amk_facts_addf(facts, AMK_FACT_STATE, "state.index_least", "%.3f",
			       state->index_least);
		amk_facts_addf(facts, AMK_FACT_STATE, "state.index_most", "%.3f",
			       state->index_most);
		if (state->wish.kind == AMK_STATE_FRAGMENTED)
			amk_facts_addf(facts, AMK_FACT_STATE, "state.drift_most", "%.3f",
				       state->drift_most);
		amk_facts_addf(facts, AMK_FACT_STATE, "state.rounds_restored", "%u",
			       state->restored);
		amk_facts_addf(facts, AMK_FACT_STATE, "state.let_go", "%u",
			       (u32)state->fragmenter.let_go);
	}
}
