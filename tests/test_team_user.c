// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every user row of strategy.def by one and by two threads, in processes as a run has them: it is
 * measured or skipped with a reason, and what is measured has a throughput. A page touched is a
 * page fault, however many threads touch. A CPU that is not there is a skip.
 */
#include <sched.h>
#include <stdio.h>

#include "lib/core/metric.h"
#include "lib/core/strategy.h"
#include "lib/user/cost.h"
#include "lib/user/process.h"
#include "tests/block.h"

static struct amk_result res;
static u64 size_bytes = 100;

/* The first two CPUs that may be used here into @cpu; how many there are. */
static u32 cpus_find(u16 cpu[2])
{
	cpu_set_t set;
	u32 n = 0;
	u16 i;

	if (sched_getaffinity(0, sizeof(set), &set))
		return 0;
	for (i = 0; i < CPU_SETSIZE && n < 2; i++)
		if (CPU_ISSET(i, &set))
			cpu[n++] = i;
	return n;
}

static void run(const char *strategy, const char *workload, u32 threads, const u16 *cpu)
{
	struct amk_process p = { .helper = block_helper(), .cpu = -1 };
	struct amk_request req;
	int error;

	block_request(&req, strategy, workload, size_bytes);
	req.nr_threads = threads;
	req.tick_khz = 1000000;
	memcpy(req.cpu, cpu, threads * sizeof(*cpu));
	req.event[0] = (struct amk_event){ .metric = "page_faults",
					   .type = AMK_EVENT_SOFTWARE,
					   .config = 2,
					   .flags = AMK_EVENT_USER_ONLY };
	req.nr_events = 1;
	error = amk_process_run(&p, &req, &res);
	check(!error, "%s %s, %u threads: %d", strategy, workload, threads, error);
}

static void measured(const struct amk_strategy *s, const char *workload, u32 threads)
{
	u32 i;

	if (res.status == AMK_STATUS_SKIP) {
		check(res.reason == AMK_REASON_KEPT_PRIVATE || s->needs || s->flags,
		      "%s %s: skipped: %s", s->name, workload, block_reason(res.reason));
		return;
	}
	if (block_sanitized() && res.status == AMK_STATUS_SETUP_FAILED)
		return;
	check(res.status == AMK_STATUS_OK, "%s %s, %u threads: status %u, %s", s->name, workload,
	      threads, res.status, block_reason(res.reason));
	check(res.nr_values == 1 && res.value[0].status == AMK_STATUS_OK && res.value[0].value,
	      "%s %s, %u threads: no throughput", s->name, workload, threads);
	for (i = 0; i < res.nr_lanes; i++)
		check(res.lane[i].nr_iterations >= 3 && res.lane[i].each_ops >= threads,
		      "%s %s, %u threads: lane %u", s->name, workload, threads, i);
}

static void faults(u32 threads, const u16 *cpu)
{
	const struct amk_count *c = &res.count[0];
	double got;

	size_bytes = 16 * 4096;
	run("mmap", "touch", threads, cpu);
	check(res.nr_counts == 1, "%u threads: %u counts", threads, res.nr_counts);
	if (c->reason == AMK_REASON_EVENT_DENIED || c->reason == AMK_REASON_NO_COUNTERS) {
		puts("not even its own page faults may a process count here");
		return;
	}
	got = amk_cost_count(c);
	check(got >= 16 && got <= 16, "%u threads: %g page faults of 16 pages", threads, got);
	run("mmap", "remote", threads, cpu);
	check(res.nr_counts == 1 && c->status == AMK_STATUS_SKIP &&
		      c->reason == AMK_REASON_COUNTS_WAITING,
	      "%u threads: remote is counted", threads);
}

int main(void)
{
	static const char *const workloads[] = { "pair", "burst-shuffled", "touch", "remote" };
	const u16 absent[2] = { 0xfffe, 0xffff };
	u16 cpu[2];
	u32 s, w, threads, n = cpus_find(cpu);

	for (s = 0; s < AMK_NR_STRATEGIES; s++) {
		const struct amk_strategy *row = &amk_strategies[s];

		if (row->side != AMK_SIDE_user || row->flags & AMK_STRATEGY_PRELOADED)
			continue;
		for (w = 0; w < AMK_ARRAY_SIZE(workloads); w++) {
			for (threads = 1; threads <= n; threads++) {
				run(row->name, workloads[w], threads, cpu);
				measured(row, workloads[w], threads);
			}
		}
	}
	for (threads = 1; threads <= n; threads++)
		faults(threads, cpu);
	run("malloc", "pair", 2, absent);
	check(res.status == AMK_STATUS_SKIP && res.reason == AMK_REASON_CPU_ABSENT,
	      "CPUs that are not there: status %u, %s", res.status, block_reason(res.reason));
	if (n < 2)
		printf("one CPU: by one thread alone\n");
	return check_done();
}
