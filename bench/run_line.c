// SPDX-License-Identifier: GPL-2.0-only
/*
 * The command line of a run: its options, what each may be, and which of them exclude each other.
 */
#include <argp.h>
#include <inttypes.h>
#include <stdlib.h>
#include <strings.h>

#include "bench/command.h"
#include "bench/run.h"
#include "lib/user/environment.h"
#include "lib/user/size.h"
#include "lib/user/tlb_geometry.h"

enum key {
	KEY_SIDE = 256,
	KEY_QUICK,
	KEY_FULL,
	KEY_EVIDENCE,
	KEY_STRATEGIES,
	KEY_ALLOCATORS,
	KEY_WORKLOADS,
	KEY_SIZES,
	KEY_EVENTS,
	KEY_TLB,
	KEY_STATE,
	KEY_FRAGMENTATION,
	KEY_FRAGMENTER,
	KEY_STATE_BYTES,
	KEY_OUT,
	KEY_RESUME,
	KEY_SEED,
	KEY_ROUNDS,
	KEY_ENVIRONMENT,
	KEY_MACHINE,
	KEY_MIRROR,
	KEY_THEN,
	KEY_CPU,
	KEY_NODE,
	KEY_NODES,
	KEY_THREADS,
	KEY_PLACE,
	KEY_NO_TABLE,
	KEY_CHECK,
	KEY_QUIET,
};

static const struct argp_option options[] = {
	{ "side", KEY_SIDE, "user|kernel|both", 0,
	  "which half to measure (default: user, and kernel where the module is loaded)", 1 },
	{ "quick", KEY_QUICK, 0, 0,
	  "few sizes, the main workloads, 3 rounds, the slowest cells in the first alone (default)",
	  1 },
	{ "full", KEY_FULL, 0, 0, "all sizes, all workloads, 10 rounds", 1 },
	{ "evidence", KEY_EVIDENCE, 0, 0,
	  "what statements about the kernel's allocators can be held to: the workloads and "
	  "strategies that no other run has unless they are named, and what they go with, 3 rounds",
	  1 },
	{ "strategies", KEY_STRATEGIES, "LIST", 0,
	  "names or families, comma-separated; user:NAME or kernel:NAME picks a side", 1 },
	{ "allocators", KEY_ALLOCATORS, "auto|LIST", 0,
	  "malloc() of these libraries too, each loaded in the C library's place by the processes "
	  "that measure it: glibc, jemalloc, tcmalloc, mimalloc, comma-separated, or auto for "
	  "every one that is installed; their strategies are malloc-glibc and so on",
	  1 },
	{ "workloads", KEY_WORKLOADS, "LIST", 0,
	  "names, comma-separated; burst stands for every burst-*", 1 },
	{ "sizes", KEY_SIZES, "LIST", 0,
	  "sizes such as 64, 4K, 1M-1, 4M+1, or a range of the grid such as 64K-1M", 1 },
	{ "events", KEY_EVENTS, "auto|none|LIST", 0,
	  "count these events around the timed loops, comma-separated: rows of 'allocmark list "
	  "events', raw:NAME as libpfm4 has it, or rHEX (default: auto, all that can be counted)",
	  1 },
	{ "tlb", KEY_TLB, "SPEC", 0,
	  "the TLB that the model takes this machine to have, such as l1=64x4:4k,l2=1536x12: "
	  "level, entries, ways, page sizes of each array (default: what the processor tells)",
	  1 },
	{ "rounds", KEY_ROUNDS, "N", 0, "rounds, each cell once in each", 1 },
	{ "seed", KEY_SEED, "N", 0, "every random choice derives from it (default: by chance)", 1 },
	{ "cpu", KEY_CPU, "N", 0, "measure on this CPU (default: the last allowed one)", 1 },
	{ "node", KEY_NODE, "N", 0,
	  "ask for memory of this NUMA node where a strategy takes one (default strategies then: "
	  "the family numa and null; default workloads: pair, touch, chase, stream, placement)",
	  1 },
	{ "nodes", KEY_NODES, "all|LIST", 0,
	  "a run for each pair of these NUMA nodes, such as 0,2-3: the one whose CPU asks and the "
	  "one whose memory is asked for, in RUNDIR/cpuN-memN",
	  1 },
	{ "threads", KEY_THREADS, "all|LIST|N", 0,
	  "measure by N threads at once, each on a CPU of its own; of a list such as 1,2,4-8, or "
	  "all for 1, 2, 4 and so on to as many as there are CPUs, a run for each, in "
	  "RUNDIR/threadsN (default strategies then: the families default, cache, mapped and "
	  "pages, and null; default workloads: pair, burst-fifo, remote; default sizes: 64, 4K, "
	  "64K)",
	  1 },
	{ "place", KEY_PLACE, "compact|scatter|core|l3|node", 0,
	  "which CPUs threads run on: side by side as they lie (default), spread as wide as can "
	  "be, or one a core, a third-level cache or a NUMA node",
	  1 },
	{ "state", KEY_STATE, "fresh|aged|fragmented|pressure", 0,
	  "the state to bring memory to first: caches dropped and memory compacted, as far as that "
	  "is allowed; after a churn of objects, some of which stay; broken up; or so much of it "
	  "held that what is free lies just above the low watermark (default: as it is)",
	  1 },
	{ "fragmentation", KEY_FRAGMENTATION, "LIST[:ORDER]", 0,
	  "unusable free space index to break memory up to, from 0 to 1, and the order it is of "
	  "(default: 0.75:9); of a list such as 0.25,0.5,0.75 a run for each, in "
	  "RUNDIR/fragmentationINDEX (default workload then: frag; default strategies of that: "
	  "kmalloc, kmalloc-nowait, kvmalloc, vmalloc, alloc_pages, mmap, mmap-thp, hugetlb-2m, "
	  "or with --node those of --node; default sizes: 4K to 4M); implies --state=fragmented",
	  1 },
	{ "fragmenter", KEY_FRAGMENTER, "module|user", 0,
	  "who holds memory for a state: the module, whose pages stay where they are, or a "
	  "process, whose pages compaction may move (default: the module where it is loaded)",
	  1 },
	{ "state-bytes", KEY_STATE_BYTES, "SIZE", 0,
	  "hold no more than this for a state (default: what leaves an eighth of memory available, "
	  "and no less than 64 MiB)",
	  1 },
	{ "out", KEY_OUT, "RUNDIR", 0, "the run's directory (default: results/UTC-MACHINE-ID)", 2 },
	{ "resume", KEY_RESUME, "RUNDIR", 0,
	  "measure what a run that was stopped still lacks, by the options it was started with",
	  2 },
	{ "mirror", KEY_MIRROR, "FILE", 0, "write each record there too (a guest's port)", 2 },
	{ "then", KEY_THEN, "PROGRAM", 0,
	  "with an option that makes several runs: start PROGRAM RUNDIR when each of them has "
	  "ended, and wait for it",
	  2 },
	{ "environment", KEY_ENVIRONMENT, "NAME", 0,
	  "host, guest-kvm, guest-tcg or guest-icount (default: what can be seen from inside)", 2 },
	{ "machine", KEY_MACHINE, "NAME", 0, "name of the machine (default: its host name)", 2 },
	{ "check", KEY_CHECK, 0, 0, "only check the options and say how much they ask for", 3 },
	{ "no-table", KEY_NO_TABLE, 0, 0, "no table at the end", 3 },
	{ "quiet", KEY_QUIET, 0, 0, "no progress line", 3 },
	{ 0 },
};

/* A whole number from @least to @most; hexadecimal behind 0x, and never octal. */
static u64 number_read(const char *option, const char *text, u64 least, u64 most)
{
	u64 number;
	char *end;

	errno = 0;
	number = strtoull(text, &end, strncasecmp(text, "0x", 2) ? 10 : 16);
	if (errno || end == text || *end || text[0] == '-' || number < least || number > most)
		exit(amk_fail("%s: '%s' is not a whole number from %" PRIu64 " to %" PRIu64, option,
			      text, (uint64_t)least, (uint64_t)most));
	return number;
}

/* The options of a state of memory. */
static error_t parse_state(int key, char *arg, struct amk_run_line *line)
{
	struct amk_size_span span;

	switch (key) {
	case KEY_STATE:
		line->state = arg;
		return 0;
	case KEY_FRAGMENTATION:
		line->fragmentation = arg;
		return 0;
	case KEY_FRAGMENTER:
		line->fragmenter = arg;
		return 0;
	case KEY_STATE_BYTES:
		if (amk_size_parse(arg, &span) || span.low_bytes != span.high_bytes)
			exit(amk_fail("--state-bytes: '%s' is no size such as 64M or 2G", arg));
		line->state_bytes = span.low_bytes;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* The options that say what is measured, which a resumed run takes from its manifest. */
static error_t parse_choice(int key, char *arg, struct amk_run_line *line)
{
	char error[AMK_TLB_ERROR_LEN];
	struct amk_tlb tlb;

	switch (key) {
	case KEY_SIDE:
		line->side = arg;
		return 0;
	case KEY_QUICK:
	case KEY_FULL:
		line->grid = key == KEY_FULL ? AMK_GRID_FULL : AMK_GRID_QUICK;
		return 0;
	case KEY_EVIDENCE:
		line->grid = AMK_GRID_EVIDENCE;
		return 0;
	case KEY_STRATEGIES:
		line->strategies = arg;
		return 0;
	case KEY_ALLOCATORS:
		line->allocators = arg;
		return 0;
	case KEY_WORKLOADS:
		line->workloads = arg;
		return 0;
	case KEY_SIZES:
		line->sizes = arg;
		return 0;
	case KEY_EVENTS:
		line->events = arg;
		return 0;
	case KEY_TLB:
		if (amk_tlb_parse(arg, &tlb, error))
			exit(amk_fail("--tlb: %s", error));
		line->tlb = arg;
		return 0;
	case KEY_NODE:
		line->node = (s32)number_read("--node", arg, 0, AMK_NODE_MAX);
		return 0;
	case KEY_NODES:
		line->nodes = arg;
		return 0;
	case KEY_THREADS:
		line->threads = arg;
		return 0;
	case KEY_PLACE:
		line->spread = amk_spread_find(arg);
		if (line->spread == AMK_NR_SPREADS)
			exit(amk_fail("--place: '%s' is none of compact, scatter, core, l3 and "
				      "node",
				      arg));
		line->spread_given = true;
		return 0;
	case KEY_SEED:
		line->seed = number_read("--seed", arg, 0, ~0ULL);
		line->seed_given = true;
		return 0;
	case KEY_ROUNDS:
		line->rounds = (u32)number_read("--rounds", arg, 1, AMK_ROUNDS_MAX);
		return 0;
	default:
		return parse_state(key, arg, line);
	}
}

static const char *option_name(int key)
{
	const struct argp_option *o = options;

	while (o->name && o->key != key)
		o++;
	return o->name;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct amk_run_line *line = state->input;
	error_t unknown;

	switch (key) {
	case KEY_OUT:
		if (!*arg)
			exit(amk_fail("--out: the name is empty; give a directory that is not "
				      "there yet"));
		line->out = arg;
		return 0;
	case KEY_RESUME:
		line->resume = arg;
		return 0;
	case KEY_ENVIRONMENT:
		if (!amk_environment_known(arg))
			exit(amk_fail(
				"--environment: '%s' is none of host, guest-kvm, guest-tcg and "
				"guest-icount",
				arg));
		line->environment = arg;
		return 0;
	case KEY_MACHINE:
		if (!*arg)
			exit(amk_fail("--machine: the name is empty; give one"));
		line->machine = arg;
		return 0;
	case KEY_MIRROR:
		line->mirror = arg;
		return 0;
	case KEY_THEN:
		if (!*arg)
			exit(amk_fail("--then: the name is empty; give a program"));
		line->then = arg;
		return 0;
	case KEY_CPU:
		line->cpu = (int)number_read("--cpu", arg, 0, 1U << 20);
		return 0;
	case KEY_CHECK:
		line->check = true;
		return 0;
	case KEY_NO_TABLE:
		line->no_table = true;
		return 0;
	case KEY_QUIET:
		line->quiet = true;
		return 0;
	case ARGP_KEY_ARG:
		exit(amk_fail("run: '%s' is no option; see allocmark run --help", arg));
	default:
		unknown = parse_choice(key, arg, line);
		if (!unknown)
			line->chosen = option_name(key);
		return unknown;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.doc = "Measures every cell (strategy, workload, size) once a round, in random order, each "
	       "in a fresh process or a fresh context of the kernel module, and keeps one record a "
	       "block. A run that is stopped keeps what it has and goes on with --resume."
	       "\vThe exit status is 0 when every block was run (an allocator's refusal and a skip "
	       "are results), else 1.",
};

int amk_run_line_check(const struct amk_run_line *line)
{
	if (line->resume && line->check)
		return amk_fail(
			"--check is of a new run, and --resume takes its options from an old "
			"one: leave one of them out");
	if (line->resume && line->out)
		return amk_fail("--resume and --out exclude each other: a resumed run stays where "
				"it is");
	if (line->resume && line->chosen)
		return amk_fail("--%s cannot be given with --resume: a resumed run has the options "
				"it was started with",
				line->chosen);
	if (line->then)
		return amk_fail("--then is for several runs: give --nodes, or a list to --threads "
				"or --fragmentation");
	if (line->spread_given && !line->threads)
		return amk_fail("--place says where threads run; give --threads, too");
	if (line->side && strcmp(line->side, "user") && strcmp(line->side, "kernel") &&
	    strcmp(line->side, "both"))
		return amk_fail("--side: '%s' is none of user, kernel and both", line->side);
	return 0;
}

void amk_run_line_read(int argc, char **argv, struct amk_run_line *line)
{
	*line = (struct amk_run_line){ .cpu = -1, .node = -1 };
	argp_parse(&argp, argc, argv, 0, NULL, line);
}
