// SPDX-License-Identifier: GPL-2.0-only
/*
 * States of memory: see state.h. Who holds is the module where it is loaded, for its pages stay
 * where they are, else a process. Neither goes below a floor of available memory, and either lets
 * go when the run ends, however it ends.
 */
#include "bench/state.h"

#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/user/environment.h"

#define FLOOR_BYTES (64ULL << 20)
#define FLOOR_SHARE 8 /* one part in so many of all memory, if that is more */
#define FLOOR_PRESSURE_BYTES (32ULL << 20)
#define NEAR_ENOUGH 0.02 /* an index that moved by less is left alone */

/* The churn of --state=aged; what part of it may be held, and what stays. */
#define USER_OPERATIONS 20000
#define KERNEL_OPERATIONS 200000
#define KERNEL_SHARE 16
#define KEEP 250

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

static u64 memory_bytes(void)
{
	return (u64)sysconf(_SC_PHYS_PAGES) * (u64)sysconf(_SC_PAGESIZE);
}

u64 amk_state_floor(enum amk_state_kind kind)
{
	u64 share = memory_bytes() / FLOOR_SHARE;

	if (kind == AMK_STATE_PRESSURE)
		return FLOOR_PRESSURE_BYTES;
	return share > FLOOR_BYTES ? share : FLOOR_BYTES;
}

/* ---- who holds ---- */

static int hold_by_module(void *who, struct amk_hold *hold)
{
	return amk_module_hold(((struct amk_state *)who)->module, hold);
}

static int hold_by_process(void *who, struct amk_hold *hold)
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
	int code = amk_holder_open(&state->process);

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
	f->look = look;
	f->hold = state->holder == AMK_HOLDER_MODULE ? hold_by_module : hold_by_process;
	f->order = state->holder == AMK_HOLDER_MODULE ? state->wish.order : amk_holder_order();
	f->floor_bytes = amk_state_floor(state->wish.kind);
	f->limit_pages = state->wish.bytes / (u64)sysconf(_SC_PAGESIZE);
	/* Objects of user space are part of an aged machine, whoever else holds. */
	if (state->holder == AMK_HOLDER_USER || state->wish.kind == AMK_STATE_AGED)
		return process_start(state, error);
	return 0;
}

/* ---- making memory whole ---- */

static bool file_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	size_t len = strlen(text);
	bool written = fd >= 0 && write(fd, text, len) == (ssize_t)len;

	if (fd >= 0)
		close(fd);
	return written;
}

/* Drops what can be read again, and compacts: root alone may, and says so. */
static void prepare(struct amk_state *state)
{
	bool dropped, compacted;

	sync();
	dropped = file_write("/proc/sys/vm/drop_caches", "3");
	compacted = file_write("/proc/sys/vm/compact_memory", "1");
	if (dropped && compacted)
		state->prepared = "drop_caches compact_memory";
	else if (dropped)
		state->prepared = "drop_caches; no compaction here";
	else
		state->prepared = "nothing: root alone may drop caches and compact";
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
			    " MiB are to stay available",
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
		    " MiB held (at least %" PRIu64 " MiB stay available%s); %s",
		    state->wish.index, state->wish.order, state->index,
		    (uint64_t)(amk_held_pages(&f->held, f->order) * page >> 20),
		    (uint64_t)(f->floor_bytes >> 20),
		    state->wish.bytes == ~0ULL ? "" : ", at most --state-bytes are held",
		    state->index < state->wish.index ? "give a lower one" : "give a higher one");
}

static int fragment(struct amk_state *state, char error[AMK_ERROR_LEN])
{
	struct amk_fragmenter *f = &state->fragmenter;
	int code = amk_fragment_reach(f, state->wish.index, state->wish.order, &state->index);

	if (code == -ERANGE)
		return unattainable(state, error);
	return code ? broken(state, code, error) : 0;
}

/* Memory that is broken up more than was asked for is made whole first. */
static int fragment_first(struct amk_state *state, char error[AMK_ERROR_LEN])
{
	if (!index_look(state) && state->index > state->wish.index)
		prepare(state);
	return fragment(state, error);
}

static int age_side(struct amk_state *state, u64 most_bytes,
		    int (*hold)(void *who, struct amk_hold *hold), u64 operations, u64 *held_bytes)
{
	struct amk_hold h = { .order = 1,
			      .floor_bytes = state->fragmenter.floor_bytes,
			      .operations = operations,
			      .seed = state->wish.seed,
			      .object_bytes = most_bytes,
			      .keep = KEEP };
	int error = hold(state, &h);

	*held_bytes = h.object_bytes;
	if (!error && h.operations < operations)
		return -ENOMEM;
	return error;
}

static int age(struct amk_state *state, char error[AMK_ERROR_LEN])
{
	u64 most = memory_bytes() / 2, kernel = memory_bytes() / KERNEL_SHARE;
	int code;

	if (most > state->wish.bytes)
		most = state->wish.bytes;
	if (kernel > most / 2)
		kernel = most / 2;
	if (state->holder == AMK_HOLDER_USER)
		kernel = 0;
	code = age_side(state, most - kernel, hold_by_process, USER_OPERATIONS, &state->user_bytes);
	if (!code && kernel)
		code = age_side(state, kernel, hold_by_module, KERNEL_OPERATIONS,
				&state->kernel_bytes);
	return code ? broken(state, code, error) : 0;
}

/* Objects do not come back by themselves: it is enough that they are still held. */
static int age_check(struct amk_state *state, char error[AMK_ERROR_LEN])
{
	struct amk_hold h = { .order = 1 };
	int code = amk_holder_hold(&state->process, &h);

	return code ? broken(state, code, error) : 0;
}

static int set_up(struct amk_state *state, char error[AMK_ERROR_LEN])
{
	int code;

	switch (state->wish.kind) {
	case AMK_STATE_FRESH:
		prepare(state);
		return 0;
	case AMK_STATE_AGED:
		return age(state, error);
	case AMK_STATE_FRAGMENTED:
		return fragment_first(state, error);
	default:
		error[0] = '\0';
		code = amk_state_squeeze(state, error);
		return code && !error[0] ? broken(state, code, error) : code;
	}
}

int amk_state_open(struct amk_state *state, const struct amk_state_wish *wish,
		   const struct amk_module *module, char error[AMK_ERROR_LEN])
{
	int code = 0;

	*state = (struct amk_state){ .wish = *wish, .module = module, .index_least = 2 };
	if (wish->kind == AMK_STATE_NONE)
		return 0;
	amk_environment_state(&state->before);
	if (wish->kind != AMK_STATE_FRESH)
		code = holder_choose(state, error);
	if (!code)
		code = set_up(state, error);
	if (!code && index_look(state))
		code = fail(error, -EIO, AMK_BUDDY_PATH ": cannot be read");
	return code;
}

static int restore(struct amk_state *state, char error[AMK_ERROR_LEN])
{
	double off = fabs(state->index - state->wish.index);
	int code;

	switch (state->wish.kind) {
	case AMK_STATE_FRAGMENTED:
		if (off > state->drift_most)
			state->drift_most = off;
		if (off <= NEAR_ENOUGH)
			return 0;
		state->restored++;
		return fragment(state, error);
	case AMK_STATE_PRESSURE:
		error[0] = '\0';
		code = amk_state_squeeze(state, error);
		return code && !error[0] ? broken(state, code, error) : code;
	case AMK_STATE_AGED:
		return age_check(state, error);
	default:
		return 0;
	}
}

int amk_state_check(struct amk_state *state, char error[AMK_ERROR_LEN])
{
	int code;

	if (state->wish.kind == AMK_STATE_NONE)
		return 0;
	if (index_look(state))
		return fail(error, -EIO, AMK_BUDDY_PATH ": cannot be read");
	code = restore(state, error);
	if (code)
		return code;
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
}
