// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bare calls to the module, and TAP without a plan.
 */
#include "kmod_client.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/ioctl.h>

/* Short: what is looked at is the outcome, on a machine that may be emulated. */
#define ITERATION_US 200
#define BLOCK_MS 20

int kmod_fd = -1;
struct amk_info kmod_info;
int kmod_failed;

void tap(bool passed, const char *format, ...)
{
	va_list ap;

	printf("%s - ", passed ? "ok" : "not ok");
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
	kmod_failed += !passed;
}

void tap_note(const char *format, ...)
{
	va_list ap;

	printf("# ");
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
}

void tap_skip(const char *name, const char *reason)
{
	printf("ok - %s # SKIP %s\n", name, reason);
	fflush(stdout);
}

bool kmod_open(void)
{
	bool works;

	kmod_fd = open("/dev/" AMK_DEVICE_NAME, O_RDWR | O_CLOEXEC);
	works = kmod_fd >= 0 && !ioctl(kmod_fd, AMK_IOC_INFO, &kmod_info);
	tap(works && kmod_info.version == AMK_ABI_VERSION, "the device opens and answers INFO");
	return works;
}

struct amk_request kmod_request(const char *strategy, const char *workload, u64 size)
{
	u64 khz = kmod_info.tick_khz ? kmod_info.tick_khz : 1000000;
	struct amk_request request = {
		.size_of = sizeof(request),
		.version = AMK_ABI_VERSION,
		.size = size,
		.seed = 1,
		.mem_max = kmod_info.mem_max,
		.iteration_ticks = khz * ITERATION_US / 1000,
		.block_ticks = khz * BLOCK_MS,
		.clock_kind = AMK_CLOCK_CYCLE,
		.iterations = 5,
		.warmup = 1,
		.batch = 4,
		.each_max = 64,
		.node = -1,
	};

	snprintf(request.strategy, sizeof(request.strategy), "%s", strategy);
	snprintf(request.workload, sizeof(request.workload), "%s", workload);
	return request;
}

int kmod_run(const struct amk_request *request, struct amk_result *result)
{
	struct amk_run run = { .request = *request, .result_addr = (unsigned long)result };

	memset(result, 0, sizeof(*result));
	return ioctl(kmod_fd, AMK_IOC_RUN, &run) ? -errno : 0;
}

s64 kmod_value(const struct amk_result *result, const char *metric)
{
	u32 i;

	for (i = 0; i < result->nr_values; i++)
		if (!strcmp(result->value[i].metric, metric))
			return result->value[i].status == AMK_STATUS_OK ?
				       (s64)result->value[i].value :
				       -1;
	return -1;
}
