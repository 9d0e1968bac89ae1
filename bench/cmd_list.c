// SPDX-License-Identifier: GPL-2.0-only
/*
 * allocmark list: the tables as they are built in, and for each strategy whether it can be had
 * here, which is asked of the measuring half itself by a request that sets up and measures nothing.
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/command.h"
#include "bench/events_text.h"
#include "lib/core/metric.h"
#include "lib/core/workload.h"
#include "lib/user/allocator.h"
#include "lib/user/events.h"
#include "lib/user/module.h"
#include "lib/user/process.h"
#include "lib/user/records.h"

/* What strategies are asked through. */
struct halves {
	struct amk_process process;
	struct amk_module module;
	bool have_module;
	char error[AMK_MODULE_ERROR_LEN]; /* why there is no module */
	struct amk_result *result;
};

static void halves_open(struct halves *h)
{
	memset(h, 0, sizeof(*h));
	h->process.cpu = -1;
	h->process.helper = amk_process_helper();
	h->have_module = !amk_module_open(&h->module, h->error);
	h->result = calloc(1, sizeof(*h->result));
}

static void halves_close(struct halves *h)
{
	if (h->have_module)
		amk_module_close(&h->module);
	free(h->result);
}

static void request_fill(const struct amk_strategy *s, struct amk_request *request)
{
	memset(request, 0, sizeof(*request));
	request->size_of = sizeof(*request);
	request->version = AMK_ABI_VERSION;
	memcpy(request->strategy, s->name, strlen(s->name) + 1);
	memcpy(request->workload, "pair", sizeof("pair"));
	request->size = s->min_bytes > 64 ? s->min_bytes : 64;
	request->mem_max = amk_strategy_footprint(s, request->size);
	request->iteration_ticks = 1;
	request->iterations = 1;
	request->batch = 1;
	request->node = -1;
	request->flags = AMK_REQUEST_DRY;
}

/* Asks the user half, with the library that the strategy is about. 0 or -errno. */
static int user_ask(const struct halves *h, const struct amk_strategy *s,
		    const struct amk_request *request)
{
	const struct amk_allocator *allocator = amk_allocator_of(s);
	struct amk_process process = h->process;
	struct amk_allocator_place place;
	int error;

	if (!allocator)
		return amk_process_run(&process, request, h->result);
	error = amk_allocator_locate(allocator, &place);
	if (!error && place.reason) {
		h->result->status = AMK_STATUS_SKIP;
		h->result->reason = place.reason;
	} else if (!error) {
		amk_allocator_use(&place, &process);
		process.silent = true;
		error = amk_process_run(&process, request, h->result);
	}
	amk_allocator_place_free(&place);
	return error;
}

/* "yes", or why not; @buffer is for a reason that has no text. */
static const char *verdict(struct halves *h, const struct amk_strategy *s, char buffer[32])
{
	struct amk_request request;
	int error;

	if (!h->result)
		return "out of memory";
	if (s->side == AMK_SIDE_kernel && !h->have_module)
		return "no module";
	if (s->side == AMK_SIDE_user && !h->process.helper)
		return "no allocmark-block";
	request_fill(s, &request);
	memset(h->result, 0, sizeof(*h->result));
	error = s->side == AMK_SIDE_kernel ? amk_module_run(&h->module, &request, h->result) :
					     user_ask(h, s, &request);
	if (error)
		return strerror(-error);
	if (h->result->status == AMK_STATUS_OK)
		return "yes";
	return amk_reason_text(h->result->reason, buffer);
}

static void strategies_list(void)
{
	struct halves h;
	char buffer[32];
	u32 i;

	halves_open(&h);
	printf("%-6s %-18s %-9s %-10s %s\n", "side", "strategy", "family", "to be had",
	       "what it is");
	for (i = 0; i < AMK_NR_STRATEGIES; i++) {
		const struct amk_strategy *s = &amk_strategies[i];
		const char *answer = verdict(&h, s, buffer);
		bool is_short = strlen(answer) <= 18;

		printf("%-6s %-18s %-9s %-10s %s\n", amk_side_names[s->side], s->name,
		       amk_families[s->family].name, is_short ? answer : "no", s->summary);
		if (!is_short)
			printf("%-47s (%s)\n", "", answer);
	}
	if (!h.have_module)
		printf("\nkernel strategies were not asked: %s\n", h.error);
	halves_close(&h);
}

static void workloads_list(void)
{
	u32 i, lane;

	printf("%-15s %-30s %s\n", "workload", "times", "what it does");
	for (i = 0; i < AMK_NR_WORKLOADS; i++) {
		const struct amk_workload *w = &amk_workloads[i];
		char times[2 * AMK_NAME_LEN] = "";

		for (lane = 0; lane < AMK_LANES_MAX && w->lane[lane] != AMK_METRIC_none; lane++) {
			if (lane)
				strcat(times, ", ");
			strcat(times, amk_metrics[w->lane[lane]].name);
		}
		printf("%-15s %-30s %s\n", w->name, *times ? times : "-", w->summary);
	}
}

static void metrics_list(void)
{
	static const char *const units[] = {
		[AMK_UNIT_TICKS] = "time",  [AMK_UNIT_BYTES] = "bytes",
		[AMK_UNIT_PAGES] = "pages", [AMK_UNIT_COUNT] = "count",
		[AMK_UNIT_RATE] = "per-op", [AMK_UNIT_PPM] = "per-M-op",
		[AMK_UNIT_BITS] = "bits",   [AMK_UNIT_OPS] = "ops-per-s",
	};
	static const char *const better[] = { "lower", "higher", "-" };
	u32 i;

	_Static_assert(AMK_ARRAY_SIZE(units) == AMK_NR_UNITS, "a unit without a name");
	printf("%-18s %-9s %-7s %s\n", "metric", "unit", "better", "what it is");
	for (i = 0; i < AMK_NR_METRICS; i++)
		printf("%-18s %-9s %-7s %s\n", amk_metrics[i].name, units[amk_metrics[i].unit],
		       better[amk_metrics[i].better], amk_metrics[i].summary);
}

/* What the kernel says to each event; each side's answer is a dry request's. */
struct listed {
	struct halves *halves;
	enum amk_side_id side;
};

static int events_ask(void *arg, const struct amk_request *request, struct amk_result *result)
{
	struct listed *l = arg;

	if (l->side == AMK_SIDE_kernel)
		return amk_module_run(&l->halves->module, request, result);
	return amk_process_run(&l->halves->process, request, result);
}

static bool events_probe(struct halves *h, struct amk_events *events)
{
	struct listed l = { .halves = h };
	bool ok = true;

	for (l.side = 0; l.side < AMK_NR_SIDES; l.side++) {
		if (l.side == AMK_SIDE_kernel ? !h->have_module : !h->process.helper)
			continue;
		ok = !amk_events_probe(events, l.side, AMK_CLOCK_NS, events_ask, &l) && ok;
	}
	return ok;
}

static void events_list(void)
{
	char error[AMK_EVENTS_ERROR_LEN], code[32];
	struct amk_events events;
	struct halves h;
	u32 i;

	amk_events_choose("auto", &events, error);
	halves_open(&h);
	printf("%-18s %-6s %-14s %s\n", "event", "type", "config", "what it is");
	for (i = 0; i < events.nr_choices; i++) {
		const struct amk_event_choice *c = &events.choice[i];

		snprintf(code, sizeof(code), "0x%llx", (unsigned long long)c->event.config);
		printf("%-18s %-6u %-14s %s%s%s\n", c->row->name, c->event.type,
		       *c->name ? code : "-", c->row->summary,
		       *c->name && strcmp(c->name, "generic") ? ", as " : "",
		       strcmp(c->name, "generic") ? c->name : "");
	}
	if (!events_probe(&h, &events))
		puts("\na half that should count does not answer");
	amk_events_print(&events, 1, "ns");
	if (!h.have_module)
		printf("  kernel  was not asked: %s\n", h.error);
	halves_close(&h);
}

static void families_list(void)
{
	u32 i;

	printf("%-10s %s\n", "family", "what its strategies do");
	for (i = 0; i < AMK_NR_FAMILIES; i++)
		printf("%-10s %s\n", amk_families[i].name, amk_families[i].summary);
}

static const struct table {
	const char *name;
	void (*print)(void);
} tables[] = {
	{ "strategies", strategies_list }, { "workloads", workloads_list },
	{ "metrics", metrics_list },	   { "families", families_list },
	{ "events", events_list },
};

struct line {
	bool wanted[AMK_ARRAY_SIZE(tables)];
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct line *line = state->input;
	size_t i;

	switch (key) {
	case ARGP_KEY_ARG:
		for (i = 0; i < AMK_ARRAY_SIZE(tables); i++)
			if (!strcmp(tables[i].name, arg))
				break;
		if (i == AMK_ARRAY_SIZE(tables))
			exit(amk_fail("list: '%s' is none of strategies, workloads, metrics, "
				      "families and events",
				      arg));
		line->wanted[i] = true;
		return 0;
	case ARGP_KEY_NO_ARGS:
		for (i = 0; i < AMK_ARRAY_SIZE(tables); i++)
			line->wanted[i] = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp_list = {
	.parser = parse,
	.args_doc = "[strategies] [workloads] [metrics] [families] [events]",
	.doc = "Lists what can be measured. Each strategy and event is asked whether it can be had "
	       "here; without the kernel module the kernel's cannot be asked.",
};

int amk_cmd_list(int argc, char **argv)
{
	struct line line = { 0 };
	bool any = false;
	size_t i;

	argp_parse(&argp_list, argc, argv, 0, NULL, &line);
	for (i = 0; i < AMK_ARRAY_SIZE(tables); i++) {
		if (!line.wanted[i])
			continue;
		if (any)
			putchar('\n');
		tables[i].print();
		any = true;
	}
	return 0;
}
