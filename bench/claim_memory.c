// SPDX-License-Identifier: GPL-2.0-only
/*
 * Claims about how memory lies: contiguous physically or only virtually, in which chunks, and there
 * at once or when it is touched. contig looked at the frames behind each page.
 */
#include "bench/claim.h"
#include "lib/user/size.h"

#define PAGE 4096

static struct amk_point contig_point(int strategy, enum amk_metric_id metric)
{
	return (struct amk_point){ .strategy = (enum amk_strategy_id)strategy,
				   .workload = AMK_WORKLOAD_ID_contig,
				   .metric = metric };
}

/* "1 to 7 runs of 16 frames at 64K" */
static void runs_say(struct amk_finding *finding, const struct amk_found *runs,
		     const struct amk_found *frames, u64 size)
{
	const char *between = *finding->figures ? ", " : "";
	char text[AMK_SIZE_TEXT_LEN];

	amk_size_text(size, text);
	if (runs->least < runs->most)
		amk_finding_add(finding, "%s%.0f to %.0f runs", between, runs->least, runs->most);
	else
		amk_finding_add(finding, "%s%.0f run%s", between, runs->most,
				runs->most > 1 ? "s" : "");
	amk_finding_add(finding, " of %.0f frames at %s", frames->value, text);
}

/* The most runs that a range of more than one frame lay in; 0: there was none. */
static double runs_most(const struct amk_evidence *evidence, int strategy,
			struct amk_finding *finding)
{
	struct amk_point at = contig_point(strategy, AMK_METRIC_runs);
	struct amk_found runs, frames;
	u64 size[AMK_EVIDENCE_SIZES_MAX];
	const struct amk_costs *run;
	double most = 0;
	u32 i, n;

	n = amk_finding_sizes(finding, evidence, &at, &run, size);
	for (i = 0; i < n; i++) {
		at.size_bytes = size[i];
		at.metric = AMK_METRIC_frames;
		if (!amk_finding_take(finding, run, &at, &frames) || frames.value < 2)
			continue;
		at.metric = AMK_METRIC_runs;
		if (!amk_finding_take(finding, run, &at, &runs))
			continue;
		runs_say(finding, &runs, &frames, size[i]);
		most = runs.most > most ? runs.most : most;
	}
	if (n && !most)
		amk_finding_set(finding, AMK_CLAIM_UNTESTED, "no range of more than one frame");
	return most;
}

AMK_JUDGE(contiguous)
{
	double most = runs_most(evidence, claim->about, finding);

	if (most)
		amk_finding_set(finding, most > 1 ? AMK_CLAIM_FAILS : AMK_CLAIM_HOLDS, "%s", "");
}

AMK_JUDGE(scattered)
{
	double most = runs_most(evidence, claim->about, finding);

	if (most > 1)
		amk_finding_set(finding, AMK_CLAIM_HOLDS, "%s", "");
	else if (most)
		amk_finding_set(finding, AMK_CLAIM_UNTESTED,
				"memory was not fragmented: each range lay in one run");
}

/* contig went through consecutive addresses: each must have a frame. */
AMK_JUDGE(one_range)
{
	struct amk_point at = contig_point(claim->about, AMK_METRIC_frames);
	u64 size[AMK_EVIDENCE_SIZES_MAX];
	const struct amk_costs *run;
	struct amk_found frames;
	char text[AMK_SIZE_TEXT_LEN];
	u32 n = amk_finding_sizes(finding, evidence, &at, &run, size);
	u64 pages;

	if (!n)
		return;
	at.size_bytes = size[n - 1];
	pages = (at.size_bytes + PAGE - 1) / PAGE;
	if (!amk_finding_take(finding, run, &at, &frames))
		return;
	amk_finding_add(finding, "%.0f frames behind the %llu consecutive pages of %s",
			frames.least, (unsigned long long)pages,
			amk_size_text(at.size_bytes, text));
	amk_finding_set(finding, frames.least < (double)pages ? AMK_CLAIM_FAILS : AMK_CLAIM_HOLDS,
			"%s", "");
}

/* Whether malloc() has its frames at once, as vmalloc() does. */
AMK_JUDGE(same_manner)
{
	struct amk_point at =
		contig_point(AMK_STRATEGY_ID_user_malloc, AMK_METRIC_frames_untouched);
	struct amk_found user, user_all, kernel;
	u64 size[AMK_EVIDENCE_SIZES_MAX];
	char text[AMK_SIZE_TEXT_LEN];
	const struct amk_costs *run;
	u32 n = amk_finding_sizes(finding, evidence, &at, &run, size);

	(void)claim;
	if (!n)
		return;
	at.size_bytes = size[n - 1];
	if (!amk_finding_need(finding, evidence, &at, &user))
		return;
	at.metric = AMK_METRIC_frames;
	if (!amk_finding_need(finding, evidence, &at, &user_all))
		return;
	at.strategy = AMK_STRATEGY_ID_kernel_vmalloc;
	at.metric = AMK_METRIC_frames_untouched;
	if (!amk_finding_need(finding, evidence, &at, &kernel))
		return;
	amk_finding_add(finding,
			"frames of %s before the first touch: malloc %.0f of %.0f, "
			"vmalloc %.0f",
			amk_size_text(at.size_bytes, text), user.value, user_all.value,
			kernel.value);
	if (user.value < user_all.value && kernel.value > user.value)
		amk_finding_set(finding, AMK_CLAIM_FAILS,
				"both virtually contiguous, but malloc's frames come when touched");
	else
		amk_finding_set(finding, AMK_CLAIM_HOLDS, "%s", "");
}

static bool is_power_of_two(u64 n)
{
	return !(n & (n - 1));
}

/* What the allocator sets aside for a request, at sizes that are no class of their own. */
AMK_JUDGE(byte_chunks)
{
	struct amk_point at = contig_point(claim->about, AMK_METRIC_usable);
	u64 size[AMK_EVIDENCE_SIZES_MAX];
	bool rounded = false, asked = false;
	const struct amk_costs *run;
	struct amk_found usable;
	u32 i, n = amk_finding_sizes(finding, evidence, &at, &run, size);

	for (i = 0; i < n; i++) {
		at.size_bytes = size[i];
		if (is_power_of_two(size[i]) || !amk_finding_take(finding, run, &at, &usable))
			continue;
		asked = true;
		rounded |= usable.value > (double)size[i];
		amk_finding_add(finding, "%s%llu takes %.0f bytes (%.0f %% waste)",
				*finding->figures ? ", " : "", (unsigned long long)size[i],
				usable.value, 100 * (1 - (double)size[i] / usable.value));
	}
	if (rounded)
		amk_finding_set(finding, AMK_CLAIM_FAILS, "rounded up to size classes and pages");
	else if (asked)
		amk_finding_set(finding, AMK_CLAIM_HOLDS, "%s", "");
	else if (n)
		amk_finding_set(finding, AMK_CLAIM_UNTESTED, "only sizes that are classes");
}

/* n elements: the bytes set aside are at least n times an element's. */
AMK_JUDGE(array)
{
	struct amk_point at = contig_point(claim->about, AMK_METRIC_usable);
	u64 size[AMK_EVIDENCE_SIZES_MAX];
	const struct amk_costs *run;
	struct amk_found usable;
	u32 n = amk_finding_sizes(finding, evidence, &at, &run, size);
	u64 bytes;

	if (!n)
		return;
	bytes = size[n - 1];
	at.size_bytes = bytes;
	if (!amk_finding_take(finding, run, &at, &usable))
		return;
	amk_finding_add(finding, "%llu elements of 8 bytes: %.0f bytes set aside",
			(unsigned long long)bytes / 8, usable.least);
	amk_finding_set(finding, usable.least < (double)bytes ? AMK_CLAIM_FAILS : AMK_CLAIM_HOLDS,
			"%s", "");
}
