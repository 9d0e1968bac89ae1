// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads and checks manifest.json: see manifest.h.
 */
#include "lib/user/manifest.h"

#include <stdint.h>
#include <limits.h>
#include <stdlib.h>

#include "lib/user/environment.h"
#include "lib/user/records_json.h"

#define NUMBER_MAX ((u64)INT64_MAX)

static json_t *manifest_load(const char *name, char error[AMK_ERROR_LEN], int *failed)
{
	json_error_t at;
	json_t *object = json_load_file(name, JSON_REJECT_DUPLICATES, &at);

	if (object)
		return object;
	*failed = -EBADMSG;
	if (at.line >= 0)
		snprintf(error, AMK_ERROR_LEN,
			 "%.200s:%d: no JSON (%.160s); put the file back as it was written", name,
			 at.line, at.text);
	else
		snprintf(error, AMK_ERROR_LEN, "%.300s: cannot read; give the directory of a run",
			 name);
	return NULL;
}

/* The schema is looked at first: everything else may mean something else in another. */
static bool schema_check(const json_t *manifest, char error[AMK_ERROR_LEN])
{
	const char *format;
	u64 schema;

	if (!amk_json_string(manifest, "format", &format, error) ||
	    !amk_json_u64(manifest, "schema", NUMBER_MAX, &schema, error))
		return false;
	if (strcmp(format, "allocmark-run")) {
		snprintf(error, AMK_ERROR_LEN, "format: '%.40s' is not allocmark-run", format);
		return false;
	}
	if (schema == AMK_SCHEMA_VERSION)
		return true;
	snprintf(error, AMK_ERROR_LEN,
		 "schema: version %llu, but this allocmark reads %d: use the one that wrote it",
		 (unsigned long long)schema, AMK_SCHEMA_VERSION);
	return false;
}

static bool clock_read(const json_t *manifest, struct amk_run_data *data, char *error)
{
	json_t *clock;

	if (!amk_json_object(manifest, "clock", &clock, error) ||
	    !amk_json_string(clock, "unit", &data->unit, error) ||
	    !amk_json_number(clock, "ticks_per_unit", &data->ticks_per_unit, error))
		return false;
	if (strcmp(data->unit, "ns") && strcmp(data->unit, "insn")) {
		snprintf(error, AMK_ERROR_LEN, "clock.unit: neither ns nor insn");
		return false;
	}
	if (data->ticks_per_unit > 0 && data->ticks_per_unit < 1e6)
		return true;
	snprintf(error, AMK_ERROR_LEN, "clock.ticks_per_unit: not within 0 and 1000000");
	return false;
}

static bool fields_read(json_t *manifest, struct amk_run_data *data, char *error)
{
	json_t *options, *group;

	if (!amk_json_string(manifest, "machine_name", &data->machine, error) ||
	    !amk_json_string(manifest, "kernel", &data->kernel, error) ||
	    !amk_json_string(manifest, "environment", &data->environment, error) ||
	    !amk_json_object(manifest, "machine", &group, error) ||
	    !amk_json_object(manifest, "comparability", &group, error) ||
	    !amk_json_object(manifest, "progress", &group, error) ||
	    !amk_json_object(manifest, "options", &options, error) ||
	    !amk_json_u64(options, "page_bytes", 1U << 30, &data->page_bytes, error) ||
	    !amk_json_u64(options, "kmalloc_max_bytes", NUMBER_MAX, &data->kmalloc_max_bytes,
			  error))
		return false;
	if (!amk_environment_known(data->environment)) {
		snprintf(error, AMK_ERROR_LEN, "environment: '%.40s' is not known here",
			 data->environment);
		return false;
	}
	if (!data->page_bytes) {
		snprintf(error, AMK_ERROR_LEN, "options.page_bytes: must not be 0");
		return false;
	}
	if (!json_is_true(json_object_get(manifest, "kernel_side")))
		data->kmalloc_max_bytes = 0;
	return true;
}

int amk_manifest_read(const char *path, struct amk_run_data *data, char error[AMK_ERROR_LEN])
{
	char what[AMK_ERROR_LEN];
	int failed = 0;
	char *name;

	if (asprintf(&name, "%s/manifest.json", path) < 0) {
		snprintf(error, AMK_ERROR_LEN, "out of memory");
		return -ENOMEM;
	}
	data->manifest = manifest_load(name, error, &failed);
	if (!failed &&
	    !(schema_check(data->manifest, what) && clock_read(data->manifest, data, what) &&
	      fields_read(data->manifest, data, what))) {
		failed = -EBADMSG;
		snprintf(error, AMK_ERROR_LEN, "%.200s: %.220s", name, what);
	}
	free(name);
	return failed;
}

/* ---- options ---- */

static bool optional_text(const json_t *object, const char *key, char **out, char *error)
{
	const json_t *value = json_object_get(object, key);

	if (!value || json_is_null(value))
		return true;
	if (!json_is_string(value)) {
		snprintf(error, AMK_ERROR_LEN, "options.%s: not a string", key);
		return false;
	}
	*out = strdup(json_string_value(value));
	return *out != NULL;
}

static bool small(const json_t *object, const char *key, u64 max, u32 *out, char *error)
{
	u64 number;

	if (!amk_json_u64(object, key, max, &number, error))
		return false;
	*out = (u32)number;
	return true;
}

static bool protocol_read(const json_t *options, struct amk_protocol *p, char *error)
{
	json_t *object;

	return amk_json_object(options, "protocol", &object, error) &&
	       small(object, "iterations", AMK_ITERATIONS_MAX, &p->iterations, error) &&
	       small(object, "warmup", AMK_WARMUP_MAX, &p->warmup, error) &&
	       small(object, "batch", AMK_BATCH_MAX, &p->batch, error) &&
	       small(object, "each_max", AMK_EACH_MAX, &p->each_max, error) &&
	       amk_json_u64(object, "iteration_ns", NUMBER_MAX, &p->iteration_ns, error) &&
	       amk_json_u64(object, "block_ns", NUMBER_MAX, &p->block_ns, error) &&
	       amk_json_u64(object, "batch_bytes", NUMBER_MAX, &p->batch_bytes, error) &&
	       amk_json_u64(object, "mem_max_bytes", NUMBER_MAX, &p->mem_max_bytes, error);
}

static bool sides_read(const json_t *options, struct amk_options *o, char *error)
{
	const json_t *sides = json_object_get(options, "sides");
	bool any = false;
	size_t i;
	u32 s;

	for (s = 0; s < AMK_NR_SIDES; s++) {
		for (i = 0; i < json_array_size(sides); i++) {
			const char *name = json_string_value(json_array_get(sides, i));

			o->side[s] = o->side[s] || (name && !strcmp(name, amk_side_names[s]));
		}
		any = any || o->side[s];
	}
	if (!any)
		snprintf(error, AMK_ERROR_LEN, "options.sides: neither user nor kernel");
	return any;
}

static bool grid_read(const json_t *options, struct amk_options *o, char *error)
{
	const char *grid, *seed;
	char *end;

	if (!amk_json_string(options, "grid", &grid, error) ||
	    !amk_json_string(options, "seed", &seed, error))
		return false;
	o->grid = amk_grid_find(grid);
	o->seed = strtoull(seed, &end, 10);
	if (*seed && !*end)
		return true;
	snprintf(error, AMK_ERROR_LEN, "options.seed: not a number");
	return false;
}

/* Only a run that asked for a node has one. */
static bool node_read(const json_t *options, s32 *node, char *error)
{
	u32 number;

	*node = -1;
	if (!json_object_get(options, "node"))
		return true;
	if (!small(options, "node", AMK_NODE_MAX, &number, error))
		return false;
	*node = (s32)number;
	return true;
}

/* Only a run by threads has some. */
static bool threads_read(const json_t *options, struct amk_options *o, char *error)
{
	const json_t *cpus = json_object_get(options, "thread_cpus"), *cpu;
	const char *place;
	size_t i;

	if (!json_object_get(options, "threads"))
		return true;
	if (!small(options, "threads", AMK_THREADS_MAX, &o->nr_threads, error) ||
	    !amk_json_string(options, "place", &place, error))
		return false;
	o->spread = amk_spread_find(place);
	if (o->spread == AMK_NR_SPREADS || json_array_size(cpus) != o->nr_threads) {
		snprintf(error, AMK_ERROR_LEN, "options: place or thread_cpus do not fit threads");
		return false;
	}
	json_array_foreach(cpus, i, cpu) {
		if (!json_is_integer(cpu) || json_integer_value(cpu) < 0 ||
		    json_integer_value(cpu) > 0xffff) {
			snprintf(error, AMK_ERROR_LEN, "options.thread_cpus: no number of a CPU");
			return false;
		}
		o->thread_cpu[i] = (u16)json_integer_value(cpu);
	}
	return true;
}

/* A run without a state does not say. */
static bool state_read(const json_t *options, struct amk_options *o, char *error)
{
	if (!optional_text(options, "state", &o->state, error) ||
	    !optional_text(options, "fragmentation", &o->fragmentation, error) ||
	    !optional_text(options, "fragmenter", &o->fragmenter, error))
		return false;
	return !json_object_get(options, "state_bytes") ||
	       amk_json_u64(options, "state_bytes", NUMBER_MAX, &o->state_bytes, error);
}

int amk_manifest_options(const struct amk_run_data *data, struct amk_options *options,
			 char error[AMK_ERROR_LEN])
{
	json_t *object = json_object_get(data->manifest, "options");
	char what[AMK_ERROR_LEN] = "out of memory";

	memset(options, 0, sizeof(*options));
	if (sides_read(object, options, what) && grid_read(object, options, what) &&
	    optional_text(object, "strategies", &options->strategies, what) &&
	    optional_text(object, "allocators", &options->allocators, what) &&
	    optional_text(object, "workloads", &options->workloads, what) &&
	    optional_text(object, "sizes", &options->sizes, what) &&
	    optional_text(object, "events", &options->events, what) &&
	    optional_text(object, "tlb", &options->tlb, what) &&
	    node_read(object, &options->node, what) && threads_read(object, options, what) &&
	    state_read(object, options, what) &&
	    small(object, "rounds", AMK_ROUNDS_MAX, &options->rounds, what) &&
	    amk_json_u64(object, "page_bytes", 1U << 30, &options->page_bytes, what) &&
	    amk_json_u64(object, "kmalloc_max_bytes", NUMBER_MAX, &options->kmalloc_max_bytes,
			 what) &&
	    protocol_read(object, &options->protocol, what))
		return 0;
	amk_options_free(options);
	snprintf(error, AMK_ERROR_LEN, "%.200s/manifest.json: %.220s", data->path, what);
	return -EBADMSG;
}

int amk_manifest_cpu(const struct amk_run_data *data)
{
	json_t *cpu = json_object_get(json_object_get(data->manifest, "options"), "cpu");
	json_int_t number = json_is_integer(cpu) ? json_integer_value(cpu) : -1;

	return number < 0 || number > INT_MAX ? -1 : (int)number;
}

static u64 progress_number(const json_t *object, const char *key)
{
	json_int_t number = json_integer_value(json_object_get(object, key));

	return number > 0 ? (u64)number : 0;
}

void amk_manifest_progress(const struct amk_run_data *data, struct amk_progress *progress)
{
	const json_t *object = json_object_get(data->manifest, "progress");

	progress->blocks_planned = progress_number(object, "blocks_planned");
	progress->blocks_done = progress_number(object, "blocks_done");
	progress->wall_ns = progress_number(object, "wall_ns");
	progress->measured_ns = progress_number(object, "measured_ns");
	progress->finished = json_is_true(json_object_get(object, "finished"));
}

const char *amk_run_data_fact(const struct amk_run_data *data, const char *group, const char *key)
{
	return json_string_value(json_object_get(json_object_get(data->manifest, group), key));
}
