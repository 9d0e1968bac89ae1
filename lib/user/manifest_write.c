// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes manifest.json: see manifest.h.
 */
#include "lib/user/manifest.h"

#include <gnu/libc-version.h>
#include <stdlib.h>

#include "config.h"
#include "lib/user/topology.h"

/* Sets @key unless @value is NULL; what there is no memory for shows in amk_manifest_write(). */
static void set(json_t *object, const char *key, json_t *value)
{
	json_object_set_new(object, key, value);
}

static void set_number(json_t *object, const char *key, u64 value)
{
	set(object, key, json_integer((json_int_t)value));
}

/* Facts may hold any bytes that a file of the kernel holds: what is no UTF-8 is left out. */
static void set_string(json_t *object, const char *key, const char *text)
{
	json_t *value = json_string(text);

	set(object, key, value ? value : json_string("(not UTF-8)"));
}

static void set_optional(json_t *object, const char *key, const char *text)
{
	set(object, key, text ? json_string(text) : json_null());
}

static json_t *facts_object(const struct amk_facts *facts, enum amk_fact_group group)
{
	json_t *object = json_object();
	size_t i;

	for (i = 0; i < facts->nr_facts; i++)
		if (facts->fact[i].group == group)
			set_string(object, facts->fact[i].key, facts->fact[i].value);
	return object;
}

static json_t *protocol_object(const struct amk_protocol *p)
{
	json_t *object = json_object();

	set_number(object, "iterations", p->iterations);
	set_number(object, "warmup", p->warmup);
	set_number(object, "batch", p->batch);
	set_number(object, "each_max", p->each_max);
	set_number(object, "iteration_ns", p->iteration_ns);
	set_number(object, "block_ns", p->block_ns);
	set_number(object, "batch_bytes", p->batch_bytes);
	set_number(object, "mem_max_bytes", p->mem_max_bytes);
	return object;
}

static json_t *threads_array(const struct amk_options *o)
{
	json_t *array = json_array();
	u32 i;

	for (i = 0; i < o->nr_threads; i++)
		json_array_append_new(array, json_integer(o->thread_cpu[i]));
	return array;
}

/* Of runs that ask for no state there is nothing to say. */
static void state_options(json_t *object, const struct amk_options *o)
{
	if (o->state)
		set_string(object, "state", o->state);
	if (o->fragmentation)
		set_string(object, "fragmentation", o->fragmentation);
	if (o->fragmenter)
		set_string(object, "fragmenter", o->fragmenter);
	if (o->state_bytes)
		set_number(object, "state_bytes", o->state_bytes);
}

static json_t *options_object(const struct amk_manifest *m)
{
	const struct amk_options *o = m->options;
	json_t *object = json_object(), *sides = json_array();
	u32 i;

	for (i = 0; i < AMK_NR_SIDES; i++)
		if (o->side[i])
			json_array_append_new(sides, json_string(amk_side_names[i]));
	set(object, "sides", sides);
	set_string(object, "grid", amk_grid_name(o->grid));
	set_optional(object, "strategies", o->strategies);
	if (o->allocators)
		set_string(object, "allocators", o->allocators);
	set_optional(object, "workloads", o->workloads);
	set_optional(object, "sizes", o->sizes);
	set_optional(object, "events", o->events);
	set_optional(object, "tlb", o->tlb);
	if (o->nr_threads) {
		set_number(object, "threads", o->nr_threads);
		set_string(object, "place", amk_spread_names[o->spread]);
		set(object, "thread_cpus", threads_array(o));
	}
	if (o->node >= 0)
		set_number(object, "node", (u64)o->node);
	state_options(object, o);
	set_number(object, "rounds", o->rounds);
	/* A number of JSON has 63 bits at best, a seed 64. */
	set(object, "seed", json_sprintf("%llu", (unsigned long long)o->seed));
	set_number(object, "cpu", (u64)m->cpu);
	set_number(object, "page_bytes", o->page_bytes);
	set_number(object, "kmalloc_max_bytes", o->kmalloc_max_bytes);
	set(object, "protocol", protocol_object(&o->protocol));
	return object;
}

static json_t *clock_object(const struct amk_manifest *m)
{
	json_t *object = json_object();

	set_string(object, "kind", m->clock.kind == AMK_CLOCK_CYCLE ? "cycle" : "ns");
	set_string(object, "source", m->clock.source);
	set_string(object, "unit", m->unit);
	set(object, "ticks_per_unit", json_real(m->ticks_per_unit));
	set(object, "ticks_per_ns", json_real(m->clock.ticks_per_ns));
	return object;
}

static json_t *versions_object(void)
{
	json_t *object = json_object();
	char text[16];

	set_string(object, "allocmark", PACKAGE_VERSION);
	set_number(object, "abi", AMK_ABI_VERSION);
	set_string(object, "compiler", __VERSION__);
	set_string(object, "libc", gnu_get_libc_version());
	set_string(object, "hwloc", amk_topology_version(text));
	set_string(object, "jansson", JANSSON_VERSION);
	set_string(object, "libpfm4", amk_event_library(text));
	return object;
}

static json_t *state_object(const struct amk_manifest *m)
{
	json_t *object = json_object();

	set(object, "begin", facts_object(m->state_begin, AMK_FACT_STATE));
	set(object, "end", m->state_end ? facts_object(m->state_end, AMK_FACT_STATE) : json_null());
	return object;
}

static json_t *progress_object(const struct amk_progress *p)
{
	json_t *object = json_object();

	set_number(object, "blocks_planned", p->blocks_planned);
	set_number(object, "blocks_done", p->blocks_done);
	set_number(object, "wall_ns", p->wall_ns);
	set_number(object, "measured_ns", p->measured_ns);
	set(object, "finished", json_boolean(p->finished));
	return object;
}

static json_t *manifest_object(const struct amk_manifest *m)
{
	const char *kernel = amk_facts_find(m->facts, AMK_FACT_COMPARABILITY, "kernel.release");
	json_t *object = json_object();

	set_string(object, "format", "allocmark-run");
	set_number(object, "schema", AMK_SCHEMA_VERSION);
	set_string(object, "id", m->id);
	set_string(object, "created", m->created);
	set_string(object, "machine_name", m->machine_name);
	set_string(object, "kernel", kernel ? kernel : "unknown");
	set_string(object, "environment", m->environment);
	set(object, "kernel_side", json_boolean(m->kernel_side));
	set(object, "clock", clock_object(m));
	set(object, "options", options_object(m));
	if (m->events)
		set(object, "events", amk_manifest_events_encode(m->events));
	set(object, "versions", versions_object());
	set(object, "machine", facts_object(m->facts, AMK_FACT_MACHINE));
	set(object, "comparability", facts_object(m->facts, AMK_FACT_COMPARABILITY));
	set(object, "state", state_object(m));
	set(object, "progress", progress_object(&m->progress));
	return object;
}

static int object_write(const char *path, const json_t *object)
{
	char *text = json_dumps(object, JSON_INDENT(2)), *line;
	int error, len;

	if (!text)
		return -ENOMEM;
	len = asprintf(&line, "%s\n", text);
	free(text);
	if (len < 0)
		return -ENOMEM;
	error = amk_file_replace(path, "manifest.json", line, (size_t)len);
	free(line);
	return error;
}

int amk_manifest_write(const char *path, const struct amk_manifest *manifest)
{
	json_t *object;
	int error;

	if (manifest->facts->incomplete || manifest->state_begin->incomplete)
		return -ENOMEM;
	object = manifest_object(manifest);
	error = object_write(path, object);
	json_decref(object);
	return error;
}

int amk_manifest_write_baseline(const char *path, const struct amk_run_data *data)
{
	/* Nothing is compared by what moves by itself. */
	json_t *object = json_copy(data->manifest);
	int error;

	if (!object)
		return -ENOMEM;
	json_object_del(object, "state");
	error = object_write(path, object);
	json_decref(object);
	return error;
}
