// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the tests of user blocks share: see block.h.
 */
#include "tests/block.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/user/clock.h"

unsigned int checks_failed;
static unsigned int checks_made;

bool check(bool good, const char *format, ...)
{
	va_list args;

	checks_made++;
	if (good)
		return true;
	checks_failed++;
	va_start(args, format);
	fputs("FAIL: ", stdout);
	vprintf(format, args);
	putchar('\n');
	va_end(args);
	return false;
}

int check_done(void)
{
	printf("%u checks, %u failed\n", checks_made, checks_failed);
	return checks_failed || !checks_made;
}

const char *block_reason(u32 reason)
{
	static const char *const text[AMK_NR_REASONS] = {
#define AMK_REASON(id, text_) [AMK_REASON_##id] = #id,
#include "lib/core/reason.def"
#undef AMK_REASON
	};

	return reason < AMK_NR_REASONS ? text[reason] : "?";
}

void block_request(struct amk_request *req, const char *strategy, const char *workload, u64 size)
{
	const char *source;

	memset(req, 0, sizeof(*req));
	req->size_of = sizeof(*req);
	req->version = AMK_ABI_VERSION;
	snprintf(req->strategy, sizeof(req->strategy), "%s", strategy);
	snprintf(req->workload, sizeof(req->workload), "%s", workload);
	req->size = size;
	req->seed = 1;
	req->mem_max = 128ULL << 20;
	req->iteration_ticks = 20000;
	req->block_ticks = 100000000;
	req->clock_kind = amk_clock_choose(&source);
	req->iterations = 3;
	req->warmup = 1;
	req->batch = 64;
	req->each_max = 64;
	req->node = -1;
}

const char *block_helper(void)
{
	static char path[4096];
	const char *build = getenv("AMK_BUILDDIR");

	snprintf(path, sizeof(path), "%s/bench/allocmark-block", build ? build : ".");
	if (!access(path, X_OK))
		return path;
	printf("SKIP: no %s: set AMK_BUILDDIR\n", path);
	exit(77);
}

bool block_sanitized(void)
{
#if defined(__SANITIZE_ADDRESS__)
	return true;
#elif defined(__has_feature)
	return __has_feature(address_sanitizer);
#else
	return false;
#endif
}
