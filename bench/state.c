// SPDX-License-Identifier: GPL-2.0-only
/*
 * States of memory: see state.h. Who holds is the module where it is loaded, for its pages stay
 * where they are, else a process. Neither goes below a floor of available memory, and either lets
 * go when the run ends, however it ends.
 */
#include "bench/state.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "bench/meter.h"
#include "bench/session.h"
#include "lib/user/environment.h"

#define FLOOR_BYTES (64ULL << 20)
#define FLOOR_SHARE 8 /* one part in so many of all memory, if that is more */
#define FLOOR_PRESSURE_BYTES (32ULL << 20)
#define NEAR_ENOUGH 0.02 /* an index that moved by less is left alone */
#define TRIES 3 /* against compaction */

/* More than this at once would be long without an answer to a signal. */
#define STEP_BYTES (1ULL << 30)
#define SECOND_NS 1000000000ULL
#define TELL_NS (5 * SECOND_NS)

static int fail(char *error, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int fail(char *error, int code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(error, AMK_ERROR_LEN, format, args);
	va_end(args);
	return code;
}

u64 amk_state_memory_bytes(void)
{
	return (u64)sysconf(_SC_PHYS_PAGES) * (u64)sysconf(_SC_PAGESIZE);
}

u64 amk_state_floor(enum amk_state_kind kind)
{
	u64 share = amk_state_memory_bytes() / FLOOR_SHARE;

	if (kind == AMK_STATE_PRESSURE)
		return FLOOR_PRESSURE_BYTES;
	return share > FLOOR_BYTES ? share : FLOOR_BYTES;
}

/* ---- who holds ---- */

/* Notes that a step is under way, which may take minutes on a large machine. */
static int busy(void *who, u64 held_bytes)
{
	struct amk_state *state = who;
	u64 now = amk_meter_now_ns();

	if (amk_session_stop)
		return -EINTR;
	if (state->wish.quiet || now - state->began_ns < TELL_NS || now - state->told_ns < TELL_NS)
		return 0;
	state->told_ns = now;
	fprintf(stderr, "allocmark: --state=%s: %" PRIu64 " MiB held so far\n",
		amk_state_name(state->wish.kind), (uint64_t)(held_bytes >> 20));
	return 0;
}

static u64 least(u64 a, u64 b)
{
	return a < b ? a : b;
}

/* In steps: between two of them a signal is seen. */
int amk_state_hold_by_module(void *who, struct amk_hold *hold)
{
	struct amk_state *state = who;
	u64 page = (u64)sysconf(_SC_PAGESIZE), block = page << hold->order;
	u64 blocks = hold->blocks, pages = hold->pages, asked;
	struct amk_held *held = &state->fragmenter.held;
	bool let_go = false;
	int error;

	hold->blocks = least(blocks, held->blocks + STEP_BYTES / block);
	hold->pages = least(pages, held->pages + STEP_BYTES / page);
	for (;;) {
		asked = hold->blocks + hold->pages;
		error = amk_module_hold(state->module, hold);
		let_go = let_go || hold->let_go;
		hold->let_go = 0;
		if (error || let_go || hold->blocks + hold->pages < asked ||
		    asked == blocks + pages)
			break;
		error = busy(state, hold->blocks * block / 2 + hold->pages * page);
		if (error)
			break;
		hold->operations = 0;
		hold->blocks = least(blocks, hold->blocks + STEP_BYTES / block);
		hold->pages = least(pages, hold->pages + STEP_BYTES / page);
	}
	hold->let_go = let_go;
	return error;
}

int amk_state_hold_by_process(void *who, struct amk_hold *hold)
{
	return amk_holder_hold(&((struct amk_state *)who)->process, hold);
}

static int look(void *who, struct amk_buddy *buddy)
{
	(void)who;
	return amk_buddy_read(buddy);
}

/* Finds the module, if it may be it that holds. */
static int module_find(struct amk_state *state, char error[AMK_ERROR_LEN])
{
	char why[AMK_MODULE_ERROR_LEN];
	int code;

	if (state->module || state->wish.holder == AMK_HOLDER_USER)
		return 0;
	code = amk_module_open(&state->own, why);
	if (!code) {
		state->have_own = true;
		state->module = &state->own;
	} else if (state->wish.holder == AMK_HOLDER_MODULE) {
		return fail(error, code, "--fragmenter=module: %.400s", why);
	}
	return 0;
}

static int process_start(struct amk_state *state, char error[AMK_ERROR_LEN])
{
	int code;

	state->process.busy = busy;
	state->process.who = state;
	code = amk_holder_open(&state->process);

	if (code)
		return fail(error, code, "the process that holds memory cannot be started: %s",
			    strerror(-code));
	return 0;
}

static int holder_choose(struct amk_state *state, char error[AMK_ERROR_LEN])
{
	struct amk_fragmenter *f = &state->fragmenter;
	int code = module_find(state, error);

	if (code)
		return code;
	state->holder = state->module && state->wish.holder != AMK_HOLDER_USER ? AMK_HOLDER_MODULE :
										 AMK_HOLDER_USER;
	f->who = state;
	f->dear = state->holder == AMK_HOLDER_USER && amk_holder_dear();
	f->look = look;
	f->hold = state->holder == AMK_HOLDER_MODULE ? amk_state_hold_by_module :
						       amk_state_hold_by_process;
	f->order = state->holder == AMK_HOLDER_MODULE ? state->wish.order : amk_holder_order();
	f->floor_bytes = amk_state_floor(state->wish.kind);
	f->limit_pages = state->wish.bytes / (u64)sysconf(_SC_PAGESIZE);
	/* Objects of user space are part of an aged machine, whoever else holds. */
	if (state->holder == AMK_HOLDER_USER || state->wish.kind == AMK_STATE_AGED)
		return process_start(state, error);
	return 0;
}

static int index_look(struct amk_state *state)
{
	static struct amk_buddy buddy;
	int error = amk_buddy_read(&buddy);

	if (!error)
		state->index = amk_buddy_unusable(&buddy, state->wish.order);
	return error;
}

/* ---- the states ---- */

static int broken(struct amk_state *state, int code, char error[AMK_ERROR_LEN])
{
	const char *name = amk_state_name(state->wish.kind);

	switch (code) {
	case -EINTR:
		return fail(error, code, "stopped");
	case -ECHILD:
		return fail(error, code, "--state=%s: the process that held memory is gone", name);
	case -ENOMEM:
		return fail(error, code,
			    "--state=%s: memory is short: at least %" PRIu64
			    " MiB are to stay available, and 64 MiB of a cgroup's limit; give a "
			    "smaller --state-bytes",
			    name, (uint64_t)(amk_state_floor(state->wish.kind) >> 20));
	default:
		return fail(error, code, "--state=%s: cannot be set up: %s", name, strerror(-code));
	}
}

static int unattainable(struct amk_state *state, char error[AMK_ERROR_LEN])
{
	const struct amk_fragmenter *f = &state->fragmenter;
	u64 page = (u64)sysconf(_SC_PAGESIZE);

	return fail(error, -ERANGE,
		    "--fragmentation=%.3g:%u: not attainable here: the index is %.2f with %" PRIu64
		    " MiB held (at least %" PRIu64 " MiB stay available, "
		    "and 64 MiB of a cgroup's limit%s); %s",
		    state->wish.index, state->wish.order, state->index,
		    (uint64_t)(amk_held_pages(&f->held, f->order) * page >> 20),
		    (uint64_t)(f->floor_bytes >> 20),
		    state->wish.bytes == ~0ULL ? "" : ", at most --state-bytes are held",
		    state->index < state->wish.index ? "give a lower one" : "give a higher one");
}

static u64 compaction_scanned(void)
{
	struct amk_activity now;

	amk_activity_read(&now);
	return now.count[AMK_ACTIVITY_compact_scanned];
}

/* Pages of user space are moved: what was undone while it was done is tried again. */
static int fragment(struct amk_state *state, char error[AMK_ERROR_LEN])
{
	struct amk_fragmenter *f = &state->fragmenter;
	u32 tries = TRIES;
	u64 scanned;
	int code;

	do {
		scanned = compaction_scanned();
		code = amk_fragment_reach(f, state->wish.index, state->wish.order, &state->index);
	} while (code == -ERANGE && --tries && compaction_scanned() != scanned);
	if (code == -ERANGE)
		return unattainable(state, error);
	return code ? broken(state, code, error) : 0;
}

/* Memory that is broken up more than was asked for is made whole first. */
static int fragment_first(struct amk_state *state, char error[AMK_ERROR_LEN])
{
	if (!index_look(state) && state->index > state->wish.index)
		amk_state_prepare(state);
	return fragment(state, error);
}

static int set_up(struct amk_state *state, char error[AMK_ERROR_LEN])
{
	int code;

	switch (state->wish.kind) {
	case AMK_STATE_FRESH:
		amk_state_prepare(state);
		if (!state->whole && !state->wish.quiet)
			fprintf(stderr, "allocmark: --state=fresh: %s\n", state->prepared);
		return 0;
	case AMK_STATE_FRAGMENTED:
		return fragment_first(state, error);
	default:
		error[0] = '\0';
		code = state->wish.kind == AMK_STATE_AGED ? amk_state_age(state, error) :
							    amk_state_squeeze(state, error);
		return code && !error[0] ? broken(state, code, error) : code;
	}
}

/* ---- what the kernel did for memory meanwhile ---- */

/* Ends a stretch, of a round or of work on the state, and begins another. */
static void stretch_end(struct amk_state *state, bool in_round)
{
	struct amk_activity now;

	amk_activity_read(&now);
	amk_activity_grow(state->in_round ? &state->in_rounds : &state->in_making, &state->mark,
			  &now);
	state->mark = now;
	state->in_round = in_round;
}

static void before_read(struct amk_state *state)
{
	amk_activity_read(&state->mark);
	amk_environment_state(&state->before);
	if (amk_slabinfo_read(&state->slabs_before))
		state->slabs_before.bytes = 0;
	state->index_before = index_look(state) ? -1 : state->index;
}

int amk_state_open(struct amk_state *state, const struct amk_state_wish *wish,
		   const struct amk_module *module, char error[AMK_ERROR_LEN])
{
	int code;

	*state = (struct amk_state){ .wish = *wish,
				     .module = module,
				     .index_least = 2,
				     .free_least_bytes = ~0ULL,
				     .began_ns = amk_meter_now_ns() };
	if (wish->kind == AMK_STATE_NONE)
		return 0;
	code = amk_state_turn_take(state, error);
	if (code)
		return code;
	before_read(state);
	if (wish->kind != AMK_STATE_FRESH)
		code = holder_choose(state, error);
	if (!code)
		code = set_up(state, error);
	if (!code && amk_session_stop)
		code = broken(state, -EINTR, error);
	if (!code && index_look(state))
		code = fail(error, -EIO, AMK_BUDDY_PATH ": cannot be read");
	return code;
}

/* Whether the index that was just found is not what it is to be. */
static bool drifted(struct amk_state *state)
{
	double off = fabs(state->index - state->wish.index);

	if (off > state->drift_most)
		state->drift_most = off;
	return off > NEAR_ENOUGH;
}

/* Looks, and restores what was lost since it was set up. */
static int begin_restore(struct amk_state *state, char error[AMK_ERROR_LEN])
{
	if (state->wish.kind != AMK_STATE_FRAGMENTED || index_look(state) || !drifted(state))
		return 0;
	return fragment(state, error);
}

int amk_state_begin(struct amk_state *state, struct amk_facts *facts, char error[AMK_ERROR_LEN])
{
	u32 tries = TRIES;
	double index;
	int code;

	do {
		amk_facts_free(facts);
		code = begin_restore(state, error);
		if (code)
			return code;
		index = state->index;
		amk_environment_state(facts);
		amk_state_measured(state, facts, true);
	} while (state->wish.kind == AMK_STATE_FRAGMENTED && --tries && !index_look(state) &&
		 fabs(state->index - index) > NEAR_ENOUGH);
	return 0;
}

static int restore(struct amk_state *state, char error[AMK_ERROR_LEN])
{
	int code;

	switch (state->wish.kind) {
	case AMK_STATE_FRAGMENTED:
		if (!drifted(state))
			return 0;
		state->restored++;
		return fragment(state, error);
	case AMK_STATE_PRESSURE:
		error[0] = '\0';
		code = amk_state_squeeze_check(state, error);
		return code && !error[0] ? broken(state, code, error) : code;
	case AMK_STATE_AGED:
		code = amk_state_age_check(state);
		return code ? broken(state, code, error) : 0;
	case AMK_STATE_FRESH:
		/* It was made for the first. */
		if (!state->rounds)
			return 0;
		amk_state_prepare(state);
		return index_look(state) ? broken(state, -EIO, error) : 0;
	default:
		return 0;
	}
}

int amk_state_check(struct amk_state *state, char error[AMK_ERROR_LEN])
{
	int code;

	if (state->wish.kind == AMK_STATE_NONE)
		return 0;
	stretch_end(state, false);
	state->began_ns = amk_meter_now_ns();
	if (index_look(state))
		return fail(error, -EIO, AMK_BUDDY_PATH ": cannot be read");
	code = restore(state, error);
	if (code)
		return code;
	stretch_end(state, true);
	state->rounds++;
	if (state->index < state->index_least)
		state->index_least = state->index;
	if (state->index > state->index_most)
		state->index_most = state->index;
	return 0;
}

void amk_state_close(struct amk_state *state)
{
	struct amk_hold release = { .order = 1, .flags = AMK_HOLD_RELEASE };

	amk_holder_close(&state->process);
	if (state->holder == AMK_HOLDER_MODULE)
		amk_module_hold(state->module, &release);
	if (state->have_own)
		amk_module_close(&state->own);
	state->have_own = false;
	state->holder = AMK_HOLDER_ANY;
	amk_facts_free(&state->before);
	amk_state_turn_end(state);
}
