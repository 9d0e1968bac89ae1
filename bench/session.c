// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rounds of a run: every cell once a round, in an order that the seed gives, each on its side
 * and in a fresh context, and its record on disk before the next begins.
 */
#include "bench/session.h"
#include "bench/unusable.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "bench/command.h"
#include "bench/state.h"

#define SYNC_NS 1000000000ULL
#define DRY_BYTES 64ULL

volatile sig_atomic_t amk_session_stop;

static void stop_handler(int number)
{
	(void)number;
	amk_session_stop = 1;
}

void amk_session_stop_catch(void)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = stop_handler, .sa_flags = (int)SA_RESETHAND };
	struct sigaction old;
	size_t i;

	sigemptyset(&action.sa_mask);
	for (i = 0; i < AMK_ARRAY_SIZE(numbers); i++) {
		/* What nohup or a script's background set to be ignored stays ignored. */
		if (!sigaction(numbers[i], NULL, &old) && old.sa_handler != SIG_IGN)
			sigaction(numbers[i], &action, NULL);
	}
}

void amk_session_catch(void)
{
	amk_session_stop_catch();
	/* A mirror that is closed shows as an error of write(). */
	signal(SIGPIPE, SIG_IGN);
}

int amk_session_stopped(void)
{
	if (!amk_session_stop)
		return 0;
	amk_fail("stopped");
	return -EINTR;
}

int amk_session_wait(pid_t child)
{
	bool told = false;
	int status;

	while (waitpid(child, &status, 0) < 0) {
		if (errno != EINTR)
			return -errno;
		if (amk_session_stop && !told)
			kill(child, SIGTERM);
		told |= amk_session_stop != 0;
	}
	return status;
}

/* A user block in a fresh process, with the library in it that its strategy is about. */
static int measure_user(struct amk_session *s, const struct amk_request *request,
			struct amk_result *result)
{
	const struct amk_strategy *strategy = amk_strategy_find(AMK_SIDE_user, request->strategy);
	const struct amk_allocator *allocator = strategy ? amk_allocator_of(strategy) : NULL;
	struct amk_process process = s->process;

	if (allocator)
		amk_allocator_use(&s->allocator[allocator - amk_allocators], &process);
	return amk_process_run(&process, request, result);
}

static int measure(struct amk_session *s, enum amk_side_id side, const struct amk_request *request,
		   struct amk_result *result)
{
	memset(result, 0, sizeof(*result));
	if (side == AMK_SIDE_kernel)
		return amk_module_run(&s->module, request, result);
	return measure_user(s, request, result);
}

/* ---- which events can be counted ---- */

struct probe {
	struct amk_session *session;
	enum amk_side_id side;
};

static int probe_ask(void *arg, const struct amk_request *request, struct amk_result *result)
{
	struct probe *p = arg;

	return measure(p->session, p->side, request, result);
}

int amk_session_probe(struct amk_session *session)
{
	struct probe p = { .session = session };
	int error = 0;

	for (p.side = 0; p.side < AMK_NR_SIDES && !error; p.side++)
		if (session->options.side[p.side])
			error = amk_events_probe(&session->events, p.side, session->clock.kind,
						 probe_ask, &p);
	return error;
}

/* ---- whether a strategy is to be had at all ---- */

static int dry_run(struct amk_session *s, u32 at, struct amk_result *result)
{
	const struct amk_strategy *strategy = s->plan.cell[at].strategy;
	struct amk_request request;

	amk_plan_request(&s->options, &s->plan, at, 0, s->clock.kind, s->clock.ticks_per_ns,
			 &request);
	memcpy(request.workload, "pair", sizeof("pair"));
	request.size = strategy->min_bytes > DRY_BYTES ? strategy->min_bytes : DRY_BYTES;
	request.mem_max = amk_strategy_footprint(strategy, request.size);
	request.flags = AMK_REQUEST_DRY;
	/* Whether it is to be had is not a matter of threads. */
	request.nr_threads = 0;
	memset(request.cpu, 0, sizeof(request.cpu));
	return measure(s, strategy->side, &request, result);
}

/* Why a strategy is not asked at all: its allocator was looked for before. */
static enum amk_reason dry_reason(const struct amk_session *s, const struct amk_strategy *strategy)
{
	const struct amk_allocator *allocator = amk_allocator_of(strategy);

	return allocator ? s->allocator[allocator - amk_allocators].reason : AMK_REASON_NONE;
}

/* Keeps the answer of a strategy that says "not here"; anything else is tried block by block. */
static int dry_strategy(struct amk_session *s, u32 at)
{
	enum amk_reason reason = dry_reason(s, s->plan.cell[at].strategy);
	size_t index = (size_t)(s->plan.cell[at].strategy - amk_strategies);
	struct amk_result *result = calloc(1, sizeof(*result));
	int error;

	if (!result)
		return -ENOMEM;
	if (reason) {
		result->status = AMK_STATUS_SKIP;
		result->reason = reason;
		s->dry[index] = result;
		return 0;
	}
	error = dry_run(s, at, result);
	if (!error && result->status == AMK_STATUS_SKIP &&
	    result->reason != AMK_REASON_OVER_MEMORY) {
		memset(result->lane, 0, sizeof(result->lane));
		result->nr_lanes = 0;
		s->dry[index] = result;
		return 0;
	}
	free(result);
	return error;
}

static int dry_all(struct amk_session *s, char error[AMK_SESSION_ERROR_LEN])
{
	u32 at;
	int failed;

	for (at = 0; at < s->plan.nr_cells && !amk_session_stop; at++) {
		const struct amk_strategy *strategy = s->plan.cell[at].strategy;

		if (at && s->plan.cell[at - 1].strategy == strategy)
			continue;
		failed = dry_strategy(s, at);
		if (failed && !amk_session_stop) {
			snprintf(error, AMK_SESSION_ERROR_LEN, "cannot start a block of %s %s: %s",
				 amk_side_names[strategy->side], strategy->name, strerror(-failed));
			return failed;
		}
	}
	return amk_session_stop ? -EINTR : 0;
}

/* ---- one block ---- */

static void record_start(struct amk_record *r, const struct amk_cell *cell, u32 round, u32 position)
{
	memset(r, 0, sizeof(*r));
	r->round = round;
	r->position = position;
	r->side = cell->strategy->side;
	memcpy(r->strategy, cell->strategy->name, strlen(cell->strategy->name) + 1);
	memcpy(r->workload, cell->workload->name, strlen(cell->workload->name) + 1);
	r->size_bytes = cell->size_bytes;
}

static bool is_frag(const struct amk_cell *cell)
{
	return cell->workload == &amk_workloads[AMK_WORKLOAD_ID_frag];
}

static int block_measure(struct amk_session *s, u32 round, u32 at)
{
	const struct amk_cell *cell = &s->plan.cell[at];
	const struct amk_result *dry = s->dry[cell->strategy - amk_strategies];
	struct amk_record *r = s->record;
	struct amk_request request;
	u64 started = amk_meter_now_ns();
	s64 unusable = -1;
	int error;

	if (dry) {
		r->result = *dry;
		return 0;
	}
	amk_plan_request(&s->options, &s->plan, at, round, s->clock.kind, s->clock.ticks_per_ns,
			 &request);
	amk_events_fill(&s->events, cell->strategy->side, &request);
	if (is_frag(cell))
		unusable = amk_unusable_ppm(cell, s->options.page_bytes);
	error = measure(s, cell->strategy->side, &request, &r->result);
	r->wall_ns = amk_meter_now_ns() - started;
	if (is_frag(cell) && !error && r->result.status == AMK_STATUS_OK)
		amk_unusable_values(&r->result, unusable,
				    amk_unusable_ppm(cell, s->options.page_bytes));
	return error;
}

/*
 * The disk is told to keep what it has at most once a second: a kill of the program loses nothing.
 */
static int sync_due(struct amk_session *s, bool now)
{
	u64 ns = amk_meter_now_ns();

	if (!now && ns - s->synced_ns < SYNC_NS)
		return 0;
	s->synced_ns = ns;
	return amk_record_writer_sync(s->writer);
}

static int block_keep(struct amk_session *s)
{
	struct amk_record *r = s->record;
	char buffer[32];
	int error;

	r->reason = strdup(amk_reason_text(r->result.reason, buffer));
	if (!r->reason)
		return -ENOMEM;
	error = amk_record_write(s->writer, r);
	free(r->reason);
	r->reason = NULL;
	if (error)
		return error;
	s->blocks_done++;
	s->measured_ns += (u64)((double)r->result.measured_ticks / s->clock.ticks_per_ns);
	s->failed += r->result.status == AMK_STATUS_SETUP_FAILED ||
		     r->result.status == AMK_STATUS_MEASURE_FAILED ||
		     r->result.status == AMK_STATUS_NONE;
	return sync_due(s, false);
}

static int keep_failed(const struct amk_session *s, int failed, char *error)
{
	const char *mend = "free some room", *mirror = amk_record_writer_mirror_failed(s->writer);

	if (failed == -EPROTO)
		mend = "the measuring half sent what no block can hold; rebuild both halves";
	snprintf(error, AMK_SESSION_ERROR_LEN,
		 "%.200s: cannot keep a record: %s; %s, then go on with --resume=%.150s",
		 mirror ? mirror : s->path, strerror(-failed), mend, s->path);
	return failed;
}

static int block_run(struct amk_session *s, u32 round, u32 position, u32 at, char *error)
{
	const struct amk_cell *cell = &s->plan.cell[at];
	int failed;

	record_start(s->record, cell, round, position);
	failed = block_measure(s, round, at);
	if (amk_session_stop)
		return -EINTR;
	if (failed) {
		snprintf(error, AMK_SESSION_ERROR_LEN,
			 "%s %s: the block could not be run: %s; go on with --resume=%.200s",
			 amk_side_names[cell->strategy->side], cell->strategy->name,
			 strerror(-failed), s->path);
		return failed;
	}
	failed = block_keep(s);
	return failed ? keep_failed(s, failed, error) : 0;
}

static int round_run(struct amk_session *s, u32 round, u32 *order, char *error)
{
	const u8 *done = s->done + (size_t)round * s->plan.nr_cells;
	char what[2 * AMK_NAME_LEN + 16];
	u32 i;
	int failed;

	amk_plan_order(&s->plan, s->options.seed, round, order);
	for (i = 0; i < s->plan.nr_cells; i++) {
		const struct amk_cell *cell = &s->plan.cell[order[i]];

		if (done[order[i]] || !amk_plan_takes(&s->options, cell, round))
			continue;
		failed = block_run(s, round, i, order[i], error);
		if (failed)
			return failed;
		snprintf(what, sizeof(what), "%s %s %s", amk_side_names[cell->strategy->side],
			 cell->strategy->name, cell->workload->name);
		amk_meter_step(&s->meter, what);
	}
	failed = sync_due(s, true);
	return failed ? keep_failed(s, failed, error) : 0;
}

/* The state of memory first: what the run asked for is what each round is to find. */
static int round_begin(struct amk_session *s, u32 round, u32 *order, char *error)
{
	char why[AMK_ERROR_LEN];
	int failed = s->state ? amk_state_check(s->state, why) : 0;

	if (!failed)
		return round_run(s, round, order, error);
	snprintf(error, AMK_SESSION_ERROR_LEN, "round %u: %.300s; go on with --resume=%.150s",
		 round + 1, why, s->path);
	return amk_session_stop ? -EINTR : failed;
}

static u64 blocks_left(const struct amk_session *s)
{
	u64 n = (u64)s->options.rounds * s->plan.nr_cells, i, done = 0;

	for (i = 0; i < n; i++)
		done += s->done[i];
	return amk_plan_blocks(&s->options, &s->plan) - done;
}

int amk_session_run(struct amk_session *session, char error[AMK_SESSION_ERROR_LEN])
{
	u32 *order = calloc(session->plan.nr_cells, sizeof(*order));
	int failed = -ENOMEM;
	u32 round;

	session->record = calloc(1, sizeof(*session->record));
	if (!order || !session->record) {
		snprintf(error, AMK_SESSION_ERROR_LEN, "out of memory");
		goto out;
	}
	amk_meter_start(&session->meter, blocks_left(session), session->quiet);
	failed = dry_all(session, error);
	for (round = 0; round < session->options.rounds && !failed; round++)
		failed = round_begin(session, round, order, error);
	amk_meter_end(&session->meter);
	if (failed)
		amk_record_writer_sync(session->writer);
out:
	free(session->record);
	session->record = NULL;
	free(order);
	return failed;
}

void amk_session_free(struct amk_session *session)
{
	size_t i;

	for (i = 0; i < AMK_ARRAY_SIZE(session->dry); i++)
		free(session->dry[i]);
	for (i = 0; i < AMK_NR_ALLOCATORS; i++)
		amk_allocator_place_free(&session->allocator[i]);
	if (session->writer)
		amk_record_writer_close(session->writer);
	if (session->have_module)
		amk_module_close(&session->module);
	free(session->done);
	amk_plan_free(&session->plan);
	amk_options_free(&session->options);
}
