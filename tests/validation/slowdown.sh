#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# An allocator that was made slower (slow_malloc.c): in how many of the cells that this concerns is it
# found, and what is the least change that each could have shown.
#
# slowdown.sh SET...: sets of recorded rounds, base and head by turns: quiet1 and the like have 10 per
# cent injected and wait for the processor to run at its full speed, loud1 and loud2 have 20 per cent
# and do not wait. The cells concerned are pair and touch of malloc, malloc-control and calloc; mmap,
# null and what is freed are not. Burst allocations are neither: what 10 per cent of a pair is of them
# is another share of each.
set -euo pipefail

# shellcheck source=SCRIPTDIR/lib.sh
. "$(dirname "$0")/lib.sh"

[ $# -gt 0 ] || { echo "slowdown.sh: name a set, such as quiet1" >&2; exit 2; }
for set in "$@"; do
	"$allocmark" compare --all --limit=0 --format=csv "$data/$set-base" "$data/$set-head" >"$tmp/csv"
	jq -R -s -r --arg set "$set" '
		def percent: if . == "inf" or . == "" then . else tonumber * 1000 | round / 10 | tostring end;
		def number: if . == "inf" or . == "" then infinite else tonumber end;
		split("\n") | map(select(. != "") | split(",")) | (.[0] | to_entries | map({(.value): .key}) | add) as $at
		| .[1:]
		| map(. as $f | $at | map_values($f[.]))
		| (map(select((.strategy | test("^(malloc|malloc-control|calloc)$")) and (.workload | test("^(pair|touch)$"))))) as $hit
		| (map(select((.strategy | test("^(mmap|null)$")) or .metric == "lat_free"))) as $spared
		| ($hit[] | "\($set) \(.strategy) \(.workload) \(.size_bytes): \(.verdict) \(.ratio | number - 1 | tostring | percent) %, least \(.least | percent) %"),
		"\($set): \($hit | map(select(.verdict == "regressed")) | length) of \($hit | length) cells found,"
		+ " least \($hit | map(.least | number) | min * 1000 | round / 10) to \($hit | map(.least | number) | max * 1000 | round / 10) %;"
		+ " \($spared | map(select(.verdict == "regressed")) | length) of \($spared | length) others"' "$tmp/csv"
done
