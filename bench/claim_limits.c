// SPDX-License-Identifier: GPL-2.0-only
/*
 * Claims about how much can be had at once. limit found the largest size to the byte; what the run
 * itself stopped at is at least so much, and says so.
 */
#include "bench/claim.h"
#include "lib/user/size.h"

#define CLAIMED_BYTES (4ULL << 20)

static struct amk_point limit_point(int strategy)
{
	return (struct amk_point){ .strategy = (enum amk_strategy_id)strategy,
				   .workload = AMK_WORKLOAD_ID_limit,
				   .metric = AMK_METRIC_limit };
}

/* The order that makes @bytes of pages of @page, or -1. */
static int order_of(u64 bytes, u64 page)
{
	int order;

	for (order = 0; page && order < 32; order++)
		if (page << order == bytes)
			return order;
	return -1;
}

AMK_JUDGE(four_megabytes)
{
	const struct amk_point at = limit_point(claim->about);
	struct amk_found f;
	u64 limit, page;
	int order;

	if (!amk_finding_need(finding, evidence, &at, &f))
		return;
	limit = (u64)f.value;
	page = f.run->run.page_bytes;
	order = order_of(limit, page);
	amk_finding_add(finding, "%llu bytes, one more is refused", (unsigned long long)limit);
	if (order >= 0)
		amk_finding_add(finding, "; pages of %llu << order %d", (unsigned long long)page,
				order);
	if (f.reason == AMK_REASON_CAPPED)
		amk_finding_set(finding, AMK_CLAIM_UNTESTED, "the run stopped there itself");
	else if (limit == CLAIMED_BYTES)
		amk_finding_set(finding, AMK_CLAIM_HOLDS_HERE,
				"by pages of %llu bytes and order %d", (unsigned long long)page,
				order);
	else
		amk_finding_set(finding, AMK_CLAIM_FAILS, "%s", "");
}

AMK_JUDGE(limit_of_kmalloc)
{
	const struct amk_point at = limit_point(claim->about);
	const struct amk_point other = limit_point(AMK_STRATEGY_ID_kernel_kmalloc);
	struct amk_found f, kmalloc;

	if (!amk_finding_need(finding, evidence, &at, &f) ||
	    !amk_finding_need(finding, evidence, &other, &kmalloc))
		return;
	amk_finding_add(finding, "%.0f bytes, kmalloc %.0f", f.value, kmalloc.value);
	amk_finding_set(finding, f.value == kmalloc.value ? AMK_CLAIM_HOLDS : AMK_CLAIM_FAILS, "%s",
			"");
}

AMK_JUDGE(overflow)
{
	struct amk_point at = { .strategy = (enum amk_strategy_id)claim->about,
				.workload = AMK_WORKLOAD_ID_overflow,
				.metric = AMK_METRIC_overflow_asked };
	struct amk_found asked, refused;

	if (!amk_finding_need(finding, evidence, &at, &asked))
		return;
	at.metric = AMK_METRIC_overflow_refused;
	if (!amk_finding_need(finding, evidence, &at, &refused))
		return;
	amk_finding_add(finding, "%.0f of %.0f products that overflow refused", refused.value,
			asked.value);
	amk_finding_set(finding, refused.value < asked.value ? AMK_CLAIM_FAILS : AMK_CLAIM_HOLDS,
			"%s", "");
}

AMK_JUDGE(very_large)
{
	const struct amk_point at = limit_point(claim->about);
	const struct amk_point other = limit_point(AMK_STRATEGY_ID_kernel_kmalloc);
	char text[AMK_SIZE_TEXT_LEN];
	struct amk_found f, kmalloc, refused;
	struct amk_point past = at;

	if (!amk_finding_need(finding, evidence, &at, &f) ||
	    !amk_finding_need(finding, evidence, &other, &kmalloc))
		return;
	amk_size_text((u64)f.value, text);
	if (f.reason == AMK_REASON_CAPPED)
		amk_finding_add(finding, "at least %s, where the run stopped", text);
	else
		amk_finding_add(finding, "%s", text);
	amk_finding_add(finding, ": %.0f times kmalloc's limit", f.value / kmalloc.value);
	past.metric = AMK_METRIC_limit_past_memory;
	if (amk_finding_take(finding, f.run, &past, &refused))
		amk_finding_add(finding, "; %.0f bytes, a page more than all memory, refused",
				refused.value);
	amk_finding_set(finding, f.value > kmalloc.value ? AMK_CLAIM_HOLDS : AMK_CLAIM_FAILS, "%s",
			"");
}
