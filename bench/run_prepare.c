// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a run needs before its first block, in the order of cost: options and plan, so that a wrong
 * word ends it at once; the directory, so that nothing is measured that cannot be kept; then
 * topology, clock and environment. A run that goes on must find the place it was started in.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/personality.h>
#include <unistd.h>

#include "bench/command.h"
#include "bench/run.h"
#include "lib/user/environment.h"
#include "lib/user/tlb_geometry.h"

#define KMALLOC_MAX_USUAL (4ULL << 20) /* of x86-64 with 4 KiB pages: an edge of the grid */

static char *copy(const char *text)
{
	return text ? strdup(text) : NULL;
}

/*
 * What is measured of memory broken up, of memory on a node and by threads, unless it is given. Who
 * asks for curves over an index asks for these, wherever the memory is.
 */
static const char *chosen(const struct amk_run_line *line, const char *given, const char *placed,
			  const char *shared, const char *curves)
{
	if (given)
		return given;
	if (line->curves && curves)
		return curves;
	return line->node >= 0 ? placed : line->nr_threads ? shared : NULL;
}

/* The options of a new run, except what depends on the kernel side. */
static void options_fresh(struct amk_run_job *run)
{
	const struct amk_run_line *line = &run->line;
	struct amk_options *o = &run->session.options;
	const char *environment = line->environment ? line->environment : amk_environment_guess();

	amk_options_default(o, line->grid, environment);
	o->side[AMK_SIDE_user] = !line->side || strcmp(line->side, "kernel");
	o->side[AMK_SIDE_kernel] = line->side && strcmp(line->side, "user");
	o->node = line->node;
	o->nr_threads = line->nr_threads;
	o->spread = line->spread;
	o->strategies = copy(chosen(line, line->strategies, "numa,null",
				    "default,cache,mapped,pages,null", NULL));
	o->allocators = copy(line->allocators);
	o->workloads = copy(chosen(line, line->workloads, "pair,touch,chase,stream,placement",
				   "pair,burst-fifo,remote", "frag"));
	o->sizes = copy(chosen(line, line->sizes, "4K,64K,1M,16M", "64,4K,64K",
			       "4K,16K,64K,256K,1M,2M,4M"));
	o->events = copy(line->events);
	o->tlb = copy(line->tlb);
	o->state = copy(line->state);
	o->fragmentation = copy(line->fragmentation);
	o->fragmenter = copy(line->fragmenter);
	o->state_bytes = line->state_bytes;
	o->seed = line->seed_given ? line->seed : amk_random_seed();
	if (line->rounds)
		o->rounds = line->rounds;
	o->page_bytes = (u64)sysconf(_SC_PAGESIZE);
	o->kmalloc_max_bytes = KMALLOC_MAX_USUAL;
}

/* Without --side the kernel half is measured where it is to be had. */
static int module_open(struct amk_run_job *run)
{
	struct amk_session *s = &run->session;
	bool wanted = s->options.side[AMK_SIDE_kernel];
	bool optional = !run->line.resume && !run->line.side;

	if (!wanted && !optional)
		return 0;
	if (amk_module_open(&s->module, run->error)) {
		if (wanted)
			return amk_fail("%s", run->error);
		run->user_only = strdup(run->error);
		return 0;
	}
	s->have_module = true;
	s->options.side[AMK_SIDE_kernel] = true;
	if (!run->line.resume) {
		s->options.page_bytes = s->module.info.page_size;
		s->options.kmalloc_max_bytes = s->module.info.kmalloc_max;
	}
	return 0;
}

/*
 * Whose curves are drawn over how broken up memory is: what is known when it is known which sides
 * there are.
 */
static void curves_choose(struct amk_run_job *run)
{
	static const char *const words[2][2] = {
		{ "", "mmap,mmap-thp,hugetlb-2m" },
		{ "alloc_pages,kmalloc,kmalloc-nowait,kvmalloc,kernel:vmalloc",
		  "alloc_pages,kmalloc,kmalloc-nowait,kvmalloc,vmalloc,mmap,mmap-thp,hugetlb-2m" },
	};
	struct amk_options *o = &run->session.options;

	if (run->line.curves && !o->strategies)
		o->strategies = copy(words[o->side[AMK_SIDE_kernel]][o->side[AMK_SIDE_user]]);
}

/* The plan comes first: a wrong word must not cost the time of a calibration. */
static int plan_make(struct amk_run_job *run)
{
	struct amk_session *s = &run->session;

	curves_choose(run);
	if (amk_plan_make(&s->options, &s->plan, run->error) ||
	    amk_state_parse(&s->options, &run->wish, run->error) ||
	    amk_events_choose(s->options.events, &s->events, run->error))
		return amk_fail("%s", run->error);
	s->done = calloc((size_t)s->options.rounds * s->plan.nr_cells, 1);
	return s->done ? 0 : amk_fail("out of memory");
}

static int helper_find(struct amk_run_job *run)
{
	struct amk_process *p = &run->session.process;

	p->cpu = -1;
	p->stop = &amk_session_stop;
	p->helper = amk_process_helper();
	if (p->helper || !run->session.options.side[AMK_SIDE_user])
		return 0;
	return amk_fail("allocmark-block is neither beside allocmark nor in %s: make install",
			AMK_PKGLIBEXECDIR);
}

/* ---- the allocators in malloc()'s place ---- */

/* One line about an allocator that was asked for by name and is not to be had. */
static int allocator_absent(const struct amk_allocator *allocator,
			    const struct amk_allocator_place *place)
{
	char text[32];

	if (place->reason == AMK_REASON_NO_ALLOCATOR)
		return amk_fail("--allocators: %s is not installed; install the package %s or set "
				"%s to where %s lies",
				allocator->name, allocator->package, AMK_ALLOCATOR_PATH,
				allocator->sonames);
	if (place->reason == AMK_REASON_ALLOCATOR_SANITIZED)
		return amk_fail("--allocators: %s: %s; measure with a build without them",
				allocator->name, amk_reason_text(place->reason, text));
	return amk_fail("--allocators: %s: %s: %s; install the package %s anew, or leave it out",
			allocator->name, place->path, amk_reason_text(place->reason, text),
			allocator->package);
}

/* Looks for an allocator of the plan, tries it, and notes what it is. */
static int allocator_find(struct amk_run_job *run, const struct amk_allocator *allocator)
{
	struct amk_session *s = &run->session;
	struct amk_allocator_place *place = &s->allocator[allocator - amk_allocators];
	const char *list = s->options.allocators;
	int error = amk_allocator_locate(allocator, place);

	if (!error && !place->reason)
		error = amk_allocator_probe(allocator, &s->process, place);
	if (error)
		return amk_fail("%s: cannot be looked for: %s", allocator->name, strerror(-error));
	if (place->reason)
		return list && amk_allocator_listed(allocator, list) ?
			       allocator_absent(allocator, place) :
			       0;
	amk_allocator_facts(allocator, place, &run->facts);
	return 0;
}

static int allocators_find(struct amk_run_job *run)
{
	const struct amk_plan *plan = &run->session.plan;
	const struct amk_allocator *allocator;
	u32 i;

	for (i = 0; i < plan->nr_cells; i++) {
		allocator = amk_allocator_of(plan->cell[i].strategy);
		if (!allocator || (i && plan->cell[i - 1].strategy == plan->cell[i].strategy))
			continue;
		if (allocator_find(run, allocator))
			return 1;
	}
	return 0;
}

/* ---- the state of memory ---- */

static int state_set_up(struct amk_run_job *run)
{
	struct amk_session *s = &run->session;

	if (run->wish.kind == AMK_STATE_NONE)
		return 0;
	s->state = &run->state;
	run->wish.quiet = run->line.quiet;
	if (amk_state_open(&run->state, &run->wish, s->have_module ? &s->module : NULL, run->error))
		return amk_fail("%s", run->error);
	return 0;
}

/* ---- where it takes place ---- */

/*
 * An emulator keeps its translation of a program by address: with a new layout each block's process
 * would be translated anew, which takes several times as long as the block. Where nanoseconds are
 * emulation time anyhow, layout has nothing to tell; everywhere else it stays random.
 */
static void layout_fix(struct amk_run_job *run)
{
	int old = personality(0xffffffff);

	if (strcmp(run->manifest.environment, "guest-tcg") &&
	    strcmp(run->manifest.environment, "guest-icount"))
		return;
	if (old != -1 && personality((unsigned long)old | ADDR_NO_RANDOMIZE) != -1)
		amk_facts_add(&run->facts, AMK_FACT_COMPARABILITY, "block.layout", "fixed");
}

/* What the model works with: as given, or as the processor that measures tells; else unknown. */
static int geometry_set(struct amk_run_job *run)
{
	struct amk_options *o = &run->session.options;
	const char *text = o->tlb ? o->tlb : amk_facts_find(&run->facts, AMK_FACT_MACHINE, "tlb");
	char error[AMK_TLB_ERROR_LEN];

	if (text && amk_tlb_parse(text, &o->geometry, error))
		return amk_fail("tlb: %s", error);
	return 0;
}

/* Runs of different nodes are compared only where that is what is asked (--across=nodes). */
static void nodes_fact(struct amk_run_job *run)
{
	s32 node = run->session.options.node;

	if (node < 0)
		return;
	amk_facts_addf(&run->facts, AMK_FACT_COMPARABILITY, "place.cpu_node", "%d",
		       amk_topology_cpu_node(run->manifest.cpu));
	amk_facts_addf(&run->facts, AMK_FACT_COMPARABILITY, "place.memory_node", "%d", node);
}

/* Runs of other counts of threads, or threads elsewhere, are compared by --across=threads. */
static void threads_fact(struct amk_run_job *run)
{
	const struct amk_options *o = &run->session.options;

	if (!o->nr_threads)
		return;
	amk_facts_addf(&run->facts, AMK_FACT_COMPARABILITY, "place.threads", "%u", o->nr_threads);
	amk_facts_add(&run->facts, AMK_FACT_COMPARABILITY, "place.threads_where",
		      amk_spread_names[o->spread]);
}

/*
 * The CPU to measure on: of several threads that of the first, which are chosen before this process
 * is bound. A run that goes on does so where it was.
 */
static int cpu_choose(struct amk_run_job *run)
{
	struct amk_options *o = &run->session.options;

	if (o->nr_threads && !run->line.resume &&
	    amk_topology_spread(run->topology, o->spread, o->nr_threads, o->thread_cpu, run->error))
		return -EINVAL;
	return amk_topology_choose(run->topology, o->nr_threads ? o->thread_cpu[0] : run->line.cpu,
				   run->error);
}

static int place_read(struct amk_run_job *run)
{
	struct amk_session *s = &run->session;
	struct amk_manifest *m = &run->manifest;
	const char *environment = run->line.environment;
	bool counted;

	if (amk_topology_open(&run->topology, run->error))
		return amk_fail("%s", run->error);
	m->cpu = cpu_choose(run);
	if (m->cpu < 0 || amk_topology_bind(run->topology, m->cpu, run->error))
		return amk_fail("%s", run->error);
	if (amk_clock_calibrate(&s->clock))
		return amk_fail("the clock stands still or runs back: nothing can be timed here");
	/* On real hardware a loop may by chance take a tick an instruction. */
	counted = strcmp(amk_environment_guess(), "host") && amk_clock_counts_insn(&s->clock);
	if (counted)
		amk_clock_exact(&s->clock);
	s->options.counted = counted;
	m->clock = s->clock;
	m->unit = counted ? "insn" : "ns";
	m->ticks_per_unit = s->clock.ticks_per_ns;
	if (!environment)
		environment = counted ? "guest-icount" : amk_environment_guess();
	m->environment = environment;
	layout_fix(run);
	amk_topology_facts(run->topology, &run->facts);
	amk_environment_read(&run->facts, s->have_module ? &s->module.info : NULL);
	nodes_fact(run);
	threads_fact(run);
	amk_state_facts(&run->state, &run->facts);
	if (amk_state_begin(&run->state, &run->state_begin, run->error))
		return amk_fail("%s", run->error);
	return geometry_set(run);
}

static void manifest_fresh(struct amk_run_job *run)
{
	struct amk_manifest *m = &run->manifest;

	amk_identity_make(&run->identity);
	if (gethostname(run->hostname, sizeof(run->hostname) - 1) || !run->hostname[0])
		strcpy(run->hostname, "unknown");
	m->id = run->identity.id;
	m->created = run->identity.created;
	m->machine_name = run->line.machine ? run->line.machine : run->hostname;
}

/* Before the manifest is written, which says what can be counted here. */
static int events_probe(struct amk_run_job *run)
{
	int error = amk_session_probe(&run->session);

	return error ? amk_fail("no event can be probed: the measuring half does not answer: %s",
				strerror(-error)) :
		       0;
}

static void manifest_fill(struct amk_run_job *run)
{
	struct amk_manifest *m = &run->manifest;
	struct amk_session *s = &run->session;

	m->kernel_side = s->have_module;
	m->options = &s->options;
	m->events = &s->events;
	m->facts = &run->facts;
	m->state_begin = &run->state_begin;
	m->progress.blocks_planned = amk_plan_blocks(&s->options, &s->plan);
}

static int files_open(struct amk_run_job *run)
{
	struct amk_session *s = &run->session;
	int error;

	s->mirror = run->line.mirror;
	s->writer = amk_record_writer_open(s->path, s->mirror, run->error);
	if (!s->writer)
		return amk_fail("%s", run->error);
	error = run->line.resume ? 0 : amk_topology_write(run->topology, s->path);
	if (!error)
		error = amk_manifest_write(s->path, &run->manifest);
	if (error)
		return amk_fail("%s: cannot write: %s; free some room or give another --out",
				s->path, strerror(-error));
	return 0;
}

int amk_run_check(struct amk_run_job *run)
{
	struct amk_session *s = &run->session;

	options_fresh(run);
	if (plan_make(run))
		return 1;
	printf("%" PRIu64 " blocks of %u cells\n", (uint64_t)amk_plan_blocks(&s->options, &s->plan),
	       s->plan.nr_cells);
	return 0;
}

int amk_run_begin(struct amk_run_job *run)
{
	options_fresh(run);
	if (module_open(run) || plan_make(run) || helper_find(run) || allocators_find(run))
		return 1;
	if (run->user_only)
		fprintf(stderr, "allocmark: user side only: %s\n", run->user_only);
	manifest_fresh(run);
	if (!run->line.out) {
		run->own_path = amk_rundir_name(&run->identity, run->manifest.machine_name);
		if (!run->own_path)
			return amk_fail("out of memory");
	}
	run->session.path = run->line.out ? run->line.out : run->own_path;
	if (state_set_up(run))
		return 1;
	if (amk_rundir_make(run->session.path, run->error))
		return amk_fail("%s", run->error);
	if (place_read(run) || events_probe(run))
		return 1;
	manifest_fill(run);
	return files_open(run);
}

/* ---- a run that goes on ---- */

static int done_mark(struct amk_run_job *run)
{
	struct amk_session *s = &run->session;
	size_t i;

	for (i = 0; i < run->old.nr_records; i++) {
		const struct amk_record *r = run->old.record[i];
		const struct amk_cell *cell =
			amk_plan_find(&s->plan, r->side, r->strategy, r->workload, r->size_bytes);

		if (!cell || r->round >= s->options.rounds ||
		    !amk_plan_takes(&s->options, cell, r->round))
			return amk_fail("%s: a record of %s %s is not of this run's plan: it "
					"cannot "
					"be resumed",
					s->path, r->strategy, r->workload);
		s->done[(size_t)r->round * s->plan.nr_cells + (size_t)(cell - s->plan.cell)] = 1;
	}
	return 0;
}

static int same_place(struct amk_run_job *run)
{
	double ratio = run->manifest.ticks_per_unit / run->old.ticks_per_unit;
	char text[AMK_ERROR_LEN];
	u32 count = amk_manifest_differs(&run->old, &run->manifest, text);

	if (count)
		return amk_fail("%s: cannot be resumed here, %u things differ: %s; start a new run",
				run->session.path, count, text);
	if (ratio < 0.99 || ratio > 1.01)
		return amk_fail("%s: cannot be resumed, the clock runs at another rate; start a "
				"new run",
				run->session.path);
	/* Its ticks are read by the rate in the manifest. */
	run->manifest.ticks_per_unit = run->old.ticks_per_unit;
	return 0;
}

int amk_run_resume(struct amk_run_job *run)
{
	struct amk_manifest *m = &run->manifest;
	struct amk_progress before;
	json_int_t cpu;

	run->session.path = run->line.resume;
	if (amk_run_data_read(run->line.resume, &run->old, run->error) ||
	    amk_manifest_options(&run->old, &run->session.options, run->error))
		return amk_fail("%s", run->error);
	cpu = json_integer_value(
		json_object_get(json_object_get(run->old.manifest, "options"), "cpu"));
	if (run->line.cpu >= 0 && run->line.cpu != (int)cpu)
		return amk_fail("--cpu=%d: the run was started on CPU %d", run->line.cpu, (int)cpu);
	run->line.cpu = (int)cpu;
	if (run->line.machine && strcmp(run->line.machine, run->old.machine))
		return amk_fail("--machine=%s: the run was started as '%s'", run->line.machine,
				run->old.machine);
	if (module_open(run) || plan_make(run) || helper_find(run) || allocators_find(run) ||
	    done_mark(run))
		return 1;
	m->id = json_string_value(json_object_get(run->old.manifest, "id"));
	m->created = json_string_value(json_object_get(run->old.manifest, "created"));
	m->machine_name = run->old.machine;
	if (!m->id || !m->created)
		return amk_fail("%s/manifest.json: id or created is missing", run->session.path);
	amk_manifest_progress(&run->old, &before);
	run->wall_ns_before = before.wall_ns;
	run->measured_ns_before = before.measured_ns;
	if (state_set_up(run))
		return 1;
	if (place_read(run) || events_probe(run))
		return 1;
	manifest_fill(run);
	if (same_place(run))
		return 1;
	m->progress = before;
	m->progress.finished = false;
	return files_open(run);
}
