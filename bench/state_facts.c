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
	if (wish->kind == AMK_STATE_FRESH) {
		amk_facts_add(facts, AMK_FACT_COMPARABILITY, "state.prepared", state->prepared);
		return;
	}
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

static void bytes_add(struct amk_facts *facts, const char *key, u64 bytes)
{
	amk_facts_addf(facts, AMK_FACT_STATE, key, "%" PRIu64, (uint64_t)bytes);
}

static void held_add(const struct amk_state *state, struct amk_facts *facts)
{
	u64 page = (u64)sysconf(_SC_PAGESIZE);
	u64 held = amk_held_pages(&state->fragmenter.held, state->fragmenter.order) * page;

	held += state->user_bytes + state->kernel_bytes;
	bytes_add(facts, "state.held_bytes", held);
	if (state->wish.kind == AMK_STATE_AGED) {
		bytes_add(facts, "state.user_bytes", state->user_bytes);
		bytes_add(facts, "state.kernel_bytes", state->kernel_bytes);
	}
}

/* "0 DMA32 0.503, 0 Normal 0.497": node, zone and index of each that has anything free. */
static void zones_add(const struct amk_buddy *buddy, u32 order, struct amk_facts *facts)
{
	char text[2048] = "";
	size_t len = 0;
	u32 i;

	for (i = 0; i < buddy->nr_zones && len + 64 < sizeof(text); i++)
		if (amk_buddy_zone_pages(&buddy->zone[i], 0))
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%u %s %.3f",
						len ? ", " : "", buddy->zone[i].node,
						buddy->zone[i].name,
						amk_buddy_zone_unusable(&buddy->zone[i], order));
	amk_facts_add(facts, AMK_FACT_STATE, "state.index_zones", text);
}

static void slabs_add(struct amk_facts *facts)
{
	struct amk_slabinfo slabs;

	if (amk_slabinfo_read(&slabs))
		return;
	bytes_add(facts, "state.slab_bytes", slabs.bytes);
	bytes_add(facts, "state.slab_used_bytes", slabs.used_bytes);
}

static void now_add(const struct amk_state *state, struct amk_facts *facts)
{
	u64 page = (u64)sysconf(_SC_PAGESIZE), free_pages, low;
	static struct amk_buddy buddy;

	if (!amk_buddy_read(&buddy)) {
		amk_facts_addf(facts, AMK_FACT_STATE, "state.index", "%.3f",
			       amk_buddy_unusable(&buddy, state->wish.order));
		zones_add(&buddy, state->wish.order, facts);
	}
	if (!amk_state_pages(&free_pages, &low)) {
		bytes_add(facts, "state.free_bytes", free_pages * page);
		bytes_add(facts, "state.low_bytes", low * page);
	}
	slabs_add(facts);
}

static void begin_add(const struct amk_state *state, struct amk_facts *facts)
{
	char key[96];
	size_t i;

	if (state->prepared && state->wish.kind != AMK_STATE_FRESH)
		amk_facts_add(facts, AMK_FACT_STATE, "state.prepared", state->prepared);
	if (state->index_before >= 0)
		amk_facts_addf(facts, AMK_FACT_STATE, "state.index_before", "%.3f",
			       state->index_before);
	if (state->slabs_before.bytes) {
		bytes_add(facts, "state.slab_before_bytes", state->slabs_before.bytes);
		bytes_add(facts, "state.slab_before_used_bytes", state->slabs_before.used_bytes);
	}
	for (i = 0; i < state->before.nr_facts; i++) {
		snprintf(key, sizeof(key), "state.before.%s", state->before.fact[i].key);
		amk_facts_add(facts, AMK_FACT_STATE, key, state->before.fact[i].value);
	}
}

/* The round that ends with the run is one of those. */
static void activity_add(const struct amk_state *state, struct amk_facts *facts)
{
	struct amk_activity now, rounds = state->in_rounds;

	amk_activity_read(&now);
	if (state->in_round)
		amk_activity_grow(&rounds, &state->mark, &now);
	amk_activity_facts(&rounds, "state.rounds", facts);
	amk_activity_facts(&state->in_making, "state.making", facts);
}

static void end_add(const struct amk_state *state, struct amk_facts *facts)
{
	amk_facts_addf(facts, AMK_FACT_STATE, "state.index_least", "%.3f", state->index_least);
	amk_facts_addf(facts, AMK_FACT_STATE, "state.index_most", "%.3f", state->index_most);
	if (state->wish.kind == AMK_STATE_FRAGMENTED)
		amk_facts_addf(facts, AMK_FACT_STATE, "state.drift_most", "%.3f",
			       state->drift_most);
	if (state->wish.kind == AMK_STATE_PRESSURE) {
		bytes_add(facts, "state.free_least_bytes", state->free_least_bytes);
		bytes_add(facts, "state.free_most_bytes", state->free_most_bytes);
	}
	amk_facts_addf(facts, AMK_FACT_STATE, "state.rounds_restored", "%u", state->restored);
	amk_facts_addf(facts, AMK_FACT_STATE, "state.let_go", "%u", (u32)state->fragmenter.let_go);
	activity_add(state, facts);
}

void amk_state_measured(const struct amk_state *state, struct amk_facts *facts, bool begin)
{
	if (state->wish.kind == AMK_STATE_NONE)
		return;
	now_add(state, facts);
	if (state->wish.kind != AMK_STATE_FRESH)
		held_add(state, facts);
	if (begin)
		begin_add(state, facts);
	else if (state->rounds)
		end_add(state, facts);
}
