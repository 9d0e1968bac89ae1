// SPDX-License-Identifier: GPL-2.0-only
/*
 * allocmark run: a run from its command line to what is said after its last block.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/command.h"
#include "bench/digest.h"
#include "bench/run.h"
#include "bench/table.h"
#include "lib/user/environment.h"

static int progress_keep(struct amk_run_job *run, bool finished)
{
	struct amk_progress *p = &run->manifest.progress;
	struct amk_session *s = &run->session;
	int error;

	p->blocks_planned = amk_plan_blocks(&s->options, &s->plan);
	p->blocks_done = run->old.nr_records + s->blocks_done;
	p->wall_ns = run->wall_ns_before + amk_meter_now_ns() - run->started_ns;
	p->measured_ns = run->measured_ns_before + s->measured_ns;
	p->finished = finished;
	amk_environment_state(&run->state_end);
	amk_state_measured(&run->state, &run->state_end, false);
	run->manifest.state_end = &run->state_end;
	error = amk_manifest_write(s->path, &run->manifest);
	if (error)
		return amk_fail(
			"%s/manifest.json: cannot write: %s; the records in blocks.jsonl are kept",
			s->path, strerror(-error));
	return 0;
}

static void share_print(const struct amk_run_job *run)
{
	double wall = (double)(amk_meter_now_ns() - run->started_ns) / 1e9;
	double measured = (double)run->session.measured_ns / 1e9;

	fprintf(stderr,
		"allocmark: %" PRIu64 " blocks in %.1f s, %.0f %% of it inside measured blocks\n",
		(uint64_t)run->session.blocks_done, wall, wall > 0 ? 100 * measured / wall : 0);
}

static int finish(struct amk_run_job *run, int failed)
{
	struct amk_session *s = &run->session;
	int status = progress_keep(run, !failed);

	amk_state_close(&run->state);
	share_print(run);
	if (failed == -EINTR)
		return amk_fail("stopped; what was measured is in %s; go on with: allocmark run "
				"--resume=%s",
				s->path, s->path);
	if (failed)
		return amk_fail("%s", run->error);
	if (status)
		return status;
	/* Where the records are sent elsewhere, the digest is made there. */
	if (!run->line.mirror && amk_digest_make(s->path, run->error))
		return amk_fail("%s", run->error);
	if (!run->line.no_table && amk_table_run(s->path, NULL, run->error))
		return amk_fail("%s", run->error);
	if (!run->line.no_table)
		printf("records in %s\n", s->path);
	if (s->failed)
		return amk_fail("%" PRIu64 " of %" PRIu64 " blocks failed; 'allocmark show %s' "
				"says why",
				(uint64_t)s->failed, (uint64_t)s->blocks_done, s->path);
	return 0;
}

static void run_free(struct amk_run_job *run)
{
	amk_state_close(&run->state);
	amk_session_free(&run->session);
	if (run->topology)
		amk_topology_close(run->topology);
	amk_facts_free(&run->facts);
	amk_facts_free(&run->state_begin);
	amk_facts_free(&run->state_end);
	if (run->line.resume)
		amk_run_data_free(&run->old);
	free(run->own_path);
	free(run->user_only);
}

static int run_whole(struct amk_run_job *run)
{
	run->started_ns = amk_meter_now_ns();
	if (amk_run_line_check(&run->line))
		return 1;
	if (run->line.check)
		return amk_run_check(run);
	amk_session_catch();
	if (run->line.resume ? amk_run_resume(run) : amk_run_begin(run))
		return 1;
	run->session.quiet = run->line.quiet;
	return finish(run, amk_session_run(&run->session, run->error));
}

static int run_line(const struct amk_run_line *line)
{
	struct amk_run_job *run = calloc(1, sizeof(*run));
	int status;

	if (!run)
		return amk_fail("out of memory");
	run->line = *line;
	status = run_whole(run);
	run_free(run);
	free(run);
	return status;
}

int amk_cmd_run(int argc, char **argv)
{
	struct amk_run_line line;

	amk_run_line_read(argc, argv, &line);
	if (line.fragmentation && strchr(line.fragmentation, ','))
		return amk_run_fragmentation(&line, run_line);
	if (line.threads)
		return amk_run_threads(&line, run_line);
	return line.nodes ? amk_run_nodes(&line, run_line) : run_line(&line);
}
